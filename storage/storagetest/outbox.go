package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

// owe stores a mail owed.
func (d desk) owe(t *testing.T, m ticketing.OutboxMail) (id int64) {
	t.Helper()
	if m.MailboxID == 0 {
		m.MailboxID = d.mailbox(t).ID
	}
	d.update(t, func(tx ticketing.Tx) (err error) {
		id, err = tx.Enqueue(m)
		return err
	})
	return id
}

// send claims mails and gives their ids.
func (d desk) send(t *testing.T, owner string, n int, lease time.Duration) (ids []int64) {
	t.Helper()
	mails, err := d.ClaimOutbox(t.Context(), ticketing.OutboxClaim{Owner: owner, N: n, Lease: lease})
	ok(t, err)
	for _, m := range mails {
		if m.State != ticketing.OutboxSending {
			t.Errorf("a claimed mail is %s", m.State)
		}
		ids = append(ids, m.ID)
	}
	return ids
}

func (d desk) outboxRow(t *testing.T, id int64) ticketing.OutboxMail {
	t.Helper()
	rows, err := d.OutboxRows(t.Context(), storage.OutboxFilter{BeforeID: id + 1, Limit: 1})
	ok(t, err)
	return rows[0]
}

func (d desk) due(t *testing.T) time.Time {
	t.Helper()
	at, err := d.NextDue(t.Context())
	ok(t, err)
	return at
}

// outbox: due mails oldest first, one sender at a time, and what a dead sender
// held comes due again.
func outbox(t *testing.T, d desk) {
	if !d.due(t).IsZero() {
		t.Error("something is due in an empty outbox")
	}
	past := time.Now().Add(-time.Hour)
	later := time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)
	second := d.owe(t, ticketing.OutboxMail{DueAt: past.Add(time.Minute), TicketID: 3, EntryID: 4})
	first := d.owe(t, ticketing.OutboxMail{DueAt: past})
	third := d.owe(t, ticketing.OutboxMail{}) // at once
	future := d.owe(t, ticketing.OutboxMail{DueAt: later})
	if got := d.due(t); !got.Equal(past.UTC().Truncate(time.Millisecond)) {
		t.Errorf("next due at %v, want %v", got, past)
	}
	if got := d.send(t, "one", 1, time.Hour); !equal(got, []int64{first}) {
		t.Errorf("first claim: %v, want %d", got, first)
	}
	if got := d.send(t, "two", 10, time.Millisecond); !equal(got, []int64{second, third}) {
		t.Errorf("second claim: %v", got)
	}
	time.Sleep(5 * time.Millisecond) // two has died
	if got := d.send(t, "three", 10, time.Hour); !equal(got, []int64{second, third}) {
		t.Errorf("claim after a death: %v", got)
	}
	if row := d.outboxRow(t, second); row.Attempts != 2 {
		t.Errorf("%d attempts", row.Attempts)
	}
	deliveries(t, d, first, second, third, later)
	if got := d.due(t); !got.Equal(later) {
		t.Errorf("next due at %v, want %v", got, later)
	}
	paused(t, d, future)
}

func deliveries(t *testing.T, d desk, first, second, third int64, later time.Time) {
	record := func(owner string, id int64, v ticketing.Delivery) error {
		return d.RecordDelivery(t.Context(), owner, id, v)
	}
	sent := ticketing.Delivery{State: ticketing.OutboxSent, ProviderID: "p", Aliases: []string{"<alias@x>"}}
	if err := record("two", second, sent); !errors.Is(err, ticketing.ErrLeaseLost) {
		t.Errorf("a claim that was lost: %v", err)
	}
	ok(t, record("three", second, sent))
	if err := record("three", second, sent); !errors.Is(err, ticketing.ErrLeaseLost) {
		t.Errorf("recorded twice: %v", err)
	}
	row := d.outboxRow(t, second)
	if row.State != ticketing.OutboxSent || row.ProviderID != "p" || row.SentAt.IsZero() {
		t.Errorf("sent: %+v", row)
	}
	found := read(t, d, func(r ticketing.Reader) ([]ticketing.StoredID, error) { return r.FindMessageIDs([]string{"<alias@x>"}) })
	same(t, []ticketing.StoredID{{MessageID: "<alias@x>", TicketID: 3, EntryID: 4}}, found)

	ok(t, record("three", third, ticketing.Delivery{State: ticketing.OutboxFailed, Error: "550 no"}))
	if row := d.outboxRow(t, third); row.State != ticketing.OutboxFailed || row.LastError != "550 no" || !row.SentAt.IsZero() {
		t.Errorf("failed: %+v", row)
	}
	ok(t, record("one", first, ticketing.Delivery{State: ticketing.OutboxUnknown, Error: "lost"}))
	if got := d.send(t, "one", 10, time.Hour); !equal(got, []int64{first}) {
		t.Errorf("a mail of unknown fate is tried again: %v", got)
	}
	ok(t, record("one", first, ticketing.Delivery{State: ticketing.OutboxQueued, NextAt: later.Add(time.Hour)}))
	if row := d.outboxRow(t, first); row.State != ticketing.OutboxQueued || !row.DueAt.Equal(later.Add(time.Hour)) || row.Attempts != 2 || !row.Uncertain {
		t.Errorf("queued again: %+v", row)
	}
	d.outboxUntried(t)
	if err := record("one", first, ticketing.Delivery{State: ticketing.OutboxSending}); err == nil {
		t.Error("sending is no outcome")
	}
}

