package smtp

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"deskd/ticketing"
)

// How long a claim lasts, renewed while the mail is in hand; how long
// connecting takes at most, and the way from there to the final dot; and how
// long an outcome is kept that cannot be recorded. Claims are short, so that
// what a killed process had in hand comes due again soon.
const (
	defaultLease = 90 * time.Second
	maxAttempt   = 30 * time.Minute
	maxRecord    = 24 * time.Hour
)

// errUnclaimed ends an attempt at a mail that is not certainly ours any more.
var errUnclaimed = errors.New("the claim of the mail has ended")

// hold is a claim in use.
type hold struct {
	s  *Sender
	id int64
	// claimed ends when somebody else has the mail, or might have: when no
	// renewal succeeded within a lease, as told by a clock that nobody sets.
	claimed context.Context
	end     context.CancelCauseFunc

	mu    sync.Mutex
	until time.Time
	timer *time.Timer
}

// hold keeps a claim alive until the returned function is called.
func (s *Sender) hold(ctx context.Context, m ticketing.OutboxMail, claimedAt time.Time) (*hold, func()) {
	h := &hold{s: s, id: m.ID, until: claimedAt.Add(s.o.Lease)}
	h.claimed, h.end = context.WithCancelCause(context.WithoutCancel(ctx))
	h.timer = time.AfterFunc(time.Until(h.until), func() { h.end(errUnclaimed) })
	renewing, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		h.keep(renewing)
	}()
	return h, func() {
		cancel()
		<-stopped
		h.timer.Stop()
		h.end(nil)
	}
}

// keep prolongs the claim until ctx ends or somebody else has the mail.
func (h *hold) keep(ctx context.Context) {
	for sleep(ctx, h.s.o.Lease/3) == nil {
		err := h.renew(ctx)
		if errors.Is(err, ticketing.ErrLeaseLost) {
			return
		}
		if err != nil && ctx.Err() == nil {
			h.s.fault(fmt.Errorf("renew the claim of mail %d: %w", h.id, err))
		}
	}
}

func (h *hold) renew(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, h.s.o.Lease)
	defer cancel()
	begun := time.Now() // the new lease begins later than this
	err := h.s.o.Outbox.RenewOutbox(ctx, h.s.o.Owner, h.id, h.s.o.Lease)
	if errors.Is(err, ticketing.ErrLeaseLost) {
		h.end(fmt.Errorf("%w: %w", errUnclaimed, err))
	}
	if err == nil {
		h.mu.Lock()
		defer h.mu.Unlock()
		if until := begun.Add(h.s.o.Lease); until.After(h.until) {
			h.until = until
			h.timer.Reset(time.Until(until))
		}
	}
	return err
}

// confirm makes sure that the mail is ours now and for a while. It tries as
// long as the claim lasts.
func (h *hold) confirm(ctx context.Context) error {
	ctx, cancel := both(ctx, h.claimed)
	defer cancel()
	err := h.s.persist(ctx, func() error { return h.renew(ctx) })
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", errUnclaimed, err)
}

// lost reports whether the mail is known to be somebody else's.
func (h *hold) lost() bool {
	return errors.Is(context.Cause(h.claimed), ticketing.ErrLeaseLost)
}

// both gives a context that ends with the first of the two, and has its cause.
func both(a, b context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(a)
	stop := context.AfterFunc(b, func() { cancel(context.Cause(b)) })
	return ctx, func() {
		stop()
		cancel(nil)
	}
}

// errShutdown cuts a mail in hand when the process ends.
var errShutdown = errors.New("shutting down")

// outlive gives a context that ends grace after ctx has ended, with errShutdown
// as its cause.
func outlive(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	out, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		if sleep(out, grace) == nil { // else nobody needs out any more
			cancel(errShutdown)
		}
	})
	return out, func() {
		stop()
		cancel(nil)
	}
}

// limit gives a context for one part of an attempt.
func limit(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, maxAttempt, fmt.Errorf("not done within %v", maxAttempt))
}
