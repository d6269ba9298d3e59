package storage

import (
	"deskd/ticketing"
)

// idsAtOnce bounds one look-up: References fields can be made very long.
const idsAtOnce = 500

// AddMessageIDs implements [ticketing.Tx].
func (x *session) AddMessageIDs(ticketID, entryID int64, ids []string) error {
	clean := make([]string, 0, len(ids))
	for _, id := range ids {
		if id != "" {
			clean = append(clean, cleanText(id))
		}
	}
	if len(clean) == 0 {
		return nil
	}
	for _, id := range clean {
		delete(x.known.messageIDs, id)
	}
	// WHERE true keeps SQLite from reading ON as that of a join.
	_, err := x.exec("INSERT INTO message_id (id, ticket_id, entry_id) SELECT t.value, CAST(? AS BIGINT), CAST(? AS BIGINT) FROM "+
		x.store.dialect.unnest+" WHERE true ON CONFLICT (id) DO NOTHING", ticketID, entryID, x.store.dialect.list(clean))
	return wrap(err, "add Message-IDs to entry %d", entryID)
}

// MoveMessageIDs implements [ticketing.Tx].
func (x *session) MoveMessageIDs(ticketID, entryID int64, ids []string) error {
	for _, id := range ids {
		id = cleanText(id)
		delete(x.known.messageIDs, id)
		if _, err := x.exec("UPDATE message_id SET ticket_id = ? WHERE id = ? AND entry_id = ?", ticketID, id, entryID); err != nil {
			return wrap(err, "move Message-IDs of entry %d to ticket %d", entryID, ticketID)
		}
	}
	return nil
}

func scanStoredID(r scanner) (s ticketing.StoredID, err error) {
	err = r.Scan(&s.MessageID, &s.TicketID, &s.EntryID)
	return s, err
}

// FindMessageIDs implements [ticketing.Reader].
func (x *session) FindMessageIDs(ids []string) ([]ticketing.StoredID, error) {
	found, rest := x.recallMessageIDs(ids)
	for len(rest) > 0 {
		n := min(len(rest), idsAtOnce)
		clean := make([]string, n)
		for i, id := range rest[:n] {
			clean[i] = cleanText(id)
		}
		rows, err := list(x, scanStoredID, "SELECT id, ticket_id, entry_id FROM message_id WHERE id"+x.store.dialect.idsIn,
			x.store.dialect.list(clean))
		if err != nil {
			return nil, wrap(err, "find Message-IDs")
		}
		for _, row := range rows {
			found[row.MessageID] = row
		}
		rest = rest[n:]
	}
	var all []ticketing.StoredID
	for _, id := range ids {
		if row, ok := found[cleanText(id)]; ok {
			all = append(all, row)
			delete(found, row.MessageID) // an id named twice is one
		}
	}
	return all, nil
}

// recallMessageIDs finds what is known already of all the ids, or else leaves
// all of them to be asked for.
func (x *session) recallMessageIDs(ids []string) (found map[string]ticketing.StoredID, rest []string) {
	found = map[string]ticketing.StoredID{}
	for _, id := range ids {
		s, ok := x.known.messageIDs[cleanText(id)]
		if !ok {
			return map[string]ticketing.StoredID{}, ids
		}
		if s.there {
			found[s.row.MessageID] = s.row
		}
	}
	return found, nil
}
