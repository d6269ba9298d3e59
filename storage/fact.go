package storage

import (
	"context"
	"errors"

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
