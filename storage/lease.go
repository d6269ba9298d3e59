package storage

import (
	"context"
	"errors"
	"time"

	"deskd/ticketing"
)

// AcquireLease implements [ticketing.Spool]. Renewing in time keeps the epoch;
// taking the lease anew, also by its last owner, raises it.
func (s *Store) AcquireLease(ctx context.Context, name, owner string, ttl time.Duration) (l ticketing.Lease, ok bool, err error) {
	err = s.update(ctx, func(x *session) error {
		now := time.Now()
		l = ticketing.Lease{Name: name, Owner: owner, Until: fromMillis(millis(now.Add(ttl)))}
		l.Epoch, err = one(x, plain[int64], `INSERT INTO lease (name, owner, epoch, expires_at) VALUES (?, ?, 1, ?)
			ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at,
			epoch = CASE WHEN lease.owner = excluded.owner AND lease.expires_at > ? THEN lease.epoch ELSE lease.epoch + 1 END
			WHERE lease.owner = excluded.owner OR lease.expires_at <= ? RETURNING epoch`,
			name, owner, millis(l.Until), millis(now), millis(now))
		return err
	})
	if errors.Is(err, ticketing.ErrNotFound) {
		return ticketing.Lease{}, false, nil
	}
	if err != nil {
		return ticketing.Lease{}, false, wrap(err, "acquire lease %s", name)
	}
	return l, true, nil
}

// ReleaseLease implements [ticketing.Spool]. Releasing a lease that was lost
// changes nothing.
func (s *Store) ReleaseLease(ctx context.Context, l ticketing.Lease) error {
	err := s.update(ctx, func(x *session) error {
		_, err := x.exec("UPDATE lease SET expires_at = 0 WHERE name = ? AND owner = ? AND epoch = ?",
			l.Name, l.Owner, l.Epoch)
		return err
	})
	return wrap(err, "release lease %s", l.Name)
}

// holdLease makes sure that nobody has taken the lease since, and that nobody
// does until the transaction ends. A lease that ended unseen is still good:
// the epoch tells.
func (x *session) holdLease(l ticketing.Lease) error {
	epoch, err := one(x, plain[int64], "SELECT epoch FROM lease WHERE name = ? AND owner = ?"+x.store.dialect.forUpdate,
		l.Name, l.Owner)
	if errors.Is(err, ticketing.ErrNotFound) || err == nil && epoch != l.Epoch {
		return ticketing.ErrLeaseLost
	}
	return wrap(err, "check lease %s", l.Name)
}
