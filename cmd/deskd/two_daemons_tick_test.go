package main

import (
	"fmt"
	"testing"

	"deskd/ticketing"
)

// TestTwoDaemonsTick: what time brings about happens once.
func TestTwoDaemonsTick(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		both := members(t, 2, url)
		ctx := t.Context()
		if _, err := both[0].store.AddAgent(ctx, "mia@example.org", "Mia", "en"); err != nil {
			t.Fatal(err)
		}
		const mails = 10
		for i := range mails {
			if err := both[0].spool(0, customerMail(fmt.Sprintf("<%d@acme.example>", i), "", fmt.Sprint(i))); err != nil {
				t.Fatal(err)
			}
		}
		finish(t, both)
		for i := range int64(mails) {
			failed := ticketing.OutboxMail{TicketID: i + 1, EntryID: 1, MailboxID: 1, Kind: ticketing.LetterReply,
				Recipient: "x@y.example", State: ticketing.OutboxFailed, LastError: "550 no"}
			if err := both[0].store.Update(ctx, func(tx ticketing.Tx) error { _, err := tx.Enqueue(failed); return err }); err != nil {
				t.Fatal(err)
			}
			together(t, both, func(_ int, m member) error {
				_, err := m.Desk.Tick(ctx)
				return err
			})
			var reports int
			err := both[0].store.View(ctx, func(r ticketing.Reader) error {
				entries, err := r.Entries(i + 1)
				for _, e := range entries {
					if e.Event == "undelivered" {
						reports++
					}
				}
				return err
			})
			if err != nil || reports != 1 {
				t.Errorf("the undelivered mail of ticket %d was reported %d times, %v", i+1, reports, err)
			}
		}
	})
}
