package ticketing

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Merge closes a ticket as a double of another one. Later mail to it goes to
// that one, where the sender's rights are judged anew: nobody is copied over,
// unless that is asked for. Its customers are told.
type Merge struct {
	Into int64
	// WithPeople: those who are on the ticket join the other one in Cc, with
	// sight from now on.
	WithPeople bool
	// Quiet: its customers are not told.
	Quiet  bool
	target OtherTicket
}

// look reads where the merge leads, so that it cannot lead back.
func (c Merge) look(d *Desk, r Reader, lock func(int64) (Ticket, error), by Actor) (Command, error) {
	id := c.Into
	for range d.Settings.mergeDepth() {
		o, ok, err := d.other(r, lock, id, by.worksAs())
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, refuse("there is no ticket %d to merge into", id)
		}
		c.target = o
		if o.Ticket.MergedInto == 0 {
			return c, nil
		}
		id = o.Ticket.MergedInto
	}
	return nil, refuse("ticket %d has been merged on too many times", c.Into)
}

// worksAs is the address by which the rights of an agent are judged; "" is the
// administrator's.
func (a Actor) worksAs() string {
	if a.PersonID == 0 {
		return ""
	}
	return a.Address
}

func (c Merge) decide(by Actor, t Ticket, s Situation) (Change, error) {
	switch {
	case c.target.Ticket.ID == t.ID:
		return Change{}, refuse("ticket %d cannot be merged into itself", t.ID)
	case t.MergedInto != 0:
		return Change{}, refuse("ticket %d is merged into %d already", t.ID, t.MergedInto)
	case c.WithPeople && tooMany(c.target, s):
		return Change{}, refuse("ticket %d would have more people in Cc than a ticket may have", c.target.Ticket.ID)
	}
	was, ch := t, Change{Ticket: &t}
	ch.setStatus(&t, Merged, by.Author, SolvedMerged, s)
	ch.noteStanding(was, &t, by.Author, SolvedMerged, s)
	ch.mergeInto(c.target, c.WithPeople, was, &t, by.Author, s)
	if !c.Quiet {
		ch.update(was, t, Commands{Merge: c.target.Ticket.ID}, c.target, s)
	}
	return ch, nil
}

// mergeInto notes what a merge does beside the status, with what an undoing has
// to know.
func (c *Change) mergeInto(target OtherTicket, withPeople bool, was Ticket, t *Ticket, by Author, s Situation) {
	t.MergedInto = target.Ticket.ID
	survivor := target.Ticket
	survivor.LastActivityAt = s.Now
	there := Change{Ticket: &survivor, Events: []Entry{s.event("merged_here", AgentsOnly, by, "", map[string]string{"ticket": fmt.Sprint(t.ID)})}}
	var added []string
	if withPeople {
		people := copied{join: comeAlong(target, s)}
		there.join(people, by, s)
		for _, a := range people.join {
			added = append(added, a.Address)
		}
	}
	c.Also = append(c.Also, there)
	args := map[string]string{"ticket": fmt.Sprint(target.Ticket.ID), "was": string(was.Status)}
	for name, value := range map[string]string{
		"was_reason": was.HoldReason + was.SolvedReason, "was_note": was.HoldNote, "added": strings.Join(added, " "),
	} {
		if value != "" {
			args[name] = value
		}
	}
	if !was.SolvedAt.IsZero() {
		args["was_solved_at"] = was.SolvedAt.UTC().Format(time.RFC3339Nano)
	}
	c.Events = append(c.Events, s.event("merged", AgentsOnly, by, "", args))
}

// comeAlong are the customers who get a place on the other ticket.
func comeAlong(target OtherTicket, s Situation) []Address {
	var people []Address
	for _, p := range s.People.Participants {
		if p.Active() && p.Role != Agent && canJoin(p.Address, target.People, s) {
			people = append(people, Address{Name: p.Name, Address: p.Address})
		}
	}
	return people
}

func tooMany(target OtherTicket, s Situation) bool {
	return countActive(target.People)+len(comeAlong(target, s)) > s.Settings.Limits.CcPerTicket
}

// Unmerge undoes a merge: mail comes to the ticket itself again, which is as it
// was before, and those in Cc whom the merge brought to the other ticket leave
// that, unless they have written there.
type Unmerge struct{ from OtherTicket }

// look reads the ticket that it was merged into.
func (c Unmerge) look(d *Desk, r Reader, lock func(int64) (Ticket, error), t Ticket) (Command, error) {
	var err error
	c.from, _, err = d.merged(r, lock, t.ID, "")
	return c, err
}

