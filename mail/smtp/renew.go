package smtp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"deskd/ticketing"
)

// Renewer is an outbox whose claims can be prolonged. With one, claims are
// short, so that what a killed process had in hand comes due again soon.
type Renewer interface {
	// RenewOutbox lets a claim last for another lease from now. It fails with
	// [ticketing.ErrLeaseLost] if the claim is no longer the owner's.
	RenewOutbox(ctx context.Context, owner string, id int64, lease time.Duration) error
}

// How long claims last, and attempts at most.
const (
	renewedLease = 90 * time.Second
	fixedLease   = 20 * time.Minute
	maxAttempt   = 30 * time.Minute
)

// hold is a claim in use.
type hold struct {
	attemptUntil time.Time // the attempt ends then
	recordUntil  time.Time // nothing can be recorded later
}

// hold says how long a claim lasts, and keeps it alive until the returned
// function is called.
func (s *Sender) hold(ctx context.Context, m ticketing.OutboxMail, claimedAt time.Time) (hold, func()) {
	renewer, ok := s.o.Outbox.(Renewer)
	if !ok {
		end := claimedAt.Add(s.o.Lease)
		return hold{end.Add(-s.o.Lease / 10), end}, func() {}
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		s.renew(ctx, renewer, m.ID)
	}()
	end := claimedAt.Add(maxAttempt)
	return hold{end, end.Add(s.o.Lease)}, func() {
		cancel()
		<-stopped
	}
}

// renew prolongs a claim until ctx ends. Should somebody else have it by now,
// nothing is left to do: what is on its way cannot be called back, and its
// outcome will not be recorded.
func (s *Sender) renew(ctx context.Context, r Renewer, id int64) {
	for sleep(ctx, s.o.Lease/3) == nil {
		err := r.RenewOutbox(ctx, s.o.Owner, id, s.o.Lease)
		if errors.Is(err, ticketing.ErrLeaseLost) {
			return
		}
		if err != nil && ctx.Err() == nil {
			s.fault(fmt.Errorf("renew the claim of mail %d: %w", id, err))
		}
	}
}
