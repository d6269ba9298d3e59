package ticketing

import (
	"errors"
	"fmt"
)

// Merge closes a ticket as a double of another one. Later mail to it goes to
// that one, where the sender's rights are judged anew: nobody is copied over.
type Merge struct {
	Into   int64
	target Ticket
}

// look reads where the merge leads, so that it cannot lead back.
func (c Merge) look(r Reader, s Settings) (Command, error) {
	id := c.Into
	for range s.mergeDepth() {
		t, err := r.Ticket(id)
		if errors.Is(err, ErrNotFound) {
			return nil, refuse("there is no ticket %d to merge into", id)
		}
		if err != nil {
			return nil, err
		}
		c.target = t
		if t.MergedInto == 0 {
			return c, nil
		}
		id = t.MergedInto
	}
	return nil, refuse("ticket %d has been merged on too many times", c.Into)
}

func (c Merge) decide(by Actor, t Ticket, s Situation) (Change, error) {
	switch {
	case c.target.ID == t.ID:
		return Change{}, refuse("ticket %d cannot be merged into itself", t.ID)
	case t.MergedInto != 0:
		return Change{}, refuse("ticket %d is merged into %d already", t.ID, t.MergedInto)
	}
	ch := Change{Ticket: &t, LinkTo: c.target.ID}
	t.MergedInto = c.target.ID
	ch.setStatus(&t, Merged, by.Author, "merged", s)
	t.SolvedReason = "merged"
	ch.Events = append(ch.Events, s.event("merged", AgentsOnly, by.Author, "",
		map[string]string{"ticket": fmt.Sprint(c.target.ID)}))
	return ch, nil
}

// Unmerge undoes a merge: mail comes to the ticket itself again.
type Unmerge struct{}

func (Unmerge) decide(by Actor, t Ticket, s Situation) (Change, error) {
	if t.MergedInto == 0 {
		return Change{}, refuse("ticket %d is not merged", t.ID)
	}
	ch := Change{Ticket: &t}
	ch.Events = []Entry{s.event("unmerged", AgentsOnly, by.Author, "", map[string]string{"ticket": fmt.Sprint(t.MergedInto)})}
	t.MergedInto = 0
	ch.setStatus(&t, CommandOpen, by.Author, "", s)
	return ch, nil
}
