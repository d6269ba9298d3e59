package ticketing

import (
	"fmt"
	"time"
)

// Evidence is what put a mail on a ticket, strongest first (mail-rules §1).
// It is routing, never authority.
type Evidence string

// The kinds of evidence.
const (
	ByToken    Evidence = "token"     // a reply address with a valid signature
	BySignedID Evidence = "signed_id" // one of our own Message-IDs with a valid signature
	ByStoredID Evidence = "stored_id" // a Message-ID seen before
	ByTag      Evidence = "tag"       // a ticket number in the subject
	ByForward  Evidence = "forward"   // a mail that an agent passes on belongs to the ticket
	ByNothing  Evidence = "nothing"
)

// Candidates is all that the store knows of a mail's routing evidence. It is
// gathered before the pure functions run.
type Candidates struct {
	// Sender is the person behind the From address; its ID is 0 for somebody
	// never seen.
	Sender Person
	// OwnCopy: the mail's own Message-ID is one that we signed or learnt from
	// the relay.
	OwnCopy bool
	// Prior is the mail that this one repeats, nil if it is new.
	Prior *PriorMail
	// ReusedID: the sender's earlier mail with the same Message-ID said
	// something else.
	ReusedID bool
	// Tokens are the valid reply addresses the mail came to, in the order of
	// mail-rules §1.
	Tokens []TokenHit
	// BounceTo is whom the mail was written to that bounced to this address: by
	// the envelope sender that we gave it.
	BounceTo *Participant
	// BadTokens counts reply addresses whose signature did not hold.
	BadTokens int
	// IDs are known ids: In-Reply-To first, then References from right to
	// left; signed ones before stored ones.
	IDs []IDHit
	// AnswersPersonal is the person whose morning mail, or other letter about no
	// ticket, it refers to; 0 if it does not.
	AnswersPersonal int64
	// Tags are existing tickets named in the subject.
	Tags []int64
	// Forwarded are the tickets of mails that a proved agent passes on, where
	// nothing else names one.
	Forwarded []int64
	// Tickets holds every ticket named above and those they were merged into.
	Tickets map[int64]Ticket
	// Participants of the merged tickets and of those that merge pointers lead
	// to, by ticket.
	Participants map[int64][]Participant
}

// TokenHit is a valid reply address.
type TokenHit struct {
	Kind        TokenKind
	Participant Participant
	// Delivered: the envelope named it (Delivered-To and the like), not only
	// the header.
	Delivered bool
}

// IDHit is a known id in In-Reply-To or References.
type IDHit struct {
	Signed   bool
	TicketID int64
	EntryID  int64
	Field    string // "In-Reply-To" or "References"
	// ParticipantID and Letter say whose copy of which kind of our letters a
	// signed id was.
	ParticipantID int64
	Letter        string
}

// Link says which ticket a mail belongs to, by which evidence and why.
type Link struct {
	Evidence Evidence
	// Ticket is the one to write to, after merge pointers; its ID is 0 for a
	// new one.
	Ticket Ticket
	// Source is the ticket the evidence named, if it was merged into Ticket.
	Source int64
	// Token is the reply address that decided, nil without one.
	Token *TokenHit
	// HoldReason is set when the mail cannot be placed beyond doubt: a
	// catalogue key below "held.".
	HoldReason string
	Why        string
}

// Thread decides which ticket a mail belongs to: the first of reply address,
// signed id, stored id and subject tag that names one. It never names two.
func Thread(m Message, c Candidates) Link {
	switch {
	case len(c.Tokens) > 0:
		return threadByToken(c)
	case len(c.IDs) > 0:
		return threadByID(c)
	case len(c.Tags) > 0:
		return follow(c, Link{
			Evidence: ByTag,
			Ticket:   Ticket{ID: c.Tags[0]},
			Why:      fmt.Sprintf("the subject names ticket %d", c.Tags[0]),
		})
	}
	if len(c.Forwarded) > 0 {
		id := c.Forwarded[0]
		return follow(c, Link{Evidence: ByForward, Ticket: Ticket{ID: id}, Why: fmt.Sprintf("the mail that it passes on belongs to ticket %d", id)})
	}
	why := "nothing in it names a ticket"
	if c.BadTokens > 0 {
		why = "its reply address is not a valid one, and nothing else names a ticket"
	}
	return Link{Evidence: ByNothing, Why: why}
}

// threadByToken chooses among reply addresses: the one the mail was delivered
// to, else the one whose owner wrote it. Two that cannot be told apart leave
// the mail held on the newest ticket.
func threadByToken(c Candidates) Link {
	chosen, doubt := c.Tokens[0], ""
	if several(c.Tokens) {
		owned := filter(c.Tokens, func(t TokenHit) bool { return c.Sender.ID != 0 && t.Participant.PersonID == c.Sender.ID })
		delivered := filter(c.Tokens, func(t TokenHit) bool { return t.Delivered })
		switch {
		case len(delivered) > 0 && !several(delivered):
			chosen = delivered[0]
		case len(owned) > 0 && !several(owned):
			chosen = owned[0]
		default:
			doubt = "two_tokens"
			for _, t := range c.Tokens {
				if t.Participant.TicketID > chosen.Participant.TicketID {
					chosen = t
				}
			}
		}
	}
	chosen = ownOn(chosen.Participant.TicketID, c, chosen)
	return follow(c, Link{
		Evidence:   ByToken,
		Ticket:     Ticket{ID: chosen.Participant.TicketID},
		Token:      &chosen,
		HoldReason: doubt,
		Why:        fmt.Sprintf("it came to the reply address of %s on ticket %d", chosen.Participant.Address, chosen.Participant.TicketID),
	})
}

