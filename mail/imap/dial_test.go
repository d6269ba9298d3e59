package imap

import (
	"crypto/tls"
	"strings"
	"testing"
)

func TestLoginOverTLS(t *testing.T) {
	d := newDovecot(t)
	d.Deliver(t, testUser, testMail(1, 100))
	for name, c := range map[string]struct {
		url      string
		startTLS bool
		trust    bool
		want     string
	}{
		"imaps":                     {"imaps://" + d.TLSAddress(), false, true, ""},
		"starttls":                  {"imap://" + d.Address(), true, true, ""},
		"imaps of unknown CA":       {"imaps://" + d.TLSAddress(), false, false, "certificate"},
		"starttls of unknown CA":    {"imap://" + d.Address(), true, false, "certificate"},
		"plain to somewhere else":   {"imap://192.0.2.1", false, true, "in the clear"},
		"starttls on top of TLS":    {"imaps://" + d.TLSAddress(), true, true, "drop starttls"},
		"another scheme":            {"https://" + d.TLSAddress(), false, true, "must be imaps://"},
		"a password in the URL":     {"imaps://u:geheim@" + d.TLSAddress(), false, true, "no user"},
		"an URL that is not one":    {"imaps://geheim\x00", false, true, "cannot be read"},
		"TLS where there is none":   {"imaps://" + d.Address(), false, true, "tls"},
		"localhost is loopback too": {"imap://localhost:" + d.Address()[len("127.0.0.1:"):], false, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, d)
			b.Account.URL, b.Account.StartTLS = c.url, c.startTLS
			if c.trust {
				b.Account.TLS = &tls.Config{RootCAs: d.Pool()}
			}
			n, err := b.Once(t.Context())
			switch {
			case c.want == "" && (err != nil || n != 1):
				t.Errorf("stored %d mails, error %v", n, err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("error %v, want one with %q", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "geheim") {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}
