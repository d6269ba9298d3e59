package smtp

import (
	"context"
	"time"

	"golang.org/x/time/rate"
)

// pace keeps to what a provider grants: so many mails in any 60 seconds and in
// any 24 hours. It forgets at a restart.
type pace struct {
	limiters []*rate.Limiter
}

func newPace(perMinute, perDay int) *pace {
	p := &pace{}
	if perMinute > 0 {
		p.limiters = append(p.limiters, window(perMinute, time.Minute, 10))
	}
	if perDay > 0 {
		p.limiters = append(p.limiters, window(perDay, 24*time.Hour, 2))
	}
	return p
}

// window allows at most n in any period: a burst of one share of them at once,
// and the others spread over the period.
func window(n int, period time.Duration, share int) *rate.Limiter {
	burst := max(n/share, 1)
	spread := max(n-burst, 1)
	return rate.NewLimiter(rate.Limit(float64(spread)/period.Seconds()), burst)
}

// wait waits for its turn. When that is farther away than patience it gives
// its place back and says how far; 0 means go.
func (p *pace) wait(ctx context.Context, patience time.Duration) (tooFar time.Duration, err error) {
	var delay time.Duration
	var taken []*rate.Reservation
	for _, l := range p.limiters {
		r := l.Reserve()
		taken = append(taken, r)
		delay = max(delay, r.Delay())
	}
	giveBack := func() {
		for _, r := range taken {
			r.Cancel()
		}
	}
	if delay > patience {
		giveBack()
		return delay, nil
	}
	if err := sleep(ctx, delay); err != nil {
		giveBack()
		return 0, err
	}
	return 0, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
