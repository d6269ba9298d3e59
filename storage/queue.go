package storage

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"deskd/ticketing"
)

// ClaimSpooled implements [ticketing.Queue]. A mail that was tried before is
// claimed alone: were it among others, one that ends the program would count
// against all of them, and make them stubs with it. A claim ends with the mail
// that fills [claimBytes]. An owner who finds nothing to do writes nothing.
func (s *Store) ClaimSpooled(ctx context.Context, owner string, n int, lease time.Duration) (c ticketing.Claim, err error) {
	err = s.update(ctx, func(x *session) (err error) {
		c = ticketing.Claim{}
		due := millis(time.Now())
		if c.Lease, err = x.decidingLease(owner, due, lease); err != nil || c.Lease.Epoch == 0 {
			return err
		}
		c.Mails, err = x.claimSpooled(owner, n, due)
		return err
	})
	if err != nil {
		return ticketing.Claim{}, wrap(err, "claim spooled mails")
	}
	slices.SortFunc(c.Mails, func(a, b ticketing.LedgerRow) int { return cmp.Compare(a.ID, b.ID) })
	return c, nil
}

// decidingLease gives the owner's lease, and takes it if it is free and mails
// wait; the epoch is 0 if there is none to be had. Renewing it is not done
// here: it would wait for the group that is being decided about.
func (x *session) decidingLease(owner string, due int64, ttl time.Duration) (ticketing.Lease, error) {
	now, err := x.clock()
	if err != nil {
		return ticketing.Lease{}, err
	}
	l, err := one(x, func(r scanner) (l ticketing.Lease, err error) {
		err = r.Scan(&l.Name, &l.Owner, &l.Epoch, timeColumn{&l.Until})
		return l, err
	}, "SELECT name, owner, epoch, expires_at FROM lease WHERE name = ?", ticketing.DecidingLease)
	if err != nil && !errors.Is(err, ticketing.ErrNotFound) {
		return ticketing.Lease{}, wrap(err, "read lease %s", ticketing.DecidingLease)
	}
	if l.Until.After(now) {
		if l.Owner == owner {
			err = x.HoldLease(l)
		}
		if l.Owner != owner || errors.Is(err, ticketing.ErrLeaseLost) {
			return ticketing.Lease{}, nil
		}
		return l, err
	}
	// A mail keeps its place while it is claimed, so this sees claimed ones too.
	if _, err = one(x, plain[int64], "SELECT id FROM ledger WHERE state = 'spooled' AND due_at <= ? LIMIT 1", due); err == nil {
		l, err = x.takeLease(ticketing.DecidingLease, owner, now, ttl)
	}
	if errors.Is(err, ticketing.ErrNotFound) {
		return ticketing.Lease{}, nil
	}
	if err != nil {
		return ticketing.Lease{}, wrap(err, "take lease %s", ticketing.DecidingLease)
	}
	_, err = x.endClaims("claimed_by <> ''")
	return l, wrap(err, "end the claims of those who had lease %s", l.Name)
}

// What a group takes up in memory is several times the text of its mails, and
// the next group is read while one is decided about. Of a large mail most is
// attachments, which are not kept.
const (
	claimBytes = 8 << 20 // of a claim
	claimMost  = 4 << 20 // what a single mail counts
)

