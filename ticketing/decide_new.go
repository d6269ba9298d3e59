package ticketing

import (
	"fmt"
	"strings"
)

// otherTicket in a message's EventArgs is the ticket that a mail names which
// opened one of its own.
const otherTicket = "other"

// decideNew opens a ticket, linked to another one for agents if the mail
// named one that it may not write to.
func decideNew(m Message, l Link, a Authority, s Situation) Change {
	if a.Role == Agent && m.Verdict.Result == Pass && a.Action == NewTicket && !isMachine(m, s) && writtenToUs(m, s.Settings) {
		if c, ok := decideStarted(m, a, s); ok {
			return c
		}
	}
	role := a.Role
	a.Role = Requester
	ticket := newTicket(m, a, s)
	entry := message(m, a, Public, s)
	entry.Text = firstText(m)
	entry.Unverified = m.Verdict.Result != Pass
	if l.Ticket.ID != 0 {
		entry.tell(otherTicket, fmt.Sprint(l.Ticket.ID))
	}
	c := Change{Ticket: &ticket, Requester: senderOf(m), RequesterProved: m.Verdict.Result == Pass, Entry: &entry}
	if m.Verdict.Result == Fail {
		c.Requester.Name = "" // whoever it was shall not choose how we address the other
	}
	if a.Action == LinkTicket {
		c.Link = []int64{l.Ticket.ID}
		c.Events = append(c.Events, s.event("linked", AgentsOnly, systemAuthor(), a.Why,
			map[string]string{"ticket": fmt.Sprint(l.Ticket.ID)}))
	}
	carried := copied{}
	if a.Action == NewTicket && !isMachine(m, s) {
		carried = copiedPeople(m, nil, s, m.Verdict.Result != Fail)
	}
	c.join(carried, entry.Author, s)
	c.takeTurn(&ticket, m, s)
	notice := "new_request"
	if isMachine(m, s) {
		notice = "new_automatic"
	}
	if a.Alert {
		c.alertAgents(notice, m, s)
	} else {
		c.notifyAgents(LetterNotification, notice, s, m, carried)
	}
	if acknowledged(m, a, role, s) {
		c.Letters = append(c.Letters, LetterTo{
			Kind: LetterAck, Address: senderOf(m).Address, Token: TokenCustomer,
			QuoteSubject: m.Verdict.Result == Pass,
		})
	}
	return applied(m, c, a.Why)
}

// alertAgents warns of a request in the name of an agent who did not write it,
// and warns that agent too.
func (c *Change) alertAgents(notice string, m Message, s Situation) {
	for _, address := range withAddress(c.watchers(s), s.People.Sender.Address) {
		if address == senderOf(m).Address && isMachine(m, s) {
			continue // his machine would answer that too
		}
		c.Letters = append(c.Letters, LetterTo{
			Kind: LetterNotification, Address: address, Token: TokenAgent, Notice: notice,
			Args: map[string]string{"alert": "agent_failed"},
		})
	}
}

func newTicket(m Message, a Authority, s Situation) Ticket {
	home := homeMailbox(m, s.Settings)
	return Ticket{
		MailboxID: home.ID, Subject: CleanSubject(s.Settings.TagPrefix, m.Subject),
		Status: Transition("", RequestMade), Priority: S3,
		OrganisationID: s.People.Sender.OrganisationID,
		Bulk:           m.Kind == Bulk, Flagged: a.Flagged,
		CreatedAt: s.Now, LastActivityAt: s.Now, ThreadIndex: m.ThreadIndex,
	}
}

// firstText is a first mail's own text: with what it quotes, since nobody has
// seen that here, but without a signature if the trimmed text is all else.
func firstText(m Message) string {
	if strings.TrimSpace(m.Reply) == "" || len(m.Reply)*2 < len(m.Text) {
		return m.Text
	}
	return m.Reply
}

// homeMailbox is the first of our addresses in To, then in Cc, whichever
// mailbox the mail happened to arrive in first.
func homeMailbox(m Message, s Settings) Mailbox {
	for _, list := range [][]Address{m.To, m.Cc} {
		for _, a := range list {
			if box, ok := s.MailboxOf(NormalizeAddress(a.Address)); ok {
				return box
			}
		}
	}
	return m.Mailbox
}

// acknowledged reports whether the sender of a new request is told that we
// have it. Nothing automatic is answered (RFC 3834 §2), and nobody who failed
// a check, so that we cannot be used to write to others.
func acknowledged(m Message, a Authority, role Role, s Situation) bool {
	limits := s.Settings.Limits
	switch {
	case a.NoAck, s.Suppressed, s.AcksLastHour >= limits.AcksPerHour, s.AcksLastDay >= limits.AcksPerDay:
		return false
	}
	return acknowledgeable(m, role, s)
}

// acknowledgeable reports whether the mail itself may be answered by a machine,
// whatever the limits say.
func acknowledgeable(m Message, role Role, s Situation) bool {
	from := senderOf(m).Address
	switch {
	case !s.Settings.Acknowledge, m.Verdict.Result == Fail, role == Agent,
		m.Kind != Human, m.Possible, m.NoAck, m.NoReply, quiet(m, s),
		s.Settings.Own(from), from == UnknownSender, isBacklog(m, s):
		return false
	}
	return true
}
