package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestSecretIsNeverPrinted(t *testing.T) {
	const value = "hunter2-hunter2"
	c := Default()
	c.Desk.Secret, c.Database.URL, c.SMTP.Password = value, value, value
	c.Mailbox = []Mailbox{{Password: value, SMTP: Submission{Password: value}}}

	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		fmt.Fprintf(&out, verb+"\n", c.Desk.Secret)
		fmt.Fprintf(&out, verb+"\n", &c)
		fmt.Fprintf(&out, verb+"\n", &c.Mailbox[0].SMTP)
	}
	if err := json.NewEncoder(&out).Encode(c); err != nil {
		t.Fatal(err)
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("config", "all", c, "secret", c.Desk.Secret, "mailbox", c.Mailbox[0])
	}
	for _, hidden := range []string{value, fmt.Sprintf("%x", value), fmt.Sprintf("%X", value)} {
		if strings.Contains(out.String(), hidden) {
			i := strings.Index(out.String(), hidden)
			t.Errorf("a secret was printed: %s", out.String()[max(0, i-200):i+len(hidden)])
		}
	}
	if !strings.Contains(out.String(), masked) {
		t.Error("nothing shows that there is a secret")
	}
}

func TestNewSecret(t *testing.T) {
	a, b := NewSecret(), NewSecret()
	if a == b || len(a) != 64 || len(a) < MinSecret {
		t.Errorf("secrets of %d and %d bytes, equal: %v", len(a), len(b), a == b)
	}
}
