package ticketing

import (
	"fmt"
	"slices"
)

// Split makes what somebody wrote a ticket of its own, with him as the
// requester, linked to this one for agents. A held mail stays here as well, among
// agents; any other message moves, with its files and the ids by which replies
// name it, and leaves an event.
type Split struct{ EntryID int64 }

func (c Split) decide(by Actor, t Ticket, s Situation) (Change, error) {
	i := slices.IndexFunc(s.Entries, func(e Entry) bool { return e.ID == c.EntryID })
	if i >= 0 && s.Entries[i].Visibility != Held {
		return c.move(s.Entries[i], by, t, s)
	}
	e, err := waiting(c.EntryID, t, s)
	if err != nil {
		return Change{}, err
	}
	if e.Review.Then == Act || e.Review.Then == InternalNote {
		return Change{}, refuse("entry %d is an agent's own: release it or drop it", e.ID)
	}
	ch := splitOff(e, by, t, s)
	moved := *ch.Moved
	moved.ID, moved.Review = 0, Review{}
	ch.Moved, ch.Entry, ch.MessageIDs = nil, &moved, nonEmpty(e.MessageID)
	ch.Language = e.Review.Language
	ch.tellOfSplit(e.Review.Proposed, s)
	ch.acknowledgeReleased(e)
	e.decided(ReviewReleased, by, s)
	ch.Update = []Entry{e}
	return ch, nil
}

// move is for a message that is not held. Whoever wrote it holds reply addresses
// of this ticket, so he is told the number of the other, in a mail that he can
// answer; the others on this ticket have the message, and stay here.
func (c Split) move(e Entry, by Actor, t Ticket, s Situation) (Change, error) {
	first := slices.IndexFunc(s.Entries, func(e Entry) bool { return e.Kind == EntryMessage })
	switch {
	case e.Kind != EntryMessage || e.Author.Role == Agent || e.Author.Role == System:
		return Change{}, refuse("entry %d is no customer's message", e.ID)
	case s.Entries[first].ID == e.ID:
		return Change{}, refuse("entry %d opened ticket %d: all of it would go", e.ID, t.ID)
	}
	stays := slices.DeleteFunc(slices.Clone(s.Entries), func(other Entry) bool { return other.ID == e.ID })
	t.Clock = ClockOf(t, stays) // nobody waits here for an answer to it
	ch := splitOff(e, by, t, s)
	var copied []Address
	for _, p := range s.People.Participants {
		if p.Active() && p.Role == Cc && p.SinceEntry <= e.ID && p.PersonID != e.Author.PersonID {
			copied = append(copied, Address{Name: p.Name, Address: p.Address})
		}
	}
	ch.tellOfSplit(copied, s)
	if s.Settings.Acknowledge && e.Verdict.Result != Fail && e.EventArgs["machine"] == "" {
		ch.Letters = append(ch.Letters, LetterTo{
			Kind: LetterAck, Address: e.Author.Address, Token: TokenCustomer, QuoteSubject: e.Verdict.Result == Pass, Limited: true,
		})
	}
	return ch, nil
}

// splitOff makes the other ticket, and the event that stays here.
func splitOff(e Entry, by Actor, t Ticket, s Situation) Change {
	own := Ticket{
		MailboxID: t.MailboxID, Subject: CleanSubject(s.Settings.TagPrefix, e.Subject), OrganisationID: organisationOf(e, t, s),
		Status: Transition("", RequestMade), Priority: S3, CreatedAt: s.Now, LastActivityAt: s.Now,
		ThreadIDs: withThreadID(nil, e.MessageID),
	}
	if own.Subject == "" {
		own.Subject = t.Subject
	}
	there := t
	there.ThreadIDs = slices.DeleteFunc(slices.Clone(t.ThreadIDs), func(id string) bool { return id == e.MessageID })
	moved := e
	moved.Visibility, moved.Author.Role = Public, Requester
	moved.Why = "made its own ticket by " + by.String() + "; " + e.Why
	return Change{
		Ticket: &own, Requester: Address{Name: e.Author.Name, Address: e.Author.Address},
		RequesterProved: e.Verdict.Result == Pass, Link: []int64{t.ID}, Moved: &moved,
		Also: []Change{{Ticket: &there, Events: []Entry{
			s.event("split", AgentsOnly, by.Author, "", map[string]string{"ticket": "", "who": e.Author.String(), "entry": fmt.Sprint(e.ID)}),
		}}},
	}
}

// organisationOf is the ticket's for its own people: the author of a held mail
// may be a stranger.
func organisationOf(e Entry, t Ticket, s Situation) int64 {
	if participates(s.People.Participants, e.Author.PersonID) && e.Visibility != Held {
		return t.OrganisationID
	}
	return 0
}

// tellOfSplit tells the agents of the other ticket, and who got the mail with
// its author.
func (c *Change) tellOfSplit(copied []Address, s Situation) {
	c.tellAgents(TopicNew, "", LetterTo{Kind: LetterNotification, Token: TokenAgent, Notice: "new_request", Proposed: copied}, s)
}
