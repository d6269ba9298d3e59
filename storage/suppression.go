package storage

import (
	"errors"
	"time"

	"deskd/ticketing"
)

// Suppressed implements [ticketing.Reader].
func (x *session) Suppressed(address string) (bool, error) {
	if is, ok := x.known.suppressed[address]; ok {
		return is, nil
	}
	_, err := one(x, plain[string], "SELECT address FROM suppression WHERE address = ? AND suppressed_at > 0", address)
	is := err == nil
	if err != nil && !errors.Is(err, ticketing.ErrNotFound) {
		return false, wrap(err, "look up suppression")
	}
	if x.known.on { // the agents' are asked for with each mail of a group
		x.known.suppressed[address] = is
	}
	return is, nil
}

// Suppress implements [ticketing.Tx]. The first reason is kept.
func (x *session) Suppress(address, reason string, at time.Time) error {
	delete(x.known.suppressed, address)
	_, err := x.exec(`INSERT INTO suppression (address, reason, failures, first_at, suppressed_at) VALUES (?, ?, 1, ?, ?)
		ON CONFLICT (address) DO UPDATE SET failures = suppression.failures + 1,
			suppressed_at = CASE WHEN suppression.suppressed_at > 0 THEN suppression.suppressed_at ELSE excluded.suppressed_at END`,
		address, reason, millis(at), millis(at))
	return wrap(err, "suppress an address")
}

// comesBack is how long a mail that does not arrive may take to come back. One
// that went out before and has not is taken to have arrived.
const comesBack = 24 * time.Hour

// NoteFailure implements [ticketing.Tx]. The count begins anew when a mail to the
// address arrived since the first failure.
func (x *session) NoteFailure(address, reason string, at time.Time, after int, over time.Duration) error {
	delete(x.known.suppressed, address)
	_, err := x.exec(`UPDATE suppression SET failures = 0, first_at = ? WHERE address = ? AND suppressed_at = 0 AND EXISTS (
		SELECT 1 FROM outbox o WHERE o.recipient = suppression.address AND o.created_at >= suppression.first_at
			AND o.state = 'sent' AND o.sent_at <= ?)`, millis(at), address, millis(at.Add(-comesBack)))
	if err != nil {
		return wrap(err, "look for a mail that arrived in between")
	}
	_, err = x.exec(`INSERT INTO suppression (address, reason, failures, first_at, suppressed_at) VALUES (?, ?, 1, ?, 0)
		ON CONFLICT (address) DO UPDATE SET failures = suppression.failures + 1,
			suppressed_at = CASE WHEN suppression.suppressed_at > 0 THEN suppression.suppressed_at
				WHEN suppression.failures + 1 >= ? AND excluded.first_at - suppression.first_at >= ? THEN excluded.first_at
				ELSE 0 END`,
		address, reason, millis(at), after, over.Milliseconds())
	return wrap(err, "count a failed delivery")
}

// Unsuppress implements [ticketing.Tx].
func (x *session) Unsuppress(address string) error {
	delete(x.known.suppressed, address)
	_, err := x.exec("DELETE FROM suppression WHERE address = ?", address)
	return wrap(err, "end suppression of an address")
}
