package ticketing

import "time"

// Role is what somebody is on one ticket.
type Role string

// The roles. Colleague and Stranger are never participants: a colleague
// writes from a domain that an administrator mapped to the requester's
// organisation, a stranger from anywhere else.
const (
	Requester Role = "requester"
	Cc        Role = "cc"
	Agent     Role = "agent"
	Colleague Role = "colleague"
	Stranger  Role = "stranger"
	System    Role = "system"
)

// Mailbox is one of the desk's own mailboxes, as configured.
type Mailbox struct {
	ID       int64
	Address  string // normalised; the base of its reply addresses
	Name     string // display name on mails that we write
	Language string // "en" or "ja": for people whose language is unknown
	// Aliases are further addresses of ours that end up in this mailbox,
	// earlier base addresses among them.
	Aliases []string
	// OwnLists are aliases fed through a mailing list (support@ as a Google
	// group): bulk marks of such a list say nothing about the mail.
	OwnLists []string
	// Agents are the addresses of those who work here; empty means all agents.
	Agents []string
	// Assign says to whom its new tickets go; "" is [AssignAll].
	Assign AssignRule
	// EnvelopeFrom is the envelope sender of its mails, to which bounces go; ""
	// is Address.
	EnvelopeFrom string
	// SLAs are what its customers may expect, by priority; Lead is the address of
	// an agent who hears of whatever is at risk or missed, "" for nobody.
	SLAs SLAs
	Lead string
	// Calendar says when its agents work; the zero one is always open.
	Calendar Calendar
	// VERP gives each mail an envelope sender of its own instead, by which its
	// bounce is recognised: only where the relay lets the envelope sender vary.
	VERP bool
}

// Person is somebody we know by one or more addresses.
type Person struct {
	ID             int64
	Name           string
	Address        string // the primary address, normalised
	Language       string // "en", "ja" or "" if unknown
	OrganisationID int64  // 0 if none
	// Agent is true while the person may act as an agent of the desk.
	Agent bool
	// AutoExempt: mails of this person that are marked auto-generated are
	// written by humans all the same (ServiceNow and the like), and are not
	// limited by number.
	AutoExempt bool
	// Preferences are an agent's.
	Preferences Preferences
	// AwayUntil is when an agent who is out of office is back, by his own
	// automatic answer; zero if he is there.
	AwayUntil time.Time
}

// Participant is a person's place on one ticket: the row that reply addresses
// name.
type Participant struct {
	ID       int64
	TicketID int64
	PersonID int64
	Name     string
	Address  string // where we write to, normalised
	Language string
	Role     Role // Requester, Cc or Agent
	// SinceEntry is the first entry a Cc may see. 0 means all public ones.
	SinceEntry int64
	// Epoch is part of the signature of every reply address of this
	// participant: raising it revokes them all.
	Epoch   int64
	AddedBy string // who added this participant, as "Name <address>"
	// Reached: an agent's public reply has gone to this participant, or the
	// address is proved to be that of somebody who wrote. Before that no words
	// of other customers are mailed to it, so that nobody can be bombed through
	// the desk by being named in From or Cc.
	Reached   bool
	CreatedAt time.Time
	RemovedAt time.Time // zero while active
}

// Active reports whether the participant still has a place on the ticket.
func (p Participant) Active() bool { return p.RemovedAt.IsZero() }

// Organisation groups people. Domains are a hint for colleagues, set by an
// administrator, never learnt from mail.
type Organisation struct {
	ID      int64
	Name    string
	Domains []string
}
