package ticketing

import (
	"fmt"
	"regexp"
)

// troubleBatch is how many mails in trouble are reported in one go.
const troubleBatch = 100

// reportTrouble tells, on the ticket, of mails that could not be sent or wait
// for long: an answer that never arrived must not look like one that did. It
// returns the number of letters queued. Another process may do the same at this
// moment: whoever marks a mail first tells of it.
func (d *Desk) reportTrouble(tx Tx) (letters int, err error) {
	rows, err := tx.OutgoingInTrouble(d.Now().Add(-d.Settings.DelayedAfter), troubleBatch)
	if err != nil {
		return 0, fmt.Errorf("look for mails in trouble: %w", err)
	}
	for _, row := range rows {
		var t Ticket // none for a morning mail
		if row.TicketID != 0 {
			if t, err = tx.LockTicket(row.TicketID); err != nil {
				return 0, fmt.Errorf("report mail %d: %w", row.ID, err)
			}
		}
		first, err := tx.MarkReported(row)
		if err != nil {
			return 0, fmt.Errorf("report mail %d: %w", row.ID, err)
		}
		if !first {
			continue
		}
		s := Situation{Now: d.Now(), Settings: d.Settings}
		box, _ := d.Settings.Mailbox(t.MailboxID)
		if s.Agents, err = agentsOf(tx, box); err != nil {
			return 0, err
		}
		if s.BouncedBy, err = writerOf(tx, row); err != nil {
			return 0, fmt.Errorf("report mail %d: %w", row.ID, err)
		}
		if s.BouncedRole, err = roleOfRecipient(tx, row); err != nil {
			return 0, fmt.Errorf("report mail %d: %w", row.ID, err)
		}
		_, n, err := d.apply(tx, decideTrouble(row, t, s))
		if err != nil {
			return 0, fmt.Errorf("report mail %d: %w", row.ID, err)
		}
		letters += n
	}
	return letters, nil
}

// recipientRefused matches the error of a mail whose recipient the relay did not
// take, and why.
var recipientRefused = regexp.MustCompile(`^RCPT: 5\d\d (5\.\d{1,3}\.\d{1,3}) `)

// decideTrouble notes a mail that failed or is delayed. An address that the relay
// does not know gets no more automatic mail, as if the mail had come back. Agents
// are mailed about words that did not reach a customer, about an agent who is not
// written to any more, and about nothing else: a notice that fails must not cause
// another.
func decideTrouble(row OutboxMail, t Ticket, s Situation) Change {
	name := "delayed"
	if row.State == OutboxFailed {
		name = "undelivered"
	}
	if t.ID == 0 {
		return Change{Bounce: refusedFor(row)}
	}
	args := aboutMail(row, s.BouncedBy, truncate(oneLine(row.LastError), 300))
	e := s.event(name, AgentsOnly, systemAuthor(), "", args)
	e.Via = "system"
	c := Change{Ticket: &t, Events: []Entry{e}, Bounce: refusedFor(row)}
	lost := !row.Kind.Automatic() || row.Kind == LetterReminder
	lost = lost || c.Bounce != nil && row.Kind.ToAgents() && row.Kind != LetterNotice
	if name == "undelivered" {
		c.stopForBounce(&t, row, s)
	}
	if name == "undelivered" && lost {
		c.tellOfBounce(name, args, s)
	}
	return c
}

// refusedFor is what a mail that failed does to its recipient's address: nothing,
// unless the relay said that the address is of no use.
func refusedFor(row OutboxMail) *Undelivered {
	why := recipientRefused.FindStringSubmatch(row.LastError)
	if row.State != OutboxFailed || why == nil || !gone(why[1]) {
		return nil
	}
	return &Undelivered{OutboxID: row.ID, Recipient: row.Recipient, Reason: row.LastError, Final: true, Lasting: true, Suppress: true}
}
