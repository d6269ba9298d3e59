package ticketing

import (
	"slices"
	"time"
)

// backlogAge: mail older than this when it first comes in is never
// acknowledged.
const backlogAge = 48 * time.Hour

func isBacklog(m Message, s Situation) bool {
	return !m.ReceivedAt.IsZero() && s.Now.Sub(m.ReceivedAt) > backlogAge
}

// decideReply takes in what a requester or a Cc wrote.
func decideReply(m Message, l Link, a Authority, s Situation) Change {
	if why := NewMatter(m, l.Ticket, s.Settings, s.Now); why != "" {
		a.Action, a.Why = LinkTicket, why+"; "+a.Why
		a.Flagged = m.Verdict.Result == Fail
		return decideNew(m, l, a, s)
	}
	if isMachine(m, s) || (m.NoReply || m.CodeMail) && a.Role != Requester {
		return decideMachineMessage(m, l, a, s)
	}
	visibility := Public
	if a.Action == AcceptUnverified {
		visibility = AgentsOnly
	}
	ticket := l.Ticket
	entry := message(m, a, visibility, s)
	entry.Unverified = a.Action != Accept
	c := Change{Ticket: &ticket, Entry: &entry}
	c.setStatus(&ticket, CustomerReplied, entry.Author, a.Why, s)
	for i := range c.Events {
		c.Events[i].Verdict.Result = m.Verdict.Result // reopenings are counted by it
	}
	if ticket.ThreadIndex == "" {
		ticket.ThreadIndex = m.ThreadIndex
	}
	c.noteSubject(m, ticket, s)

	c.reach(m, l, s)

	people := copied{}
	if a.Action != AcceptUnverified {
		people = sortCopied(m, s.People.Participants, s, mayAdd(m, a, s))
		c.join(people, entry.Author, s)
		c.copyToOthers(m, s)
	}
	notice := "customer_replied"
	if a.Role == Cc {
		notice = "cc_replied"
	}
	c.notifyAgents(LetterNotification, notice, s, m, people)
	return applied(m, c, a.Why)
}

// reach notes that the sender takes part: he proved his address, or wrote to
// the reply address that only he was sent.
func (c *Change) reach(m Message, l Link, s Situation) {
	own := l.Token != nil && l.Token.Participant.PersonID == s.People.Sender.ID
	if p, ok := s.People.Place(s.People.Sender.ID); ok && !p.Reached && (m.Verdict.Result == Pass || own) {
		p.Reached = true
		c.Sight = append(c.Sight, p)
	}
}

// decideMachineMessage keeps what a participant's machine wrote: agents see
// it and may treat it as a reply; nothing else follows.
func decideMachineMessage(m Message, l Link, a Authority, s Situation) Change {
	ticket := l.Ticket
	entry := message(m, a, AgentsOnly, s)
	entry.Unverified = a.Action != Accept
	entry.Why = "written by a machine (" + m.KindWhy + "), so no status changed; " + a.Why
	c := Change{Ticket: &ticket, Entry: &entry}
	c.setStatus(&ticket, MachineWrote, entry.Author, "", s)
	c.notifyAgents(LetterNotification, "machine_wrote", s, m, copied{})
	if a.Role == Agent { // his machine would answer that too
		c.Letters = slices.DeleteFunc(c.Letters, func(to LetterTo) bool { return to.Address == senderOf(m).Address })
	}
	return applied(m, c, entry.Why)
}

// setStatus moves the ticket by the table of transitions and notes it in the
// timeline. A solved ticket that opens again is "reopened", with who and why.
func (c *Change) setStatus(t *Ticket, o Occurrence, by Author, why string, s Situation) {
	from := t.Status
	t.LastActivityAt = s.Now
	t.Status = Transition(from, o)
	if t.Status != OnHold {
		t.HoldReason, t.HoldNote = "", ""
	}
	if t.Status != Solved {
		t.SolvedAt, t.SolvedReason = time.Time{}, ""
	} else if from != Solved {
		t.SolvedAt = s.Now
	}
	if reason := map[Occurrence]string{Merged: SolvedMerged, RemindersExhausted: SolvedNoAnswer, CustomerAgreed: SolvedAgreed}[o]; reason != "" && t.Status == Solved {
		t.SolvedReason = reason
	}
	c.restartChase(t, from, o, s)
	switch {
	case t.Status == from:
	case from == Solved && t.Status == Open:
		e := s.event("reopened", Public, by, why, map[string]string{"who": by.String()})
		if by.Role != Requester && by.Role != Cc {
			e.Verdict = Verdict{} // no customer's mail: it does not count as one
		}
		c.Events = append(c.Events, e)
	default:
		c.Events = append(c.Events, s.event("status", Public, by, why,
			map[string]string{"from": string(from), "to": string(t.Status)}))
	}
}

// noteSubject records that a reply came under another subject.
func (c *Change) noteSubject(m Message, t Ticket, s Situation) {
	base := BaseSubject(s.Settings.TagPrefix, m.Subject)
	if base == "" || base == BaseSubject(s.Settings.TagPrefix, t.Subject) {
		return
	}
	c.Events = append(c.Events, s.event("subject_changed", AgentsOnly, systemAuthor(), "",
		map[string]string{"subject": CleanSubject(s.Settings.TagPrefix, m.Subject)}))
}

// copyToOthers sends a customer's words to the other customers on the ticket
// who are in the conversation already and did not get the mail directly.
func (c *Change) copyToOthers(m Message, s Situation) {
	if quiet(m, s) {
		return
	}
	direct := []string{senderOf(m).Address}
	for _, a := range append(slices.Clone(m.To), m.Cc...) {
		direct = append(direct, NormalizeAddress(a.Address))
	}
	c.copyTo(s, func(p Participant) bool {
		return p.PersonID == s.People.Sender.ID || slices.Contains(direct, p.Address)
	})
}

// copyTo owes a customer's words to the customers on the ticket who are in the
// conversation already, except those who have them.
func (c *Change) copyTo(s Situation, has func(Participant) bool) {
	for _, p := range s.People.Participants {
		if !p.Active() || p.Role == Agent || has(p) {
			continue
		}
		if !p.Reached {
			continue
		}
		c.Letters = append(c.Letters, LetterTo{Kind: LetterCopy, Address: p.Address, Token: TokenCustomer})
	}
}

// ColleagueDomain reports whether a domain belongs to the requester's
// organisation.
func (p People) ColleagueDomain(domain string) bool {
	return domain != "" && slices.Contains(p.OrganisationDomains, domain)
}
