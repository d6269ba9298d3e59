package imap

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

// testSpool is a real store on SQLite that can be made to fail.
type testSpool struct {
	*storage.Store

	mu sync.Mutex
	// beforeStore is called at the start of each SpoolMails with mails, and
	// fails it by an error.
	beforeStore func(arrivals []ticketing.Arrival) error
	groups      []int // sizes of the groups stored
}

func newTestSpool(t testing.TB) *testSpool {
	t.Helper()
	s, err := storage.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &testSpool{Store: s}
}

func (s *testSpool) SpoolMails(ctx context.Context, l ticketing.Lease, arrivals []ticketing.Arrival, next ticketing.Cursor) error {
	s.mu.Lock()
	before := s.beforeStore
	s.mu.Unlock()
	if before != nil && len(arrivals) > 0 {
		if err := before(arrivals); err != nil {
			return err
		}
	}
	if err := s.Store.SpoolMails(ctx, l, arrivals, next); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(arrivals) > 0 {
		s.groups = append(s.groups, len(arrivals))
	}
	return nil
}

// before sets what happens before mails are stored.
func (s *testSpool) before(f func([]ticketing.Arrival) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.beforeStore = f
}

// stored are the rows of the ledger, oldest first.
func (s *testSpool) stored(t testing.TB) []ticketing.LedgerRow {
	t.Helper()
	var all []ticketing.LedgerRow
	for {
		f := storage.LedgerFilter{Limit: 1000}
		if len(all) > 0 {
			f.BeforeID = all[len(all)-1].ID
		}
		rows, err := s.LedgerRows(context.Background(), f)
		if err != nil {
			t.Fatal(err)
		}
		if all = append(all, rows...); len(rows) < f.Limit {
			slices.Reverse(all)
			return all
		}
	}
}

// raw is the content of a stored mail.
func (s *testSpool) raw(t testing.TB, row ticketing.LedgerRow) string {
	t.Helper()
	r, err := s.OpenRaw(context.Background(), row.RawSHA256)
	if err != nil {
		t.Fatalf("uid %d: %v", row.UID, err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("uid %d: %v", row.UID, err)
	}
	return string(text)
}

// settle says of mails that they are decided.
func (s *testSpool) settle(t testing.TB, uids ...uint32) {
	t.Helper()
	for _, row := range s.stored(t) {
		if !slices.Contains(uids, row.UID) {
			continue
		}
		err := s.Update(context.Background(), func(tx ticketing.Tx) error {
			return tx.SettleMail(row.ID, ticketing.Outcome{State: ticketing.LedgerIgnored, Reason: "a test"}, time.Now())
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// owed are the mails that are settled and not yet moved or marked.
func (s *testSpool) owed(t testing.TB, row ticketing.LedgerRow) []uint32 {
	t.Helper()
	uids, err := s.Settled(context.Background(), row.MailboxID, row.Folder, row.UIDValidity, 100)
	if err != nil {
		t.Fatal(err)
	}
	return uids
}

// wantUIDs compares the UIDs in the ledger, in the order they were stored.
func wantUIDs(t testing.TB, rows []ticketing.LedgerRow, want ...uint32) {
	t.Helper()
	var got []uint32
	for _, row := range rows {
		got = append(got, row.UID)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("the ledger has UIDs %v, want %v", got, want)
	}
}

// dropSpool reads mails and forgets them, to measure everything else.
type dropSpool struct{ cursor ticketing.Cursor }

func (s *dropSpool) Cursor(context.Context, int64, string) (ticketing.Cursor, bool, error) {
	return s.cursor, s.cursor.MailboxID != 0, nil
}

func (s *dropSpool) FormerFolder(context.Context, int64, string, string) (ticketing.Cursor, bool, error) {
	return ticketing.Cursor{}, false, nil
}

func (s *dropSpool) SpoolMails(_ context.Context, _ ticketing.Lease, arrivals []ticketing.Arrival, next ticketing.Cursor) error {
	for _, a := range arrivals {
		r, err := a.Open()
		if err != nil {
			return err
		}
		if n, err := io.Copy(io.Discard, r); err != nil || n != a.Size {
			return fmt.Errorf("uid %d has %d bytes, not %d: %w", a.UID, n, a.Size, err)
		}
		r.Close()
	}
	s.cursor = next
	return nil
}

func (s *dropSpool) KnownMails(_ context.Context, _ int64, _ string, arrivals []ticketing.Arrival) ([]bool, error) {
	return make([]bool, len(arrivals)), nil
}

func (s *dropSpool) Settled(context.Context, int64, string, uint32, int) ([]uint32, error) {
	return nil, nil
}

func (s *dropSpool) SettledDone(context.Context, int64, string, uint32, []uint32) error { return nil }

func (s *dropSpool) AcquireLease(_ context.Context, name, owner string, ttl time.Duration) (ticketing.Lease, bool, error) {
	return ticketing.Lease{Name: name, Owner: owner, Epoch: 1, Until: time.Now().Add(ttl)}, true, nil
}

func (s *dropSpool) ReleaseLease(context.Context, ticketing.Lease) error { return nil }
