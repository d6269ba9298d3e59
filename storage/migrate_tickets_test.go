package storage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

// words is a composer for tests that do not look at what is written.
type words struct{}

func (words) Compose(l ticketing.Letter) (ticketing.Draft, error) {
	return ticketing.Draft{Head: []byte("Subject: " + string(l.Kind) + "\r\n\r\n")}, nil
}

// olderTickets are tickets as a release left them that knew no timers, by their
// ids: a year old, each asked and answered.
const olderTickets = 12

func olderStatus(id int64) (status ticketing.Status, solvedReason string, mergedInto int64) {
	switch id % 4 {
	case 0:
		return ticketing.AwaitingReply, "", 0
	case 1:
		return ticketing.Open, "", 0
	case 2:
		return ticketing.Solved, "", 0
	}
	return ticketing.Solved, "merged", 1
}

// makeOlderTickets fills a database of the last release without timers.
func makeOlderTickets(t *testing.T, url string, now time.Time) {
	t.Helper()
	if err := storage.MigrateTo(t.Context(), url, 8); err != nil {
		t.Fatal(err)
	}
	asked := now.AddDate(-1, 0, 0)
	var sql strings.Builder
	sql.WriteString("INSERT INTO mailbox (address, name) VALUES ('support@example.com', 'kept');")
	person := func(id int64, address string, agent bool) {
		fmt.Fprintf(&sql, "INSERT INTO person (name, address, language, organisation_id, agent, auto_exempt) VALUES ('%s', '%[1]s', 'en', 0, %[2]t, false);", address, agent)
		fmt.Fprintf(&sql, "INSERT INTO address (address, person_id) VALUES ('%s', %d);", address, id)
	}
	entry := func(ticket, author int64, kind, role, event, args string, at time.Time) {
		fmt.Fprintf(&sql, `INSERT INTO entry (ticket_id, kind, visibility, author_id, author_name, author_address, author_role, via, verdict,
			verdict_evidence, unverified, why, mail_id, raw_sha256, message_id, subject, mail_kind, text, full_text, html, event, event_args,
			review_state, review, attachment_count, at) VALUES (%d, '%s', 'public', %d, '', '', '%s', 'mail', 'pass', '', false, '', 0, '', '', '',
			'human', 'Hello.', '', '', '%s', '%s', '', '', 0, %d);`, ticket, kind, author, role, event, args, at.UnixMilli())
	}
	person(1, "mia@example.com", true)
	for id := int64(1); id <= olderTickets; id++ {
		status, reason, into := olderStatus(id)
		solved := int64(0)
		if status == ticketing.Solved {
			solved = asked.Add(2 * time.Hour).UnixMilli()
		}
		person(id+1, fmt.Sprintf("c%d@acme.example", id), false)
		fmt.Fprintf(&sql, `INSERT INTO ticket (mailbox_id, subject, status, priority, requester_id, assignee_id, organisation_id, hold_reason,
			solved_reason, solved_at, merged_into, bulk, flagged, created_at, last_activity_at, thread_index, thread_ids, link_count)
			VALUES (1, 'Printer', '%s', 'S3', %d, 0, 0, '', '%s', %d, %d, false, false, %d, %d, '', '', 0);`,
			status, id+1, reason, solved, into, asked.UnixMilli(), asked.Add(3*time.Hour).UnixMilli())
		fmt.Fprintf(&sql, `INSERT INTO participant (ticket_id, person_id, name, address, language, role, since_entry, epoch, added_by, reached,
			created_at, removed_at) VALUES (%d, %d, '', 'c%[1]d@acme.example', 'en', 'requester', 0, 0, '', true, 0, 0);`, id, id+1)
		entry(id, id+1, "message", "requester", "", "", asked)
		entry(id, 1, "message", "agent", "", "", asked.Add(time.Hour))
		if status == ticketing.Open {
			entry(id, id+1, "message", "requester", "", "", asked.Add(3*time.Hour))
			continue
		}
		entry(id, 1, "event", "agent", "status", fmt.Sprintf(`{"from":"open","to":"%s"}`, status), asked.Add(2*time.Hour))
	}
	execute(t, url, sql.String())
}

