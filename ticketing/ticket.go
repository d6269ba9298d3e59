package ticketing

import "time"

// Status is where a ticket stands.
type Status string

// The statuses; see the design for what each means to a customer.
const (
	Open          Status = "open"
	AwaitingReply Status = "awaiting_reply"
	OnHold        Status = "on_hold"
	Solved        Status = "solved"
)

// Priority runs from S1 (urgent) to S4 (question).
type Priority string

// The priorities. New tickets are S3.
const (
	S1 Priority = "S1"
	S2 Priority = "S2"
	S3 Priority = "S3"
	S4 Priority = "S4"
)

// Ticket is what agents work on. Customers' pages and mails call it a request.
type Ticket struct {
	ID             int64
	MailboxID      int64
	Subject        string // as the customer wrote it, without our tag
	Status         Status
	Priority       Priority
	RequesterID    int64 // person
	AssigneeID     int64 // person, 0 if nobody
	OrganisationID int64 // 0 if none
	// HoldReason is what it waits for: reproducing, engineering, account team,
	// or an agent's words, which are for agents; HoldNote is a sentence for
	// customers.
	HoldReason, HoldNote string
	SolvedReason         string // agreed, bug REF, merged, no answer, or an agent's words
	SolvedAt             time.Time
	MergedInto           int64 // ticket, 0 if not merged
	Bulk                 bool  // made from mailing-list mail: shown apart
	Flagged              bool  // made from a mail that failed a check
	CreatedAt            time.Time
	LastActivityAt       time.Time
	// ThreadIndex is the customer's Outlook conversation index, echoed in our
	// replies so that Outlook groups them.
	ThreadIndex string
	// ThreadIDs are Message-IDs of its public mails, the first and the latest
	// few, oldest first: what the mails we write refer to.
	ThreadIDs []string
	// Tags are words by which agents find it, sorted, without blanks.
	Tags []string
	// Clock is what its targets are computed from, and Chase how far the desk
	// has got with reminding its requester.
	Clock Clock
	Chase Chase
	// Linked are tickets that only agents see as related.
	Linked []int64
}

// EntryKind is what one thing in a timeline is.
type EntryKind string

// The kinds of entries.
const (
	EntryMessage EntryKind = "message"
	EntryNote    EntryKind = "note"
	EntryEvent   EntryKind = "event"
)

// Visibility says who may see an entry. It is part of every query.
type Visibility string

// Public entries are seen by the requester, by Ccs from their horizon on, and
// by agents. Held ones are for agents only until one releases them.
const (
	Public     Visibility = "public"
	AgentsOnly Visibility = "agents"
	Held       Visibility = "held"
)

// Author is who an entry is from, as it was when it was written.
type Author struct {
	PersonID int64
	Name     string
	Address  string
	Role     Role
}

// Entry is one thing in a ticket's timeline.
type Entry struct {
	ID         int64
	TicketID   int64
	Kind       EntryKind
	Visibility Visibility
	Author     Author
	Via        string // mail, portal, chat, sent_folder, system
	Verdict    Verdict
	// Unverified: shown with a mark, because the sender could not be proved.
	Unverified bool
	Why        string // why it is on this ticket, and why it is held if it is
	MailID     int64  // ledger row, 0 if not from a mail
	RawSHA256  string
	MessageID  string
	Subject    string // of the mail, where it differs from the ticket's
	MailKind   MailKind
	Text       string // what was written, without quotes and signature
	FullText   string
	HTML       string
	// Event is the catalogue key of an event ("reopened", "assigned", …) and
	// EventArgs what goes into its placeholders; on a message they hold what
	// agents should see beside its words: "claim", "reply_to", "problems" (see
	// Problems) and "machine"; and, about who may see it, "sent_to" and
	// "kept_files".
	Event     string
	EventArgs map[string]string
	// Held review: what a release would do. Empty unless Visibility is Held.
	Review      Review
	Attachments []Attachment
	At          time.Time
}

// Review is what waits with a held entry: what it would have become, and
// where its review stands.
type Review struct {
	State  ReviewState
	Reason string // catalogue key below "held."
	// Then is what releasing it does, and never more than the mail could have
	// done had its sender been proved: Act and InternalNote are an agent's
	// words, all else is a reply.
	Then Action
	// Visibility is whom an agent's words are for unless their own commands say
	// otherwise. Only Public sends them to customers.
	Visibility Visibility `json:",omitempty"`
	// Files is what keeps its files from customers: a catalogue key below
	// "held.", "" for nothing.
	Files    string    `json:",omitempty"`
	PersonID int64     // the sender
	Proposed []Address // people it wanted to add
	// Opened: the mail opened the ticket that it is held on.
	Opened bool `json:",omitempty"`
	// Acknowledge: if it becomes a request, its sender is told that we have it.
	Acknowledge bool `json:",omitempty"`
	// Language of its words, "" if unknown.
	Language string `json:",omitempty"`
	// By says who decided about it, and At when.
	By string    `json:",omitempty"`
	At time.Time `json:",omitzero"`
}

// ReviewState is where a held entry's review stands.
type ReviewState string

// The states of a review.
const (
	ReviewNone     ReviewState = ""
	ReviewWaiting  ReviewState = "waiting"
	ReviewReleased ReviewState = "released"
	ReviewDropped  ReviewState = "dropped"
)
