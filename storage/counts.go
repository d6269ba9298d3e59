package storage

import (
	"context"
	"slices"
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

// UnsolvedOf implements [ticketing.Reader].
func (x *session) UnsolvedOf(personIDs []int64) ([]int, error) {
	rows, err := list(x, scanKeyed[int64, int], "SELECT assignee_id, COUNT(*) FROM ticket WHERE assignee_id"+x.store.dialect.idsIn+
		" AND assignee_id <> 0 AND status <> 'solved' GROUP BY assignee_id", x.store.dialect.numbers(personIDs))
	counts := make([]int, len(personIDs))
	for _, r := range rows {
		counts[slices.Index(personIDs, r.key)] = r.row
	}
	return counts, wrap(err, "count the tickets of agents")
}
