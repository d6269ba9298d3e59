package ticketing

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// What is kept in the EventArgs of an entry that holds the words of a mail that
// an agent passed on.
const (
	forwardState  = "forward"        // one of the states below
	forwarder     = "forwarded_by"   // the agent, as "Name <address>"
	forwardedFrom = "forwarded_from" // whom that mail names as its sender, where the entry has another
	forwardedID   = "forwarded_id"   // the Message-ID of that mail, where the entry has another
	forwardedIn   = "language"       // what it is written in
	writtenAt     = "written_at"     // the date that mail bears
)

// How far a mail that an agent passed on has become a customer's request.
const (
	forwardTaken    = "customer" // the ticket is its author's
	forwardProposed = "proposed" // the agent's; its author is proposed
	forwardUnknown  = "unknown"  // the agent's; whose words it holds cannot be said
)

// passesOn reports whether a mail passes another one on, be it that nothing of
// that can be read.
func passesOn(m Message) bool { return len(m.Forwarded) > 0 || IsForward(m.Subject) }

// wordsAround are an agent's own words in a mail that may pass another one on:
// those that may hold commands.
func wordsAround(m Message) string {
	if len(m.Forwarded) > 0 {
		return strings.TrimSpace(m.Forwarded[0].Above)
	}
	return ownWords(m)
}

// passedOn is what an agent's mail passes on, and whom it may be from.
type passedOn struct {
	// mails are those of the customer, oldest first; empty if it cannot be said
	// which those are.
	mails []Forwarded
	// customer is whom the ticket is for; without an address nobody is.
	customer Address
	// proposed may be the customer: an agent has to say so.
	proposed []Address
	// unclear is why there is no customer: a catalogue key below "forward.".
	unclear string
}

// passedOnBy sorts what a mail passes on. An attached mail is whole, with the
// ids by which its author's answers are recognised: its From is the customer. A
// block in a text is what anybody can type, and programs leave the address out:
// its From is proposed. named is the customer that the agent names, if he does.
func passedOnBy(m Message, named Address, s Situation) passedOn {
	p := passedOn{unclear: "unread"}
	var from []Address
	for _, f := range m.Forwarded {
		p.unclear = "block"
		switch address := NormalizeAddress(f.From.Address); {
		case address == "":
			p.unclear = "no_from"
		case !s.canBeCustomer(address):
			p.unclear = "not_a_customer"
		case !slices.ContainsFunc(from, func(a Address) bool { return a.Address == address }):
			from = append(from, Address{Name: f.From.Name, Address: address})
		}
	}
	p.proposed = from[:min(len(from), maxProposedCustomers)]
	attached := len(m.Forwarded) > 0 && m.Forwarded[0].Part != ""
	switch {
	case named.Address != "":
		p.customer = named
	case len(from) > 1:
		p.unclear = "several"
	case len(from) == 1 && attached && !slices.ContainsFunc(m.Forwarded, func(f Forwarded) bool { return f.Unattended }):
		p.customer = from[0]
	case len(from) == 1 && attached:
		p.unclear = "unattended"
	}
	p.choose(m, from)
	return p
}

// maxProposedCustomers bounds whom an agent is asked about.
const maxProposedCustomers = 5

// choose takes the mails of the customer, or of the one who may be him.
func (p *passedOn) choose(m Message, from []Address) {
	who := p.customer
	if who.Address == "" && len(from) == 1 {
		who = from[0]
	}
	for _, f := range m.Forwarded {
		if who.Address != "" && NormalizeAddress(f.From.Address) == who.Address {
			p.mails = append(p.mails, f)
		}
	}
	if len(p.mails) == 0 && len(m.Forwarded) == 1 && (len(from) == 1 || p.unclear == "no_from") {
		p.mails = m.Forwarded // under a name alone, or an address that the agent knows better
	}
	slices.SortStableFunc(p.mails, func(a, b Forwarded) int { return a.Date.Compare(b.Date) })
	if p.customer.Name == "" && len(p.mails) > 0 {
		if f := p.mails[0].From; f.Address == "" || NormalizeAddress(f.Address) == p.customer.Address {
			p.customer.Name = f.Name
		}
	}
}

// canBeCustomer reports whether a ticket may be made somebody's because his
// address stands in a mail that is passed on.
func (s Situation) canBeCustomer(address string) bool {
	_, agent := s.agent(address)
	return looksLikeAddress(address) && !s.Settings.Own(address) && readByPeople(address) && !agent && address != s.People.Sender.Address
}

