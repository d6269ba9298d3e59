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

// RetryOutbox makes a mail due now that failed, was dropped or waits. One that
// is being sent or was sent is refused with [ErrOutboxState].
func (s *Store) RetryOutbox(ctx context.Context, id int64) error {
	return wrap(s.changeOutbox(ctx, id, `UPDATE outbox SET state = 'queued', waiting = true, attempts = 0, due_at = ?
		WHERE id = ? AND state NOT IN ('sending', 'sent')`, millis(time.Now()), id), "retry outbox row %d", id)
}

// DropOutbox gives a mail up. One that is being sent or was sent is refused
// with [ErrOutboxState].
func (s *Store) DropOutbox(ctx context.Context, id int64) error {
	return wrap(s.changeOutbox(ctx, id, `UPDATE outbox SET state = 'dropped', waiting = false
		WHERE id = ? AND state NOT IN ('sending', 'sent')`, id), "drop outbox row %d", id)
}

func (s *Store) changeOutbox(ctx context.Context, id int64, query string, args ...any) error {
	return s.update(ctx, func(x *session) error {
		n, err := x.exec(query, args...)
		if err != nil || n == 1 {
			return err
		}
		state, err := one(x, plain[string], "SELECT state FROM outbox WHERE id = ?", id)
		if err != nil {
			return err
		}
		return fmt.Errorf("%w: %s", ErrOutboxState, state)
	})
}
