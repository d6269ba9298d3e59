package storage

import (
	"context"
	"errors"
	"strings"

	"deskd/ticketing"
)

// Remember keeps a fact about the database under a name if none is kept there
// yet, and gives the one that is. It writes only then.
func (s *Store) Remember(ctx context.Context, name, value string) (kept string, err error) {
	err = s.view(ctx, func(x *session) error {
		kept, err = one(x, plain[string], "SELECT value FROM fact WHERE name = ?", name)
		return err
	})
	if !errors.Is(err, ticketing.ErrNotFound) {
		return kept, wrap(err, "remember %s", name)
	}
	err = s.update(ctx, func(x *session) error {
		if _, err := x.exec("INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", name, value); err != nil {
			return err
		}
		kept, err = one(x, plain[string], "SELECT value FROM fact WHERE name = ?", name)
		return err
	})
	return kept, wrap(err, "remember %s", name)
}

// trialFact and trialBytes are what [Store.TryWrite] writes.
const (
	trialFact  = "trial of writing"
	trialBytes = 256 << 10
)

// TryWrite writes something, has it reach the disk, and removes it. A
// transaction that is undone would not show a full disk: before COMMIT nothing
// need be written.
func (s *Store) TryWrite(ctx context.Context) error {
	err := s.ReplaceFact(ctx, trialFact, strings.Repeat("x", trialBytes))
	if err == nil {
		err = s.update(ctx, func(x *session) error {
			_, err := x.exec("DELETE FROM fact WHERE name = ?", trialFact)
			return err
		})
	}
	return wrap(err, "try to write")
}

// ReplaceFact keeps another fact under a name.
func (s *Store) ReplaceFact(ctx context.Context, name, value string) error {
	err := s.update(ctx, func(x *session) error { return x.replaceFact(name, value) })
	return wrap(err, "replace %s", name)
}

func (x *session) replaceFact(name, value string) error {
	_, err := x.exec(`INSERT INTO fact (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return err
}
