package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"deskd/mail/intake"
	"deskd/ticketing"
)

// What an MTA understands of the exit status of a pipe (sysexits.h): try again
// later, and never.
const (
	exitTempFail    = 75
	exitUnavailable = 69
)

const (
	ingestMails = 200              // stored in one transaction
	ingestBytes = 32 << 20         // of mails held in memory in it
	pipeDecides = 30 * time.Second // what is not decided by then is left to serve
	lookAgain   = 100 * time.Millisecond
)

type ingestCmd struct {
	asJSON
	Mailbox string   `placeholder:"ADDRESS" help:"The mailbox that the mails belong to; default: the first of the configuration."`
	Files   []string `arg:"" name:"file" help:"A mail, an mbox, a Maildir folder; - is one mail on standard input."`
}

func (ingestCmd) Help() string {
	return `Takes mails into the desk the way serve does: each is stored as it came, then decided about. It works while serve runs and without it; mails that are owed as a consequence are sent by serve. Mails older than two days (imap.ack_max_age) are not acknowledged. A mail that is there already is noted as a double and changes nothing. Of a mail larger than parse.message_size the header is taken alone, and its ticket says so; a file stays where it is.

As the pipe of a mail server, name it with -: exit status 0 means that the mail is stored, 75 that the server should try again later, 69 that there was no mail. Standard input is always a single mail; a line "From " before its header is passed over.

Examples:

  deskd ingest old.mbox Maildir/ single.eml
  deskd ingest --mailbox billing@example.com - < mail.eml`
}

func (c ingestCmd) Validate() error {
	if len(c.Files) > 1 && slices.Contains(c.Files, "-") {
		return errors.New("- stands for a single mail and cannot be mixed with files")
	}
	return nil
}

func (c ingestCmd) Run(ctx context.Context, p *program) error {
	piped := c.Files[0] == "-"
	err := c.ingest(ctx, p, piped)
	var s *statusError
	if err != nil && piped && !errors.As(err, &s) {
		return &statusError{exitTempFail, err}
	}
	return err
}

func (c ingestCmd) ingest(ctx context.Context, p *program, piped bool) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	box, err := h.mailbox(c.Mailbox)
	if err != nil {
		return err
	}
	r, err := resolver(h.config)
	if err != nil {
		return err
	}
	in, err := h.intake(ctx, r, nil)
	if err != nil {
		return err
	}
	in.Report = func(id int64, _ int, err error) {
		fmt.Fprintf(p.err, "deskd: mail %d is stored; it is tried again later: %v\n", id, err)
	}
	b := &batch{house: h, intake: in, mailbox: box, states: map[ticketing.LedgerState]int{}}
	if piped {
		return b.pipe(ctx, p)
	}
	return c.files(ctx, p, b)
}

// files takes in all files. One that cannot be read does not keep the others
// from it.
func (c ingestCmd) files(ctx context.Context, p *program, b *batch) error {
	b.progress = newProgress(p.err, totalSize(c.Files))
	defer b.progress.end()
	for _, name := range c.Files {
		for m, err := range mailsOf(name, boundsOf(b.house.config)) {
			if err != nil {
				b.faults = append(b.faults, fmt.Errorf("ingest %s: %w", name, err))
				continue
			}
			if err := b.add(ctx, name, m); err != nil {
				b.drop()
				return errors.Join(append(b.faults, fmt.Errorf("%d mails are stored, then: %w", b.stored, err))...)
			}
		}
	}
	if err := b.flush(ctx); err != nil {
		b.drop()
		return errors.Join(append(b.faults, fmt.Errorf("%d mails are stored, then: %w", b.stored, err))...)
	}
	b.progress.end()
	if b.heads > 0 {
		fmt.Fprintf(p.err, "deskd: of %d mails, larger than parse.message_size (%s), only the header was taken\n", b.heads, b.house.config.Parse.MessageSize)
	}
	if err := c.summary(p, b); err != nil {
		return err
	}
	return errors.Join(b.faults...)
}

// summary says what became of the mails.
func (c ingestCmd) summary(p *program, b *batch) error {
	if c.JSON {
		return printJSON(p.out, struct {
			Mails  int                           `json:"mails"`
			States map[ticketing.LedgerState]int `json:"states"`
		}{b.stored, b.states})
	}
	var parts []string
	for _, state := range slices.Sorted(maps.Keys(b.states)) {
		parts = append(parts, fmt.Sprintf("%d %s", b.states[state], state))
	}
	line := fmt.Sprintf("%d mails are stored", b.stored)
	if b.stored == 1 {
		line = "1 mail is stored"
	}
	if len(parts) > 0 {
		line += ": " + strings.Join(parts, ", ")
	}
	_, err := fmt.Fprintln(p.out, line)
	return err
}

