package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"deskd/mail"
	"deskd/ticketing"
)

// silentDNS gives no answer until it is not waited for any more.
type silentDNS struct{}

func (silentDNS) LookupTXT(ctx context.Context, _ string) ([]string, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// numbered is a queue whose mails are signed by a domain each, but for some.
type numbered struct {
	ticketing.Queue
	mails    int
	unsigned []int64

	mu       sync.Mutex
	returned []int64
}

func (q *numbered) OpenRaw(_ context.Context, sha256 string) (io.ReadSeekCloser, error) {
	raw := strings.ReplaceAll(signedMail, "example.org", sha256+".example")
	for _, id := range q.unsigned {
		if sha256 == fmt.Sprint("x", id) {
			_, raw, _ = strings.Cut(raw, "\r\n")
		}
	}
	return text{strings.NewReader(raw)}, nil
}

func (q *numbered) ClaimSpooled(context.Context, string, int, time.Duration) (ticketing.Claim, error) {
	c := ticketing.Claim{Lease: ticketing.Lease{Epoch: 1}}
	for i := range q.mails {
		id := int64(i + 1)
		c.Mails = append(c.Mails, ticketing.LedgerRow{ID: id, RawSHA256: fmt.Sprint("x", id), Attempts: 1, ReceivedAt: time.Now()})
	}
	return c, nil
}

func (q *numbered) ReturnSpooled(_ context.Context, _ string, ids []int64, at time.Time) error {
	if !at.IsZero() {
		return errors.New("they are to come first")
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.returned = append(q.returned, ids...)
	return nil
}

func (q *numbered) ReleaseLease(context.Context, ticketing.Lease) error { return nil }

// claimFrom claims a group when the DNS is silent, and tells how long it took.
func claimFrom(ctx context.Context, t *testing.T, q *numbered) (claimed, time.Duration) {
	t.Helper()
	in := Intake{Queue: q, Resolver: silentDNS{}, Limits: mail.DefaultLimits(), Desk: &ticketing.Desk{}}
	begun := time.Now()
	c, err := in.claim(ctx, &grip{queue: q})
	if err != nil {
		t.Fatal(err)
	}
	return c, time.Since(begun)
}

// The times of the following two tests are those of a bubble.

// A program told to end gives back the mails whose senders it waits for, and
// decides about the others.
func TestEndWhileDNSIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		defer end()
		q := &numbered{mails: 24, unsigned: []int64{24}}
		time.AfterFunc(time.Second/2, end) // before a mail may have asked the DNS for too long
		c, took := claimFrom(ctx, t, q)
		if took > 4*time.Second { // three after it was told to
			t.Errorf("it ended after %s", took)
		}
		if !slices.Equal(ids(c.rows), q.unsigned) || len(q.returned) != 23 {
			t.Errorf("read are %v, given back %v; want the one without a signature read", ids(c.rows), q.returned)
		}
		q.returned = nil
		if c, took = claimFrom(ctx, t, q); took != 0 || len(c.rows) != 0 || len(q.returned) != 24 {
			t.Errorf("after the end %d mails were read in %s, %d given back", len(c.rows), took, len(q.returned))
		}
	})
}

// Senders of a group are looked up at once. Those that cannot be are asked for
// again later, and those not begun with make the next group.
func TestGroupWhileDNSIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &numbered{mails: 200, unsigned: []int64{1, 30}}
		c, took := claimFrom(t.Context(), t, q)
		if took > 10*time.Second {
			t.Errorf("the group took %s", took)
		}
		if len(c.rows) < lookups {
			t.Errorf("%d of the group were read", len(c.rows))
		}
		for i, r := range c.read {
			id := c.rows[i].ID
			if signed := !slices.Contains(q.unsigned, id); id != int64(i+1) || signed != (r.err != nil) || signed && r.again != 450*time.Second {
				t.Errorf("mail %d: %v, again in %s", id, r.err, r.again)
			}
		}
		if n := len(c.rows); len(q.returned) != q.mails-n || slices.Min(q.returned) != int64(n+1) {
			t.Errorf("%d were read, given back are %v", n, q.returned)
		}
	})
}

// brittle is a mail that the database does not give, from some time on.
type brittle struct {
	*strings.Reader
	err error
}

func (b *brittle) Close() error { return nil }

func (b *brittle) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	return b.Reader.Read(p)
}

// A fault of the database that passes is never the mail's, also where it comes
// after the mail was parsed; what cannot be read for good becomes a stub in the
// end.
func TestFaultsWhileReading(t *testing.T) {
	away, damaged := errors.New("away"), errors.New("damaged")
	for _, test := range []struct {
		name         string
		first, again error // when it is parsed, and when its sender is judged
		attempt      int
		stub, free   bool
		wait         time.Duration
	}{
		{"away", away, nil, 5, false, true, 30 * time.Second},
		{"away, later", nil, away, 5, false, true, 30 * time.Second},
		{"ended", nil, context.Canceled, 5, false, true, 30 * time.Second},
		{"damaged, third", damaged, nil, 3, false, false, 90 * time.Second},
		{"damaged, fifth", damaged, nil, 5, true, false, 0},
		{"damaged, later", nil, damaged, 5, true, false, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			raw := &brittle{strings.NewReader(signedMail), test.first}
			in := Intake{
				Queue: oneMail{open: func() io.ReadSeekCloser { return raw }}, Resolver: deafDNS{}, Limits: mail.DefaultLimits(),
				Desk: &ticketing.Desk{}, Passes: func(err error) bool { return errors.Is(err, away) },
			}
			got := in.read(t.Context(), ticketing.LedgerRow{Attempts: test.attempt}, func() { raw.err = test.again })
			if (got.stub != nil) != test.stub || got.free != test.free || got.again != test.wait {
				t.Errorf("%+v, stub %+v", got, got.stub)
			}
			if test.stub && !strings.Contains(got.stub.Detail, damaged.Error()) {
				t.Errorf("the stub does not tell why: %s", got.stub.Detail)
			}
		})
	}
}