// paused: a paused mailbox waits, others do not.
func paused(t *testing.T, d desk, future int64) {
	boxes, err := d.EnsureMailboxes(t.Context(), []ticketing.Mailbox{{Address: "support@example.com"}, {Address: "sales@example.com"}})
	ok(t, err)
	here := d.owe(t, ticketing.OutboxMail{MailboxID: boxes[0].ID})
	there := d.owe(t, ticketing.OutboxMail{MailboxID: boxes[1].ID})
	until := time.Now().Add(30 * time.Minute).UTC().Truncate(time.Millisecond)
	ok(t, d.PauseMailbox(t.Context(), boxes[0].ID, until, "535 authentication failed"))
	if got := d.send(t, "one", 10, time.Hour); !equal(got, []int64{there}) {
		t.Errorf("claim during a pause: %v, want %d", got, there)
	}
	if got := d.due(t); !got.Equal(until) {
		t.Errorf("next due at %v, want the end of the pause %v", got, until)
	}
	ok(t, d.PauseMailbox(t.Context(), boxes[0].ID, time.Now().Add(-time.Second), ""))
	if got := d.send(t, "one", 10, time.Hour); !equal(got, []int64{here}) {
		t.Errorf("claim after a pause: %v, want %d, and %d not yet", got, here, future)
	}
}

// outboxAdmin: what an administrator may do with a mail owed.
func outboxAdmin(t *testing.T, d desk) {
	var ids []int64
	for i := range 4 {
		ids = append(ids, d.owe(t, ticketing.OutboxMail{TicketID: int64(i % 2), MessageID: fmt.Sprintf("<%d@x>", i), DueAt: at(i)}))
	}
	d.send(t, "one", 2, time.Hour)
	ok(t, d.RecordDelivery(t.Context(), "one", ids[0], ticketing.Delivery{State: ticketing.OutboxSent}))
	for name, change := range map[string]func(int64) error{
		"retry": func(id int64) error { return d.RetryOutbox(t.Context(), id) },
		"drop":  func(id int64) error { return d.DropOutbox(t.Context(), id) },
	} {
		for _, id := range ids[:2] { // sent, and being sent
			if err := change(id); !errors.Is(err, storage.ErrOutboxState) {
				t.Errorf("%s %s: %v", name, d.outboxRow(t, id).State, err)
			}
		}
		if err := change(999); !errors.Is(err, ticketing.ErrNotFound) {
			t.Errorf("%s what is not there: %v", name, err)
		}
	}
	ok(t, d.RecordDelivery(t.Context(), "one", ids[1], ticketing.Delivery{State: ticketing.OutboxFailed}))
	ok(t, d.DropOutbox(t.Context(), ids[2]))
	ok(t, d.DropOutbox(t.Context(), ids[3]))
	if got := d.send(t, "one", 10, time.Hour); len(got) != 0 {
		t.Errorf("dropped or failed mails are sent: %v", got)
	}
	ok(t, d.RetryOutbox(t.Context(), ids[1]))
	ok(t, d.RetryOutbox(t.Context(), ids[3]))
	if got := d.send(t, "one", 10, time.Hour); !equal(got, []int64{ids[1], ids[3]}) {
		t.Errorf("mails tried again: %v", got)
	}
	for name, c := range map[string]struct {
		filter storage.OutboxFilter
		want   []int64
	}{
		"all":     {storage.OutboxFilter{}, []int64{ids[3], ids[2], ids[1], ids[0]}},
		"ticket":  {storage.OutboxFilter{TicketID: 1}, []int64{ids[3], ids[1]}},
		"sent":    {storage.OutboxFilter{State: ticketing.OutboxSent}, []int64{ids[0]}},
		"dropped": {storage.OutboxFilter{State: ticketing.OutboxDropped}, []int64{ids[2]}},
		"page":    {storage.OutboxFilter{BeforeID: ids[3], Limit: 2}, []int64{ids[2], ids[1]}},
	} {
		rows, err := d.OutboxRows(t.Context(), c.filter)
		ok(t, err)
		var got []int64
		for _, row := range rows {
			got = append(got, row.ID)
		}
		if !equal(got, c.want) {
			t.Errorf("outbox, %s: %v, want %v", name, got, c.want)
		}
	}
	bounced(t, d, ids)
}

