package storage

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"deskd/ticketing"
)

// small are the tables, by the names that queries give them, that do not grow
// with the tickets.
func small() []string {
	return []string{"mailbox", "b", "mailbox_pause", "organisation", "organisation_domain", "signing_key", "lease"}
}

// inOrder are the indexes that may be walked: those that a page is read from,
// in its order and no further than its end, and those of what waits, which are
// about as short as the answer.
func inOrder() []string {
	return []string{
		"ticket_activity", "ticket_unsolved",
		"entry_review", "ledger_spooled", "ledger_claimed", "outbox_due", "timer_due", "outbox_notable", "outbox_unreported", "person_agent",
	}
}

// TestQueriesUseIndexes asks SQLite how it would answer every query of a desk
// at work: none may read a table that grows from end to end, or sort it.
func TestQueriesUseIndexes(t *testing.T) {
	s, err := Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	askEverything(t, s, func(c *connection, name, query string) { checkPlan(t, c, name, query) })
}

func checkPlan(t *testing.T, c *connection, name, query string) {
	t.Helper()
	for _, step := range plan(t, c, query) {
		if scans(step, query) || sorts(step, query) || strings.Contains(step, "AUTOMATIC") {
			t.Errorf("%s: %s\n\t%s", name, step, query)
		}
	}
}

// scans tells a step that reads all rows of what grows.
func scans(step, query string) bool {
	if strings.HasSuffix(step, " USING INTEGER PRIMARY KEY (rowid<?)") {
		return !pages(query)
	}
	rest, is := strings.CutPrefix(step, "SCAN ")
	if !is || strings.Contains(step, "VIRTUAL TABLE") || rest == "CONSTANT ROW" {
		return false
	}
	table, how, _ := strings.Cut(rest, " USING ")
	if slices.Contains([]string{"found", "due", "taken"}, table) || strings.HasPrefix(table, "(subquery") || slices.Contains(small(), table) {
		return false // of a query within, whose own steps are looked at
	}
	if how == "" {
		return !pages(query)
	}
	words := strings.Fields(how) // INDEX name, or COVERING INDEX name
	return !slices.Contains(inOrder(), words[len(words)-1])
}

// pages tells a query whose rows are found at the end of the table, going
// back: all of them, those in the state of most, or those of one of a few
// mailboxes.
func pages(query string) bool {
	from := strings.LastIndex(query, " FROM ")
	if from < 0 {
		return false // it changes rows
	}
	tail := query[from:]
	tail, newest := strings.CutSuffix(tail, " ORDER BY id DESC LIMIT ?")
	_, conditions, some := strings.Cut(tail, " WHERE ")
	if !some {
		return newest
	}
	for _, c := range strings.Split(conditions, " AND ") {
		newest = newest && slices.Contains([]string{"id < ?", "state = 'applied'", "state = 'sent'", "+mailbox_id = ?"}, c)
	}
	return newest
}

// sorts tells a step that sorts what grows. A search sorts what it has found,
// which is bounded; other lists are of what waits or is in hand.
func sorts(step, query string) bool {
	if !strings.Contains(step, "TEMP B-TREE FOR ORDER BY") {
		return false
	}
	return !slices.ContainsFunc([]string{"FROM organisation", "FROM participant", "FROM signing_key", ") found", "UNION", "state = 'spooled' "},
		func(few string) bool { return strings.Contains(query, few) })
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

func everyFilter() (all []ticketing.TicketFilter) {
	for _, f := range []ticketing.TicketFilter{
		{}, {All: true}, {Status: ticketing.Open}, {Status: ticketing.Open, Unassigned: true}, {Status: ticketing.Solved}, {Query: "word 東京"}, {Query: "word", All: true},
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
