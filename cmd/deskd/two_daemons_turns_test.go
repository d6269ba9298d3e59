package main

import (
	"fmt"
	"slices"
	"testing"

	"deskd/ticketing"
)

// TestTwoDaemonsTurns: two daemons decide about mails as fast as they can, and
// tickets still go round: one agent after the other, in the order of their numbers.
func TestTwoDaemonsTurns(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		const mails, batch = 60, 5
		all := members(t, 2, url)
		var agents []int64
		for _, address := range []string{"mia@agents.test", "ben@agents.test", "zoe@agents.test"} {
			p, err := all[0].store.AddAgent(t.Context(), address, "", "en")
			if err != nil {
				t.Fatal(err)
			}
			agents = append(agents, p.ID)
		}
		for i := range all {
			all[i].Desk.Settings.Mailboxes[0].Assign = ticketing.AssignRoundRobin
		}
		together(t, all, func(i int, m member) error {
			for n := 0; n < mails; n += batch {
				var raws []string
				for k := range batch {
					raws = append(raws, customerMail(fmt.Sprintf("<%d.%d@acme.example>", i, n+k), "", fmt.Sprintf("Mail %d of %d.", n+k, i)))
				}
				if err := m.spool(0, raws...); err != nil {
					return err
				}
				if _, err := m.Once(t.Context()); err != nil {
					return err
				}
			}
			return nil
		})
		finish(t, all)
		var made []ticketing.Ticket
		err := all[0].store.View(t.Context(), func(r ticketing.Reader) (err error) {
			made, err = r.ListTickets(ticketing.TicketFilter{All: true, Limit: 1000})
			return err
		})
		if err != nil || len(made) != 2*mails {
			t.Fatalf("%d tickets, %v", len(made), err)
		}
		slices.SortFunc(made, func(a, b ticketing.Ticket) int { return int(a.ID - b.ID) })
		for i, got := range made {
			if want := agents[i%len(agents)]; got.AssigneeID != want {
				t.Fatalf("ticket %d is that of %d, not %d", got.ID, got.AssigneeID, want)
			}
		}
	})
}
