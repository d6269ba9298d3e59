package ticketing

import (
	"context"
	"errors"
	"io"
	"time"
)

// ErrNotFound is returned by readers for a row that does not exist.
var ErrNotFound = errors.New("not found")

// ErrLeaseLost is returned to a writer whose lease somebody else holds now.
var ErrLeaseLost = errors.New("lease lost to another process")

// ErrSettled is returned by SettleMail for a mail that was settled before.
var ErrSettled = errors.New("mail was settled before")

// Store keeps everything. It is one database; both engines behave alike
// (package storage/storagetest says how).
type Store interface {
	// Update runs f in one transaction: all of it is kept, or, when f returns
	// an error, nothing. It may run f again after a conflict, so f must only
	// call the Tx and pure functions.
	Update(ctx context.Context, f func(Tx) error) error
	// View runs f on one consistent state of the data.
	View(ctx context.Context, f func(Reader) error) error
}

// Reader is what decisions and pages read. Single-row getters return
// [ErrNotFound]; lists return none without an error.
type Reader interface {
	SignInReader

	Ticket(id int64) (Ticket, error)
	// Participants lists the active and the removed people of a ticket, oldest
	// first.
	Participants(ticketID int64) ([]Participant, error)
	Participant(id int64) (Participant, error)
	Person(id int64) (Person, error)
	// PersonByAddress finds the person whose address it is (normalised).
	PersonByAddress(address string) (Person, error)
	// Agents lists the active agents.
	Agents() ([]Person, error)
	// OrganisationByDomain finds the organisation an administrator mapped the
	// domain to.
	OrganisationByDomain(domain string) (Organisation, error)
	// Entry gives one entry with its attachments; Entries those of a ticket
	// from oldest to newest.
	Entry(id int64) (Entry, error)
	Entries(ticketID int64) ([]Entry, error)
	// EntryTicket gives the ticket of an entry.
	EntryTicket(id int64) (int64, error)
	// EntriesVisibleTo lists what a participant who is not an agent may see:
	// public entries from the participant's horizon on, and of each what
	// [SeenBy] leaves. It gives an agent nothing.
	EntriesVisibleTo(participantID int64) ([]Entry, error)

	// VisibleTicket gives a ticket to who may see it, and [ErrNotFound] to
	// everybody else, as for one that does not exist.
	VisibleTicket(v Viewer, id int64) (Ticket, error)
	// VisibleEntries is EntriesVisibleTo for a viewer: what he sees of a ticket
	// by the best of his places on it.
	VisibleEntries(v Viewer, ticketID int64) ([]Entry, error)
	// ListVisible gives a page of what a viewer finds under his requests: as a
	// customer, also if he is an agent.
	ListVisible(v Viewer, f RequestFilter) (RequestPage, error)
	// CountVisible counts a viewer's requests of a scope in a status ("" for
	// any), up to [CountedMost].
	CountVisible(v Viewer, scope RequestScope, status Status) (int, error)

	// FindMessageIDs says for each of the given ids which is stored, and for
	// what. Order follows ids; unknown ones are left out.
	FindMessageIDs(ids []string) ([]StoredID, error)
	// MailsWithMessageID lists decided mails with this Message-ID, oldest
	// first, at most 20.
	MailsWithMessageID(messageID string) ([]PriorMail, error)
	// MailsWithRaw lists decided mails with the same raw bytes.
	MailsWithRaw(sha256 string) ([]PriorMail, error)

	// CountMailsFrom counts decided mails of a sender, by the normalised address,
	// that came after from and not after to and whose sender was proved as in one
	// of proof.
	CountMailsFrom(address string, proof []VerdictResult, from, to time.Time) (int, error)
	// CountAcksTo counts acknowledgements to a normalised address.
	CountAcksTo(address string, since time.Time) (int, error)
	// CountAutomatic counts the letters queued between two times that nobody
	// typed and that do not just tell agents: see [LetterKind].
	CountAutomatic(from, to time.Time) (int, error)
	// AutomaticFrom is the time until which letters that nobody typed wait: what
	// PostponeAutomatic said last; zero if it never did.
	AutomaticFrom() (time.Time, error)
	// CountEvents counts a ticket's events of one name that have a verdict in
	// proof.
	CountEvents(ticketID int64, event string, proof []VerdictResult, since time.Time) (int, error)

	// LastOutgoing is the last mail of a kind that was queued for a ticket; ID 0 if
	// there was none.
	LastOutgoing(ticketID int64, kind LetterKind) (OutboxMail, error)
	// Outgoing finds the outbox row with this Message-ID.
	Outgoing(messageID string) (OutboxMail, error)
	// OutgoingTo lists what was queued to an address since a time, newest
	// first, at most 20.
	OutgoingTo(address string, since time.Time) ([]OutboxMail, error)
	// OutgoingInTrouble lists mails that failed, and then mails queued before a
	// time that were tried in vain, as far as MarkReported has not been called
	// for them in that state; the oldest of either first, at most limit of each.
	OutgoingInTrouble(delayedBefore time.Time, limit int) ([]OutboxMail, error)
	// Suppressed reports whether mail to the address bounced for good.
	Suppressed(address string) (bool, error)

	// TicketTimers lists what comes due on a ticket.
	TicketTimers(ticketID int64) ([]Timer, error)
	// UnsolvedOf counts the tickets that are assigned to each of the persons and
	// not solved, in their order.
	UnsolvedOf(personIDs []int64) ([]int, error)
	// LastAssignee is the person to whom a mailbox's last ticket went by turns;
	// 0 if there was none.
	LastAssignee(mailboxID int64) (int64, error)

	// Keys lists the signing keys, newest first.
	Keys() ([]Key, error)

	// ListTickets gives a page of tickets, newest activity first.
	ListTickets(TicketFilter) ([]Ticket, error)
	// ReviewsWaiting lists held entries that wait for review, oldest first.
	ReviewsWaiting(limit int) ([]Entry, error)
	Ledger(id int64) (LedgerRow, error)
}