func (c Unmerge) decide(by Actor, t Ticket, s Situation) (Change, error) {
	if t.MergedInto == 0 {
		return Change{}, refuse("ticket %d is not merged", t.ID)
	}
	args := map[string]string{}
	for _, e := range c.from.Entries {
		if e.Kind == EntryEvent && e.Event == "merged" {
			args = e.EventArgs
		}
	}
	ch := Change{Ticket: &t}
	ch.Events = []Entry{s.event("unmerged", AgentsOnly, by.Author, "", map[string]string{"ticket": fmt.Sprint(t.MergedInto)})}
	t.MergedInto = 0
	if t.Status == Solved && t.SolvedReason == SolvedMerged { // nobody has decided otherwise since
		ch.restore(args, &t, by.Author, s)
		if t.Status != Solved { // they have read that it is
			ch.updateCustomers(t, OtherTicket{}, s)
		}
	}
	if into := c.from.Into; into != nil {
		survivor := into.Ticket
		survivor.LastActivityAt = s.Now
		there := Change{Ticket: &survivor, Events: []Entry{
			s.event("unmerged_here", AgentsOnly, by.Author, "", map[string]string{"ticket": fmt.Sprint(t.ID)}),
		}}
		there.leave(strings.Fields(args["added"]), *into, by.Author, s)
		ch.Also = []Change{there}
	}
	return ch, nil
}

// restore gives a ticket the status that it had before it was merged. What was
// merged by an older version has none noted, and is open again.
func (c *Change) restore(args map[string]string, t *Ticket, by Author, s Situation) {
	occurrence, ok := map[Status]Occurrence{AwaitingReply: CommandAwaiting, OnHold: CommandHold, Solved: CommandSolved}[Status(args["was"])]
	if !ok {
		occurrence = CommandOpen
	}
	before := *t
	c.setStatus(t, occurrence, by, args["was_reason"], s)
	switch t.Status {
	case OnHold:
		t.HoldReason, t.HoldNote = args["was_reason"], args["was_note"]
	case Solved:
		t.SolvedReason = args["was_reason"]
		t.SolvedAt, _ = time.Parse(time.RFC3339Nano, args["was_solved_at"])
	}
	c.noteStanding(before, t, by, args["was_reason"], s)
}

// leave takes those in Cc off who were added by the merge that is undone and
// have not written since.
func (c *Change) leave(added []string, from OtherTicket, by Author, s Situation) {
	for _, p := range from.People {
		wrote := slices.ContainsFunc(from.Entries, func(e Entry) bool {
			return e.Kind == EntryMessage && e.ID >= p.SinceEntry && e.Author.PersonID == p.PersonID
		})
		if p.Active() && p.Role == Cc && slices.Contains(added, p.Address) && !wrote {
			c.remove([]Participant{p}, by, s)
		}
	}
}

// decideUnmerge carries out #unmerge, which stands alone: which of the two
// tickets its text would be for cannot be said.
func decideUnmerge(m Message, l Link, a Authority, s Situation, commands Commands, text string) Change {
	line := "#unmerge"
	if commands.UnmergeOf != 0 {
		line += fmt.Sprintf(" %d", commands.UnmergeOf)
	}
	alone := commands
	alone.Unmerge = false
	switch {
	case text != "" || hasFiles(m) || alone.Any() || commands.Visibility != "" || commands.Help || commands.Customer != "":
		return heldCommand(m, l, a, s, CommandError{Line: line, Key: "alone", Command: line})
	case s.Unmerge == nil, s.Unmerge.Ticket.MergedInto == 0:
		return heldCommand(m, l, a, s, CommandError{Line: line, Key: "unmerge_not_merged"})
	}
	merged := *s.Unmerge
	s.People.Participants, s.Entries = merged.People, merged.Entries
	c, err := Unmerge{from: merged}.decide(Actor{Author: author(m, Agent, s), Via: "mail"}, merged.Ticket, s)
	if err != nil {
		return heldCommand(m, l, a, s, CommandError{Line: line, Key: "unmerge_not_merged"})
	}
	o := outcome(m, LedgerEvent, fmt.Sprintf("it undoes the merge of ticket %d", merged.Ticket.ID))
	c.Outcome = &o
	return c
}

func hasFiles(m Message) bool {
	return slices.ContainsFunc(m.Attachments, func(a Attachment) bool { return !a.Inline })
}
