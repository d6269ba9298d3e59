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
// tickets and how far its folders were read; of several aliases the first
// counts. Mailboxes that are not configured any more keep their ids.
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
	for _, address := range append([]string{box.Address}, box.Aliases...) {
		id, err := one(x, plain[int64], "UPDATE mailbox SET name = ? WHERE address = ? RETURNING id",
			box.Name, ticketing.NormalizeAddress(address))
		if !errors.Is(err, ticketing.ErrNotFound) {
			return id, err
		}
	}
	return one(x, plain[int64], `INSERT INTO mailbox (address, name) VALUES (?, ?)
		ON CONFLICT (address) DO UPDATE SET name = excluded.name RETURNING id`, box.Address, box.Name)
}

// MoveMailboxes stores the addresses of mailboxes that were found by an alias,
// which they need not have for ever. Until then they are also found by a
// configuration that has not changed yet.
func (s *Store) MoveMailboxes(ctx context.Context, boxes []ticketing.Mailbox) error {
	err := s.update(ctx, func(x *session) error {
		for _, box := range boxes {
			if _, err := x.exec("UPDATE mailbox SET address = ? WHERE id = ? AND address <> ?", box.Address, box.ID, box.Address); err != nil {
				return wrap(err, "mailbox %s", box.Address)
			}
		}
		return nil
	})
	return wrap(err, "move mailboxes to their addresses")
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

// LastAssignee implements [ticketing.Reader].
func (x *session) LastAssignee(mailboxID int64) (int64, error) {
	id, err := one(x, plain[int64], "SELECT last_assignee_id FROM mailbox WHERE id = ?", mailboxID)
	return id, wrap(err, "read whose turn it was at mailbox %d", mailboxID)
}

// SetLastAssignee implements [ticketing.Tx].
func (x *session) SetLastAssignee(mailboxID, personID int64) error {
	n, err := x.exec("UPDATE mailbox SET last_assignee_id = ? WHERE id = ?", personID, mailboxID)
	return wrap(changedOne(n, err), "note whose turn it was at mailbox %d", mailboxID)
}