// Tx is a Reader that can also write. Rows it has written are seen by its own
// reads. When something happened is said by who writes it; the store's own
// clock is for claims and leases.
type Tx interface {
	Reader
	SignInTx

	// HoldLease fails with [ErrLeaseLost] if the lease is no longer this
	// owner's, and keeps others from taking it until the transaction ends.
	HoldLease(Lease) error

	// Prefetch reads at once what a group of mails will be looked up by, and
	// locks the tickets. It changes what reading costs and nothing else.
	Prefetch(Wanted) error

	// Savepoint runs f on this transaction. When f returns an error, what f
	// wrote is undone, the error is returned, and the transaction goes on: one
	// bad mail of a group costs only itself.
	Savepoint(f func(Tx) error) error

	// LockTicket reads a ticket and keeps others from changing it until the
	// transaction ends.
	LockTicket(id int64) (Ticket, error)
	InsertTicket(Ticket) (int64, error)
	UpdateTicket(Ticket) error
	// LinkTickets relates two tickets, for agents; UnlinkTickets ends that.
	LinkTickets(a, b int64) error
	UnlinkTickets(a, b int64) error

	// TagTicket gives a ticket other tags; was are those that it has.
	TagTicket(id int64, was, is []string) error
	// SetTimer sets a timer, or moves the one of its kind for its ticket and
	// person; DropTimer takes that off.
	SetTimer(Timer) error
	DropTimer(Timer) error
	// EndTimer takes off a timer that its owner claimed. It is false if the
	// timer was moved, taken off, or claimed by another since.
	EndTimer(owner string, t Timer) (bool, error)
	// SetLastAssignee notes to whom a mailbox's last ticket went by turns.
	SetLastAssignee(mailboxID, personID int64) error

	// EnsurePerson finds the person with the address or makes one. The name
	// is kept only if none was known.
	EnsurePerson(Address) (Person, error)
	// UpdatePerson writes what differs between a person as it was read and as
	// it is to be: others may have changed the rest since.
	UpdatePerson(was, is Person) error
	InsertParticipant(Participant) (int64, error)
	UpdateParticipant(Participant) error

	// InsertEntry stores an entry with its attachments.
	InsertEntry(Entry) (int64, error)
	// UpdateEntry changes where an entry belongs and what is known of it, down
	// to its text without the commands; the full text, the author and the time
	// stay.
	UpdateEntry(Entry) error
	// RewriteEntry puts other words in the place of an entry's, with their
	// subject, author, files, event and marks. It keeps what UpdateEntry changes
	// and this does not name: ticket, kind, visibility and why.
	RewriteEntry(Entry) error

	// AddMessageIDs stores ids under which replies may name the entry. An id
	// that is stored already keeps its first meaning.
	AddMessageIDs(ticketID, entryID int64, ids []string) error
	// MoveMessageIDs lets ids that are stored for an entry mean another ticket,
	// to which the entry moves.
	MoveMessageIDs(ticketID, entryID int64, ids []string) error

	// Enqueue stores a mail owed, due at once unless DueAt is set.
	Enqueue(OutboxMail) (int64, error)
	// MarkReported notes that the trouble of a mail that OutgoingInTrouble
	// listed is reported. It is false if that was noted before, or if the mail
	// is not in that trouble any more: then it must not be told again.
	MarkReported(OutboxMail) (bool, error)
	// PostponeAutomatic keeps letters that nobody typed from coming due before
	// a time.
	PostponeAutomatic(until time.Time) error
	// MarkUndelivered notes a bounce on the outbox row with this id.
	MarkUndelivered(outboxID int64, reason string, permanent bool) error
	// Suppress stops automatic mail to an address; Unsuppress allows it again.
	Suppress(address, reason string, at time.Time) error
	// NoteFailure counts a lasting failure that does not say that the address
	// is gone. After so many over so long, with no mail in between that arrived,
	// automatic mail to it stops.
	NoteFailure(address, reason string, at time.Time, after int, over time.Duration) error
	Unsuppress(address string) error

	// SettleMail writes what became of a mail. It fails with [ErrSettled] if
	// the mail has been settled before: nothing is applied twice.
	SettleMail(mailID int64, o Outcome, at time.Time) error

	InsertKey(Key) error
	UpdateKey(Key) error
}

