package storage

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"deskd/servertest"
	"deskd/ticketing"
)

// BenchmarkRequests times what customers ask of a large desk: DESKD_BENCH_TICKETS
// tickets (20,000 if unset), every tenth of which is one person's.
func BenchmarkRequests(b *testing.B) {
	tickets := 20_000
	if n, err := strconv.Atoi(os.Getenv("DESKD_BENCH_TICKETS")); err == nil {
		tickets = n
	}
	for engine, url := range map[string]func(b *testing.B) string{
		"sqlite": func(b *testing.B) string { return "sqlite://" + filepath.Join(b.TempDir(), "desk.db") },
		"postgres": func(b *testing.B) string {
			return servertest.NewPostgres(b, servertest.PostgresOptions{}).NewDatabase(b)
		},
	} {
		b.Run(engine, func(b *testing.B) {
			s, err := Open(b.Context(), url(b))
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			if err := s.update(b.Context(), func(x *session) error { return fillRequests(x, engine, tickets) }); err != nil {
				b.Fatal(err)
			}
			big, small := ticketing.Viewer{PersonID: 1}, ticketing.Viewer{PersonID: 3}
			middle := ticketing.RequestCursor{Scope: ticketing.ScopeMine, Sort: ticketing.SortActivity, Activity: int64(tickets / 2), ID: int64(tickets / 2)}.Encode()
			for _, q := range []struct {
				name   string
				viewer ticketing.Viewer
				filter ticketing.RequestFilter
			}{
				{"first", big, ticketing.RequestFilter{Sort: ticketing.SortActivity}},
				{"middle", big, ticketing.RequestFilter{Sort: ticketing.SortActivity, Cursor: middle}},
				{"solved", big, ticketing.RequestFilter{Sort: ticketing.SortID, Status: ticketing.Solved}},
				{"status", big, ticketing.RequestFilter{Sort: ticketing.SortStatus}},
				{"few", small, ticketing.RequestFilter{Sort: ticketing.SortActivity}},
				{"search-common", big, ticketing.RequestFilter{Sort: ticketing.SortActivity, Query: "common"}},
				{"search-rare", big, ticketing.RequestFilter{Sort: ticketing.SortActivity, Query: "word110"}},
				{"search-few", small, ticketing.RequestFilter{Sort: ticketing.SortActivity, Query: "common"}},
			} {
				q.filter.Scope, q.filter.Limit = ticketing.ScopeMine, 26
				b.Run(q.name, func(b *testing.B) {
					for b.Loop() {
						if err := s.view(b.Context(), func(x *session) error {
							page, err := x.ListVisible(q.viewer, q.filter)
							if err == nil && len(page.Requests) == 0 {
								err = fmt.Errorf("nothing is listed")
							}
							return err
						}); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
			b.Run("count", func(b *testing.B) {
				for b.Loop() {
					if err := s.view(b.Context(), func(x *session) error {
						_, err := x.CountVisible(big, ticketing.ScopeMine, "")
						return err
					}); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

// fillRequests makes tickets with a message each. Person 1 has every tenth, the
// others ten each.
func fillRequests(x *session, engine string, tickets int) error {
	rows, tokens := " FROM generate_series(1, %d) s(n)", "array_to_tsvector(string_to_array(%s, ' '))"
	if engine == "sqlite" {
		rows, tokens = " FROM (WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s) s", "%s"
	}
	rows = fmt.Sprintf(rows, tickets)
	const who = "CASE WHEN n % 10 = 0 THEN 1 ELSE n / 10 + 2 END"
	key := x.store.dialect.requestKey
	for _, command := range []string{
		"INSERT INTO person (id, name, address, language, organisation_id, agent, auto_exempt) SELECT n, '', n || '@x', '', 0, false, false" + rows,
		`INSERT INTO ticket (id, mailbox_id, subject, status, priority, requester_id, assignee_id, organisation_id, hold_reason, solved_reason,
			solved_at, merged_into, bulk, flagged, created_at, last_activity_at, thread_index, thread_ids, link_count)
			SELECT n, 1, 'A subject of some words ' || n, CASE WHEN n % 7 = 0 THEN 'open' WHEN n % 9 = 0 THEN 'awaiting_reply' ELSE 'solved' END, 'S3', ` + who + `,
			0, 0, '', '', 0, 0, false, false, n, n, '', '', 0` + rows,
		`INSERT INTO participant (ticket_id, person_id, name, address, language, role, since_entry, epoch, added_by, reached, created_at, removed_at, status, activity)
			SELECT n, ` + who + `, '', '', '', 'requester', 0, 1, '', true, n, 0, CASE WHEN n % 7 = 0 THEN 'open' WHEN n % 9 = 0 THEN 'awaiting_reply' ELSE 'solved' END, n` + rows,
		`INSERT INTO entry (id, ticket_id, kind, visibility, author_id, author_name, author_address, author_role, via, verdict, verdict_evidence,
			unverified, why, mail_id, raw_sha256, message_id, subject, mail_kind, text, full_text, html, event, event_args, review_state, review,
			attachment_count, at)
			SELECT n, n, 'message', 'public', 1, '', '', '', '', '', '', false, '', 0, '', '', '', '', 'common word' || (n % 1000), '', '', '', '', '', '', 0, n` + rows,
		"INSERT INTO request_search (" + key + ", tokens) SELECT n, " +
			strings.Replace(tokens, "%s", "'\ue000r' || "+who+" || ' common subject some words of a word' || (n % 1000)", 1) + rows,
		"ANALYZE",
	} {
		if err := x.command(command); err != nil {
			return wrap(err, "%.60s", command)
		}
	}
	return nil
}
