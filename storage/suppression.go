package storage

import (
	"errors"
	"time"

	"deskd/ticketing"
)

// Suppressed implements [ticketing.Reader].
func (x *session) Suppressed(address string) (bool, error) {
	_, err := one(x, plain[string], "SELECT address FROM suppression WHERE address = ?", address)
	if errors.Is(err, ticketing.ErrNotFound) {
		return false, nil
	}
	return err == nil, wrap(err, "look up suppression")
}

// Suppress implements [ticketing.Tx]. The first reason is kept.
func (x *session) Suppress(address, reason string) error {
	_, err := x.exec(`INSERT INTO suppression (address, reason, suppressed_at) VALUES (?, ?, ?)
		ON CONFLICT (address) DO NOTHING`, address, reason, millis(time.Now()))
	return wrap(err, "suppress an address")
}

// Unsuppress implements [ticketing.Tx].
func (x *session) Unsuppress(address string) error {
	_, err := x.exec("DELETE FROM suppression WHERE address = ?", address)
	return wrap(err, "end suppression of an address")
}
