package storage

import (
	"context"
	"errors"
	"time"

	"deskd/ticketing"
)

// EnsureMailboxes gives each mailbox its id, by its address, and stores those
// that are new. A mailbox whose address is new, and of which an alias has been
// the address, is that one under another address: it keeps its id, and so its
// tickets and how far its folders were read. Mailboxes that are not configured
// any more keep their ids.
func (s *Store) EnsureMailboxes(ctx context.Context, boxes []ticketing.Mailbox) ([]ticketing.Mailbox, error) {
	all := make([]ticketing.Mailbox, len(boxes))
	err := s.update(ctx, func(x *session) error {
		for i, box := range boxes {
			box.Address = ticketing.NormalizeAddress(box.Address)
			id, err := x.ensureMailbox(box)
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

func (x *session) ensureMailbox(box ticketing.Mailbox) (int64, error) {
	_, err := one(x, plain[int64], "SELECT id FROM mailbox WHERE address = ?", box.Address)
	if errors.Is(err, ticketing.ErrNotFound) {
		err = x.moveMailbox(box)
	}
	if err != nil {
		return 0, err
	}
	return one(x, plain[int64], `INSERT INTO mailbox (address, name) VALUES (?, ?)
		ON CONFLICT (address) DO UPDATE SET name = excluded.name RETURNING id`, box.Address, box.Name)
}

// moveMailbox gives a mailbox its new address, if it had one of the aliases
// before. Of several it is the one that is named first.
func (x *session) moveMailbox(box ticketing.Mailbox) error {
	for _, alias := range box.Aliases {
		n, err := x.exec("UPDATE mailbox SET address = ? WHERE address = ?", box.Address, ticketing.NormalizeAddress(alias))
		if n > 0 || err != nil {
			return err
		}
	}
	return nil
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
