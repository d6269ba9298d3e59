package ticketing

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Actor is who gives a command, and through what: an agent in the portal, or
// the administrator at the command line (with PersonID 0).
type Actor struct {
	Author
	Via string // "portal", or "system" for the command line
}

// Command is something done to a ticket by other means than a mail.
type Command interface {
	// decide says what follows. t is the ticket, read under lock.
	decide(by Actor, t Ticket, s Situation) (Change, error)
}

// ErrRefused is wrapped by errors about commands that make no sense for the
// ticket as it is.
var ErrRefused = errors.New("refused")

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrRefused}, args...)...)
}

// Do carries out commands on a ticket, one after the other. It is all of them
// or nothing; errors that wrap [ErrRefused] say what the caller can do about it.
func (d *Desk) Do(ctx context.Context, by Actor, ticketID int64, commands ...Command) error {
	var decisions []func(Tx) (Change, error)
	for _, c := range commands {
		decisions = append(decisions, func(tx Tx) (Change, error) { return d.decideCommand(tx, tx.LockTicket, by, ticketID, c) })
	}
	return d.change(ctx, decisions...)
}

// Foresee says what a command would change, without doing it.
func (d *Desk) Foresee(ctx context.Context, by Actor, ticketID int64, c Command) (Change, error) {
	var ch Change
	err := d.Store.View(ctx, func(r Reader) (err error) {
		ch, err = d.decideCommand(r, r.Ticket, by, ticketID, c)
		return err
	})
	return ch, err
}

// decideCommand reads what a command depends on and decides; it writes nothing.
// The ticket is read by lock, as in [Desk.judge].
func (d *Desk) decideCommand(tx Reader, lock func(int64) (Ticket, error), by Actor, ticketID int64, c Command) (Change, error) {
	t, err := lock(ticketID)
	if err != nil {
		return Change{}, fmt.Errorf("ticket %d: %w", ticketID, err)
	}
	s, err := d.ticketSituation(tx, t)
	if err != nil {
		return Change{}, err
	}
	if s.Entries, err = tx.Entries(t.ID); err != nil {
		return Change{}, err
	}
	switch more := c.(type) {
	case Merge:
		c, err = more.look(d, tx, lock, by)
	case Unmerge:
		c, err = more.look(d, tx, lock, t)
	case Release:
		err = d.readNamed(tx, lock, s.namedByHeld(), t.ID, by.worksAs(), &s)
	case Relate:
		c, err = more.look(d, tx, lock, by)
	case Unrelate:
		c, err = more.look(d, tx, lock, by)
	case Reread:
		c, err = more.look(d, tx, &s)
	}
	if err != nil {
		return Change{}, err
	}
	ch, err := c.decide(by, t, s)
	by.sign(ch.Events)
	for _, other := range ch.Also {
		by.sign(other.Events)
	}
	return ch, err
}

// sign notes in events through what they were brought about.
func (a Actor) sign(events []Entry) {
	for i := range events {
		events[i].Via = a.Via
	}
}

// SetStatus is #open, #awaiting, #hold or #solved.
type SetStatus struct {
	To     Status
	Reason string // needed for on_hold
	Note   string // a sentence for customers, of on_hold
	// Tell: customers are told of it as by a mail of an agent that orders it.
	Tell bool
}

