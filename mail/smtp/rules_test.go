package smtp

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestEnvelopeAddress(t *testing.T) {
	tests := []struct{ in, want string }{ // want "" is refused
		{"Ann.O'Hara+x=y@Example.ORG", "Ann.O'Hara+x=y@example.org"},
		{"a@bücher.example", "a@xn--bcher-kva.example"},
		{"アン@例え.example", "アン@xn--r8jz45g.example"},
		{"a@[192.0.2.1]", "a@[192.0.2.1]"},
		{"a", ""}, {"@x", ""}, {"a@", ""}, {"", ""}, {"a@b@c", ""},
		{"a b@example.org", ""}, {"a@example.org>", ""}, {"<a@example.org", ""}, {"a\"@example.org", ""},
		{"a@example.org\r\nRCPT TO:<b@c>", ""}, {"a@example.org\n", ""}, {"a\x00@example.org", ""}, {"a\u2028@example.org", ""},
		{"a@exam\xffple.org", ""},
		{strings.Repeat("a", 65) + "@example.org", ""},
		{"a@" + strings.Repeat("a.", 140) + "example", ""},
	}
	for _, tc := range tests {
		got, err := envelopeAddress(tc.in)
		if got != tc.want || (err == nil) != (tc.want != "") {
			t.Errorf("envelopeAddress(%q) = %q, %v; want %q", tc.in, got, err, tc.want)
		}
	}
}

func TestEnvelopeID(t *testing.T) {
	for in, want := range map[string]string{
		"<h1.a.4.mac@example.com>": "h1.a.4.mac", "<é@x>": "", "<a b@x>": "", "nothing": "", "": "",
		"<" + strings.Repeat("a", 101) + "@x>": "",
	} {
		if got := envelopeID(in); got != want {
			t.Errorf("envelopeID(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestProvider(t *testing.T) {
	ses := "0102018f2b3c4d5e-11111111-2222-3333-4444-555555555555-000000"
	tests := []struct {
		host, answer, id string
		aliases          []string
	}{
		{"email-smtp.eu-west-1.amazonaws.com", "Ok " + ses, ses, []string{"<" + ses + "@eu-west-1.amazonses.com>"}},
		{"email-smtp.us-east-1.amazonaws.com", "Ok " + ses, ses, []string{"<" + ses + "@email.amazonses.com>"}},
		{"email-smtp-fips.us-west-2.amazonaws.com", "Ok " + ses, ses, []string{"<" + ses + "@us-west-2.amazonses.com>"}},
		{"email-smtp.eu-west-1.amazonaws.com", "Ok <a>@b", "Ok <a>@b", nil},
		{"email-smtp.eu-west-1.amazonaws.com.example.org", "Ok " + ses, "Ok " + ses, nil},
		{"smtp.example.org", "2.0.0 Ok: queued as 4XyZ12", "4XyZ12", nil},
		{"smtp.example.org", "OK id=1abcDE-0000-XY", "1abcDE-0000-XY", nil},
		{"smtp.gmail.com", "2.0.0 OK  1700 x12 - gsmtp", "OK 1700 x12 - gsmtp", nil},
		{"smtp.example.org", "", "", nil},
	}
	for _, tc := range tests {
		if got := providerID(tc.host, tc.answer); got != tc.id {
			t.Errorf("%s, %q: id %q, want %q", tc.host, tc.answer, got, tc.id)
		}
		if got := providerAliases(tc.host, tc.answer); !slices.Equal(got, tc.aliases) {
			t.Errorf("%s, %q: aliases %q, want %q", tc.host, tc.answer, got, tc.aliases)
		}
	}
}

func TestRelayURL(t *testing.T) {
	tests := []struct {
		url      string
		startTLS bool
		address  string // "" is refused
		clear    bool
	}{
		{"smtps://smtp.example.com", false, "smtp.example.com:465", false},
		{"smtp://smtp.example.com", false, "smtp.example.com:587", false},
		{"smtp://smtp.example.com:25", false, "smtp.example.com:25", false},
		{"smtp://localhost:2525", false, "localhost:2525", true},
		{"smtp://127.0.0.2", false, "127.0.0.2:587", true},
		{"smtp://[::1]:25", false, "[::1]:25", true},
		{"smtp://localhost", true, "localhost:587", false},
		{"smtp://localhost.example.com", false, "localhost.example.com:587", false},
		{"smtp://10.0.0.1", false, "10.0.0.1:587", false},
		{"http://smtp.example.com", false, "", false},
		{"smtp.example.com", false, "", false},
		{"smtps://user:secret@smtp.example.com", false, "", false},
		{"smtps://user:secret@", false, "", false},
		{"smtps://smtp.example.com/path", false, "", false},
	}
	for _, tc := range tests {
		got, err := Relay{URL: tc.url, StartTLS: tc.startTLS}.target()
		if (err == nil) != (tc.address != "") {
			t.Errorf("%s: %v", tc.url, err)
		}
		if err == nil && (got.address != tc.address || got.clear != tc.clear) {
			t.Errorf("%s: %s, clear text %v", tc.url, got.address, got.clear)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: password in %q", tc.url, err)
		}
	}
}

func TestRedact(t *testing.T) {
	r := Relay{User: "desk", Password: "hunter2x"}
	text := "no hunter2x, " + base64.StdEncoding.EncodeToString([]byte("\x00desk\x00hunter2x")) + ", " + base64.StdEncoding.EncodeToString([]byte("hunter2x"))
	if got := r.redact(text); got != "no …, …, …" {
		t.Errorf("redact = %q", got)
	}
}

func TestSchedule(t *testing.T) {
	s := Schedule{}.withDefaults()
	for i, want := range []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 4 * time.Hour} {
		if got, ok := s.next(i+1, time.Hour); got != want || !ok {
			t.Errorf("after attempt %d: %v, %v; want %v", i+1, got, ok, want)
		}
	}
	if _, ok := s.next(minAttempts, 48*time.Hour); ok {
		t.Error("goes on after 48 hours")
	}
	if _, ok := s.next(1, 100*time.Hour); !ok {
		t.Error("one attempt after a long pause was the last")
	}
	if s.slowDown(1) != 30*time.Second || s.slowDown(3) != 2*time.Minute || s.slowDown(1000) != 10*time.Minute {
		t.Errorf("slow down %v, %v, %v", s.slowDown(1), s.slowDown(3), s.slowDown(1000))
	}
}

func TestPaceGrantsNoMoreThanAsked(t *testing.T) {
	l := window(30, time.Minute, 10)
	now := time.Now()
	granted := 0
	for at := time.Duration(0); at < time.Minute; at += 100 * time.Millisecond {
		for l.AllowN(now.Add(at), 1) {
			granted++
		}
	}
	if granted > 30 || granted < 28 {
		t.Errorf("%d granted in the first minute, want 30", granted)
	}
}

func TestOneLine(t *testing.T) {
	for in, want := range map[string]string{
		" a\r\n b\tc ": "a b c", "\xffx\x1b[0m": "x [0m", "a\u202eb": "a b", "éé": "éé",
	} {
		if got := oneLine(in, 100); got != want {
			t.Errorf("oneLine(%q) = %q, want %q", in, got, want)
		}
	}
	if got := oneLine(strings.Repeat("é", 10), 8); got != "éé…" {
		t.Errorf("cut to %q", got)
	}
}
