package storagetest

import (
	"errors"
	"testing"
	"time"

	"deskd/ticketing"
)

// outboxRenewal: a claim lasts while its owner renews it, and nobody else can.
func outboxRenewal(t *testing.T, d desk) {
	id := d.owe(t, ticketing.OutboxMail{DueAt: time.Now().Add(-time.Minute)})
	d.send(t, "one", 1, time.Millisecond)
	ok(t, d.RenewOutbox(t.Context(), "one", id, time.Hour))
	if ids := d.send(t, "two", 1, time.Hour); len(ids) != 0 {
		t.Errorf("a renewed claim was taken over: %v", ids)
	}
	if err := d.RenewOutbox(t.Context(), "two", id, time.Hour); !errors.Is(err, ticketing.ErrLeaseLost) {
		t.Errorf("somebody else renewed it: %v", err)
	}
	ok(t, d.RecordDelivery(t.Context(), "one", id, ticketing.Delivery{State: ticketing.OutboxSent}))
	if err := d.RenewOutbox(t.Context(), "one", id, time.Hour); !errors.Is(err, ticketing.ErrLeaseLost) {
		t.Errorf("a mail that was sent was renewed: %v", err)
	}
}

// automaticLetters: what nobody typed is counted and can be made to wait; what
// went to an address is found.
func automaticLetters(t *testing.T, d desk) {
	due := time.Now().Add(-time.Hour)
	for i, kind := range []ticketing.LetterKind{
		ticketing.LetterAck, ticketing.LetterNotification, ticketing.LetterReply, ticketing.LetterCopy, ticketing.LetterDigest,
	} {
		d.owe(t, ticketing.OutboxMail{Kind: kind, Recipient: "ada@example.org", CreatedAt: at(i), DueAt: due})
	}
	n := read(t, d, func(r ticketing.Reader) (int, error) { return r.CountAutomatic(at(0), at(5)) })
	if n != 1 {
		t.Errorf("%d automatic letters, want 1: what tells agents does not count", n)
	}
	if n := read(t, d, func(r ticketing.Reader) (int, error) { return r.CountAutomatic(at(1), at(1)) }); n != 0 {
		t.Errorf("%d automatic letters in no time", n)
	}
	sent := read(t, d, func(r ticketing.Reader) ([]ticketing.OutboxMail, error) {
		return r.OutgoingTo("ada@example.org", at(1))
	})
	if len(sent) != 4 || sent[1].Kind != ticketing.LetterCopy {
		t.Errorf("mails to ada: %+v", sent)
	}
	last := func(ticket int64, kind ticketing.LetterKind) int64 {
		return read(t, d, func(r ticketing.Reader) (ticketing.OutboxMail, error) { return r.LastOutgoing(ticket, kind) }).ID
	}
	d.owe(t, ticketing.OutboxMail{TicketID: 7, Kind: ticketing.LetterReminder, DueAt: due, CreatedAt: at(4)})
	second := d.owe(t, ticketing.OutboxMail{TicketID: 7, Kind: ticketing.LetterReminder, DueAt: due, CreatedAt: at(4)})
	if got := last(7, ticketing.LetterReminder); got != second {
		t.Errorf("the last reminder of the ticket is mail %d, want %d", got, second)
	}
	if last(7, ticketing.LetterClosed) != 0 || last(8, ticketing.LetterReminder) != 0 {
		t.Error("there was no such mail")
	}
	until := time.Now().Add(time.Hour).Truncate(time.Millisecond)
	from := func() time.Time { return read(t, d, ticketing.Reader.AutomaticFrom) }
	if got := from(); !got.IsZero() {
		t.Errorf("automatic letters wait until %v, but were not postponed", got)
	}
	d.update(t, func(tx ticketing.Tx) error { return tx.PostponeAutomatic(until) })
	if got := from(); !got.Equal(until) {
		t.Errorf("automatic letters wait until %v, want %v", got, until)
	}
	if ids := d.send(t, "one", 10, time.Hour); len(ids) != 4 {
		t.Errorf("%d mails are due, want the two that people wrote and the two that tell an agent", len(ids))
	}
}

