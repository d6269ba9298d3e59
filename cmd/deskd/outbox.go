package main

import (
	"context"
	"errors"
	"fmt"

	"deskd/storage"
	"deskd/ticketing"
)

type outboxCmd struct {
	List  outboxListCmd  `cmd:"" help:"List mails owed."`
	Retry outboxRetryCmd `cmd:"" help:"Send mails again that failed or wait."`
	Drop  outboxDropCmd  `cmd:"" help:"Give mails up."`
}

type outboxListCmd struct {
	asJSON
	All    bool  `xor:"which" help:"Those sent too."`
	Failed bool  `xor:"which" help:"Only those given up by the mail server."`
	Ticket int64 `placeholder:"TICKET" help:"Only those of this ticket."`
	Limit  int   `default:"50" help:"At most so many, up to 1000 (${default})."`
	Before int64 `placeholder:"ID" help:"Go on behind this one, the last of the page before."`
}

func (outboxListCmd) Help() string {
	return `Lists the mails that are not sent yet, the newest first.

Examples:

  deskd outbox list
  deskd outbox list --failed --json`
}

func (c outboxListCmd) Validate() error { return validLimit(c.Limit) }

func validLimit(n int) error {
	if n < 1 || n > 1000 {
		return errors.New("--limit must be from 1 to 1000")
	}
	return nil
}

// outboxView is a mail owed as outbox list --json prints it.
type outboxView struct {
	ID        int64                 `json:"id"`
	Ticket    int64                 `json:"ticket"`
	Entry     int64                 `json:"entry"`
	Kind      ticketing.LetterKind  `json:"kind"`
	Recipient string                `json:"recipient"`
	MessageID string                `json:"message_id"`
	State     ticketing.OutboxState `json:"state"`
	Attempts  int                   `json:"attempts"`
	LastError string                `json:"last_error"`
	CreatedAt string                `json:"created_at"`
	DueAt     string                `json:"due_at"`
	SentAt    string                `json:"sent_at"` // "" if not sent
}

func (c outboxListCmd) Run(ctx context.Context, p *program) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	rows, err := c.find(ctx, h)
	if err != nil {
		return err
	}
	views := make([]outboxView, len(rows))
	for i, m := range rows {
		views[i] = outboxView{
			m.ID, m.TicketID, m.EntryID, m.Kind, m.Recipient, m.MessageID, m.State, m.Attempts, m.LastError,
			stamp(m.CreatedAt), stamp(m.DueAt), stamp(m.SentAt),
		}
	}
	if c.JSON {
		return printJSON(p.out, views)
	}
	t := newTable(p.out, "ID", "STATE", "TICKET", "KIND", "RECIPIENT", "TRIES", "DUE", "LAST ERROR")
	for _, m := range rows {
		t.row(m.ID, m.State, m.TicketID, m.Kind, m.Recipient, m.Attempts, moment(m.DueAt), clip(m.LastError, 80))
	}
	return t.flush()
}

// find reads one page. Without a choice it is what waits or failed: the states
// are asked for one by one, since each has its index.
func (c outboxListCmd) find(ctx context.Context, h *house) ([]ticketing.OutboxMail, error) {
	f := storage.OutboxFilter{TicketID: c.Ticket, BeforeID: c.Before, Limit: c.Limit}
	if c.All {
		return h.store.OutboxRows(ctx, f)
	}
	states := []ticketing.OutboxState{ticketing.OutboxQueued, ticketing.OutboxSending, ticketing.OutboxUnknown, ticketing.OutboxFailed}
	if c.Failed {
		states = states[3:]
	}
	var all []ticketing.OutboxMail
	for _, f.State = range states {
		rows, err := h.store.OutboxRows(ctx, f)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return newestFirst(all, c.Limit, func(m ticketing.OutboxMail) int64 { return m.ID }), nil
}

type outboxRetryCmd struct {
	IDs []int64 `arg:"" name:"id" help:"The mails' numbers."`
}

func (outboxRetryCmd) Help() string {
	return `A running deskd sends them within seconds. A mail of unknown fate may arrive twice by this; the second copy is the same to the byte.

Example:

  deskd outbox retry 12 15`
}

func (c outboxRetryCmd) Run(ctx context.Context, p *program) error {
	return p.eachOutbox(ctx, c.IDs, "is due now", (*storage.Store).RetryOutbox)
}

type outboxDropCmd struct {
	IDs []int64 `arg:"" name:"id" help:"The mails' numbers."`
}

func (outboxDropCmd) Help() string {
	return `They are not sent. The ticket keeps what was written; deskd outbox retry takes it back.

Example:

  deskd outbox drop 12`
}

func (c outboxDropCmd) Run(ctx context.Context, p *program) error {
	return p.eachOutbox(ctx, c.IDs, "is given up", (*storage.Store).DropOutbox)
}

// eachOutbox does one thing to several mails owed. One that cannot be done
// does not keep the others from it.
func (p *program) eachOutbox(ctx context.Context, ids []int64, done string, do func(*storage.Store, context.Context, int64) error) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	var faults []error
	for _, id := range ids {
		switch err := do(h.store, ctx, id); {
		case errors.Is(err, ticketing.ErrNotFound):
			faults = append(faults, fmt.Errorf("there is no mail %d in the outbox; see deskd outbox list --all", id))
		case err != nil:
			faults = append(faults, err)
		default:
			fmt.Fprintf(p.out, "mail %d %s\n", id, done)
		}
	}
	return errors.Join(faults...)
}
