package smtp

import (
	"context"
	"crypto/tls"
	"fmt"
)

// Report is what [Check] found out about a relay.
type Report struct {
	Address    string   `json:"address"` // host:port
	TLS        string   `json:"tls"`     // version, or "" in clear text on loopback
	Auth       string   `json:"auth"`    // the mechanism by which we logged in, or ""
	MaxSize    int      `json:"max_size"`
	Extensions []string `json:"extensions"` // those offered of the ones we can use
}

// Check connects to a relay, says hello and logs in as a [Sender] would, and
// sends nothing. An error says at which step, and has the server's words.
func Check(ctx context.Context, r Relay) (Report, error) {
	t, err := r.target()
	if err != nil {
		return Report{}, err
	}
	s, f := t.connect(ctx)
	if f != nil {
		return Report{}, fmt.Errorf("smtp relay %s: %s", t.address, oneLine(t.redact(f.Error()), maxErrorText))
	}
	defer s.quit()
	report := Report{Address: t.address, Auth: s.auth}
	if s.secured != nil {
		report.TLS = tls.VersionName(s.secured.ConnectionState().Version)
	}
	for _, name := range []string{"8BITMIME", "DSN", "ENHANCEDSTATUSCODES", "SIZE", "SMTPUTF8"} {
		if ok, _ := s.client.Extension(name); ok {
			report.Extensions = append(report.Extensions, name)
		}
	}
	report.MaxSize, _ = s.client.MaxMessageSize()
	return report, nil
}
