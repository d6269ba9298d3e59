package smtp

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// hands knows the mails that are in hand, and over which relay each goes.
type hands struct {
	mu    sync.Mutex
	mails map[int64]struct{}
	busy  map[*route]int
	freed chan struct{} // rings when a connection has become free
}

func newHands() hands {
	return hands{mails: map[int64]struct{}{}, busy: map[*route]int{}, freed: make(chan struct{}, 1)}
}

// free says for how many more mails a relay has connections.
func (h *hands) free(r *route) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(r.target.MaxConnections-h.busy[r], 0)
}

// all are the ids of the mails in hand.
func (h *hands) all() []int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Keys(h.mails))
}

func (h *hands) take(r *route, id int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.mails[id] = struct{}{}
	h.busy[r]++
}

func (h *hands) letGo(r *route, id int64) {
	h.mu.Lock()
	delete(h.mails, id)
	h.busy[r]--
	h.mu.Unlock()
	select {
	case h.freed <- struct{}{}:
	default:
	}
}

// wait waits until a connection becomes free, or one has since it last looked.
func (h *hands) wait(ctx context.Context) error {
	select {
	case <-h.freed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