// trouble: mails that failed and mails tried in vain for long are listed until
// they are reported in that state.
func trouble(t *testing.T, d desk) {
	mail := func(state ticketing.OutboxState, minute, attempts int, reason string) int64 {
		return d.owe(t, ticketing.OutboxMail{State: state, CreatedAt: at(minute), Attempts: attempts, LastError: reason})
	}
	young := mail(ticketing.OutboxQueued, 9, 1, "421 later")
	late := mail(ticketing.OutboxQueued, 2, 1, "421 later")
	later := mail(ticketing.OutboxUnknown, 1, 2, "lost")
	mail(ticketing.OutboxQueued, 0, 0, "")        // never tried
	mail(ticketing.OutboxSending, 0, 1, "")       // the first try
	mail(ticketing.OutboxSent, 0, 2, "421 later") // at last
	failed := mail(ticketing.OutboxFailed, 9, 1, "550 no")
	list := func(before, limit int) []int64 {
		return outboxIDs(read(t, d, func(r ticketing.Reader) ([]ticketing.OutboxMail, error) {
			return r.OutgoingInTrouble(at(before), limit)
		}))
	}
	if got := list(5, 10); !equal(got, []int64{failed, later, late}) {
		t.Errorf("in trouble: %v, want %v", got, []int64{failed, later, late})
	}
	if got := list(5, 1); !equal(got, []int64{failed, later}) {
		t.Errorf("the oldest in trouble: %v, want %v", got, []int64{failed, later})
	}
	d.update(t, func(tx ticketing.Tx) error {
		_, first := tx.MarkReported(ticketing.OutboxMail{ID: failed, State: ticketing.OutboxFailed})
		_, second := tx.MarkReported(ticketing.OutboxMail{ID: later, State: ticketing.OutboxUnknown})
		return errors.Join(first, second, tx.MarkUndelivered(late, "550 no", false))
	})
	if got := list(10, 10); !equal(got, []int64{late, young}) {
		t.Errorf("in trouble and not reported: %v, want %v", got, []int64{late, young})
	}
}

// repeatedFailures: three over three days stop automatic mail, fewer or faster
// ones do not; a mail from the address forgets them.
func repeatedFailures(t *testing.T, d desk) {
	fail := func(days float64) {
		t.Helper()
		when := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(days * 24 * float64(time.Hour)))
		d.update(t, func(tx ticketing.Tx) error {
			return tx.NoteFailure("ada@example.org", "5.4.4", when, 3, 72*time.Hour)
		})
	}
	want := func(what string, stopped bool) {
		t.Helper()
		got := read(t, d, func(r ticketing.Reader) (bool, error) { return r.Suppressed("ada@example.org") })
		if got != stopped {
			t.Errorf("%s: suppressed is %v", what, got)
		}
	}
	fail(0)
	fail(0.5)
	fail(1)
	want("three failures within a day", false)
	fail(3)
	want("another after three days", true)
	d.update(t, func(tx ticketing.Tx) error { return tx.Unsuppress("ada@example.org") })
	want("after a mail from there", false)
	fail(4)
	fail(8)
	want("two failures", false)
}

// reports: a mail in trouble is marked once for each trouble, and not after it
// ended.
func reports(t *testing.T, d desk) {
	failed := d.owe(t, ticketing.OutboxMail{State: ticketing.OutboxFailed, CreatedAt: at(0), LastError: "550 no"})
	delayed := d.owe(t, ticketing.OutboxMail{Attempts: 1, CreatedAt: at(0), LastError: "451 later"})
	over := d.owe(t, ticketing.OutboxMail{Attempts: 1, CreatedAt: at(0), LastError: "451 later"})
	trouble := func() []ticketing.OutboxMail {
		return read(t, d, func(r ticketing.Reader) ([]ticketing.OutboxMail, error) { return r.OutgoingInTrouble(at(1), 10) })
	}
	seen := trouble()
	if ids := outboxIDs(seen); len(ids) != 3 || ids[0] != failed || ids[1] != delayed || ids[2] != over {
		t.Fatalf("in trouble: %v", ids)
	}
	mark := func(m ticketing.OutboxMail, want bool) {
		t.Helper()
		d.update(t, func(tx ticketing.Tx) error {
			first, err := tx.MarkReported(m)
			if first != want {
				t.Errorf("mail %d was marked: %v, want %v", m.ID, first, want)
			}
			return err
		})
	}
	d.update(t, func(tx ticketing.Tx) error { return tx.MarkUndelivered(over, "550 gone", true) }) // and told by the bounce
	mark(seen[0], true)
	mark(seen[0], false)
	mark(seen[1], true)
	mark(seen[1], false)
	mark(seen[2], false)
	if ids := outboxIDs(trouble()); len(ids) != 0 {
		t.Errorf("still in trouble: %v", ids)
	}
}
