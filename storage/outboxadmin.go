package storage

import (
	"context"
	"fmt"
	"time"

	"deskd/ticketing"
)

// OutboxFilter chooses outbox rows. The zero value means all of them.
type OutboxFilter struct {
	State    ticketing.OutboxState
	TicketID int64
	// BeforeID pages by key: rows with a smaller id.
	BeforeID int64
	Limit    int // default 50, at most 1,000
	// Drafts: with what is to be sent, which is most of a row.
	Drafts bool
}

// OutboxRows gives a page of the outbox, newest first.
func (s *Store) OutboxRows(ctx context.Context, f OutboxFilter) (rows []ticketing.OutboxMail, err error) {
	var c conditions
	if f.TicketID != 0 {
		c.add("ticket_id = ?", f.TicketID)
	}
	switch f.State {
	case "", ticketing.OutboxSent:
	case ticketing.OutboxQueued, ticketing.OutboxSending, ticketing.OutboxFailed, ticketing.OutboxUnknown, ticketing.OutboxDropped:
		if f.TicketID == 0 {
			c.add("state <> 'sent'") // as the index outbox_notable has it
		}
	default:
		return nil, fmt.Errorf("list outbox: no state %q", f.State)
	}
	if f.State != "" {
		c.add("state = '" + string(f.State) + "'") // a literal, so that a partial index fits
	}
	if f.BeforeID != 0 {
		c.add("id < ?", f.BeforeID)
	}
	c.args = append(c.args, pageSize(f.Limit))
	err = s.view(ctx, func(x *session) error {
		scan, columns := scanOutbox, outboxColumns
		if f.Drafts {
			scan, columns = scanDraft, outboxColumns+", "+draftColumns
		}
		rows, err = list(x, scan, "SELECT "+columns+" FROM outbox"+c.where()+" ORDER BY id DESC LIMIT ?", c.args...)
		return err
	})
	return rows, wrap(err, "list outbox")
}

// Pause is why all mail of a mailbox waits, and until when.
type Pause struct {
	MailboxID int64
	Until     time.Time
	Reason    string
}

// Pauses gives the pauses that have not ended, in the order of the mailboxes.
func (s *Store) Pauses(ctx context.Context) (all []Pause, err error) {
	err = s.view(ctx, func(x *session) error {
		all, err = list(x, func(r scanner) (p Pause, err error) {
			err = r.Scan(&p.MailboxID, timeColumn{&p.Until}, &p.Reason)
			return p, err
		}, "SELECT mailbox_id, paused_until, reason FROM mailbox_pause WHERE paused_until > ? ORDER BY mailbox_id", millis(time.Now()))
		return err
	})
	return all, wrap(err, "list paused mailboxes")
}

// EndPause ends the pause of a mail's mailbox, and reports whether there was
// one.
func (s *Store) EndPause(ctx context.Context, outboxID int64) (ended bool, err error) {
	err = s.update(ctx, func(x *session) error {
		n, err := x.exec(`UPDATE mailbox_pause SET paused_until = 0 WHERE paused_until > ?
			AND mailbox_id = (SELECT mailbox_id FROM outbox WHERE id = ?)`, millis(time.Now()), outboxID)
		ended = n > 0
		return err
	})
	return ended, wrap(err, "end the pause of the mailbox of outbox row %d", outboxID)
}

// RetryOutbox makes a mail due now that failed, was dropped or waits. One that
// is being sent or was sent is refused with [ErrOutboxState].
func (s *Store) RetryOutbox(ctx context.Context, id int64) error {
	err := s.update(ctx, func(x *session) error {
		return x.changeOutbox(id, `UPDATE outbox SET state = 'queued', waiting = true, attempts = 0, due_at = ?
			WHERE id = ? AND state NOT IN ('sending', 'sent')`, millis(time.Now()), id)
	})
	return wrap(err, "retry outbox row %d", id)
}

// DropOutbox gives a mail up. One that is being sent or was sent is refused
// with [ErrOutboxState].
func (s *Store) DropOutbox(ctx context.Context, id int64) error {
	err := s.update(ctx, func(x *session) error {
		return x.changeOutbox(id, `UPDATE outbox SET state = 'dropped', waiting = false
			WHERE id = ? AND state NOT IN ('sending', 'sent')`, id)
	})
	return wrap(err, "drop outbox row %d", id)
}

// OutboxStateError says in which state a mail is that cannot be changed. It is
// an [ErrOutboxState].
type OutboxStateError struct{ State ticketing.OutboxState }

func (e *OutboxStateError) Error() string { return fmt.Sprintf("%v: %s", ErrOutboxState, e.State) }
func (e *OutboxStateError) Unwrap() error { return ErrOutboxState }

func (x *session) changeOutbox(id int64, query string, args ...any) error {
	n, err := x.exec(query, args...)
	if err != nil || n == 1 {
		return err
	}
	state, err := one(x, plain[string], "SELECT state FROM outbox WHERE id = ?", id)
	if err != nil {
		return err
	}
	return &OutboxStateError{ticketing.OutboxState(state)}
}
