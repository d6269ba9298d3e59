package ticketing

import (
	"fmt"
	"testing"
)

// The decision table of mail-rules §2.3, cell by cell, in its own words:
// evidence × verdict × role.
func TestAuthorizeTable(t *testing.T) {
	const agent, requester, cc, colleague, stranger = "agent", "requester", "cc", "colleague", "stranger"
	for _, row := range []struct {
		evidence string
		verdict  VerdictResult
		want     map[string]string
	}{
		{"own token", Pass, map[string]string{agent: "act", requester: "accept", cc: "accept"}},
		{"own token", None, map[string]string{agent: "hold+confirm", requester: "accept_marked", cc: "accept_marked"}},
		{"own token", Fail, map[string]string{agent: "hold+alert", requester: "accept_unverified", cc: "accept_unverified"}},
		{"other's token", Pass, map[string]string{agent: "note", requester: "accept", cc: "accept", colleague: "hold", stranger: "hold"}},
		{"other's token", None, map[string]string{agent: "hold", requester: "accept_marked", cc: "accept_marked", colleague: "hold", stranger: "hold"}},
		{"other's token", Fail, map[string]string{agent: "hold+alert", requester: "hold", cc: "hold", colleague: "hold", stranger: "hold"}},
		{"ids", Pass, map[string]string{agent: "note", requester: "accept", cc: "accept", colleague: "linked", stranger: "linked"}},
		{"ids", None, map[string]string{agent: "hold", requester: "accept_marked", cc: "accept_marked", colleague: "linked", stranger: "linked"}},
		{"ids", Fail, map[string]string{agent: "hold+alert", requester: "hold", cc: "hold", colleague: "linked+flag", stranger: "linked+flag"}},
		{"tag", Pass, map[string]string{agent: "note", requester: "accept", cc: "accept", colleague: "linked", stranger: "new"}},
		{"tag", None, map[string]string{agent: "hold", requester: "linked", cc: "linked", colleague: "linked", stranger: "new+flag"}},
		{"tag", Fail, map[string]string{agent: "hold", requester: "linked", cc: "linked", colleague: "linked", stranger: "new+flag"}},
		{"nothing", Pass, map[string]string{agent: "new", stranger: "new"}},
		{"nothing", None, map[string]string{agent: "new", stranger: "new"}},
		{"nothing", Fail, map[string]string{agent: "new+flag+alert+noack", stranger: "new+flag+noack"}},
	} {
		ours := Settings{Mailboxes: []Mailbox{{Address: "support@example.com"}}}
		for role, want := range row.want {
			t.Run(fmt.Sprintf("%s, %s, %s", row.evidence, row.verdict, role), func(t *testing.T) {
				l, p := standing(row.evidence, role)
				m := Message{Subject: "Re: x", To: []Address{{Address: "support@example.com"}}, Verdict: Verdict{Result: row.verdict}}
				a := Authorize(m, l, p, ours)
				if got := describe(a); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
				if a.Why == "" {
					t.Error("no reason is given")
				}
				if (a.Action == Hold) != (a.HoldReason != "") {
					t.Errorf("action %s with hold reason %q", a.Action, a.HoldReason)
				}
			})
		}
	}
}

// TestMailToSomebodyElse: an agent's mail to others does not act, though it
// passes and his own reply address was put before it.
func TestMailToSomebodyElse(t *testing.T) {
	l, p := standing("own token", "agent")
	m := Message{To: []Address{{Address: "eve@evil.example"}}, Verdict: Verdict{Result: Pass}}
	if a := Authorize(m, l, p, Settings{Mailboxes: []Mailbox{{Address: "support@example.com"}}}); a.Action != Hold || !a.ConfirmLink {
		t.Errorf("%s, may be confirmed: %v", a.Action, a.ConfirmLink)
	}
}

// TestMailThatAnswersNothing: what somebody in Cc sends to the requester's own
// reply address without answering anything may be a service's mail.
func TestMailThatAnswersNothing(t *testing.T) {
	for _, m := range []Message{
		{Subject: "Finish signing up"}, {Subject: "Re: x"}, {Subject: "x", InReplyTo: []string{"<a@b>"}}, {Subject: "x", References: []string{"<a@b>"}},
	} {
		m.Verdict.Result = Pass
		for _, role := range []string{"cc", "requester"} {
			l, p := standing("other's token", role)
			a := Authorize(m, l, p, Settings{})
			if held := role == "cc" && m.Subject == "Finish signing up"; (a.Action == Hold) != held {
				t.Errorf("%s, %+v: %s %s", role, m, a.Action, a.HoldReason)
			}
		}
	}
}

