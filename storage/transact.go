package storage

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"deskd/ticketing"
)

const (
	// conflictTries is how often a transaction is tried that lost against
	// another one.
	conflictTries = 8
	// endTimeout bounds COMMIT and ROLLBACK, which outlive the caller.
	endTimeout = 30 * time.Second
)

// Update implements [ticketing.Store]. The function is run again after a
// deadlock, a serialization failure or a busy database, a few times; after
// that the error is [ErrBusy]. When the connection is lost during COMMIT the
// error is [ErrUnreachable], and whether the transaction was kept is unknown:
// that is why every step of the desk can be repeated.
func (s *Store) Update(ctx context.Context, f func(ticketing.Tx) error) error {
	return s.update(ctx, func(x *session) error { return f(x) })
}

// View implements [ticketing.Store].
func (s *Store) View(ctx context.Context, f func(ticketing.Reader) error) error {
	return s.view(ctx, func(x *session) error { return f(x) })
}

func (s *Store) update(ctx context.Context, f func(*session) error) error {
	for try := 1; ; try++ {
		err := s.transact(ctx, s.writers, f)
		if !errors.Is(err, ErrBusy) || try == conflictTries {
			return err
		}
		// Two that met must not meet again at once.
		wait := time.Duration(rand.Int64N(int64(try) * int64(5*time.Millisecond)))
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		}
	}
}

func (s *Store) view(ctx context.Context, f func(*session) error) error {
	return s.transact(ctx, s.readers, f)
}

func (s *Store) transact(ctx context.Context, p *pool, f func(*session) error) error {
	x, err := s.begin(ctx, p)
	if err != nil {
		return err
	}
	ended := false
	defer func() {
		if !ended { // f panicked, or ended its goroutine
			_ = x.end(false)
		}
	}()
	err = f(x)
	if err == nil {
		err = x.failed
	}
	if err == nil {
		err = x.indexWords()
	}
	if err == nil {
		err = x.tell()
	}
	ended = true
	if err != nil {
		_ = x.end(false) // a rollback that fails closes its connection, which rolls back
		return err
	}
	if err := x.end(true); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}
