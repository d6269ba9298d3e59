package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"deskd/config"
	"deskd/mail"
	"deskd/mail/imap"
	"deskd/mail/smtp"
	"deskd/storage"
	"deskd/ticketing"
)

const (
	// freshFor is how long a change of agents or signing keys from the command
	// line may take to reach a running daemon.
	freshFor = 30 * time.Second
	// tickEvery is how often what only time brings about is looked after, besides
	// when a timer comes due, and tickLeast the least time between two looks.
	tickEvery, tickLeast = time.Minute, time.Second
	// retryMin and retryMax are the waits while the database cannot be reached.
	retryMin, retryMax = time.Second, 30 * time.Second
)

type serveCmd struct{}

func (serveCmd) Help() string {
	return `Fetches mail, decides about it and sends what is owed, until it is told to end by SIGTERM or SIGINT; what is in hand is finished first.

It goes on trying when a mail server or the database is away, and ends at once on what needs you: a fault in the configuration, a database of a newer version. A second deskd on the same mailboxes waits until the first one has ended. At one database one process at a time decides about mails.

Example:

  deskd serve --config /etc/deskd/deskd.toml`
}

func (serveCmd) Run(ctx context.Context, p *program) error {
	c, err := config.Load(p.config)
	if err != nil {
		return err
	}
	log := logger(p.err, c.Log)
	defer ignoreHangup(log)()
	h, err := openPatiently(ctx, c, log)
	if err != nil || h == nil {
		return err
	}
	defer h.close()
	return h.serve(ctx, log)
}

// openPatiently is open, as often as it takes while the database is away. The
// house is nil when ctx ends first.
func openPatiently(ctx context.Context, c *config.Config, log *slog.Logger) (*house, error) {
	for wait := retryMin; ; wait = min(2*wait, retryMax) {
		h, err := open(ctx, c)
		switch {
		case err == nil:
			if wait > retryMin {
				log.Info("the database is open")
			}
			return h, nil
		case ctx.Err() != nil:
			return nil, nil
		case !storage.Retryable(err):
			return nil, err
		}
		log.Warn("the database cannot be opened; trying again", "in", wait, "error", err)
		if !pause(ctx, wait) {
			return nil, nil
		}
	}
}

// daemon is the moving parts of serve. They meet only in the database; the
// rest is bells.
type daemon struct {
	*house
	log      *slog.Logger
	resolver mail.Resolver
	sender   *smtp.Sender
	fetchers []*imap.Fetcher
	web      *webServer // nil without pages
	spooled  bell
	due      bell // for the timers
	// armed: the timers are set by the configuration.
	armed bool
	// applied rings for the fetchers of a mailbox, by its id.
	applied map[int64]bell
}

// serve runs until ctx ends, then finishes what is in hand.
func (h *house) serve(ctx context.Context, log *slog.Logger) error {
	d := &daemon{house: h, log: log, spooled: newBell(), due: newBell(), applied: map[int64]bell{}}
	if err := d.build(ctx); err != nil {
		return err
	}
	defer d.web.close()
	if err := d.takeOver(ctx); err != nil {
		log.Warn("claims of a deskd that was killed could not be freed; they run out", "error", err)
	}
	if err := h.store.MoveMailboxes(ctx, h.settings.Mailboxes); err != nil {
		log.Warn("a mailbox goes by its former address until the next start; keep that in its aliases", "error", err)
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, f := range d.fetchers {
		g.Go(func() error { return f.Run(ctx) })
	}
	g.Go(func() error { return d.decide(ctx) })
	g.Go(func() error { return d.sender.Run(ctx) })
	g.Go(func() error { return d.tick(ctx) })
	if d.web != nil {
		log.Info("serving pages", "listen", d.web.listener.Addr(), "url", pagesURL(h.config))
		g.Go(func() error { return d.web.run(ctx) })
	}
	log.Info("serving", "mailboxes", len(h.settings.Mailboxes), "fetched", len(d.fetchers), "version", version())
	d.warnWithoutAgents(ctx)
	tellManager(log, "READY=1")
	<-ctx.Done()
	log.Info("ending; finishing what is in hand")
	tellManager(log, "STOPPING=1")
	err := g.Wait()
	log.Info("ended")
	return err
}

// build makes the parts. What is wrong with them now stays wrong.
func (d *daemon) build(ctx context.Context) (err error) {
	if d.resolver, err = resolver(d.config); err != nil {
		return err
	}
	if _, err := d.trust(nil); err != nil {
		return err
	}
	if err := d.buildSender(); err != nil {
		return err
	}
	for i, m := range d.config.Mailbox {
		if !m.Fetched() {
			continue
		}
		a, err := d.account(i)
		if err != nil {
			return err
		}
		applied := newBell()
		d.applied[a.Mailbox.ID] = applied
		d.fetch(a, applied)
		if m.SentFolder != "" {
			d.fetch(sentFolder(a, m.SentFolder), nil)
		}
	}
	d.web, err = d.listen()
	return err
}

// fetch adds a fetcher of one folder. applied rings when mails of it may have
// to be moved or marked.
func (d *daemon) fetch(a imap.Account, applied <-chan struct{}) {
	d.fetchers = append(d.fetchers, &imap.Fetcher{
		Account: a, Spool: d.store, Owner: d.owner,
		Spooled: d.spooled.ring, Applied: applied, Notify: d.fetchEvent,
	})
}

func (d *daemon) buildSender() error {
	common, others, err := d.relays()
	if err != nil {
		return err
	}
	d.sender, err = smtp.New(smtp.Options{
		Relay: common, Mailboxes: others, Outbox: d.store, Owner: d.owner,
		Schedule: schedule(d.config),
		OnResult: d.sendEvent,
		OnFault:  func(err error) { d.log.Warn("the outbox cannot be worked on; trying again", "error", err) },
	})
	return err
}

func schedule(c *config.Config) smtp.Schedule {
	s := smtp.Schedule{GiveUp: c.SMTP.GiveUp.Std(), UnknownRetry: c.SMTP.UnknownRetry.Std()}
	for _, d := range c.SMTP.Retry {
		s.Retry = append(s.Retry, d.Std())
	}
	return s
}

// decide takes spooled mails to the desk. Each round knows the agents and the
// keys of its beginning, and lasts no longer than they may be out of date.
func (d *daemon) decide(ctx context.Context) error {
	for wait := retryMin; ctx.Err() == nil; {
		err := d.decideFor(ctx, freshFor)
		switch {
		case err == nil:
			if wait > retryMin {
				d.log.Info("mails are decided about again")
			}
			wait = retryMin
			continue
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, storage.ErrSchemaNewer), errors.Is(err, errOtherSecret):
			return err
		}
		d.log.Error("mails cannot be decided about; they are kept, trying again", "in", wait, "error", err)
		pause(ctx, wait)
		wait = min(2*wait, retryMax)
	}
	return nil
}

