package storage

import (
	"context"
	"errors"
	"time"

	"deskd/ticketing"
)

const timerColumns = "id, kind, ticket_id, person_id, due_at, detail"

func scanTimer(r scanner) (t ticketing.Timer, err error) {
	err = r.Scan(&t.ID, &t.Kind, &t.TicketID, &t.PersonID, timeColumn{&t.DueAt}, &t.Detail)
	return t, err
}

// SetTimer implements [ticketing.Tx]. A claim on the timer as it was ends.
func (x *session) SetTimer(t ticketing.Timer) error {
	_, err := x.exec(`INSERT INTO timer (kind, ticket_id, person_id, due_at, detail, claimed_by, claimed_until)
		VALUES (?, ?, ?, ?, ?, '', 0)
		ON CONFLICT (ticket_id, kind, person_id) DO UPDATE SET due_at = excluded.due_at, detail = excluded.detail,
		claimed_by = '', claimed_until = 0`,
		string(t.Kind), t.TicketID, t.PersonID, millis(t.DueAt), t.Detail)
	return wrap(err, "set the timer %s of ticket %d", t.Kind, t.TicketID)
}

// DropTimer implements [ticketing.Tx].
func (x *session) DropTimer(t ticketing.Timer) error {
	_, err := x.exec("DELETE FROM timer WHERE ticket_id = ? AND kind = ? AND person_id = ?", t.TicketID, string(t.Kind), t.PersonID)
	return wrap(err, "drop the timer %s of ticket %d", t.Kind, t.TicketID)
}

// EndTimer implements [ticketing.Tx].
func (x *session) EndTimer(owner string, t ticketing.Timer) (bool, error) {
	n, err := x.exec("DELETE FROM timer WHERE id = ? AND claimed_by = ? AND due_at = ? AND detail = ?",
		t.ID, owner, millis(t.DueAt), t.Detail)
	return n == 1, wrap(err, "end timer %d", t.ID)
}

// TicketTimers implements [ticketing.Reader].
func (x *session) TicketTimers(ticketID int64) ([]ticketing.Timer, error) {
	timers, err := list(x, scanTimer, "SELECT "+timerColumns+" FROM timer WHERE ticket_id = ? ORDER BY kind, person_id", ticketID)
	return timers, wrap(err, "list the timers of ticket %d", ticketID)
}

// ClaimTimers implements [ticketing.Timers].
func (s *Store) ClaimTimers(ctx context.Context, owner string, due time.Time, n int, lease time.Duration) (timers []ticketing.Timer, err error) {
	err = s.update(ctx, func(x *session) error {
		now, err := x.clock()
		if err != nil {
			return err
		}
		timers, err = list(x, scanTimer, "SELECT "+timerColumns+` FROM timer WHERE due_at <= ? AND claimed_until <= ?
			ORDER BY due_at, id LIMIT ?`+x.store.dialect.skipLocked, millis(due), millis(now), min(n, maxPage))
		if err != nil || len(timers) == 0 {
			return err
		}
		ids := make([]int64, len(timers))
		for i, t := range timers {
			ids[i] = t.ID
		}
		_, err = x.exec("UPDATE timer SET claimed_by = ?, claimed_until = ? WHERE id"+x.store.dialect.idsIn,
			owner, millis(now.Add(lease)), x.store.dialect.numbers(ids))
		return err
	})
	return timers, wrap(err, "claim timers")
}

// NextTimer implements [ticketing.Timers].
func (s *Store) NextTimer(ctx context.Context) (at time.Time, err error) {
	err = s.view(ctx, func(x *session) error {
		now, err := x.clock()
		if err != nil {
			return err
		}
		ms, err := one(x, plain[int64], "SELECT due_at FROM timer WHERE claimed_until <= ? ORDER BY due_at, id LIMIT 1", millis(now))
		at = fromMillis(ms)
		if errors.Is(err, ticketing.ErrNotFound) {
			return nil
		}
		return err
	})
	return at, wrap(err, "look for the next timer")
}
