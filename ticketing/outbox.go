package ticketing

import "time"

// LetterKind is why we write a mail.
type LetterKind string

// The kinds of letters and, by them, their headers (mail-rules §3).
const (
	LetterAck          LetterKind = "ack"           // to the requester of a new ticket
	LetterReply        LetterKind = "reply"         // an agent's words, to customers
	LetterCopy         LetterKind = "copy"          // a customer's words, to the other customers
	LetterNotification LetterKind = "notification"  // a customer's words, to agents
	LetterNote         LetterKind = "note"          // a note, to agents: replying stays internal
	LetterHeld         LetterKind = "held"          // a held mail, to agents
	LetterCommandError LetterKind = "command_error" // to an agent whose mail could not be carried out
	LetterNotice       LetterKind = "notice"        // one plain fact to an agent (undelivered, limit, …)
	LetterReceipt      LetterKind = "receipt"       // to an agent whose mail was carried out, if he wants it
	LetterDigest       LetterKind = "digest"        // a person's morning mail; about no ticket
	LetterReminder     LetterKind = "reminder"      // to a customer whose reply we await
	LetterClosed       LetterKind = "closed"        // to a customer who did not reply: solved, and how to reopen
	LetterUpdate       LetterKind = "update"        // to a customer: what an agent ordered without words of his own
	LetterSignIn       LetterKind = "sign_in"       // to whoever asked for it; about no ticket
)

// Automatic reports whether nobody typed the letter. An agent's answer and a
// customer's words passed on are human mail, whoever carries them.
func (k LetterKind) Automatic() bool { return k != LetterReply && k != LetterCopy }

// Tells reports whether letters of this kind tell agents what happened, or bring
// in somebody who asked for it. They never wait for the breaker, and do not count
// for it: to stop them would be a way to keep agents from their customers, and
// people out, until what they would be let in by has run out. What brings many of
// them has limits of its own.
func (k LetterKind) Tells() bool {
	return k == LetterNotification || k == LetterNote || k == LetterNotice || k == LetterReceipt || k == LetterDigest || k == LetterSignIn
}

// ToAgents reports whether letters of this kind go to agents only.
func (k LetterKind) ToAgents() bool {
	switch k {
	case LetterNotification, LetterNote, LetterHeld, LetterCommandError, LetterNotice, LetterReceipt, LetterDigest:
		return true
	}
	return false
}

// Letter is a mail we owe to one recipient, before it has words. It goes to
// an address stored on the ticket and to no other.
type Letter struct {
	Kind        LetterKind
	Mailbox     Mailbox
	Participant Participant
	Language    string
	// From is the mailbox's address with the name to show.
	From Address
	// ReplyTo is the recipient's signed reply address.
	ReplyTo string
	// Unfollow is an address by which a Cc leaves the ticket, "" for others.
	Unfollow string
	// EnvelopeFrom is the envelope sender (RFC 5321 reverse-path), "" for the null one.
	EnvelopeFrom string
	MessageID    string
	InReplyTo    string
	References   []string // the ticket's root id first
	ThreadIndex  string
	Instance     string // of this desk, for the loop header
	Subject      string // the ticket's, with our tag
	SubjectTag   string // our tag alone
	Ticket       Ticket
	// Entry is what the letter tells of. Its text is the only text of the
	// ticket that the letter carries.
	Entry Entry
	// Events that happened with it (reopened, status changes), told to agents.
	Events []Entry
	// Targets are what the ticket is due by, in the business time of a calendar
	// of this Zone.
	Targets []Target
	Zone    *time.Location
	// Assignee, Requester and Ccs as of now, shown to agents.
	Assignee  Address
	Requester Address
	Ccs       []Address
	// AssigneeAway is until when the assignee is out of office, zero if he is not.
	AssigneeAway time.Time
	// NewDomains were first seen on the ticket with this entry.
	NewDomains []string
	// Proposed are people somebody wanted to add who may not.
	Proposed []Address
	// Customers are addresses to which the ticket can be given by #customer.
	Customers []string
	// Offers are the commands by which a held mail can be decided about.
	Offers []string
	// Notice is a catalogue key, with Args, for LetterHeld, LetterNotice and
	// LetterCommandError.
	Notice string
	Args   map[string]string
	// First: the recipient has no mail of the ticket yet, and wrote none.
	First bool
	// Internal: what an agent answers to it is kept as a note.
	Internal bool
	// QuoteSubject: the recipient is proved, so subject and body may be quoted
	// in an acknowledgement.
	QuoteSubject bool
	// Asked is what an agent last wrote to the recipient of a reminder, and
	// SolveOn when, in the zone to tell it in, the request is going to be solved;
	// zero if it is not.
	Asked   string
	SolveOn time.Time
	// Beside is what the agent said who passed on the mail that a notification is
	// about; nil if nothing. Agents alone get it.
	Beside *Entry
	// AnswerLink is to the page where a customer answers a reminder, "" without
	// one.
	AnswerLink string
	// Digest is what a morning mail tells.
	Digest Digest
	// SignIn is what a mail for signing in says.
	SignIn SignInLetter
	Link   string // to the ticket in the portal, "" without a portal
	Date   time.Time
}

