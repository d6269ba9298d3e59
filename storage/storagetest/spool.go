package storagetest

import (
	"errors"
	"testing"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

// lease takes the lease that spooling wants.
func (d desk) lease(t *testing.T) ticketing.Lease {
	t.Helper()
	l, got, err := d.AcquireLease(t.Context(), "mailbox/1", "one", time.Hour)
	if err != nil || !got {
		t.Fatalf("lease: %v, %v", got, err)
	}
	return l
}

func inbox(uidValidity, last uint32) ticketing.Cursor {
	return ticketing.Cursor{MailboxID: 1, Folder: "INBOX", UIDValidity: uidValidity, LastUID: last}
}

// rows lists the ledger, oldest first.
func (d desk) rows(t *testing.T, f storage.LedgerFilter) []ticketing.LedgerRow {
	t.Helper()
	f.Limit = 1000
	rows, err := d.LedgerRows(t.Context(), f)
	ok(t, err)
	for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
		rows[i], rows[j] = rows[j], rows[i]
	}
	return rows
}

// spool: mails and cursor move together, and no mail comes in twice.
func spool(t *testing.T, d desk) {
	cursors(t, d)
	l := d.lease(t)
	a, b := arrival(1, mailOf(100, 1)), arrival(2, mailOf(2*mebibyte, 2))
	a.MessageID, a.Backlog, a.HeaderOnly = "<a@x>", true, true
	gone := arrival(3, nil)
	gone.Gone, gone.Open = true, nil
	ok(t, d.SpoolMails(t.Context(), l, []ticketing.Arrival{a, b, gone}, inbox(1, 3)))
	ok(t, d.SpoolMails(t.Context(), l, []ticketing.Arrival{b, a}, inbox(1, 3))) // again
	rows := d.rows(t, storage.LedgerFilter{})
	if len(rows) != 3 {
		t.Fatalf("%d rows, want 3", len(rows))
	}
	for i, row := range rows {
		if time.Since(row.SpooledAt).Abs() > time.Minute {
			t.Errorf("spooled at %v", row.SpooledAt)
		}
		rows[i].SpooledAt, rows[i].ID = time.Time{}, 0
		rows[i].DoneAt = time.Time{}
	}
	row := ticketing.LedgerRow{MailboxID: 1, Source: ticketing.SourceInbox, Folder: "INBOX", UIDValidity: 1, State: ticketing.LedgerSpooled}
	first, second, third := row, row, row
	first.UID, first.RawSHA256, first.Size, first.ReceivedAt = 1, digest(mailOf(100, 1)), 100, at(1)
	first.Backlog, first.HeaderOnly = true, true
	second.UID, second.RawSHA256, second.Size, second.ReceivedAt = 2, digest(mailOf(2*mebibyte, 2)), 2*mebibyte, at(2)
	third.UID, third.State, third.ReceivedAt = 3, ticketing.LedgerGone, at(3)
	same(t, []ticketing.LedgerRow{first, second, third}, rows)

	same2 := arrival(9, mailOf(100, 1)) // the same bytes under another number are another mail
	ok(t, d.SpoolMails(t.Context(), l, []ticketing.Arrival{same2}, inbox(1, 9)))
	if n := len(d.rows(t, storage.LedgerFilter{})); n != 4 {
		t.Errorf("%d rows, want 4", n)
	}
	renumbered(t, d, a, b)
	refused(t, d, l)
	ingest(t, d)
}

func cursors(t *testing.T, d desk) {
	if _, known, err := d.Cursor(t.Context(), 1, "INBOX"); known || err != nil {
		t.Errorf("a folder never seen: %v, %v", known, err)
	}
	l := d.lease(t)
	for _, c := range []struct{ next, want ticketing.Cursor }{
		{inbox(7, 10), inbox(7, 10)}, // the first connection: no mail, only the place
		{inbox(7, 12), inbox(7, 12)},
		{inbox(7, 11), inbox(7, 12)}, // never back
		{inbox(8, 0), inbox(8, 0)},   // renumbered: from the start
		{inbox(8, 4294967295), inbox(8, 4294967295)},
		{inbox(1, 0), inbox(1, 0)},
	} {
		ok(t, d.SpoolMails(t.Context(), l, nil, c.next))
		got, known, err := d.Cursor(t.Context(), 1, "INBOX")
		if !known || err != nil {
			t.Errorf("cursor: %v, %v", known, err)
		}
		same(t, c.want, got)
	}
	if err := d.SpoolMails(t.Context(), l, nil, ticketing.Cursor{}); err == nil {
		t.Error("a cursor of no folder")
	}
	elsewhere := arrival(1, nil)
	elsewhere.Folder = "Sent"
	if err := d.SpoolMails(t.Context(), l, []ticketing.Arrival{elsewhere}, inbox(1, 1)); err == nil {
		t.Error("a mail of another folder than the cursor's")
	}
}

