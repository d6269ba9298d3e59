package main

import (
	"bytes"
	"context"
	"io"
	"sync"
	"time"

	"deskd/mail"
	"deskd/ticketing"
)

// sighting is a trial as it lies in the mailbox.
type sighting struct {
	seenAt, receivedAt time.Time
	raw                []byte
	trace              mail.Trace
}

// maxTrial is by far more than a trial has, with all that servers add, in bytes.
const maxTrial = 256 << 10

// probeBox is a spool in memory: it keeps the headers of the trials of one
// probe, and passes over everything else in the folder. Nothing of it reaches
// the desk's database, and nothing in the folder is changed.
type probeBox struct {
	name func(subject string) string

	mu      sync.Mutex
	cursors map[string]ticketing.Cursor // by folder
	seen    map[string]sighting
	fault   error
	changed chan struct{}
}

var _ ticketing.Spool = (*probeBox)(nil)

func newProbeBox(name func(subject string) string) *probeBox {
	return &probeBox{name: name, cursors: map[string]ticketing.Cursor{}, seen: map[string]sighting{}, changed: make(chan struct{})}
}

// Cursor implements ticketing.Spool. At first no folder has been read before,
// so each is read from its end on.
func (b *probeBox) Cursor(_ context.Context, _ int64, folder string) (ticketing.Cursor, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c, ok := b.cursors[folder]
	return c, ok, nil
}

// FormerFolder implements ticketing.Spool.
func (*probeBox) FormerFolder(context.Context, int64, string, string) (ticketing.Cursor, bool, error) {
	return ticketing.Cursor{}, false, nil
}

// SpoolMails implements ticketing.Spool.
func (b *probeBox) SpoolMails(_ context.Context, _ ticketing.Lease, arrivals []ticketing.Arrival, next ticketing.Cursor) error {
	now := time.Now()
	for _, a := range arrivals {
		if a.Open == nil {
			continue // gone, or without content
		}
		s, err := readArrival(a)
		if err != nil {
			continue // too large a header: none of ours
		}
		s.seenAt = now
		if name := b.name(s.trace.First("subject")); name != "" {
			b.change(func() {
				if _, again := b.seen[name]; !again {
					b.seen[name] = s
				}
			})
		}
	}
	b.change(func() { b.cursors[next.Folder] = next })
	return nil
}

func readArrival(a ticketing.Arrival) (sighting, error) {
	r, err := a.Open()
	if err != nil {
		return sighting{}, err
	}
	defer r.Close()
	raw, err := io.ReadAll(io.LimitReader(r, maxTrial))
	if err != nil {
		return sighting{}, err
	}
	trace, err := mail.ReadTrace(bytes.NewReader(raw))
	return sighting{receivedAt: a.ReceivedAt, raw: raw, trace: trace}, err
}

func (b *probeBox) change(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f()
	close(b.changed)
	b.changed = make(chan struct{})
}

// watches reports whether the end of a folder was found, so that what comes from
// now on is seen. It is called with b locked.
func (b *probeBox) watches(folder string) bool {
	_, ok := b.cursors[folder]
	return ok
}

// await waits until done, ctx ends, or the folder cannot be read, which is the
// error. done is called with b locked.
func (b *probeBox) await(ctx context.Context, done func() bool) error {
	for {
		b.mu.Lock()
		ok, fault, changed := done(), b.fault, b.changed
		b.mu.Unlock()
		switch {
		case ok:
			return nil
		case fault != nil:
			return fault
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// tell notes a trial's sighting in it.
func (b *probeBox) tell(t *trial) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s, ok := b.seen[t.name]; ok {
		t.seen, t.sighting = true, s
	}
}

// KnownMails implements ticketing.Spool. A folder that is renumbered during a
// probe is not read anew.
func (*probeBox) KnownMails(_ context.Context, _ int64, _ string, arrivals []ticketing.Arrival) ([]bool, error) {
	known := make([]bool, len(arrivals))
	for i := range known {
		known[i] = true
	}
	return known, nil
}

// Settled implements ticketing.Spool: nothing is ever to be moved or marked.
func (*probeBox) Settled(context.Context, int64, string, uint32, int) ([]uint32, error) {
	return nil, nil
}

// SettledDone implements ticketing.Spool.
func (*probeBox) SettledDone(context.Context, int64, string, uint32, []uint32) error { return nil }

// AcquireLease implements ticketing.Spool. A folder may be looked at while a
// daemon reads it.
func (*probeBox) AcquireLease(_ context.Context, name, owner string, ttl time.Duration) (ticketing.Lease, bool, error) {
	return ticketing.Lease{Name: name, Owner: owner, Epoch: 1, Until: time.Now().Add(ttl)}, true, nil
}

// ReleaseLease implements ticketing.Spool.
func (*probeBox) ReleaseLease(context.Context, ticketing.Lease) error { return nil }
