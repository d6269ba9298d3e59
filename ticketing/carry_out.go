package ticketing

import (
	"slices"
	"strings"
)

// checkCommands refuses what cannot be carried out: an assignee who is no
// agent, a Cc who is one of our own addresses, more of them than a ticket holds.
func (s Situation) checkCommands(c Commands) error {
	if c.Assign != "" && c.Assign != "me" && c.Assign != "none" {
		if _, ok := s.agent(c.Assign); !ok {
			return CommandError{Line: "#assign " + c.Assign, Key: "assign_no_agent"}
		}
	}
	for _, a := range append(slices.Clone(c.Cc), c.Customer) {
		if a != "" && (s.Settings.Own(a) || !readByPeople(a)) {
			return CommandError{Line: a, Key: "cc_not_possible"}
		}
	}
	limit := s.Settings.Limits.CcPerTicket
	if there := countActive(s.People.Participants); countActive(s.withCc(c.Cc)) > max(limit, there) {
		return CommandError{Line: truncate("#cc "+strings.Join(c.Cc, " "), 200), Key: "cc_too_many"}
	}
	if c.Customer != "" {
		return s.checkCustomer(c)
	}
	return nil
}

// withCc are the people on the ticket once the commands have added theirs.
func (s Situation) withCc(addresses []string) []Participant {
	there := slices.Clone(s.People.Participants)
	for _, a := range addresses {
		if canJoin(a, there, s) {
			there = append(there, Participant{Address: a, Role: Cc})
		}
	}
	return there
}

func (s Situation) agent(address string) (Person, bool) {
	for _, p := range s.Agents {
		if p.Address == address {
			return p, true
		}
	}
	return Person{}, false
}

// statusOf is what happens to the status: what was ordered, else the default.
func statusOf(c Commands, otherwise Occurrence) Occurrence {
	if c.Status != "" {
		return c.Status
	}
	return otherwise
}

// carryOut applies commands other than visibility and status.
func (c *Change) carryOut(commands Commands, t *Ticket, by Author, s Situation) {
	switch {
	case commands.Status == "": // the reason of a status stays with it
	case t.Status == Solved:
		t.SolvedReason = commands.Reason
	case t.Status == OnHold:
		t.HoldReason = commands.Reason
	}
	c.assign(commands.Assign, t, by, s)
	if commands.Priority != "" && commands.Priority != t.Priority {
		c.Events = append(c.Events, s.event("priority", Public, by, commands.PriorityWhy,
			map[string]string{"from": string(t.Priority), "to": string(commands.Priority)}))
		t.Priority = commands.Priority
		if t.Chase.running() {
			c.scheduleChase(t, s)
		}
	}
	c.setRemind(commands.Remind, t, by, s)
	var added copied
	for _, p := range s.withCc(commands.Cc)[len(s.People.Participants):] {
		added.join = append(added.join, Address{Address: p.Address})
	}
	c.join(added, by, s)
}
