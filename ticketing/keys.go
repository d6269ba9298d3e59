package ticketing

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Key is a signing key: only its name and times. The secret is derived from
// the desk's secret, the purpose and the id (HKDF, RFC 5869).
type Key struct {
	ID        string // one Crockford base32 character
	CreatedAt time.Time
	RevokedAt time.Time // zero while valid
}

// SigningKey finds the key that signs, the newest valid one, among keys from
// newest to oldest; it gives -1 if none does.
func SigningKey(keys []Key) int {
	return slices.IndexFunc(keys, func(k Key) bool { return k.RevokedAt.IsZero() })
}

// NextKey is the key that takes over from keys, which come newest first. When
// all names are taken, the oldest one whose signatures nobody accepts any more
// serves again, which is so when the key after it was made longer than accept
// ago; the name of a revoked key never does. It fails while there is none.
func NextKey(keys []Key, accept time.Duration, now time.Time) (Key, error) {
	for _, id := range strings.Split(crockford, "") {
		if !slices.ContainsFunc(keys, func(k Key) bool { return k.ID == id }) {
			return Key{ID: id, CreatedAt: now}, nil
		}
	}
	for i := len(keys) - 1; i > 0; i-- {
		if keys[i].RevokedAt.IsZero() && now.Sub(keys[i-1].CreatedAt) > accept {
			return Key{ID: keys[i].ID, CreatedAt: now}, nil
		}
	}
	return Key{}, fmt.Errorf("all %d names of signing keys are in use; wait until the oldest key is out of date", len(crockford))
}
