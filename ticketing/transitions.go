package ticketing

// Occurrence is something that may move a ticket's status.
type Occurrence string

// The occurrences (see the design's table of transitions).
const (
	RequestMade        Occurrence = "request made"
	CustomerReplied    Occurrence = "human reply by requester, Cc or colleague"
	CustomerAgreed     Occurrence = "requester or Cc says that it is solved"
	AgentReplied       Occurrence = "public reply by an agent"
	NoteAdded          Occurrence = "note"
	MachineWrote       Occurrence = "automatic mail"
	Bounced            Occurrence = "bounce"
	ReceiptCame        Occurrence = "receipt"
	MailHeld           Occurrence = "held mail"
	CommandOpen        Occurrence = "#open"
	CommandAwaiting    Occurrence = "#awaiting"
	CommandHold        Occurrence = "#hold"
	CommandSolved      Occurrence = "#solved"
	Merged             Occurrence = "merged"
	RemindersExhausted Occurrence = "reminders exhausted"
	ChatStarted        Occurrence = "chat session"
)

// unchanged marks the rows of the table that leave the status alone.
const unchanged Status = ""

// Transition gives the status that follows. It is the whole state machine:
// one row for each occurrence; every occurrence is allowed from every status,
// but for the reminders, which only run while we await a reply.
func Transition(from Status, o Occurrence) Status {
	to := map[Occurrence]Status{
		RequestMade:        Open,
		CustomerReplied:    Open,
		CustomerAgreed:     Solved,
		AgentReplied:       AwaitingReply,
		NoteAdded:          unchanged,
		MachineWrote:       unchanged,
		Bounced:            unchanged,
		ReceiptCame:        unchanged,
		MailHeld:           unchanged,
		CommandOpen:        Open,
		CommandAwaiting:    AwaitingReply,
		CommandHold:        OnHold,
		CommandSolved:      Solved,
		Merged:             Solved,
		RemindersExhausted: Solved,
		ChatStarted:        Open,
	}[o]
	if to == unchanged || (o == RemindersExhausted && from != AwaitingReply) {
		return from
	}
	return to
}
