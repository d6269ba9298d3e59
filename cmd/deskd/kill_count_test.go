package main

import (
	"bytes"
	"testing"

	"deskd/servertest"
	"deskd/storage"
	"deskd/ticketing"
)

// count looks at what is there after all kills.
func (k *killed) count() {
	s, err := storage.Open(k.t.Context(), k.url)
	if err != nil {
		k.t.Fatal(err)
	}
	defer s.Close()
	k.t.Logf("%d kills; %d requests, %d replies, %d answers; %d letters handed over for %d owed",
		k.kills, len(k.feed.requests), len(k.feed.replies), len(k.feed.answers), len(k.sink.Accepted()), k.feed.letters())
	if len(k.feed.replies) == 0 || len(k.feed.answers) == 0 {
		k.t.Error("nobody replied: the test tests too little")
	}
	k.countLedger(s)
	k.countTickets(s)
	k.countLetters(s)
}

// countLedger: each mail has one row, and is on a ticket.
func (k *killed) countLedger(s *storage.Store) {
	seen := map[string]int{}
	total := pages(k.t, func(before int64) ([]ticketing.LedgerRow, error) {
		return s.LedgerRows(k.t.Context(), storage.LedgerFilter{BeforeID: before, Limit: 1000})
	}, func(row ticketing.LedgerRow) int64 {
		seen[row.MessageID]++
		if row.State != ticketing.LedgerApplied || row.TicketID == 0 || row.EntryID == 0 {
			k.t.Errorf("mail %s is %s (%s), ticket %d, entry %d, after %d attempts",
				row.MessageID, row.State, row.Reason, row.TicketID, row.EntryID, row.Attempts)
		}
		return row.ID
	})
	if total != k.feed.mails() {
		k.t.Errorf("%d ledger rows for %d mails", total, k.feed.mails())
	}
	k.once("ledger rows", seen)
}

// countTickets: each request has one ticket, each mail one entry.
func (k *killed) countTickets(s *storage.Store) {
	seen, tickets := map[string]int{}, 0
	err := s.View(k.t.Context(), func(r ticketing.Reader) error {
		for f := (ticketing.TicketFilter{All: true, Limit: 1000}); ; {
			page, err := r.ListTickets(f)
			if err != nil || len(page) == 0 {
				return err
			}
			for _, t := range page {
				tickets++
				entries, err := r.Entries(t.ID)
				if err != nil {
					return err
				}
				for _, e := range entries {
					if e.Kind == ticketing.EntryMessage {
						seen[e.MessageID]++
					}
				}
				f.BeforeActivity, f.BeforeID = t.LastActivityAt, t.ID
			}
		}
	})
	if err != nil {
		k.t.Fatal(err)
	}
	if tickets != len(k.feed.requests) {
		k.t.Errorf("%d tickets for %d requests", tickets, len(k.feed.requests))
	}
	k.once("entries", seen)
}

// once checks that every mail delivered was seen exactly once.
func (k *killed) once(what string, seen map[string]int) {
	wrong := 0
	for _, ids := range [][]string{k.feed.requests, k.feed.replies, k.feed.answers} {
		for _, id := range ids {
			if seen[id] != 1 {
				wrong++
				k.t.Errorf("%s has %d %s", id, seen[id], what)
			}
			delete(seen, id)
		}
	}
	for id, n := range seen {
		k.t.Errorf("%q has %d %s and was never delivered", id, n, what)
	}
}

// connections is how many mails deskd sends at the same time.
const connections = 3

// countLetters: every mail owed went out, and no other. One that was in hand
// when deskd was killed may have gone out again, in the same bytes: whether the
// relay had taken it, deskd could not know.
func (k *killed) countLetters(s *storage.Store) {
	owed := map[string]int{}
	total := pages(k.t, func(before int64) ([]ticketing.OutboxMail, error) {
		return s.OutboxRows(k.t.Context(), storage.OutboxFilter{BeforeID: before, Limit: 1000})
	}, func(o ticketing.OutboxMail) int64 {
		owed["["+o.Recipient+"] "+o.MessageID]++
		if o.State != ticketing.OutboxSent {
			k.t.Errorf("the %s to %s is %s: %s", o.Kind, o.Recipient, o.State, o.LastError)
		}
		return o.ID
	})
	if total != k.feed.letters() || len(owed) != total {
		k.t.Errorf("%d letters are owed, %d different ones, want %d", total, len(owed), k.feed.letters())
	}
	first, again := map[string]servertest.Received{}, 0
	for _, r := range k.sink.Accepted() {
		key := letterKey(r)
		earlier, doubled := first[key]
		switch {
		case owed[key] == 0:
			k.t.Errorf("nobody owed the letter %s", key)
		case !doubled:
			first[key] = r
		default:
			again++
			if !bytes.Equal(earlier.Raw, r.Raw) || earlier.From != r.From {
				k.t.Errorf("the second copy of %s differs from the first", key)
			}
		}
	}
	if len(first) != total {
		k.t.Errorf("%d different letters went out of %d", len(first), total)
	}
	if again > k.kills*connections {
		k.t.Errorf("%d letters went out again, more than can have been in hand at %d kills", again, k.kills)
	}
}

// pages goes through a list that is paged by key, newest first; look gives the
// key of a row. It counts the rows.
func pages[T any](t *testing.T, page func(before int64) ([]T, error), look func(T) int64) (n int) {
	t.Helper()
	for before := int64(0); ; {
		rows, err := page(before)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			return n
		}
		for _, row := range rows {
			before = look(row)
			n++
		}
	}
}
