package ticketing

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"
)

// personal writes a letter that is about no ticket: a morning mail, what an agent
// is told of his answer to one, or a mail for signing in. It comes from a
// mailbox's own address.
func (a *applying) personal(to LetterTo) error {
	d := a.desk
	p, err := a.tx.PersonByAddress(to.Address)
	if errors.Is(err, ErrNotFound) || err == nil && !p.Agent && to.Kind.ToAgents() {
		return nil
	}
	if err != nil {
		return err
	}
	box, err := d.Settings.home(Ticket{MailboxID: cmp.Or(to.MailboxID, a.change.MailboxID)})
	if err != nil {
		return err
	}
	if to.Digest, err = a.answerable(to.Digest, p); err != nil {
		return err
	}
	now, who := d.Now().In(d.digestCalendar(p).zone()), Participant{PersonID: p.ID, Name: p.Name, Address: p.Address, Language: p.Language, Role: Agent}
	if to.Kind == LetterSignIn {
		// To the address asked for, which may not be his first, and without a name:
		// he may have got that from somebody else's mail.
		who = Participant{PersonID: p.ID, Address: to.Address, Language: to.SignIn.Language}
		to.SignIn.AskedAt = to.SignIn.AskedAt.In(box.Calendar.zone())
	}
	l := Letter{
		Kind: to.Kind, Mailbox: box, Participant: who, Language: language(who, box),
		From: Address{Name: box.Name, Address: box.Address}, ReplyTo: box.Address,
		EnvelopeFrom: cmp.Or(box.EnvelopeFrom, box.Address),
		MessageID:    d.Keys.PersonalID(to.Kind, p.ID, now, DomainOf(box.Address)),
		Instance:     d.Settings.Instance, Subject: to.Answers.Subject, SubjectTag: d.Settings.TagPrefix,
		Entry: Entry{Text: to.Answers.Text}, Notice: to.Notice, Args: to.Args, Digest: to.Digest, SignIn: to.SignIn, Date: now,
	}
	// Relays rewrite Message-IDs, and leave References alone: one that no mail has.
	l.References = []string{d.Keys.PersonalID(to.Kind, p.ID, now.Add(-time.Millisecond), DomainOf(box.Address))}
	if id := to.Answers.MessageID; writableID(id) {
		l.References, l.InReplyTo = append(l.References, id), id
	}
	due, err := a.due(to.Kind, now)
	if err != nil {
		return err
	}
	a.queued++
	return owe(a.tx, d.Composer, l, OutboxMail{
		MailboxID: box.ID, Kind: to.Kind, Recipient: who.Address, EnvelopeFrom: l.EnvelopeFrom,
		MessageID: l.MessageID, State: OutboxQueued, DueAt: due, CreatedAt: now,
	})
}

// answerable gives each line of a morning mail the reply address that the agent
// has on its ticket: his place there, which he gets if he had none.
func (a *applying) answerable(g Digest, p Person) (Digest, error) {
	if err := a.lock(g); err != nil {
		return g, err
	}
	var out Digest
	for _, s := range g.Sections {
		lines := make([]DigestLine, len(s.Lines))
		for i, line := range s.Lines {
			on := applying{desk: a.desk, tx: a.tx, t: line.Ticket}
			var err error
			if on.people, err = a.tx.Participants(line.Ticket.ID); err != nil {
				return g, err
			}
			place, err := on.place(p, Address{Name: p.Name, Address: p.Address}, Agent, "", 0)
			if err != nil {
				return g, err
			}
			box, err := a.desk.Settings.home(line.Ticket)
			if err != nil {
				return g, err
			}
			token := TokenAgent
			if line.Held != 0 {
				token = TokenAgentNote // what he writes of a held mail is not for customers
			}
			if line.ReplyTo, err = a.desk.Keys.ReplyAddress(a.desk.Settings.ReplyForm, box, token, place); err != nil {
				return g, err
			}
			line.Requester, line.Prefix = requesterIn(on.people), a.desk.Settings.TagPrefix
			lines[i] = line
		}
		s.Lines = lines
		out.Sections = append(out.Sections, s)
	}
	return out, nil
}

// lock keeps others from giving somebody a place on the tickets of a morning mail
// at the same moment; in order, so that two who lock do not wait for each other.
func (a *applying) lock(g Digest) error {
	var ids []int64
	for _, s := range g.Sections {
		for _, line := range s.Lines {
			ids = append(ids, line.Ticket.ID)
		}
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if _, err := a.tx.LockTicket(id); err != nil {
			return err
		}
	}
	return nil
}

// requesterIn is who asked, as he stands on the ticket.
func requesterIn(people []Participant) Address {
	for _, p := range people {
		if p.Role == Requester {
			return Address{Name: p.Name, Address: p.Address}
		}
	}
	return Address{}
}

// answersPersonal reports whether a mail answers a letter to its sender that is
// about no ticket. What a machine answers would become a request that nobody made.
func (s Situation) answersPersonal() bool {
	p := s.People.Sender
	return p.ID != 0 && p.ID == s.AnswersPersonal
}

// returnsPersonal reports whether an agent proves to have written such an answer.
// What a customer answers to a mail for signing in is a request like any other.
func returnsPersonal(m Message, l Link, s Situation) bool {
	return l.Ticket.ID == 0 && s.answersPersonal() && s.People.Sender.Agent && m.Verdict.Result == Pass
}

// decidePersonal carries out what an agent orders about himself in answer to a
// letter that is about no ticket. Anything else goes back to him: it does not say
// what it is about. What his machine answers is left alone.
func decidePersonal(m Message, a Authority, s Situation) Change {
	if isMachine(m, s) {
		return ignore(m, 0, 0, "an automatic answer to a morning mail")
	}
	if c, ok := decideOwnSettings(m, a, s); ok {
		return c
	}
	c := ignore(m, 0, 0, "an answer to a morning mail, which is about no ticket; its sender is told")
	if !quiet(m, s) && !s.maybeLoop() {
		c.Letters = []LetterTo{{
			Kind: LetterCommandError, Address: s.People.Sender.Address, MailboxID: m.Mailbox.ID, Notice: "digest_answered",
			Answers: Answered{Subject: CleanSubject(s.Settings.TagPrefix, m.Subject), MessageID: m.MessageID, Text: strings.TrimSpace(m.Reply)},
		}}
	}
	return c
}

// asked is what an agent last wrote to a customer, as he sees it.
func (a *applying) asked(p Participant) (string, error) {
	visible, err := a.tx.EntriesVisibleTo(p.ID)
	if err != nil {
		return "", err
	}
	asked := ""
	for _, e := range visible {
		if isAnswerOfAgent(e) && strings.TrimSpace(e.Text) != "" {
			asked = e.Text
		}
	}
	return asked, nil
}
