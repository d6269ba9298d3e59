package intake

import (
	"context"
	"fmt"
	"sync"
	"time"

	"deskd/ticketing"
)

// The lease outlives some failed renewals, and a killed process's ends within a
// minute (mail-rules §6).
const (
	leaseFor   = time.Minute
	renewEvery = 20 * time.Second
	releaseIn  = 5 * time.Second
)

// grip is this process's hold on the right to decide about mails. The lease
// comes with the first group that is claimed, is renewed while any is in hand,
// and is given back with the last: an idle process keeps nobody waiting.
type grip struct {
	queue ticketing.Queue

	mu    sync.Mutex
	hands int // groups in hand, and claims under way
	lease ticketing.Lease
}

// holding runs work with a grip, whose lease is renewed beside it. Claims of
// this process from before are of mails that could not be given back.
func (in *Intake) holding(ctx context.Context, work func(*grip) error) error {
	if err := in.Queue.EndClaims(ctx, in.Owner); err != nil {
		return fmt.Errorf("give back mails: %w", err)
	}
	g := &grip{queue: in.Queue}
	renewing, stop := context.WithCancel(context.WithoutCancel(ctx))
	var renewer sync.WaitGroup
	renewer.Go(func() { g.renew(renewing) })
	defer renewer.Wait()
	defer stop()
	return work(g)
}

// take is called before a claim. It waits while the lease is given back.
func (g *grip) take() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.hands++
}

// claimed notes the lease that a claim brought, if any.
func (g *grip) claimed(l ticketing.Lease) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if l.Epoch != 0 {
		g.lease = l
	}
}

// letGo is called when a group is done with, or a claim was empty.
func (g *grip) letGo(ctx context.Context) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.hands--; g.hands > 0 || g.lease.Epoch == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseIn)
	defer cancel()
	_ = g.queue.ReleaseLease(ctx, g.lease) // if it cannot be given back, it runs out
	g.lease = ticketing.Lease{}
}

func (g *grip) current() ticketing.Lease {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.lease
}

// renew renews the lease until ctx ends. That it failed or came too late is
// found out by the next transaction that needs it.
func (g *grip) renew(ctx context.Context) {
	ticker := time.NewTicker(renewEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if l := g.current(); l.Epoch != 0 {
			_ = g.queue.RenewLease(ctx, l, leaseFor)
		}
	}
}
