package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"deskd/config"
	"deskd/mail"
	"deskd/mail/imap"
	"deskd/mail/smtp"
)

// probePart names the findings of a probe.
const probePart = "probe"

// How long a probe may wait for its mails.
const minProbeWait, maxProbeWait = time.Second, time.Hour

// errProbeOver is the end of the time that a probe waits.
var errProbeOver = errors.New("the time to wait is over")

// probe mails through the relay of each mailbox to the mailbox itself, reads
// the mails back, and adds what follows from how they arrive. Nothing is
// deleted, and nothing of it gets into the desk's tickets.
func (f *findings) probe(ctx context.Context, h *house, wait time.Duration) {
	if h.store == nil {
		f.add(gradeFail, probePart, "not tried: the mails are signed with the desk's keys, which are in the database", "put the database right first")
		return
	}
	for i, m := range h.config.Mailbox {
		if !m.Fetched() {
			f.add(gradeWarn, probePart, m.Address+": not tried, since mail comes by deskd ingest only", "")
			continue
		}
		facts, err := h.probe(ctx, i, wait)
		if err != nil {
			f.add(gradeFail, probePart, m.Address+": "+err.Error(), "see the lines on imap and smtp above")
			continue
		}
		for _, x := range judgeProbe(facts) {
			f.add(x.Grade, x.Part, m.Address+": "+x.Detail, x.Remedy)
		}
	}
}

// prober is a probe of one mailbox.
type prober struct {
	house   *house
	account imap.Account
	relay   smtp.Relay
	writer  *probeWriter
	box     *probeBox
	wait    time.Duration
}

// probe finds out what happens to mail of the i-th mailbox.
func (h *house) probe(ctx context.Context, i int, wait time.Duration) (probeFacts, error) {
	c, box := h.config.Mailbox[i], h.settings.Mailboxes[i]
	submission := h.config.SubmissionFor(c)
	facts := probeFacts{
		address: box.Address, replyForm: h.settings.ReplyForm, authservID: c.AuthservID, anonymous: c.AuthservAnonymous,
		hops: c.TrustedHops, exchangeInternal: c.TrustExchangeInternal, verp: submission.VERP,
		trials: map[string]*trial{},
	}
	p := &prober{house: h, wait: wait}
	var err error
	if p.account, err = h.account(i); err != nil {
		return facts, err
	}
	// Looking changes nothing, and waits for news so long before it asks.
	p.account.After, p.account.Backfill = imap.After{}, false
	p.account.Timing.Poll, p.account.Timing.PollWithoutIdle = wait/2, min(2*time.Second, wait/4)
	p.account.Timing.BackoffMin = time.Second
	facts.quiet = wait / 4 // at least: see imap.Timing
	if p.relay, err = relay(h.config, submission); err != nil {
		return facts, err
	}
	p.relay.DialTimeout, p.relay.CommandTimeout, p.relay.DataTimeout = checkTimeout, checkTimeout, max(wait, checkTimeout)
	desk, err := h.desk(ctx, nil)
	if err != nil {
		return facts, err
	}
	p.writer = newProbeWriter(box, h.settings, desk.Keys, submission.EnvelopeFrom)
	p.box = newProbeBox(p.writer.nameIn)
	if err := p.watch(ctx, moveTarget(c.After), func(ctx context.Context) error { return p.run(ctx, &facts) }); err != nil {
		return facts, err
	}
	return facts, p.judgeOwn(ctx, &facts)
}

// watch runs work while the mailbox is watched: its folder, and the one that a
// running daemon moves settled mails to.
func (p *prober) watch(ctx context.Context, moved string, work func(context.Context) error) error {
	ctx, stop := context.WithCancel(ctx)
	g, ctx := errgroup.WithContext(ctx)
	for _, folder := range slices.Compact([]string{p.account.Folder, moved}) {
		if folder == "" {
			continue
		}
		a := p.account
		a.Folder = folder
		f := &imap.Fetcher{Account: a, Spool: p.box, Owner: p.house.owner}
		if folder == p.account.Folder {
			f.Notify = p.notice
		}
		g.Go(func() error { return f.Run(ctx) })
	}
	g.Go(func() error {
		defer stop()
		return work(ctx)
	})
	return g.Wait()
}

// notice ends the probe when the mailbox cannot be read.
func (p *prober) notice(e imap.Event) {
	if e.Kind == imap.Failed {
		p.box.change(func() { p.box.fault = fmt.Errorf("read %s: %w", e.Folder, e.Err) })
	}
}

// run sends the trials: one as the desk's mails are, which shows what the
// server calls itself, then the others.
func (p *prober) run(ctx context.Context, facts *probeFacts) error {
	ctx, cancel := context.WithTimeoutCause(ctx, 3*p.wait+4*checkTimeout, errProbeOver)
	defer cancel()
	if err := p.box.await(ctx, func() bool { return p.box.watches(p.account.Folder) }); err != nil {
		return err
	}
	plain := p.writer.plain()
	if err := p.send(ctx, facts, plain); err != nil {
		return err
	}
	if !plain.seen {
		return nil // the others would fare no better
	}
	return p.send(ctx, facts, p.writer.tagged(), p.writer.forged(facts.forgedIDs()), p.writer.envelope(), p.writer.quoted())
}

// send hands trials over and waits for those that were taken.
func (p *prober) send(ctx context.Context, facts *probeFacts, trials ...*trial) error {
	var mails []smtp.Trial
	for _, t := range trials {
		facts.trials[t.name] = t
		mails = append(mails, t.mail)
	}
	results, fault := smtp.Try(ctx, p.relay, mails)
	for i, t := range trials {
		switch {
		case i < len(results):
			t.Trialled = results[i]
		case fault != nil:
			t.fault = fault.Error()
		}
	}
	if len(results) == 0 && fault != nil {
		return fault
	}
	waiting, cancel := context.WithTimeoutCause(ctx, p.wait, errProbeOver)
	defer cancel()
	err := p.box.await(waiting, func() bool {
		for _, t := range trials {
			if _, seen := p.box.seen[t.name]; t.taken() && !seen {
				return false
			}
		}
		return true
	})
	if err != nil && !errors.Is(err, errProbeOver) {
		return err
	}
	for _, t := range trials {
		p.box.tell(t)
	}
	return nil
}

// judgeOwn judges the plain trial as the desk would judge an agent's mail that
// came by the same way.
func (p *prober) judgeOwn(ctx context.Context, facts *probeFacts) error {
	t := facts.trials[trialPlain]
	if t == nil || !t.seen {
		return nil
	}
	agents, err := p.house.store.Agents(ctx)
	if err != nil {
		return err
	}
	trust, err := p.house.trust(agents)
	if err != nil {
		return err
	}
	r, err := resolver(p.house.config)
	if err != nil {
		return err
	}
	facts.trust = trust[p.writer.box.ID]
	facts.verdict = mail.Authenticate(ctx, bytes.NewReader(t.raw), facts.trust, r, time.Now())
	return nil
}

// moveTarget is the folder that settled mails are moved to, "" for none.
func moveTarget(setting string) string {
	after, err := config.ParseAfter(setting)
	if err != nil {
		return "" // config.Load has refused it
	}
	return after.Move
}
