package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

	"deskd/mail"
	"deskd/ticketing"
)

const (
	// moreDeaths is how many times more than it is tried the program may end
	// while it has a mail in hand: it may be ended from outside.
	moreDeaths = 2
	// lookups is how many senders of a group are looked up at once: that is
	// waiting, and no work.
	lookups = 64
	// lookUpFor bounds what is waited for the DNS about one mail.
	lookUpFor = 5 * time.Second
	// beginFor is how long mails of a group are begun with; the others make the
	// next group. So none waits long for mails before it.
	beginFor = 3 * time.Second
	// grace is how much longer the DNS is waited for once the program is to end.
	grace = 2 * time.Second
)

// readMail is one mail as read, or why it could not be.
type readMail struct {
	message ticketing.Message
	stub    *ticketing.Failure // why it becomes a stub, nil if it does not
	again   time.Duration      // when to try again, 0 to go on
	err     error
	free    bool // err is not the mail's fault: the attempt does not count
	unread  bool // there was no time for it
}

// readAll reads the group's mails side by side. Those not begun with in time
// are left unread: they are the last ones. So are, once ctx has ended, those
// whose senders the DNS does not tell about soon.
func (in *Intake) readAll(ctx context.Context, rows []ticketing.LedgerRow) []readMail {
	looking, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, cut) })()
	beginning, stop := context.WithTimeout(ctx, beginFor)
	defer stop()
	asking, parsing := make(lanes, lookups), make(lanes, runtime.GOMAXPROCS(0))
	read := make([]readMail, len(rows))
	var reading sync.WaitGroup
	for i, row := range rows {
		if !asking.enter(beginning) || !parsing.enter(beginning) {
			for left := i; left < len(rows); left++ {
				read[left].unread = true
			}
			break
		}
		reading.Go(func() {
			defer asking.leave()
			parsed := sync.OnceFunc(parsing.leave)
			defer parsed()
			read[i] = in.read(looking, row, parsed)
		})
	}
	reading.Wait()
	return read
}

// lanes bound how many do something at once.
type lanes chan struct{}

// enter reports false when ctx ends first.
func (l lanes) enter(ctx context.Context) bool {
	if ctx.Err() != nil {
		return false
	}
	select {
	case l <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (l lanes) leave() { <-l }

// read reads one mail. It calls parsed before it waits for the DNS, which it
// does until ctx ends.
func (in *Intake) read(ctx context.Context, row ticketing.LedgerRow, parsed func()) readMail {
	most := max(in.attempts(), in.senderTries()) + moreDeaths
	if row.Attempts > most {
		return readMail{stub: &ticketing.Failure{
			Reason: ticketing.EndedProgram, Times: most,
			Detail: fmt.Sprintf("reading it ended the program or ran out of time %d times", most),
		}}
	}
	m, err := in.readUntil(ctx, row, parsed)
	switch {
	case err != nil && in.passes(err):
		return readMail{err: err, again: retryIn, free: true}
	case err != nil && (row.Attempts >= in.attempts() && unreadable(err) || row.Attempts >= most):
		return readMail{stub: failure(err)}
	case err != nil:
		return readMail{err: err, again: retryIn * time.Duration(row.Attempts)}
	case m.Verdict.Temporary && ctx.Err() != nil:
		return readMail{unread: true}
	case m.Verdict.Temporary && row.Attempts < in.senderTries():
		// What a server wrote into the mail stays as it is; only the DNS is
		// worth asking again.
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

// passes reports whether an error says nothing about the mail.
func (in *Intake) passes(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || in.Passes != nil && in.Passes(err)
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
	return in.readUntil(ctx, row, func() {})
}

func (in *Intake) readUntil(ctx context.Context, row ticketing.LedgerRow, parsed func()) (ticketing.Message, error) {
	raw, m, err := in.parse(ctx, row, "")
	if err != nil {
		return ticketing.Message{}, err
	}
	defer raw.Close()
	if _, err := raw.Seek(0, io.SeekStart); err != nil {
		return ticketing.Message{}, fmt.Errorf("rewind mail %d: %w", row.ID, err)
	}
	parsed()
	looking, cancel := context.WithTimeout(ctx, lookUpFor)
	defer cancel()
	mail.AuthenticateMessage(looking, &m, raw, in.Trust[row.MailboxID], in.Resolver, row.ReceivedAt)
	if raw.err != nil {
		return ticketing.Message{}, fmt.Errorf("read mail %d again: %w", row.ID, raw.err)
	}
	m.NoAck = m.NoAck || row.Backlog // old when it was first seen
	if m.Unlisted != nil {
		m.Unlisted.NoAck = m.Unlisted.NoAck || row.Backlog
	}
	return m, nil
}

// Reread reads a mail's words once more. Nobody is asked who sent it: the
// message has no verdict and decides nothing. charset is what a person says it
// is written in, "" for what the mail says.
func (in *Intake) Reread(ctx context.Context, row ticketing.LedgerRow, charset string) (ticketing.Message, error) {
	raw, m, err := in.parse(ctx, row, charset)
	if err != nil {
		return ticketing.Message{}, err
	}
	return m, raw.Close()
}

// parse opens a mail's raw bytes and understands them. The caller closes them.
func (in *Intake) parse(ctx context.Context, row ticketing.LedgerRow, charset string) (*watched, ticketing.Message, error) {
	// The end of ctx must not look like a damaged mail.
	opened, err := in.Queue.OpenRaw(context.WithoutCancel(ctx), row.RawSHA256)
	if err != nil {
		return nil, ticketing.Message{}, fmt.Errorf("open mail %d: %w", row.ID, err)
	}
	raw := &watched{ReadSeekCloser: opened}
	limits := in.Limits
	limits.NoHTML = true // the desk keeps text; pages make HTML of the raw mail
	limits.Charset = charset
	m, err := mail.Parse(raw, limits)
	if err != nil {
		_ = raw.Close()
		return nil, ticketing.Message{}, fmt.Errorf("read mail %d: %w", row.ID, err)
	}
	m.MailID, m.RawSHA256, m.RawSize, m.ReceivedAt = row.ID, row.RawSHA256, row.Size, row.ReceivedAt
	m.Mailbox, _ = in.Desk.Settings.Mailbox(row.MailboxID)
	m.Source = row.Source
	if row.HeaderOnly {
		problem := ticketing.Problem{Key: ticketing.HeaderOnlyMailbox}
		if row.Source == ticketing.SourceIngest {
			problem.Key = ticketing.HeaderOnlyIngested
		}
		m.Problems = append(m.Problems, problem)
	}
	return raw, m, nil
}

// watched notes that a mail could not be read: judging its sender takes that
// for a property of the mail.
type watched struct {
	io.ReadSeekCloser
	err error
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.ReadSeekCloser.Read(b)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}
