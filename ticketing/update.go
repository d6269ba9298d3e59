package ticketing

import (
	"fmt"
	"slices"
	"strings"
)

// updateUnlessQuiet is update for what a mail ordered.
func (c *Change) updateUnlessQuiet(m Message, was, t Ticket, commands Commands, s Situation) {
	if !quiet(m, s) {
		c.update(was, t, commands, s.Named[commands.Merge], s)
	}
}

// update tells the customers what an agent ordered without words of his own, if
// it changes what they can expect: that the request is solved or merged, a
// sentence of his, or another priority with other targets. into is the ticket
// that it was merged into.
func (c *Change) update(was, t Ticket, commands Commands, into OtherTicket, s Situation) {
	restated := !was.Standing().same(t.Standing())
	switch {
	case commands.Merge != 0:
	case commands.Status == CommandSolved && restated:
	case commands.Status == CommandHold && restated && t.HoldNote != "":
	case was.Priority != t.Priority && (commands.PriorityNote != "" || s.Settings.changesExpectation(was, t.Priority)):
	default:
		return
	}
	c.updateCustomers(t, into, s)
}

// updateCustomers owes an update to all who are in touch. Those who are on the
// ticket that it was merged into, if it was, read its number.
func (c *Change) updateCustomers(t Ticket, into OtherTicket, s Situation) {
	for _, p := range s.People.Participants {
		if !s.inTouch(p, t) {
			continue
		}
		to := LetterTo{Kind: LetterUpdate, Address: p.Address, Token: TokenCustomer}
		if participates(into.People, p.PersonID) {
			to.Args = map[string]string{"into": fmt.Sprint(into.Ticket.ID)}
		}
		c.Letters = append(c.Letters, to)
	}
}

// inTouch reports whether an automatic letter of an agent's doing may go to
// somebody: a customer in the conversation, whom an agent has written to, or who
// has written himself. Whose address was only used, a machine, and a list have
// not.
func (s Situation) inTouch(p Participant, t Ticket) bool {
	if !p.Active() || p.Role == Agent || p.Role == Cc && !p.Reached {
		return false
	}
	return slices.ContainsFunc(s.Entries, func(e Entry) bool {
		if e.Kind != EntryMessage || e.Visibility != Public {
			return false
		}
		byHand := e.MailKind == Human || e.MailKind == ""
		return e.Author.Role == Agent || e.Author.PersonID == p.PersonID && byHand && !t.Flagged && !t.Bulk
	})
}

// receipt confirms to an agent what his mail did, if he wants that. What he
// answers is for those whom his mail was for, and a note if it was one.
func (c *Change) receipt(m Message, l Link, s Situation) {
	wants := s.People.Sender.Preferences.Receipts
	if wants == "" {
		wants = s.Settings.Receipts
	}
	own := func(to LetterTo) bool { return to.Kind == LetterCommandError && to.Address == s.People.Sender.Address }
	if wants != ReceiptsAlways || quiet(m, s) || s.maybeLoop() || c.Outcome == nil || c.Outcome.State == LedgerHeld || slices.ContainsFunc(c.Letters, own) {
		return
	}
	to := LetterTo{Kind: LetterReceipt, Address: s.People.Sender.Address, Token: tokenBack(l), Notice: "done"}
	switch e := c.Entry; {
	case e == nil:
	case e.Visibility == Public:
		to.Notice, to.Args = "sent", map[string]string{"people": strings.Join(c.repliesTo(), ", ")}
		if to.Args["people"] == "" {
			to.Notice = "sent_nobody"
		}
	case e.Kind == EntryNote:
		to.Notice, to.Token = "noted", TokenAgentNote
	default:
		return // #help, or nothing at all
	}
	c.Letters = append(c.Letters, to)
}

// maybeLoop reports whether somebody writes so often that it may be his machine,
// which does not say so and answers whatever we answer it.
func (s Situation) maybeLoop() bool { return s.MailsLastHour >= s.Settings.Limits.MailsPerHour }

// repliesTo are those to whom the agent's words go.
func (c *Change) repliesTo() []string {
	var addresses []string
	for _, to := range c.Letters {
		if to.Kind == LetterReply {
			addresses = append(addresses, to.Address)
		}
	}
	return addresses
}

// ownReminder is what #help tells of the sender's reminder.
func (s Situation) ownReminder() map[string]string {
	if len(s.Reminders) == 0 {
		return nil
	}
	return map[string]string{"remind": strings.TrimSpace(moment(s.Reminders[0].DueAt) + " " + s.Reminders[0].Detail)}
}
