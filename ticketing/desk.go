package ticketing

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Desk is the one door to the tickets: mails come in by Receive, everything
// else by Do.
type Desk struct {
	Store    Store
	Composer Composer
	Keys     *Keyring
	Settings Settings
	// Timers are what comes due, for Tick; nil for a desk that does not look
	// after them. Owner names this process in claims.
	Timers Timers
	Owner  string
	// Now tells the time; tests set it.
	Now func() time.Time
	// Owed is called after mails were queued, to wake the sender. It must not
	// block.
	Owed func()
	// Due is called after a timer was set for now, to wake who ticks. It must not
	// block; nil for a desk that ticks soon anyway.
	Due func()
}

// Receive decides about one mail and applies all that follows, once: a mail
// that was settled before gives its earlier outcome. On an error nothing has
// happened, and the mail may be handed in again. It is for a desk that nobody
// else decides at.
func (d *Desk) Receive(ctx context.Context, m Message) (Outcome, error) {
	outcomes, err := d.ReceiveGroup(ctx, Lease{}, []Message{m})
	if err != nil {
		return Outcome{}, err
	}
	return outcomes[0].Outcome, outcomes[0].Err
}

// Received is what became of one mail of a group.
type Received struct {
	Outcome Outcome
	Err     error
}

// ReceiveGroup takes a backlog in one transaction. One mail that fails costs
// only itself, and its error is in its place. The error returned is of the
// transaction: then none was applied.
//
// What is decided depends on all that was decided before, and two who decide at
// once do not see each other's. So the lease is held until the transaction
// ends; if it was lost, the error is [ErrLeaseLost]. The zero lease is for a
// desk that nobody else decides at.
//
// Nearly always all go well. So a group is tried without savepoints first,
// which cost as much as a row each, and with its letters composed beside it;
// when anything fails, nothing is kept, and the group is taken again with a
// savepoint for each mail.
func (d *Desk) ReceiveGroup(ctx context.Context, l Lease, group []Message) ([]Received, error) {
	g := receiving{desk: d, lease: l, group: group}
	err := d.Store.Update(ctx, g.together)
	if errors.Is(err, errOneFailed) {
		err = d.Store.Update(ctx, func(tx Tx) error { return g.oneByOne(ctx, tx) })
	}
	if err != nil {
		return nil, err
	}
	if g.owed > 0 && d.Owed != nil {
		d.Owed()
	}
	return g.results, nil
}

// errOneFailed gives a group up that is to be taken again one by one.
var errOneFailed = errors.New("one mail of the group failed")

// receiving is a group on its way.
type receiving struct {
	desk    *Desk
	lease   Lease
	group   []Message
	results []Received
	owed    int // letters
}

// begin starts an attempt. A store may run one more than once.
func (g *receiving) begin(tx Tx) error {
	g.results, g.owed = make([]Received, len(g.group)), 0
	if err := g.lease.hold(tx); err != nil {
		return err
	}
	return tx.Prefetch(g.desk.wanted(g.group))
}

// receive takes the ith mail.
func (g *receiving) receive(tx Tx, i int) error {
	outcome, letters, err := g.desk.receive(tx, g.group[i])
	if err == nil {
		g.results[i].Outcome = outcome
		g.owed += letters
	}
	return err
}

func (g *receiving) together(tx Tx) error {
	if err := g.begin(tx); err != nil {
		return err
	}
	later := &postponed{Tx: tx, composer: g.desk.Composer}
	defer later.working.Wait()
	for i := range g.group {
		if err := g.receive(later, i); err != nil {
			return fmt.Errorf("%w: %w", errOneFailed, err)
		}
	}
	if err := later.flush(); err != nil {
		return fmt.Errorf("%w: %w", errOneFailed, err)
	}
	return nil
}

func (g *receiving) oneByOne(ctx context.Context, tx Tx) error {
	if err := g.begin(tx); err != nil {
		return err
	}
	for i, m := range g.group {
		err := tx.Savepoint(func(tx Tx) error { return g.receive(tx, i) })
		if err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil && !errors.Is(err, ErrSettled) {
			g.results[i].Err = fmt.Errorf("decide about mail %d: %w", m.MailID, err)
		}
	}
	return nil
}

