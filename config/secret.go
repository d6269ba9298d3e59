package config

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
)

// Secret is a value that must never be printed. fmt, log/slog and encoding/json
// show "***", or "" when it is empty; [Secret.Reveal] gives the value. (An
// encoder that looks at kinds first, as go-toml's does, would show it: a Config
// is never written that way, see [Write].)
type Secret string

const masked = "***"

// Reveal is the value itself, for the one who needs it to log in or to sign.
func (s Secret) Reveal() string { return string(s) }

// String implements [fmt.Stringer].
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return masked
}

// Format implements [fmt.Formatter], so that no verb, such as %x or %#v, gets
// round String.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText implements [encoding.TextMarshaler]: JSON shows "***".
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// NewSecret makes a value for desk.secret: 32 random bytes as 64 hex digits.
func NewSecret() Secret {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program if the system has no randomness
	return Secret(hex.EncodeToString(b[:]))
}
