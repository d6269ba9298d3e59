package storage

import (
	"context"
	"time"

	"deskd/ticketing"
)

// EnsureMailboxes gives each mailbox its id, by its address, and stores those
// that are new. Mailboxes that are not configured any more keep their ids.
func (s *Store) EnsureMailboxes(ctx context.Context, boxes []ticketing.Mailbox) ([]ticketing.Mailbox, error) {
	all := make([]ticketing.Mailbox, len(boxes))
	err := s.update(ctx, func(x *session) error {
		for i, box := range boxes {
			box.Address = ticketing.NormalizeAddress(box.Address)
			id, err := one(x, plain[int64], `INSERT INTO mailbox (address, name) VALUES (?, ?)
				ON CONFLICT (address) DO UPDATE SET name = excluded.name RETURNING id`, box.Address, box.Name)
			if err != nil {
				return wrap(err, "store mailbox %s", box.Address)
			}
			box.ID = id
			all[i] = box
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// PauseMailbox implements [ticketing.Outbox]. A time that is past ends the
// pause.
func (s *Store) PauseMailbox(ctx context.Context, mailboxID int64, until time.Time, reason string) error {
	err := s.update(ctx, func(x *session) error {
		_, err := x.exec(`INSERT INTO mailbox_pause (mailbox_id, paused_until, reason) VALUES (?, ?, ?)
			ON CONFLICT (mailbox_id) DO UPDATE SET paused_until = excluded.paused_until, reason = excluded.reason`,
			mailboxID, millis(until), reason)
		return err
	})
	return wrap(err, "pause mailbox %d", mailboxID)
}
