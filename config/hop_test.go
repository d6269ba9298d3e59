package config

import "testing"

func TestTrustedHopPatterns(t *testing.T) {
	for hop, want := range map[string]bool{
		"mx.example.com": true, "*.example.com": true, "192.0.2.0/24": true, "2001:db8::/32": true,
		"[192.0.2.1]": true, "2001:db8::1": true,
		"": false, "*.": false, "*": false, "192.0.2.0/240": false, "mx example.com": false, "mx..example.com": false,
	} {
		if got := hopOK(hop); got != want {
			t.Errorf("trusted hop %q: %v, want %v", hop, got, want)
		}
	}
}
