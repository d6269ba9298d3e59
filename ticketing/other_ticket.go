package ticketing

import (
	"errors"
	"slices"
)

// OtherTicket is a ticket that a decision about another one concerns too.
type OtherTicket struct {
	Ticket  Ticket
	People  []Participant
	Entries []Entry // read only where the decision depends on them
	// Into is what it was merged into; nil if it was not, or if that is not asked.
	Into *OtherTicket
}

// other reads a ticket, and keeps it from being changed by others, if the agent
// with the address works on it; "" is the administrator, who works on all. ok is
// false for a ticket that does not exist, as for one that is none of his
// business.
func (d *Desk) other(r Reader, lock func(int64) (Ticket, error), id int64, agent string) (o OtherTicket, ok bool, err error) {
	o.Ticket, err = lock(id)
	if errors.Is(err, ErrNotFound) {
		return o, false, nil
	}
	if err != nil {
		return o, false, err
	}
	box, _ := d.Settings.Mailbox(o.Ticket.MailboxID)
	if agent != "" && len(box.Agents) > 0 && !slices.Contains(box.Agents, agent) {
		return OtherTicket{}, false, nil
	}
	o.People, err = r.Participants(id)
	return o, err == nil, err
}

// named reads what an agent's commands depend on beside the ticket: those of the
// mail, and those of the held mails that it may release.
func (d *Desk) named(r Reader, lock func(int64) (Ticket, error), m Message, l Link, s *Situation) error {
	commands, ids, err := s.orders(ownWords(m))
	if err != nil {
		return nil // nothing of it will be done
	}
	if commands.Review != "" {
		ids = append(ids, s.namedByHeld()...)
	}
	if err := d.readNamed(r, lock, ids, l.Ticket.ID, s.People.Sender.Address, s); err != nil {
		return err
	}
	if commands.Help && l.Ticket.ID != 0 {
		timers, err := r.TicketTimers(l.Ticket.ID)
		if err != nil {
			return err
		}
		s.Reminders = slices.DeleteFunc(timers, func(t Timer) bool { return t.Kind != TimerRemind || t.PersonID != s.People.Sender.ID })
	}
	if !commands.Unmerge {
		return nil
	}
	id := commands.UnmergeOf
	if id == 0 {
		id = l.Source
	}
	o, ok, err := d.merged(r, lock, id, s.People.Sender.Address)
	if ok {
		s.Unmerge = &o
	}
	return err
}

// orders are the commands in an agent's text but for those about himself, and the
// tickets that they name, or the macros among them.
func (s Situation) orders(text string) (c Commands, named []int64, err error) {
	_, text, err = takeWishes(text, Person{}, s)
	if err == nil {
		c, _, err = ParseCommands(text)
	}
	named = c.named()
	for _, m := range s.Settings.Macros.All {
		if !slices.ContainsFunc(c.Macros, func(name string) bool { return m.is(name) }) {
			continue
		}
		if of, _, err := ParseCommands(m.Text); err == nil {
			named = append(named, of.named()...)
		}
	}
	return c, named, err
}

// named are the numbers of tickets in commands.
func (c Commands) named() []int64 { return slices.Concat([]int64{c.Merge}, c.Link, c.Unlink) }

// namedByHeld are those in agents' mails that wait for review.
func (s Situation) namedByHeld() []int64 {
	var ids []int64
	for _, e := range s.Entries {
		if e.Visibility == Held && e.Review.State == ReviewWaiting && e.Review.Then == Act {
			if _, named, err := s.orders(e.Text); err == nil {
				ids = append(ids, named...)
			}
		}
	}
	return ids
}

// readNamed reads the tickets with these numbers that an agent works on, as
// [Desk.other].
func (d *Desk) readNamed(r Reader, lock func(int64) (Ticket, error), ids []int64, self int64, agent string, s *Situation) error {
	s.Named = map[int64]OtherTicket{}
	slices.Sort(ids) // everybody locks in one order
	for _, id := range slices.Compact(ids) {
		if id == 0 || id == self {
			continue
		}
		o, ok, err := d.other(r, lock, id, agent)
		if err != nil {
			return err
		}
		if ok {
			s.Named[id] = o
		}
	}
	return nil
}

// merged reads a merged ticket and what it was merged into.
func (d *Desk) merged(r Reader, lock func(int64) (Ticket, error), id int64, agent string) (OtherTicket, bool, error) {
	o, ok, err := d.other(r, lock, id, agent)
	if err != nil || !ok || o.Ticket.MergedInto == 0 {
		return o, ok, err
	}
	if o.Entries, err = r.Entries(id); err != nil {
		return o, false, err
	}
	into, _, err := d.other(r, lock, o.Ticket.MergedInto, "")
	if err == nil && into.Ticket.ID != 0 {
		into.Entries, err = r.Entries(into.Ticket.ID)
		o.Into = &into
	}
	return o, err == nil, err
}
