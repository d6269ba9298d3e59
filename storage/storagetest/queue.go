package storagetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

// spooled stores n mails of INBOX.
func (d desk) spooled(t *testing.T, n int) {
	t.Helper()
	l := d.lease(t)
	var arrivals []ticketing.Arrival
	for i := range n {
		arrivals = append(arrivals, arrival(uint32(i+1), mailOf(20, uint64(i))))
	}
	ok(t, d.SpoolMails(t.Context(), l, arrivals, inbox(1, uint32(n))))
}

// claim takes spooled mails and gives their numbers.
func (d desk) claim(t *testing.T, owner string, n int, lease time.Duration) (uids []uint32, rows []ticketing.LedgerRow) {
	t.Helper()
	rows, err := d.ClaimSpooled(t.Context(), owner, n, lease)
	ok(t, err)
	for _, row := range rows {
		uids = append(uids, row.UID)
	}
	return uids, rows
}

// queue: oldest first, one claimer at a time, attempts counted, and what a
// dead claimer held comes back.
func queue(t *testing.T, d desk) {
	d.spooled(t, 5)
	uids, rows := d.claim(t, "one", 2, time.Hour)
	if !equal(uids, []uint32{1, 2}) || rows[0].Attempts != 1 || rows[0].RawSHA256 != digest(mailOf(20, 0)) {
		t.Errorf("first claim: %v, %+v", uids, rows)
	}
	if uids, _ := d.claim(t, "two", 10, time.Millisecond); !equal(uids, []uint32{3, 4, 5}) {
		t.Errorf("second claim: %v", uids)
	}
	time.Sleep(5 * time.Millisecond) // two has died
	var again []ticketing.LedgerRow
	for _, uid := range []uint32{3, 4, 5} { // each alone
		uids, rows := d.claim(t, "three", 10, time.Hour)
		if !equal(uids, []uint32{uid}) || rows[0].Attempts != 2 {
			t.Fatalf("claim after a death: %v, %+v", uids, rows)
		}
		again = append(again, rows...)
	}
	ok(t, d.ReleaseSpooled(t.Context(), "two", []int64{again[0].ID}, time.Time{})) // not two's any more
	if uids, _ := d.claim(t, "four", 10, time.Hour); len(uids) != 0 {
		t.Errorf("somebody else released a claim: %v", uids)
	}
	ok(t, d.ReleaseSpooled(t.Context(), "three", []int64{again[0].ID}, time.Now().Add(-time.Minute)))
	ok(t, d.ReleaseSpooled(t.Context(), "three", []int64{again[1].ID}, time.Now().Add(time.Hour)))
	if uids, _ := d.claim(t, "four", 10, time.Hour); !equal(uids, []uint32{3}) {
		t.Errorf("claim after a release: %v", uids)
	}
	d.update(t, func(tx ticketing.Tx) error {
		return tx.SettleMail(rows[0].ID, ticketing.Outcome{State: ticketing.LedgerIgnored}, at(20))
	})
	ok(t, d.ReleaseSpooled(t.Context(), "one", []int64{rows[0].ID, rows[1].ID}, time.Time{}))
	if uids, _ := d.claim(t, "four", 10, time.Hour); !equal(uids, []uint32{2}) {
		t.Errorf("a settled mail was claimed: %v", uids)
	}
}

// settling: once, and what it writes is found by those who look for doubles.
func settling(t *testing.T, d desk) {
	d.spooled(t, 4)
	_, rows := d.claim(t, "one", 10, time.Hour)
	o := ticketing.Outcome{
		State: ticketing.LedgerApplied, Reason: "reply", TicketID: 7, EntryID: 8, MessageID: "<m@x>", BodyDigest: "bd", From: "ada@example.org",
		SentAt: time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC),
	}
	settle := func(id int64, o ticketing.Outcome) error {
		return d.Update(t.Context(), func(tx ticketing.Tx) error { return tx.SettleMail(id, o, at(20)) })
	}
	raw := func() []ticketing.PriorMail {
		return read(t, d, func(r ticketing.Reader) ([]ticketing.PriorMail, error) { return r.MailsWithRaw(rows[0].RawSHA256) })
	}
	if got := raw(); len(got) != 0 {
		t.Errorf("a mail that is not decided counts as prior: %+v", got)
	}
	ok(t, settle(rows[0].ID, o))
	if err := settle(rows[0].ID, ticketing.Outcome{State: ticketing.LedgerIgnored}); !errors.Is(err, ticketing.ErrSettled) {
		t.Errorf("settled twice: %v", err)
	}
	for _, state := range []ticketing.LedgerState{"", ticketing.LedgerSpooled} {
		if err := settle(rows[1].ID, ticketing.Outcome{State: state}); err == nil {
			t.Errorf("settled as %q", state)
		}
	}
	got := read(t, d, func(r ticketing.Reader) (ticketing.LedgerRow, error) { return r.Ledger(rows[0].ID) })
	want := rows[0]
	want.State, want.Reason, want.TicketID, want.EntryID, want.MessageID, want.BodyDigest = o.State, o.Reason, 7, 8, "<m@x>", "bd"
	want.DoneAt = at(20)
	same(t, want, got)

	prior := ticketing.PriorMail{
		MailID: rows[0].ID, TicketID: 7, EntryID: 8, State: ticketing.LedgerApplied, MessageID: "<m@x>", BodyDigest: "bd",
		RawSHA256: rows[0].RawSHA256, From: "ada@example.org", SentAt: o.SentAt,
	}
	same(t, []ticketing.PriorMail{prior}, raw())
	ok(t, settle(rows[1].ID, ticketing.Outcome{State: ticketing.LedgerIgnored, MessageID: "<m@x>"}))
	byID := read(t, d, func(r ticketing.Reader) ([]ticketing.PriorMail, error) { return r.MailsWithMessageID("<m@x>") })
	if len(byID) != 2 || byID[0] != prior || byID[1].MailID != rows[1].ID {
		t.Errorf("mails with the id: %+v", byID)
	}
	for name, c := range map[string]struct {
		filter storage.LedgerFilter
		want   int
	}{
		"all":     {storage.LedgerFilter{}, 4},
		"spooled": {storage.LedgerFilter{State: ticketing.LedgerSpooled}, 2},
		"ignored": {storage.LedgerFilter{State: ticketing.LedgerIgnored, MailboxID: 1}, 1},
		"ticket":  {storage.LedgerFilter{TicketID: 7}, 1},
		"before":  {storage.LedgerFilter{BeforeID: rows[2].ID}, 2},
	} {
		if got := d.rows(t, c.filter); len(got) != c.want {
			t.Errorf("ledger, %s: %d rows, want %d", name, len(got), c.want)
		}
	}
	afterwards(t, d)
}