func (x *session) claimSpooled(owner string, n int, due int64) ([]ticketing.LedgerRow, error) {
	const waiting = "state = 'spooled' AND due_at <= ? AND claimed_by = ''"
	attempts, err := one(x, plain[int64], "SELECT attempts FROM ledger WHERE "+waiting+
		" ORDER BY due_at, id LIMIT 1"+x.store.dialect.skipLocked, due)
	if errors.Is(err, ticketing.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	fresh := " AND attempts = 0"
	if attempts > 0 {
		n, fresh = 1, ""
	}
	// As a subquery of the UPDATE, PostgreSQL may choose the rows more than
	// once, and claim more of them than n.
	return list(x, scanLedger, "WITH due AS MATERIALIZED (SELECT id, due_at, size FROM ledger WHERE "+waiting+fresh+
		" ORDER BY due_at, id LIMIT ?"+x.store.dialect.skipLocked+`),
		taken AS MATERIALIZED (SELECT id, SUM(CASE WHEN size < ? THEN size ELSE ? END) OVER (ORDER BY due_at, id
			ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM due)
		UPDATE ledger SET claimed_by = ?, attempts = attempts + 1
		WHERE id IN (SELECT id FROM taken WHERE COALESCE(before, 0) < ?) RETURNING `+ledgerColumns,
		due, pageSize(n), claimMost, claimMost, owner, claimBytes)
}

// suspectWait is how long a mail waits at the second death, four times as long
// at the third, and so on.
const suspectWait = 5 * time.Second

// endClaims frees spooled mails whose claims are worth nothing any more. One
// that was in hand at more than one such end waits, longer each time: it may be
// what ends the program, and the others are to be done before.
func (x *session) endClaims(which string, args ...any) (int64, error) {
	// The condition is as the partial index has it.
	return x.exec(`UPDATE ledger SET claimed_by = '',
		due_at = CASE WHEN attempts <= 1 THEN 0 ELSE ? + ? * (attempts - 1) * (attempts - 1) END
		WHERE state = 'spooled' AND claimed_by <> '' AND `+which,
		append([]any{millis(time.Now()), suspectWait.Milliseconds()}, args...)...)
}

// ReleaseSpooled implements [ticketing.Queue]. Mails that are not the owner's
// any more are passed over.
func (s *Store) ReleaseSpooled(ctx context.Context, owner string, ids []int64, at time.Time) error {
	err := s.update(ctx, func(x *session) error {
		_, err := x.exec(`UPDATE ledger SET due_at = ?, claimed_by = ''
			WHERE claimed_by = ? AND state = 'spooled' AND id`+x.store.dialect.idsIn, millis(at), owner, x.numbers(slices.Clone(ids)))
		return err
	})
	return wrap(err, "release spooled mails")
}

// ReturnSpooled implements [ticketing.Queue]. Each claim raised the count by
// one, so it is lowered by one whoever has the mail now.
func (s *Store) ReturnSpooled(ctx context.Context, owner string, ids []int64, at time.Time) error {
	err := s.update(ctx, func(x *session) error {
		_, err := x.exec(`UPDATE ledger SET attempts = attempts - 1,
			due_at = CASE WHEN claimed_by = ? THEN ? ELSE due_at END,
			claimed_by = CASE WHEN claimed_by = ? THEN '' ELSE claimed_by END
			WHERE state = 'spooled' AND attempts > 0 AND id`+x.store.dialect.idsIn, owner, millis(at), owner, x.numbers(slices.Clone(ids)))
		return err
	})
	return wrap(err, "return spooled mails")
}

// EndClaims implements [ticketing.Queue].
func (s *Store) EndClaims(ctx context.Context, owner string) error {
	err := s.update(ctx, func(x *session) error {
		// The condition is as the partial index has it.
		_, err := x.exec(`UPDATE ledger SET attempts = attempts - 1, due_at = 0, claimed_by = ''
			WHERE state = 'spooled' AND claimed_by <> '' AND claimed_by = ? AND attempts > 0`, owner)
		return err
	})
	return wrap(err, "end the claims of %s", owner)
}

// Undecided counts those of the given mails that somebody decides about now or
// could: not the ones that are to be tried again later.
func (s *Store) Undecided(ctx context.Context, ids []int64) (n int, err error) {
	err = s.view(ctx, func(x *session) error {
		n, err = one(x, plain[int], `SELECT COUNT(*) FROM ledger
			WHERE state = 'spooled' AND (claimed_by <> '' OR due_at <= ?) AND id`+x.store.dialect.idsIn,
			millis(time.Now()), x.numbers(slices.Clone(ids)))
		return err
	})
	return n, wrap(err, "count the mails to be decided about")
}