func bounced(t *testing.T, d desk, ids []int64) {
	waiting := d.owe(t, ticketing.OutboxMail{DueAt: at(0)})
	d.update(t, func(tx ticketing.Tx) error { return tx.MarkUndelivered(waiting, "5.1.1 unknown", true) })
	if got := d.send(t, "one", 10, time.Hour); len(got) != 0 {
		t.Errorf("a mail that bounced for good is sent: %v", got)
	}
	d.update(t, func(tx ticketing.Tx) error {
		if err := tx.MarkUndelivered(ids[0], "4.2.2 mailbox full", false); err != nil {
			return err
		}
		return tx.MarkUndelivered(ids[3], "5.1.1 unknown", true)
	})
	if row := d.outboxRow(t, ids[0]); row.State != ticketing.OutboxSent || row.LastError != "4.2.2 mailbox full" {
		t.Errorf("delayed: %+v", row)
	}
	if row := d.outboxRow(t, ids[3]); row.State != ticketing.OutboxFailed || row.LastError != "5.1.1 unknown" {
		t.Errorf("bounced: %+v", row)
	}
	if err := d.RecordDelivery(t.Context(), "one", ids[3], ticketing.Delivery{State: ticketing.OutboxSent}); !errors.Is(err, ticketing.ErrLeaseLost) {
		t.Errorf("sent after it bounced: %v", err)
	}
}

// outboxClaims: each mailbox gives as many as there is room for its mails, and
// what the owner has in hand stays where it is.
func outboxClaims(t *testing.T, d desk) {
	boxes, err := d.EnsureMailboxes(t.Context(), []ticketing.Mailbox{{Address: "a@example.com"}, {Address: "b@example.com"}, {Address: "c@example.com"}})
	ok(t, err)
	var ids [3][]int64
	for i := range 9 { // of each mailbox in turn, oldest first
		ids[i%3] = append(ids[i%3], d.owe(t, ticketing.OutboxMail{MailboxID: boxes[i%3].ID, DueAt: at(i)}))
	}
	claim := func(c ticketing.OutboxClaim) (ids []int64) {
		c.Owner = "one"
		mails, err := d.ClaimOutbox(t.Context(), c)
		ok(t, err)
		return outboxIDs(mails)
	}
	full := map[int64]int{boxes[0].ID: 0, boxes[2].ID: 2}
	if got, want := claim(ticketing.OutboxClaim{N: 1, Own: full, Lease: -time.Minute}), []int64{ids[1][0], ids[2][0], ids[2][1]}; !equal(sorted(got), want) {
		t.Errorf("claimed %v, want %v", got, want)
	}
	// Those claims have ended by the clock.
	if got, want := claim(ticketing.OutboxClaim{N: 10, Own: full, InHand: []int64{ids[1][0], ids[2][0], ids[2][1]}, Lease: time.Hour}), []int64{ids[1][1], ids[2][2], ids[1][2]}; !equal(sorted(got), sorted(want)) {
		t.Errorf("claimed %v, want %v", got, want)
	}
	if got, want := claim(ticketing.OutboxClaim{N: 10, Lease: time.Hour}), slices.Concat(ids[0], ids[1][:1], ids[2][:2]); !equal(sorted(got), sorted(want)) {
		t.Errorf("claimed %v, want %v", got, want)
	}
}

func sorted(ids []int64) []int64 { return slices.Sorted(slices.Values(ids)) }

// outboxUntried: what is only given back has not been tried.
func (d desk) outboxUntried(t *testing.T) {
	id := d.owe(t, ticketing.OutboxMail{})
	for _, untried := range []bool{true, false, true} {
		d.send(t, "one", 10, time.Hour)
		ok(t, d.RecordDelivery(t.Context(), "one", id, ticketing.Delivery{State: ticketing.OutboxQueued, Untried: untried}))
	}
	if row := d.outboxRow(t, id); row.Attempts != 1 {
		t.Errorf("%d attempts at a mail that was tried once and given back twice", row.Attempts)
	}
	ok(t, d.DropOutbox(t.Context(), id))
}