// AttachmentRef names a part of a stored raw mail that goes out again.
type AttachmentRef struct {
	RawSHA256 string `json:"raw"`
	Attachment
	PartSpec string `json:"part"`
}

// Draft is a letter in its final bytes. What is sent is Head, then each
// attachment as a MIME part, then the closing boundary: always the same bytes.
type Draft struct {
	// Head is the header and the text; it ends with CRLF.
	Head []byte
	// Boundary separates Head and the attachments; "" when there are none.
	Boundary    string
	Attachments []AttachmentRef
}

// Composer puts letters into words. It is pure.
type Composer interface {
	Compose(Letter) (Draft, error)
}

// OutboxState is where a mail owed stands.
type OutboxState string

// The states of an outbox row (mail-rules §7).
const (
	OutboxQueued  OutboxState = "queued"  // due at DueAt, retries included
	OutboxSending OutboxState = "sending" // claimed; comes due again when the lease ends
	OutboxSent    OutboxState = "sent"
	OutboxFailed  OutboxState = "failed"
	// OutboxUnknown: the connection was lost after the final dot, so the relay
	// may have taken it (RFC 1047). One identical retry follows.
	OutboxUnknown OutboxState = "unknown"
	OutboxDropped OutboxState = "dropped" // by an administrator, or suppressed
)

// OutboxMail is one mail owed to one recipient.
type OutboxMail struct {
	ID            int64
	TicketID      int64
	EntryID       int64
	ParticipantID int64
	MailboxID     int64
	Kind          LetterKind
	Recipient     string // normalised address
	EnvelopeFrom  string // "" is the null reverse-path
	MessageID     string
	Draft         Draft // read with a claim, to be sent; not with a list
	State         OutboxState
	Attempts      int
	DueAt         time.Time
	LastError     string
	ProviderID    string // what the relay called it in its final 250
	CreatedAt     time.Time
	SentAt        time.Time
	// Uncertain: an earlier attempt was [OutboxUnknown]. It stays, whatever
	// becomes of the mail.
	Uncertain bool
}

// OutboxClaim says which mails a sender takes, and for how long they are his.
type OutboxClaim struct {
	Owner string
	Lease time.Duration
	// N is how many, at most, of all mailboxes together that Own does not name.
	// Own has how many of each that it names: one whose relay hangs has no room
	// for more, and keeps no other waiting.
	N   int
	Own map[int64]int
	// InHand are mails that the owner has not done with. He does not get them
	// again, whatever the clock says of their claims.
	InHand []int64
}

// Delivery is what became of one attempt to send.
type Delivery struct {
	State      OutboxState
	Error      string    // one line, with the relay's answer
	NextAt     time.Time // for queued and unknown
	ProviderID string
	// Aliases are further ids under which replies may name the mail.
	Aliases []string
	// Untried: the mail is given back as it was, and the attempt not counted.
	Untried bool
}
