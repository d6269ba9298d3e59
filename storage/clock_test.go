package storage_test

import (
	"testing"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

// TestClocksThatDifferDoubleNothing: what one machine has claimed is not due on
// another, however far their clocks are apart.
func TestClocksThatDifferDoubleNothing(t *testing.T) {
	url := postgres.NewDatabase(t)
	ahead := func(d time.Duration) *storage.Store {
		s, err := storage.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		storage.SetClock(s, func() time.Time { return time.Now().Add(d) })
		return s
	}
	behind, right, before := ahead(-24*time.Hour), ahead(0), ahead(24*time.Hour)
	boxes, err := right.EnsureMailboxes(t.Context(), []ticketing.Mailbox{{Address: "support@example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	var id int64
	if err := right.Update(t.Context(), func(tx ticketing.Tx) error {
		id, err = tx.Enqueue(ticketing.OutboxMail{MailboxID: boxes[0].ID, DueAt: time.Now().Add(-time.Minute)})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	claim := func(s *storage.Store, owner string) int {
		t.Helper()
		mails, err := s.ClaimOutbox(t.Context(), ticketing.OutboxClaim{Owner: owner, N: 10, Lease: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		return len(mails)
	}
	if n := claim(behind, "behind"); n != 1 {
		t.Fatalf("claimed %d mails, want 1", n)
	}
	for i := range 2 {
		if n := claim(right, "right") + claim(before, "before"); n != 0 {
			t.Errorf("round %d: the mail was claimed again", i)
		}
		if err := behind.RenewOutbox(t.Context(), "behind", id, time.Minute); err != nil {
			t.Error(err)
		}
	}
}
