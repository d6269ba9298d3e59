package storage

import (
	"context"
	"errors"
	"strconv"

	"deskd/ticketing"
)

// requestsToIndex is the fact that a migration leaves where there were messages
// before customers could search.
const requestsToIndex = "requests to index"

// fillRequestIndex gives the index of customers the messages from before it was
// made, the newest first. It goes on where another process, or an earlier start,
// has got to.
func (s *Store) fillRequestIndex(ctx context.Context) error {
	more := false
	err := s.view(ctx, func(x *session) (err error) { // no start waits for a writer without need
		more, err = one(x, plain[bool], "SELECT EXISTS (SELECT 1 FROM fact WHERE name = ?)", requestsToIndex)
		return err
	})
	if err != nil {
		return wrap(err, "index requests for customers")
	}
	for more {
		if err := s.update(ctx, func(x *session) (err error) {
			more, err = x.fillRequestIndex()
			return err
		}); err != nil {
			return wrap(err, "index requests for customers")
		}
	}
	return nil
}

func (x *session) fillRequestIndex() (more bool, err error) {
	text, err := one(x, plain[string], "SELECT value FROM fact WHERE name = ?"+x.store.dialect.forUpdate, requestsToIndex)
	if errors.Is(err, ticketing.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	upTo, _ := strconv.ParseInt(text, 10, 64) // we wrote it
	entries, err := x.entries("SELECT "+entryColumns+" FROM entry e WHERE e.id <= ? ORDER BY e.id DESC LIMIT 500", upTo)
	if err != nil {
		return false, err
	}
	if len(entries) == 0 {
		_, err = x.exec("DELETE FROM fact WHERE name = ?", requestsToIndex)
		return false, err
	}
	for _, e := range entries {
		x.told = append(x.told, told{ticketID: e.TicketID, entry: e, was: true, since: -1})
	}
	err = x.indexRequests()
	x.told = nil
	if err != nil {
		return false, err
	}
	return true, x.replaceFact(requestsToIndex, strconv.FormatInt(entries[len(entries)-1].ID-1, 10))
}