// receive is the way of one mail: candidates, thread, authorize, decide, apply.
func (d *Desk) receive(tx Tx, m Message) (Outcome, int, error) {
	j, err := d.judge(tx, m, tx.LockTicket)
	if err != nil {
		return Outcome{}, 0, err
	}
	j.Change.MailID = m.MailID
	return d.apply(tx, j.Change)
}

// Judgement is all that was decided about one mail, with its reasons.
type Judgement struct {
	Candidates Candidates
	Link       Link
	Authority  Authority
	Situation  Situation
	Change     Change
}

// judge reads what the decision depends on and decides; it writes nothing. The
// ticket is read by lock, so that what is decided still holds when it is
// applied.
func (d *Desk) judge(tx Reader, m Message, lock func(int64) (Ticket, error)) (Judgement, error) {
	m = seenThroughOwnList(m, d.Settings)
	c, err := d.gather(tx, m)
	if err != nil {
		return Judgement{}, fmt.Errorf("look up what the mail refers to: %w", err)
	}
	m = doubted(m, c)
	l := Thread(m, c)
	if l.Ticket.ID != 0 {
		if l.Ticket, err = lock(l.Ticket.ID); err != nil {
			return Judgement{}, fmt.Errorf("lock ticket %d: %w", l.Ticket.ID, err)
		}
	}
	s, err := d.situation(tx, m, l, c)
	if err == nil && unrecognised(m, s) {
		m = automatic(m)
		s, err = d.situation(tx, m, l, c)
	}
	if err != nil {
		return Judgement{}, fmt.Errorf("look up the people of ticket %d: %w", l.Ticket.ID, err)
	}
	a := Authorize(m, l, s.People, d.Settings)
	if l.Ticket.ID != 0 && (a.Role == Agent || m.Source == SourceSent) {
		// Words may go out, now or by a release: what they must not repeat has to
		// be known.
		if s.Entries, err = tx.Entries(l.Ticket.ID); err != nil {
			return Judgement{}, fmt.Errorf("read the entries of ticket %d: %w", l.Ticket.ID, err)
		}
	}
	if err = d.turn(tx, m, l, a, &s); err != nil {
		return Judgement{}, fmt.Errorf("look up whose turn it is: %w", err)
	}
	if a.Role == Agent && m.Source != SourceSent {
		if err := d.named(tx, lock, m, l, &s); err != nil {
			return Judgement{}, fmt.Errorf("look up what the commands about ticket %d name: %w", l.Ticket.ID, err)
		}
	}
	return Judgement{c, l, a, s, Decide(m, l, a, s, c.Prior, c.OwnCopy)}, nil
}

// Explain says what would become of a mail now, without doing it.
func (d *Desk) Explain(ctx context.Context, m Message) (Judgement, error) {
	var j Judgement
	err := d.Store.View(ctx, func(r Reader) (err error) {
		j, err = d.judge(r, m, r.Ticket)
		return err
	})
	return j, err
}

// Stub makes the ticket for a mail that cannot be read. The lease is as for
// [Desk.ReceiveGroup].
func (d *Desk) Stub(ctx context.Context, l Lease, row LedgerRow, f Failure) error {
	return d.change(ctx, func(tx Tx) (Change, error) {
		if err := l.hold(tx); err != nil {
			return Change{}, err
		}
		box, _ := d.Settings.Mailbox(row.MailboxID)
		s := Situation{Now: d.Now(), Settings: d.Settings}
		var err error
		if s.Agents, err = agentsOf(tx, box); err != nil {
			return Change{}, err
		}
		c := Unreadable(row, f, s)
		c.MailID = row.ID
		return c, nil
	})
}

// change applies changes in one transaction, each decided when those before it
// are made.
func (d *Desk) change(ctx context.Context, decisions ...func(Tx) (Change, error)) error {
	letters := 0
	err := d.Store.Update(ctx, func(tx Tx) error {
		letters = 0
		for _, decide := range decisions {
			c, err := decide(tx)
			if err != nil {
				return err
			}
			_, n, err := d.apply(tx, c)
			if err != nil {
				return err
			}
			letters += n
		}
		return nil
	})
	if err == nil && letters > 0 && d.Owed != nil {
		d.Owed()
	}
	return err
}
