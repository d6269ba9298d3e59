package ticketing

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
)

const (
	tokenBytes  = 16 // of a link
	secretBytes = 32 // of a session, and of a browser that signs in
)

// newSecret makes a secret of so many random bytes, in letters that cookies and
// addresses may have.
func newSecret(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // it never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// newCode makes eight random digits.
func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
	if err != nil {
		panic(err) // it never fails
	}
	return fmt.Sprintf("%08d", n)
}

// hashOf is how a secret is stored. Secrets as long as ours need no salt.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// hashOfCode is how a code is stored, with the link that it was mailed with.
func hashOfCode(tokenHash, code string) string { return hashOf(tokenHash + "|" + code) }

// sameHash compares in a time that does not tell where two differ. No hash is
// the same as none.
func sameHash(a, b string) bool {
	return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
