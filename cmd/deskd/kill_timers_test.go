package main

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

// TestKillWhileRemindersComeDue kills the real program at random moments while
// many reminders, and a morning mail, are due. Afterwards each is there once.
func TestKillWhileRemindersComeDue(t *testing.T) {
	killOnBothEngines(t, func(t *testing.T, k *killed) {
		m := timed{member: memberOf(t, k.config)}
		const waiting = 150
		m.awaitAll(t, waiting)
		for k.kills < killsWanted(t) && m.reminded(t, waiting) < waiting {
			p := k.serve()
			time.Sleep(time.Duration(rand.Int64N(int64(150 * time.Millisecond))))
			k.kills++
			p.kill()
			m.endClaims(t, waiting)
		}
		t.Logf("%d kills; %d of %d reminded by then", k.kills, m.reminded(t, waiting), waiting)
		p := k.serve()
		k.waitFor("all are reminded", func() bool { return m.reminded(t, waiting) >= waiting })
		k.waitFor("all have their mail", func() bool { return m.unsent(t) == 0 })
		p.end()
		m.countReminders(t, waiting)
	})
}

// awaitAll makes tickets whose customers have to be reminded since yesterday, one
// more that is open, and a morning mail that is due.
func (m timed) awaitAll(t *testing.T, waiting int) {
	t.Helper()
	mia, err := m.store.AddAgent(t.Context(), "mia@example.org", "Mia", "en")
	if err != nil {
		t.Fatal(err)
	}
	for i := range waiting + 1 {
		if err := m.spool(0, customerMail(fmt.Sprintf("<%d@acme.example>", i), "", fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	finish(t, []member{m.member})
	m.sent(t)
	m.Desk.Now = func() time.Time { return time.Now().AddDate(0, 0, -4) }
	for i := range waiting {
		m.do(t, int64(i+1), ticketing.SetStatus{To: ticketing.AwaitingReply})
	}
	due := ticketing.Timer{Kind: ticketing.TimerDigest, PersonID: mia.ID, DueAt: time.Now().Add(-time.Second)}
	if err := m.store.Update(t.Context(), func(tx ticketing.Tx) error { return tx.SetTimer(due) }); err != nil {
		t.Fatal(err)
	}
}

// endClaims lets what was claimed come due at once, as it would a minute later.
func (m timed) endClaims(t *testing.T, tickets int) {
	t.Helper()
	err := m.store.Update(t.Context(), func(tx ticketing.Tx) error {
		for id := range int64(tickets + 1) {
			timers, err := tx.TicketTimers(id) // of ticket 0 are the morning mails
			for _, timer := range timers {
				err = tx.SetTimer(timer)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// reminded counts the reminders on all tickets.
func (m timed) reminded(t *testing.T, tickets int) (n int) {
	t.Helper()
	for id := range int64(tickets) {
		n += m.events(t, id+1, "reminded")
	}
	return n
}

func (m timed) rows(t *testing.T) (all []ticketing.OutboxMail) {
	t.Helper()
	pages(t, func(before int64) ([]ticketing.OutboxMail, error) {
		return m.store.OutboxRows(t.Context(), storage.OutboxFilter{BeforeID: before, Limit: 1000})
	}, func(o ticketing.OutboxMail) int64 {
		all = append(all, o)
		return o.ID
	})
	return all
}

func (m timed) unsent(t *testing.T) (n int) {
	t.Helper()
	for _, o := range m.rows(t) {
		if o.State != ticketing.OutboxSent {
			n++
		}
	}
	return n
}

// countReminders: each ticket has one reminder, and owes one; the agent has one
// morning mail.
func (m timed) countReminders(t *testing.T, tickets int) {
	t.Helper()
	owed, digests := map[int64]int{}, 0
	for _, o := range m.rows(t) {
		switch o.Kind {
		case ticketing.LetterReminder:
			owed[o.TicketID]++
		case ticketing.LetterDigest:
			digests++
		}
	}
	for id := int64(1); id <= int64(tickets); id++ {
		if n := m.events(t, id, "reminded"); n != 1 || owed[id] != 1 {
			t.Errorf("ticket %d: %d reminders and %d mails of them", id, n, owed[id])
		}
		err := m.store.View(t.Context(), func(r ticketing.Reader) error {
			timers, err := r.TicketTimers(id)
			if len(timers) != 1 || !timers[0].DueAt.After(time.Now()) {
				t.Errorf("ticket %d goes on with %+v", id, timers)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	if len(owed) != tickets || digests != 1 {
		t.Errorf("%d tickets have reminders, want %d; %d morning mails, want 1", len(owed), tickets, digests)
	}
}
