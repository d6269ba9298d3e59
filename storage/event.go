package storage

import (
	"time"

	"deskd/ticketing"
)

// CountEvents implements [ticketing.Reader].
func (x *session) CountEvents(ticketID int64, event string, proof []ticketing.VerdictResult, since time.Time) (int, error) {
	n, err := one(x, plain[int], `SELECT COUNT(*) FROM entry WHERE ticket_id = ? AND event = ? AND event <> '' AND at >= ?
		AND verdict`+x.store.dialect.idsIn, ticketID, event, millis(since), x.verdicts(proof))
	return n, wrap(err, "count events of ticket %d", ticketID)
}

// verdicts is the argument for a list of verdicts.
func (x *session) verdicts(list []ticketing.VerdictResult) any {
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = string(v)
	}
	return x.store.dialect.list(texts)
}
