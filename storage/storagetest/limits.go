package storagetest

import (
	"testing"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

// limits: what is counted to hold back floods.
func limits(t *testing.T, d desk) {
	tk, _ := d.ticket(t, nil)
	other, _ := d.ticket(t, nil)
	anyProof := []ticketing.VerdictResult{ticketing.Pass, ticketing.None, ticketing.Fail}
	for _, e := range []ticketing.Entry{
		{TicketID: tk.ID, Event: "reopened", At: at(1)}, {TicketID: tk.ID, Event: "reopened", At: at(2), Verdict: ticketing.Verdict{Result: ticketing.Pass}},
		{TicketID: tk.ID, Event: "assigned", At: at(2)}, {TicketID: other.ID, Event: "reopened", At: at(2)}, {TicketID: tk.ID, At: at(3)},
	} {
		e.Kind = ticketing.EntryEvent
		if e.Verdict.Result == "" {
			e.Verdict.Result = ticketing.None
		}
		d.entry(t, e)
	}
	for _, m := range []ticketing.OutboxMail{
		{Kind: ticketing.LetterAck, Recipient: "ada@example.org", CreatedAt: at(1)},
		{Kind: ticketing.LetterAck, Recipient: "ada@example.org", CreatedAt: at(2)},
		{Kind: ticketing.LetterAck, Recipient: "bob@example.org", CreatedAt: at(2)},
		{Kind: ticketing.LetterReply, Recipient: "ada@example.org", CreatedAt: at(2)},
	} {
		d.owe(t, m)
	}
	d.spooled(t, 3)
	_, rows := d.claim(t, "one", 3, time.Hour)
	proof := []ticketing.VerdictResult{ticketing.Pass, ticketing.Fail, ticketing.Pass}
	d.update(t, func(tx ticketing.Tx) error {
		for i, from := range []string{"ada@example.org", "ada@example.org", "bob@example.org"} {
			if err := tx.SettleMail(rows[i].ID, ticketing.Outcome{State: ticketing.LedgerApplied, From: from, Verdict: proof[i]}, at(20)); err != nil {
				return err
			}
		}
		return nil
	})
	count := func(what string, want int, f func(ticketing.Reader) (int, error)) {
		t.Helper()
		if n := read(t, d, f); n != want {
			t.Errorf("%s: %d, want %d", what, n, want)
		}
	}
	count("events", 2, func(r ticketing.Reader) (int, error) { return r.CountEvents(tk.ID, "reopened", anyProof, at(1)) })
	count("later events", 1, func(r ticketing.Reader) (int, error) { return r.CountEvents(tk.ID, "reopened", anyProof, at(2)) })
	count("proved events", 1, func(r ticketing.Reader) (int, error) {
		return r.CountEvents(tk.ID, "reopened", []ticketing.VerdictResult{ticketing.Pass}, at(1))
	})
	count("acks", 2, func(r ticketing.Reader) (int, error) { return r.CountAcksTo("ada@example.org", at(0)) })
	count("later acks", 1, func(r ticketing.Reader) (int, error) { return r.CountAcksTo("ada@example.org", at(2)) })
	from := func(proof []ticketing.VerdictResult, from, to time.Time) func(ticketing.Reader) (int, error) {
		return func(r ticketing.Reader) (int, error) { return r.CountMailsFrom("ada@example.org", proof, from, to) }
	}
	came, before := rows[0].ReceivedAt, rows[0].ReceivedAt.Add(-time.Hour)
	last := rows[2].ReceivedAt
	count("mails", 2, from(anyProof, before, last))
	count("proved mails", 1, from([]ticketing.VerdictResult{ticketing.Pass}, before, last))
	count("mails before", 0, from(anyProof, before, came.Add(-time.Millisecond)))
	count("mails after", 0, from(anyProof, last, last.Add(time.Hour)))
	suppressed(t, d)
}

func suppressed(t *testing.T, d desk) {
	is := func(want bool) {
		t.Helper()
		if got := read(t, d, func(r ticketing.Reader) (bool, error) { return r.Suppressed("ada@example.org") }); got != want {
			t.Errorf("suppressed: %v", got)
		}
	}
	is(false)
	for range 2 {
		d.update(t, func(tx ticketing.Tx) error { return tx.Suppress("ada@example.org", "5.1.1", at(20)) })
	}
	is(true)
	d.update(t, func(tx ticketing.Tx) error { return tx.Unsuppress("ada@example.org") })
	is(false)

	// Three failures over three days do, if nothing arrived in between.
	const day = 24 * 60
	fail := func(when int) {
		d.update(t, func(tx ticketing.Tx) error {
			return tx.NoteFailure("ada@example.org", "5.4.4", at(when), 3, 72*time.Hour)
		})
	}
	sent := func(when int, s ticketing.OutboxState) {
		d.owe(t, ticketing.OutboxMail{Recipient: "ada@example.org", State: s, CreatedAt: at(when), SentAt: at(when)})
	}
	sent(-day, ticketing.OutboxSent) // before the first
	fail(0)
	fail(2 * day)
	sent(3*day, ticketing.OutboxSent)
	fail(5 * day)
	is(false)
	sent(6*day, ticketing.OutboxFailed) // it came back
	fail(7 * day)
	sent(9*day-60, ticketing.OutboxSent) // it may come back
	fail(9 * day)
	is(true)
}

// counts: how much work waits.
func counts(t *testing.T, d desk) {
	c, err := d.Counts(t.Context())
	ok(t, err)
	same(t, storage.Counts{}, c)
	tk, _ := d.ticket(t, nil)
	d.entry(t, ticketing.Entry{TicketID: tk.ID, Visibility: ticketing.Held, Review: ticketing.Review{State: ticketing.ReviewWaiting}})
	d.entry(t, ticketing.Entry{TicketID: tk.ID, Review: ticketing.Review{State: ticketing.ReviewReleased}})
	for _, state := range []ticketing.OutboxState{"", ticketing.OutboxUnknown, ticketing.OutboxFailed, ticketing.OutboxSent, ticketing.OutboxDropped} {
		d.owe(t, ticketing.OutboxMail{State: state, CreatedAt: at(5)})
	}
	d.spooled(t, 3)
	_, rows := d.claim(t, "one", 1, time.Hour)
	d.update(t, func(tx ticketing.Tx) error {
		return tx.SettleMail(rows[0].ID, ticketing.Outcome{State: ticketing.LedgerIgnored}, at(20))
	})
	c, err = d.Counts(t.Context())
	ok(t, err)
	if time.Since(c.SpooledOldest).Abs() > time.Minute {
		t.Errorf("oldest spooled mail of %v", c.SpooledOldest)
	}
	c.SpooledOldest = time.Time{}
	same(t, storage.Counts{
		Spooled: 2, Outbox: 2, OutboxOldest: at(5), OutboxFailed: 1, Held: 1,
	}, c)
}
