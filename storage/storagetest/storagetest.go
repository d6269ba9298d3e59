// Package storagetest says, as tests, what a [storage.Store] promises. Every
// engine runs the same suite.
package storagetest

import (
	"context"
	"testing"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

// Run runs the suite. newURL gives the URL of a fresh, empty database that
// lives as long as the test.
func Run(t *testing.T, newURL func(t *testing.T) string) {
	for _, c := range []struct {
		name string
		test func(*testing.T, desk)
	}{
		{"RoundTrips", roundTrips},
		{"Transactions", transactions},
		{"Savepoints", savepoints},
		{"Prefetch", prefetch},
		{"Mailboxes", mailboxes},
		{"People", people},
		{"PersonChangedAside", personChangedAside},
		{"Agents", agents},
		{"Organisations", organisations},
		{"Visibility", visibility},
		{"Sight", sight},
		{"RequestSearch", requestSearch},
		{"RequestPages", requestPages},
		{"MessageIDs", messageIDs},
		{"TicketLists", ticketLists},
		{"Search", search},
		{"RewrittenEntries", rewrittenEntries},
		{"HostileText", hostileText},
		{"RawMails", rawMails},
		{"Spool", spool},
		{"MovedFolders", movedFolders},
		{"Leases", leases},
		{"Queue", queue},
		{"LargeMails", largeMails},
		{"EndClaims", endClaims},
		{"OneDecides", oneDecides},
		{"DecidingTogether", decidingTogether},
		{"TakeOver", takeOver},
		{"Settling", settling},
		{"Outbox", outbox},
		{"OutboxAdmin", outboxAdmin},
		{"OutboxClaims", outboxClaims},
		{"OutboxRenewal", outboxRenewal},
		{"AutomaticLetters", automaticLetters},
		{"Trouble", trouble},
		{"Reports", reports},
		{"RepeatedFailures", repeatedFailures},
		{"Timers", timers},
		{"SigningIn", signingIn},
		{"WebSessions", webSessions},
		{"Rates", rates},
		{"Tags", tags},
		{"Turns", turns},
		{"Limits", limits},
		{"Counts", counts},
		{"TwoProcesses", twoProcesses},
		{"Reopening", reopening},
		{"NewerSchema", newerSchema},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := newURL(t)
			c.test(t, desk{url: url, Store: open(t, url)})
		})
	}
}

// desk is a store under test.
type desk struct {
	*storage.Store
	url string
}

func open(t *testing.T, url string) *storage.Store {
	t.Helper()
	s, err := storage.Open(t.Context(), url)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// at is a time as the store keeps it, so many minutes into the test's day.
func at(minutes int) time.Time {
	return time.Date(2026, 3, 1, 8, minutes, 7, int(123*time.Millisecond), time.UTC)
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// update runs f in a transaction that must be kept.
func (d desk) update(t *testing.T, f func(tx ticketing.Tx) error) {
	t.Helper()
	ok(t, d.Update(context.Background(), f))
}

// view runs f as a reader.
func (d desk) view(t *testing.T, f func(r ticketing.Reader) error) {
	t.Helper()
	ok(t, d.View(context.Background(), f))
}

// read is view for one value.
func read[T any](t *testing.T, d desk, f func(r ticketing.Reader) (T, error)) (v T) {
	t.Helper()
	d.view(t, func(r ticketing.Reader) (err error) {
		v, err = f(r)
		return err
	})
	return v
}

// mailbox stores the mailbox most tests use.
func (d desk) mailbox(t *testing.T) ticketing.Mailbox {
	t.Helper()
	boxes, err := d.EnsureMailboxes(t.Context(), []ticketing.Mailbox{{Address: "support@example.com", Name: "Support"}})
	ok(t, err)
	return boxes[0]
}

// ticket stores a ticket with its requester; change may alter it before.
func (d desk) ticket(t *testing.T, change func(*ticketing.Ticket)) (tk ticketing.Ticket, requester ticketing.Participant) {
	t.Helper()
	box := d.mailbox(t)
	d.update(t, func(tx ticketing.Tx) error {
		p, err := tx.EnsurePerson(ticketing.Address{Name: "Ada", Address: "ada@example.org"})
		if err != nil {
			return err
		}
		tk = ticketing.Ticket{
			MailboxID: box.ID, Subject: "Printer", Status: ticketing.Open, Priority: ticketing.S3,
			RequesterID: p.ID, CreatedAt: at(0), LastActivityAt: at(0),
		}
		if change != nil {
			change(&tk)
		}
		if tk.ID, err = tx.InsertTicket(tk); err != nil {
			return err
		}
		requester = ticketing.Participant{
			TicketID: tk.ID, PersonID: p.ID, Name: "Ada", Address: "ada@example.org", Language: "en",
			Role: ticketing.Requester, Epoch: 1, AddedBy: "Ada <ada@example.org>", CreatedAt: at(0),
		}
		requester.ID, err = tx.InsertParticipant(requester)
		return err
	})
	return tk, requester
}

// entry stores an entry of a ticket.
func (d desk) entry(t *testing.T, e ticketing.Entry) (id int64) {
	t.Helper()
	if e.Kind == "" {
		e.Kind = ticketing.EntryMessage
	}
	if e.Visibility == "" {
		e.Visibility = ticketing.Public
	}
	d.update(t, func(tx ticketing.Tx) (err error) {
		id, err = tx.InsertEntry(e)
		return err
	})
	return id
}
