package imap

import "time"

// EventKind is what happened in a [Fetcher].
type EventKind string

// The events. All but Fetched are changes of state, said once when they
// happen.
const (
	// Connected: logged in, the folder is open.
	Connected EventKind = "connected"
	// Fetched: Mails were stored, those gone or unreadable among them.
	Fetched EventKind = "fetched"
	// Waiting: another process holds the folder's lease.
	Waiting EventKind = "waiting"
	// Failed: the session ended with Err; the next one begins after Retry.
	Failed EventKind = "failed"
	// Renumbered: the UIDs of the folder mean other mails than before, for the
	// reason Err. Mails of it were unknown and have been stored, and LeftAlone
	// had been left alone before.
	Renumbered EventKind = "renumbered"
	// Unfetchable: the mail UID was stored without its content, for the reason
	// Err. It is still in the mailbox.
	Unfetchable EventKind = "unfetchable"
	// AfterFailed: what is done with settled mails failed with Err; it is
	// tried again. Fetching goes on.
	AfterFailed EventKind = "after_failed"
)

// Event is something an administrator may want to know of a [Fetcher].
type Event struct {
	Kind    EventKind
	Mailbox string // its address
	Folder  string
	Mails   int
	// LeftAlone are unknown mails that were not taken.
	LeftAlone int
	UID       uint32
	Err       error
	Retry     time.Duration
}
