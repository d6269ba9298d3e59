package ticketing

import (
	"cmp"
	"fmt"
	"slices"
)

// Release lets a held entry become what it would have been had its sender been
// proved: a customer's reply opens the ticket, an agent's answer goes out to
// the customers, and what would have been a note becomes one. What a
// machine wrote stays among agents even then: a verification code must never
// reach a customer through the desk.
type Release struct {
	EntryID int64
	// AddSender gives the sender a place in Cc, with sight from this entry on.
	AddSender bool
	// AddProposed also adds the people the mail named.
	AddProposed bool
	// Trust keeps the sender's mails from being held for their number or taken
	// for automatic ones. It gives no rights on any ticket.
	Trust bool
}

func (c Release) decide(by Actor, t Ticket, s Situation) (Change, error) {
	e, err := waiting(c.EntryID, t, s)
	if err != nil {
		return Change{}, err
	}
	ch := Change{Ticket: &t, About: &e, MessageIDs: nonEmpty(e.MessageID)}
	e.Visibility = Public
	e.decided(ReviewReleased, by, s)
	e.Why += "; released by " + by.String()
	ch.Events = []Entry{s.event("released", AgentsOnly, by.Author, "", aboutReview(e, by))}
	if c.Trust {
		ch.Trust = e.Review.PersonID
	}
	switch {
	case e.Review.Then == Act:
		err = ch.releaseAnswer(&e, &t, by, s)
	case e.Review.Then == InternalNote:
		ch.releaseNote(&e, &t, Commands{}, by, s)
	case e.MailKind != Human || e.EventArgs["machine"] != "":
		e.Visibility = AgentsOnly
		ch.Update = []Entry{e}
		ch.tellOfRelease(LetterNotification, e, by, nil, s)
	default:
		ch.releaseReply(c, &e, &t, by, s)
	}
	if e.Visibility == Public {
		t.ThreadIDs = withThreadID(t.ThreadIDs, e.MessageID)
	}
	return ch, err
}

// releaseReply takes in a held mail of a customer or a stranger.
func (c *Change) releaseReply(r Release, e *Entry, t *Ticket, by Actor, s Situation) {
	var people copied
	if r.AddSender && e.Author.Role != Requester {
		people.join = append(people.join, Address{Name: e.Author.Name, Address: e.Author.Address})
	}
	if r.AddProposed {
		people.join = append(people.join, e.Review.Proposed...)
	}
	people.join = slices.DeleteFunc(people.join, func(a Address) bool { return !canJoin(a.Address, s.People.Participants, s) })
	c.join(people, by.Author, s)
	c.setStatus(t, CustomerReplied, e.Author, "", s)
	c.copyTo(s, func(p Participant) bool { return p.PersonID == e.Author.PersonID })
	c.Update = []Entry{*e}
	c.tellOfRelease(LetterNotification, *e, by, unseenDomains(people.join, e.Author.Address, s.People.Participants), s)
	if e.Review.Opened {
		c.acknowledgeReleased(*e)
	}
}

// tellOfRelease tells the agents what has been released, and by whom, in a
// letter that they can answer as they could have answered the mail. Who
// confirmed his own words knows them.
func (c *Change) tellOfRelease(kind LetterKind, e Entry, by Actor, newDomains []string, s Situation) {
	token, about, writer := TokenAgent, TopicUnassigned, ""
	switch {
	case kind == LetterNote:
		token, about = TokenAgentNote, TopicNotes
	case e.Author.Role == Agent:
		about = TopicAnswers
	}
	if e.Author.Address == by.Address {
		writer = by.Address
	}
	c.tellAgents(about, writer, LetterTo{
		Kind: kind, Token: token, NewDomains: newDomains, Notice: "released", Args: map[string]string{"by": by.String()},
	}, s)
}

// acknowledgeReleased tells the sender of a request that we have it, as he
// would have been told had it not been held.
func (c *Change) acknowledgeReleased(e Entry) {
	if !e.Review.Acknowledge {
		return
	}
	c.Letters = append(c.Letters, LetterTo{
		Kind: LetterAck, Address: e.Author.Address, Token: TokenCustomer,
		QuoteSubject: e.Verdict.Result == Pass, Limited: true,
	})
}