// ownOn is the reply address that counts among those of one ticket: the sender's
// own before another's, and of his own that of a note before that of an answer.
func ownOn(ticketID int64, c Candidates, chosen TokenHit) TokenHit {
	found := false
	for _, t := range c.Tokens {
		switch {
		case c.Sender.ID == 0 || t.Participant.TicketID != ticketID || t.Participant.PersonID != c.Sender.ID:
		case !found || t.Kind == TokenAgentNote:
			chosen, found = t, true
		}
	}
	return chosen
}

// several reports whether the tokens name more than one ticket.
func several(tokens []TokenHit) bool {
	for _, t := range tokens[1:] {
		if t.Participant.TicketID != tokens[0].Participant.TicketID {
			return true
		}
	}
	return false
}

func filter(tokens []TokenHit, keep func(TokenHit) bool) []TokenHit {
	var kept []TokenHit
	for _, t := range tokens {
		if keep(t) {
			kept = append(kept, t)
		}
	}
	return kept
}

func threadByID(c Candidates) Link {
	hit := c.IDs[0]
	l := Link{Evidence: ByStoredID, Ticket: Ticket{ID: hit.TicketID}}
	name := "a mail on"
	if hit.Signed {
		l.Evidence, name = BySignedID, "our own mail on"
	}
	l.Why = fmt.Sprintf("%s names %s ticket %d", hit.Field, name, hit.TicketID)
	return follow(c, l)
}

// follow goes along merge pointers to the ticket that survives. Rights are
// judged there: somebody who is only on the merged ticket is no participant
// of the other, and what he writes is held. The store was asked for no more
// tickets than merges are followed; pointers that lead in a circle end when all
// of them were seen.
func follow(c Candidates, l Link) Link {
	ticket, ok := c.Tickets[l.Ticket.ID]
	if !ok {
		return Link{Evidence: ByNothing, Why: l.Why + ", which does not exist any more"}
	}
	source, wasThere := ticket.ID, false
	for step := 0; ticket.MergedInto != 0; step++ {
		wasThere = wasThere || participates(c.Participants[ticket.ID], c.Sender.ID)
		next, ok := c.Tickets[ticket.MergedInto]
		if !ok || step == len(c.Tickets) {
			l.Ticket, l.HoldReason = ticket, "merge_cycle"
			l.Why += ", whose merge pointers lead nowhere"
			return l
		}
		ticket = next
	}
	l.Ticket = ticket
	if ticket.ID != source {
		l.Source = source
		l.Why += fmt.Sprintf(", which was merged into ticket %d", ticket.ID)
		if l.HoldReason == "" && wasThere && !participates(c.Participants[ticket.ID], c.Sender.ID) && !c.Sender.Agent {
			l.HoldReason = "not_on_merged"
		}
		// The token named a place on the source, which is no place on the target.
		if l.Token != nil {
			l.Token = targetToken(*l.Token, c.Participants[ticket.ID])
		}
	}
	return l
}

func participates(people []Participant, personID int64) bool {
	for _, p := range people {
		if p.Active() && personID != 0 && p.PersonID == personID {
			return true
		}
	}
	return false
}

// targetToken carries a token over a merge: it counts as its owner's on the
// target if he has a place there.
func targetToken(t TokenHit, people []Participant) *TokenHit {
	for _, p := range people {
		if p.Active() && p.PersonID == t.Participant.PersonID {
			t.Participant = p
			return &t
		}
	}
	return &t
}

// NewMatter reports whether a reply to a solved ticket is about something
// else: solved for longer than Settings.NewSubjectAfter and another base subject, or solved for
// longer than the desk reopens. why is "" if it is not.
func NewMatter(m Message, t Ticket, s Settings, now time.Time) (why string) {
	if t.Status != Solved || t.SolvedAt.IsZero() {
		return ""
	}
	solvedFor := now.Sub(t.SolvedAt)
	if s.ReopenWithin > 0 && solvedFor > s.ReopenWithin {
		return fmt.Sprintf("ticket %d was solved more than %s ago", t.ID, span(s.ReopenWithin))
	}
	base := BaseSubject(s.TagPrefix, m.Subject)
	if solvedFor > s.newSubjectAfter() && base != "" && base != BaseSubject(s.TagPrefix, t.Subject) {
		return fmt.Sprintf("ticket %d was solved more than %s ago, and the subject is another one", t.ID, span(s.newSubjectAfter()))
	}
	return ""
}

// span writes a duration for people, in days where it is whole ones.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d == day:
		return "a day"
	case d%day == 0:
		return fmt.Sprintf("%d days", d/day)
	}
	return d.String()
}
