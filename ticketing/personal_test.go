package ticketing

import (
	"strings"
	"testing"
	"time"
)

// TestPersonalID: the id of a morning mail names a person and nothing else.
func TestPersonalID(t *testing.T) {
	t.Parallel()
	k, at := ring(t), time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	id := k.PersonalID(LetterDigest, 7, at, "example.com")
	own, ok := k.VerifyID(strings.ToUpper(id))
	if want := (OwnID{PersonID: 7, Letter: "digest"}); !ok || own != want {
		t.Errorf("%s is %+v, %v", id, own, ok)
	}
	if next := k.PersonalID(LetterDigest, 7, at.Add(time.Millisecond), "example.com"); next == id {
		t.Error("two morning mails have one id")
	}
	if _, ok := k.VerifyID(strings.Replace(id, "h1.p.7-", "h1.p.8-", 1)); ok {
		t.Error("the id of another can be made of it")
	}
	if _, ok := k.VerifyID(strings.Replace(id, "h1.p.", "h1.m.", 1)); ok {
		t.Error("an id of a ticket's mail can be made of it")
	}
	if !k.wrote(Message{MessageID: id}) {
		t.Error("it is not known to be ours")
	}
}

// TestAnswersToLettersOfNoTicket: only what an agent proves to have written in
// answer to his own is returned; all else is a mail as any.
func TestAnswersToLettersOfNoTicket(t *testing.T) {
	t.Parallel()
	pass, none := Message{Kind: Human, Verdict: Verdict{Result: Pass}}, Message{Kind: Human, Verdict: Verdict{Result: None}}
	mia := Person{ID: 7, Agent: true}
	for _, c := range []struct {
		name   string
		m      Message
		l      Link
		sender Person
		names  int64
		want   bool
	}{
		{"his own", pass, Link{}, mia, 7, true},
		{"not proved", none, Link{}, mia, 7, false},
		{"another's", pass, Link{}, mia, 8, false},
		{"none", pass, Link{}, mia, 0, false},
		{"of a stranger", pass, Link{}, Person{}, 0, false},
		{"he is no agent any more", pass, Link{}, Person{ID: 7}, 7, false},
		{"it came to a ticket", pass, Link{Ticket: Ticket{ID: 1}}, mia, 7, false},
	} {
		s := Situation{AnswersPersonal: c.names, People: People{Sender: c.sender}}
		if got := returnsPersonal(c.m, c.l, s); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
