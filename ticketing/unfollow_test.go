package ticketing

import "testing"

// A mail takes a Cc off the ticket if all of it speaks for that: each row but
// the first lacks one thing.
func TestUnfollows(t *testing.T) {
	type mail struct {
		l Link
		a Authority
		m Message
		s Situation
	}
	for _, test := range []struct {
		name   string
		change func(*mail)
		want   bool
	}{
		{"the Cc himself", func(*mail) {}, true},
		{"the Cc, not proved", func(r *mail) { r.m.Verdict.Result = None }, true},
		{"no reply address", func(r *mail) { r.l.Token = nil }, false},
		{"a reply address of another kind", func(r *mail) { r.l.Token.Kind = TokenCustomer }, false},
		{"the requester, after a merge", func(r *mail) { r.l.Token.Participant.Role = Requester }, false},
		{"somebody else's address", func(r *mail) { r.l.Token.Participant.PersonID = 1 }, false},
		{"an agent by now", func(r *mail) { r.a.Role = Agent }, false},
		{"held", func(r *mail) { r.a.HoldReason = "two_tokens" }, false},
		{"refuted", func(r *mail) { r.m.Verdict.Result = Fail }, false},
	} {
		r := mail{
			l: Link{Token: &TokenHit{Kind: TokenUnfollow, Participant: Participant{ID: 12, PersonID: 2, Role: Cc}}},
			a: Authority{Action: Accept, Role: Cc},
			m: Message{Verdict: Verdict{Result: Pass}},
			s: Situation{People: People{Sender: Person{ID: 2}}},
		}
		test.change(&r)
		if got := unfollows(r.l, r.a, r.m, r.s); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
