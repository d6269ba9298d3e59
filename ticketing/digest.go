package ticketing

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// DigestSettings are when agents get their morning mail, unless they have said
// otherwise themselves.
type DigestSettings struct {
	// At is a time of day, such as "08:00", or "off"; "" is "off".
	At string
	// ClosedDays: also on days on which the desk's calendar is closed.
	ClosedDays bool
}

// Digest is what a morning mail tells an agent.
type Digest struct{ Sections []DigestSection }

// DigestSection is one sort of what there is to do.
type DigestSection struct {
	Name  string // catalogue key below "mail.digest."
	Lines []DigestLine
	More  int // how many there are beside those, of a thousand
}

// DigestLine is one ticket of a morning mail.
type DigestLine struct {
	Ticket Ticket
	Since  time.Time // when something last happened, or the held mail came
	Held   int64     // the held entry that waits for review; 0 for others
	From   Author    // who wrote it
	// Requester, Prefix of the ticket's tag, and the agent's reply address are
	// filled in when it is written.
	Requester Address
	Prefix    string
	ReplyTo   string
}

const (
	// digestLines is how many tickets a section names.
	digestLines = 20
	// digestDepth is how many tickets, or held mails, are looked at for one.
	digestDepth = 1000
)

// ParseTimeOfDay reads a time of day such as "08:00" or "8:00" as minutes since
// midnight.
func ParseTimeOfDay(s string) (minutes int, ok bool) {
	hour, minute, found := strings.Cut(s, ":")
	h, err1 := strconv.ParseUint(hour, 10, 8)
	m, err2 := strconv.ParseUint(minute, 10, 8)
	if !found || err1 != nil || err2 != nil || h > 23 || m > 59 || len(minute) != 2 || len(hour) > 2 {
		return 0, false
	}
	return int(h*60 + m), true
}

// nextAt is the next moment after a time at which the zone's clock shows a time
// of day, on a working day unless closed ones count too; zero if there is none
// within a year. What the clock passes over is the moment of the change, and of
// two it is the first.
func (c Calendar) nextAt(after time.Time, minute int, closedToo bool) time.Time {
	z := zone{Location: c.zone()}
	day := c.wall(after).Truncate(24 * time.Hour)
	for range 366 {
		at := z.moment(day.Add(minutes(minute)))
		if at.After(after) && (closedToo || c.always() || len(c.spans(day)) > 0) {
			return at
		}
		day = day.AddDate(0, 0, 1)
	}
	return time.Time{}
}

// digestCalendar is the calendar of the first mailbox that an agent works in, by
// his own clock.
func (d *Desk) digestCalendar(p Person) Calendar {
	var c Calendar
	if boxes := d.mailboxesOf(p); len(boxes) > 0 {
		box, _ := d.Settings.Mailbox(boxes[0])
		c = box.Calendar
	}
	c.Zone = p.Preferences.zone(c.Zone)
	return c
}

// nextDigest is when an agent gets his next morning mail; zero for never.
func (d *Desk) nextDigest(p Person, after time.Time) time.Time {
	at := d.Settings.Digest.At
	if p.Preferences.Digest != "" {
		at = p.Preferences.Digest
	}
	minute, ok := ParseTimeOfDay(at)
	if !p.Agent || !ok {
		return time.Time{}
	}
	return d.digestCalendar(p).nextAt(after, minute, d.Settings.Digest.ClosedDays)
}

// digestOf sets the time of the morning mail of an agent who wants another one.
func (a *applying) digestOf(p PersonChange) error {
	was, is := p.Was.Preferences, p.Is.Preferences
	if was.Digest == is.Digest && was.Zone == is.Zone {
		return nil
	}
	timer := Timer{Kind: TimerDigest, PersonID: p.Is.ID, DueAt: a.desk.nextDigest(p.Is, a.desk.Now())}
	if timer.DueAt.IsZero() {
		return a.tx.DropTimer(timer)
	}
	return a.tx.SetTimer(timer)
}

// decideDigest writes an agent's morning mail, and sets the timer for the next.
// One that is late by a day or more is left out, and so is one that has nothing
// to tell, or is for somebody who is away.
func (d *Desk) decideDigest(tx Tx, timer Timer) (Change, error) {
	p, err := tx.Person(timer.PersonID)
	if err != nil || !p.Agent {
		return Change{}, err
	}
	now := d.Now()
	var c Change
	if next := d.nextDigest(p, now); !next.IsZero() {
		c.Timers = []Timer{{Kind: TimerDigest, PersonID: p.ID, DueAt: next}}
	}
	boxes := d.mailboxesOf(p)
	calendar := d.digestCalendar(p)
	today := calendar.wall(now).Truncate(24 * time.Hour)
	late := !calendar.wall(timer.DueAt).Truncate(24 * time.Hour).Equal(today)
	if late || len(c.Timers) == 0 || len(boxes) == 0 || p.AwayUntil.After(now) {
		return c, nil
	}
	g, err := d.digest(tx, p, boxes)
	if err == nil && len(g.Sections) > 0 {
		c.Letters = []LetterTo{{Kind: LetterDigest, Address: p.Address, MailboxID: boxes[0], Digest: g}}
	}
	return c, err
}

