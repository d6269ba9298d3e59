package smtp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"deskd/ticketing"
)

// How long a claim lasts, renewed while the mail is in hand, and an attempt at
// most. Claims are short, so that what a killed process had in hand comes due
// again soon.
const (
	defaultLease = 90 * time.Second
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
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		s.renew(ctx, m.ID)
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
func (s *Sender) renew(ctx context.Context, id int64) {
	for sleep(ctx, s.o.Lease/3) == nil {
		err := s.o.Outbox.RenewOutbox(ctx, s.o.Owner, id, s.o.Lease)
		if errors.Is(err, ticketing.ErrLeaseLost) {
			return
		}
		if err != nil && ctx.Err() == nil {
			s.fault(fmt.Errorf("renew the claim of mail %d: %w", id, err))
		}
	}
}
