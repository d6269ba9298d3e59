package ticketing

import "time"

// Remind is #remind: whoever asks is reminded of the ticket after a time.
type Remind struct{ After time.Duration }

func (c Remind) decide(by Actor, t Ticket, s Situation) (Change, error) {
	if c.After <= 0 || c.After > maxReminder {
		return Change{}, refuse("a reminder comes after some time, and after two years at most")
	}
	ch := Change{Ticket: &t}
	ch.carryOut(Commands{Remind: OwnReminder{After: c.After}}, NoteAdded, &t, by.Author, s)
	return ch, nil
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
	return decideRemind(t, asked, timer.Detail, s), nil
}

func decideRemind(t Ticket, asked Person, words string, s Situation) Change {
	who := Author{Name: asked.Name, Address: asked.Address}.String()
	notice := "remind_due"
	if words != "" {
		notice = "remind_due_text"
	}
	e := s.event("remind_due", AgentsOnly, systemAuthor(), "", map[string]string{"who": who})
	e.Via = "system"
	c := Change{Ticket: &t, Events: []Entry{e}}
	to := c.watchers(s)
	if asked.Agent {
		to = []string{asked.Address}
	}
	for _, address := range to {
		c.tell(TokenAgent, address, notice, map[string]string{"who": who, "text": words})
	}
	return c
}
