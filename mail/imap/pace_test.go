package imap

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"deskd/ticketing"
)

// A store that cannot take a group in time, or is cut off by something on the
// way, gets smaller ones, until it can; then they grow again.
func TestSmallerGroupsForASlowStore(t *testing.T) {
	for name, c := range map[string]struct {
		fault error
		tries int // 32, 16, 8, 4, 2, 1
		want  string
	}{
		"out of time": {context.DeadlineExceeded, 6, "[1 1 2 4 8 16 8]"},
		"cut off":     {errors.New("connection reset by peer"), 7, "[1 2 4 8 16 9]"}, // once may be an accident
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t, 40)
			b := newScriptBench(t, s)
			b.Account.Limits.GroupMails = 32
			most := 1
			b.spool.before(func(arrivals []ticketing.Arrival) error {
				if len(arrivals) > most {
					return c.fault
				}
				return nil
			})
			var err error
			for range c.tries {
				if _, err = b.Once(t.Context()); err == nil {
					break
				}
			}
			if err == nil || len(b.spool.stored(t)) != 1 {
				t.Errorf("stored %d mails, error %v; want one, and that two are tried then", len(b.spool.stored(t)), err)
			}
			most = 32
			b.once(t)
			if got := fmt.Sprint(b.spool.groups); got != c.want {
				t.Errorf("stored in groups of %s", got)
			}
		})
	}
}

// deadlineSpool notes how long a store may take.
type deadlineSpool struct {
	*testSpool
	allowed time.Duration
	fault   error
}

func (s *deadlineSpool) SpoolMails(ctx context.Context, l ticketing.Lease, arrivals []ticketing.Arrival, next ticketing.Cursor) error {
	if len(arrivals) == 0 {
		return s.testSpool.SpoolMails(ctx, l, arrivals, next)
	}
	end, _ := ctx.Deadline()
	s.allowed = time.Until(end)
	return s.fault
}

// The time grows with the bytes, and for one mail also with its failures.
func TestTimeToStore(t *testing.T) {
	s := newScript(t, 1)
	s.mails[1] = string(testMail(1, 10<<20))
	b := newScriptBench(t, s)
	slow := &deadlineSpool{testSpool: b.spool}
	b.Spool = slow
	for i, c := range []struct {
		fault error
		want  time.Duration
	}{
		{errors.New("not now"), 100 * time.Second}, // 60 and, for 10 MiB, 40
		{context.DeadlineExceeded, 100 * time.Second},
		{context.DeadlineExceeded, 200 * time.Second},
		{fmt.Errorf("not ours: %w", ticketing.ErrLeaseLost), 400 * time.Second},
		{nil, 400 * time.Second},
	} {
		slow.fault = c.fault
		if _, err := b.Once(t.Context()); !errors.Is(err, c.fault) {
			t.Errorf("%d: error %v", i, err)
		}
		if slow.allowed > c.want || slow.allowed < c.want-10*time.Second {
			t.Errorf("%d: allowed %v, want %v", i, slow.allowed, c.want)
		}
	}
}