// batch collects mails, stores them in groups and has them decided about.
type batch struct {
	house    *house
	intake   *intake.Intake
	mailbox  ticketing.Mailbox
	progress *progress

	waiting []waitingMail
	held    int64 // bytes of waiting mails that are in memory
	read    int64 // bytes of waiting mails
	stored  int
	heads   int // mails of which only the header was taken
	states  map[ticketing.LedgerState]int
	faults  []error // of files and mails that could not be read
}

// waitingMail is a mail that is not stored yet.
type waitingMail struct {
	foundMail
	file    string // as it was named
	arrival ticketing.Arrival
}

func (b *batch) add(ctx context.Context, file string, m foundMail) error {
	b.waiting = append(b.waiting, waitingMail{m, file, b.arrival(m)})
	b.read += m.size
	if m.headerOnly {
		b.heads++
	}
	if m.inMemory {
		b.held += m.size
	}
	if len(b.waiting) < ingestMails && b.held < ingestBytes {
		return nil
	}
	return b.flush(ctx)
}

func (b *batch) arrival(m foundMail) ticketing.Arrival {
	oldest := time.Now().Add(-b.house.config.IMAP.AckMaxAge.Std())
	written := dateOf(m)
	return ticketing.Arrival{
		MailboxID: b.mailbox.ID, Source: ticketing.SourceIngest, ReceivedAt: m.received, Size: m.size, Open: m.open, HeaderOnly: m.headerOnly,
		Backlog: m.received.Before(oldest) || !written.IsZero() && written.Before(oldest),
	}
}

// drop closes the mails that wait.
func (b *batch) drop() {
	for _, m := range b.waiting {
		m.close()
	}
	b.waiting, b.held, b.read = b.waiting[:0], 0, 0
}

// store stores the mails that wait, but for those that cannot be read.
func (b *batch) store(ctx context.Context) ([]int64, error) {
	arrivals := func() (all []ticketing.Arrival) {
		for _, m := range b.waiting {
			all = append(all, m.arrival)
		}
		return all
	}
	ids, err := b.house.store.IngestMails(ctx, arrivals())
	if err == nil || ctx.Err() != nil {
		return ids, err
	}
	readable := b.waiting[:0:0]
	for _, m := range b.waiting {
		if err := m.tryToRead(); err != nil {
			b.faults = append(b.faults, fmt.Errorf("ingest %s: %w", m.file, err))
			m.close()
			continue
		}
		readable = append(readable, m)
	}
	if len(readable) == len(b.waiting) {
		return nil, err
	}
	b.waiting = readable
	return b.house.store.IngestMails(ctx, arrivals())
}

// flush stores what waits, in one transaction, and decides about it.
func (b *batch) flush(ctx context.Context) error {
	if len(b.waiting) == 0 {
		return nil
	}
	ids, err := b.store(ctx)
	if err != nil {
		return err
	}
	b.stored += len(ids)
	err = b.decide(ctx, ids)
	b.progress.add(b.read, b.stored)
	b.drop()
	if err != nil {
		return err
	}
	return b.house.store.View(ctx, func(r ticketing.Reader) error {
		for _, id := range ids {
			row, err := r.Ledger(id)
			if err != nil {
				return err
			}
			b.states[row.State]++
		}
		return nil
	})
}

// decide decides about all that is spooled and can be decided now. While serve
// or another ingest does so, it waits until the given mails were among what
// that one decided about, or until its turn has come.
func (b *batch) decide(ctx context.Context, ids []int64) error {
	for {
		n, err := b.intake.Once(ctx)
		if err != nil {
			return err
		}
		if n > 0 {
			continue
		}
		if n, err = b.house.store.Undecided(ctx, ids); err != nil || n == 0 {
			return err
		}
		if !pause(ctx, lookAgain) {
			return ctx.Err()
		}
	}
}

// pipe takes one mail from standard input. Once it is stored nothing is a
// failure any more: whoever sent it would send it again.
func (b *batch) pipe(ctx context.Context, p *program) error {
	m, err := readPipe(p.in, boundsOf(b.house.config))
	if err != nil {
		return err
	}
	defer m.close()
	// When the mail was written says nothing of how long it lay here.
	a := b.arrival(m)
	a.Backlog = false
	ids, err := b.house.store.IngestMails(ctx, []ticketing.Arrival{a})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, pipeDecides)
	defer cancel()
	if err := b.decide(ctx, ids); err != nil {
		fmt.Fprintf(p.err, "deskd: the mail is stored; deskd serve decides about it: %v\n", err)
	}
	return nil
}
