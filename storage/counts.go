package storage

import (
	"context"
	"time"
)

// Counts says how much work waits, for the command line and for metrics. It
// reads the rows that wait, not those that are done.
type Counts struct {
	Spooled       int       // mails stored and not yet decided
	SpooledOldest time.Time // when the oldest of them was stored; zero if none
	Outbox        int       // mails owed and not yet sent
	OutboxOldest  time.Time // when the oldest of them was made; zero if none
	OutboxFailed  int       // mails given up
	Held          int       // entries waiting for review
}

// Counts gives the figures of one moment.
func (s *Store) Counts(ctx context.Context) (c Counts, err error) {
	err = s.view(ctx, func(x *session) error {
		for _, q := range []struct {
			query  string
			n      *int
			oldest *time.Time
		}{
			{"SELECT COUNT(*), COALESCE(MIN(spooled_at), 0) FROM ledger WHERE state = 'spooled'", &c.Spooled, &c.SpooledOldest},
			{"SELECT COUNT(*), COALESCE(MIN(created_at), 0) FROM outbox WHERE waiting", &c.Outbox, &c.OutboxOldest},
			{"SELECT COUNT(*), 0 FROM outbox WHERE state = 'failed' AND state <> 'sent'", &c.OutboxFailed, new(time.Time)},
			{"SELECT COUNT(*), 0 FROM entry WHERE review_state = 'waiting'", &c.Held, new(time.Time)},
		} {
			*q.n, err = one(x, func(r scanner) (n int, err error) {
				err = r.Scan(&n, timeColumn{q.oldest})
				return n, err
			}, q.query)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return c, wrap(err, "count work waiting")
}
