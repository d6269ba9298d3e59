package ticketing

import (
	"errors"
	"slices"
	"time"
)

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
	s.OwnEnclosed = d.ownEnclosed(m)
	s.AnswersPersonal = c.AnswersPersonal
	for _, hit := range c.IDs {
		if hit.Signed && hit.Letter != "" && s.Answers == 0 {
			s.Answers = hit.EntryID
		}
		if hit.Letter == string(LetterHeld) && s.AnswersHeld == 0 {
			s.AnswersHeld, s.AnswersHeldTo = hit.EntryID, hit.ParticipantID
		}
		if hit.Letter == letterInID(LetterCommandError) && s.Corrects == 0 {
			s.Corrects = hit.EntryID
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
	return s, d.counts(r, m, l, &s)
}

// ticketSituation is what a decision depends on that no mail brings about: the
// people of the ticket, and the agents of its mailbox.
func (d *Desk) ticketSituation(r Reader, t Ticket) (Situation, error) {
	s := Situation{Now: d.Now(), Settings: d.Settings}
	var err error
	if s.People.Participants, err = r.Participants(t.ID); err != nil {
		return s, err
	}
	box, _ := d.Settings.Mailbox(t.MailboxID)
	s.Agents, err = agentsOf(r, box)
	return s, err
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

// requesterOf is the address of the ticket's requester as of now.
func requesterOf(people []Participant) string {
	for _, p := range people {
		if p.Active() && p.Role == Requester {
			return p.Address
		}
	}
	return ""
}

// counts reads how often the sender wrote and was written to lately. The hour
// is that before the mail came, so that a backlog is no flood. Mails with
// weaker proof do not count: anybody could use up somebody's limits.
func (d *Desk) counts(r Reader, m Message, l Link, s *Situation) error {
	from, now, proof := senderOf(m).Address, s.Now, asProved(m.Verdict.Result)
	came := m.ReceivedAt
	if came.IsZero() || came.After(now) {
		came = now
	}
	var err error
	if s.MailsLastHour, err = r.CountMailsFrom(from, proof, came.Add(-time.Hour), came); err != nil {
		return err
	}
	if s.People.Sender.ID == 0 {
		return nil // never written to
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
		s.ReopensLastDay, err = r.CountEvents(l.Ticket.ID, "reopened", proof, now.Add(-24*time.Hour))
	}
	return err
}

// asProved are the verdicts at least as good as one.
func asProved(v VerdictResult) []VerdictResult {
	switch v {
	case Pass:
		return []VerdictResult{Pass}
	case Fail:
		return []VerdictResult{Pass, None, Fail}
	}
	return []VerdictResult{Pass, None}
}

// agentsOf lists the active agents who work in a mailbox.
func agentsOf(r Reader, box Mailbox) ([]Person, error) {
	agents, err := r.Agents()
	if err != nil || len(box.Agents) == 0 {
		return agents, err
	}
	return slices.DeleteFunc(agents, func(p Person) bool { return !slices.Contains(box.Agents, p.Address) }), nil
}
