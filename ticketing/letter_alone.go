package ticketing

import (
	"cmp"
	"strconv"
)

// alone owes a letter about no ticket to an agent, such as the list of his
// settings. It can be answered at the mailbox's own address.
func (a *applying) alone(to LetterTo) error {
	d := a.desk
	p, err := a.tx.PersonByAddress(to.Address)
	if err != nil || !p.Agent || !to.Kind.ToAgents() {
		return err
	}
	box, err := d.Settings.home(Ticket{MailboxID: a.change.MailboxID})
	if err != nil {
		return err
	}
	who := Participant{PersonID: p.ID, Name: p.Name, Address: p.Address, Language: p.Language, Role: Agent}
	kind := to.Kind + LetterKind(strconv.FormatInt(a.change.MailID, 10)) // one letter of each mail
	l := Letter{
		Kind: to.Kind, Mailbox: box, Participant: who, Language: language(who, box),
		From: Address{Name: box.Name, Address: box.Address}, ReplyTo: box.Address, EnvelopeFrom: cmp.Or(box.EnvelopeFrom, box.Address),
		MessageID: d.Keys.MailID(kind, 0, p.ID, DomainOf(box.Address)), Instance: d.Settings.Instance,
		Notice: to.Notice, Args: to.Args, Internal: true, Date: d.Now(),
	}
	err = owe(a.tx, d.Composer, l, OutboxMail{
		MailboxID: box.ID, Kind: to.Kind, Recipient: p.Address, EnvelopeFrom: l.EnvelopeFrom,
		MessageID: l.MessageID, State: OutboxQueued, DueAt: l.Date, CreatedAt: l.Date,
	})
	if err == nil {
		a.queued++
	}
	return err
}
