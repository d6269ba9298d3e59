package ticketing

import (
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

// CustomerSolved is a customer's word that his request is settled. Said of a
// ticket that he or an agent has closed by agreement, it changes nothing.
type CustomerSolved struct{}

func (CustomerSolved) decide(by Actor, t Ticket, s Situation) (Change, error) {
	p, err := mayAnswer(by, t, s)
	if err != nil {
		return Change{}, err
	}
	if t.Status == Solved && t.SolvedReason == solvedAgreed {
		return Change{}, nil
	}
	c := Change{Ticket: &t}
	c.setStatus(&t, CustomerAgreed, by.Author, "", s)
	t.SolvedReason = solvedAgreed
	c.reached(p)
	c.Events = append(c.Events, s.event("customer_solved", Public, by.Author, "", map[string]string{"who": by.String()}))
	for i := range c.Events {
		c.Events[i].Verdict.Evidence = linkEvidence
	}
	for _, address := range c.watchers(s) {
		c.tell(TokenAgent, address, "customer_solved", map[string]string{"who": by.String()})
	}
	return c, nil
}

// solvedAgreed is the reason of a ticket that customer and desk agree is solved.
const solvedAgreed = "agreed"

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
	p, err := mayAnswer(by, t, s)
	if err != nil {
		return Change{}, err
	}
	text := plainText(c.Text)
	switch {
	case len(text) > MaxAnswer:
		return Change{}, refuse("the text is longer than %d bytes", MaxAnswer)
	case text == "" && t.Status == Open, text != "" && t.Status == Open && text == s.saidLast(p.PersonID).Text:
		return Change{}, nil
	case t.Status == Solved && s.Settings.ReopenWithin > 0 && s.Now.Sub(t.SolvedAt) > s.Settings.ReopenWithin:
		return Change{}, refuse("ticket %d was solved more than %s ago", t.ID, span(s.Settings.ReopenWithin))
	}
	ch := Change{Ticket: &t, Entry: &Entry{
		Kind: EntryMessage, Visibility: Public, Author: by.Author, Via: by.Via, Unverified: true,
		Verdict: Verdict{Result: None, Evidence: linkEvidence}, Why: linkEvidence,
		MailKind: Human, Text: text, FullText: text, At: s.Now,
	}}
	if text == "" {
		ch.Entry.Text, ch.Entry.FullText = c.Standard, c.Standard
	}
	ch.setStatus(&t, CustomerReplied, by.Author, linkEvidence, s)
	ch.reached(p)
	if text != "" {
		ch.copyTo(s, func(q Participant) bool { return q.PersonID == p.PersonID })
	}
	notice := "customer_replied"
	if p.Role == Cc {
		notice = "cc_replied"
	}
	for _, address := range ch.watchers(s) {
		ch.Letters = append(ch.Letters, LetterTo{Kind: LetterNotification, Address: address, Token: TokenAgent, Notice: notice})
	}
	return ch, nil
}

// mayAnswer finds the customer's place on the ticket, and refuses who has none,
// and what comes too often.
func mayAnswer(by Actor, t Ticket, s Situation) (Participant, error) {
	i := slices.IndexFunc(s.People.Participants, func(p Participant) bool { return isCustomer(p) && p.PersonID == by.PersonID })
	switch {
	case i < 0 || by.PersonID == 0:
		return Participant{}, refuse("%s is no customer on ticket %d", by.Address, t.ID)
	case t.MergedInto != 0:
		return Participant{}, refuse("ticket %d is merged into %d", t.ID, t.MergedInto)
	}
	answers := 0
	for _, e := range s.Entries {
		if e.saidOnPage(by.PersonID) && s.Now.Sub(e.At) < time.Hour {
			answers++
		}
	}
	if limit := s.Settings.Limits.MailsPerHour; limit > 0 && answers >= limit {
		return Participant{}, fmt.Errorf("%w: %s answered ticket %d %d times", ErrTooMany, by.Address, t.ID, answers)
	}
	return s.People.Participants[i], nil
}

// saidOnPage reports whether an entry is what a person said on a page.
func (e Entry) saidOnPage(personID int64) bool {
	return e.Via == viaPortal && e.Author.PersonID == personID && (e.Kind == EntryMessage || e.Event == "customer_solved")
}

// viaPortal is Entry.Via of what came by a page.
const viaPortal = "portal"

// saidLast is what a customer said on a page, if nobody has written since, he
// himself neither, and nothing was done about the ticket that he could see;
// otherwise the zero entry.
func (s Situation) saidLast(personID int64) Entry {
	for _, e := range slices.Backward(s.Entries) {
		switch {
		case e.saidOnPage(personID):
			return e
		case e.Visibility == Public && (e.Author.PersonID != personID || e.Via != viaPortal):
			return Entry{}
		}
	}
	return Entry{}
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
