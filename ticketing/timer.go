package ticketing

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// TimerKind is what comes due.
type TimerKind string

// The kinds of timers.
const (
	// TimerReminder is the next alert to a customer whose reply we await, or
	// the solving that follows the last one.
	TimerReminder TimerKind = "reminder"
	// TimerSLA is the next warning or breach of a target.
	TimerSLA TimerKind = "sla"
	// TimerRemind is what an agent asked to be reminded of (#remind).
	TimerRemind TimerKind = "remind"
	// TimerDigest is a person's morning mail.
	TimerDigest TimerKind = "digest"
	// TimerSignIn is a mail to sign in by that was asked for. It is about no
	// person: PersonID is the id of the [SignIn].
	TimerSignIn TimerKind = "sign_in"
)

// known reports whether this version can do what comes due.
func (k TimerKind) known() bool {
	return k == TimerReminder || k == TimerSLA || k == TimerRemind || k == TimerDigest || k == TimerSignIn
}

// Timer is a row that says that something comes due. There is one of a kind for
// a ticket and a person: setting it again moves it.
type Timer struct {
	ID       int64
	Kind     TimerKind
	TicketID int64 // 0 for what is about no ticket
	PersonID int64 // 0 for what is about nobody in particular
	DueAt    time.Time
	// Detail is what the kind needs to know beside that, "" for most.
	Detail string
}

// Timers hands timers that are due to whoever looks after them. A claim is a
// lease, as in the outbox: a killed owner's timers come due again.
type Timers interface {
	// ClaimTimers takes up to n timers that are due at a time, oldest first. The
	// lease is by the store's clock.
	ClaimTimers(ctx context.Context, owner string, due time.Time, n int, lease time.Duration) ([]Timer, error)
	// NextTimer says when the next timer comes due that nobody has claimed; zero
	// if there is none.
	NextTimer(ctx context.Context) (time.Time, error)
}

const (
	timerBatch = 100
	// timerLease is how long one who looks after timers may take for a batch.
	timerLease = time.Minute
)

// fireTimers does what is due. One timer that fails costs only itself: it comes
// due again when its claim ends. The errors are returned together. Where many
// come due at once, as after weeks without a daemon, the breaker is asked after
// each batch: reminders wait for it.
func (d *Desk) fireTimers(ctx context.Context, done *Ticked) error {
	var failed []error
	for ctx.Err() == nil {
		timers, err := d.Timers.ClaimTimers(ctx, d.Owner, d.Now(), timerBatch, timerLease)
		if err != nil {
			return fmt.Errorf("claim timers: %w", err)
		}
		for _, t := range timers {
			if err := d.fire(ctx, t); err != nil {
				failed = append(failed, fmt.Errorf("timer %d (%s of ticket %d): %w", t.ID, t.Kind, t.TicketID, err))
			}
		}
		if len(timers) < timerBatch {
			break
		}
		if err := d.Store.Update(ctx, func(tx Tx) error { return d.watchAutomatic(tx, done) }); err != nil {
			return errors.Join(append(failed, err)...)
		}
	}
	return errors.Join(failed...)
}

// fire does what one timer says, and ends it, in one transaction. What has
// moved it or taken it off since it was claimed wins. The ticket is locked
// first, as everywhere.
func (d *Desk) fire(ctx context.Context, timer Timer) error {
	if !timer.Kind.known() {
		return nil // a newer version shares the database: that does it when our claim ends
	}
	return d.change(ctx, func(tx Tx) (Change, error) {
		var t Ticket
		if timer.TicketID != 0 {
			var err error
			if t, err = tx.LockTicket(timer.TicketID); err != nil {
				return Change{}, err
			}
		}
		mine, err := tx.EndTimer(d.Owner, timer)
		if err != nil || !mine {
			return Change{}, err
		}
		return d.decideTimer(tx, timer, t)
	})
}

// decideTimer says what follows from a timer that came due.
func (d *Desk) decideTimer(tx Tx, timer Timer, t Ticket) (Change, error) {
	switch timer.Kind {
	case TimerSLA:
		return d.fireSLA(tx, t)
	case TimerReminder:
		return d.decideReminder(tx, t)
	case TimerRemind:
		return d.decideRemind(tx, timer, t)
	case TimerDigest:
		return d.decideDigest(tx, timer)
	case TimerSignIn:
		return d.decideSignIn(tx, timer)
	}
	return Change{}, nil
}
