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
	// PausedUntil and PausedWhy: all mail of its mailbox waits; "" if not.
	PausedUntil string `json:"paused_until"`
	PausedWhy   string `json:"paused_why"`
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
	pauses, err := h.store.Pauses(ctx)
	if err != nil {
		return err
	}
	views := make([]outboxView, len(rows))
	for i, m := range rows {
		views[i] = outboxView{
			ID: m.ID, Ticket: m.TicketID, Entry: m.EntryID, Kind: m.Kind, Recipient: m.Recipient, MessageID: m.MessageID,
			State: m.State, Attempts: m.Attempts, LastError: m.LastError,
			CreatedAt: stamp(m.CreatedAt), DueAt: stamp(m.DueAt), SentAt: stamp(m.SentAt),
		}
		for _, pause := range pauses {
			if pause.MailboxID == m.MailboxID && m.State == ticketing.OutboxQueued {
				views[i].PausedUntil, views[i].PausedWhy = stamp(pause.Until), pause.Reason
			}
		}
	}
	if c.JSON {
		return printJSON(p.out, views)
	}
	t := newTable(p.out, "ID", "STATE", "TICKET", "KIND", "RECIPIENT", "TRIES", "DUE", "LAST ERROR")
	for _, m := range rows {
		t.row(m.ID, m.State, m.TicketID, m.Kind, m.Recipient, m.Attempts, moment(m.DueAt), m.LastError)
	}
	if err := t.flush(); err != nil {
		return err
	}
	for _, pause := range pauses {
		fmt.Fprintln(p.err, h.pauseText(pause)+"; "+pauseRemedy)
	}
	return nil
}

// pauseText says that a mailbox's mail is paused.
func (h *house) pauseText(p storage.Pause) string {
	name := fmt.Sprintf("mailbox %d, which is not configured any more", p.MailboxID)
	if m, ok := h.settings.Mailbox(p.MailboxID); ok {
		name = m.Address
	}
	return fmt.Sprintf("mail of %s is paused until %s: %s", name, moment(p.Until), oneLine(p.Reason))
}

const pauseRemedy = "when the cause is put right, deskd outbox retry ID of one of its mails ends the pause"

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
	return `A running deskd sends them within seconds. When a mail's mailbox is paused, since the relay refused everything of it, the pause ends, so that all of its mails go out. A mail of unknown fate may arrive twice by this; the second copy is the same to the byte.

Example:

  deskd outbox retry 12 15`
}

func (c outboxRetryCmd) Run(ctx context.Context, p *program) error {
	return p.eachOutbox(ctx, c.IDs, func(s *storage.Store, id int64) (string, error) {
		if err := s.RetryOutbox(ctx, id); err != nil {
			return "", err
		}
		ended, err := s.EndPause(ctx, id)
		if ended {
			return "is due now, and the pause of its mailbox has ended", err
		}
		return "is due now", err
	})
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
	return p.eachOutbox(ctx, c.IDs, func(s *storage.Store, id int64) (string, error) {
		return "is given up", s.DropOutbox(ctx, id)
	})
}

// eachOutbox does one thing to several mails owed. One that cannot be done
// does not keep the others from it.
func (p *program) eachOutbox(ctx context.Context, ids []int64, do func(*storage.Store, int64) (done string, err error)) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	var faults []error
	for _, id := range ids {
		done, err := do(h.store, id)
		var state *storage.OutboxStateError
		switch {
		case errors.Is(err, ticketing.ErrNotFound):
			faults = append(faults, fmt.Errorf("there is no mail %d in the outbox; see deskd outbox list --all", id))
		case errors.As(err, &state):
			faults = append(faults, fmt.Errorf("mail %d %s", id, map[ticketing.OutboxState]string{
				ticketing.OutboxSent: "was sent already", ticketing.OutboxSending: "is being sent just now; try again in a minute",
			}[state.State]))
		case err != nil:
			faults = append(faults, err)
		default:
			fmt.Fprintf(p.out, "mail %d %s\n", id, done)
		}
	}
	return errors.Join(faults...)
}
