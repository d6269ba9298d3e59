package smtp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"deskd/mail"
	"deskd/ticketing"
)

// textWriter writes the text of a mail; it may be called more than once.
type textWriter func(io.Writer) error

// maxTurn is how long a mail in hand waits for its turn; one whose turn is
// farther away is given back.
const maxTurn = time.Minute

// deliver makes one attempt at a claimed mail and records it.
func (s *Sender) deliver(ctx context.Context, r *route, m ticketing.OutboxMail, claimedAt time.Time) {
	h, release := s.hold(ctx, m, claimedAt)
	defer release()
	d := s.attempt(ctx, r, m, h)
	if d.delivery.Untried && h.lost() {
		s.fault(fmt.Errorf("mail %d: %w before it was handed over", m.ID, context.Cause(h.claimed)))
		return
	}
	d.delivery.Error = oneLine(r.target.redact(d.delivery.Error), maxErrorText)
	rctx, cancel := outlive(ctx, s.o.Grace)
	defer cancel()
	s.record(rctx, m, d)
}

// attempt gives what became of a mail. Until the mail's turn has come, ctx
// ends the wait, and the mail is given back as it was. Up to the final dot the
// attempt ends with the claim; what has been handed over cannot be called back.
func (s *Sender) attempt(ctx context.Context, r *route, m ticketing.OutboxMail, h *hold) decision {
	turn, cancel := both(ctx, h.claimed)
	tooFar, err := r.pace.wait(turn, maxTurn)
	cancel()
	if err != nil || tooFar > 0 {
		return s.giveBack(m, tooFar)
	}
	last, cancel := outlive(ctx, s.o.Grace)
	defer cancel()
	dot, cancel := both(last, h.claimed)
	defer cancel()
	answer, f := s.try(last, dot, r, m, h)
	if f == nil || f.pastRecipient() {
		r.tookRecipient()
	}
	if f == nil {
		r.fine()
		r.forget(m.ID)
		return decision{delivery: ticketing.Delivery{
			State:      ticketing.OutboxSent,
			ProviderID: providerID(r.target.host, answer),
			Aliases:    providerAliases(r.target.host, answer),
		}}
	}
	if f.stage != stageAnswer && isAny(f, errShutdown, errUnclaimed) {
		return s.giveBack(m, 0)
	}
	now := s.o.Now()
	var busyUntil time.Time
	concerns := f.scope(m)
	switch concerns {
	case scopeBusy:
		busyUntil = r.trouble(s.o.Schedule, now)
	case scopeDenied:
		concerns = r.denied(m.ID)
	}
	d := s.o.Schedule.decide(m, f, concerns, busyUntil, now)
	if d.delivery.State == ticketing.OutboxFailed {
		r.forget(m.ID)
	}
	return d
}

// try sends a mail; dot ends it up to the final dot, and ctx after that. A panic is a fault of this program or of a library, met
// through this mail; it costs an attempt at this mail and nothing else.
func (s *Sender) try(ctx, dot context.Context, r *route, m ticketing.OutboxMail, h *hold) (answer string, f *failure) {
	handedOver := false
	defer func() {
		if v := recover(); v != nil {
			s.fault(fmt.Errorf("send mail %d: panic: %v\n%s", m.ID, v, debug.Stack()))
			f = &failure{stage: stageLocal, err: errors.New("internal fault while sending; see the log")}
			if handedOver {
				f.stage = stageAnswer
			}
		}
	}()
	e, err := newEnvelope(m)
	if err != nil {
		return "", &failure{stage: stageLocal, err: err, settled: true}
	}
	answer, f = r.send(ctx, dot, e, func(w io.Writer) error {
		if err := h.confirm(dot); err != nil {
			return err
		}
		err := WriteDraft(w, m.Draft, s.opener(dot))
		handedOver = err == nil
		return err
	})
	var local *localError
	if f != nil && errors.As(f.err, &local) {
		f.settled = errors.Is(local, ticketing.ErrNotFound)
	}
	return answer, f
}

// localError is a fault on our side while the text of a mail was read.
type localError struct{ err error }

func (e *localError) Error() string { return e.err.Error() }
func (e *localError) Unwrap() error { return e.err }

// opener gives the bytes of attachments out of the raw mails that have them.
func (s *Sender) opener(ctx context.Context) func(ticketing.AttachmentRef) (io.Reader, error) {
	return func(a ticketing.AttachmentRef) (io.Reader, error) {
		raw, err := s.o.Outbox.OpenRaw(ctx, a.RawSHA256)
		if err != nil {
			return nil, &localError{fmt.Errorf("open the mail that has it: %w", err)}
		}
		part, _, err := mail.OpenPart(raw, partSpec(a))
		if err != nil {
			raw.Close()
			return nil, &localError{fmt.Errorf("open part %s: %w", partSpec(a), err)}
		}
		return &partReader{part: part, raw: raw}, nil
	}
}

func partSpec(a ticketing.AttachmentRef) string { return orString(a.PartSpec, a.Part) }

// partReader reads a part and closes the raw mail.
type partReader struct {
	part io.Reader
	raw  io.Closer
}

func (p *partReader) Read(b []byte) (int, error) {
	n, err := p.part.Read(b)
	if err != nil && err != io.EOF {
		err = &localError{err}
	}
	return n, err
}

func (p *partReader) Close() error { return p.raw.Close() }

// giveBack returns a mail that was not tried, to be due again after a while,
// with all others of its mailbox when that is not at once.
func (s *Sender) giveBack(m ticketing.OutboxMail, after time.Duration) decision {
	now := s.o.Now()
	d := decision{delivery: ticketing.Delivery{State: ticketing.OutboxQueued, Error: m.LastError, NextAt: now.Add(after), Untried: true}}
	if m.Uncertain {
		d.delivery.State = ticketing.OutboxUnknown
	}
	if after > 0 {
		d.pause, d.reason = now.Add(after), "the relay's limit of mails is reached"
	}
	return d
}

// record notes what became of a mail, as often as it takes: what is not noted
// is sent again.
func (s *Sender) record(ctx context.Context, m ticketing.OutboxMail, d decision) {
	ctx, cancel := context.WithTimeout(ctx, maxRecord)
	defer cancel()
	if !d.pause.IsZero() {
		reason := oneLine(orString(d.reason, d.delivery.Error), maxErrorText)
		pctx, cancel := context.WithTimeout(ctx, s.o.Lease)
		err := s.persist(pctx, func() error { return s.o.Outbox.PauseMailbox(pctx, m.MailboxID, d.pause, reason) })
		cancel()
		if err != nil {
			s.fault(fmt.Errorf("pause mailbox %d: %w", m.MailboxID, err))
		}
	}
	err := s.persist(ctx, func() error { return s.o.Outbox.RecordDelivery(ctx, s.o.Owner, m.ID, d.delivery) })
	if err != nil {
		s.fault(fmt.Errorf("record mail %d as %s: %w", m.ID, d.delivery.State, err))
		return
	}
	if s.o.OnResult != nil {
		s.o.OnResult(m, d.delivery)
	}
}

// persist repeats what fails until ctx ends or the claim is lost.
func (s *Sender) persist(ctx context.Context, do func() error) error {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		err := do()
		if err == nil || errors.Is(err, ticketing.ErrLeaseLost) || errors.Is(err, ticketing.ErrNotFound) {
			return err
		}
		if sleep(ctx, wait) != nil {
			return err
		}
	}
}
