package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"deskd/mail/imap"
	"deskd/ticketing"
)

// dropSpool reads mails and forgets them: what is left is the cost of fetching.
type dropSpool struct {
	ticketing.Spool // nil: the methods below are all that fetching a backlog calls
	cursor          ticketing.Cursor
}

// Cursor implements [ticketing.Spool].
func (s *dropSpool) Cursor(context.Context, int64, string) (ticketing.Cursor, bool, error) {
	return s.cursor, s.cursor.MailboxID != 0, nil
}

// FormerFolder implements [ticketing.Spool].
func (s *dropSpool) FormerFolder(context.Context, int64, string, string) (ticketing.Cursor, bool, error) {
	return ticketing.Cursor{}, false, nil
}

// SpoolMails implements [ticketing.Spool].
func (s *dropSpool) SpoolMails(_ context.Context, _ ticketing.Lease, arrivals []ticketing.Arrival, next ticketing.Cursor) error {
	for _, a := range arrivals {
		if err := drop(a); err != nil {
			return fmt.Errorf("uid %d: %w", a.UID, err)
		}
	}
	s.cursor = next
	return nil
}

func drop(a ticketing.Arrival) error {
	if a.Gone {
		return nil
	}
	r, err := a.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(io.Discard, r)
	return err
}

// Settled implements [ticketing.Spool].
func (s *dropSpool) Settled(context.Context, int64, string, uint32, int) ([]uint32, error) {
	return nil, nil
}

// AcquireLease implements [ticketing.Spool].
func (s *dropSpool) AcquireLease(_ context.Context, name, owner string, ttl time.Duration) (ticketing.Lease, bool, error) {
	return ticketing.Lease{Name: name, Owner: owner, Epoch: 1, Until: time.Now().Add(ttl)}, true, nil
}

// ReleaseLease implements [ticketing.Spool].
func (s *dropSpool) ReleaseLease(context.Context, ticketing.Lease) error { return nil }

// fetchRounds is how often fetching is measured, since it takes little time;
// the median counts.
const fetchRounds = 3

// fetchOnly fetches what lies behind the cursor and drops it. The first round
// is not counted: Dovecot gives out UIDs in it and opens its files.
func fetchOnly(ctx context.Context, a imap.Account, from ticketing.Cursor, want int) (time.Duration, error) {
	var rounds []time.Duration
	for range 1 + fetchRounds {
		f := imap.Fetcher{Account: a, Spool: &dropSpool{cursor: from}, Owner: "bench"}
		begun := time.Now()
		n, err := f.Once(ctx)
		if err != nil {
			return 0, err
		}
		if n != want {
			return 0, fmt.Errorf("fetched %d mails, not %d", n, want)
		}
		rounds = append(rounds, time.Since(begun))
	}
	return median(rounds[1:]), nil
}
