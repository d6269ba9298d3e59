package ticketing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// AnswerPage is what the holder of a reminder's link is shown, and by what he
// answers. It holds nothing that the reminder did not say or that is not about
// himself: no history, no other people, and of agents' words those alone that he
// was reminded of.
type AnswerPage struct {
	Language     string // the customer's
	DeskLanguage string // the mailbox's
	Desk         string // its name
	Ticket       int64
	Subject      string
	Status       Status
	Standing     Standing // what he is told of the status and its reason
	Priority     Priority
	// Question is the agent's last words before the link was made, as the customer
	// may see them, cut to maxQuestion bytes; "" if there are none.
	Question string
	// Said is what the customer answered last on this page, while it is the last
	// word about the request.
	Said Answer
	// Form must come back with the answer; see [Desk.VerifyForm].
	Form string
	// Actor is the customer, for [Desk.Do].
	Actor Actor
}

// Answer is what a customer says about his request.
type Answer string

// The answers.
const (
	AnswerNone    Answer = ""
	AnswerSolved  Answer = "solved"
	AnswerProblem Answer = "problem"
)

// maxQuestion bounds the agent's words on the page.
const maxQuestion = 4000

// OpenAnswer reads the page of a link. It changes nothing, and fails with
// [ErrNotFound] for every link that is not good: forged, too old, of somebody
// who is not on the request any more, or of a request that was merged into one
// that he is not on.
func (d *Desk) OpenAnswer(ctx context.Context, token string) (AnswerPage, error) {
	t, ok := ParseAnswerToken(token)
	if !ok {
		return AnswerPage{}, ErrNotFound
	}
	var page AnswerPage
	err := d.Store.View(ctx, func(r Reader) (err error) {
		page, err = d.answerPage(r, t)
		return err
	})
	if err != nil {
		return AnswerPage{}, fmt.Errorf("open the answer link of participant %d: %w", t.ParticipantID, err)
	}
	page.Form = d.Keys.FormToken(t)
	return page, nil
}

// VerifyForm reports whether a form was on the page of a link.
func (d *Desk) VerifyForm(token, form string) bool {
	t, ok := ParseAnswerToken(token)
	return ok && d.Keys.VerifyForm(t, form)
}

func (d *Desk) answerPage(r Reader, token AnswerToken) (AnswerPage, error) {
	p, err := r.Participant(token.ParticipantID)
	if err != nil {
		return AnswerPage{}, err
	}
	if !d.Keys.VerifyAnswer(token, p, d.Now()) {
		return AnswerPage{}, ErrNotFound
	}
	ticket, p, err := d.survivor(r, p)
	if err != nil {
		return AnswerPage{}, err
	}
	box, err := d.Settings.home(ticket)
	if err != nil {
		return AnswerPage{}, err
	}
	visible, err := r.EntriesVisibleTo(p.ID)
	if err != nil {
		return AnswerPage{}, err
	}
	page := AnswerPage{
		Language: language(p, box), DeskLanguage: box.Language, Desk: box.Name,
		Ticket: ticket.ID, Subject: ticket.Subject, Status: ticket.Status, Standing: ticket.Standing(), Priority: ticket.Priority,
		Question: question(visible, token.MadeAt),
		Actor:    Actor{Via: viaPortal, Author: Author{PersonID: p.PersonID, Name: p.Name, Address: p.Address, Role: p.Role}},
	}
	switch said, _ := (Situation{Entries: visible}).saidLast(p.PersonID); said.Kind {
	case EntryMessage:
		page.Said = AnswerProblem
	case EntryEvent:
		page.Said = AnswerSolved
	}
	return page, nil
}

// survivor follows the merges of a participant's ticket. His rights are judged
// on each ticket anew, by the place that he has there.
func (d *Desk) survivor(r Reader, p Participant) (Ticket, Participant, error) {
	for range d.Settings.mergeDepth() + 1 {
		t, err := r.Ticket(p.TicketID)
		if err != nil || t.MergedInto == 0 {
			return t, p, err
		}
		people, err := r.Participants(t.MergedInto)
		if err != nil {
			return Ticket{}, p, err
		}
		i := slices.IndexFunc(people, func(q Participant) bool { return isCustomer(q) && q.PersonID == p.PersonID })
		if i < 0 {
			return Ticket{}, p, ErrNotFound
		}
		p = people[i]
	}
	return Ticket{}, p, errors.Join(ErrNotFound, fmt.Errorf("ticket %d has been merged on too many times", p.TicketID))
}

// question is the agents' last words among what a customer sees, from before the
// end of the minute in which his link was made: later ones went to him by a mail
// of their own, and not to whoever has the link.
func question(visible []Entry, madeAt time.Time) string {
	for _, e := range slices.Backward(visible) {
		if e.Kind == EntryMessage && e.Author.Role == Agent && e.At.Before(madeAt.Add(time.Minute)) {
			if len(e.Text) > maxQuestion {
				return truncate(e.Text, maxQuestion) + " …"
			}
			return e.Text
		}
	}
	return ""
}