// afterwards: what is to be done in the mailbox with decided mails.
func afterwards(t *testing.T, d desk) {
	waiting := func(folder string, uidValidity uint32, limit int) []uint32 {
		uids, err := d.Settled(t.Context(), 1, folder, uidValidity, limit)
		ok(t, err)
		return uids
	}
	if got := waiting("INBOX", 1, 10); !equal(got, []uint32{1, 2}) {
		t.Errorf("settled: %v", got)
	}
	if got := waiting("INBOX", 1, 1); !equal(got, []uint32{1}) {
		t.Errorf("settled, one: %v", got)
	}
	if got := append(waiting("INBOX", 2, 10), waiting("Sent", 1, 10)...); len(got) != 0 {
		t.Errorf("settled elsewhere: %v", got)
	}
	ok(t, d.SettledDone(t.Context(), 1, "INBOX", 1, []uint32{1, 77}))
	if got := waiting("INBOX", 1, 10); !equal(got, []uint32{2}) {
		t.Errorf("settled after one is done: %v", got)
	}
}

// takeOver: what somebody dead held is free at once, and what others hold is
// not.
func takeOver(t *testing.T, d desk) {
	d.spooled(t, 3)
	if uids, _ := d.claim(t, "dead", 2, time.Hour); !equal(uids, []uint32{1, 2}) {
		t.Fatalf("claimed %v", uids)
	}
	if uids, _ := d.claim(t, "alive", 1, time.Hour); !equal(uids, []uint32{3}) {
		t.Fatalf("claimed %v", uids)
	}
	owed := []int64{d.owe(t, ticketing.OutboxMail{}), d.owe(t, ticketing.OutboxMail{})}
	sending, err := d.ClaimOutbox(t.Context(), ticketing.OutboxClaim{Owner: "dead", N: 1, Lease: time.Hour})
	if ok(t, err); len(sending) != 1 || sending[0].ID != owed[0] {
		t.Fatalf("sending %+v", sending)
	}
	_, held, err := d.AcquireLease(t.Context(), "folder", "dead", time.Hour)
	if ok(t, err); !held {
		t.Fatal("no lease")
	}
	owners, err := d.Owners(t.Context())
	if ok(t, err); !slices.Contains(owners, "dead") || !slices.Contains(owners, "alive") || slices.Contains(owners, "") {
		t.Errorf("owners: %q", owners)
	}
	n, err := d.TakeOver(t.Context(), "dead")
	if ok(t, err); n != 4 {
		t.Errorf("took over %d claims, want two mails in, one out, one lease", n)
	}
	for _, uid := range []uint32{1, 2} {
		if uids, _ := d.claim(t, "next", 10, time.Hour); !equal(uids, []uint32{uid}) {
			t.Errorf("claimed %v after the takeover, want %d", uids, uid)
		}
	}
	if n, err := d.TakeOver(t.Context(), "next"); err != nil || n != 2 {
		t.Errorf("took over %d claims, %v", n, err)
	}
	if uids, _ := d.claim(t, "next", 10, time.Hour); len(uids) != 0 {
		t.Errorf("claimed %v: what the living hold, or what was in hand at two deaths just now", uids)
	}
	if sending, err = d.ClaimOutbox(t.Context(), ticketing.OutboxClaim{Owner: "next", N: 10, Lease: time.Hour}); err != nil || len(sending) != 2 || sending[0].Attempts != 2 {
		t.Errorf("sending after the takeover: %+v, %v", sending, err)
	}
	if _, held, err := d.AcquireLease(t.Context(), "folder", "next", time.Hour); err != nil || !held {
		t.Errorf("the lease was not taken over: %v", err)
	}
	if owners, err = d.Owners(t.Context()); err != nil || slices.Contains(owners, "dead") {
		t.Errorf("owners after the takeover: %q, %v", owners, err)
	}
}
