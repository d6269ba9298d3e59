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
	accepted int       // recipients
	// refused has the mails that may not go over this relay, as it says, with
	// accepted as it was at the first time.
	refused map[int64]int
}

func newRoute(r Relay) (*route, error) {
	t, err := r.target()
	if err != nil {
		return nil, err
	}
	return &route{target: t, pool: &pool{target: t}, pace: newPace(t.PerMinute, t.PerDay), refused: map[int64]int{}}, nil
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

func (r *route) tookRecipient() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.accepted++
}

// denied says whom it concerns when the relay refuses to relay a mail. Some
// servers say so of a recipient alone, so that it is the mail's own when others
// were accepted after its first time. Before that is known, the mailbox is
// taken to be refused when nobody was accepted ever, or since another one was
// refused; else the mail alone is put off.
func (r *route) denied(id int64) scope {
	r.mu.Lock()
	defer r.mu.Unlock()
	first, again := r.refused[id]
	if again && r.accepted > first {
		return scopeMail
	}
	r.refused[id] = r.accepted
	if again || r.accepted == 0 {
		return scopeDenied
	}
	for other, at := range r.refused {
		if other != id && at == r.accepted {
			return scopeDenied
		}
	}
	return scopeLater
}

// forget: the mail has ended.
func (r *route) forget(id int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.refused, id)
}

// send hands over one mail; up to the final dot it ends with dot, and after that
// with ctx. The time for it begins when the connection is there. A connection
// that the relay closed while nobody used it is replaced once, at no cost to
// the mail.
func (r *route) send(ctx, dot context.Context, e envelope, text textWriter) (string, *failure) {
	for {
		s, reused, f := r.connect(dot)
		if f != nil {
			return "", f
		}
		answer, f := r.sendOver(ctx, dot, s, e, text)
		r.pool.put(s)
		stale := reused && f != nil && f.stage == stageMail && (f.code == 0 || f.code == 421) && dot.Err() == nil
		if !stale {
			return answer, f
		}
	}
}

func (r *route) connect(ctx context.Context) (s *session, reused bool, f *failure) {
	ctx, cancel := limit(ctx)
	defer cancel()
	return r.pool.get(ctx)
}

func (r *route) sendOver(ctx, dot context.Context, s *session, e envelope, text textWriter) (string, *failure) {
	dot, cancel := limit(dot)
	defer cancel()
	return s.send(ctx, dot, e, text)
}