func (d *daemon) decideFor(ctx context.Context, round time.Duration) error {
	in, err := d.intake(ctx, d.resolver, d.sender.Wake)
	if err != nil {
		return err
	}
	in.Wake, in.Settled, in.Report, in.Lost = d.spooled, d.settled, d.mailFailed, d.groupLost
	ctx, cancel := context.WithTimeout(ctx, round)
	defer cancel()
	return in.Run(ctx)
}

// settled wakes the fetchers that may have to move or mark mails.
func (d *daemon) settled(mailboxIDs []int64) {
	for _, id := range mailboxIDs {
		if b, ok := d.applied[id]; ok {
			b.ring()
		}
	}
}

// tick does what only time brings about: each minute, and when a timer comes due.
func (d *daemon) tick(ctx context.Context) error {
	for minute := time.Now(); ; {
		if now := time.Now(); !now.Before(minute) {
			minute = now.Add(tickEvery)
			if err := d.rotateKey(ctx); err != nil && ctx.Err() == nil {
				d.log.Warn("the signing key could not be rotated; trying again", "error", err)
			}
		}
		if err := d.tickDesk(ctx); err != nil && ctx.Err() == nil {
			d.log.Warn("what is due could not be done; trying again", "error", err)
		}
		if !d.due.pause(ctx, d.untilTick(ctx, minute)) {
			return nil
		}
	}
}

// untilTick is how long there is nothing to do: until the next timer, if that
// comes before the minute is over.
func (d *daemon) untilTick(ctx context.Context, minute time.Time) time.Duration {
	until := time.Until(minute)
	if next, err := d.store.NextTimer(ctx); err == nil && !next.IsZero() {
		until = min(until, time.Until(next))
	}
	return max(until, tickLeast)
}

// tickDesk lets the desk look after what only time brings about, and warns
// when a loop or a flood makes it write far more than usual; it keeps such
// letters back by then.
func (d *daemon) tickDesk(ctx context.Context) error {
	desk, err := d.desk(ctx, d.sender.Wake)
	if err != nil {
		return err
	}
	if !d.armed {
		if err := d.rearm(ctx, desk); err != nil {
			return fmt.Errorf("set the timers by the configuration: %w", err)
		}
		d.armed = true
	}
	t, err := desk.Tick(ctx)
	if !t.Paused.IsZero() {
		d.log.Warn("more automatic mails than usual; they wait, and what people wrote goes out",
			"until", t.Paused.UTC(), "within_an_hour", t.Automatic, "allowed", t.Limit)
	}
	return err
}

func (d *daemon) rotateKey(ctx context.Context) error {
	var made ticketing.Key
	now := time.Now()
	err := d.store.Update(ctx, func(tx ticketing.Tx) (err error) {
		made, err = rotate(tx, now.Add(-d.config.Tokens.Rotate.Std()), d.config.Tokens.Accept.Std(), now)
		return err
	})
	if err == nil && made.ID != "" {
		d.log.Info("a new signing key is in use", "key", made.ID)
	}
	return err
}

func resolver(c *config.Config) (mail.Resolver, error) {
	r, err := mail.NewResolver(mail.ResolverOptions{Address: c.DNS.Resolver, Timeout: c.DNS.Timeout.Std()})
	if err != nil {
		return nil, fmt.Errorf("dns.resolver: %w", err)
	}
	return r, nil
}

// bell wakes somebody: ringing never blocks, and is heard once however often
// it rang.
type bell chan struct{}

func newBell() bell { return make(bell, 1) }

func (b bell) ring() {
	select {
	case b <- struct{}{}:
	default:
	}
}

// pause waits until it rings, but no longer than d, and reports whether ctx still
// goes on.
func (b bell) pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
	case <-b:
	}
	return true
}

// pause waits, and reports whether ctx still goes on.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
