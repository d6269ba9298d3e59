package catalogue

import (
	"strings"
	"testing"
)

// Texts of a desk take the place of ours in one language; ours stay for others,
// and in the catalogue that they were put upon.
func TestWith(t *testing.T) {
	ours := load(t)
	c, err := ours.With("en", map[string]string{"event.linked": "See {ticket}", "mail.ack.body": "Thanks.\n\n{desk}"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		c               *Catalogue
		lang, key, want string
	}{
		{c, "en", "event.linked", "See 7"},
		{c, "de", "event.linked", "See 7"},
		{c, "ja", "event.linked", "チケット 7 と関連付けました"},
		{c, "en", "status.open.label", "Open"},
		{ours, "en", "event.linked", "Linked to ticket 7"},
	} {
		if got := tc.c.Text(tc.lang, tc.key, "ticket", 7); got != tc.want {
			t.Errorf("%s in %s: %q, want %q", tc.key, tc.lang, got, tc.want)
		}
	}
}

// All that cannot take the place of ours is told at once, by its key.
func TestWithRefuses(t *testing.T) {
	ours := load(t)
	_, err := ours.With("en", map[string]string{
		"event.linked": "{tickets}", "no.such.key": "x", "mail.greeting": "\n", "mail.greeting_unnamed": "a\nb",
		"mail.footer.link": "Have a look", "role.cc": "a{b", "role.agent": strings.Repeat("x", MaxText+1), "role.system": "\u202e",
	})
	if err == nil {
		t.Fatal("accepted")
	}
	want := []string{
		"event.linked: {tickets} is no placeholder of it; there are {ticket}", "mail.footer.link: lacks {link}",
		"mail.greeting: is empty", "mail.greeting_unnamed: has several lines", "no.such.key: is the key of no text",
		"role.agent: has 4097 bytes; 4096 are allowed", "role.cc: has a brace that belongs to no placeholder; there are none here",
		"role.system: has the control character U+202E",
	}
	got := strings.Split(err.Error(), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d faults are told: %v", len(got), err)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
	if _, err := ours.With("de", nil); err == nil || err.Error() != "de is no language of deskd; there are en, ja" {
		t.Error(err)
	}
}
