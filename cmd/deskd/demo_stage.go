package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"deskd/catalogue"
	"deskd/mailserver"
	"deskd/storage"
	"deskd/ticketing"
)

// stepTime is how long a step of the story may take.
const stepTime = 20 * time.Second

// stage is where the story is played: the people with their mail programs,
// and a view into the desk.
type stage struct {
	cast
	desk     *house
	programs map[string]*mailProgram // by address
	inbox    map[string][]received   // all that was read, by address
	ticket   int64                   // what the story is about, 0 before there is one
	entries  int                     // of the ticket, as far as they were seen
}

func newStage(h *house, s *mailserver.Server) *stage {
	st := &stage{cast: newCast(), desk: h, programs: map[string]*mailProgram{}, inbox: map[string][]received{}}
	for _, p := range st.people() {
		st.programs[p.address] = newMailProgram(p, s)
	}
	return st
}

// step is one step of the story: a mail, and what is claimed to follow.
type step struct {
	title string
	// says is what is shown of the mail.
	says string
	// write makes the mail of an account's owner.
	by     person
	write  func(*stage) (letter, error)
	claims []claim
}

// claim is a plain sentence that is checked. "{ticket}" in it stands for the
// ticket's number, "{status}" for the name of the status, and "{event}" for the
// words of the event.
type claim struct {
	text   string
	status ticketing.Status
	event  string
	quiet  bool // told only when it does not hold
	// about is whose new mails it accounts for, by address.
	about []string
	// found says what is the case instead, "" when the claim holds.
	found func(happened) string
}

// happened is what a mail has brought about.
type happened struct {
	ticket  ticketing.Ticket
	outcome ticketing.PriorMail
	entries []ticketing.Entry     // new ones
	inbox   map[string][]received // new mails by address
	texts   *catalogue.Catalogue
}

// play plays the steps, tells them, and gives the number of those that did not
// hold. It ends with an error when a step cannot be played at all.
func (s *stage) play(ctx context.Context, tell *teller, steps []step) (failed int, err error) {
	for i, st := range steps {
		tell.step(i+1, st)
		h, err := s.perform(ctx, st)
		if err != nil {
			return failed, fmt.Errorf("step %d: %w", i+1, err)
		}
		held := true
		for _, c := range append(st.claims, nothingElse(st.claims, s.people())) {
			found := c.found(h)
			held = held && found == ""
			if found != "" || !c.quiet {
				tell.claim(c, h, found)
			}
		}
		if !held {
			failed++
		}
	}
	return failed, nil
}

// perform sends a step's mail, waits until all has followed, and looks.
func (s *stage) perform(ctx context.Context, st step) (happened, error) {
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	l, err := st.write(s)
	if err != nil {
		return happened{}, err
	}
	id, err := s.programs[st.by.address].send(ctx, l)
	if err != nil {
		return happened{}, err
	}
	h := happened{inbox: map[string][]received{}, texts: s.desk.composer.Texts}
	if h.outcome, err = s.settled(ctx, id); err != nil {
		return happened{}, err
	}
	if h.outcome.TicketID == 0 {
		return happened{}, fmt.Errorf("the mail came to no ticket; it is %s", h.outcome.State)
	}
	if err := s.delivered(ctx, h.outcome.TicketID); err != nil {
		return happened{}, err
	}
	if err := s.look(ctx, &h); err != nil {
		return happened{}, err
	}
	return h, nil
}

// settled waits until the desk has decided about a mail.
func (s *stage) settled(ctx context.Context, id string) (m ticketing.PriorMail, err error) {
	err = waitUntil(ctx, "the desk to take the mail", func() (bool, error) {
		var all []ticketing.PriorMail
		err := s.desk.store.View(ctx, func(r ticketing.Reader) (err error) {
			all, err = r.MailsWithMessageID(ticketing.FoldMessageID(id))
			return err
		})
		if len(all) > 0 {
			m = all[0]
		}
		return len(all) > 0, err
	})
	return m, err
}

// delivered waits until no mail about a ticket is owed any more.
func (s *stage) delivered(ctx context.Context, ticketID int64) error {
	return waitUntil(ctx, "the desk to send its mails", func() (bool, error) {
		rows, err := s.desk.store.OutboxRows(ctx, storage.OutboxFilter{TicketID: ticketID, Limit: 1000})
		for _, r := range rows {
			switch r.State {
			case ticketing.OutboxSent:
			case ticketing.OutboxQueued, ticketing.OutboxSending:
				return false, err
			default:
				return false, fmt.Errorf("the mail to %s is %s: %s", r.Recipient, r.State, r.LastError)
			}
		}
		return true, err
	})
}

// look reads the ticket, and everybody's new mail.
func (s *stage) look(ctx context.Context, h *happened) error {
	for _, p := range s.people() {
		fresh, err := s.programs[p.address].read(ctx)
		if err != nil {
			return err
		}
		h.inbox[p.address] = fresh
	}
	err := s.desk.store.View(ctx, func(r ticketing.Reader) (err error) {
		if h.ticket, err = r.Ticket(h.outcome.TicketID); err != nil {
			return err
		}
		if h.entries, err = r.Entries(h.ticket.ID); err != nil {
			return err
		}
		return h.nameKinds(r)
	})
	if err != nil {
		return err
	}
	if h.ticket.ID == s.ticket {
		h.entries, s.entries = h.entries[s.entries:], len(h.entries)
	} else {
		s.ticket, s.entries = h.ticket.ID, len(h.entries)
	}
	for address, fresh := range h.inbox {
		s.inbox[address] = append(s.inbox[address], fresh...)
	}
	return nil
}

// nameKinds finds out why the desk wrote each of the new mails.
func (h *happened) nameKinds(r ticketing.Reader) error {
	for _, fresh := range h.inbox {
		for i, m := range fresh {
			row, err := r.Outgoing(m.MessageID)
			if errors.Is(err, ticketing.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			fresh[i].Kind = row.Kind
		}
	}
	return nil
}

// last is the newest mail of a kind that somebody has got.
func (s *stage) last(p person, kind ticketing.LetterKind) (*received, error) {
	for _, m := range slices.Backward(s.inbox[p.address]) {
		if m.Kind == kind {
			return &m, nil
		}
	}
	return nil, fmt.Errorf("%s has not got %s to go on from", p.name, letterName(kind))
}

// waitUntil asks again and again until it is so, at most as long as ctx.
func waitUntil(ctx context.Context, what string, so func() (bool, error)) error {
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		ok, err := so()
		if ctx.Err() != nil {
			return fmt.Errorf("waited in vain for %s: %w", what, ctx.Err())
		}
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-again.C:
		}
	}
}
