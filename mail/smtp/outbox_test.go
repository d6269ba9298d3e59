package smtp

import (
	"bytes"
	"context"
	"io"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"deskd/ticketing"
)

// clock is a time that a test moves on.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// memory is an outbox for tests that need a clock of their own; storage_test.go
// runs against the real one.
type memory struct {
	clock *clock

	mu      sync.Mutex
	rows    []*memoryRow
	paused  map[int64]time.Time
	reasons []string
	raws    map[string][]byte
	refuse  error        // what RecordDelivery returns, if set
	renew   func() error // what RenewOutbox returns, if set
	renewed atomic.Int32
	// restedWith is how many mails there were when the sender last heard that
	// none is due; -1 before.
	restedWith atomic.Int32
	claims     atomic.Int32
}

type memoryRow struct {
	ticketing.OutboxMail
	owner   string
	aliases []string
	history []ticketing.Delivery
}

func newMemory() *memory {
	o := &memory{
		clock:  &clock{now: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)},
		paused: map[int64]time.Time{}, raws: map[string][]byte{},
	}
	o.restedWith.Store(-1)
	return o
}

func (o *memory) RenewOutbox(_ context.Context, owner string, id int64, lease time.Duration) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.renewed.Add(1)
	if o.renew != nil {
		if err := o.renew(); err != nil {
			return err
		}
	}
	if o.rows[id-1].owner != owner {
		return ticketing.ErrLeaseLost
	}
	o.rows[id-1].DueAt = o.clock.Now().Add(lease)
	return nil
}

func (o *memory) add(recipient string, change func(*ticketing.OutboxMail)) int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	m := ticketing.OutboxMail{
		ID: int64(len(o.rows) + 1), MailboxID: 1, Kind: ticketing.LetterAck,
		Recipient: recipient, EnvelopeFrom: "support@example.com", MessageID: "<h1.a.b.c@example.com>",
		Draft: ticketing.Draft{Head: []byte("From: support@example.com\r\nTo: " + recipient + "\r\nMessage-ID: <h1.a.b.c@example.com>\r\n\r\nhello\r\n.\r\n..dots\r\n")},
		State: ticketing.OutboxQueued, DueAt: o.clock.Now(), CreatedAt: o.clock.Now(),
	}
	if change != nil {
		change(&m)
	}
	o.rows = append(o.rows, &memoryRow{OutboxMail: m})
	return m.ID
}

func (o *memory) ClaimOutbox(_ context.Context, c ticketing.OutboxClaim) ([]ticketing.OutboxMail, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.claims.Add(1)
	now := o.clock.Now()
	var claimed []ticketing.OutboxMail
	left, own := c.N, maps.Clone(c.Own)
	for _, r := range slices.SortedStableFunc(slices.Values(o.rows), func(a, b *memoryRow) int { return a.DueAt.Compare(b.DueAt) }) {
		if r.DueAt.IsZero() || r.DueAt.After(now) || o.paused[r.MailboxID].After(now) || slices.Contains(c.InHand, r.ID) {
			continue
		}
		if room, named := own[r.MailboxID]; named && room > 0 {
			own[r.MailboxID]--
		} else if !named && left > 0 {
			left--
		} else {
			continue
		}
		r.State, r.owner, r.DueAt = ticketing.OutboxSending, c.Owner, now.Add(c.Lease)
		r.Attempts++
		claimed = append(claimed, r.OutboxMail)
	}
	return claimed, nil
}

func (o *memory) RecordDelivery(ctx context.Context, owner string, id int64, d ticketing.Delivery) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.refuse != nil {
		return o.refuse
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r := o.rows[id-1]
	if r.owner != owner {
		return ticketing.ErrLeaseLost
	}
	r.owner, r.State, r.LastError, r.DueAt = "", d.State, d.Error, d.NextAt
	r.ProviderID, r.aliases = d.ProviderID, d.Aliases
	r.Uncertain = r.Uncertain || d.State == ticketing.OutboxUnknown
	if d.Untried {
		r.Attempts--
	}
	r.history = append(r.history, d)
	return nil
}

func (o *memory) NextDue(context.Context) (time.Time, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var next time.Time
	for _, r := range o.rows {
		if !r.DueAt.IsZero() && (next.IsZero() || r.DueAt.Before(next)) {
			next = r.DueAt
		}
	}
	if next.IsZero() {
		o.restedWith.Store(int32(len(o.rows)))
	}
	return next, nil
}

func (o *memory) PauseMailbox(_ context.Context, id int64, until time.Time, reason string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.paused[id] = until
	o.reasons = append(o.reasons, reason)
	return nil
}

func (o *memory) OpenRaw(_ context.Context, sha string) (io.ReadSeekCloser, error) {
	raw, ok := o.raws[sha]
	if !ok {
		return nil, ticketing.ErrNotFound
	}
	return struct {
		*bytes.Reader
		io.Closer
	}{bytes.NewReader(raw), io.NopCloser(nil)}, nil
}

func (o *memory) row(id int64) memoryRow {
	o.mu.Lock()
	defer o.mu.Unlock()
	return *o.rows[id-1]
}

// sending counts the mails of a mailbox that are claimed.
func (o *memory) sending(mailboxID int64) (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.rows {
		if r.MailboxID == mailboxID && r.State == ticketing.OutboxSending {
			n++
		}
	}
	return n
}

func (o *memory) wantState(t *testing.T, id int64, want ticketing.OutboxState) memoryRow {
	t.Helper()
	r := o.row(id)
	if r.State != want {
		t.Errorf("mail %d is %q (%s), want %q", id, r.State, r.LastError, want)
	}
	return r
}
