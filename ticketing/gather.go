package ticketing

import (
	"errors"
	"slices"
	"strings"
	"time"
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
	for _, step := range []func(Reader, Message, *Candidates) error{d.gatherCopies, d.gatherTokens, d.gatherIDs, d.gatherTags} {
		if err := step(r, m, &c); err != nil {
			return c, err
		}
	}
	return c, d.gatherTickets(r, &c)
}

// gatherCopies looks for the mail itself: an earlier copy of it, or our own
// mail that came back.
func (d *Desk) gatherCopies(r Reader, m Message, c *Candidates) error {
	if m.MessageID == "" {
		prior, err := r.MailsWithRaw(m.RawSHA256)
		if err == nil && len(prior) > 0 {
			c.Prior = &prior[0]
		}
		return err
	}
	c.OwnCopy = d.Keys.wrote(m)
	prior, err := r.MailsWithMessageID(FoldMessageID(m.MessageID))
	if err != nil {
		return err
	}
	for _, p := range prior {
		same := p.BodyDigest == m.BodyDigest
		if !same && p.From == senderOf(m).Address && p.EntryID != 0 {
			if same, err = isVariant(r, m, p); err != nil {
				return err
			}
		}
		if same && p.MailID != m.MailID {
			c.Prior = &p
			return nil
		}
	}
	return nil
}

// isVariant reports whether the mail is an earlier one as a mailing list or a
// gateway changed it, by a footer or the like: the same sender and id, and one
// text holds the other. An id alone is nothing: ids are reused, and an
// attacker may use one before its owner does.
func isVariant(r Reader, m Message, p PriorMail) (bool, error) {
	e, err := r.Entry(p.EntryID)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil || len(m.Attachments) > len(e.Attachments) {
		return false, err
	}
	earlier, now := flatten(e.FullText), flatten(m.Text)
	if len(now) == 0 || len(earlier)*2 < len(now) {
		return false, nil
	}
	return strings.Contains(earlier, now) || strings.Contains(now, earlier), nil
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
		hit := IDHit{Signed: true, TicketID: own.TicketID, EntryID: own.EntryID, Field: fields[id],
			ParticipantID: own.ParticipantID, Letter: own.Letter}
		if own.EntryID != 0 {
			e, err := r.Entry(own.EntryID)
			if errors.Is(err, ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			hit.TicketID = e.TicketID
		}
		c.IDs = append(c.IDs, hit)
	}
	if len(unsigned) == 0 || len(c.IDs) > 0 {
		return nil
	}
	stored, err := r.FindMessageIDs(unsigned)
	for _, s := range stored {
		c.IDs = append(c.IDs, IDHit{TicketID: s.TicketID, EntryID: s.EntryID, Field: fields[s.MessageID]})
	}
	return err
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
	ids = append(ids, c.Tags...)
	for _, id := range ids {
		merged := false
		for range maxMergeSteps + 1 {
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
			if merged {
				if c.Participants[id], err = r.Participants(id); err != nil {
					return err
				}
			}
			id, merged = t.MergedInto, true
		}
	}
	return nil
}

// situation reads the people of the ticket, and the counts that limit what
// mail may cause.
func (d *Desk) situation(r Reader, m Message, l Link, c Candidates) (Situation, error) {
	s := Situation{Now: d.Now(), Settings: d.Settings, People: People{Sender: c.Sender}}
	if c.Prior != nil {
		return s, nil
	}
	if m.Kind == Bounce {
		return s, d.bounced(r, m, c, &s)
	}
	for _, hit := range c.IDs {
		if hit.Letter == string(LetterHeld) && s.AnswersHeld == 0 {
			s.AnswersHeld, s.AnswersHeldTo = hit.EntryID, hit.ParticipantID
		}
	}
	var err error
	if l.Ticket.ID != 0 {
		if err = d.peopleOf(r, l.Ticket, m, &s); err != nil {
			return s, err
		}
	}
	box := homeMailbox(m, d.Settings)
	if l.Ticket.ID != 0 {
		box, _ = d.Settings.Mailbox(l.Ticket.MailboxID)
	}
	if s.Agents, err = agentsOf(r, box); err != nil {
		return s, err
	}
	if c.Sender.ID == 0 {
		return s, nil // never seen: no counts
	}
	return s, d.counts(r, m, l, &s)
}

func (d *Desk) peopleOf(r Reader, t Ticket, m Message, s *Situation) error {
	var err error
	if s.People.Participants, err = r.Participants(t.ID); err != nil {
		return err
	}
	org, err := r.OrganisationByDomain(DomainOf(senderOf(m).Address))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err == nil && (org.ID == t.OrganisationID || slices.Contains(org.Domains, DomainOf(requesterOf(s.People.Participants)))) {
		s.People.Colleague, s.People.OrganisationDomains = true, org.Domains
	}
	return err
}

// requesterOf is the address of the ticket's requester.
func requesterOf(people []Participant) string {
	for _, p := range people {
		if p.Role == Requester {
			return p.Address
		}
	}
	return ""
}

// counts reads how often the sender wrote and was written to lately.
func (d *Desk) counts(r Reader, m Message, l Link, s *Situation) error {
	from, now := senderOf(m).Address, s.Now
	var err error
	if s.MailsLastHour, err = r.CountMailsFrom(from, now.Add(-time.Hour)); err != nil {
		return err
	}
	if s.Suppressed, err = r.Suppressed(from); err != nil {
		return err
	}
	if l.Ticket.ID == 0 {
		if s.AcksLastHour, err = r.CountAcksTo(from, now.Add(-time.Hour)); err != nil {
			return err
		}
		s.AcksLastDay, err = r.CountAcksTo(from, now.Add(-24*time.Hour))
		return err
	}
	if l.Ticket.Status == Solved {
		s.ReopensLastDay, err = r.CountEvents(l.Ticket.ID, "reopened", now.Add(-24*time.Hour))
	}
	return err
}

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
	box, _ := d.Settings.Mailbox(s.BouncedTicket.MailboxID)
	s.Agents, err = agentsOf(r, box)
	return err
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

// guessWithin is how long ago a mail may have gone out that a report without
// our id is taken to be about (mail-rules §4).
const guessWithin = 5 * 24 * time.Hour

// lastTo finds the mail that went to an address lately: the newest that
// matches, or, without a condition, the only one.
func (d *Desk) lastTo(r Reader, address string, matches func(OutboxMail) bool) (*OutboxMail, error) {
	sent, err := r.OutgoingTo(address, d.Now().Add(-guessWithin))
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

// agentsOf lists the active agents who work in a mailbox.
func agentsOf(r Reader, box Mailbox) ([]Person, error) {
	agents, err := r.Agents()
	if err != nil || len(box.Agents) == 0 {
		return agents, err
	}
	return slices.DeleteFunc(agents, func(p Person) bool { return !slices.Contains(box.Agents, p.Address) }), nil
}
