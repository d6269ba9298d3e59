package main

import (
	"context"
	"testing"
	"time"

	"deskd/ticketing"
)

// TestReadingWaitsForNoWriter: what only looks does not wait until somebody has
// written.
func TestReadingWaitsForNoWriter(t *testing.T) {
	t.Parallel()
	_, h, deskd := openSmallDesk(t)
	ctx, cancel := context.WithCancel(t.Context())
	writing, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- h.store.Update(t.Context(), func(ticketing.Tx) error {
			close(writing)
			<-ctx.Done()
			return nil
		})
	}()
	<-writing
	for _, args := range [][]string{
		{"ticket", "list"}, {"ticket", "show", "1"}, {"ledger"}, {"outbox", "list"}, {"agent", "list"}, {"org", "list"}, {"review", "list"},
		{"keys", "list"}, {"explain", "1"},
	} {
		begun := time.Now()
		if status, _, errs := deskd(args...); status != exitDone || time.Since(begun) > 2*time.Second {
			t.Errorf("deskd %v: status %d after %s: %s", args, status, time.Since(begun), errs)
			break
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
