package ticketing

import (
	"context"
	"fmt"
)

// rearmPage is how many tickets are looked at in one transaction.
const rearmPage = 100

// Rearm sets the timers of all that is not solved, and the agents' morning
// mails, to what the settings say: for tickets from before there were timers,
// and when the settings have changed. It may be repeated, or broken off, at any
// time. A ticket whose customer has never been waited for is waited for from now
// on, so that nobody is reminded at once.
func (d *Desk) Rearm(ctx context.Context) error {
	f := TicketFilter{Limit: rearmPage}
	for {
		var page []Ticket
		err := d.Store.Update(ctx, func(tx Tx) (err error) {
			if page, err = tx.ListTickets(f); err != nil {
				return err
			}
			for _, t := range page {
				if err := d.rearm(tx, t.ID); err != nil {
					return fmt.Errorf("set the timers of ticket %d: %w", t.ID, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if len(page) < rearmPage {
			break
		}
		last := page[len(page)-1]
		f.BeforeActivity, f.BeforeID = last.LastActivityAt, last.ID
	}
	return d.RearmAgents(ctx)
}

// rearm sets a ticket's timers. The ticket is read anew: under lock.
func (d *Desk) rearm(tx Tx, id int64) error {
	t, err := tx.LockTicket(id)
	if err != nil {
		return err
	}
	s := Situation{Now: d.Now(), Settings: d.Settings}
	before := t.Chase
	if t.Status == AwaitingReply && t.Chase == (Chase{}) {
		t.Chase.Since = s.Now
	}
	var c Change
	c.scheduleChase(&t, s)
	watched, err := d.rearmSLA(tx, &t)
	if err != nil {
		return err
	}
	if watched || t.Chase != before {
		c.Ticket = &t
	}
	_, _, err = d.apply(tx, c)
	return err
}

// rearmSLA makes the clock of a ticket that has none, and says whether its timer
// has to be set anew. What the settings make late at once is not told of: it would
// be a mail for each ticket. What was due by the settings before is.
func (d *Desk) rearmSLA(tx Tx, t *Ticket) (changed bool, err error) {
	now := d.Now()
	if !t.Clock.Kept {
		entries, err := tx.Entries(t.ID)
		if err != nil {
			return false, err
		}
		t.Clock, changed = ClockOf(*t, entries), true
	}
	targets := d.Settings.Targets(*t, now)
	if pending := !t.Clock.DueAt.IsZero() && !t.Clock.DueAt.After(now); !pending {
		if late := Notices(targets, t.Clock.Told, now); len(late) > 0 {
			t.Clock, changed = t.Clock.Telling(late...), true
		}
	}
	return changed || !stored(NextDue(targets, t.Clock.Told)).Equal(t.Clock.DueAt), nil
}

// RearmAgents sets the agents' morning mails to what the settings and they
// themselves say. One that is due already stays so.
func (d *Desk) RearmAgents(ctx context.Context) error {
	err := d.Store.Update(ctx, func(tx Tx) error {
		agents, err := tx.Agents()
		if err != nil {
			return err
		}
		set, err := tx.TicketTimers(0)
		if err != nil {
			return err
		}
		var c Change
		for _, p := range agents {
			timer := Timer{Kind: TimerDigest, PersonID: p.ID, DueAt: d.nextDigest(p, d.Now())}
			switch {
			case timer.DueAt.IsZero():
				c.DropTimers = append(c.DropTimers, timer)
			case !d.isDue(set, timer):
				c.Timers = append(c.Timers, timer)
			}
		}
		_, _, err = d.apply(tx, c)
		return err
	})
	if err != nil {
		return fmt.Errorf("set the times of the morning mails: %w", err)
	}
	return nil
}

// isDue reports whether a timer like the given one is due.
func (d *Desk) isDue(set []Timer, like Timer) bool {
	for _, t := range set {
		if t.Kind == like.Kind && t.PersonID == like.PersonID && !t.DueAt.After(d.Now()) {
			return true
		}
	}
	return false
}