// mailboxesOf are the mailboxes that an agent works in.
func (d *Desk) mailboxesOf(p Person) []int64 {
	var ids []int64
	for _, b := range d.Settings.Mailboxes {
		if len(b.Agents) == 0 || slices.Contains(b.Agents, p.Address) {
			ids = append(ids, b.ID)
		}
	}
	return ids
}

// digest is what there is to tell an agent, section by section, without those
// that are empty.
func (d *Desk) digest(r Reader, p Person, boxes []int64) (Digest, error) {
	var g Digest
	for _, section := range []struct {
		name string
		find func(Reader, Person, []int64) ([]DigestLine, error)
	}{
		{"mine", d.waitingFor},
		{"at_risk", d.atRisk},
		{"unassigned", d.unassigned},
		{"held", d.heldFor},
	} {
		lines, err := section.find(r, p, boxes)
		if err != nil {
			return g, err
		}
		if n := len(lines); n > 0 {
			lines = lines[:min(n, digestLines)]
			g.Sections = append(g.Sections, DigestSection{Name: section.name, Lines: lines, More: n - len(lines)})
		}
	}
	return g, nil
}

// waitingFor are the open tickets that are the agent's, the oldest first.
func (d *Desk) waitingFor(r Reader, p Person, _ []int64) ([]DigestLine, error) {
	tickets, err := r.ListTickets(TicketFilter{Status: Open, AssigneeID: p.ID, Limit: digestDepth})
	return oldestFirst(tickets, nil), err
}

// atRisk are the agent's tickets, and those that nobody has, of which a target is
// missed or soon will be.
func (d *Desk) atRisk(r Reader, p Person, boxes []int64) ([]DigestLine, error) {
	mine, err := r.ListTickets(TicketFilter{AssigneeID: p.ID, Limit: digestDepth})
	if err != nil {
		return nil, err
	}
	nobodys, err := r.ListTickets(TicketFilter{Unassigned: true, Limit: digestDepth})
	lines := oldestFirst(mine, d.late)
	return append(lines, oldestFirst(nobodys, func(t Ticket) bool { return slices.Contains(boxes, t.MailboxID) && d.late(t) })...), err
}

// late reports whether a target of a ticket is missed or soon will be.
func (d *Desk) late(t Ticket) bool {
	now := d.Now()
	return slices.ContainsFunc(d.Settings.Targets(t, now), func(target Target) bool {
		warned := !target.Warn.IsZero() && !now.Before(target.Warn)
		return target.Met.IsZero() && (target.Breached || warned)
	})
}

// unassigned are the open tickets of the agent's mailboxes that nobody has.
func (d *Desk) unassigned(r Reader, _ Person, boxes []int64) ([]DigestLine, error) {
	tickets, err := r.ListTickets(TicketFilter{Status: Open, Unassigned: true, Limit: digestDepth})
	return oldestFirst(tickets, func(t Ticket) bool { return !t.Bulk && slices.Contains(boxes, t.MailboxID) }), err
}

// heldFor are the mails of the agent's mailboxes that wait for review.
func (d *Desk) heldFor(r Reader, _ Person, boxes []int64) ([]DigestLine, error) {
	waiting, err := r.ReviewsWaiting(digestDepth)
	if err != nil {
		return nil, err
	}
	var lines []DigestLine
	for _, e := range waiting {
		t, err := r.Ticket(e.TicketID)
		if err != nil {
			return nil, err
		}
		if slices.Contains(boxes, t.MailboxID) {
			lines = append(lines, DigestLine{Ticket: t, Since: e.At, Held: e.ID, From: e.Author})
		}
	}
	return lines, nil
}

// oldestFirst are the lines of tickets that a list gives with the newest first.
func oldestFirst(tickets []Ticket, keep func(Ticket) bool) []DigestLine {
	var lines []DigestLine
	for _, t := range slices.Backward(tickets) {
		if keep == nil || keep(t) {
			lines = append(lines, DigestLine{Ticket: t, Since: t.LastActivityAt})
		}
	}
	return lines
}
