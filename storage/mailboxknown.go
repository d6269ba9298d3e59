package storage

import (
	"context"

	"deskd/ticketing"
)

// KnownMailboxes gives each mailbox its id, if all of them are stored as they
// are: it writes nothing, and so waits for nobody. See
// [Store.EnsureMailboxes] for those that are not.
func (s *Store) KnownMailboxes(ctx context.Context, boxes []ticketing.Mailbox) (all []ticketing.Mailbox, known bool, err error) {
	type row struct {
		id            int64
		address, name string
	}
	var stored []row
	err = s.view(ctx, func(x *session) error {
		stored, err = list(x, func(r scanner) (m row, err error) {
			err = r.Scan(&m.id, &m.address, &m.name)
			return m, err
		}, "SELECT id, address, name FROM mailbox")
		return err
	})
	if err != nil {
		return nil, false, wrap(err, "read the mailboxes")
	}
	byAddress := map[string]row{}
	for _, m := range stored {
		byAddress[m.address] = m
	}
	for _, box := range boxes {
		box.Address = ticketing.NormalizeAddress(box.Address)
		m, ok := byAddress[box.Address]
		if !ok || m.name != box.Name {
			return nil, false, nil
		}
		box.ID = m.id
		all = append(all, box)
	}
	return all, true, nil
}