// standing makes the link and the people of one cell: person 1 is the
// requester, 2 in Cc, 3 the agent, 4 anybody else.
func standing(evidence, role string) (Link, People) {
	participants := []Participant{
		{ID: 11, TicketID: 7, PersonID: 1, Role: Requester},
		{ID: 12, TicketID: 7, PersonID: 2, Role: Cc},
		{ID: 13, TicketID: 7, PersonID: 3, Role: Agent},
	}
	number := map[string]int64{"requester": 1, "cc": 2, "agent": 3, "colleague": 4, "stranger": 4}[role]
	p := People{
		Sender:       Person{ID: number, Agent: role == "agent"},
		Participants: participants, Colleague: role == "colleague",
	}
	own := participants[0]
	for _, q := range participants {
		if q.PersonID == number {
			own = q
		}
	}
	other := participants[1]
	if role == "cc" {
		other = participants[0]
	}
	switch evidence {
	case "own token":
		return Link{Evidence: ByToken, Ticket: Ticket{ID: 7}, Token: &TokenHit{Participant: own}}, p
	case "other's token":
		return Link{Evidence: ByToken, Ticket: Ticket{ID: 7}, Token: &TokenHit{Participant: other}}, p
	case "ids":
		return Link{Evidence: ByStoredID, Ticket: Ticket{ID: 7}}, p
	case "tag":
		return Link{Evidence: ByTag, Ticket: Ticket{ID: 7}}, p
	}
	p.Participants = nil
	return Link{Evidence: ByNothing}, p
}

func describe(a Authority) string {
	s := string(a.Action)
	for _, f := range []struct {
		on   bool
		name string
	}{{a.Flagged, "+flag"}, {a.Alert, "+alert"}, {a.ConfirmLink, "+confirm"}, {a.NoAck, "+noack"}} {
		if f.on {
			s += f.name
		}
	}
	return s
}

// agents_by_mail = "token" lets an agent's own token act without a verdict,
// and changes no other cell.
func TestAgentsByToken(t *testing.T) {
	s := Settings{AgentsByToken: true}
	for _, test := range []struct {
		evidence string
		verdict  VerdictResult
		want     Action
	}{{"own token", None, Act}, {"own token", Fail, Hold}, {"other's token", None, Hold}, {"ids", None, Hold}} {
		l, p := standing(test.evidence, "agent")
		if a := Authorize(Message{Verdict: Verdict{Result: test.verdict}}, l, p, s); a.Action != test.want {
			t.Errorf("%s, %s: %s, want %s", test.evidence, test.verdict, a.Action, test.want)
		}
	}
}

// A person removed from a ticket is a stranger there.
func TestRemovedCcIsAStranger(t *testing.T) {
	l, p := standing("other's token", "cc")
	p.Participants[1].RemovedAt = p.Participants[1].RemovedAt.AddDate(2026, 0, 0)
	a := Authorize(Message{Verdict: Verdict{Result: Pass}}, l, p, Settings{})
	if a.Role != Stranger || a.Action != Hold {
		t.Errorf("role %s, action %s", a.Role, a.Action)
	}
}

// An agent who asks his own desk for something is a customer there, unless he
// writes by his agent's token.
func TestAgentAsRequester(t *testing.T) {
	asked := Participant{ID: 11, TicketID: 7, PersonID: 3, Role: Requester}
	notified := Participant{ID: 13, TicketID: 7, PersonID: 3, Role: Agent}
	p := People{Sender: Person{ID: 3, Agent: true}, Participants: []Participant{asked, notified}}
	for _, test := range []struct {
		token *TokenHit
		want  Role
	}{{nil, Requester}, {&TokenHit{Participant: asked}, Requester}, {&TokenHit{Participant: notified}, Agent}} {
		if got := p.RoleOf(test.token); got != test.want {
			t.Errorf("token %+v: %s, want %s", test.token, got, test.want)
		}
	}
}
