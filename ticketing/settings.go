package ticketing

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

// Settings are the choices of the desk's administrator. The zero value of
// each number means the default named beside it.
type Settings struct {
	// Instance names this desk in the loop header; another desk's instance
	// differs.
	Instance  string
	Mailboxes []Mailbox
	ReplyForm ReplyForm
	// TagPrefix is the word in "[HD-1234]"; default "HD".
	TagPrefix string
	// PortalURL is where the pages of requests are, without a trailing slash; ""
	// while there are none: then no letter links to its request.
	PortalURL string
	// AnswerURL is where the page is on which customers answer reminders, without
	// a trailing slash; "" where it is not served: then letters have no such link.
	AnswerURL string
	// SignInValid is how long a mailed link and its code work; 0 means 15 minutes.
	SignInValid time.Duration
	// AgentsByToken: an agent's own token is enough even if his mail could
	// not be authenticated (agents_by_mail = "token"): for closed networks.
	AgentsByToken bool
	// ShowAgentName puts the agent's name on his replies; otherwise the
	// desk's name stands there.
	ShowAgentName bool
	Acknowledge   bool
	// AssignOnAnswer: a ticket that nobody has becomes that of the agent who
	// answers the customer first.
	AssignOnAnswer bool
	// AwayDefault is for how long an agent is away whose automatic answer does
	// not say; default 7 days.
	AwayDefault time.Duration
	// Receipts is what agents are told of their own mails who have not chosen:
	// [ReceiptsAlways], or [ReceiptsErrors], which is the default.
	Receipts string
	// ReopenWithin limits how long a solved ticket is reopened by a reply;
	// 0 is always. Later mail makes a linked ticket.
	ReopenWithin time.Duration
	Limits       Limits
	Breaker      Breaker
	// NewSubjectAfter: a reply with another base subject to a ticket solved for
	// longer than this is a new matter; default 7 days (mail-rules §1).
	NewSubjectAfter time.Duration
	// MergeDepth is how many merges in a row are followed; default 10.
	MergeDepth int
	// GuessWithin is how long ago a mail may have gone out that a bounce without
	// our id is taken to be about; default 5 days (mail-rules §4).
	GuessWithin time.Duration
	// Reminders are how customers whose reply is awaited are reminded; of the
	// zero value, nobody is.
	Reminders Reminders
	// Digest is the agents' morning mail.
	Digest DigestSettings
	// DelayedAfter is how long a mail may wait to be sent before its ticket
	// says so; default 4 h (mail-rules §7).
	DelayedAfter time.Duration
	// Macros are the texts that agents insert by #macro.
	Macros Macros
}

// Limits bound what mail may cause (mail-rules §3 and §2.4).
type Limits struct {
	AcksPerHour   int // to one address; default 1
	AcksPerDay    int // to one address; default 3
	MailsPerHour  int // of one sender, then they are held; default 20
	ReopensPerDay int // of one ticket by mail, then replies are held; default 5
	CcPerMail     int // default 10
	CcPerTicket   int // default 25
	MaxHops       int // Received fields, beyond which nothing is sent; default 25
	// FailuresToSuppress lasting failures over SuppressAfter, with no mail from
	// the address in between, stop automatic mail to it; defaults 3 and 72 h.
	FailuresToSuppress int
	SuppressAfter      time.Duration
}

// DefaultLimits are those of the mail rules.
func DefaultLimits() Limits {
	return Limits{
		AcksPerHour: 1, AcksPerDay: 3, MailsPerHour: 20, ReopensPerDay: 5,
		CcPerMail: 10, CcPerTicket: 25, MaxHops: 25,
		FailuresToSuppress: 3, SuppressAfter: 72 * time.Hour,
	}
}

func (s Settings) newSubjectAfter() time.Duration { return cmp.Or(s.NewSubjectAfter, 7*24*time.Hour) }
func (s Settings) awayDefault() time.Duration     { return cmp.Or(s.AwayDefault, 7*24*time.Hour) }
func (s Settings) mergeDepth() int                { return cmp.Or(s.MergeDepth, 10) }
func (s Settings) guessWithin() time.Duration     { return cmp.Or(s.GuessWithin, 5*24*time.Hour) }

// Own reports whether the normalised address is one of the desk's own: a
// mailbox, an alias, or a reply address of either. Own addresses never become
// participants and are never written to.
func (s Settings) Own(address string) bool {
	if _, ok := s.MailboxOf(address); ok {
		return true
	}
	return s.ReplyForm.Domain != "" && DomainOf(address) == s.ReplyForm.Domain
}

// MailboxOf finds the mailbox to which an address of ours belongs; reply
// addresses with a plus form belong to their base.
func (s Settings) MailboxOf(address string) (Mailbox, bool) {
	if t, ok := ParseReplyAddress(s.ReplyForm, address); ok && t.base[0] != '@' {
		address = t.base
	}
	for _, m := range s.Mailboxes {
		if address == m.Address || slices.Contains(m.Aliases, address) || slices.Contains(m.OwnLists, address) {
			return m, true
		}
	}
	return Mailbox{}, false
}

// Mailbox gives the mailbox with the id.
func (s Settings) Mailbox(id int64) (Mailbox, bool) {
	for _, m := range s.Mailboxes {
		if m.ID == id {
			return m, true
		}
	}
	return Mailbox{}, false
}

// calendarOf says when the agents work who look after a ticket, and in which zone
// its customer is told dates.
func (s Settings) calendarOf(t Ticket) Calendar {
	box, _ := s.home(t)
	return box.Calendar
}

// home is the mailbox that a ticket's mails come from: its own, or, if that is
// not configured any more, the first, so that old tickets go on.
func (s Settings) home(t Ticket) (Mailbox, error) {
	if m, ok := s.Mailbox(t.MailboxID); ok {
		return m, nil
	}
	if len(s.Mailboxes) == 0 {
		return Mailbox{}, errors.New("no mailbox is configured")
	}
	return s.Mailboxes[0], nil
}
