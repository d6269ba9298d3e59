package ticketing

import (
	"io"
	"time"
)

// LedgerState is what became of a mail.
type LedgerState string

// The states of a ledger row. Spooled is the only one that work remains for.
const (
	LedgerSpooled    LedgerState = "spooled"    // stored, not yet decided
	LedgerApplied    LedgerState = "applied"    // a message or note on a ticket
	LedgerEvent      LedgerState = "event"      // only an event on a ticket
	LedgerHeld       LedgerState = "held"       // on a ticket, waiting for review
	LedgerIgnored    LedgerState = "ignored"    // duplicate, own copy, backscatter, …: Reason says which
	LedgerUnreadable LedgerState = "unreadable" // a stub ticket shows it
	LedgerGone       LedgerState = "gone"       // expunged before it could be fetched
)

// Sources of mails.
const (
	SourceInbox  = "inbox"
	SourceSent   = "sent"
	SourceIngest = "ingest"
)

// LedgerRow is one mail ever seen in a mailbox, with what became of it.
type LedgerRow struct {
	ID          int64
	MailboxID   int64
	Source      string
	Folder      string
	UIDValidity uint32 // 0 for ingested mails
	UID         uint32 // 0 for ingested mails
	RawSHA256   string // "" when gone
	Size        int64
	// HeaderOnly: the mail was larger than the limit, or the server could not
	// hand it over whole; only its header was taken. The rest is still in the
	// mailbox, or in the file it came from.
	HeaderOnly bool
	// Backlog: older than two days when it was first seen; never acknowledged.
	Backlog    bool
	ReceivedAt time.Time // INTERNALDATE
	SpooledAt  time.Time
	State      LedgerState
	Reason     string
	Attempts   int // raised before each attempt, in a transaction of its own
	TicketID   int64
	EntryID    int64
	MessageID  string
	BodyDigest string
	DoneAt     time.Time
}

// Outcome is what a decision writes into the ledger.
type Outcome struct {
	State      LedgerState
	Reason     string
	TicketID   int64
	EntryID    int64
	MessageID  string
	BodyDigest string
	From       string // normalised address of the sender, for limits per sender
	Verdict    VerdictResult
	SentAt     time.Time
}

// Arrival is a mail as a mailbox handed it over, before anybody reads it.
type Arrival struct {
	MailboxID   int64
	Source      string
	Folder      string
	UIDValidity uint32
	UID         uint32
	ReceivedAt  time.Time
	Backlog     bool
	HeaderOnly  bool
	// Gone: it vanished before it could be fetched; Open is nil then.
	Gone bool
	// MessageID, Date and Size as found in the header, to recognise the mail
	// when a mailbox is renumbered (RFC 3501 §2.3.1.1). Where Date is zero,
	// ReceivedAt stands for it.
	MessageID string
	Date      time.Time
	Size      int64
	// Open reads the raw bytes, from the start, each time it is called.
	Open func() (io.ReadCloser, error)
}

// Cursor is how far a folder of a mailbox has been read.
type Cursor struct {
	MailboxID   int64
	Folder      string
	UIDValidity uint32
	LastUID     uint32
	// Numbering counts how often the folder's UIDs began to mean other mails:
	// under another UIDVALIDITY, or without a word, at another server.
	Numbering int64
	// Account is the server and the user where the folder was read last; "" is
	// not known.
	Account string
	// Source is what the folder is read for.
	Source string
	// Comparing: the mails behind LastUID are new only as far as they are not
	// known under another number.
	Comparing bool
	// Since: mails that arrived before it and are not known were left alone on
	// purpose. Zero leaves none alone.
	Since time.Time
	// Seen is when the latest of the mails taken arrived, or Since. The store
	// moves it on; it never goes back.
	Seen time.Time
}

// DecidingLease is the lease of whoever decides about mails. There is one for a
// database, not one for a mailbox: a mail and its copy to another mailbox, or
// an answer to it, are found only when what came before is decided.
const DecidingLease = "deciding"

// Claim is what [Queue.ClaimSpooled] hands out. Its mails may be decided about
// as long as the lease holds; without a lease there are none.
type Claim struct {
	Lease Lease
	Mails []LedgerRow
}

// Lease is the right to work on something alone until a time. Its Epoch
// fences writers that lost it.
type Lease struct {
	Name  string
	Owner string
	Epoch int64
	Until time.Time
}

// hold keeps the lease until the transaction ends.
func (l Lease) hold(tx Tx) error {
	if l == (Lease{}) {
		return nil
	}
	return tx.HoldLease(l)
}
