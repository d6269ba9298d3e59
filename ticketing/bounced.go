package ticketing

import (
	"errors"
	"slices"
	"strings"
)

// bounced finds our mail that a delivery report is about: by an id or an
// envelope sender that we signed, since anybody can write a report. Without
// either, one mail that went to the failed recipient lately is a guess that
// agents are shown and nothing else.
func (d *Desk) bounced(r Reader, m Message, c Candidates, s *Situation) error {
	out, err := d.bouncedByID(r, m)
	if err == nil && out == nil && c.BounceTo != nil {
		out, err = d.lastTo(r, c.BounceTo.Address, func(o OutboxMail) bool { return o.ParticipantID == c.BounceTo.ID })
	}
	if err == nil && out == nil && m.Bounce != nil && len(m.Bounce.Recipients) == 1 {
		out, err = d.lastTo(r, NormalizeAddress(m.Bounce.Recipients[0].Address), nil)
		s.BounceGuessed = out != nil
	}
	if err != nil || out == nil {
		return err
	}
	s.Bounced = out
	if s.BouncedTicket, err = r.Ticket(out.TicketID); err != nil {
		return err
	}
	if s.BounceTold, err = bounceTold(r, out); err != nil {
		return err
	}
	box, _ := d.Settings.Mailbox(s.BouncedTicket.MailboxID)
	s.Agents, err = agentsOf(r, box)
	return err
}

// bounceTold lists what the ticket says already of a mail's delivery. Reports
// are rare, and tickets with one rarer, so that all entries are read only then.
func bounceTold(r Reader, out *OutboxMail) ([]string, error) {
	var told []string
	for _, name := range []string{"delayed", "probably_undelivered", "undelivered"} {
		n, err := r.CountEvents(out.TicketID, name, asProved(Fail), out.CreatedAt)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			told = append(told, name)
		}
	}
	if len(told) == 0 {
		return nil, nil
	}
	entries, err := r.Entries(out.TicketID)
	return slices.DeleteFunc(told, func(name string) bool {
		return !slices.ContainsFunc(entries, func(e Entry) bool {
			return e.Event == name && e.EventArgs["recipient"] == out.Recipient && !e.At.Before(out.CreatedAt)
		})
	}), err
}

// envelopeID is the Message-ID that a report's Original-Envelope-Id stands
// for: we send the part before the @ (RFC 3461 §4.4).
func (d *Desk) envelopeID(m Message) string {
	id := strings.Trim(m.Bounce.OriginalEnvelope, "<>")
	if id != "" && !strings.Contains(id, "@") {
		id += "@" + DomainOf(m.Mailbox.Address)
	}
	return "<" + id + ">"
}

func (d *Desk) bouncedByID(r Reader, m Message) (*OutboxMail, error) {
	ids := slices.Clone(m.EmbeddedIDs)
	if m.Bounce != nil {
		ids = append([]string{m.Bounce.OriginalMessageID, d.envelopeID(m)}, ids...)
	}
	for _, id := range ids {
		if _, ours := d.Keys.VerifyID(id); !ours {
			continue
		}
		out, err := r.Outgoing(FoldMessageID(id))
		if errors.Is(err, ErrNotFound) {
			continue
		}
		return &out, err
	}
	return nil, nil
}

// lastTo finds the mail that went to an address lately: the newest that
// matches, or, without a condition, the only one.
func (d *Desk) lastTo(r Reader, address string, matches func(OutboxMail) bool) (*OutboxMail, error) {
	sent, err := r.OutgoingTo(address, d.Now().Add(-d.Settings.guessWithin()))
	if err != nil {
		return nil, err
	}
	if matches == nil {
		if len(sent) == 1 {
			return &sent[0], nil
		}
		return nil, nil
	}
	for _, o := range sent {
		if matches(o) {
			return &o, nil
		}
	}
	return nil, nil
}
