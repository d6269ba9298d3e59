package ticketing

import "testing"

// An answer may repeat what it makes public, but never a note or a held mail.
func TestLeak(t *testing.T) {
	const secret = "the refund limit is nine thousand"
	entry := func(kind EntryKind, v Visibility, unverified bool) Situation {
		return Situation{Entries: []Entry{{
			Kind: kind, Visibility: v, Unverified: unverified, MailKind: Human, Text: "Hello\n" + secret + "\n",
			Author: Author{Role: Requester},
		}}}
	}
	for _, test := range []struct {
		name string
		s    Situation
		want string
	}{
		{"a note", entry(EntryNote, AgentsOnly, false), "note_in_answer"},
		{"a held mail", entry(EntryMessage, Held, true), "note_in_answer"},
		{"a public message", entry(EntryMessage, Public, false), ""},
		{"a reply that the answer makes public", entry(EntryMessage, AgentsOnly, true), ""},
	} {
		for _, text := range []string{"Well, the refund limit is\nnine  thousand.", "> The refund limit is nine thousand"} {
			if got := leak(text, test.s); got != test.want {
				t.Errorf("%s, %q: %q, want %q", test.name, text, got, test.want)
			}
		}
		if got := leak("Hello", test.s); got != "" {
			t.Errorf("%s: a greeting is a leak: %q", test.name, got)
		}
	}
	if got := leak("write to support+0a00000003hpre7g7p00tec9p72f7rbh71y0@example.com", Situation{}); got != "token_in_answer" {
		t.Errorf("a reply address goes out: %q", got)
	}
}