// TestOlderTicketsBringNoBurst: a desk that gets reminders and targets by a new
// release mails nobody because of them at once. Who is waited for is reminded
// after the first interval, once, and nothing else is said of what is a year old.
func TestOlderTicketsBringNoBurst(t *testing.T) {
	for engine, url := range map[string]string{"SQLite": sqliteURL(t), "PostgreSQL": postgres.NewDatabase(t)} {
		t.Run(engine, func(t *testing.T) {
			now := time.Now().Truncate(time.Second)
			makeOlderTickets(t, url, now)
			s, err := storage.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			d := olderDesk(t, s, &now)
			var owed []string
			tick := func(when string, want ...string) {
				t.Helper()
				for range 2 { // a start that was broken off is one more
					if err := d.Rearm(t.Context()); err != nil {
						t.Fatal(err)
					}
					if _, err := d.Tick(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				owed = append(owed, want...)
				rows, err := s.OutboxRows(t.Context(), storage.OutboxFilter{Limit: 100})
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, r := range slices.Backward(rows) {
					got = append(got, fmt.Sprintf("%s of %d to %s", r.Kind, r.TicketID, r.Recipient))
				}
				slices.Sort(got)
				slices.Sort(owed)
				if !slices.Equal(got, owed) {
					t.Fatalf("%s: %d are owed: %q, want %q", when, len(got), got, owed)
				}
			}
			tick("at the start")
			now = now.Add(3*24*time.Hour - time.Minute)
			tick("before the first interval is over")
			now = now.Add(2 * time.Minute)
			tick("after it", "reminder of 4 to c4@acme.example", "reminder of 8 to c8@acme.example", "reminder of 12 to c12@acme.example")

			// A ticket from before lives on: reopened, its targets count.
			admin := ticketing.Actor{Author: ticketing.Author{Role: ticketing.Agent}, Via: "system"}
			if err := d.Do(t.Context(), admin, 4, ticketing.SetStatus{To: ticketing.Open}); err != nil {
				t.Fatal(err)
			}
			if err := d.Do(t.Context(), admin, 3, ticketing.Unmerge{}); err != nil {
				t.Fatal(err)
			}
			err = s.View(t.Context(), func(r ticketing.Reader) error {
				k, err := r.Ticket(4)
				if err == nil && (k.Clock.FirstReplyAt.IsZero() || !k.Clock.Kept || len(k.Clock.Pauses) != 1 || !k.Chase.Since.IsZero()) {
					t.Errorf("its clock is %+v, its chase %+v", k.Clock, k.Chase)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
			tick("reopened and no longer merged", "update of 3 to c3@acme.example")
		})
	}
}

func olderDesk(t *testing.T, s *storage.Store, now *time.Time) *ticketing.Desk {
	t.Helper()
	boxes, err := s.EnsureMailboxes(t.Context(), []ticketing.Mailbox{{Address: "support@example.com", Name: "kept"}})
	if err != nil {
		t.Fatal(err)
	}
	boxes[0].SLAs = ticketing.SLAs{ticketing.S3: {
		First: time.Hour, Next: time.Hour, Solution: 24 * time.Hour, Warn: 75, Calendar: ticketing.AroundTheClock(),
	}}
	keys, err := ticketing.NewKeyring([]byte(strings.Repeat("k", 32)), []ticketing.Key{{ID: "1", CreatedAt: *now}}, time.Hour, *now)
	if err != nil {
		t.Fatal(err)
	}
	return &ticketing.Desk{
		Store: s, Composer: words{}, Keys: keys, Timers: s, Owner: "test", Now: func() time.Time { return *now },
		Settings: ticketing.Settings{
			Instance: "desk-1", Mailboxes: boxes, TagPrefix: "HD", Limits: ticketing.DefaultLimits(),
			Breaker: ticketing.DefaultBreaker(), Reminders: ticketing.DefaultReminders(),
		},
	}
}
