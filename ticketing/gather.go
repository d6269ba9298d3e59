package ticketing

import (
	"errors"
	"slices"
)

// gather reads what the store knows of a mail's routing evidence.
func (d *Desk) gather(r Reader, m Message) (Candidates, error) {
	c := Candidates{Tickets: map[int64]Ticket{}, Participants: map[int64][]Participant{}}
	var err error
	if from := senderOf(m); from.Address != UnknownSender {
		if c.Sender, err = r.PersonByAddress(from.Address); err != nil && !errors.Is(err, ErrNotFound) {
			return c, err
		}
	}
	for _, step := range []func(Reader, Message, *Candidates) error{d.gatherCopies, d.gatherTokens, d.gatherIDs, d.gatherTags, d.gatherForwarded} {
		if err := step(r, m, &c); err != nil {
			return c, err
		}
	}
	return c, d.gatherTickets(r, &c)
}

// gatherTokens finds the valid reply addresses among all that the mail was
// sent to: those the servers noted first, then To and Cc.
func (d *Desk) gatherTokens(r Reader, m Message, c *Candidates) error {
	type named struct {
		address   string
		delivered bool
	}
	var all []named
	for _, a := range m.Delivered {
		all = append(all, named{a, true})
	}
	for _, list := range [][]Address{m.To, m.Cc} {
		for _, a := range list {
			all = append(all, named{a.Address, false})
		}
	}
	for _, n := range all {
		t, ok := ParseReplyAddress(d.Settings.ReplyForm, n.address)
		if !ok || slices.ContainsFunc(c.Tokens, func(h TokenHit) bool {
			return h.Participant.ID == t.ParticipantID && h.Kind == t.Kind
		}) {
			continue
		}
		p, err := r.Participant(t.ParticipantID)
		if errors.Is(err, ErrNotFound) || (err == nil && !d.Keys.VerifyToken(t, p)) {
			c.BadTokens++
			continue
		}
		if err != nil {
			return err
		}
		if t.Kind == TokenBounce {
			c.BounceTo = &p
			continue
		}
		c.Tokens = append(c.Tokens, TokenHit{Kind: t.Kind, Participant: p, Delivered: n.delivered})
	}
	return nil
}

// gatherIDs looks up In-Reply-To and then References from right to left.
// Signed ids come before stored ones, whatever their order.
func (d *Desk) gatherIDs(r Reader, m Message, c *Candidates) error {
	fields := map[string]string{}
	var ids []string
	add := func(id, field string) {
		id = FoldMessageID(id)
		if _, seen := fields[id]; !seen && id != "" {
			fields[id] = field
			ids = append(ids, id)
		}
	}
	for _, id := range m.InReplyTo {
		add(id, "In-Reply-To")
	}
	for _, id := range slices.Backward(m.References) {
		add(id, "References")
	}
	if len(ids) == 0 {
		return nil
	}
	var unsigned []string
	for _, id := range ids {
		own, ok := d.Keys.VerifyID(id)
		if !ok {
			unsigned = append(unsigned, id)
			continue
		}
		if own.PersonID != 0 {
			c.AnswersPersonal = own.PersonID
			continue
		}
		hit := IDHit{Signed: true, TicketID: own.TicketID, EntryID: own.EntryID, Field: fields[id],
			ParticipantID: own.ParticipantID, Letter: own.Letter}
		if own.EntryID != 0 {
			var err error
			if hit.TicketID, err = r.EntryTicket(own.EntryID); errors.Is(err, ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
		}
		c.IDs = append(c.IDs, hit)
	}
	if len(unsigned) == 0 || len(c.IDs) > 0 {
		return nil
	}
	stored, err := r.FindMessageIDs(unsigned)
	for _, s := range stored {
		if own, err := ownMatter(r, m, s, c.Sender); err != nil || !own {
			if err != nil {
				return err
			}
			continue
		}
		c.IDs = append(c.IDs, IDHit{TicketID: s.TicketID, EntryID: s.EntryID, Field: fields[s.MessageID]})
	}
	return err
}

// ownMatter reports whether a mail may come to a ticket by a stored id. To
// forward somebody's mail to the desk is not to answer it: the forwarder does
// not write to those who are on a ticket which that mail made, maybe to see
// what he says.
func ownMatter(r Reader, m Message, s StoredID, sender Person) (bool, error) {
	if !IsForward(m.Subject) || sender.Agent {
		return true, nil
	}
	e, err := r.Entry(s.EntryID)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return e.Author.Role == Agent || sender.ID != 0 && e.Author.PersonID == sender.ID, err
}

func (d *Desk) gatherTags(r Reader, m Message, c *Candidates) error {
	if len(c.Tokens) > 0 || len(c.IDs) > 0 {
		return nil
	}
	for _, id := range SubjectTags(d.Settings.TagPrefix, m.Subject) {
		t, err := r.Ticket(id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		c.Tags = append(c.Tags, t.ID)
	}
	return nil
}

// gatherTickets reads the tickets named and those that merge pointers lead to.
func (d *Desk) gatherTickets(r Reader, c *Candidates) error {
	var ids []int64
	for _, t := range c.Tokens {
		ids = append(ids, t.Participant.TicketID)
	}
	for _, h := range c.IDs {
		ids = append(ids, h.TicketID)
	}
	ids = append(append(ids, c.Tags...), c.Forwarded...)
	for _, id := range ids {
		merged := false
		for range d.Settings.mergeDepth() + 1 {
			if _, seen := c.Tickets[id]; seen || id == 0 {
				break
			}
			t, err := r.Ticket(id)
			if errors.Is(err, ErrNotFound) {
				break
			}
			if err != nil {
				return err
			}
			c.Tickets[id] = t
			if merged || t.MergedInto != 0 {
				if c.Participants[id], err = r.Participants(id); err != nil {
					return err
				}
			}
			id, merged = t.MergedInto, true
		}
	}
	return nil
}
