package servertest

import (
	"strings"
	"testing"
)

func TestParseDovecotVersion(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]dovecotVersion{
		"2.3.19.1 (9b53102964)\n":  {2, 3},
		"2.4.1-4 (7d8c0e5759)\n":   {2, 4},
		"2.4.0\n":                  {2, 4},
		"2.4-devel (0123456789)\n": {2, 4},
		"2.10.1\n":                 {2, 10},
		"3.0.0\n":                  {3, 0},
	} {
		if got, err := parseDovecotVersion(text); err != nil || got != want {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "dovecot", "2", "2.x", "a.b.c"} {
		if v, err := parseDovecotVersion(text); err == nil {
			t.Errorf("%q: %v, want an error", text, v)
		}
	}
}

func TestDovecotConfigLanguages(t *testing.T) {
	t.Parallel()
	s := dovecotSetup{dir: "/tmp/d", withhold: []string{"idle", "MOVE"}}
	for _, test := range []struct {
		version dovecotVersion
		has     []string
		hasNot  []string
	}{
		{dovecotVersion{2, 3}, []string{"mail_location = maildir:/tmp/d/mail/%u\n", "imap_capability = IMAP4rev1 ", " UIDPLUS "}, []string{"dovecot_config_version", " IDLE", " MOVE"}},
		{dovecotVersion{2, 4}, []string{"mail_path = /tmp/d/mail/%{user}\n", "  MOVE = no\n", "  IMAP4rev2 = no\n"}, []string{"mail_location", "disable_plaintext_auth", "service_count"}},
		{dovecotVersion{3, 0}, []string{"mail_driver = maildir\n"}, nil},
	} {
		text := s.config(test.version)
		for _, part := range test.has {
			if !strings.Contains(text, part) {
				t.Errorf("%v: no %q in\n%s", test.version, part, text)
			}
		}
		for _, part := range test.hasNot {
			if strings.Contains(text, part) {
				t.Errorf("%v: %q in\n%s", test.version, part, text)
			}
		}
	}
	// The version must be the first setting (Dovecot 2.4).
	if text := s.config(dovecotVersion{2, 4}); !strings.HasPrefix(text, "dovecot_config_version = ") {
		t.Errorf("it begins\n%s", text)
	}
}