func (c SetStatus) decide(by Actor, t Ticket, s Situation) (Change, error) {
	o, ok := map[Status]Occurrence{
		Open: CommandOpen, AwaitingReply: CommandAwaiting, OnHold: CommandHold, Solved: CommandSolved,
	}[c.To]
	commands := Commands{Status: o, Reason: CanonicalReason(c.Reason), HoldNote: c.Note}
	switch {
	case !ok:
		return Change{}, refuse("no such status %q: use open, awaiting_reply, on_hold or solved", c.To)
	case c.To == OnHold && commands.Reason == "":
		return Change{}, refuse("putting a ticket on hold needs a reason: what it waits for")
	case c.To == Solved && commands.Reason == SolvedMerged:
		return Change{}, refuse("a ticket is solved as merged by merging it")
	case c.To != OnHold && c.Note != "":
		return Change{}, refuse("a sentence for customers goes with on_hold only")
	}
	if reason := s.sentencesOut(&commands); reason != "" {
		return Change{}, refuse("the sentence for customers cannot go out: %s", whyNotOut(reason))
	}
	was, ch := t, Change{Ticket: &t}
	ch.carryOut(commands, o, &t, by.Author, s)
	if c.Tell {
		ch.update(was, t, commands, OtherTicket{}, s)
	}
	return ch, nil
}

// Assign gives a ticket to an agent; an empty address takes it from whoever
// has it.
type Assign struct{ Address string }

func (c Assign) decide(by Actor, t Ticket, s Situation) (Change, error) {
	who := NormalizeAddress(c.Address)
	if who == "" {
		who = "none"
	} else if _, ok := s.agent(who); !ok {
		return Change{}, refuse("%s is no agent of this mailbox", c.Address)
	}
	ch := Change{Ticket: &t}
	ch.assign(who, &t, by.Author, s)
	return ch, nil
}

// SetPriority classifies a ticket.
type SetPriority struct {
	To     Priority
	Reason string
	Note   string // a sentence for customers
	Tell   bool   // as of [SetStatus]
}

func (c SetPriority) decide(by Actor, t Ticket, s Situation) (Change, error) {
	if !slices.Contains([]Priority{S1, S2, S3, S4}, c.To) {
		return Change{}, refuse("no such priority %q: use S1, S2, S3 or S4", c.To)
	}
	commands := Commands{Priority: c.To, PriorityWhy: c.Reason, PriorityNote: c.Note}
	if reason := s.sentencesOut(&commands); reason != "" {
		return Change{}, refuse("the sentence for customers cannot go out: %s", whyNotOut(reason))
	}
	was, ch := t, Change{Ticket: &t}
	ch.prioritise(commands, &t, by.Author, s)
	if c.Tell {
		ch.update(was, t, commands, OtherTicket{}, s)
	}
	return ch, nil
}

// Tag puts tags on a ticket and takes others off.
type Tag struct{ Add, Drop []string }

func (c Tag) decide(by Actor, t Ticket, s Situation) (Change, error) {
	var commands Commands
	for _, list := range []struct {
		words []string
		to    *[]string
	}{{c.Add, &commands.AddTags}, {c.Drop, &commands.DropTags}} {
		for _, w := range list.words {
			tag, ok := NormalizeTag(w)
			if !ok {
				return Change{}, refuse("%q cannot be a tag: use letters, digits and - _ . / : and at most %d bytes", w, maxTag)
			}
			*list.to = append(*list.to, tag)
		}
	}
	if s.checkMarks(commands, t) != nil {
		return Change{}, refuse("ticket %d would have more than %d tags", t.ID, maxTags)
	}
	ch := Change{Ticket: &t}
	ch.mark(commands, &t, by.Author, s)
	return ch, nil
}

// Relate links a ticket with another, for agents only.
type Relate struct {
	To    int64
	other OtherTicket
}

func (c Relate) look(d *Desk, r Reader, lock func(int64) (Ticket, error), by Actor) (Command, error) {
	o, ok, err := d.other(r, lock, c.To, by.worksAs())
	if err == nil && !ok {
		err = refuse("there is no ticket %d to link with", c.To)
	}
	c.other = o
	return c, err
}

func (c Relate) decide(by Actor, t Ticket, s Situation) (Change, error) {
	if c.To == t.ID {
		return Change{}, refuse("ticket %d cannot be linked with itself", t.ID)
	}
	ch := Change{Ticket: &t}
	ch.link(c.other.Ticket, t, by.Author, s)
	return ch, nil
}

