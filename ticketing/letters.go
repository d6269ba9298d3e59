package ticketing

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// letters puts every mail owed into its final bytes and queues it. A letter
// goes to an address on the ticket or to an agent, never to one of our own.
func (a *applying) letters() error {
	owed, err := a.withoutStopped(a.change.Letters)
	if err != nil {
		return err
	}
	for _, to := range owed {
		if a.t.ID == 0 {
			if err := a.personal(to); err != nil {
				return fmt.Errorf("write the %s to %s: %w", to.Kind, to.Address, err)
			}
			continue
		}
		p, ok, err := a.recipient(to)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if to.Limited {
			if ok, err = a.withinAckLimits(p); err != nil {
				return err
			}
			if !ok {
				continue
			}
		}
		about := a.anchor
		if to.About != nil {
			about = *to.About
		}
		if to.Kind == LetterReply || to.Kind == LetterCopy {
			if about, ok, err = a.toCustomer(p); err != nil {
				return fmt.Errorf("look up what %s may see of entry %d: %w", p.Address, a.anchor.ID, err)
			}
			if !ok {
				continue
			}
		}
		if err := a.write(to, p, about); err != nil {
			return fmt.Errorf("write the %s to %s: %w", to.Kind, p.Address, err)
		}
	}
	return nil
}

// recipient finds the place on the ticket of whom a letter goes to. Agents
// get one when they are first written to. ok is false for nobody who may be
// written to.
func (a *applying) recipient(to LetterTo) (Participant, bool, error) {
	if to.Address == UnknownSender || a.desk.Settings.Own(to.Address) {
		return Participant{}, false, nil
	}
	for _, p := range a.people {
		if p.Active() && p.Address == to.Address && (p.Role == Agent) == to.Kind.ToAgents() {
			return p, true, nil
		}
	}
	if !to.Kind.ToAgents() {
		return Participant{}, false, nil
	}
	agent, err := a.tx.PersonByAddress(to.Address)
	if errors.Is(err, ErrNotFound) || (err == nil && !agent.Agent) {
		return Participant{}, false, nil
	}
	if err != nil {
		return Participant{}, false, err
	}
	p, err := a.place(agent, Address{Name: agent.Name, Address: agent.Address}, Agent, "", 0)
	return p, err == nil, err
}

// withoutStopped leaves out the letters to addresses to which automatic mail has
// been stopped. What an agent alone was to hear of a ticket goes to the others of
// the mailbox instead: the ticket may be his, and he cannot be reached.
func (a *applying) withoutStopped(owed []LetterTo) ([]LetterTo, error) {
	var out, stopped []LetterTo
	told := map[LetterKind]bool{} // somebody who is there
	for _, to := range owed {
		is, err := a.suppressed(to)
		switch {
		case err != nil:
			return nil, fmt.Errorf("ask whether mail to %s has been stopped: %w", to.Address, err)
		case is:
			stopped = append(stopped, to)
		default:
			out = append(out, to)
			told[to.Kind] = told[to.Kind] || !to.Away
		}
	}
	for _, kind := range []LetterKind{LetterNotification, LetterNote, LetterHeld} {
		lost := ofKind(kind, stopped)
		if len(lost) == 0 || told[kind] {
			continue
		}
		others, err := a.insteadOf(lost[0], out)
		if err != nil {
			return nil, err
		}
		if len(others)+len(ofKind(kind, out)) == 0 && kind != LetterNote && a.anchor.Author.Role != Agent {
			// Anybody may have written the report for which mail to them was
			// stopped: rather a mail that comes back than a customer unheard.
			others = lost
		}
		out = append(out, others...)
	}
	return out, nil
}

func ofKind(kind LetterKind, all []LetterTo) []LetterTo {
	return slices.DeleteFunc(slices.Clone(all), func(to LetterTo) bool { return to.Kind != kind })
}

// insteadOf are the letters to the agents of the mailbox who can be reached, did
// not write what they are told of, and are not told already.
func (a *applying) insteadOf(to LetterTo, told []LetterTo) ([]LetterTo, error) {
	box, _ := a.desk.Settings.Mailbox(a.t.MailboxID)
	agents, err := agentsOf(a.tx, box)
	if err != nil {
		return nil, err
	}
	var others []LetterTo
	for _, p := range agents {
		to.Address = p.Address
		stopped, err := a.suppressed(to)
		if err != nil {
			return nil, err
		}
		wrote := p.Address == a.anchor.Author.Address && a.anchor.Verdict.Result == Pass
		knows := slices.ContainsFunc(told, func(t LetterTo) bool { return t.Kind == to.Kind && t.Address == p.Address })
		if !stopped && !wrote && !knows {
			others = append(others, to)
		}
	}
	return others, nil
}

