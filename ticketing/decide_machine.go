package ticketing

import (
	"fmt"
	"slices"
	"strings"
)

// isEventOnly reports whether a mail is not a message at all, but a sign that
// something happened: an out-of-office answer, a read receipt, an answer to an
// invitation. What is only possibly automatic is read by agents.
func isEventOnly(m Message, l Link, s Situation) bool {
	switch m.Kind {
	case Receipt:
		return !m.Possible
	case CalendarReply:
		return l.Ticket.ID != 0
	case AutoReplied:
		return (l.Ticket.ID != 0 || s.answersPersonal()) && !m.Possible && isMachine(m, s)
	}
	return false
}

// decideEventOnly notes the event on the ticket, for agents. No status moves
// and nobody is written to: an out-of-office answer must not reopen anything.
func decideEventOnly(m Message, l Link, s Situation) Change {
	if l.Ticket.ID == 0 && s.answersPersonal() && m.Kind == AutoReplied {
		c := ignore(m, 0, 0, "an automatic answer to a mail about no ticket")
		c.outOfOffice(m, l, s)
		return c
	}
	if l.Ticket.ID == 0 {
		return ignore(m, 0, 0, "a read receipt for none of our mails")
	}
	ticket := l.Ticket
	name := map[MailKind]string{AutoReplied: "auto_reply", Receipt: "receipt", CalendarReply: "calendar_reply"}[m.Kind]
	role := s.People.RoleOf(l.Token)
	e := message(m, Authority{Role: role, Why: l.Why}, AgentsOnly, s)
	e.Kind, e.Event = EntryEvent, name
	e.EventArgs = map[string]string{"who": senderOf(m).Address}
	c := Change{Ticket: &ticket, Entry: &e}
	c.outOfOffice(m, l, s)
	c.pauseChase(&ticket, m, l, s)
	o := outcome(m, LedgerEvent, "automatic: "+m.KindWhy)
	c.Outcome = &o
	c.MessageIDs = idsOf(m)
	return c
}

// decideBounce notes on the ticket that a mail of ours was not delivered. A
// report about none of our mails is backscatter: somebody else used our
// address. Reports are not authenticated, so nothing else changes.
func decideBounce(m Message, s Situation) Change {
	if s.Bounced == nil || m.Bounce == nil {
		return ignore(m, 0, 0, "a delivery report about none of our mails (backscatter)")
	}
	r := reportedRecipient(m.Bounce, s.Bounced.Recipient)
	if r.Action != "failed" && r.Action != "delayed" {
		return ignore(m, s.Bounced.TicketID, 0, "a delivery report of success: "+r.Action)
	}
	if s.Bounced.State == OutboxFailed {
		return ignore(m, s.Bounced.TicketID, 0, "a further delivery report about a mail known to have failed")
	}
	final := r.Action == "failed" // whatever the status says: 4.4.7 is one that was tried for days
	reason := strings.TrimSpace(r.Status + " " + r.Diagnostic)
	name := "undelivered"
	if !final {
		name = "delayed"
	}
	why := "a delivery report names our mail"
	if s.BounceGuessed {
		name, why = "probably_undelivered", "a delivery report names only the recipient, to whom one mail went lately"
	}
	if slices.Contains(s.BounceTold, name) {
		// Anybody can write reports; the first of a kind says it all.
		return ignore(m, s.Bounced.TicketID, 0, "a further delivery report about mail "+fmt.Sprint(s.Bounced.ID)+" to "+s.Bounced.Recipient)
	}
	c := Change{Bounce: &Undelivered{
		OutboxID: s.Bounced.ID, Recipient: s.Bounced.Recipient, Reason: truncate(oneLine(reason), 300),
		Final: final, Lasting: final && m.Bounce.Permanent && !soft(r.Status), Suppress: final && m.Bounce.Permanent && gone(r.Status),
	}}
	if s.BounceGuessed {
		c.Bounce = nil
	}
	o := outcome(m, LedgerEvent, fmt.Sprintf("a delivery report about mail %d to %s", s.Bounced.ID, s.Bounced.Recipient))
	c.Outcome = &o
	if s.BouncedTicket.ID == 0 {
		return c // there is no ticket to note it on
	}
	e := s.event(name, AgentsOnly, systemAuthor(), why, aboutMail(*s.Bounced, s.BouncedBy, truncate(oneLine(reason), 300)))
	e.MailID, e.RawSHA256, e.MessageID = m.MailID, m.RawSHA256, m.MessageID
	ticket := s.BouncedTicket
	c.Ticket, c.Entry = &ticket, &e
	if final {
		c.stopForBounce(&ticket, *s.Bounced, s)
	}
	if final && !quiet(m, s) && s.Bounced.Kind != LetterNotice { // a notice that fails must not cause another
		c.tellOfBounce(name, e.EventArgs, s)
	}
	return c
}

// stopForBounce stops reminding a customer whom what we wrote has not reached:
// who was not asked must not be taken for silent.
func (c *Change) stopForBounce(t *Ticket, out OutboxMail, s Situation) {
	if s.BouncedRole == Requester && (out.Kind == LetterReply || out.Kind == LetterReminder) {
		c.stopChase(t, StopUndelivered, s)
	}
}

// aboutMail says which of our mails was not delivered, and why: what it was, when
// it was written, and by whom.
func aboutMail(out OutboxMail, by Author, reason string) map[string]string {
	return map[string]string{
		"recipient": out.Recipient, "reason": reason,
		"mail": string(out.Kind), "at": moment(out.CreatedAt), "author": by.String(),
	}
}

// tellOfBounce tells the agents that somebody did not get a mail. What bounced
// from an agent's own mailbox is for the others to see, also if the ticket is his.
func (c *Change) tellOfBounce(notice string, args map[string]string, s Situation) {
	addresses := c.watchers(s)
	if len(addresses) == 1 && addresses[0] == args["recipient"] {
		addresses = addressesOf(s.Agents)
	}
	for _, address := range addresses {
		if address != args["recipient"] {
			c.tell(TokenAgent, address, notice, args)
		}
	}
}

// reportedRecipient is the one of a report to whom our mail went, by his address
// or, where a server passed it on to others, the worst.
func reportedRecipient(b *BounceReport, address string) BouncedRecipient {
	for _, r := range b.Recipients {
		if NormalizeAddress(r.Address) == address && r.Action != "" {
			return r
		}
	}
	return worstRecipient(b)
}

// worstRecipient is the report's recipient that failed, else the first.
func worstRecipient(b *BounceReport) BouncedRecipient {
	var first BouncedRecipient
	for i, r := range b.Recipients {
		if r.Action == "failed" {
			return r
		}
		if i == 0 {
			first = r
		}
	}
	if first.Action == "" {
		first.Action = map[bool]string{true: "failed", false: "delayed"}[b.Permanent]
	}
	return first
}

// gone reports whether a status says that the address itself is of no use
// (mail-rules §4): at once, without waiting for more failures.
func gone(status string) bool {
	switch status {
	case "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.2.1", "5.1.10":
		return true
	}
	return false
}

// soft reports whether a status speaks of a full mailbox (RFC 3463 X.2.2), of
// the mail's size (X.2.3, X.3.4) or of policy (X.7): the address may be in
// use, and take the next mail.
func soft(status string) bool {
	switch status {
	case "5.2.2", "5.2.3", "5.3.4":
		return true
	}
	return strings.HasPrefix(status, "5.7.")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
