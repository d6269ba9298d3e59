package ticketing

import "testing"

// An agent's mail confirms his held one if all of it speaks for that: each row
// but the first lacks one thing.
func TestConfirmation(t *testing.T) {
	type mail struct {
		m    Message
		l    Link
		a    Authority
		s    Situation
		held *Entry
	}
	for _, test := range []struct {
		name   string
		change func(*mail)
		want   bool
	}{
		{"his answer to his notification", func(*mail) {}, true},
		{"it acts by itself", func(r *mail) { r.a.Action = Act }, false},
		{"by a customer", func(r *mail) { r.a.Role = Requester }, false},
		{"not by his own reply address", func(r *mail) { r.a.ConfirmLink = false }, false},
		{"refuted", func(r *mail) { r.m.Verdict.Result = Fail }, false},
		{"it answers no notification", func(r *mail) { r.s.AnswersHeld = 0 }, false},
		{"it answers another's notification", func(r *mail) { r.s.AnswersHeldTo = 14 }, false},
		{"no reply address", func(r *mail) { r.l.Token = nil }, false},
		{"it says something else", func(r *mail) { r.m.Reply = "#release" }, false},
		{"it only quotes the word", func(r *mail) { r.m.Reply, r.m.Text = "What is this?", "What is this?\n> #confirm" }, false},
		{"the held mail is another agent's", func(r *mail) { r.held.Author.PersonID = 4 }, false},
		{"it would have been a note", func(r *mail) { r.held.Review.Then = InternalNote }, false},
		{"it waits no more", func(r *mail) { r.held.Review.State = ReviewDropped }, false},
		{"it is held for another reason", func(r *mail) { r.held.Review.Reason = "agent_failed" }, false},
	} {
		entries := []Entry{
			{ID: 20, Author: Author{PersonID: 1}},
			{ID: 21, Author: Author{PersonID: 3}, Review: Review{State: ReviewWaiting, Reason: "agent_unverified", Then: Act}},
		}
		r := mail{
			m:    Message{Reply: "#confirm", Verdict: Verdict{Result: None}},
			l:    Link{Token: &TokenHit{Kind: TokenAgentNote, Participant: Participant{ID: 13, PersonID: 3, Role: Agent}}},
			a:    Authority{Action: Hold, Role: Agent, ConfirmLink: true},
			s:    Situation{AnswersHeld: 21, AnswersHeldTo: 13, Entries: entries, People: People{Sender: Person{ID: 3, Agent: true}}},
			held: &entries[1],
		}
		test.change(&r)
		if _, got := isConfirmation(r.m, r.l, r.a, r.s); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
