package smtp

import (
	"context"
	"sync"
	"time"
)

// route is a relay in use: its connections, its pace and how it fares.
type route struct {
	target target
	pool   *pool
	pace   *pace

	mu       sync.Mutex
	troubles int       // times in a row that it was busy or out of reach
	restsTil time.Time // because of the last of them
}

func newRoute(r Relay) (*route, error) {
	t, err := r.target()
	if err != nil {
		return nil, err
	}
	return &route{target: t, pool: &pool{target: t}, pace: newPace(t.PerMinute, t.PerDay)}, nil
}

// trouble notes that the relay was busy or out of reach, and says until when to
// leave it alone. What several connections meet at once is one trouble.
func (r *route) trouble(s Schedule, now time.Time) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !now.Before(r.restsTil) {
		r.troubles++
		r.restsTil = now.Add(s.slowDown(r.troubles))
	}
	return r.restsTil
}

func (r *route) fine() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.troubles, r.restsTil = 0, time.Time{}
}

// send hands over one mail. A connection that the relay closed while nobody
// used it is replaced once, at no cost to the mail.
func (r *route) send(ctx context.Context, e envelope, text textWriter) (string, *failure) {
	for {
		s, reused, f := r.pool.get(ctx)
		if f != nil {
			return "", f
		}
		answer, f := s.send(ctx, e, text)
		r.pool.put(s)
		stale := reused && f != nil && f.stage == stageMail && (f.code == 0 || f.code == 421) && ctx.Err() == nil
		if !stale {
			return answer, f
		}
	}
}
