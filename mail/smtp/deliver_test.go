package smtp

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestOutlive, on a clock that stands still while anything runs. A goroutine
// that waits on when the attempt is over fails it, too.
func TestOutlive(t *testing.T) {
	const grace = 8 * time.Second
	for name, c := range map[string]struct {
		doneAfter time.Duration // the attempt is over then
		want      time.Duration
		cause     bool // it is errShutdown
	}{
		"in hand to the end":           {time.Hour, grace, true},
		"over soon after the shutdown": {time.Second, time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, shutDown := context.WithCancel(t.Context())
				defer shutDown()
				begin := time.Now()
				out, cancel := outlive(ctx, grace)
				defer cancel()
				done := time.AfterFunc(c.doneAfter, cancel)
				defer done.Stop()
				shutDown()
				<-out.Done()
				if took := time.Since(begin); took != c.want || errors.Is(context.Cause(out), errShutdown) != c.cause {
					t.Errorf("ended after %v by %v", took, context.Cause(out))
				}
			})
		})
	}
}
