package storage

import "time"

// CountEvents implements [ticketing.Reader].
func (x *session) CountEvents(ticketID int64, event string, since time.Time) (int, error) {
	n, err := one(x, plain[int], "SELECT COUNT(*) FROM entry WHERE ticket_id = ? AND event = ? AND event <> '' AND at >= ?",
		ticketID, event, millis(since))
	return n, wrap(err, "count events of ticket %d", ticketID)
}
