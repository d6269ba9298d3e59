package ticketing

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Targets are those of a ticket now, by the settings of its mailbox.
func (s Settings) Targets(t Ticket, now time.Time) []Target {
	return Targets(t, t.Clock, s.sla(t), now)
}

// sla is what the customers of a ticket may expect.
func (s Settings) sla(t Ticket) SLA {
	box, err := s.home(t)
	if err != nil {
		return SLA{}
	}
	return box.SLAs[t.Priority]
}

// changesExpectation reports whether another priority changes what the
// customer may expect.
func (s Settings) changesExpectation(t Ticket, to Priority) bool {
	was := s.sla(t)
	t.Priority = to
	is := s.sla(t)
	return was.First != is.First || was.Next != is.Next || was.Solution != is.Solution
}

// watched is the ticket with its clock as it is once the change is applied. What
// becomes public is older than the answer that makes it so.
func watched(t Ticket, c Change) Ticket {
	if t.ID == 0 && c.Entry != nil {
		t.Clock.OnlyHeld = c.Entry.Visibility == Held
	}
	for _, e := range c.Update {
		if e.Kind == EntryMessage {
			t.Clock = t.Clock.With(e)
		}
	}
	if c.Entry != nil {
		t.Clock = t.Clock.With(*c.Entry)
	}
	if c.Moved != nil {
		t.Clock = t.Clock.With(*c.Moved)
	}
	for _, e := range c.Events {
		t.Clock = t.Clock.With(e)
	}
	return t
}

// watch keeps the ticket's clock, and remembers when its timer has to come due.
// The clock of a ticket from before there were clocks is made out of its
// timeline.
func (a *applying) watch() error {
	if a.t.ID != 0 && !a.t.Clock.Kept {
		entries, err := a.tx.Entries(a.t.ID)
		if err != nil {
			return fmt.Errorf("make the clock of ticket %d: %w", a.t.ID, err)
		}
		a.t.Clock = ClockOf(a.t, entries)
	}
	a.t = watched(a.t, a.change)
	a.t.Clock.Kept = true
	a.setSLATimer()
	return nil
}

// setSLATimer has the ticket's timer come due at the next warning or breach. The
// row is written only where that has moved.
func (a *applying) setSLATimer() {
	next := stored(NextDue(a.desk.Settings.Targets(a.t, a.desk.Now()), a.t.Clock.Told))
	if next.Equal(a.t.Clock.DueAt) {
		return
	}
	a.t.Clock.DueAt = next
	timer := Timer{Kind: TimerSLA, DueAt: next}
	if next.IsZero() {
		a.change.DropTimers = append(slices.Clone(a.change.DropTimers), timer)
		return
	}
	a.change.Timers = append(slices.Clone(a.change.Timers), timer)
}

// fireSLA tells agents of the targets of a ticket that are at risk or missed.
func (d *Desk) fireSLA(tx Tx, t Ticket) (Change, error) {
	s, err := d.ticketSituation(tx, t)
	if err != nil {
		return Change{}, err
	}
	lead, err := leadOf(tx, d.Settings, t)
	if err != nil {
		return Change{}, err
	}
	return decideSLA(t, lead, s), nil
}

// leadOf is the address of the agent who hears of each target at risk; "" for
// nobody.
func leadOf(r Reader, s Settings, t Ticket) (string, error) {
	box, _ := s.Mailbox(t.MailboxID)
	if box.Lead == "" {
		return "", nil
	}
	p, err := r.PersonByAddress(box.Lead)
	if errors.Is(err, ErrNotFound) || err == nil && !p.Agent {
		return "", nil
	}
	return p.Address, err
}

// decideSLA says what follows when a warning or a breach came due. The ticket's
// timer has come due, so that it is set anew.
func decideSLA(t Ticket, lead string, s Situation) Change {
	t.Clock.DueAt = time.Time{}
	targets := s.Settings.Targets(t, s.Now)
	due := Notices(targets, t.Clock.Told, s.Now)
	t.Clock = t.Clock.Telling(due...)
	c := Change{Ticket: &t}
	zone := s.Settings.sla(t).Calendar.Zone
	for _, n := range due {
		name := map[Stage]string{StageWarning: "sla_warning", StageBreach: "sla_breach"}[n.Stage]
		args := map[string]string{"target": string(n.Kind), "when": atZone(dueOf(n, targets), zone)}
		e := s.event(name, AgentsOnly, systemAuthor(), "", args)
		e.Via = "system"
		c.Events = append(c.Events, e)
		addresses := addressesOf(c.told(TopicSLA, "", s))
		if lead != "" {
			addresses = withAddress(addresses, lead)
		}
		for _, address := range addresses {
			c.tell(TokenAgent, address, name, args)
		}
	}
	return c
}

// dueOf is when the target of a notice is due.
func dueOf(n Notice, targets []Target) time.Time {
	for _, target := range targets {
		if target.Kind == n.Kind {
			return target.Due
		}
	}
	return n.At
}

// atZone writes a moment so that whoever shows it finds the day and the zone.
func atZone(t time.Time, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format(time.RFC3339) + " " + zone.String()
}
