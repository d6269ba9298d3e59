package ticketing

import (
	"slices"
	"time"
)

// present is somebody who is back, as one who writes is.
func present(p Person) Person {
	p.AwayUntil = time.Time{}
	return p
}

// outOfOffice takes an agent's automatic answer to a mail of ours: until he is
// back, what comes on his tickets goes to the others too. It takes nothing from
// him, so that somebody who only poses as him has gained nothing; and one who is
// refuted is not believed at all.
func (c *Change) outOfOffice(m Message, l Link, s Situation) {
	p := s.People.Sender
	own := l.Token != nil && l.Token.Participant.PersonID == p.ID
	if m.Kind != AutoReplied || !p.Agent || m.Verdict.Result == Fail || !own && l.Evidence != BySignedID && !s.answersPersonal() {
		return
	}
	until, stated := m.AwayUntil, m.AwayUntil.After(s.Now)
	if usual := s.Now.Add(s.Settings.awayDefault()); !stated || m.Verdict.Result != Pass && until.After(usual) {
		until = usual
	}
	if latest := s.Now.Add(maxAway); until.After(latest) {
		until = latest
	}
	shorter := until.Before(p.AwayUntil) && !(stated && m.Verdict.Result == Pass)
	if !shorter && !until.Equal(p.AwayUntil) {
		is := p
		is.AwayUntil = until
		c.People = append(c.People, PersonChange{Was: p, Is: is})
	}
	c.passOn(m, later(until, p.AwayUntil), s)
}

// passOn tells the other agents of what the absent one was told, if the ticket is
// his. It happens once a ticket: then they know that he is away.
func (c *Change) passOn(m Message, until time.Time, s Situation) {
	p := s.People.Sender
	owner, owned := s.assignee(c.ticketNow())
	told, ok := s.missed()
	if !owned || owner.ID != p.ID || !ok || quiet(m, s) {
		return
	}
	c.AssigneeAway = until
	for _, other := range s.Agents {
		if other.ID == p.ID || other.Preferences.Wants(TopicOthers) {
			continue // he has it
		}
		c.Letters = append(c.Letters, LetterTo{
			Kind: LetterNotification, Address: other.Address, Token: TokenAgent, Notice: "assignee_absent",
			Args: map[string]string{"by": owner.Name}, About: &told, Away: other.Away(s.Now),
		})
	}
	if c.Entry != nil {
		c.Entry.EventArgs[toldOthers] = "yes"
	}
}

// toldOthers in an automatic answer's EventArgs: the others were told because of it.
// knewAway in a message's: they were told at once, since the assignee was known
// to be away.
const (
	toldOthers = "passed_on"
	knewAway   = "assignee_away"
)

// missed is the customer's message that an absent agent alone was told of: the
// one that our letter was about, else the last one. ok is false if the others know
// of it.
func (s Situation) missed() (e Entry, ok bool) {
	for _, other := range s.Entries {
		said := other.Kind == EntryMessage && other.Visibility != Held && (other.Author.Role == Requester || other.Author.Role == Cc)
		if said && (e.ID == 0 || e.ID != s.Answers) {
			e = other
		}
	}
	told := slices.ContainsFunc(s.Entries, func(later Entry) bool {
		return later.ID > e.ID && later.EventArgs[toldOthers] != "" && later.Author.PersonID == s.People.Sender.ID
	})
	return e, e.ID != 0 && !told && e.EventArgs[knewAway] == ""
}

// himself reports whether a mail is by an agent's own hand, beyond doubt.
func himself(m Message, s Situation) bool {
	return s.People.Sender.Agent && m.Source != SourceSent && m.Verdict.Result == Pass && !isMachine(m, s)
}

// senderThere is the situation in which an agent who writes himself is not away.
func (s Situation) senderThere(m Message) Situation {
	i := slices.IndexFunc(s.Agents, func(p Person) bool { return p.ID == s.People.Sender.ID })
	if i >= 0 && s.Agents[i].Away(s.Now) && himself(m, s) {
		s.Agents = slices.Clone(s.Agents)
		s.Agents[i] = present(s.Agents[i])
	}
	return s
}

// back notes that an agent who was away is there again, since he wrote himself.
func (c *Change) back(m Message, s Situation) {
	p := s.People.Sender
	ordered := slices.ContainsFunc(c.People, func(o PersonChange) bool { return o.Was.ID == p.ID })
	if p.AwayUntil.IsZero() || !himself(m, s) || ordered || c.Outcome == nil || c.Outcome.State == LedgerIgnored {
		return
	}
	c.People = append(c.People, PersonChange{Was: p, Is: present(p)})
}
