package main

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"deskd/ticketing"
)

// secretFact is under which name the database remembers its secret's check
// value.
const secretFact = "secret_check"

// secretCheck tells secrets apart without giving one away: it is derived for
// this purpose alone.
func secretCheck(secret string) (string, error) {
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "hd/check/1", 16)
	return hex.EncodeToString(key), err
}

// errOtherSecret: the database was made with another secret, or has been given
// another one since.
var errOtherSecret = errors.New("desk.secret is not the one this database was made with, so replies to earlier mails would not be recognised; " +
	"put the old secret back, or, if it is lost, run deskd keys rotate --new-secret")

// checkSecret refuses to run with another secret than the database was made
// with: all reply addresses in customers' hands would be void, and nobody
// would know why.
func (h *house) checkSecret(ctx context.Context) error {
	check, err := secretCheck(h.config.Desk.Secret.Reveal())
	if err != nil {
		return err
	}
	stored, err := h.store.Remember(ctx, secretFact, check)
	if err != nil {
		return fmt.Errorf("check the desk's secret: %w", err)
	}
	if !hmac.Equal([]byte(stored), []byte(check)) {
		return errOtherSecret
	}
	return nil
}

// ensureKey makes the first signing key of a new database.
func (h *house) ensureKey(ctx context.Context, now time.Time) error {
	var keys []ticketing.Key
	err := h.store.View(ctx, func(r ticketing.Reader) (err error) {
		keys, err = r.Keys()
		return err
	})
	if err == nil && len(keys) > 0 {
		return nil // what only reads waits for no writer
	}
	for range 2 { // another process may have made it in the meantime
		err = h.store.Update(ctx, func(tx ticketing.Tx) error {
			keys, err := tx.Keys()
			if err == nil && len(keys) == 0 {
				_, err = newKey(tx, keys, 0, now)
			}
			return err
		})
		if err == nil {
			return nil
		}
	}
	return fmt.Errorf("make the first signing key: %w", err)
}

// rotate makes a new signing key if the one that signs was made before
// olderThan. It gives the new key, or one without an id if none was needed.
// accept is how long old keys are good for.
func rotate(tx ticketing.Tx, olderThan time.Time, accept time.Duration, now time.Time) (ticketing.Key, error) {
	keys, err := tx.Keys()
	if err != nil {
		return ticketing.Key{}, err
	}
	if i := ticketing.SigningKey(keys); i >= 0 && !keys[i].CreatedAt.Before(olderThan) {
		return ticketing.Key{}, nil
	}
	return newKey(tx, keys, accept, now)
}

func newKey(tx ticketing.Tx, keys []ticketing.Key, accept time.Duration, now time.Time) (ticketing.Key, error) {
	next, err := ticketing.NextKey(keys, accept, now)
	if err != nil {
		return ticketing.Key{}, err
	}
	if slices.ContainsFunc(keys, func(k ticketing.Key) bool { return k.ID == next.ID }) {
		return next, tx.UpdateKey(next)
	}
	return next, tx.InsertKey(next)
}
