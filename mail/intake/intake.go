// Package intake takes spooled mails to the desk: it claims them, reads them,
// and hands them over in groups.
//
// It promises that every spooled mail ends as something visible. A mail's
// attempt is counted before it is read, so that one that crashes the program
// is known when it starts again; after some attempts the mail becomes a stub
// ticket. A mail that fails costs only itself: it is tried again later while
// the others go on. When the program ends in between, the mail is claimed again
// by whoever decides next. That the database was away or full is no fault of a
// mail and not counted as an attempt at it.
//
// It promises too that mails are decided about in the order in which they were
// spooled, by one process at a time, however many share the database: each
// group is decided about under a lease, and a group whose lease was lost is left
// to its new holder.
package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"deskd/mail"
	"deskd/ticketing"
)

const (
	groupSize = 200              // mails claimed at once
	poll      = time.Second      // when nobody rings
	retryIn   = 30 * time.Second // times the attempts made
)

// Intake takes mails from the queue to the desk.
type Intake struct {
	Queue ticketing.Queue
	Desk  *ticketing.Desk
	// Owner names this process in claims.
	Owner string
	// Group is how many mails are decided about in one transaction; 0 means
	// 200.
	Group  int
	Limits mail.Limits
	// Attempts is how often a mail that cannot be read is tried before it
	// becomes a stub; 0 means 3. The program may end twice more than that while
	// it has the mail in hand.
	Attempts int
	// SenderTries is how often the sender of a mail is looked up when the DNS has
	// a temporary fault, and SenderWithin the time these tries are spread over;
	// 0 means 3 and 15 minutes (mail-rules §2.2).
	SenderTries  int
	SenderWithin time.Duration
	// Trust says, by mailbox id, whose word about senders is believed.
	Trust    map[int64]mail.Trust
	Resolver mail.Resolver
	// Wake is rung when mails were spooled; it may be nil.
	Wake <-chan struct{}
	// Settled is called after mails were decided, with their mailboxes.
	Settled func(mailboxIDs []int64)
	// Decided is called after each group with the number of its mails; it may
	// be nil.
	Decided func(mails int)
	// Lost is called when somebody else took over a group of so many mails; it
	// may be nil.
	Lost func(mails int)
	// Passes tells the errors of the database that pass by themselves. Nil means
	// that there are none.
	Passes func(error) bool
	// Report is told of each mail that could not be decided; it may be nil.
	Report func(mailID int64, attempt int, err error)
}