// text is what the customer wrote. Of several mails each stands under its date.
func (p passedOn) text() (text, full string) {
	var texts, fulls []string
	for _, f := range p.mails {
		text, full := f.firstText(), f.Text
		if len(p.mails) > 1 && !f.Date.IsZero() {
			text, full = "["+moment(f.Date)+"]\n"+text, "["+moment(f.Date)+"]\n"+full
		}
		texts, fulls = append(texts, text), append(fulls, full)
	}
	return strings.Join(texts, "\n\n"), strings.Join(fulls, "\n\n")
}

// firstText is as [firstText] of a mail.
func (f Forwarded) firstText() string { return firstText(Message{Text: f.Text, Reply: f.Reply}) }

// ids are those by which answers to the mails may be recognised. The ids that
// an attached mail refers to are of the same conversation; where they are used
// to claim somebody else's, he stays a stranger on the ticket.
func (p passedOn) ids(m Message) []string {
	var ids []string
	add := func(all ...string) {
		for _, id := range all {
			if id = FoldMessageID(id); id != "" && len(ids) < maxForwardedIDs && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	for _, f := range p.mails {
		add(f.MessageID)
	}
	for _, f := range p.mails {
		if f.Part == "" { // programs refer to the mail that they pass on
			add(m.InReplyTo...)
			add(m.References...)
		}
		add(f.References...)
	}
	return ids
}

// maxForwardedIDs bounds the ids kept of mails that are passed on.
const maxForwardedIDs = 50

// messageID is that of the first of the mails, as far as it is known.
func (p passedOn) messageID(m Message) string {
	switch {
	case len(p.mails) == 0:
	case p.mails[0].Part != "":
		return p.mails[0].MessageID
	case len(m.InReplyTo) == 1:
		return m.InReplyTo[0]
	case len(m.References) > 0:
		return m.References[len(m.References)-1]
	}
	return ""
}

// files are those of the mails, and those that the agent's mail has beside them.
func (p passedOn) files(m Message) (theirs, others []Attachment) {
	taken := map[string]bool{}
	for _, f := range p.mails {
		if f.Part == "" {
			return m.Attachments, nil
		}
		taken[f.Part] = true
		theirs = append(theirs, f.Attachments...)
	}
	for _, a := range m.Attachments {
		inside := slices.ContainsFunc(theirs, func(t Attachment) bool { return t.Part == a.Part })
		if !taken[a.Part] && !inside {
			others = append(others, a)
		}
	}
	return theirs, others
}

// named are the people in To and Cc of the mails: whoever wrote those wanted
// them to know, which proves nothing.
func (p passedOn) named(there []Participant, s Situation) []Address {
	m := Message{From: []Address{p.customer}}
	for _, f := range p.mails {
		m.To, m.Cc = append(m.To, f.To...), append(m.Cc, f.Cc...)
	}
	return copiedPeople(m, there, s, false).proposed
}

// gatherForwarded finds the tickets that mails belong to which an agent passes
// on, where nothing else in his mail names one: by their own ids, those that they
// refer to, and our reply addresses among those they were written to.
func (d *Desk) gatherForwarded(r Reader, m Message, c *Candidates) error {
	if !c.Sender.Agent || m.Verdict.Result != Pass || len(c.Tokens)+len(c.IDs)+len(c.Tags) > 0 {
		return nil
	}
	for _, f := range m.Forwarded {
		id, err := d.ticketOfForwarded(r, f)
		if err != nil {
			return err
		}
		if id != 0 && !slices.Contains(c.Forwarded, id) {
			c.Forwarded = append(c.Forwarded, id)
		}
	}
	return nil
}

func (d *Desk) ticketOfForwarded(r Reader, f Forwarded) (int64, error) {
	for _, a := range append(slices.Clone(f.To), f.Cc...) {
		t, ok := ParseReplyAddress(d.Settings.ReplyForm, a.Address)
		if !ok {
			continue
		}
		switch p, err := r.Participant(t.ParticipantID); {
		case errors.Is(err, ErrNotFound):
		case err != nil:
			return 0, err
		case d.Keys.VerifyToken(t, p):
			return p.TicketID, nil
		}
	}
	var unsigned []string
	for _, id := range append([]string{f.MessageID}, f.References...) {
		own, ok := d.Keys.VerifyID(id)
		switch {
		case id == "":
		case !ok && len(unsigned) < maxForwardedIDs:
			unsigned = append(unsigned, FoldMessageID(id))
		case ok && own.TicketID != 0:
			return own.TicketID, nil
		case ok:
			if id, err := r.EntryTicket(own.EntryID); !errors.Is(err, ErrNotFound) {
				return id, err
			}
		}
	}
	if len(unsigned) == 0 {
		return 0, nil
	}
	stored, err := r.FindMessageIDs(unsigned)
	if err != nil || len(stored) == 0 {
		return 0, err
	}
	return stored[0].TicketID, nil
}

// written is a date for people, "" if there is none.
func written(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return moment(at)
}
