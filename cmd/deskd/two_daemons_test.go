package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"deskd/config"
	"deskd/mail/intake"
	"deskd/storage"
	"deskd/ticketing"
)

// silentDNS has no answer.
type silentDNS struct{}

func (silentDNS) LookupTXT(context.Context, string) ([]string, error) {
	return nil, errors.New("no answer")
}

// twoMailboxes writes the configuration of a desk with two mailboxes, which
// nobody fetches from.
func twoMailboxes(t *testing.T, url string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "deskd.toml")
	text := fmt.Sprintf(`
[desk]
name = "Example Support"
address = "support@example.com"
secret = %q
[database]
url = %q
[[mailbox]]
address = "support@example.com"
imap = "none"
authserv_id = "mx.example.com"
[[mailbox]]
address = "billing@example.com"
imap = "none"
authserv_id = "mx.example.com"
[smtp]
url = "smtp://127.0.0.1:1"
auth = "none"
[limits]
sender_per_hour = 100000
`, strings.Repeat("0123456789abcdef", 4), url)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// member is one of several daemons at one database.
type member struct {
	*house
	*intake.Intake
}

// members opens so many.
func members(t *testing.T, n int, url string) (all []member) {
	t.Helper()
	c, err := config.Load(twoMailboxes(t, url))
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		h, err := open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		m := memberIn(t, h)
		m.Report = func(id int64, _ int, err error) { t.Errorf("mail %d: %v", id, err) }
		all = append(all, m)
	}
	return all
}

// memberIn makes a daemon of an open desk, which the test closes.
func memberIn(t *testing.T, h *house) member {
	t.Helper()
	t.Cleanup(h.close)
	in, err := h.intake(t.Context(), silentDNS{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return member{h, in}
}

// eachEngine runs a test on both.
func eachEngine(t *testing.T, test func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, "sqlite://"+filepath.Join(t.TempDir(), "desk.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, postgres.NewDatabase(t)) })
}

// customerMail is a mail to both mailboxes.
func customerMail(id, inReplyTo, text string) string {
	header := "Authentication-Results: mx.example.com; dmarc=pass header.from=acme.example\n" +
		"From: Aiko <aiko@acme.example>\nTo: support@example.com, billing@example.com\nSubject: Printer\nMessage-ID: " + id + "\n" +
		"Date: " + time.Now().Format(time.RFC1123Z) + "\n"
	if inReplyTo != "" {
		header += "In-Reply-To: " + inReplyTo + "\n"
	}
	return strings.ReplaceAll(header+"\n"+text+"\n", "\n", "\r\n")
}

// spool stores mails of one of the two mailboxes.
func (m member) spool(box int, raws ...string) error {
	var arrivals []ticketing.Arrival
	for _, raw := range raws {
		arrivals = append(arrivals, ticketing.Arrival{
			MailboxID: m.settings.Mailboxes[box].ID, Source: ticketing.SourceIngest, ReceivedAt: time.Now(), Size: int64(len(raw)),
			Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte(raw))), nil },
		})
	}
	_, err := m.store.IngestMails(context.Background(), arrivals)
	return err
}

