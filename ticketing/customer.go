package ticketing

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// MaxAnswer is the longest text, in bytes, that a customer can write on a page.
const MaxAnswer = 16 << 10

// ErrTooMany is wrapped by errors about customers who do the same too often.
var ErrTooMany = errors.New("too many within an hour")

// linkEvidence is what is known of who answers by the link of a reminder: as
// much as of a mail to his own reply address whose sender nothing proves.
const linkEvidence = "by the signed link of a reminder"

// CustomerSolved is a customer's word that his request is settled. Said twice, or
// of a ticket that is solved by agreement, it changes nothing.
type CustomerSolved struct {
	// Text is plain text of at most [MaxAnswer] bytes, may be "".
	Text string
}

func (c CustomerSolved) decide(by Actor, t Ticket, s Situation) (Change, error) {
	text := plainText(c.Text)
	p, err := placeToAnswer(by, t, text, s)
	if err != nil {
		return Change{}, err
	}
	_, before := s.saidLast(p.PersonID)
	if t.Status == Solved && t.SolvedReason == SolvedAgreed && (text == "" || text == before) {
		return Change{}, nil
	}
	was, ch := t, Change{Ticket: &t}
	ch.setStatus(&t, CustomerAgreed, by.Author, "", s)
	ch.noteStanding(was, &t, by.Author, "", s)
	ch.Events = append(ch.Events, s.event("customer_solved", Public, by.Author, "", map[string]string{"who": by.String()}))
	for i := range ch.Events {
		ch.Events[i].Verdict.Evidence = linkEvidence
	}
	if text == "" {
		ch.reached(p)
		for _, address := range ch.watchers(s) {
			ch.tell(TokenAgent, address, "customer_solved", map[string]string{"who": by.String()})
		}
		return ch, nil
	}
	ch.say(text, by, p, s)
	ch.copyAndNotify("customer_solved", text, p, s)
	return ch, nil
}

// CustomerStillProblem is a customer's word that his request is not settled, with
// what he has to say about it.
type CustomerStillProblem struct {
	// Text is plain text of at most [MaxAnswer] bytes, may be "".
	Text string
	// Standard stands in the timeline for a text that he did not write: a sentence
	// in the desk's language. Only agents are told of it.
	Standard string
}

// decide takes it as a reply. The same said twice, by a second click or the
// button to go back, is one: while nobody has written since, the same text
// changes nothing, and neither does one without a text while we are at it
// already.
func (c CustomerStillProblem) decide(by Actor, t Ticket, s Situation) (Change, error) {
	text := plainText(c.Text)
	p, err := placeToAnswer(by, t, text, s)
	if err != nil {
		return Change{}, err
	}
	_, before := s.saidLast(p.PersonID)
	switch {
	case t.Status == Open && (text == "" || text == before):
		return Change{}, nil
	case t.Status == Solved && s.Settings.ReopenWithin > 0 && s.Now.Sub(t.SolvedAt) > s.Settings.ReopenWithin:
		return Change{}, refuse("ticket %d was solved more than %s ago", t.ID, span(s.Settings.ReopenWithin))
	}
	ch := Change{Ticket: &t}
	ch.setStatus(&t, CustomerReplied, by.Author, linkEvidence, s)
	ch.say(cmp.Or(text, c.Standard), by, p, s)
	notice := "customer_replied"
	if p.Role == Cc {
		notice = "cc_replied"
	}
	ch.copyAndNotify(notice, text, p, s)
	return ch, nil
}

// say puts a customer's words on the ticket, marked as those of a mail would be
// whose sender nothing proves.
func (c *Change) say(text string, by Actor, p Participant, s Situation) {
	c.Entry = &Entry{
		Kind: EntryMessage, Visibility: Public, Author: by.Author, Via: by.Via, Unverified: true,
		Verdict: Verdict{Result: None, Evidence: linkEvidence}, Why: linkEvidence,
		MailKind: Human, Text: text, FullText: text, At: s.Now,
	}
	c.reached(p)
}

// copyAndNotify tells the agents of what a customer said, and, if it is words of
// his own, the other customers.
func (c *Change) copyAndNotify(notice, text string, p Participant, s Situation) {
	if text != "" {
		c.copyTo(s, func(q Participant) bool { return q.PersonID == p.PersonID })
	}
	c.tellAgents(TopicUnassigned, "", LetterTo{Kind: LetterNotification, Token: TokenAgent, Notice: notice}, s)
}

// placeToAnswer is the customer's place on the ticket. It refuses who has none,
// what is too long, and what comes too often.
func placeToAnswer(by Actor, t Ticket, text string, s Situation) (Participant, error) {
	i := slices.IndexFunc(s.People.Participants, func(p Participant) bool { return isCustomer(p) && p.PersonID == by.PersonID })
	switch {
	case i < 0 || by.PersonID == 0:
		return Participant{}, refuse("%s is no customer on ticket %d", by.Address, t.ID)
	case t.MergedInto != 0:
		return Participant{}, refuse("ticket %d is merged into %d", t.ID, t.MergedInto)
	case len(text) > MaxAnswer:
		return Participant{}, refuse("the text is longer than %d bytes", MaxAnswer)
	}
	said := 0
	for _, e := range s.Entries {
		if e.saidOnPage(by.PersonID) && s.Now.Sub(e.At) < time.Hour {
			said++
		}
	}
	if limit := s.Settings.Limits.MailsPerHour; limit > 0 && said >= limit {
		return Participant{}, fmt.Errorf("%w: %s has %d entries on ticket %d", ErrTooMany, by.Address, said, t.ID)
	}
	return s.People.Participants[i], nil
}

// saidOnPage reports whether an entry is what a person said on a page.
func (e Entry) saidOnPage(personID int64) bool {
	return e.Via == viaPortal && e.Author.PersonID == personID && (e.Kind == EntryMessage || e.Event == "customer_solved")
}

// viaPortal is Entry.Via of what came by a page.
const viaPortal = "portal"

// saidLast is what a customer said last on a page, and in which words, if nobody
// has written since, he himself neither, and nothing was done about the ticket
// that he could see; otherwise the zero entry.
func (s Situation) saidLast(personID int64) (last Entry, text string) {
	for _, e := range slices.Backward(s.Entries) {
		switch {
		case e.saidOnPage(personID) && last.ID == 0:
			last, text = e, e.Text
		case e.saidOnPage(personID):
			return last, cmp.Or(text, e.Text)
		case e.Visibility == Public && (e.Author.PersonID != personID || e.Via != viaPortal):
			return last, text
		}
	}
	return last, text
}

// reached notes that a customer takes part: he has our mail.
func (c *Change) reached(p Participant) {
	if !p.Reached {
		p.Reached = true
		c.Sight = append(c.Sight, p)
	}
}

// plainText is what somebody typed into a form, as it is kept.
func plainText(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.TrimSpace(storable(s))
}
