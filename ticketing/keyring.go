package ticketing

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"
)

// MinSecret is the least number of bytes of the desk's secret.
const MinSecret = 32

// The purposes of signatures. Each has keys of its own, derived from the
// desk's secret, so that one kind of signature never passes for another.
const (
	purposeReply  = "hd/reply/1"
	purposeMsgID  = "hd/msgid/1"
	purposeAnswer = "hd/answer/1"
)

// macSize is 128 bits: at least half of SHA-256 (RFC 2104 §5).
const macSize = 16

// Keyring signs reply addresses, Message-IDs and links to answer by, and tells
// ours from forged ones. It signs with the newest key and accepts all that are neither revoked
// nor out of date. It never changes after it was made.
type Keyring struct {
	newest string
	keys   map[string]derived // by key id
}

type derived struct {
	reply, msgID, answer []byte
}

// NewKeyring derives the keys from the desk's secret (HKDF, RFC 5869). The
// keys come newest first. A signature is accepted for so long after a newer key
// took over; the default of the mail rules is 13 months, since people answer
// old mails. It fails if the secret is too short or no key is valid at the
// time now.
func NewKeyring(secret []byte, keys []Key, accept time.Duration, now time.Time) (*Keyring, error) {
	if len(secret) < MinSecret {
		return nil, fmt.Errorf("the desk's secret has %d bytes: at least %d are needed", len(secret), MinSecret)
	}
	k := &Keyring{keys: map[string]derived{}}
	supersededAt := time.Time{}
	for _, key := range keys {
		if len(key.ID) != 1 || !key.RevokedAt.IsZero() {
			continue
		}
		if !supersededAt.IsZero() && now.Sub(supersededAt) > accept {
			break
		}
		d, err := derive(secret, key.ID)
		if err != nil {
			return nil, fmt.Errorf("derive signing key %s: %w", key.ID, err)
		}
		k.keys[key.ID] = d
		if k.newest == "" {
			k.newest = key.ID
		}
		supersededAt = key.CreatedAt
	}
	if k.newest == "" {
		return nil, errors.New("no valid signing key: run 'deskd keys rotate' to make one")
	}
	return k, nil
}

func derive(secret []byte, id string) (d derived, err error) {
	for purpose, key := range map[string]*[]byte{purposeReply: &d.reply, purposeMsgID: &d.msgID, purposeAnswer: &d.answer} {
		if *key, err = hkdf.Key(sha256.New, secret, nil, purpose+"|"+id, sha256.Size); err != nil {
			return derived{}, err
		}
	}
	return d, nil
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)[:macSize]
}

// sign gives the MAC of a text in 26 base32 characters.
func sign(key []byte, text string) string { return encodeBase32(mac(key, text)) }

// verify compares in constant time.
func verify(key []byte, text, signature string) bool {
	return hmac.Equal([]byte(sign(key, text)), []byte(signature))
}
