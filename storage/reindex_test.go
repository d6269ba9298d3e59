package storage

import (
	"fmt"
	"path/filepath"
	"testing"

	"deskd/ticketing"
)

// TestIndexBearsRewriting: SQLite's index has to be told which words an entry
// had. Whatever was rewritten, and however the index is merged, it stays sound,
// and each entry is found by its latest words alone.
func TestIndexBearsRewriting(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const entries, rounds = 20, 12
	var ids []int64
	write := func(f func(x *session) error) {
		t.Helper()
		if err := s.update(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	entry := func(i, round int) ticketing.Entry {
		e := ticketing.Entry{Kind: ticketing.EntryMessage, Visibility: ticketing.Public}
		e.TicketID, e.Text = ids[i], fmt.Sprintf("always entry%d round%d 第%d回", i, round, round)
		return e
	}
	write(func(x *session) error {
		for i := range entries {
			id, err := x.InsertTicket(ticketing.Ticket{Status: ticketing.Open, Subject: "subject"})
			if err != nil {
				return err
			}
			ids = append(ids, id)
			if _, err := x.InsertEntry(entry(i, 0)); err != nil {
				return err
			}
		}
		return nil
	})
	for round := 1; round < rounds; round++ {
		for i := range entries {
			write(func(x *session) error {
				e := entry(i, round)
				e.ID = int64(i + 1)
				return x.RewriteEntry(e)
			})
		}
		for _, command := range []string{"integrity-check", "optimize", "integrity-check"} {
			write(func(x *session) error {
				_, err := x.exec("INSERT INTO entry_search (entry_search) VALUES (?)", command)
				return err
			})
		}
		for query, want := range map[string]int{
			"always": entries, "subject": entries, "entry3 always": 1, fmt.Sprint("round", round): entries, fmt.Sprintf("第%d", round-1): 0,
		} {
			var found []ticketing.Ticket
			err := s.view(t.Context(), func(x *session) (err error) {
				found, err = x.ListTickets(ticketing.TicketFilter{Query: query, Limit: 100})
				return err
			})
			if err != nil || len(found) != want {
				t.Errorf("round %d: %q finds %d tickets, want %d (%v)", round, query, len(found), want, err)
			}
		}
	}
}