// Unrelate ends a link.
type Unrelate struct {
	From  int64
	other OtherTicket
}

func (c Unrelate) look(d *Desk, r Reader, lock func(int64) (Ticket, error), by Actor) (Command, error) {
	o, ok, err := d.other(r, lock, c.From, by.worksAs())
	if err == nil && !ok {
		err = refuse("there is no ticket %d", c.From)
	}
	c.other = o
	return c, err
}

func (c Unrelate) decide(by Actor, t Ticket, s Situation) (Change, error) {
	if !slices.Contains(t.Linked, c.From) {
		return Change{}, refuse("ticket %d is not linked with ticket %d", t.ID, c.From)
	}
	ch := Change{Ticket: &t}
	ch.unlink(c.other.Ticket, by.Author, s)
	return ch, nil
}

// AddNote writes something for agents only.
type AddNote struct{ Text string }

func (c AddNote) decide(by Actor, t Ticket, s Situation) (Change, error) {
	if c.Text == "" {
		return Change{}, refuse("the note is empty")
	}
	t.LastActivityAt = s.Now
	return Change{Ticket: &t, Entry: &Entry{
		Kind: EntryNote, Visibility: AgentsOnly, Author: by.Author, Via: by.Via,
		Verdict: Verdict{Result: None}, Text: c.Text, FullText: c.Text, At: s.Now,
	}}, nil
}

// AddCc gives somebody a place on the ticket, with sight from now on.
type AddCc struct{ Address Address }

func (c AddCc) decide(by Actor, t Ticket, s Situation) (Change, error) {
	who := Address{Name: c.Address.Name, Address: NormalizeAddress(c.Address.Address)}
	if !canJoin(who.Address, s.People.Participants, s) {
		return Change{}, refuse("%s cannot be added: it is on the ticket already, one of our own addresses, an agent's, or nobody's", who.Address)
	}
	if countActive(s.People.Participants) >= s.Settings.Limits.CcPerTicket {
		return Change{}, refuse("ticket %d has %d people in Cc already, which is the limit", t.ID, s.Settings.Limits.CcPerTicket)
	}
	ch := Change{Ticket: &t}
	ch.join(copied{join: []Address{who}}, by.Author, s)
	return ch, nil
}

// GrantHistory lets a Cc see public messages from before he was added: those
// from an entry on, or all of them if Since is 0. Only a person decides that,
// never a mail.
type GrantHistory struct {
	Address string
	Since   int64 // entry
}

func (c GrantHistory) decide(by Actor, t Ticket, s Situation) (Change, error) {
	p, ok := ccWith(c.Address, s)
	switch {
	case !ok:
		return Change{}, refuse("%s is not in Cc of ticket %d", c.Address, t.ID)
	case c.Since < 0 || c.Since >= p.SinceEntry:
		return Change{}, refuse("%s sees ticket %d from entry %d on already", p.Address, t.ID, p.SinceEntry)
	}
	p.SinceEntry = c.Since
	return Change{Ticket: &t, Sight: []Participant{p}, Events: []Entry{
		s.event("history_granted", AgentsOnly, by.Author, "", map[string]string{"who": p.Address}),
	}}, nil
}

func ccWith(address string, s Situation) (Participant, bool) {
	for _, p := range s.People.Participants {
		if p.Active() && p.Role == Cc && p.Address == NormalizeAddress(address) {
			return p, true
		}
	}
	return Participant{}, false
}

// RemoveCc takes a Cc's place, sight and reply addresses at once.
type RemoveCc struct{ Address string }

func (c RemoveCc) decide(by Actor, t Ticket, s Situation) (Change, error) {
	p, ok := ccWith(c.Address, s)
	if !ok {
		return Change{}, refuse("%s is not in Cc of ticket %d", c.Address, t.ID)
	}
	ch := Change{Ticket: &t}
	ch.remove([]Participant{p}, by.Author, s)
	return ch, nil
}
