package storage

import (
	"slices"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"deskd/servertest"
)

// TestQueriesUseIndexesOnPostgreSQL asks PostgreSQL the same of a desk with
// some thousand tickets, most of them solved and answered, as desks are. Its
// planner chooses by what the tables hold.
func TestQueriesUseIndexesOnPostgreSQL(t *testing.T) {
	s, err := Open(t.Context(), servertest.NewPostgres(t, servertest.PostgresOptions{}).NewDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.update(t.Context(), fillDesk); err != nil {
		t.Fatal(err)
	}
	askEverything(t, s, func(c *connection, name, query string) {
		// A search and a list are planned for what is asked: the plan for any
		// words and any status is dearer, so that it is never taken.
		if name != "ListTickets" {
			checkPostgresPlan(t, c, name, query)
		}
	})
}

// fillDesk makes 20,000 rows of what grows.
func fillDesk(x *session) error {
	const rows = " FROM generate_series(1, 20000) n"
	for _, command := range []string{
		"INSERT INTO mailbox (address, name) SELECT 'box' || n, '' FROM generate_series(1, 3) n",
		"INSERT INTO timer (kind, ticket_id, person_id, due_at, detail, claimed_by, claimed_until) SELECT 'sla', n, 0, n, '', '', 0" + rows,
		"INSERT INTO person (name, address, language, organisation_id, agent, auto_exempt) SELECT '', n || '@x', '', 0, n % 5000 = 0, false" + rows,
		"INSERT INTO address (address, person_id) SELECT address, id FROM person",
		`INSERT INTO ticket (mailbox_id, subject, status, priority, requester_id, assignee_id, organisation_id, hold_reason, solved_reason,
			solved_at, merged_into, bulk, flagged, created_at, last_activity_at, thread_index, thread_ids, link_count)
			SELECT n % 3 + 1, '', CASE WHEN n % 20 = 0 THEN 'open' ELSE 'solved' END, 'S3', n, n % 50, 0, '', '', 0, 0, false, false, n, n, '', '', 0` + rows,
		`INSERT INTO participant (ticket_id, person_id, name, address, language, role, since_entry, epoch, added_by, reached, created_at, removed_at, status, activity)
			SELECT n, n, '', '', '', 'requester', 0, 1, '', true, n, 0, CASE WHEN n % 20 = 0 THEN 'open' ELSE 'solved' END, n` + rows,
		`INSERT INTO raw (sha256, size) SELECT 'sha' || n, n` + rows,
		`INSERT INTO ledger (mailbox_id, source, folder, uidvalidity, uid, raw_id, size, header_only, backlog, received_at, spooled_at,
			state, reason, attempts, due_at, claimed_by, ticket_id, entry_id, message_id, body_digest, sender, done_at, identity, action_due)
			SELECT n % 3 + 1, 'inbox', 'INBOX', 1, n, n, n, false, false, n, n, CASE WHEN n % 100 = 0 THEN 'held' ELSE 'applied' END, '', 1, n, '',
			n, n, '<' || n || '>', '', n || '@x', n, 'i' || n, false` + rows,
		`INSERT INTO entry (ticket_id, kind, visibility, author_id, author_name, author_address, author_role, via, verdict, verdict_evidence,
			unverified, why, mail_id, raw_sha256, message_id, subject, mail_kind, text, full_text, html, event, event_args, review_state, review,
			attachment_count, at)
			SELECT n, 'message', 'public', n, '', '', '', '', '', '', false, '', n, '', '', '', '', '', '', '', CASE WHEN n % 2 = 0 THEN 'e' ELSE '' END,
			'', '', '', 0, n` + rows,
		`INSERT INTO attachment (entry_id, position, part, name, type, size, content_id, inline) SELECT n, 0, '2', '', '', 1, '', false` + rows,
		`INSERT INTO message_id (id, ticket_id, entry_id) SELECT '<' || n || '>', n, n` + rows,
		"INSERT INTO ticket_tag (tag, ticket_id) SELECT 't' || n % 1000, n" + rows,
		`INSERT INTO ticket_link (ticket_id, linked_id) SELECT n, n % 20000 + 1` + rows,
		`INSERT INTO entry_search (entry_id, tokens) SELECT n, array_to_tsvector(ARRAY['w' || n])` + rows,
		`INSERT INTO request_search (entry_id, tokens) SELECT n, array_to_tsvector(ARRAY['w' || n])` + rows,
		`INSERT INTO suppression (address, reason, failures, first_at, suppressed_at) SELECT n || '@x', '', 1, n, n` + rows,
		`INSERT INTO outbox (ticket_id, entry_id, participant_id, mailbox_id, kind, recipient, envelope_from, message_id, head, boundary,
			attachments, state, waiting, attempts, due_at, claimed_by, last_error, provider_id, created_at, sent_at)
			SELECT n, n, n, n % 3 + 1, CASE WHEN n % 3 = 0 THEN 'reply' ELSE 'ack' END, n || '@x', '', '<o' || n || '>', '', '', '',
			CASE WHEN n % 1000 = 0 THEN 'queued' ELSE 'sent' END, n % 1000 = 0, 1, n, '', '', '', n, n` + rows,
		`INSERT INTO sign_in (address, browser, token, code, device, language, return_to, tries, made_at, mailed_at, used_at)
			SELECT n || '@x', 'b' || n, 't' || n, '', '', '', '', 0, n, n, 0` + rows,
		`INSERT INTO web_session (person_id, token, address, device, agent, made_at, seen_at, ends_at) SELECT n, 't' || n, '', '', false, n, n, n` + rows,
		"INSERT INTO rate (name, full_at) SELECT 'r' || n, n" + rows,
		"ANALYZE",
	} {
		if err := x.command(command); err != nil {
			return wrap(err, "%.40s", command)
		}
	}
	return nil
}

func checkPostgresPlan(t *testing.T, c *connection, name, query string) {
	t.Helper()
	// Prepared statements are planned for any arguments after some runs.
	explain := "EXPLAIN EXECUTE asked"
	if n := strings.Count(query, "?"); n > 0 {
		explain += "(NULL" + strings.Repeat(", NULL", n-1) + ")"
	}
	command := "SET plan_cache_mode = force_generic_plan; PREPARE asked AS " + sqlx.Rebind(sqlx.DOLLAR, query)
	if _, err := c.conn.ExecContext(t.Context(), command); err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	var steps []string
	if err := c.conn.SelectContext(t.Context(), &steps, explain); err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	if _, err := c.conn.ExecContext(t.Context(), "DEALLOCATE asked"); err != nil {
		t.Fatal(err)
	}
	for i, step := range steps {
		if whole(step, steps[i+1:], query) {
			t.Errorf("%s: %s\n\t%s\n%s", name, step, query, strings.Join(steps, "\n"))
		}
	}
}

// whole tells a step that reads all rows of what grows: in the order they lie
// in, or by an index without a condition.
func whole(step string, rest []string, query string) bool {
	step = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(step), "->"))
	if table, ok := strings.CutPrefix(step, "Seq Scan on "); ok {
		return !slices.Contains(append(small(), "mailbox_pause", "fact", "folder_cursor", "raw_chunk"), strings.Fields(table)[0])
	}
	for _, by := range []string{"Index Scan using ", "Index Scan Backward using ", "Index Only Scan using ", "Index Only Scan Backward using ", "Bitmap Index Scan on "} {
		if index, ok := strings.CutPrefix(step, by); ok {
			byCondition := len(rest) > 0 && strings.Contains(rest[0], "Index Cond:")
			index = strings.Fields(index)[0]
			return !byCondition && !slices.Contains(append(inOrder(), "outbox_delayed"), index) && !pages(query)
		}
	}
	return false
}
