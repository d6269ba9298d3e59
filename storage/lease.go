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
		now, err := x.clock()
		if err == nil {
			l, err = x.takeLease(name, owner, now, ttl)
		}
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

// takeLease fails with [ticketing.ErrNotFound] while somebody else has the
// lease.
func (x *session) takeLease(name, owner string, now time.Time, ttl time.Duration) (l ticketing.Lease, err error) {
	l = ticketing.Lease{Name: name, Owner: owner, Until: fromMillis(millis(now.Add(ttl)))}
	l.Epoch, err = one(x, plain[int64], `INSERT INTO lease (name, owner, epoch, expires_at) VALUES (?, ?, 1, ?)
		ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at,
		epoch = CASE WHEN lease.owner = excluded.owner AND lease.expires_at > ? THEN lease.epoch ELSE lease.epoch + 1 END
		WHERE lease.owner = excluded.owner OR lease.expires_at <= ? RETURNING epoch`,
		name, owner, millis(l.Until), millis(now), millis(now))
	return l, err
}

// RenewLease implements [ticketing.Queue]. One that ended unseen is still good
// as long as nobody took it.
func (s *Store) RenewLease(ctx context.Context, l ticketing.Lease, ttl time.Duration) error {
	err := s.update(ctx, func(x *session) error {
		now, err := x.clock()
		if err != nil {
			return err
		}
		n, err := x.exec("UPDATE lease SET expires_at = ? WHERE name = ? AND owner = ? AND epoch = ? AND expires_at > 0",
			millis(now.Add(ttl)), l.Name, l.Owner, l.Epoch)
		if err == nil && n == 0 {
			err = ticketing.ErrLeaseLost
		}
		return err
	})
	return wrap(err, "renew lease %s", l.Name)
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

// LeaseOwners names those whose leases have not ended, once for each lease.
func (s *Store) LeaseOwners(ctx context.Context) (owners []string, err error) {
	err = s.view(ctx, func(x *session) error {
		now, err := x.clock()
		if err == nil {
			owners, err = list(x, plain[string], "SELECT owner FROM lease WHERE expires_at > ?", millis(now))
		}
		return err
	})
	return owners, wrap(err, "list owners of leases")
}

// HoldLease implements [ticketing.Tx]. A lease that ended unseen is still good:
// the epoch tells. Transactions under one lease do not wait for each other.
func (x *session) HoldLease(l ticketing.Lease) error {
	epoch, err := one(x, plain[int64], "SELECT epoch FROM lease WHERE name = ? AND owner = ?"+x.store.dialect.forShare,
		l.Name, l.Owner)
	if errors.Is(err, ticketing.ErrNotFound) || err == nil && epoch != l.Epoch {
		return ticketing.ErrLeaseLost
	}
	return wrap(err, "check lease %s", l.Name)
}
