package ticketing

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// RequestView is a request as somebody may see it who opens its page.
type RequestView struct {
	Ticket  Ticket
	Entries []Entry // as [SeenBy] leaves them
	// ActivityAt is when something came last that he may see.
	ActivityAt time.Time
	Requester  Participant
	Ccs        []Participant // those there are now
	Targets    []Target      // those that are neither met nor over
	// Survivor: it was merged into another request that he may see too.
	Survivor bool
	Desk     string         // name of its mailbox
	Zone     *time.Location // of its mailbox
}

// OpenRequest reads a request for a viewer. It fails with [ErrNotFound] for what
// he may not see.
func (d *Desk) OpenRequest(ctx context.Context, v Viewer, id int64) (RequestView, error) {
	var view RequestView
	err := d.Store.View(ctx, func(r Reader) (err error) {
		view, err = d.requestView(r, v, id)
		return err
	})
	if err != nil {
		return RequestView{}, fmt.Errorf("open request %d for person %d: %w", id, v.PersonID, err)
	}
	return view, nil
}

func (d *Desk) requestView(r Reader, v Viewer, id int64) (view RequestView, err error) {
	if view.Ticket, err = r.VisibleTicket(v, id); err != nil {
		return view, err
	}
	if view.Entries, err = r.VisibleEntries(v, id); err != nil {
		return view, err
	}
	people, err := r.Participants(id)
	if err != nil {
		return view, err
	}
	for _, p := range people {
		switch {
		case p.Active() && p.Role == Cc:
			view.Ccs = append(view.Ccs, p)
		case p.Role == Requester && p.PersonID == view.Ticket.RequesterID:
			view.Requester = p
		}
	}
	for _, e := range view.Entries {
		if e.At.After(view.ActivityAt) {
			view.ActivityAt = e.At
		}
	}
	for _, t := range d.Settings.Targets(view.Ticket, d.Now()) {
		if t.Met.IsZero() && view.Ticket.Status != Solved {
			view.Targets = append(view.Targets, t)
		}
	}
	if into := view.Ticket.MergedInto; into != 0 {
		_, err = r.VisibleTicket(v, into)
		if view.Survivor = err == nil; err != nil && !errors.Is(err, ErrNotFound) {
			return view, err
		}
	}
	box, err := d.Settings.home(view.Ticket)
	view.Desk, view.Zone = box.Name, box.Calendar.zone()
	return view, err
}

// FileOf finds a file of a request for a viewer: the nth of those that he sees
// of an entry, from 0, and the raw mail that holds it.
func (d *Desk) FileOf(ctx context.Context, v Viewer, ticketID, entryID int64, n int) (a Attachment, rawSHA256 string, err error) {
	err = d.Store.View(ctx, func(r Reader) error {
		entries, err := r.VisibleEntries(v, ticketID)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.ID == entryID && n >= 0 && n < len(e.Attachments) {
				whole, err := r.Entry(entryID)
				a, rawSHA256 = e.Attachments[n], whole.RawSHA256
				return err
			}
		}
		return ErrNotFound
	})
	if err == nil && rawSHA256 == "" {
		err = ErrNotFound
	}
	if err != nil {
		return Attachment{}, "", fmt.Errorf("open file %d of entry %d: %w", n, entryID, err)
	}
	return a, rawSHA256, nil
}

// Shown is the author of an entry as customers may know him: an agent by his
// name only if the desk shows those, and never by his address.
func (s Settings) Shown(e Entry, desk string) Author {
	a := e.Author
	if a.Role != Agent && a.Role != System {
		return a
	}
	a.Address, a.PersonID = "", 0
	if a.Role == System || !s.ShowAgentName || a.Name == "" {
		a.Name = desk
	}
	return a
}

// Zone is that of the desk's first mailbox: what days are told in to somebody of
// whom no other is known.
func (s Settings) Zone() *time.Location {
	if len(s.Mailboxes) == 0 {
		return time.UTC
	}
	return s.Mailboxes[0].Calendar.zone()
}