// suppressed reports whether automatic mail to the address has been stopped.
// What people write is tried all the same, and who has just proved that the
// address is in use is answered.
func (a *applying) suppressed(to LetterTo) (bool, error) {
	if !to.Kind.Automatic() || to.Address == a.change.Unsuppress {
		return false, nil
	}
	return a.tx.Suppressed(to.Address)
}

// withinAckLimits reports whether one more acknowledgement may go to somebody.
func (a *applying) withinAckLimits(p Participant) (bool, error) {
	now, limits := a.desk.Now(), a.desk.Settings.Limits
	hour, err := a.tx.CountAcksTo(p.Address, now.Add(-time.Hour))
	if err != nil {
		return false, err
	}
	day, err := a.tx.CountAcksTo(p.Address, now.Add(-24*time.Hour))
	return hour < limits.AcksPerHour && day < limits.AcksPerDay, err
}

// write owes a letter about an entry, as the recipient may see that.
func (a *applying) write(to LetterTo, p Participant, about Entry) error {
	letter, err := a.letter(to, p, about)
	if err != nil {
		return err
	}
	due, err := a.due(to.Kind, letter.Date)
	if err != nil {
		return err
	}
	err = owe(a.tx, a.desk.Composer, letter, OutboxMail{
		TicketID: a.t.ID, EntryID: a.anchor.ID, ParticipantID: p.ID, MailboxID: letter.Mailbox.ID,
		Kind: to.Kind, Recipient: p.Address, EnvelopeFrom: letter.EnvelopeFrom,
		MessageID: letter.MessageID, State: OutboxQueued,
		DueAt: due, CreatedAt: letter.Date,
	})
	if err != nil {
		return err
	}
	a.queued++
	if to.Kind == LetterReply && !p.Reached {
		p.Reached = true
		a.remember(p)
		return a.tx.UpdateParticipant(p)
	}
	return nil
}

// due is when a letter may go out: at once, but for what nobody typed while the
// breaker holds it back.
func (a *applying) due(kind LetterKind, now time.Time) (time.Time, error) {
	if !kind.Automatic() || kind.Tells() {
		return now, nil
	}
	from, err := a.tx.AutomaticFrom()
	if from.Before(now) {
		from = now
	}
	return from, err
}

func (a *applying) remember(p Participant) {
	for i, q := range a.people {
		if q.ID == p.ID {
			a.people[i] = p
		}
	}
}

