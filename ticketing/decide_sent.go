package ticketing

import (
	"slices"
	"strings"
)

// decideSent looks at a mail in the Sent folder of one of our mailboxes: an
// answer that somebody wrote there by hand, past the desk (mail-rules §10). If
// it belongs to a ticket and went to somebody on it, it is that ticket's
// answer, and it is not sent again. Everything else there is left alone.
func decideSent(m Message, l Link, s Situation) Change {
	byIDs := l.Evidence == BySignedID || l.Evidence == ByStoredID
	switch {
	case loopsBack(m, s.Settings.Instance):
		return ignore(m, l.Ticket.ID, 0, "in the Sent folder: written by the desk itself")
	case !s.Settings.Own(senderOf(m).Address):
		return ignore(m, 0, 0, "in the Sent folder, but not from an address of ours")
	case !byIDs || len(directlyTo(m, s)) == 0:
		return ignore(m, 0, 0, "in the Sent folder: no answer to anybody on a ticket")
	}
	return decideSentDirectly(m, l, Authority{Role: Agent, Why: "it was sent from the mailbox itself; " + l.Why}, s)
}

// sentTo in an entry's EventArgs are the customers whom a mail went to that the
// desk did not send, if others were on the ticket: those do not see it.
const sentTo = "sent_to"

// decideSentDirectly records an answer that customers have already: it is
// public and not sent again (mail-rules §8.6). Those on the ticket whom it was
// not addressed to do not see it, since it was not written to them. What must
// not go out is looked for all the same, as later mails may quote what is public.
func decideSentDirectly(m Message, l Link, a Authority, s Situation) Change {
	text, reason := wordsOut(ownWords(m), filesLeak(m, s), s)
	if reason != "" {
		a.Action, a.HoldReason = Hold, reason
		return decideHeld(m, l, a, s)
	}
	ticket := l.Ticket
	entry := message(m, a, Public, s)
	entry.Text = text
	c := Change{Ticket: &ticket, Entry: &entry}
	direct, may := directlyTo(m, s), mayAdd(m, a, s)
	if m.Source == SourceSent { // whoever can write there is one of us
		may = func(Address) bool { return true }
	}
	people := sortCopied(m, s.People.Participants, s, may)
	c.reachDirectly(direct, s)
	for _, who := range people.join {
		direct = append(direct, who.Address)
	}
	c.join(people, entry.Author, s)
	for i := range c.Join {
		c.Join[i].Reached = true
	}
	if slices.ContainsFunc(customers(s.People, nil), func(c string) bool { return !slices.Contains(direct, c) }) {
		entry.tell(sentTo, strings.Join(direct, " "))
	}
	c.Update = published(s)
	c.setStatus(&ticket, AgentReplied, entry.Author, "", s)
	c.notifyAgents(LetterNotification, "agent_replied", s, m, people)
	c.answeredFirst(&ticket, entry.Author, "", s)
	return applied(m, c, entry.Why)
}

// reachDirectly notes that an agent has written to people on the ticket, as if
// the desk had sent it: from now on they get what others write.
func (c *Change) reachDirectly(addresses []string, s Situation) {
	for _, p := range s.People.Participants {
		if p.Active() && p.Role != Agent && !p.Reached && slices.Contains(addresses, p.Address) {
			p.Reached = true
			c.Sight = append(c.Sight, p)
		}
	}
}
