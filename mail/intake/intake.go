// Package intake takes spooled mails to the desk: it claims them, reads them,
// and hands them over in groups.
//
// It promises that every spooled mail ends as something visible. A mail's
// attempt is counted before it is read, so that one that crashes the program
// is known when it starts again; after some attempts the mail becomes a stub
// ticket. A mail that fails costs only itself: it is tried again later while
// the others go on. When the program ends in between, the mail is claimed again
// by whoever decides next.
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
	"io"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"deskd/mail"
	"deskd/ticketing"
)

const (
	groupSize = 200              // mails claimed at once
	poll      = time.Second      // when nobody rings
	retryIn   = 30 * time.Second // times the attempts made
	// moreDeaths is how many times more than it is tried the program may end
	// while it has a mail in hand: it may be ended from outside.
	moreDeaths = 2
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
	// Report is told of each mail that could not be decided; it may be nil.
	Report func(mailID int64, attempt int, err error)
}

// Run decides about spooled mails until the context ends; what was claimed by
// then is finished. While a group is decided about, the next one is read. Run
// returns only on an error that concerns all mails, such as a database that
// went away.
func (in *Intake) Run(ctx context.Context) error {
	return in.holding(ctx, func(hold *grip) error { return in.run(ctx, hold) })
}

func (in *Intake) run(ctx context.Context, hold *grip) error {
	// The group's context ends by an error alone: what was claimed is finished,
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
	if err := g.Wait(); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
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
				in.giveBack(working, ids(c.rows), time.Time{})
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

// claim takes a group from the queue and reads it. There is one in hand if it
// has mails.
func (in *Intake) claim(ctx context.Context, hold *grip) (claimed, error) {
	hold.take()
	c, err := in.Queue.ClaimSpooled(ctx, in.Owner, cmp.Or(in.Group, groupSize), leaseFor)
	hold.claimed(c.Lease)
	if len(c.Mails) == 0 {
		hold.letGo(ctx)
	}
	if err != nil {
		return claimed{}, fmt.Errorf("claim spooled mails: %w", err)
	}
	return claimed{c.Lease, c.Mails, in.readAll(context.WithoutCancel(ctx), c.Mails)}, nil
}

// settle decides about a group. If that fails as a whole, it is seldom a mail's
// fault. Still a mail at fault must not keep the others: those of a group are
// tried one by one then, and one that fails alone waits a while, as often as it
// takes, without an attempt being counted.
func (in *Intake) settle(ctx context.Context, hold *grip, c claimed) error {
	defer hold.letGo(ctx)
	left, err := in.decide(ctx, c)
	switch {
	case errors.Is(err, ticketing.ErrLeaseLost):
		in.giveBack(ctx, left, time.Time{})
		if in.Lost != nil {
			in.Lost(len(left))
		}
		return nil
	case err != nil && len(c.rows) == 1:
		in.giveBack(ctx, left, time.Now().Add(retryIn))
		return err
	case err != nil:
		// The attempt counted is what has them claimed one by one.
		_ = in.Queue.ReleaseSpooled(context.WithoutCancel(ctx), in.Owner, left, time.Time{})
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

// giveBack lets others have mails that cannot be decided about now, as though
// they had not been tried. Where that fails too, whoever has the lease next ends
// the claims.
func (in *Intake) giveBack(ctx context.Context, ids []int64, at time.Time) {
	_ = in.Queue.ReturnSpooled(context.WithoutCancel(ctx), in.Owner, ids, at)
}

func ids(rows []ticketing.LedgerRow) []int64 {
	all := make([]int64, len(rows))
	for i, row := range rows {
		all[i] = row.ID
	}
	return all
}

// readMail is one mail as read, or why it could not be.
type readMail struct {
	message ticketing.Message
	stub    *ticketing.Failure // why it becomes a stub, nil if it does not
	again   time.Duration      // when to try again, 0 to go on
	err     error
}

// readAll reads the group's mails side by side.
func (in *Intake) readAll(ctx context.Context, rows []ticketing.LedgerRow) []readMail {
	read := make([]readMail, len(rows))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, row := range rows {
		g.Go(func() error {
			read[i] = in.read(ctx, row)
			return nil
		})
	}
	_ = g.Wait() // the errors are in read
	return read
}

func (in *Intake) read(ctx context.Context, row ticketing.LedgerRow) readMail {
	if most := max(in.attempts(), in.senderTries()) + moreDeaths; row.Attempts > most {
		return readMail{stub: &ticketing.Failure{
			Reason: ticketing.EndedProgram, Times: most,
			Detail: fmt.Sprintf("reading it ended the program or ran out of time %d times", most),
		}}
	}
	m, err := in.Read(ctx, row)
	switch {
	case err != nil && row.Attempts >= in.attempts() && unreadable(err):
		return readMail{stub: failure(err)}
	case err != nil:
		return readMail{err: err, again: retryIn * time.Duration(row.Attempts)}
	case m.Verdict.Temporary && row.Attempts < in.senderTries():
		return readMail{err: errors.New("the sender cannot be looked up now: " + m.Verdict.Evidence), again: in.askAgainIn()}
	}
	return readMail{message: m}
}

func (in *Intake) attempts() int    { return cmp.Or(in.Attempts, 3) }
func (in *Intake) senderTries() int { return cmp.Or(in.SenderTries, 3) }

// askAgainIn is when the sender is looked up again.
func (in *Intake) askAgainIn() time.Duration {
	return cmp.Or(in.SenderWithin, 15*time.Minute) / time.Duration(max(1, in.senderTries()-1))
}

// unreadable reports whether the mail itself is at fault, not the storage.
func unreadable(err error) bool {
	return errors.Is(err, mail.ErrCrashed) || errors.Is(err, mail.ErrTimeLimit)
}

// failure is why an unreadable mail could not be read.
func failure(err error) *ticketing.Failure {
	f := &ticketing.Failure{Reason: ticketing.FailedToRead, Detail: err.Error()}
	if errors.Is(err, mail.ErrTimeLimit) {
		f.Reason = ticketing.TookTooLong
	}
	return f
}

// Read reads one mail: parsed, classified, its sender judged.
func (in *Intake) Read(ctx context.Context, row ticketing.LedgerRow) (ticketing.Message, error) {
	raw, err := in.Queue.OpenRaw(ctx, row.RawSHA256)
	if err != nil {
		return ticketing.Message{}, fmt.Errorf("open mail %d: %w", row.ID, err)
	}
	defer raw.Close()
	limits := in.Limits
	limits.NoHTML = true // the desk keeps text; pages make HTML of the raw mail
	m, err := mail.Parse(raw, limits)
	if err != nil {
		return ticketing.Message{}, fmt.Errorf("read mail %d: %w", row.ID, err)
	}
	if _, err := raw.Seek(0, io.SeekStart); err != nil {
		return ticketing.Message{}, fmt.Errorf("rewind mail %d: %w", row.ID, err)
	}
	mail.AuthenticateMessage(ctx, &m, raw, in.Trust[row.MailboxID], in.Resolver, row.ReceivedAt)
	m.MailID, m.RawSHA256, m.RawSize, m.ReceivedAt = row.ID, row.RawSHA256, row.Size, row.ReceivedAt
	m.Mailbox, _ = in.Desk.Settings.Mailbox(row.MailboxID)
	m.Source = row.Source
	m.NoAck = m.NoAck || row.Backlog // old when it was first seen
	if m.Unlisted != nil {
		m.Unlisted.NoAck = m.Unlisted.NoAck || row.Backlog
	}
	if row.HeaderOnly {
		problem := ticketing.Problem{Key: ticketing.HeaderOnlyMailbox}
		if row.Source == ticketing.SourceIngest {
			problem.Key = ticketing.HeaderOnlyIngested
		}
		m.Problems = append(m.Problems, problem)
	}
	return m, nil
}

// decide hands the group to the desk and gives back what has to be tried
// again. With an error come the mails that are still in hand.
func (in *Intake) decide(ctx context.Context, c claimed) (left []int64, err error) {
	// Mails that are not for the desk are put aside, until the others are done.
	var group []ticketing.Message
	var of, aside []ticketing.LedgerRow
	why := map[int64]readMail{}
	for i, r := range c.read {
		if r.stub == nil && r.err == nil {
			group, of = append(group, r.message), append(of, c.rows[i])
			continue
		}
		aside = append(aside, c.rows[i])
		why[c.rows[i].ID] = r
	}
	if len(group) > 0 {
		results, err := in.Desk.ReceiveGroup(ctx, c.lease, group)
		if err != nil {
			return ids(c.rows), fmt.Errorf("decide about %d mails: %w", len(group), err)
		}
		for i, r := range results {
			if r.Err == nil {
				continue
			}
			failed := readMail{err: r.Err, again: retryIn * time.Duration(of[i].Attempts)}
			if of[i].Attempts >= in.attempts() {
				failed = readMail{stub: &ticketing.Failure{Reason: ticketing.FailedToStore, Detail: r.Err.Error()}}
			}
			aside = append(aside, of[i])
			why[of[i].ID] = failed
		}
	}
	for i, row := range aside {
		if err := in.putAside(ctx, c.lease, row, why[row.ID]); err != nil {
			return ids(aside[i:]), err
		}
	}
	return nil, nil
}

// putAside makes a stub for a mail, or gives it back for a while.
func (in *Intake) putAside(ctx context.Context, l ticketing.Lease, row ticketing.LedgerRow, r readMail) error {
	if r.stub == nil {
		return in.later(ctx, row, r.again, r.err)
	}
	if err := in.Desk.Stub(ctx, l, row, *r.stub); err != nil {
		return fmt.Errorf("make a stub for mail %d: %w", row.ID, err)
	}
	return nil
}

// later gives a mail back, to be tried again after a while.
func (in *Intake) later(ctx context.Context, row ticketing.LedgerRow, after time.Duration, why error) error {
	if in.Report != nil {
		in.Report(row.ID, row.Attempts, why)
	}
	if err := in.Queue.ReleaseSpooled(ctx, in.Owner, []int64{row.ID}, time.Now().Add(after)); err != nil {
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
