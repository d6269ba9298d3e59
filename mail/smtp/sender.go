package smtp

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"deskd/ticketing"
)

// Options are what a [Sender] works with. Relay, Outbox and Owner are needed.
type Options struct {
	// Relay takes the mails of every mailbox that has no relay of its own in
	// Mailboxes, by mailbox id. Each has its own connections and pace.
	Relay     Relay
	Mailboxes map[int64]Relay
	Outbox    ticketing.Outbox
	// Owner names this process in claims; no other may have the same name.
	Owner    string
	Schedule Schedule
	// Lease is how long a claim lasts; it is renewed while the mail is in hand.
	// Default 90 seconds.
	Lease time.Duration
	// Poll is the longest wait before looking for mails again when nobody
	// calls Wake. Default 2 seconds.
	Poll time.Duration
	// Grace is how long mails in hand may go on when the context ends; a final
	// answer that has not come by then is unknown. Recording may take as long
	// again. Default 8 seconds.
	Grace time.Duration
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// OnResult and OnFault, if set, hear of every attempt and of every error
	// that is not a mail's: an outbox that cannot be read. They are called
	// from several goroutines.
	OnResult func(ticketing.OutboxMail, ticketing.Delivery)
	OnFault  func(error)
}

// Sender sends what the outbox owes. Only one of Run and Drain may be active at
// a time.
type Sender struct {
	o      Options
	common *route
	routes map[int64]*route // by mailbox
	wake   chan struct{}
	hands  hands
}

// New checks the options and makes a Sender. It does not connect.
func New(o Options) (*Sender, error) {
	if o.Outbox == nil || o.Owner == "" {
		return nil, errors.New("smtp sender: Outbox and Owner are needed")
	}
	o.Schedule = o.Schedule.withDefaults()
	o.Lease = orNumber(o.Lease, defaultLease)
	o.Poll = orNumber(o.Poll, 2*time.Second)
	o.Grace = orNumber(o.Grace, 8*time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Sender{o: o, routes: map[int64]*route{}, wake: make(chan struct{}, 1), hands: newHands()}
	var err error
	if s.common, err = newRoute(o.Relay); err != nil {
		return nil, err
	}
	for id, relay := range o.Mailboxes {
		if s.routes[id], err = newRoute(relay); err != nil {
			return nil, fmt.Errorf("mailbox %d: %w", id, err)
		}
	}
	return s, nil
}

// Wake says that a mail may be due. It never blocks.
func (s *Sender) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run sends until ctx ends, then finishes what is in hand, within twice Grace,
// and returns nil. Nothing else ends it: an outbox that cannot be read is
// tried again, at longer intervals.
func (s *Sender) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	defer s.closeIdle()
	defer wg.Wait()
	faults := 0
	for ctx.Err() == nil {
		claimedAt := s.o.Now()
		n, full, err := s.dispatch(ctx, &wg)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			faults++
			s.fault(err)
			_ = sleep(ctx, min(time.Second<<min(faults-1, 6), time.Minute)) // the loop looks at ctx
		case n == 0:
			faults = 0
			s.idle(ctx, claimedAt, full)
		default:
			faults = 0
		}
	}
	return nil
}

// Drain sends until nothing more is due, and says how many it took. Their
// outcomes are recorded when it returns.
func (s *Sender) Drain(ctx context.Context) (int, error) {
	var wg sync.WaitGroup
	defer s.closeIdle()
	defer wg.Wait()
	total := 0
	for {
		n, full, err := s.dispatch(ctx, &wg)
		total += n
		if err == nil && n == 0 && full {
			err = s.hands.wait(ctx)
		} else if n == 0 {
			return total, err
		}
		if err != nil {
			return total, err
		}
	}
}

// dispatch claims for each relay as many mails as it has free connections, at
// least waiting for one, and starts to send them. full tells that some relay
// had none.
func (s *Sender) dispatch(ctx context.Context, wg *sync.WaitGroup) (n int, full bool, err error) {
	claim, full := s.room()
	for claim.N == 0 && !anyRoom(claim.Own) {
		if err := s.hands.wait(ctx); err != nil {
			return 0, full, err
		}
		claim, full = s.room()
	}
	claimedAt := time.Now()
	mails, err := s.o.Outbox.ClaimOutbox(ctx, claim)
	if err != nil {
		return 0, full, fmt.Errorf("claim mails to send: %w", err)
	}
	for _, m := range mails {
		r := s.route(m.MailboxID)
		s.hands.take(r, m.ID)
		wg.Go(func() {
			defer s.hands.letGo(r, m.ID)
			s.deliver(ctx, r, m, claimedAt)
		})
	}
	return len(mails), full, nil
}

// room says which mails may be claimed now.
func (s *Sender) room() (claim ticketing.OutboxClaim, full bool) {
	claim = ticketing.OutboxClaim{Owner: s.o.Owner, Lease: s.o.Lease, Own: map[int64]int{}, InHand: s.hands.all()}
	claim.N = s.hands.free(s.common)
	full = claim.N == 0
	for id, r := range s.routes {
		claim.Own[id] = s.hands.free(r)
		full = full || claim.Own[id] == 0
	}
	return claim, full
}

func anyRoom(own map[int64]int) bool {
	for _, n := range own {
		if n > 0 {
			return true
		}
	}
	return false
}

// idle waits for a wake, for the next mail to come due, for a free connection
// when some relay has none, or for Poll.
func (s *Sender) idle(ctx context.Context, claimedAt time.Time, full bool) {
	wait := s.o.Poll
	due, err := s.o.Outbox.NextDue(ctx)
	if err != nil && ctx.Err() == nil {
		s.fault(fmt.Errorf("ask for the next mail to send: %w", err))
	}
	// What was due when nothing could be claimed is somebody else's, or has to
	// wait for a connection.
	if err == nil && due.After(claimedAt) {
		wait = min(wait, max(due.Sub(s.o.Now()), 10*time.Millisecond))
	}
	var freed <-chan struct{}
	if full {
		freed = s.hands.freed
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-s.wake:
	case <-freed:
	case <-t.C:
	}
}

func (s *Sender) route(mailboxID int64) *route {
	if r, ok := s.routes[mailboxID]; ok {
		return r
	}
	return s.common
}

func (s *Sender) closeIdle() {
	var wg sync.WaitGroup
	wg.Go(s.common.pool.close)
	for _, r := range s.routes {
		wg.Go(r.pool.close)
	}
	wg.Wait()
}

func (s *Sender) fault(err error) {
	if s.o.OnFault != nil {
		s.o.OnFault(err)
	}
}
