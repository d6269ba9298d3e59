package ticketing

import (
	"slices"
	"time"
)

// AssignRule says to whom a mailbox's new tickets go.
type AssignRule string

// The rules. Nobody who is away gets a ticket by one.
const (
	// AssignAll leaves new tickets to whoever takes them; all are told. It is
	// the default.
	AssignAll AssignRule = "all"
	// AssignRoundRobin gives them to one agent after the other.
	AssignRoundRobin AssignRule = "round_robin"
	// AssignLoad gives each to the agent with the fewest unsolved tickets; among
	// equals it goes by turns.
	AssignLoad AssignRule = "load"
)

// Turn is what a rule looks at.
type Turn struct {
	Rule AssignRule
	// Last is whose turn it was before, a person; 0 for nobody's.
	Last int64
	// Unsolved counts the tickets of each agent of the mailbox; only for
	// AssignLoad.
	Unsolved map[int64]int
}

// turn reads whose turn it is, for a ticket that the mail opens. It costs
// nothing for a mailbox without a rule.
func (d *Desk) turn(r Reader, m Message, l Link, a Authority, s *Situation) error {
	opens := a.Action == NewTicket || a.Action == LinkTicket || NewMatter(m, l.Ticket, d.Settings, s.Now) != ""
	box := homeMailbox(m, d.Settings)
	if !opens || !assignable(m, *s) || box.Assign != AssignRoundRobin && box.Assign != AssignLoad {
		return nil
	}
	t := Turn{Rule: box.Assign, Unsolved: map[int64]int{}}
	var err error
	if t.Last, err = r.LastAssignee(box.ID); err != nil {
		return err
	}
	if l.Ticket.ID != 0 { // then s.Agents are those of that ticket
		if s.Agents, err = agentsOf(r, box); err != nil {
			return err
		}
	}
	if t.Rule == AssignLoad {
		ids := make([]int64, len(s.Agents))
		for i, p := range s.Agents {
			ids[i] = p.ID
		}
		counts, err := r.UnsolvedOf(ids)
		if err != nil {
			return err
		}
		for i, n := range counts {
			t.Unsolved[ids[i]] = n
		}
	}
	s.Turn = &t
	return nil
}

// assignable reports whether a new ticket goes to somebody by a rule: one that a
// person opened, of whom nothing says that he is another. Who forges mail shall
// not use up turns.
func assignable(m Message, s Situation) bool {
	return !isMachine(m, s) && !m.NoReply && !m.CodeMail && m.Verdict.Result != Fail
}

// next is the agent whose turn it is among those who are there, but for one.
func (t Turn) next(agents []Person, but int64, now time.Time) (Person, bool) {
	there := slices.DeleteFunc(slices.Clone(agents), func(p Person) bool { return p.Away(now) || p.ID == but })
	if len(there) == 0 {
		return Person{}, false
	}
	slices.SortFunc(there, func(a, b Person) int { return int(a.ID - b.ID) })
	if i := slices.IndexFunc(there, func(p Person) bool { return p.ID > t.Last }); i > 0 {
		there = append(there[i:len(there):len(there)], there[:i]...)
	}
	return slices.MinFunc(there, func(a, b Person) int { return t.Unsolved[a.ID] - t.Unsolved[b.ID] }), true
}

// takeTurn gives a new ticket to the agent whose turn it is. Nobody gets what he
// asks for himself.
func (c *Change) takeTurn(t *Ticket, m Message, s Situation) {
	if s.Turn == nil || t.AssigneeID != 0 || t.Flagged || !assignable(m, s) {
		return
	}
	p, ok := s.Turn.next(s.Agents, s.People.Sender.ID, s.Now)
	if !ok {
		return
	}
	t.AssigneeID, c.TurnOf = p.ID, p.ID
	why := "it is the next agent's turn"
	if s.Turn.Rule == AssignLoad {
		why = "this agent has the fewest unsolved tickets"
	}
	c.Events = append(c.Events, s.event("assigned", AgentsOnly, systemAuthor(), why, map[string]string{"who": p.Address}))
}

// answeredFirst gives a ticket that nobody has to the agent who answers it,
// unless his mail says whose it shall be. Call it when the others have been told
// of the answer: they have heard of the ticket so far.
func (c *Change) answeredFirst(t *Ticket, by Author, ordered string, s Situation) {
	if _, owned := s.assignee(*t); owned || ordered != "" || !s.Settings.AssignOnAnswer {
		return
	}
	if _, works := s.assignee(Ticket{AssigneeID: by.PersonID}); !works {
		return
	}
	t.AssigneeID = by.PersonID
	c.Events = append(c.Events, s.event("assigned", AgentsOnly, by, "the first to answer", map[string]string{"who": by.Address}))
}

// assign gives the ticket to an agent, or takes it from whoever has it. Who gets
// it and who loses it are told, unless it is their own doing.
func (c *Change) assign(who string, t *Ticket, by Author, s Situation) {
	if who == "" {
		return
	}
	former, had := s.assignee(*t)
	before := t.AssigneeID
	switch who {
	case "none":
		t.AssigneeID = 0
	case "me":
		t.AssigneeID, who = by.PersonID, by.Address
	default:
		p, _ := s.agent(who)
		t.AssigneeID = p.ID
	}
	if t.AssigneeID == before {
		return
	}
	c.Events = append(c.Events, s.event("assigned", AgentsOnly, by, "", map[string]string{"who": who}))
	p, is := s.assignee(*t)
	if had && former.ID != by.PersonID {
		notice := "handed_over"
		switch t.AssigneeID {
		case 0:
			notice = "taken_from_you"
		case by.PersonID:
			notice = "taken_over"
		}
		to := Author{Name: p.Name, Address: p.Address}
		c.tell(TokenAgentNote, former.Address, notice, map[string]string{"by": by.String(), "who": to.String()})
	}
	if !is || p.ID == by.PersonID {
		return
	}
	c.tell(TokenAgent, p.Address, "assigned_to_you", map[string]string{"by": by.String()})
	if p.Away(s.Now) && by.PersonID != 0 {
		c.tell(TokenAgentNote, by.Address, "assigned_to_absent", map[string]string{"who": p.Address, "until": moment(p.AwayUntil)})
	}
}
