package ticketing

import (
	"strings"
	"testing"
)

// TestWrote: our own mail is known although a relay replaced its id.
func TestWrote(t *testing.T) {
	t.Parallel()
	k := ring(t)
	mailID, root := k.MailID(LetterReply, 7, 3, "example.com"), k.RootID(7, "example.com")
	probe := k.MailID(LetterProbe, 1<<41, 3, "example.com")
	const foreign = "<x@example.net>"
	for _, c := range []struct {
		name string
		m    Message
		want bool
	}{
		{"our id", Message{MessageID: mailID}, true},
		{"a foreign id", Message{MessageID: foreign}, false},
		{"a forged id", Message{MessageID: mailID[:len(mailID)-14] + "x@example.com>"}, false},
		{"replaced by Exchange", Message{MessageID: foreign, OriginalID: mailID}, true},
		{"a reply to our mail", Message{MessageID: foreign, References: []string{root, mailID}}, false},
		{"a probe whose id was replaced", Message{MessageID: foreign, References: []string{foreign, probe}}, true},
	} {
		if got := k.wrote(c.m); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestWritableID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"<a@b>":                                 true,
		"<a=20b!c@[192.0.2.1]>":                 true,
		"<no-at-sign>":                          true,
		"":                                      false,
		"<>":                                    false,
		"a@b":                                   false,
		"<a@b":                                  false,
		"<a b@c>":                               false,
		"<a@b>\t<c@d>":                          false,
		"<a@b><c@d>":                            false,
		"<a@b\r\nBcc: x@y>":                     false,
		"<gr\xfc\xdfe@b>":                       false,
		"<grüße@b>":                             false,
		"<a\x7f@b>":                             false,
		"<" + strings.Repeat("x", 890) + "@b>":  true,
		"<" + strings.Repeat("x", 1000) + "@b>": false,
	} {
		if got := writableID(id); got != want {
			t.Errorf("%q: %v", id, got)
		}
	}
	if ids := withThreadID([]string{"<a@b>"}, "<gr\xfc\xdfe@c>"); len(ids) != 1 {
		t.Errorf("an id with 8-bit characters goes out: %q", ids)
	}
}
