package smtp

import (
	"context"
	"sync"
	"time"
)

// pool keeps the idle sessions of one relay. It does not count those in use.
type pool struct {
	target target

	mu     sync.Mutex
	idle   []*session // the one used last at the end
	closed bool
	reaper *time.Timer // runs while sessions are idle
}

// get takes an idle session, or makes one; reused says which.
func (p *pool) get(ctx context.Context) (s *session, reused bool, f *failure) {
	if s := p.take(); s != nil {
		return s, true, nil
	}
	s, f = p.target.connect(ctx)
	return s, false, f
}

func (p *pool) take() *session {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.idle)
	if n == 0 || time.Since(p.idle[n-1].idle) >= p.target.IdleTimeout {
		return nil // the reaper will come for them
	}
	s := p.idle[n-1]
	p.idle = p.idle[:n-1]
	return s
}

// put gives a session back, or ends it when it has served its time.
func (p *pool) put(s *session) {
	if s.broken {
		s.close()
		return
	}
	if s.mails >= p.target.MailsPerConnection || !p.keep(s) {
		s.quit()
	}
}

func (p *pool) keep(s *session) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	s.idle = time.Now()
	p.idle = append(p.idle, s)
	if p.reaper == nil {
		p.reaper = time.AfterFunc(p.target.IdleTimeout, p.reap)
	}
	return true
}

// reap ends sessions that have been idle for too long.
func (p *pool) reap() {
	p.mu.Lock()
	n := 0
	for n < len(p.idle) && time.Since(p.idle[n].idle) >= p.target.IdleTimeout {
		n++
	}
	old := append([]*session(nil), p.idle[:n]...)
	p.idle = append(p.idle[:0], p.idle[n:]...)
	p.reaper = nil
	if len(p.idle) > 0 && !p.closed {
		p.reaper = time.AfterFunc(p.target.IdleTimeout-time.Since(p.idle[0].idle), p.reap)
	}
	p.mu.Unlock()
	quitAll(old)
}

// close ends all idle sessions; those in use end when they are put back.
func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	old := p.idle
	p.idle = nil
	if p.reaper != nil {
		p.reaper.Stop()
	}
	p.mu.Unlock()
	quitAll(old)
}

func quitAll(sessions []*session) {
	var wg sync.WaitGroup
	for _, s := range sessions {
		wg.Go(s.quit)
	}
	wg.Wait()
}
