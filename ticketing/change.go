package ticketing

import "time"

// Change is all that follows from one mail or one command: plain data, applied
// in one transaction or not at all.
type Change struct {
	// Ticket is the ticket as it shall be; ID 0 makes a new one. Nil when no
	// ticket is touched.
	Ticket *Ticket
	// Tags: the ticket's tags change from those to what Ticket has. Nil leaves
	// them, and is for a new ticket.
	Tags *Retagging
	// Requester of a new ticket, and whether it is proved that he wrote it.
	Requester       Address
	RequesterProved bool
	// Link relates the ticket to others, for agents, and Unlink ends that.
	Link, Unlink []int64
	// Join are people who get a place, or get it back. A Cc sees the ticket
	// from Entry on.
	Join []Joiner
	// Leave are participants who lose their place, their sight and their
	// reply addresses at once.
	Leave []Participant
	// Sight are participants whose horizon changes, or who take part from now on.
	Sight []Participant
	// Language is what the sender's words are written in, kept for people
	// whose language is unknown.
	Language string
	// Entry is what was said, nil if nothing was.
	Entry *Entry
	// Aside is what an agent said beside it, for agents only; nil if nothing.
	Aside *Entry
	// Events follow it in the timeline.
	Events []Entry
	// About is an entry that was there before and that letters tell of, such
	// as a released one; nil means they tell of Entry or else the first event.
	About *Entry
	// Update are entries whose visibility or review changes.
	Update []Entry
	// Moved is an entry of another ticket that comes to this one, with its files
	// and the ids by which replies name it; nil for none.
	Moved *Entry
	// Reread is an entry whose words are understood anew, nil for none.
	Reread *Rereading
	// Letters are mails owed because of it.
	Letters []LetterTo
	// MessageIDs are ids under which replies may name the entry.
	MessageIDs []string
	// Timers are set, or moved; DropTimers are taken off. A TicketID of 0 is that
	// of Ticket.
	Timers, DropTimers []Timer
	// People are persons of whom something is known that was not.
	People []PersonChange
	// MailboxID is the mailbox that letters about no ticket come from.
	MailboxID int64
	// TurnOf is the person to whom the ticket went by turns; 0 for nobody.
	TurnOf int64
	// AssigneeAway is until when the agent who has the ticket is away, zero if he
	// is there: the letters say so.
	AssigneeAway time.Time
	// Trust is the person whose mails are no longer held for their number or
	// taken for automatic ones; 0 is nobody.
	Trust int64
	// Unsuppress is an address to which automatic mail may go again.
	Unsuppress string
	// Bounce is what a delivery report does to an outbox row.
	Bounce *Undelivered
	// Also is what happens on other tickets because of it. An event there whose
	// argument "ticket" is empty names this ticket.
	Also []Change
	// MailID is the mail decided about, and Outcome what the ledger says of
	// it; 0 and nil for a command.
	MailID  int64
	Outcome *Outcome
}

// Retagging is what tags a ticket had.
type Retagging struct{ Was []string }

// PersonChange is a person as read, and as he shall be.
type PersonChange struct{ Was, Is Person }

// Joiner is somebody who gets a place on a ticket.
type Joiner struct {
	Address Address
	Role    Role
	AddedBy string
	// Reached: an agent has written to him already, past the desk.
	Reached bool
	// Language of his words, kept if his is unknown.
	Language string
}

