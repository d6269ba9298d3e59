package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

// faulty is a database whose next transactions fail, or whose mails cannot be
// read or given back for a while.
type faulty struct {
	ticketing.Store
	ticketing.Queue
	faults, reads, returns atomic.Int64
}

var errAway = fmt.Errorf("begin: %w", storage.ErrUnreachable)

func (f *faulty) Update(ctx context.Context, do func(ticketing.Tx) error) error {
	if f.faults.Add(-1) >= 0 {
		return errAway
	}
	return f.Store.Update(ctx, do)
}

func (f *faulty) OpenRaw(ctx context.Context, sha256 string) (io.ReadSeekCloser, error) {
	if f.reads.Add(-1) >= 0 {
		return nil, errAway
	}
	return f.Queue.OpenRaw(ctx, sha256)
}

func (f *faulty) ReturnSpooled(ctx context.Context, owner string, ids []int64, at time.Time) error {
	if f.returns.Add(-1) >= 0 {
		return errAway
	}
	return f.Queue.ReturnSpooled(ctx, owner, ids, at)
}

// faultyDesk is a desk at such a database, with some mails to decide about.
func faultyDesk(t *testing.T, url string, mails int) (member, *faulty) {
	t.Helper()
	desk := members(t, 1, url)[0]
	for i := range mails {
		if err := desk.spool(0, customerMail(fmt.Sprintf("<%d@acme.example>", i), "", fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	f := &faulty{Store: desk.store, Queue: desk.store}
	desk.Desk.Store, desk.Queue = f, f
	desk.Report = nil
	return desk, f
}

// fails decides about a group and wants to be told of the fault.
func (m member) fails(t *testing.T) {
	t.Helper()
	if _, err := m.Once(t.Context()); !errors.Is(err, storage.ErrUnreachable) {
		t.Fatalf("the fault is not told: %v", err)
	}
}

// waiting gives the mails not decided about; none may count an attempt.
func (m member) waiting(t *testing.T, want int) (all []int64) {
	t.Helper()
	rows, err := m.store.LedgerRows(t.Context(), storage.LedgerFilter{State: ticketing.LedgerSpooled})
	if err != nil || len(rows) != want {
		t.Fatalf("%d mails wait, %v; want %d", len(rows), err, want)
	}
	for _, row := range rows {
		if row.Attempts != 0 {
			t.Errorf("mail %d counts %d attempts", row.ID, row.Attempts)
		}
		all = append(all, row.ID)
	}
	return all
}

// putOff wants some mails not to be due.
func (m member) putOff(t *testing.T, ids []int64) {
	t.Helper()
	if n, err := m.store.Undecided(t.Context(), ids); n != 0 || err != nil {
		t.Errorf("%d of the mails %v are due, %v; want them put off", n, ids, err)
	}
}

// TestGroupThatFails: a group that fails as a whole is gone over one by one at
// once; a mail that fails alone is put off, is not on its way to be a stub, and
// keeps nobody.
func TestGroupThatFails(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		const mails = 5
		desk, f := faultyDesk(t, url, mails)
		f.faults.Store(2) // the group, and its first mail alone
		desk.fails(t)
		desk.putOff(t, desk.waiting(t, 1))
		desk.expect(t, mails-1, mails-1)
	})
}

// TestMailsThatCannotBeOpened: that the database does not give a mail is not
// the mail's fault, however often.
func TestMailsThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		desk, f := faultyDesk(t, url, 4)
		f.reads.Store(3)
		if _, err := desk.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		desk.putOff(t, desk.waiting(t, 3))
		desk.expect(t, 1, 1)
	})
}

// TestDatabaseAway: mails that cannot even be given back have counted no
// attempt when the database is there again, and keep their order.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		const mails = 3
		desk, f := faultyDesk(t, url, mails)
		for range 8 {
			f.faults.Store(2)
			f.returns.Store(1)
			desk.fails(t)
		}
		finish(t, []member{desk})
		desk.expect(t, mails, mails)
		rows, err := desk.store.LedgerRows(t.Context(), storage.LedgerFilter{})
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows { // newest first
			if row.Attempts != 1 || i > 0 && row.TicketID != rows[i-1].TicketID-1 {
				t.Errorf("mail %d: %d attempts, ticket %d", row.ID, row.Attempts, row.TicketID)
			}
		}
	})
}

// held is a queue that counts the mails in hand.
type held struct {
	ticketing.Queue
	mails atomic.Int64
	most  int64
}

func (h *held) ClaimSpooled(ctx context.Context, owner string, n int, lease time.Duration) (ticketing.Claim, error) {
	c, err := h.Queue.ClaimSpooled(ctx, owner, n, lease)
	h.most = max(h.most, h.mails.Add(int64(len(c.Mails))))
	return c, err
}

func (h *held) ReturnSpooled(ctx context.Context, owner string, ids []int64, at time.Time) error {
	h.mails.Add(-int64(len(ids)))
	return h.Queue.ReturnSpooled(ctx, owner, ids, at)
}

// TestLargeMailsInHand: however many large mails wait, a few are in hand, those
// read ahead with them.
func TestLargeMailsInHand(t *testing.T) {
	t.Parallel()
	desk := members(t, 1, "sqlite://"+t.TempDir()+"/desk.db")[0]
	const mails, size = 24, 1 << 20
	attached := strings.Repeat(strings.Repeat("QUJD", 19)+"\r\n", size/78+1)
	for i := range mails {
		raw := strings.Replace(customerMail(fmt.Sprintf("<%d@acme.example>", i), "", attached),
			"Subject:", "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nSubject:", 1)
		if err := desk.spool(0, raw); err != nil {
			t.Fatal(err)
		}
	}
	ctx, end := context.WithCancel(t.Context())
	defer end()
	h := &held{Queue: desk.store}
	decided := 0
	desk.Queue = h
	desk.Decided = func(n int) {
		h.mails.Add(-int64(n))
		if decided += n; decided == mails {
			end()
		}
	}
	if err := desk.Run(ctx); err != nil {
		t.Fatal(err)
	}
	// A group of 8 MiB, and the one read ahead.
	if most := int64(2 * 8 << 20 / size); h.most > most || decided != mails {
		t.Errorf("up to %d MiB of mails are in hand, want %d; %d were decided about", h.most*size>>20, most*size>>20, decided)
	}
}
