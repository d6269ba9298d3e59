package ticketing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// checkCommands refuses what cannot be carried out on a ticket; t is the zero one
// for a new ticket.
func (s Situation) checkCommands(c Commands, t Ticket) error {
	for _, check := range []func(Commands, Ticket) error{s.checkPeople, s.checkTickets, s.checkMarks} {
		if err := check(c, t); err != nil {
			return err
		}
	}
	return nil
}

// checkPeople refuses an assignee who is no agent, a Cc who is one of our own
// addresses, more of them than a ticket holds, and to remove who is not there.
func (s Situation) checkPeople(c Commands, _ Ticket) error {
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
	for _, a := range c.Uncc {
		if _, ok := ccWith(a, s); !ok {
			return CommandError{Line: truncate("#uncc "+a, 200), Key: "uncc_not_there"}
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

// checkTickets refuses to merge or link with a ticket that the agent does not
// work on, which reads as if there were none, and what would lead in a circle.
func (s Situation) checkTickets(c Commands, t Ticket) error {
	line := fmt.Sprintf("#merge %d", c.Merge)
	target, ok := s.Named[c.Merge]
	switch {
	case c.Unmerge && t.ID == 0:
		return CommandError{Line: "#unmerge", Key: "merge_nothing"}
	case c.Merge == 0:
	case c.Merge == t.ID:
		return CommandError{Line: line, Key: "merge_itself"}
	case t.ID == 0:
		return CommandError{Line: line, Key: "merge_nothing"}
	case !ok:
		return CommandError{Line: line, Key: "no_such_ticket"}
	case target.Ticket.MergedInto != 0:
		return CommandError{Line: line, Key: "merge_merged", Command: fmt.Sprintf("#merge %d", target.Ticket.MergedInto)}
	case c.WithPeople && tooMany(target, s):
		return CommandError{Line: line + " with cc", Key: "cc_too_many"}
	}
	for _, n := range c.Link {
		if _, ok := s.Named[n]; !ok {
			return CommandError{Line: fmt.Sprintf("#link %d", n), Key: "no_such_ticket"}
		}
	}
	for _, n := range c.Unlink {
		if _, ok := s.Named[n]; !ok || !slices.Contains(t.Linked, n) {
			return CommandError{Line: fmt.Sprintf("#unlink %d", n), Key: "unlink_not_linked"}
		}
	}
	return nil
}

// checkMarks refuses more tags than a ticket has, and to be reminded in the past
// or in too many years.
func (s Situation) checkMarks(c Commands, t Ticket) error {
	if tags := c.tags(t.Tags); len(tags) > max(maxTags, len(t.Tags)) {
		return CommandError{Line: truncate("#tag "+strings.Join(c.AddTags, " "), 200), Key: "tag_too_many"}
	}
	if c.Remind.On != "" {
		if at := c.Remind.At(s.Now, s.People.Sender.Preferences.zone(time.UTC)); !at.After(s.Now) || at.Sub(s.Now) > maxReminder {
			return CommandError{Line: "#remind " + c.Remind.On, Key: "remind_needs_when"}
		}
	}
	return nil
}

// sentencesOut lets the sentences for customers in commands go the way of all
// that goes to them, and gives the reason why one must not go out.
func (s Situation) sentencesOut(c *Commands) (reason string) {
	for _, sentence := range []*string{&c.HoldNote, &c.PriorityNote} {
		out, why := wordsOut(*sentence, "", s)
		*sentence, reason = out, cmp.Or(reason, why)
	}
	return reason
}

// tags are those of a ticket that had some, once the commands are carried out.
func (c Commands) tags(had []string) []string {
	tags := slices.Concat(had, c.AddTags)
	slices.Sort(tags)
	return slices.DeleteFunc(slices.Compact(tags), func(tag string) bool { return slices.Contains(c.DropTags, tag) })
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
	switch {
	case c.Merge != 0:
		return Merged
	case c.Status != "":
		return c.Status
	}
	return otherwise
}

// carryOut does all that was ordered, but for who sees the text; otherwise is
// what happens to the status if nothing was ordered about that.
func (c *Change) carryOut(commands Commands, otherwise Occurrence, t *Ticket, by Author, s Situation) {
	was := *t
	c.setStatus(t, statusOf(commands, otherwise), by, commands.Reason, s)
	switch {
	case commands.Status == "": // the reason of a status stays with it
	case t.Status == Solved:
		t.SolvedReason = commands.Reason
	case t.Status == OnHold:
		t.HoldReason, t.HoldNote = commands.Reason, commands.HoldNote
	}
	c.noteStanding(was, t, by, commands.Reason, s)
	c.assign(commands.Assign, t, by, s)
	c.prioritise(commands, t, by, s)
	var added copied
	for _, p := range s.withCc(commands.Cc)[len(s.People.Participants):] {
		added.join = append(added.join, Address{Address: p.Address})
	}
	c.join(added, by, s)
	c.remove(s.Removed, by, s)
	c.mark(commands, t, by, s)
	for _, n := range commands.Link {
		c.link(s.Named[n].Ticket, *t, by, s)
	}
	for _, n := range commands.Unlink {
		c.unlink(s.Named[n].Ticket, by, s)
	}
	if commands.Merge != 0 {
		c.mergeInto(s.Named[commands.Merge], commands.WithPeople, was, t, by, s)
	}
}

// noteStanding puts into the event about the status what customers may know of
// its reason. Where only that changed, it makes an event.
func (c *Change) noteStanding(was Ticket, t *Ticket, by Author, why string, s Situation) {
	if was.Status != t.Status {
		for i := range c.Events {
			if c.Events[i].Event == "status" {
				c.Events[i].tellStanding(*t)
			}
		}
		return
	}
	if was.HoldReason == t.HoldReason && was.SolvedReason == t.SolvedReason && was.HoldNote == t.HoldNote {
		return
	}
	v := AgentsOnly
	if !was.Standing().same(t.Standing()) {
		v = Public
	}
	e := s.event("status_reason", v, by, why, map[string]string{"to": string(t.Status)})
	e.tellStanding(*t)
	c.Events = append(c.Events, e)
}

// prioritise classifies the ticket. Customers see the change, and why only as
// far as a sentence was written for them.
func (c *Change) prioritise(commands Commands, t *Ticket, by Author, s Situation) {
	if commands.Priority == "" || commands.Priority == t.Priority {
		return
	}
	e := s.event("priority", Public, by, commands.PriorityWhy, map[string]string{"from": string(t.Priority), "to": string(commands.Priority)})
	if commands.PriorityNote != "" {
		e.tell("note", commands.PriorityNote)
	}
	c.Events = append(c.Events, e)
	t.Priority = commands.Priority
	if t.Chase.running() {
		c.scheduleChase(t, s)
	}
}

// remove takes people out of Cc.
func (c *Change) remove(people []Participant, by Author, s Situation) {
	for _, p := range people {
		c.Leave = append(c.Leave, p)
		c.Events = append(c.Events, s.event("cc_removed", Public, by, "", map[string]string{"who": p.Address}))
	}
}

// mark tags the ticket and sets the agent's own reminder.
func (c *Change) mark(commands Commands, t *Ticket, by Author, s Situation) {
	if tags := commands.tags(t.Tags); !slices.Equal(tags, t.Tags) {
		c.Tags = &Retagging{Was: t.Tags}
		c.Events = append(c.Events, s.event("tagged", AgentsOnly, by, "", map[string]string{"change": retagged(t.Tags, tags)}))
		t.Tags = tags
	}
	r := commands.Remind
	if r == (OwnReminder{}) {
		return
	}
	timer := Timer{Kind: TimerRemind, TicketID: t.ID, PersonID: by.PersonID}
	if r.Off {
		c.DropTimers = append(c.DropTimers, timer)
		c.Events = append(c.Events, s.event("remind_off", AgentsOnly, by, "", map[string]string{"who": by.String()}))
		return
	}
	timer.DueAt, timer.Detail = r.At(s.Now, s.People.Sender.Preferences.zone(time.UTC)), r.Text
	c.Timers = append(c.Timers, timer)
	c.Events = append(c.Events, s.event("remind_set", AgentsOnly, by, r.Text, map[string]string{"who": by.String(), "at": moment(timer.DueAt)}))
}

// retagged writes a change of tags as it is ordered: "+new -old".
func retagged(was, is []string) string {
	var words []string
	for _, tag := range is {
		if !slices.Contains(was, tag) {
			words = append(words, "+"+tag)
		}
	}
	for _, tag := range was {
		if !slices.Contains(is, tag) {
			words = append(words, "-"+tag)
		}
	}
	return strings.Join(words, " ")
}

// link relates the ticket to another, for agents; unlink ends that. Both
// timelines say so.
func (c *Change) link(other, t Ticket, by Author, s Situation) {
	if slices.Contains(t.Linked, other.ID) || other.ID == t.ID {
		return
	}
	c.Link = append(c.Link, other.ID)
	c.onBoth("linked", other, by, s)
}

func (c *Change) unlink(other Ticket, by Author, s Situation) {
	c.Unlink = append(c.Unlink, other.ID)
	c.onBoth("unlinked", other, by, s)
}

func (c *Change) onBoth(event string, other Ticket, by Author, s Situation) {
	c.Events = append(c.Events, s.event(event, AgentsOnly, by, "", map[string]string{"ticket": fmt.Sprint(other.ID)}))
	c.Also = append(c.Also, Change{Ticket: &other, Events: []Entry{
		s.event(event, AgentsOnly, by, "", map[string]string{"ticket": ""}), // this one, which may be new
	}})
}