// renumbered: a mail is known by what the server says of it, if it has an id.
func renumbered(t *testing.T, d desk, a, b ticketing.Arrival) {
	other := a
	other.Size++
	a.UID, a.UIDValidity, a.MailboxID, a.Folder = 77, 5, 0, ""
	got, err := d.KnownMails(t.Context(), 1, "INBOX", []ticketing.Arrival{a, b, other})
	ok(t, err)
	if !equal(got, []bool{true, false, false}) {
		t.Errorf("known: %v", got)
	}
	if got, err = d.KnownMails(t.Context(), 1, "Sent", []ticketing.Arrival{a}); err != nil || got[0] {
		t.Errorf("known in another folder: %v, %v", got, err)
	}
}

// refused: who lost the lease stores nothing.
func refused(t *testing.T, d desk, l ticketing.Lease) {
	before := len(d.rows(t, storage.LedgerFilter{}))
	late := arrival(50, mailOf(10, 50))
	stolen, wrong := l, l
	stolen.Epoch--
	wrong.Owner = "two"
	for _, bad := range []ticketing.Lease{stolen, wrong, {}} {
		if err := d.SpoolMails(t.Context(), bad, []ticketing.Arrival{late}, inbox(1, 50)); !errors.Is(err, ticketing.ErrLeaseLost) {
			t.Errorf("a lease that is lost: %v", err)
		}
	}
	if c, _, err := d.Cursor(t.Context(), 1, "INBOX"); err != nil || c.LastUID != 9 {
		t.Errorf("the cursor moved to %d, %v", c.LastUID, err)
	}
	if n := len(d.rows(t, storage.LedgerFilter{})); n != before {
		t.Errorf("%d rows more", n-before)
	}
}

func ingest(t *testing.T, d desk) {
	a := ticketing.Arrival{MailboxID: 2, Source: ticketing.SourceIngest, ReceivedAt: at(1), Open: arrival(0, mailOf(10, 60)).Open}
	ids, err := d.IngestMails(t.Context(), []ticketing.Arrival{a, a})
	ok(t, err)
	rows := d.rows(t, storage.LedgerFilter{MailboxID: 2, State: ticketing.LedgerSpooled})
	if len(rows) != 2 || len(ids) != 2 || rows[0].ID != ids[0] || rows[1].ID != ids[1] {
		t.Errorf("ids %v, rows %+v", ids, rows)
	}
}

// leases: one owner at a time; the epoch rises when the owner changes.
func leases(t *testing.T, d desk) {
	acquire := func(owner string, ttl time.Duration, epoch int64) ticketing.Lease {
		t.Helper()
		l, got, err := d.AcquireLease(t.Context(), "m", owner, ttl)
		if err != nil || got != (epoch != 0) || l.Epoch != epoch {
			t.Errorf("%s: %v, epoch %d, %v; want epoch %d", owner, got, l.Epoch, err, epoch)
		}
		return l
	}
	first := acquire("one", time.Hour, 1)
	if first.Name != "m" || first.Owner != "one" || time.Until(first.Until) < 59*time.Minute {
		t.Errorf("lease %+v", first)
	}
	acquire("two", time.Hour, 0)
	acquire("one", time.Hour, 1) // renewed
	acquire("one", time.Millisecond, 1)
	time.Sleep(5 * time.Millisecond)
	acquire("two", time.Hour, 2) // taken when it ended
	ok(t, d.ReleaseLease(t.Context(), first))
	acquire("one", time.Hour, 0) // releasing what was lost changed nothing
	ok(t, d.ReleaseLease(t.Context(), ticketing.Lease{Name: "m", Owner: "two", Epoch: 2}))
	acquire("two", time.Hour, 3)
	if _, got, err := d.AcquireLease(t.Context(), "other", "one", time.Hour); !got || err != nil {
		t.Errorf("another lease: %v, %v", got, err)
	}
}
