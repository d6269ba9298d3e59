package imap

import (
	"context"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// wakeUp is why a wait ended.
type wakeUp int

const (
	byTime wakeUp = iota
	byMail
	bySettled
)

// idleDeadline bounds the beginning and the end of IDLE: both are answered at
// once by a server that lives.
const idleDeadline = 20 * time.Second

// wait returns when mails came, mails were settled, or it is time to look.
// Servers without IDLE are asked more often.
func (s *session) wait(ctx context.Context, settled <-chan struct{}) (wakeUp, error) {
	t := s.account.Timing
	timer := time.NewTimer(t.quiet(s.caps.Has(imap.CapIdle)))
	defer timer.Stop()
	if !s.caps.Has(imap.CapIdle) {
		return s.listen(ctx, settled, timer.C)
	}
	var idle *imapclient.IdleCommand
	err := s.within(ctx, "begin IDLE", func(w *watchdog) (err error) {
		w.allow(min(idleDeadline, t.Command))
		idle, err = s.client.Idle()
		return err
	})
	if err != nil {
		return byTime, err
	}
	why, err := s.listen(ctx, settled, timer.C)
	if err == errClosed {
		return why, err
	}
	// IDLE is ended also when we leave: until then nothing else can be sent.
	ended := s.within(context.WithoutCancel(ctx), "end IDLE", func(w *watchdog) error {
		w.allow(t.idleEnd(ctx))
		if err := idle.Close(); err != nil {
			return err
		}
		return idle.Wait()
	})
	if err != nil {
		return why, err
	}
	return why, ended
}

// idleEnd is how long the end of IDLE may take; a second when we leave.
func (t Timing) idleEnd(ctx context.Context) time.Duration {
	if ctx.Err() != nil {
		return time.Second
	}
	return min(idleDeadline, t.Command)
}

// quiet is how long nothing may happen. A connection that died unnoticed
// during IDLE shows when IDLE is ended, and a new one is made after the first
// back-off: the time for that is taken off, so that a mail is still seen
// within Poll.
func (t Timing) quiet(idle bool) time.Duration {
	if !idle {
		return min(t.PollWithoutIdle, t.Poll)
	}
	d := t.Poll - min(idleDeadline, t.Command) - t.BackoffMin
	return min(t.IdleRenew, max(d, t.Poll/2))
}

// listen waits for the first thing to happen.
func (s *session) listen(ctx context.Context, settled <-chan struct{}, timeout <-chan time.Time) (wakeUp, error) {
	select {
	case <-s.exists:
		return byMail, nil
	case <-settled:
		return bySettled, nil
	case <-timeout:
		return byTime, nil
	case <-s.client.Closed():
		return byTime, errClosed
	case <-ctx.Done():
		return byTime, context.Cause(ctx)
	}
}
