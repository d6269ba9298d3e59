package mail

import (
	"strings"
	"testing"
)

// TestChosenCharset: a person's word about a mail is believed against its
// labels, but not against what the bytes are.
func TestChosenCharset(t *testing.T) {
	t.Parallel()
	const (
		cyrillic = "\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0!"  // windows-1251
		japanese = "\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd" // Shift_JIS
		jis      = "\x1b$B$3$s$K$A$O\x1b(B"
	)
	for name, test := range map[string]struct {
		charset, label, body, want string
	}{
		"mislabelled":        {"windows-1251", "iso-8859-1", cyrillic, "Привет, мир!"},
		"by another name":    {"CP1251", "iso-8859-1", cyrillic, "Привет, мир!"},
		"nobody said":        {"", "iso-8859-1", "\xd0\xf3\xf1", "Ðóñ"},
		"unlabelled":         {"koi8-r", "", "\xf0\xd2\xc9\xd7\xc5\xd4", "Привет"},
		"UTF-8 all the same": {"windows-1251", "utf-8", "Grüße", "Grüße"},
		"ASCII":              {"utf-16", "us-ascii", "plain", "plain"},
		"not of it":          {"shift_jis", "iso-8859-1", "caf\xe9\x20\xe8\x20l\xe0", "café è là"},
		"UTF-8 after all":    {"utf-8", "iso-8859-1", "Grüße", "Grüße"},
		"escapes":            {"iso-2022-jp", "iso-8859-1", jis, "こんにちは"},
		"the other of Japan": {"shift_jis", "iso-2022-jp", japanese, "こんにちは"},
		"unknown label":      {"shift_jis", "x-none", japanese, "こんにちは"},
		"UTF-7 is none":      {"utf-7", "iso-8859-1", "+AGE- \xe9", "+AGE- é"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := DefaultLimits()
			l.Charset = test.charset
			raw := "From: a@example.org\r\nSubject: " + test.body + "\r\nContent-Type: text/plain; charset=" + test.label + "\r\n\r\n" + test.body + "\r\n"
			m, err := Parse(strings.NewReader(raw), l)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(m.Text); got != test.want {
				t.Errorf("text %q, want %q", got, test.want)
			}
			if test.charset != "" && m.Subject != test.want {
				t.Errorf("subject %q, want %q", m.Subject, test.want)
			}
		})
	}
}
