package ticketing

import (
	"slices"
	"strings"
	"time"
)

// Topic is a sort of news that agents choose to be mailed about or not.
type Topic string

// The topics. A ticket is somebody's while that agent works in its mailbox; one
// of an agent who is away is as nobody's to the others.
const (
	TopicNew        Topic = "new"        // new tickets that nobody has
	TopicUnassigned Topic = "unassigned" // what customers write on tickets that nobody has
	TopicMine       Topic = "mine"       // what they write on one's own, new ones among them
	TopicOthers     Topic = "others"     // what they write on colleagues' tickets
	TopicNotes      Topic = "notes"      // colleagues' notes, on tickets of which one hears
	TopicAnswers    Topic = "answers"    // colleagues' answers to customers, on such tickets
	TopicHeld       Topic = "held"       // mails that wait for review
	TopicSLA        Topic = "sla"        // targets at risk or missed
)

// Topics lists them all, in the order in which they are shown.
func Topics() []Topic {
	return []Topic{TopicNew, TopicUnassigned, TopicMine, TopicOthers, TopicNotes, TopicAnswers, TopicHeld, TopicSLA}
}

// notifyNothing as [Preferences].Notify is a choice of no topic at all.
const notifyNothing = "none"

// Topics are what the agent is mailed about: what he chose, or all but what
// belongs to his colleagues.
func (p Preferences) Topics() []Topic {
	if p.Notify == "" {
		return slices.DeleteFunc(Topics(), func(t Topic) bool { return t == TopicOthers })
	}
	chosen := strings.Split(p.Notify, ",")
	return slices.DeleteFunc(Topics(), func(t Topic) bool { return !slices.Contains(chosen, string(t)) })
}

// Wants reports whether the agent is mailed about a topic.
func (p Preferences) Wants(t Topic) bool { return slices.Contains(p.Topics(), t) }

// Away reports whether somebody is out of office at a time.
func (p Person) Away(now time.Time) bool { return now.Before(p.AwayUntil) }

// assignee is the agent who has a ticket: not somebody who is no agent of its
// mailbox any more.
func (s Situation) assignee(t Ticket) (Person, bool) {
	i := slices.IndexFunc(s.Agents, func(p Person) bool { return p.ID == t.AssigneeID && p.ID != 0 })
	if i < 0 {
		return Person{}, false
	}
	return s.Agents[i], true
}

// away reports whether an agent of the mailbox is out of office.
func (s Situation) away(address string) bool {
	p, _ := s.agent(address)
	return p.Away(s.Now)
}

// notifyAgents tells those agents whom it concerns of what was said, but not the
// sender himself, if it is proved that it was he.
func (c *Change) notifyAgents(kind LetterKind, notice string, s Situation, m Message, people copied) {
	if unheard(m, s) {
		return
	}
	token, about, writer := TokenAgent, TopicUnassigned, ""
	switch {
	case kind == LetterNote:
		token, about = TokenAgentNote, TopicNotes
	case notice == "agent_replied" || notice == "opened_for_customer":
		about = TopicAnswers
	}
	if m.Verdict.Result == Pass {
		writer = senderOf(m).Address
	}
	c.tellAgents(about, writer, LetterTo{
		Kind: kind, Token: token, Notice: notice, NewDomains: people.newDomains, Proposed: people.proposed,
	}, s)
}

// tellAgents owes a letter to each of those who are [Change.told] of something.
// What a customer says keeps in mind that its assignee was known to be away.
func (c *Change) tellAgents(about Topic, writer string, to LetterTo, s Situation) {
	for _, p := range c.told(about, writer, s) {
		to.Address, to.Away = p.Address, p.Away(s.Now)
		c.Letters = append(c.Letters, to)
	}
	if c.Entry != nil && c.Entry.Author.Role != Agent && !c.AssigneeAway.IsZero() {
		c.Entry.tell(knewAway, moment(c.AssigneeAway))
	}
}

// told are the agents who are mailed about something on the ticket, its assignee
// first; but not its writer, if one is named. About is TopicHeld, TopicNotes,
// TopicAnswers or TopicSLA; anything else is what a customer wrote.
//
// What customers write reaches somebody who is there, whatever agents chose: if it
// would reach none, all who are there are told, and if nobody is, everybody.
func (c *Change) told(about Topic, writer string, s Situation) []Person {
	var all, chosen, there []Person
	for _, p := range c.assigneeFirst(s) {
		if p.Address == writer {
			continue
		}
		all = append(all, p)
		if c.concerns(p, about, s) {
			chosen = append(chosen, p)
		}
		if !p.Away(s.Now) {
			there = append(there, p)
		}
	}
	isThere := func(p Person) bool { return !p.Away(s.Now) }
	switch {
	case about == TopicNotes || about == TopicAnswers || about == TopicSLA || slices.ContainsFunc(chosen, isThere):
		return chosen
	case len(there) == 0:
		return all
	}
	return slices.DeleteFunc(all, func(p Person) bool {
		return !isThere(p) && !slices.ContainsFunc(chosen, func(q Person) bool { return q.ID == p.ID })
	})
}

// assigneeFirst are the agents of the mailbox. It notes for how long the one who
// has the ticket is away, which the letters say.
func (c *Change) assigneeFirst(s Situation) []Person {
	owner, owned := s.assignee(c.ticketNow())
	if !owned {
		return s.Agents
	}
	if owner.Away(s.Now) {
		c.AssigneeAway = owner.AwayUntil
	}
	others := slices.DeleteFunc(slices.Clone(s.Agents), func(p Person) bool { return p.ID == owner.ID })
	return append([]Person{owner}, others...)
}

// concerns reports whether an agent wants to hear of something on the ticket.
func (c *Change) concerns(p Person, about Topic, s Situation) bool {
	t := c.ticketNow()
	owner, owned := s.assignee(t)
	place := TopicUnassigned
	switch {
	case owned && owner.ID == p.ID:
		place = TopicMine
	case owned && !owner.Away(s.Now):
		place = TopicOthers
	case t.ID == 0:
		place = TopicNew
	}
	wants := p.Preferences.Wants
	switch about {
	case TopicHeld:
		return wants(TopicHeld)
	case TopicNotes, TopicAnswers, TopicSLA:
		return wants(about) && (place == TopicMine || wants(place))
	}
	// He who is away keeps his own mail: who only claimed it in his name has
	// silenced nobody.
	return wants(place) || place == TopicMine && p.Away(s.Now)
}

// ticketNow is the ticket as it shall be; a zero one for none.
func (c *Change) ticketNow() Ticket {
	if c.Ticket == nil {
		return Ticket{}
	}
	return *c.Ticket
}

// watchers are the agents who hear of what happens to the ticket: its assignee,
// or, while nobody has it or he is away, all of the mailbox.
func (c *Change) watchers(s Situation) []string {
	owner, owned := s.assignee(c.ticketNow())
	if owned && !owner.Away(s.Now) {
		return []string{owner.Address}
	}
	return addressesOf(c.assigneeFirst(s))
}

func addressesOf(people []Person) []string {
	addresses := make([]string, 0, len(people))
	for _, p := range people {
		addresses = append(addresses, p.Address)
	}
	return addresses
}