// LetterTo is one letter owed to one person on the ticket.
type LetterTo struct {
	Kind LetterKind
	// Address of the recipient, normalised. It must belong to a participant
	// after the change, or, for letters to agents, to an active agent.
	Address string
	// Token is the kind of reply address it carries.
	Token        TokenKind
	Notice       string
	Args         map[string]string
	QuoteSubject bool
	// About is an older entry that the letter tells of instead; nil for none.
	About *Entry
	// Away: the recipient is out of office; somebody who is there is told as well.
	Away bool
	// Limited: whether the limits of acknowledgements allow it is seen when it
	// is written.
	Limited    bool
	NewDomains []string
	// Offers are the commands by which a held mail can be decided about.
	Offers   []string
	Proposed []Address
	// Customers are addresses to which the ticket can be given by #customer.
	Customers []string
	// Of a letter that is about no ticket: the mailbox that it comes from, what a
	// morning mail tells, and the subject, id and text of the mail that it answers.
	MailboxID int64
	Digest    Digest
	Answers   Answered
	SignIn    SignInLetter
}

// Answered is a mail that a letter answers without a ticket.
type Answered struct{ Subject, MessageID, Text string }

// Undelivered is a delivery report about one of our mails.
type Undelivered struct {
	OutboxID  int64
	Recipient string
	Reason    string
	Final     bool // it is not tried again
	Lasting   bool // for a reason that lasts: it counts against the address
	Suppress  bool // the address does not exist: stop automatic mail to it
}

// Situation is what a decision depends on beside the mail itself.
type Situation struct {
	Now      time.Time
	Settings Settings
	People   People
	// Agents are the active agents who work in the ticket's mailbox.
	Agents []Person
	// Turn is whose turn it is to get the ticket that the mail opens; nil where
	// none goes by turns.
	Turn *Turn
	// Entries of the ticket; read only where words go out or become visible.
	Entries []Entry
	// MailsLastHour counts mails of the sender before this one.
	MailsLastHour int
	// AcksLastHour and AcksLastDay count acknowledgements to the sender.
	AcksLastHour, AcksLastDay int
	// ReopensLastDay counts how often mail reopened the ticket.
	ReopensLastDay int
	// OwnEnclosed are the attachments that are mails of ours by their signed id.
	OwnEnclosed []string
	// Suppressed: mail to the sender bounced for good.
	Suppressed bool
	// Answers is the entry that the mail of ours told of which it answers, by our
	// signed id; 0 if it answers none.
	Answers int64
	// AnswersHeld is the held entry whose notification the mail answers, by our
	// signed id, and AnswersHeldTo the participant whom that notification went
	// to; 0 if it answers none.
	AnswersHeld, AnswersHeldTo int64
	// Removed are those whom the mail removes from Cc: no longer among People.
	Removed []Participant
	// Named are the tickets that an agent's commands name, those left out that do
	// not exist or that he does not work on; Unmerge is what is known of the one
	// that he wants to be on its own again, nil for none.
	Named   map[int64]OtherTicket
	Unmerge *OtherTicket
	// Reminders are what the sender asked to be reminded of on the ticket, read
	// for #help only.
	Reminders []Timer
	// Corrects is the entry that the mail puts right: it answers what we wrote of
	// that entry's commands, by our signed id; 0 if it does not.
	Corrects int64
	// AnswersPersonal is whose morning mail the mail refers to, 0 if it does not.
	AnswersPersonal int64
	// Bounced is our mail that a delivery report is about, nil if none of ours.
	Bounced *OutboxMail
	// BouncedBy wrote what that mail told.
	BouncedBy Author
	// BouncedRole is what its recipient is on the ticket.
	BouncedRole Role
	// BounceGuessed: only the recipient's address says so.
	BounceGuessed bool
	// BouncedTicket is the ticket it was about.
	BouncedTicket Ticket
	// BounceTold are the events about delivery that the ticket has since that
	// mail, for its recipient.
	BounceTold []string
}

// event makes an entry of kind event.
func (s Situation) event(name string, v Visibility, author Author, why string, args map[string]string) Entry {
	return Entry{
		Kind: EntryEvent, Visibility: v, Author: author, Via: "mail",
		Event: name, EventArgs: args, Why: why, At: s.Now,
		Verdict: Verdict{Result: None},
	}
}

// systemAuthor signs what the desk does of its own accord.
func systemAuthor() Author { return Author{Name: "", Role: System} }