// StoredID is a Message-ID that means an entry.
type StoredID struct {
	MessageID string
	TicketID  int64
	EntryID   int64
}

// PriorMail is a mail decided before, as far as duplicates need it.
type PriorMail struct {
	MailID     int64
	TicketID   int64
	EntryID    int64
	State      LedgerState
	MessageID  string
	BodyDigest string
	RawSHA256  string
	From       string
	SentAt     time.Time // its Date field; zero if it had none
}

// TicketFilter chooses tickets. The zero value means those not solved.
type TicketFilter struct {
	All        bool
	Status     Status
	AssigneeID int64
	MailboxID  int64
	Unassigned bool // with AssigneeID 0: only those that nobody has
	Tag        string
	Query      string // words; searched in subjects and public texts
	// Page by key: tickets strictly older than this activity and id.
	BeforeActivity time.Time
	BeforeID       int64
	Limit          int // default 50, at most 1,000
}

// Spool takes in mails, byte for byte, before anybody interprets them.
type Spool interface {
	// Cursor says how far a folder has been read; ok is false for a folder
	// never seen.
	Cursor(ctx context.Context, mailboxID int64, folder string) (c Cursor, ok bool, err error)
	// FormerFolder is the cursor of the folder of a mailbox, other than the
	// given one, in which a mail for the same source was seen last; ok is false
	// where there is none.
	FormerFolder(ctx context.Context, mailboxID int64, folder, source string) (c Cursor, ok bool, err error)
	// SpoolMails stores the mails and moves the cursor of its mailbox and
	// folder in one transaction; without arrivals it only moves the cursor.
	// Under one UIDVALIDITY and numbering the cursor never moves back.
	// Mails stored before (same mailbox, folder, UIDVALIDITY, numbering and
	// UID) are passed over. A lease that was lost refuses all with
	// [ErrLeaseLost].
	SpoolMails(ctx context.Context, l Lease, arrivals []Arrival, next Cursor) error
	// KnownMails reports which of the given mails of a folder, recognised by
	// Message-ID, size, and date or received date, were spooled before under
	// whatever number, in this folder or in one that was read for the same
	// source.
	KnownMails(ctx context.Context, mailboxID int64, folder string, arrivals []Arrival) ([]bool, error)
	// Settled lists UIDs of a folder, as its cursor numbers them, whose mail is
	// decided and on which the action after (move, keyword) has not been done,
	// at most limit.
	Settled(ctx context.Context, mailboxID int64, folder string, uidValidity uint32, limit int) ([]uint32, error)
	// SettledDone notes that the action was done.
	SettledDone(ctx context.Context, mailboxID int64, folder string, uidValidity uint32, uids []uint32) error

	// AcquireLease takes or renews a lease for a while; ok is false while
	// somebody else holds it.
	AcquireLease(ctx context.Context, name, owner string, ttl time.Duration) (l Lease, ok bool, err error)
	ReleaseLease(ctx context.Context, l Lease) error
}