// letter gathers what a letter tells and how it is addressed.
func (a *applying) letter(to LetterTo, p Participant, about Entry) (Letter, error) {
	d := a.desk
	box, err := d.Settings.home(a.t)
	if err != nil {
		return Letter{}, err
	}
	replyTo, err := d.Keys.ReplyAddress(d.Settings.ReplyForm, box, to.Token, p)
	if err != nil {
		return Letter{}, err
	}
	reversePath, err := a.reversePath(to.Kind, box, p)
	if err != nil {
		return Letter{}, err
	}
	domain := DomainOf(box.Address)
	l := Letter{
		Kind: to.Kind, Mailbox: box, Participant: p, Language: language(p, box),
		From: a.sender(to.Kind, box, about.Author), ReplyTo: replyTo, EnvelopeFrom: reversePath,
		MessageID:   d.Keys.MailID(a.numbered(to.Kind, p), a.anchor.ID, p.ID, domain),
		ThreadIndex: a.t.ThreadIndex, Instance: d.Settings.Instance,
		Subject: TaggedSubject(d.Settings.TagPrefix, a.t), SubjectTag: SubjectTag(d.Settings.TagPrefix, a.t.ID),
		Ticket: a.t, Entry: about, Events: a.events, NewDomains: to.NewDomains, Proposed: to.Proposed,
		Notice: to.Notice, Args: to.Args, Offers: to.Offers, Customers: to.Customers, Internal: to.Token == TokenAgentNote, QuoteSubject: to.QuoteSubject, Date: d.Now(),
	}
	l.Targets, l.Zone = d.Settings.Targets(a.t, l.Date), d.Settings.sla(a.t).Calendar.Zone
	if !to.Kind.ToAgents() {
		l.Events = eventsForCustomers(a.events)
	}
	if to.Kind == LetterUpdate {
		l.Entry = Entry{} // what it goes with is a note, if anything
	}
	if p.Role == Cc {
		if l.Unfollow, err = d.Keys.ReplyAddress(d.Settings.ReplyForm, box, TokenUnfollow, p); err != nil {
			return Letter{}, err
		}
	}
	l.References, l.InReplyTo = a.references(to.Kind, domain)
	if new := a.change.Ticket; to.Kind == LetterReply && new != nil && new.ID == 0 {
		l.First, l.InReplyTo = true, ""
	}
	if to.Kind == LetterNotification {
		l.Beside = a.change.Aside
	}
	if to.Kind == LetterReminder {
		l.SolveOn = a.t.Chase.SolveAt.In(box.Calendar.zone())
		if l.Asked, err = a.asked(p); err != nil {
			return Letter{}, err
		}
	}
	if d.Settings.PortalURL != "" {
		l.Link = d.Settings.PortalURL + "/requests/" + strconv.FormatInt(a.t.ID, 10)
	}
	l.AnswerLink = d.answerLink(to.Kind, p, l.Date)
	for _, q := range a.people {
		who := Address{Name: q.Name, Address: q.Address}
		switch {
		case !q.Active():
		case q.Role == Requester:
			l.Requester = who
		case q.Role == Cc:
			l.Ccs = append(l.Ccs, who)
		case q.PersonID == a.t.AssigneeID:
			l.Assignee, l.AssigneeAway = who, a.change.AssigneeAway
		}
	}
	return l, nil
}

// numbered tells several notices about one entry to one person apart, whose
// Message-IDs would be one otherwise.
func (a *applying) numbered(kind LetterKind, p Participant) LetterKind {
	if a.notices == nil {
		a.notices = map[int64]int{}
	}
	if kind != LetterNotice {
		return kind
	}
	a.notices[p.ID]++
	if n := a.notices[p.ID]; n > 1 {
		return kind + LetterKind(strconv.Itoa(n))
	}
	return kind
}

// references chain the letter to the ticket: first the signed root id, which
// every mail of the ticket carries, then the ids of its public mails, which the
// recipient's mail program knows. An answer replies to the customer's mail, not
// to the agent's, which the customer never got.
func (a *applying) references(kind LetterKind, domain string) (references []string, inReplyTo string) {
	references = append([]string{a.desk.Keys.RootID(a.t.ID, domain)}, a.t.ThreadIDs...)
	if id := a.anchor.MessageID; id != "" && kind != LetterReply && kind != LetterUpdate {
		if i := slices.Index(references, id); i > 0 {
			references = slices.Delete(references, i, i+1)
		}
		return append(references, id), id
	}
	for _, id := range slices.Backward(references) {
		if id != a.anchor.MessageID {
			return references, id
		}
	}
	return references, references[0]
}

// sender is the name a letter shows beside the mailbox's address.
func (a *applying) sender(kind LetterKind, box Mailbox, e Author) Address {
	from := Address{Name: box.Name, Address: box.Address}
	switch {
	case e.Name == "":
	case kind == LetterCopy:
		// Not as an agent's name is shown: anybody can call himself so.
		from.Name = e.Name + " via " + box.Name
	case kind == LetterReply && a.desk.Settings.ShowAgentName,
		(kind == LetterNotification || kind == LetterNote) && e.Role != System:
		from.Name = e.Name + " (" + box.Name + ")"
	}
	return from
}

// reversePath is the envelope sender: that of an acknowledgement is the null
// one, so that no bounce of it is ever answered (RFC 3834 §3.3). Others come
// back to the mailbox, or to where its bounces are to go; by an address of their
// own where the relay allows it.
func (a *applying) reversePath(kind LetterKind, box Mailbox, p Participant) (string, error) {
	switch {
	case kind == LetterAck:
		return "", nil
	case box.VERP:
		return a.desk.Keys.ReplyAddress(a.desk.Settings.ReplyForm, box, TokenBounce, p)
	}
	return cmp.Or(box.EnvelopeFrom, box.Address), nil
}

func language(p Participant, box Mailbox) string {
	if p.Language != "" {
		return p.Language
	}
	return box.Language
}
