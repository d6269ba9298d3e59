package imap

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"deskd/ticketing"
)

// memorySpool is a spool that keeps what it was given in memory, or, when it
// drops, only the numbers. Its knobs make it misbehave.
type memorySpool struct {
	mu      sync.Mutex
	mails   []spooledMail
	cursors map[string]ticketing.Cursor
	leases  map[string]ticketing.Lease
	settled []uint32
	done    []uint32
	epoch   int64
	drops   bool
	// beforeStore is called at the start of each SpoolMails with mails.
	beforeStore func(n int) error
	groups      []int
}

type spooledMail struct {
	ticketing.Arrival
	raw    string
	sha256 string
}

func newMemorySpool() *memorySpool {
	return &memorySpool{cursors: map[string]ticketing.Cursor{}, leases: map[string]ticketing.Lease{}}
}

func folderKey(mailboxID int64, folder string) string { return fmt.Sprint(mailboxID, "/", folder) }

func (s *memorySpool) Cursor(_ context.Context, mailboxID int64, folder string) (ticketing.Cursor, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.cursors[folderKey(mailboxID, folder)]
	return c, ok, nil
}

func (s *memorySpool) SpoolMails(_ context.Context, l ticketing.Lease, arrivals []ticketing.Arrival, next ticketing.Cursor) error {
	if s.beforeStore != nil && len(arrivals) > 0 {
		if err := s.beforeStore(len(arrivals)); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.leases[l.Name].Epoch != l.Epoch {
		return ticketing.ErrLeaseLost
	}
	for _, a := range arrivals {
		m := spooledMail{Arrival: a}
		if !a.Gone {
			if err := m.read(s.drops); err != nil {
				return err
			}
		}
		m.Open = nil
		s.mails = append(s.mails, m)
	}
	if len(arrivals) > 0 {
		s.groups = append(s.groups, len(arrivals))
	}
	s.cursors[folderKey(next.MailboxID, next.Folder)] = next
	return nil
}

func (m *spooledMail) read(drop bool) error {
	r, err := m.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	if drop {
		_, err := io.Copy(io.Discard, r)
		return err
	}
	sum := sha256.New()
	raw, err := io.ReadAll(io.TeeReader(r, sum))
	m.raw, m.sha256 = string(raw), hex.EncodeToString(sum.Sum(nil))
	return err
}

func (s *memorySpool) IngestMails(context.Context, []ticketing.Arrival) ([]int64, error) {
	return nil, nil
}

func (s *memorySpool) KnownMails(_ context.Context, mailboxID int64, folder string, arrivals []ticketing.Arrival) ([]bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := make([]bool, len(arrivals))
	for i, a := range arrivals {
		known[i] = slices.ContainsFunc(s.mails, func(m spooledMail) bool {
			return m.MailboxID == mailboxID && m.Folder == folder && m.MessageID == a.MessageID && m.Size == a.Size
		})
	}
	return known, nil
}

func (s *memorySpool) Settled(_ context.Context, _ int64, _ string, _ uint32, limit int) ([]uint32, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.settled[:min(limit, len(s.settled))]), nil
}

func (s *memorySpool) SettledDone(_ context.Context, _ int64, _ string, _ uint32, uids []uint32) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = append(s.done, uids...)
	s.settled = slices.DeleteFunc(s.settled, func(uid uint32) bool { return slices.Contains(uids, uid) })
	return nil
}

func (s *memorySpool) AcquireLease(_ context.Context, name, owner string, ttl time.Duration) (ticketing.Lease, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.leases[name]
	now := time.Now()
	switch {
	case l.Owner != owner && l.Until.After(now):
		return l, false, nil
	case l.Owner != owner || !l.Until.After(now):
		s.epoch++
		l = ticketing.Lease{Name: name, Owner: owner, Epoch: s.epoch}
	}
	l.Until = now.Add(ttl)
	s.leases[name] = l
	return l, true, nil
}

func (s *memorySpool) ReleaseLease(_ context.Context, l ticketing.Lease) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if have := s.leases[l.Name]; have.Epoch == l.Epoch {
		have.Until = time.Time{}
		s.leases[l.Name] = have
	}
	return nil
}

// stored is a copy of the mails stored so far.
func (s *memorySpool) stored() []spooledMail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

// settle says that mails are decided.
func (s *memorySpool) settle(uids ...uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settled = append(s.settled, uids...)
}