// Queue hands spooled mails to whoever decides about them: one owner at a time,
// since what is decided about a mail depends on those decided before it.
type Queue interface {
	// ClaimSpooled takes up to n spooled mails, fewer if they are large, oldest
	// first, raising their attempt count in a transaction of its own, so that a
	// mail that kills the process is counted. The first claim takes the lease
	// [DecidingLease] for a while, and ends the claims of those who had it
	// before; while somebody else holds it, and when nothing is due, the claim
	// is empty.
	ClaimSpooled(ctx context.Context, owner string, n int, lease time.Duration) (Claim, error)
	// RenewLease lets a lease last for a while from now. It fails with
	// [ErrLeaseLost] once the lease was given back or taken by another.
	RenewLease(ctx context.Context, l Lease, ttl time.Duration) error
	ReleaseLease(ctx context.Context, l Lease) error
	// ReleaseSpooled ends the owner's claims on mails, to be tried again at the
	// given time; the zero time puts them first.
	ReleaseSpooled(ctx context.Context, owner string, ids []int64, at time.Time) error
	// ReturnSpooled is ReleaseSpooled for an attempt that shall not count. Mails
	// that somebody else has claimed meanwhile stay claimed.
	ReturnSpooled(ctx context.Context, owner string, ids []int64, at time.Time) error
	// EndClaims is ReturnSpooled for all mails of an owner that has none in
	// hand: those it could not give back while the database was away.
	EndClaims(ctx context.Context, owner string) error
	// OpenRaw reads the raw bytes of a mail.
	OpenRaw(ctx context.Context, sha256 string) (io.ReadSeekCloser, error)
}

// Outbox hands owed mails to whoever sends them.
type Outbox interface {
	// ClaimOutbox takes mails that are due, oldest first.
	ClaimOutbox(ctx context.Context, c OutboxClaim) ([]OutboxMail, error)
	// RenewOutbox lets a claim last for another lease from now. It fails with
	// [ErrLeaseLost] if the claim is no longer the owner's.
	RenewOutbox(ctx context.Context, owner string, id int64, lease time.Duration) error
	// RecordDelivery notes what became of a claimed mail. It fails with
	// [ErrLeaseLost] if the claim is no longer the owner's.
	RecordDelivery(ctx context.Context, owner string, id int64, d Delivery) error
	// NextDue says when the next mail comes due; zero if none waits.
	NextDue(ctx context.Context) (time.Time, error)
	// PauseMailbox keeps a mailbox's mails from being claimed until a time,
	// because the relay refuses all of them.
	PauseMailbox(ctx context.Context, mailboxID int64, until time.Time, reason string) error
	OpenRaw(ctx context.Context, sha256 string) (io.ReadSeekCloser, error)
}
