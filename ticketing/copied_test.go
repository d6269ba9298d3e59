package ticketing

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// Whom a mail may add to a ticket at once (mail-rules §2.4), and what must be
// so for it: each row but those wanted lacks one thing.
func TestMayAdd(t *testing.T) {
	pass := Verdict{Result: Pass}
	for _, test := range []struct {
		name    string
		verdict Verdict
		action  Action
		role    Role
		from    string
		whom    string
		want    bool
	}{
		{"an agent, anybody", pass, Act, Agent, "mia@example.com", "ola@partner.example", true},
		{"the requester, anybody", pass, Accept, Requester, "aiko@acme.example", "ola@partner.example", true},
		{"a Cc, a colleague", pass, Accept, Cc, "ken@acme.example", "rei@acme.test", true},
		{"a Cc, an outsider", pass, Accept, Cc, "ken@acme.example", "ola@partner.example", false},
		{"a Cc who is an outsider, a colleague", pass, Accept, Cc, "ola@partner.example", "rei@acme.test", false},
		{"a Cc who is an outsider, his own colleague", pass, Accept, Cc, "ola@partner.example", "per@partner.example", false},
		{"a colleague who is not on the ticket", pass, Accept, Colleague, "rei@acme.test", "ken@acme.example", false},
		{"an agent, not proved", Verdict{Result: None}, Act, Agent, "mia@example.com", "ola@partner.example", false},
		{"the requester, not proved", Verdict{Result: None}, Accept, Requester, "aiko@acme.example", "ola@partner.example", false},
		{"the requester, refuted", Verdict{Result: Fail}, Accept, Requester, "aiko@acme.example", "ola@partner.example", false},
		{"the requester, by a proof without Cc", Verdict{Result: Pass, CcUnsigned: true}, Accept, Requester, "aiko@acme.example", "ola@partner.example", false},
		{"an agent, by a note", pass, InternalNote, Agent, "mia@example.com", "ola@partner.example", false},
		{"the requester, held", pass, Hold, Requester, "aiko@acme.example", "ola@partner.example", false},
		{"the requester, marked", pass, AcceptMarked, Requester, "aiko@acme.example", "ola@partner.example", false},
	} {
		m := Message{From: []Address{{Address: test.from}}, Verdict: test.verdict}
		people := People{OrganisationDomains: []string{"acme.example", "acme.test"}}
		if got := mayAdd(m, Authority{Action: test.action, Role: test.role}, Situation{People: people})(Address{Address: test.whom}); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

// A ticket has room for so many in Cc, whoever adds them; the others are only
// proposed. Who has left, the requester and agents take up no room.
func TestCcsOfATicketAreLimited(t *testing.T) {
	left := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	there := []Participant{
		{ID: 1, Address: "aiko@acme.example", Role: Requester},
		{ID: 2, Address: "mia@example.com", Role: Agent},
		{ID: 3, Address: "gone@acme.example", Role: Cc, RemovedAt: left},
	}
	s := Situation{Settings: Settings{Limits: DefaultLimits()}}
	for i := range s.Settings.Limits.CcPerTicket - 1 {
		there = append(there, Participant{ID: int64(10 + i), Address: fmt.Sprintf("c%d@acme.example", i), Role: Cc})
	}
	m := Message{
		From: []Address{{Address: "aiko@acme.example"}},
		Cc:   []Address{{Address: "c0@acme.example"}, {Address: "ken@acme.example"}, {Address: "rei@acme.example"}, {Address: "ola@acme.example"}},
	}
	got := sortCopied(m, there, s, func(Address) bool { return true })
	if joined := bare(got.join); !slices.Equal(joined, []string{"ken@acme.example"}) {
		t.Errorf("%v joined", joined)
	}
	if proposed := bare(got.proposed); !slices.Equal(proposed, []string{"rei@acme.example", "ola@acme.example"}) {
		t.Errorf("%v are proposed", proposed)
	}
}

func bare(list []Address) []string {
	var all []string
	for _, a := range list {
		all = append(all, a.Address)
	}
	return all
}