// releaseAnswer carries out an agent's held mail, its commands included. Its
// text goes to the customers if that is where it would have gone at once.
func (c *Change) releaseAnswer(e *Entry, t *Ticket, by Actor, s Situation) error {
	// What he ordered about himself is left out: it is for a proved mail.
	commands, text := Commands{}, ""
	_, rest, err := takeWishes(e.Text, Person{}, s)
	if err == nil {
		commands, text, err = ParseCommands(rest)
	}
	if err == nil {
		commands, text, err = s.insert(commands, text, insertion{ticket: *t, by: e.Author, seen: e.Review.Visibility})
	}
	if err == nil {
		as := s // as if the author gave them now
		as.People.Sender = Person{ID: e.Author.PersonID, Address: e.Author.Address}
		err = as.checkCommands(commands, *t)
	}
	if err == nil && (commands.Unmerge || commands.Review != "") {
		err = CommandError{Line: "#unmerge", Key: "alone"}
	}
	if err != nil {
		return refuse("its commands cannot be carried out (%v); the agent has to send it again", err)
	}
	if commands.Visibility == "" {
		commands.Visibility = e.Review.Visibility
	}
	h, s := handTo(commands, e.Author, t, s)
	if commands.Visibility == Public {
		s.Entries = slices.DeleteFunc(slices.Clone(s.Entries), func(other Entry) bool { return other.ID == e.ID })
		var reason string
		text, reason = wordsOut(text, e.Review.Files, s)
		if reason != "" && (reason != noteInAnswer || reason != e.Review.Reason) {
			return leakError{e.ID, reason}
		}
	}
	if reason := s.sentencesOut(&commands); reason != "" && (reason != noteInAnswer || reason != e.Review.Reason) {
		return leakError{e.ID, reason}
	}
	_, s = withoutRemoved(commands.Uncc, Message{}, s)
	e.tellMacros(commands)
	if said := text != "" || len(e.Attachments) > 0; !said || commands.Visibility != Public {
		e.Text = cmp.Or(text, e.Text) // commands alone stay as they were written
		c.releaseNote(e, t, commands, by, s)
		c.hand(h, e.Author, s)
		return nil
	}
	e.Text = text
	c.writeToCustomers(customers(s.People, nil))
	c.carryOut(commands, AgentReplied, t, e.Author, s)
	c.Update = []Entry{*e}
	c.tellOfRelease(LetterNotification, *e, by, nil, s)
	c.hand(h, e.Author, s)
	c.answeredFirst(t, e.Author, commands.Assign, s)
	return nil
}

// leakError refuses to release what must not go out as it is. Text of a note
// goes out when it is released by somebody who was told of it; a reply address
// and a mail of ours never do.
type leakError struct {
	entry  int64
	reason string // catalogue key below "held."
}

func (e leakError) Error() string {
	return fmt.Sprintf("%v: entry %d cannot go out as it is, since %s; the agent has to send it again", ErrRefused, e.entry, whyNotOut(e.reason))
}

// whyNotOut is a reason of [wordsOut], in English.
func whyNotOut(reason string) string {
	return map[string]string{
		tokenInAnswer: "it holds a reply address of the desk", fileInAnswer: "one of its files is a mail of the desk or holds a reply address",
		noteInAnswer: "it repeats text of a note or of a held mail",
	}[reason]
}

func (leakError) Unwrap() error { return ErrRefused }

// releaseNote keeps an agent's held words among agents, for good.
func (c *Change) releaseNote(e *Entry, t *Ticket, commands Commands, by Actor, s Situation) {
	e.Kind, e.Visibility = EntryNote, AgentsOnly
	if e.Text == "" {
		e.Text = e.FullText
	}
	was := *t
	c.carryOut(commands, NoteAdded, t, e.Author, s)
	c.update(was, *t, commands, s.Named[commands.Merge], s)
	c.Update = []Entry{*e}
	c.tellOfRelease(LetterNote, *e, by, nil, s)
}

// decided ends the review of a held entry.
func (e *Entry) decided(state ReviewState, by Actor, s Situation) {
	e.Review.State, e.Review.By, e.Review.At = state, by.String(), s.Now
}

// aboutReview says in an event who wrote a held mail, and who decided about it.
func aboutReview(e Entry, by Actor) map[string]string {
	return map[string]string{"who": e.Author.String(), "by": by.String(), "entry": fmt.Sprint(e.ID)}
}

// Drop ends the review of a held entry: it stays where it is, for agents only.
type Drop struct{ EntryID int64 }

func (c Drop) decide(by Actor, t Ticket, s Situation) (Change, error) {
	e, err := waiting(c.EntryID, t, s)
	if err != nil {
		return Change{}, err
	}
	e.decided(ReviewDropped, by, s)
	return Change{Ticket: &t, Update: []Entry{e}, Events: []Entry{
		s.event("dropped", AgentsOnly, by.Author, "", aboutReview(e, by)),
	}}, nil
}

// nonEmpty folds ids and leaves empty ones out.
func nonEmpty(ids ...string) []string {
	for i := range ids {
		ids[i] = FoldMessageID(ids[i])
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

// decidedError says that somebody has decided about a held entry before.
type decidedError struct{ entry Entry }

func (e decidedError) Error() string {
	what := string(e.entry.Review.State)
	if e.entry.Visibility == Held && e.entry.Review.State == ReviewReleased {
		what = "made a ticket of its own"
	}
	return fmt.Sprintf("%v: entry %d of ticket %d does not wait for review: it was %s by %s at %s", ErrRefused, e.entry.ID, e.entry.TicketID, what, e.entry.Review.By, moment(e.entry.Review.At))
}

func (decidedError) Unwrap() error { return ErrRefused }

func waiting(id int64, t Ticket, s Situation) (Entry, error) {
	for _, e := range s.Entries {
		if e.ID != id {
			continue
		}
		if e.Visibility != Held || e.Review.State != ReviewWaiting {
			if e.Review.By != "" {
				return Entry{}, decidedError{e}
			}
			return Entry{}, refuse("entry %d of ticket %d does not wait for review", id, t.ID)
		}
		return e, nil
	}
	return Entry{}, refuse("ticket %d has no entry %d", t.ID, id)
}
