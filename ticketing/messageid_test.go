package ticketing

import "testing"

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