// Run decides about spooled mails until the context ends; what was read by then
// is finished, and what was not is left. While a group is decided about, the
// next one is read. Run returns only on an error that concerns all mails, such
// as a database that went away.
func (in *Intake) Run(ctx context.Context) error {
	err := in.holding(ctx, func(hold *grip) error { return in.run(ctx, hold) })
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (in *Intake) run(ctx context.Context, hold *grip) error {
	// The group's context ends by an error alone: what was read is finished,
	// even when the program is asked to stop.
	g, working := errgroup.WithContext(context.WithoutCancel(ctx))
	ahead := make(chan claimed)
	g.Go(func() error {
		defer close(ahead)
		return in.readAhead(ctx, working, hold, ahead)
	})
	g.Go(func() error {
		for c := range ahead {
			if err := in.settle(working, hold, c); err != nil {
				return err
			}
		}
		return nil
	})
	return g.Wait()
}

// readAhead claims and reads groups until ctx ends.
func (in *Intake) readAhead(ctx, working context.Context, hold *grip, ahead chan<- claimed) error {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for ctx.Err() == nil && working.Err() == nil {
		c, err := in.claim(ctx, hold)
		if err != nil && ctx.Err() != nil {
			return nil // and not an end of the group in hand
		}
		if err != nil {
			return err
		}
		if len(c.rows) > 0 {
			select {
			case ahead <- c:
				continue
			case <-working.Done():
				_ = in.giveBack(working, ids(c.rows), time.Time{})
				hold.letGo(ctx)
				return nil
			}
		}
		select {
		case <-ctx.Done():
		case <-working.Done():
		case <-in.Wake:
		case <-tick.C:
		}
	}
	return nil
}

// Once decides about one group of spooled mails and says how many it claimed:
// none while another process decides.
func (in *Intake) Once(ctx context.Context) (n int, err error) {
	err = in.holding(ctx, func(hold *grip) error {
		c, err := in.claim(ctx, hold)
		if n = len(c.rows); n == 0 {
			return err
		}
		return in.settle(context.WithoutCancel(ctx), hold, c)
	})
	return n, err
}

// claimed is a group of mails in hand.
type claimed struct {
	lease ticketing.Lease
	rows  []ticketing.LedgerRow
	read  []readMail
}

func (c claimed) part(from, to int) claimed {
	return claimed{c.lease, c.rows[from:to], c.read[from:to]}
}

// claim takes a group from the queue and reads it. What is not read soon enough
// leaves it, for the next. There is a group in hand if it has mails.
func (in *Intake) claim(ctx context.Context, hold *grip) (claimed, error) {
	hold.take()
	c, err := in.Queue.ClaimSpooled(ctx, in.Owner, cmp.Or(in.Group, groupSize), leaseFor)
	hold.claimed(c.Lease)
	if err != nil {
		hold.letGo(ctx)
		return claimed{}, fmt.Errorf("claim spooled mails: %w", err)
	}
	group := claimed{lease: c.Lease}
	var unread []int64
	for i, r := range in.readAll(ctx, c.Mails) {
		if r.unread {
			unread = append(unread, c.Mails[i].ID)
			continue
		}
		group.rows, group.read = append(group.rows, c.Mails[i]), append(group.read, r)
	}
	// Before the next claim, which is to have these first.
	if err := in.giveBack(ctx, unread, time.Time{}); err != nil {
		_ = in.giveBack(ctx, ids(group.rows), time.Time{})
		hold.letGo(ctx)
		return claimed{}, fmt.Errorf("give back mails not read: %w", err)
	}
	if len(group.rows) == 0 {
		hold.letGo(ctx)
	}
	return group, nil
}

// settle decides about a group. If that fails as a whole, it is seldom a mail's
// fault. Still a mail at fault must not keep the others: those of a group are
// tried one by one then.
func (in *Intake) settle(ctx context.Context, hold *grip, c claimed) error {
	defer hold.letGo(ctx)
	left, err := in.decide(ctx, c)
	if err != nil && !errors.Is(err, ticketing.ErrLeaseLost) {
		left, err = in.oneByOne(ctx, left, err)
	}
	if errors.Is(err, ticketing.ErrLeaseLost) {
		_ = in.giveBack(ctx, ids(left.rows), time.Time{})
		if in.Lost != nil {
			in.Lost(len(left.rows))
		}
		return nil
	}
	if err != nil {
		return err
	}
	if in.Settled != nil {
		in.Settled(mailboxes(c.rows))
	}
	if in.Decided != nil {
		in.Decided(len(c.rows))
	}
	return nil
}

// oneByOne goes over mails that could not be decided about together. One that
// fails alone waits a while, as often as it takes, without an attempt being
// counted; when that cannot be noted either, the database is away, and all stay
// claimed until it is there again. With a lost lease come the mails still in
// hand.
func (in *Intake) oneByOne(ctx context.Context, c claimed, together error) (left claimed, first error) {
	for i := range c.rows {
		one, err := c.part(i, i+1), together
		if len(c.rows) > 1 {
			_, err = in.decide(ctx, one)
		}
		if errors.Is(err, ticketing.ErrLeaseLost) {
			return c.part(i, len(c.rows)), err
		}
		if err == nil {
			continue
		}
		first = cmp.Or(first, err)
		if in.giveBack(ctx, ids(one.rows), time.Now().Add(retryIn)) != nil {
			break
		}
	}
	return claimed{}, first
}

// giveBack lets others have mails that cannot be decided about now, as though
// they had not been tried. Where that fails too, it is made up for before the
// next claim of this process, or the next holder of the lease ends the claims.
func (in *Intake) giveBack(ctx context.Context, ids []int64, at time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	return in.Queue.ReturnSpooled(context.WithoutCancel(ctx), in.Owner, ids, at)
}

func ids(rows []ticketing.LedgerRow) []int64 {
	all := make([]int64, len(rows))
	for i, row := range rows {
		all[i] = row.ID
	}
	return all
}

// decide hands the group to the desk and gives back what has to be tried
// again. With an error come the mails that are still in hand.
func (in *Intake) decide(ctx context.Context, c claimed) (left claimed, err error) {
	// Mails that are not for the desk are put aside, until the others are done.
	var group []ticketing.Message
	var of []ticketing.LedgerRow
	aside := claimed{lease: c.lease}
	for i, r := range c.read {
		if r.stub == nil && r.err == nil {
			group, of = append(group, r.message), append(of, c.rows[i])
			continue
		}
		aside.rows, aside.read = append(aside.rows, c.rows[i]), append(aside.read, r)
	}
	if len(group) > 0 {
		results, err := in.Desk.ReceiveGroup(ctx, c.lease, group)
		if err != nil {
			return c, fmt.Errorf("decide about %d mails: %w", len(group), err)
		}
		for i, r := range results {
			if r.Err == nil {
				continue
			}
			failed := readMail{err: r.Err, again: retryIn * time.Duration(of[i].Attempts), free: in.passes(r.Err)}
			if of[i].Attempts >= in.attempts() && !failed.free {
				failed = readMail{stub: &ticketing.Failure{Reason: ticketing.FailedToStore, Detail: r.Err.Error()}}
			}
			aside.rows, aside.read = append(aside.rows, of[i]), append(aside.read, failed)
		}
	}
	for i, row := range aside.rows {
		if err := in.putAside(ctx, c.lease, row, aside.read[i]); err != nil {
			return aside.part(i, len(aside.rows)), err
		}
	}
	return claimed{}, nil
}

// putAside makes a stub for a mail, or gives it back for a while.
func (in *Intake) putAside(ctx context.Context, l ticketing.Lease, row ticketing.LedgerRow, r readMail) error {
	if r.stub == nil {
		return in.later(ctx, row, r)
	}
	if err := in.Desk.Stub(ctx, l, row, *r.stub); err != nil {
		return fmt.Errorf("make a stub for mail %d: %w", row.ID, err)
	}
	return nil
}

// later gives a mail back, to be tried again after a while.
func (in *Intake) later(ctx context.Context, row ticketing.LedgerRow, r readMail) error {
	if in.Report != nil {
		in.Report(row.ID, row.Attempts, r.err)
	}
	release := in.Queue.ReleaseSpooled
	if r.free {
		release = in.Queue.ReturnSpooled
	}
	if err := release(ctx, in.Owner, []int64{row.ID}, time.Now().Add(r.again)); err != nil {
		return fmt.Errorf("give mail %d back: %w", row.ID, err)
	}
	return nil
}

func mailboxes(rows []ticketing.LedgerRow) []int64 {
	seen := map[int64]bool{}
	var ids []int64
	for _, r := range rows {
		if !seen[r.MailboxID] {
			seen[r.MailboxID] = true
			ids = append(ids, r.MailboxID)
		}
	}
	return ids
}
