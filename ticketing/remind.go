package ticketing

import "time"

// Remind is #remind: whoever asks is reminded of the ticket after a time.
type Remind struct{ After time.Duration }

// maxRemind is how far ahead somebody can ask to be reminded.
const maxRemind = 366 * 24 * time.Hour

func (c Remind) decide(by Actor, t Ticket, s Situation) (Change, error) {
	if c.After <= 0 || c.After > maxRemind {
		return Change{}, refuse("a reminder comes after some time, and after a year at most")
	}
	ch := Change{Ticket: &t}
	ch.carryOut(Commands{Remind: c.After}, &t, by.Author, s)
	return ch, nil
}

// setRemind sets the timer for an agent who wants to be reminded, or moves it.
func (c *Change) setRemind(after time.Duration, t *Ticket, by Author, s Situation) {
	if after <= 0 {
		return
	}
	at := s.Now.Add(min(after, maxRemind))
	c.Timers = append(c.Timers, Timer{Kind: TimerRemind, TicketID: t.ID, PersonID: by.PersonID, DueAt: at})
	c.Events = append(c.Events, s.event("remind_set", AgentsOnly, by, "", map[string]string{"who": by.String(), "at": moment(at)}))
}

// decideRemind tells the agent who asked, or, if he is none any more, those who
// look after the ticket.
func (d *Desk) decideRemind(tx Tx, timer Timer, t Ticket) (Change, error) {
	s := Situation{Now: d.Now(), Settings: d.Settings}
	box, _ := d.Settings.Mailbox(t.MailboxID)
	var err error
	if s.Agents, err = agentsOf(tx, box); err != nil {
		return Change{}, err
	}
	var asked Person // nobody for the administrator
	if timer.PersonID != 0 {
		if asked, err = tx.Person(timer.PersonID); err != nil {
			return Change{}, err
		}
	}
	return decideRemind(t, asked, s), nil
}

func decideRemind(t Ticket, asked Person, s Situation) Change {
	who := Author{Name: asked.Name, Address: asked.Address}.String()
	e := s.event("remind_due", AgentsOnly, systemAuthor(), "", map[string]string{"who": who})
	e.Via = "system"
	c := Change{Ticket: &t, Events: []Entry{e}}
	to := c.watchers(s)
	if asked.Agent {
		to = []string{asked.Address}
	}
	for _, address := range to {
		c.tell(TokenAgent, address, "remind_due", map[string]string{"who": who})
	}
	return c
}
