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
	"strings"
	"time"

	"deskd/ticketing"
)

// keyIDs are the names a signing key can have: a character of Crockford's
// base32.
const keyIDs = "0123456789abcdefghjkmnpqrstvwxyz"

// secretFact is under which name the database remembers its secret's check
// value.
const secretFact = "secret_check"

// secretCheck tells secrets apart without giving one away: it is derived for
// this purpose alone.
func secretCheck(secret string) (string, error) {
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "hd/check/1", 16)
	return hex.EncodeToString(key), err
}

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
		return errors.New("desk.secret is not the one this database was made with, so replies to earlier mails would not be recognised; " +
			"put the old secret back, or, if it is lost, run deskd keys rotate --new-secret")
	}
	return nil
}

// ensureKey makes the first signing key of a new database.
func (h *house) ensureKey(ctx context.Context, now time.Time) error {
	var err error
	for range 2 { // another process may have made it in the meantime
		err = h.store.Update(ctx, func(tx ticketing.Tx) error {
			keys, err := tx.Keys()
			if err != nil || len(keys) > 0 {
				return err
			}
			return tx.InsertKey(ticketing.Key{ID: keyIDs[:1], CreatedAt: now})
		})
		if err == nil {
			return nil
		}
	}
	return fmt.Errorf("make the first signing key: %w", err)
}

// rotate makes a new signing key if the newest valid one was made before
// olderThan. It gives the new key, or one without an id if none was needed.
// accept is how long old keys are good for.
func rotate(tx ticketing.Tx, olderThan time.Time, accept time.Duration, now time.Time) (ticketing.Key, error) {
	keys, err := tx.Keys()
	if err != nil {
		return ticketing.Key{}, err
	}
	newest := newestValid(keys)
	if newest >= 0 && !keys[newest].CreatedAt.Before(olderThan) {
		return ticketing.Key{}, nil
	}
	made := ticketing.Key{CreatedAt: now}
	for _, id := range strings.Split(keyIDs, "") {
		if !slices.ContainsFunc(keys, func(k ticketing.Key) bool { return k.ID == id }) {
			made.ID = id
			return made, tx.InsertKey(made)
		}
	}
	// All names are taken: the oldest whose signatures nobody accepts any more
	// serves again. A revoked one never does.
	slices.Reverse(keys)
	for i, k := range keys[:len(keys)-1] {
		if k.RevokedAt.IsZero() && now.Sub(keys[i+1].CreatedAt) > accept {
			made.ID = k.ID
			return made, tx.UpdateKey(made)
		}
	}
	return ticketing.Key{}, fmt.Errorf("all %d names of signing keys are in use; wait until the oldest key is out of date", len(keyIDs))
}

// newestValid finds the key that signs among keys from newest to oldest; -1 if
// none does.
func newestValid(keys []ticketing.Key) int {
	return slices.IndexFunc(keys, func(k ticketing.Key) bool { return k.RevokedAt.IsZero() })
}
