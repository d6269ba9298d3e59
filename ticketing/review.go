package ticketing

import "slices"

// Release lets a held entry become what it would have been: a customer's
// reply opens the ticket, an agent's answer goes out to the customers.
type Release struct {
	EntryID int64
	// AddSender gives the sender a place in Cc, with sight from this entry on.
	AddSender bool
	// AddProposed also adds the people the mail named.
	AddProposed bool
}

func (c Release) decide(by Actor, t Ticket, s Situation) (Change, error) {
	e, err := waiting(c.EntryID, t, s)
	if err != nil {
		return Change{}, err
	}
	ch := Change{Ticket: &t}
	e.Visibility, e.Review.State = Public, ReviewReleased
	e.Why += "; released by " + by.String()
	ch.About = &e
	ch.Events = []Entry{s.event("released", AgentsOnly, by.Author, "", map[string]string{"who": e.Author.Address})}
	t.ThreadIDs = withThreadID(t.ThreadIDs, e.MessageID)
	if e.Review.Then == Act {
		return ch, ch.releaseAnswer(&e, &t, s)
	}
	var people copied
	if c.AddSender && e.Author.Role != Requester {
		people.join = append(people.join, Address{Name: e.Author.Name, Address: e.Author.Address})
	}
	if c.AddProposed {
		people.join = append(people.join, e.Review.Proposed...)
	}
	people.join = slices.DeleteFunc(people.join, func(a Address) bool { return !canJoin(a.Address, s.People.Participants, s) })
	ch.join(people, by.Author, s)
	ch.setStatus(&t, CustomerReplied, e.Author, "", s)
	ch.Update = []Entry{e}
	return ch, nil
}

// releaseAnswer sends an agent's held answer, its commands included.
func (c *Change) releaseAnswer(e *Entry, t *Ticket, s Situation) error {
	commands, text, err := ParseCommands(e.Text)
	if err == nil {
		err = s.checkCommands(commands)
	}
	if err != nil {
		return refuse("its commands cannot be carried out (%v); the agent has to send it again", err)
	}
	e.Text = text
	if commands.Visibility == AgentsOnly {
		e.Kind, e.Visibility = EntryNote, AgentsOnly
		c.setStatus(t, statusOf(commands, NoteAdded), e.Author, commands.Reason, s)
	} else {
		c.setStatus(t, statusOf(commands, AgentReplied), e.Author, commands.Reason, s)
		c.writeToCustomers(customers(s.People, nil))
	}
	c.carryOut(commands, t, e.Author, s)
	c.Update = []Entry{*e}
	return nil
}

// Drop ends the review of a held entry: it stays where it is, for agents only.
type Drop struct{ EntryID int64 }

func (c Drop) decide(by Actor, t Ticket, s Situation) (Change, error) {
	e, err := waiting(c.EntryID, t, s)
	if err != nil {
		return Change{}, err
	}
	e.Review.State = ReviewDropped
	return Change{Ticket: &t, Update: []Entry{e}, Events: []Entry{
		s.event("dropped", AgentsOnly, by.Author, "", map[string]string{"who": e.Author.Address}),
	}}, nil
}

func waiting(id int64, t Ticket, s Situation) (Entry, error) {
	for _, e := range s.Entries {
		if e.ID != id {
			continue
		}
		if e.Visibility != Held || e.Review.State != ReviewWaiting {
			return Entry{}, refuse("entry %d of ticket %d does not wait for review", id, t.ID)
		}
		return e, nil
	}
	return Entry{}, refuse("ticket %d has no entry %d", t.ID, id)
}
