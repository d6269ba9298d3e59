package storage

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

// TestListsUseIndexes asks SQLite how it would answer every query of a desk at
// work: none may read a table that grows from end to end, or sort it.
func TestListsUseIndexes(t *testing.T) {
	s, err := Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	askEverything(t, s)
	small := []string{"mailbox", "b", "p", "organisation", "signing_key", "folder_cursor"}
	seen := 0
	for _, p := range []*pool{s.readers, s.writers} {
		for _, c := range p.idle {
			for query := range c.stmts {
				if !strings.Contains(query, "SELECT") && !strings.HasPrefix(query, "UPDATE") {
					continue
				}
				seen++
				for _, step := range plan(t, c, query) {
					table, isScan := strings.CutPrefix(step, "SCAN ")
					whole := isScan && !strings.Contains(step, "USING") && !strings.Contains(step, "VIRTUAL TABLE") &&
						!slices.Contains(small, table) && table != "found" && table != "due" && table != "CONSTANT ROW"
					sorted := strings.Contains(step, "TEMP B-TREE FOR ORDER BY") &&
						!strings.Contains(query, "organisation") && !strings.Contains(query, "FROM participant") // few
					if whole || sorted {
						t.Errorf("%s\n\t%s", step, query)
					}
				}
			}
		}
	}
	if seen < 40 {
		t.Errorf("only %d queries were seen", seen)
	}
}

// TestTicketListIndexes: when several columns are asked for, the one that
// leaves least chooses.
func TestTicketListIndexes(t *testing.T) {
	s, err := Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for index, filters := range map[string][]ticketing.TicketFilter{
		"ticket_unsolved": {{}, {MailboxID: 1}, {AssigneeID: 1}, {AssigneeID: 1, MailboxID: 1}},
		"ticket_status":   {{Status: ticketing.Solved}, {Status: ticketing.OnHold}, {Status: ticketing.OnHold, AssigneeID: 1, MailboxID: 1}},
		"ticket_activity": {{All: true}},
		"ticket_assignee": {{All: true, AssigneeID: 1}, {All: true, AssigneeID: 1, MailboxID: 1}, {Status: ticketing.Solved, AssigneeID: 1}},
		"ticket_mailbox":  {{All: true, MailboxID: 1}, {Status: ticketing.Solved, MailboxID: 1}},
	} {
		for _, f := range filters {
			var c conditions
			narrow(&c, f)
			query := "SELECT id FROM ticket t" + c.where() + " ORDER BY t.last_activity_at DESC, t.id DESC LIMIT 5"
			if err := s.view(t.Context(), func(x *session) error {
				if steps := plan(t, x.conn, query); len(steps) != 1 || !strings.Contains(steps[0]+" ", " "+index+" ") {
					t.Errorf("%+v: %q, want %s", f, steps, index)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func plan(t *testing.T, c *connection, query string) (steps []string) {
	t.Helper()
	args := make([]any, strings.Count(query, "?"))
	rows, err := c.conn.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	return steps
}

// askEverything runs what a desk runs. Answers do not matter.
func askEverything(t *testing.T, s *Store) {
	t.Helper()
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.view(ctx, func(x *session) error {
		for _, f := range everyFilter() {
			if _, err := x.ListTickets(f); err != nil {
				return err
			}
		}
		_, _ = x.Participants(1)
		_, _ = x.Entries(1)
		_, _ = x.EntriesVisibleTo(1)
		_, _ = x.ReviewsWaiting(10)
		_, _ = x.FindMessageIDs([]string{"<a>"})
		_, _ = x.MailsWithMessageID("<a>")
		_, _ = x.MailsWithRaw("a")
		_, _ = x.CountMailsFrom("a", []ticketing.VerdictResult{ticketing.Pass}, time.Now(), time.Now())
		_, _ = x.AutomaticFrom()
		_, _ = x.CountAcksTo("a", time.Now())
		_, _ = x.CountEvents(1, "a", []ticketing.VerdictResult{ticketing.Pass}, time.Now())
		_, _ = x.Outgoing("<a>")
		_, _ = x.PersonByAddress("a")
		_, _ = x.Agents()
		_, _ = x.OrganisationByDomain("a")
		return nil
	}))
	for _, state := range []ticketing.LedgerState{
		"", ticketing.LedgerSpooled, ticketing.LedgerApplied, ticketing.LedgerHeld, ticketing.LedgerIgnored, ticketing.LedgerGone,
	} {
		_, err := s.LedgerRows(ctx, LedgerFilter{State: state, BeforeID: 5})
		must(err)
		_, err = s.LedgerRows(ctx, LedgerFilter{State: state, TicketID: 5})
		must(err)
	}
	for _, state := range []ticketing.OutboxState{"", ticketing.OutboxQueued, ticketing.OutboxSent, ticketing.OutboxFailed} {
		_, err := s.OutboxRows(ctx, OutboxFilter{State: state, BeforeID: 5})
		must(err)
	}
	_, err := s.ClaimSpooled(ctx, "a", 1, time.Hour)
	must(err)
	must(s.update(ctx, func(x *session) error {
		_, err := x.claimOutbox(1, "a", 1, time.Now(), time.Hour)
		return err
	}))
	_, err = s.NextDue(ctx)
	must(err)
	_, err = s.Settled(ctx, 1, "INBOX", 1, 10)
	must(err)
	must(s.SettledDone(ctx, 1, "INBOX", 1, []uint32{1}))
	_, err = s.KnownMails(ctx, 1, "INBOX", []ticketing.Arrival{{MessageID: "<a>"}})
	must(err)
	_, err = s.Counts(ctx)
	must(err)
	_ = s.RemoveAgent(ctx, "a@example.org")
}

func everyFilter() (all []ticketing.TicketFilter) {
	for _, f := range []ticketing.TicketFilter{
		{}, {All: true}, {Status: ticketing.Open}, {Status: ticketing.Solved}, {Query: "word 東京"}, {Query: "word", All: true},
	} {
		for _, assignee := range []int64{0, 1} {
			for _, mailbox := range []int64{0, 1} {
				for _, before := range []int64{0, 1} {
					f.AssigneeID, f.MailboxID, f.BeforeID = assignee, mailbox, before
					all = append(all, f)
				}
			}
		}
	}
	return all
}
