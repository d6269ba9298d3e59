package storage_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

// TestOlderDatabase: a database of any older release keeps what it holds, and
// gets the schema of a new one.
func TestOlderDatabase(t *testing.T) {
	latest, err := storage.LatestMigration()
	if err != nil {
		t.Fatal(err)
	}
	for engine, newURL := range map[string]func(*testing.T) string{
		"SQLite":     func(t *testing.T) string { return sqliteURL(t) },
		"PostgreSQL": func(t *testing.T) string { return postgres.NewDatabase(t) },
	} {
		t.Run(engine, func(t *testing.T) {
			fresh := newURL(t)
			openAndClose(t, fresh)
			want := schema(t, fresh)
			for version := int64(1); version < latest; version++ {
				t.Run(fmt.Sprint(version), func(t *testing.T) {
					url := newURL(t)
					if err := storage.MigrateTo(t.Context(), url, version); err != nil {
						t.Fatal(err)
					}
					execute(t, url, "INSERT INTO mailbox (address, name) VALUES ('support@example.com', 'kept')")
					openAndClose(t, url)
					if got := schema(t, url); !slices.Equal(got, want) {
						t.Errorf("the schema is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
					}
				})
			}
		})
	}
}

// openAndClose opens a database as deskd does, and looks for what was kept.
func openAndClose(t *testing.T, url string) {
	t.Helper()
	s, err := storage.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	boxes, err := s.EnsureMailboxes(t.Context(), []ticketing.Mailbox{{Address: "support@example.com", Name: "kept"}})
	if err != nil || boxes[0].ID != 1 {
		t.Errorf("mailbox %v, %v; want the first one", boxes, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func direct(t *testing.T, url string) (db *sql.DB, isFile bool) {
	t.Helper()
	driver, target := "postgres", url
	if path, ok := strings.CutPrefix(url, "sqlite://"); ok {
		driver, target, isFile = "sqlite", path, true
	}
	db, err := sql.Open(driver, target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db, isFile
}

func execute(t *testing.T, url, command string) {
	t.Helper()
	db, _ := direct(t, url)
	if _, err := db.ExecContext(t.Context(), command); err != nil {
		t.Fatal(err)
	}
}

// schema names the tables and indexes with what they are made of.
func schema(t *testing.T, url string) (all []string) {
	t.Helper()
	db, isFile := direct(t, url)
	query := `SELECT table_name || ' ' || column_name || ' ' || data_type FROM information_schema.columns
		WHERE table_schema = 'public' UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'`
	if isFile {
		query = "SELECT name || ' ' || COALESCE(sql, '') FROM sqlite_master"
	}
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		all = append(all, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

// TestOlderCursor: what a cursor says that it did not say before is found in
// the ledger, as far as it is there.
func TestOlderCursor(t *testing.T) {
	for engine, url := range map[string]string{"SQLite": sqliteURL(t), "PostgreSQL": postgres.NewDatabase(t)} {
		t.Run(engine, func(t *testing.T) {
			if err := storage.MigrateTo(t.Context(), url, 6); err != nil {
				t.Fatal(err)
			}
			for i, received := range []int{2000, 500, 9000} { // the last by a clock that ran ahead
				execute(t, url, fmt.Sprintf(`INSERT INTO ledger (mailbox_id, source, folder, uidvalidity, uid, raw_id, size, header_only, backlog,
					received_at, spooled_at, state, reason, attempts, due_at, claimed_by, ticket_id, entry_id, message_id, body_digest,
					sender, done_at, identity, action_due)
					VALUES (1, 'sent', 'Sent', 7, %d, 0, 1, false, false, %d, %d, 'gone', '', 0, 0, '', 0, 0, '', '', '', 0, '', false)`,
					i+1, received, 3000+i))
			}
			execute(t, url, "INSERT INTO folder_cursor (mailbox_id, folder, uidvalidity, last_uid) VALUES (1, 'Sent', 7, 3), (1, 'INBOX', 8, 9)")
			s, err := storage.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for _, want := range []ticketing.Cursor{
				{MailboxID: 1, Folder: "INBOX", UIDValidity: 8, LastUID: 9},
				{MailboxID: 1, Folder: "Sent", UIDValidity: 7, LastUID: 3, Source: "sent",
					Since: time.UnixMilli(3000).UTC(), Seen: time.UnixMilli(3002).UTC()},
			} {
				if got, _, err := s.Cursor(t.Context(), 1, want.Folder); err != nil || got != want {
					t.Errorf("cursor %+v, %v; want %+v", got, err, want)
				}
			}
		})
	}
}

// TestOlderRequests: what was written before customers could look is listed and
// found by those who may see it.
func TestOlderRequests(t *testing.T) {
	for engine, newURL := range map[string]func(*testing.T) string{
		"SQLite":     func(t *testing.T) string { return sqliteURL(t) },
		"PostgreSQL": func(t *testing.T) string { return postgres.NewDatabase(t) },
	} {
		t.Run(engine, func(t *testing.T) {
			url := newURL(t)
			if err := storage.MigrateTo(t.Context(), url, 9); err != nil {
				t.Fatal(err)
			}
			execute(t, url, "INSERT INTO person (id, name, address, language, organisation_id, agent, auto_exempt) VALUES (7, '', 'a@x', '', 0, false, false), (8, '', 'b@x', '', 0, false, false)")
			execute(t, url, `INSERT INTO ticket (id, mailbox_id, subject, status, priority, requester_id, assignee_id, organisation_id, hold_reason, solved_reason,
				solved_at, merged_into, bulk, flagged, created_at, last_activity_at, thread_index, thread_ids, link_count)
				VALUES (1, 1, 'Subject', 'on_hold', 'S3', 7, 0, 0, '', '', 0, 0, false, false, 1, 1, '', '', 0)`)
			execute(t, url, `INSERT INTO participant (ticket_id, person_id, name, address, language, role, since_entry, epoch, added_by, reached, created_at, removed_at)
				VALUES (1, 7, '', 'a@x', '', 'requester', 0, 1, '', true, 1, 0), (1, 8, '', 'b@x', '', 'cc', 600, 1, '', true, 1, 0)`)
			var rows []string
			for i := range 700 {
				visibility := "public"
				if i == 300 {
					visibility = "agents"
				}
				rows = append(rows, fmt.Sprintf("(%d, 1, 'message', '%s', 7, '', '', '', '', '', '', false, '', 0, '', '', '', '', 'word%03d', '', '', '', '', '', '', 0, %d)", i+1, visibility, i, 5+i))
			}
			execute(t, url, `INSERT INTO entry (id, ticket_id, kind, visibility, author_id, author_name, author_address, author_role, via, verdict, verdict_evidence,
				unverified, why, mail_id, raw_sha256, message_id, subject, mail_kind, text, full_text, html, event, event_args, review_state, review,
				attachment_count, at) VALUES `+strings.Join(rows, ", "))
			s, err := storage.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for query, want := range map[string][2]int{"": {1, 1}, "word000": {1, 0}, "word300": {0, 0}, "word598": {1, 0}, "word599": {1, 1}, "word699": {1, 1}} {
				for i, scope := range []ticketing.RequestScope{ticketing.ScopeMine, ticketing.ScopeCc} {
					var page ticketing.RequestPage
					if err := s.View(t.Context(), func(r ticketing.Reader) (err error) {
						page, err = r.ListVisible(ticketing.Viewer{PersonID: int64(7 + i)}, ticketing.RequestFilter{Scope: scope, Status: ticketing.OnHold, Query: query})
						return err
					}); err != nil || len(page.Requests) != want[i] {
						t.Errorf("%q as %s: %d, %v", query, scope, len(page.Requests), err)
					} else if len(page.Requests) > 0 && page.Requests[0].ActivityAt.UnixMilli() != 5+699 {
						t.Errorf("the last activity is %v", page.Requests[0].ActivityAt)
					}
				}
			}
		})
	}
}
