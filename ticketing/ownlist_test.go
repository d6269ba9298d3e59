package ticketing

import "testing"

func TestSeenThroughOwnList(t *testing.T) {
	s := Settings{Mailboxes: []Mailbox{{Address: "support@example.com", OwnLists: []string{"help@example.com"}}}}
	list := Address{Address: "help@example.com"}
	customer := Address{Address: "aiko@acme.example"}
	for _, test := range []struct {
		name    string
		m       Message
		from    string
		kind    MailKind
		verdict VerdictResult
	}{
		{"bulk marks of the list", Message{From: []Address{customer}, To: []Address{list}, Kind: Bulk, Verdict: Verdict{Result: Pass}}, "aiko@acme.example", Human, Pass},
		{"From rewritten", Message{From: []Address{list}, To: []Address{list}, ReplyTo: []Address{customer}, OriginalFrom: "Aiko@acme.example", Kind: Human, Verdict: Verdict{Result: Pass}}, "aiko@acme.example", Human, None},
		{"only Reply-To names somebody", Message{From: []Address{list}, To: []Address{list}, ReplyTo: []Address{customer}, Kind: Human, Verdict: Verdict{Result: Pass}}, "help@example.com", Human, Pass},
		{"another list", Message{From: []Address{customer}, To: []Address{{Address: "news@other.example"}}, Kind: Bulk, Verdict: Verdict{Result: Pass}}, "aiko@acme.example", Bulk, Pass},
	} {
		got := seenThroughOwnList(test.m, s)
		if senderOf(got).Address != test.from || got.Kind != test.kind || got.Verdict.Result != test.verdict {
			t.Errorf("%s: %v %s %s", test.name, got.From, got.Kind, got.Verdict.Result)
		}
	}
}
