package imap

import (
	"context"
	"fmt"
	"sync"
	"time"

	"deskd/ticketing"
)

// tenure is the lease of a folder while it is held.
type tenure struct {
	mu    sync.Mutex
	lease ticketing.Lease
}

// current is the lease as it was last renewed.
func (t *tenure) current() ticketing.Lease {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lease
}

func (t *tenure) set(l ticketing.Lease) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lease = l
}

// leaseName is what processes that read the same folder contend for.
func leaseName(a Account) string { return fmt.Sprintf("imap/%d/%s", a.Mailbox.ID, a.Folder) }

// acquire takes the folder's lease; ok is false while somebody else holds it.
func (f *Fetcher) acquire(ctx context.Context, a Account) (ticketing.Lease, bool, error) {
	l, ok, err := f.Spool.AcquireLease(ctx, leaseName(a), f.Owner, a.Timing.Lease)
	if err != nil {
		return l, false, fmt.Errorf("take the lease of folder %s: %w", a.Folder, err)
	}
	return l, ok, nil
}

// hold runs work while the lease is renewed beside it. Work's context ends
// with [ticketing.ErrLeaseLost] when somebody else takes the lease, or when it
// could not be renewed until its end. Afterwards the lease is given back.
func (f *Fetcher) hold(ctx context.Context, a Account, l ticketing.Lease, work func(context.Context, *tenure) error) error {
	t := &tenure{lease: l}
	working, lost := context.WithCancelCause(ctx)
	renewing, stop := context.WithCancel(ctx)
	var renewer sync.WaitGroup
	renewer.Go(func() {
		if err := f.renew(renewing, a, t); err != nil {
			lost(err)
		}
	})
	err := work(working, t)
	stop()
	renewer.Wait()
	lost(nil)
	// The next one may begin at once, also when we end because ctx did. If the
	// lease cannot be given back, it runs out.
	release, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = f.Spool.ReleaseLease(release, t.current())
	return err
}

// renew renews the lease until ctx ends, and returns an error once it is lost.
func (f *Fetcher) renew(ctx context.Context, a Account, t *tenure) error {
	ticker := time.NewTicker(a.Timing.LeaseRenew)
	defer ticker.Stop()
	end := time.Now().Add(a.Timing.Lease) // by our own clock
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		begun := time.Now()
		limited, cancel := context.WithDeadline(ctx, end)
		l, ok, err := f.acquire(limited, a)
		cancel()
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil && (!ok || l.Epoch != t.current().Epoch):
			return fmt.Errorf("folder %s: %w", a.Folder, ticketing.ErrLeaseLost)
		case err == nil:
			t.set(l)
			end = begun.Add(a.Timing.Lease)
		case !time.Now().Before(end.Add(-a.Timing.LeaseRenew / 2)):
			return fmt.Errorf("folder %s: %w: %w", a.Folder, ticketing.ErrLeaseLost, err)
		}
	}
}
