package ticketing

import "fmt"

// decideHeld stores a mail for agents, who are told what is held and why. The
// status stays, customers get nothing, nobody is added. A mail that names no
// ticket is held on one of its own.
func decideHeld(m Message, l Link, a Authority, s Situation) Change {
	entry := message(m, a, Held, s)
	entry.Unverified = m.Verdict.Result != Pass
	named := copiedPeople(m, s.People.Participants, s, false)
	entry.Review = Review{
		State: ReviewWaiting, Reason: a.HoldReason, PersonID: s.People.Sender.ID, Proposed: named.proposed,
		Opened: l.Ticket.ID == 0, Acknowledge: acknowledgeable(m, a.Role, s),
	}
	if m.Verdict.Result != Fail {
		entry.Review.Language = m.Language
	}
	entry.Review.Then, entry.Review.Visibility = releasedAs(m, l, a, s)
	if a.Role == Agent {
		entry.Review.Files = filesLeak(m, s)
	}
	c := Change{Entry: &entry}
	if l.Ticket.ID == 0 {
		ticket := newTicket(m, a, s)
		ticket.Flagged = true
		c.Ticket, c.Requester, c.Language = &ticket, senderOf(m), entry.Review.Language
		if a.Role != Agent {
			entry.Author.Role = Requester
		}
	} else {
		ticket := l.Ticket
		c.Ticket = &ticket
		c.setStatus(&ticket, MailHeld, entry.Author, "", s)
	}
	c.tellOfHeld(m, l, a, s)
	o := outcome(m, LedgerHeld, a.Why)
	c.Outcome = &o
	return c
}

// releasedAs is what a held mail becomes when an agent releases it, and whom
// its words are for: what it would have become had its sender been proved. That
// is decided now, while it is known by which address it came: the answer to a
// note's notification stays a note.
func releasedAs(m Message, l Link, a Authority, s Situation) (Action, Visibility) {
	switch {
	case a.Role != Agent:
		return Accept, ""
	case a.Proved == Act && !isMachine(m, s):
		return Act, visibilityOf(l)
	}
	return InternalNote, AgentsOnly
}

// visibilityOf is whom an agent's words are for by the reply address they came
// to. It is public only for one that stands in a notification of what customers
// see.
func visibilityOf(l Link) Visibility {
	if l.Token != nil && l.Token.Kind == TokenAgent {
		return Public
	}
	return AgentsOnly
}

// tellOfHeld tells the agents, and, if somebody may be speaking in an agent's
// name, that agent too, at the address we know. Of a flood only the first mail
// is told, so that it is not answered with a flood.
func (c *Change) tellOfHeld(m Message, l Link, a Authority, s Situation) {
	flooded := a.HoldReason == "too_many_mails" && s.MailsLastHour > s.Settings.Limits.MailsPerHour
	if unheard(m, s) && !a.Alert || flooded {
		return
	}
	addresses := addressesOf(c.told(TopicHeld, "", s))
	if a.Alert { // whatever they chose
		addresses = addressesOf(c.assigneeFirst(s))
	}
	if a.Alert || a.ConfirmLink {
		addresses = withAddress(addresses, s.People.Sender.Address)
	}
	var args map[string]string
	if l.Token != nil && l.Token.Participant.PersonID != s.People.Sender.ID {
		args = map[string]string{"owner": Author{Name: l.Token.Participant.Name, Address: l.Token.Participant.Address}.String()}
	}
	for _, address := range addresses {
		offers := offers(m, c.Entry.Review, s)
		if address == senderOf(m).Address {
			if isMachine(m, s) {
				continue // his machine would answer that too
			}
			if a.ConfirmLink {
				offers = []string{"confirm", "drop"}
			}
		}
		c.Letters = append(c.Letters, LetterTo{
			Kind: LetterHeld, Address: address, Token: TokenAgentNote, Notice: a.HoldReason, Args: args, Offers: offers,
			Away: s.away(address),
		})
	}
}

// offers are the commands by which agents may decide about a held mail: those
// that would do something.
func offers(m Message, r Review, s Situation) []string {
	if r.Then == Act || r.Then == InternalNote {
		return []string{"release", "drop"} // an agent's own words
	}
	commands := []string{"release", "trust"}
	if !r.Opened {
		if m.Kind == Human && !m.NoReply && canJoin(senderOf(m).Address, s.People.Participants, s) {
			commands = append(commands, "admit")
		}
		commands = append(commands, "split")
	}
	return append(commands, "drop")
}

func withAddress(list []string, address string) []string {
	for _, a := range list {
		if a == address {
			return list
		}
	}
	if address == "" {
		return list
	}
	return append(list, address)
}

// Failure is why a mail could not be taken in.
type Failure struct {
	// Reason is a catalogue key below "unreadable.", and Times fills its {times}.
	Reason FailureReason
	Times  int
	// Detail is the fault itself, in English, for the ledger.
	Detail string
}

// FailureReason says what sort of [Failure] it is.
type FailureReason string

// The reasons there are.
const (
	FailedToRead  FailureReason = "failed"
	TookTooLong   FailureReason = "too_long"
	EndedProgram  FailureReason = "ended" // or ran out of time, Times times
	FailedToStore FailureReason = "not_stored"
)

// Unreadable makes the stub ticket for a mail that no tier of the parser could
// read, or that ended the program three times: agents see that it came, and
// have its raw bytes.
func Unreadable(row LedgerRow, f Failure, s Situation) Change {
	ticket := Ticket{
		MailboxID: row.MailboxID, Subject: "", Status: Transition("", RequestMade),
		Priority: S3, Flagged: true, CreatedAt: s.Now, LastActivityAt: s.Now,
	}
	entry := Entry{
		Kind: EntryMessage, Visibility: AgentsOnly,
		Author: Author{Address: UnknownSender, Role: Stranger}, Via: "mail",
		Verdict: Verdict{Result: None}, Why: f.Detail, MailID: row.ID, RawSHA256: row.RawSHA256,
		Event: "unreadable", EventArgs: map[string]string{"size": fmt.Sprint(row.Size), "reason": string(f.Reason)},
		Attachments: []Attachment{{Name: "message.eml", Type: "message/rfc822", Size: row.Size}},
		At:          s.Now,
	}
	if f.Times > 0 {
		entry.EventArgs["times"] = fmt.Sprint(f.Times)
	}
	c := Change{Ticket: &ticket, Requester: Address{Address: UnknownSender}, Entry: &entry}
	for _, address := range c.watchers(s) {
		c.Letters = append(c.Letters, LetterTo{
			Kind: LetterNotice, Address: address, Token: TokenAgentNote, Notice: "unreadable",
			Args: entry.EventArgs,
		})
	}
	c.Outcome = &Outcome{State: LedgerUnreadable, Reason: f.Detail}
	return c
}