// together runs f for each member at the same time.
func together(t *testing.T, all []member, f func(i int, m member) error) {
	t.Helper()
	var running sync.WaitGroup
	for i, m := range all {
		running.Go(func() {
			if err := f(i, m); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
}

// finish decides about what is left.
func finish(t *testing.T, all []member) {
	t.Helper()
	for _, m := range all {
		for n := 1; n > 0; {
			var err error
			if n, err = m.Once(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if rows, err := all[0].store.LedgerRows(t.Context(), storage.LedgerFilter{State: ticketing.LedgerSpooled}); err != nil || len(rows) > 0 {
		t.Fatalf("%d mails are undecided, %v", len(rows), err)
	}
}

// messages counts the messages on all tickets by Message-ID.
func (m member) messages(t *testing.T) (tickets int, times map[string]int) {
	t.Helper()
	times = map[string]int{}
	err := m.store.View(t.Context(), func(r ticketing.Reader) error {
		all, err := r.ListTickets(ticketing.TicketFilter{All: true, Limit: 1000})
		tickets = len(all)
		for _, tk := range all {
			entries, err := r.Entries(tk.ID)
			if err != nil {
				return err
			}
			for _, e := range entries {
				if e.Kind == ticketing.EntryMessage {
					times[e.MessageID]++
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tickets, times
}

// expect fails unless each of so many mails is on one ticket, once.
func (m member) expect(t *testing.T, tickets, mails int) {
	t.Helper()
	got, times := m.messages(t)
	if got != tickets || len(times) != mails {
		t.Errorf("%d mails became %d on %d tickets, want %d tickets", mails, len(times), got, tickets)
	}
	for id, n := range times {
		if n > 1 {
			t.Errorf("%s is there %d times", id, n)
		}
	}
}

// TestTwoDaemonsCopies: the copies of one mail in two mailboxes, each spooled
// and decided about by a daemon of its own, are one message.
func TestTwoDaemonsCopies(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		both := members(t, 2, url)
		const rounds = 20
		for _, kind := range []string{"new", "reply"} {
			for i := range rounds {
				id, first := fmt.Sprintf("<%s%d@acme.example>", kind, i), ""
				if kind == "reply" {
					first = fmt.Sprintf("<new%d@acme.example>", i)
				}
				together(t, both, func(box int, m member) error {
					m.Group = 1
					if err := m.spool(box, customerMail(id, first, kind+id)); err != nil {
						return err
					}
					_, err := m.Once(context.Background())
					return err
				})
				finish(t, both)
			}
		}
		both[0].expect(t, rounds, 2*rounds)
	})
}

// TestTwoDaemonsOrder: a mail and what its sender adds to it are decided about
// in that order, whichever daemon comes first.
func TestTwoDaemonsOrder(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		both := members(t, 2, url)
		const rounds = 20
		for i := range rounds {
			first, second := fmt.Sprintf("<first%d@acme.example>", i), fmt.Sprintf("<second%d@acme.example>", i)
			if err := both[0].spool(0, customerMail(first, "", "It burns "+first), customerMail(second, first, "It is "+second)); err != nil {
				t.Fatal(err)
			}
			together(t, both, func(_ int, m member) error {
				m.Group = 1
				_, err := m.Once(context.Background())
				return err
			})
			finish(t, both)
		}
		both[0].expect(t, rounds, 2*rounds)
	})
}

// TestThreeDaemonsRun: daemons that run share a backlog and lose none of it.
func TestThreeDaemonsRun(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		all := members(t, 3, url)
		const mails = 120
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		together(t, all, func(i int, m member) error {
			if i == 2 { // a backlog comes in meanwhile
				for n := range mails {
					id, first := fmt.Sprintf("<%d@acme.example>", n), ""
					if n%4 > 0 {
						first = fmt.Sprintf("<%d@acme.example>", n-n%4)
					}
					for box := range 2 {
						if err := m.spool(box, customerMail(id, first, id)); err != nil {
							return err
						}
					}
				}
			}
			m.Group = 7
			for ctx.Err() == nil {
				round, end := context.WithTimeout(ctx, 300*time.Millisecond)
				err := m.Run(round)
				end()
				if err != nil {
					return err
				}
				if i != 2 {
					continue
				}
				rows, err := m.store.LedgerRows(t.Context(), storage.LedgerFilter{State: ticketing.LedgerSpooled})
				if err != nil || len(rows) == 0 {
					cancel() // the others too
					return err
				}
			}
			return nil
		})
		finish(t, all)
		all[0].expect(t, mails/4, mails)
	})
}

// thief lets another daemon take over while a mail of a group is read, as
// happens to a process that stood still for a minute.
type thief struct {
	ticketing.Queue
	steal func()
	once  sync.Once
}

func (q *thief) OpenRaw(ctx context.Context, sha256 string) (io.ReadSeekCloser, error) {
	q.once.Do(q.steal)
	return q.Queue.OpenRaw(ctx, sha256)
}

// TestLeaseLostInAGroup: a daemon that lost the lease applies nothing, and its
// attempt is not counted.
func TestLeaseLostInAGroup(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		both := members(t, 2, url)
		slow, quick := both[0], both[1]
		for i := range 3 {
			if err := slow.spool(0, customerMail(fmt.Sprintf("<%d@acme.example>", i), "", fmt.Sprint(i))); err != nil {
				t.Fatal(err)
			}
		}
		var taken ticketing.Claim
		slow.Queue = &thief{Queue: slow.store, steal: func() {
			l, _, err := slow.store.AcquireLease(t.Context(), ticketing.DecidingLease, slow.owner, time.Hour)
			if err == nil {
				err = slow.store.RenewLease(t.Context(), l, -time.Second) // it has ended, and slow has not seen it
			}
			if err == nil {
				taken, err = quick.store.ClaimSpooled(t.Context(), quick.owner, 10, time.Minute)
			}
			if err != nil {
				t.Error(err)
			}
		}}
		lost := 0
		slow.Lost = func(mails int) { lost += mails }
		if _, err := slow.Once(t.Context()); err != nil || lost != 3 {
			t.Errorf("%d mails were lost to the other, %v", lost, err)
		}
		if tickets, _ := slow.messages(t); tickets != 0 {
			t.Errorf("%d tickets by a daemon that lost the lease", tickets)
		}
		rows, err := slow.store.LedgerRows(t.Context(), storage.LedgerFilter{})
		if err != nil || len(taken.Mails) == 0 {
			t.Fatalf("%d mails were taken, %v", len(taken.Mails), err)
		}
		for _, row := range rows {
			want := 0
			if row.ID == taken.Mails[0].ID {
				want = 1 // the other's
			}
			if row.Attempts != want {
				t.Errorf("mail %d counts %d attempts, want %d", row.ID, row.Attempts, want)
			}
		}
		if err := quick.store.ReleaseLease(t.Context(), taken.Lease); err != nil {
			t.Fatal(err)
		}
		finish(t, both)
		slow.expect(t, 3, 3)
	})
}

// TestIngestBesideServe: each mail of an ingest is decided about when it ends,
// whoever did that.
func TestIngestBesideServe(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		file := twoMailboxes(t, url)
		ctx, stop := context.WithCancel(t.Context())
		var log syncBuffer
		served := make(chan int, 1)
		go func() { served <- run(ctx, []string{"serve", "--config", file}, strings.NewReader(""), &log, &log) }()
		var ingesting sync.WaitGroup
		const boxes, mails = 3, 250
		for b := range boxes {
			var mbox strings.Builder
			for i := range mails {
				first := ""
				if i%2 == 1 {
					first = fmt.Sprintf("<%d.%d@acme.example>", b, i-1)
				}
				id := fmt.Sprintf("<%d.%d@acme.example>", b, i)
				fmt.Fprintf(&mbox, "From aiko Tue Nov 24 09:59:00 2026\n%s\n", strings.ReplaceAll(customerMail(id, first, id), "\r\n", "\n"))
			}
			name := filepath.Join(t.TempDir(), "mbox")
			if err := os.WriteFile(name, []byte(mbox.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			ingesting.Go(func() {
				var out, faults bytes.Buffer
				status := run(t.Context(), []string{"ingest", "--config", file, name}, strings.NewReader(""), &out, &faults)
				if want := fmt.Sprintf("%d mails are stored: %d applied\n", mails, mails); status != 0 || out.String() != want {
					t.Errorf("status %d, %q, %q; want %q", status, out.String(), faults.String(), want)
				}
			})
		}
		ingesting.Wait()
		stop()
		if status := <-served; status != 0 {
			t.Errorf("serve: status %d\n%s", status, log.String())
		}
		members(t, 1, url)[0].expect(t, boxes*mails/2, boxes*mails)
	})
}
