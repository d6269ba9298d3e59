package imap

import (
	"context"
	"errors"
	"fmt"
	"time"

	"deskd/ticketing"
)

// Fetcher reads one folder into a spool. Its fields are set before the first
// call and not changed afterwards. One method may run at a time.
type Fetcher struct {
	Account Account
	Spool   ticketing.Spool
	// Owner names this process for the lease, unlike any other process.
	Owner string
	// Spooled is called after each group of mails is stored, to wake whoever
	// decides about them; it must not block. nil calls nothing.
	Spooled func()
	// Applied wakes the fetcher when mails were settled, so that they are moved
	// or marked; give it a buffer of one and send without blocking. Without it
	// that happens at the next look.
	Applied <-chan struct{}
	// Notify is told what happens, in order, from the fetcher's goroutine; it
	// must not block for long. nil tells nobody.
	Notify func(Event)
	// TempDir holds mails above 256 KiB while they are stored; "" is the
	// system's.
	TempDir string

	doubts doubts
	pace   pace
	// createTemp makes a temporary file; nil is a real one.
	createTemp func(dir, pattern string) (tempFile, error)
}

// ErrHeld is returned by Once when another process reads the folder.
var ErrHeld = errors.New("another process is reading this folder; it will take in what is there")

// Run watches the folder until ctx ends. A transaction under way is finished
// first; then it returns nil. Faults of the server, the network or the spool
// are reported by Notify and tried again; only an account that can never work
// is an error, at once.
func (f *Fetcher) Run(ctx context.Context) error {
	a := f.Account.withDefaults()
	if err := a.validate(); err != nil {
		return fmt.Errorf("mailbox %s: %w", a.Mailbox.Address, err)
	}
	b := newBackoff(a.Timing)
	for ctx.Err() == nil {
		gotOn, err := f.watchOnce(ctx, a)
		if ctx.Err() != nil {
			break
		}
		wait := b.after(err, gotOn)
		f.tell(a, Event{Kind: Failed, Err: err, Retry: wait})
		pause(ctx, wait)
	}
	return nil
}

// Once takes in everything that is there, moves or marks what is settled, and
// returns how many mails it stored. It fails when another process holds the
// folder.
func (f *Fetcher) Once(ctx context.Context) (n int, err error) {
	a := f.Account.withDefaults()
	if err := a.validate(); err != nil {
		return 0, fmt.Errorf("mailbox %s: %w", a.Mailbox.Address, err)
	}
	l, ok, err := f.acquire(ctx, a)
	if err != nil {
		return 0, err
	}
	if !ok {
		return 0, ErrHeld
	}
	err = f.hold(ctx, a, l, func(ctx context.Context, t *tenure) error {
		return f.session(ctx, a, t, func(ctx context.Context, r *reader) (err error) {
			if n, err = r.catchUp(ctx); err != nil {
				return err
			}
			return r.settle(ctx)
		})
	})
	return n, err
}

// watchOnce holds the lease and one session until either ends. gotOn is true
// if the session stored something or lasted for a while, so that a server
// which fails soon after every login is not asked to log us in every 5
// seconds.
func (f *Fetcher) watchOnce(ctx context.Context, a Account) (gotOn bool, err error) {
	l, err := f.awaitLease(ctx, a)
	if err != nil {
		return false, err
	}
	begun, n := time.Now(), 0
	err = f.hold(ctx, a, l, func(ctx context.Context, t *tenure) error {
		return f.session(ctx, a, t, func(ctx context.Context, r *reader) error {
			return f.watch(ctx, r, &n)
		})
	})
	return n > 0 || time.Since(begun) > a.Timing.BackoffMax/10, err
}

// awaitLease waits until the folder is ours.
func (f *Fetcher) awaitLease(ctx context.Context, a Account) (ticketing.Lease, error) {
	for told := false; ; told = true {
		l, ok, err := f.acquire(ctx, a)
		if err != nil || ok {
			return l, err
		}
		if !told {
			f.tell(a, Event{Kind: Waiting})
		}
		if !pause(ctx, a.Timing.LeaseRenew) {
			return l, context.Cause(ctx)
		}
	}
}

// session connects, and runs work with a reader of the folder.
func (f *Fetcher) session(ctx context.Context, a Account, t *tenure, work func(context.Context, *reader) error) error {
	s, err := open(ctx, a)
	if err != nil {
		return err
	}
	defer s.logOut()
	f.tell(a, Event{Kind: Connected})
	r := &reader{account: a, spool: f.Spool, session: s, lease: t.current, doubts: &f.doubts, pace: &f.pace,
		basin:   &basin{dir: f.TempDir, limits: a.Limits, create: createTemp},
		notify:  func(e Event) { f.tell(a, e) },
		spooled: func() {}, groupMails: a.Limits.GroupMails}
	if f.createTemp != nil {
		r.basin.create = f.createTemp
	}
	if f.Spooled != nil {
		r.spooled = f.Spooled
	}
	defer r.basin.drop()
	return work(ctx, r)
}

// watch catches up with the folder, waits for news, and so on. It counts the
// mails that it stores.
func (f *Fetcher) watch(ctx context.Context, r *reader, stored *int) error {
	for why := byMail; ; {
		if why == byTime {
			// Without IDLE a server shows new mails only when asked for news.
			if err := r.session.noop(ctx); err != nil {
				return err
			}
		}
		r.session.drain()
		n, err := r.catchUp(ctx)
		*stored += n
		if err != nil {
			return err
		}
		if err := r.settle(ctx); err != nil {
			return err
		}
		if why, err = r.session.wait(ctx, f.Applied); err != nil {
			return err
		}
	}
}

// tell reports an event.
func (f *Fetcher) tell(a Account, e Event) {
	if f.Notify == nil {
		return
	}
	e.Mailbox, e.Folder = a.Mailbox.Address, a.Folder
	f.Notify(e)
}

// pause waits, and reports whether ctx is still on.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
