package servertest

import (
	"slices"
	"strings"

	"github.com/emersion/go-smtp"
)

// Stage is a point of an SMTP dialogue at which a sink can do wrong.
type Stage int

const (
	AtConnect Stage = iota // in the place of the greeting, and of TLS
	AtAuth
	AtMail
	AtRecipient
	AtData // the mail has come as a whole, up to the final dot
	AtBody // the first byte of the mail has not been read yet
)

// Fault is a thing that a sink does wrong. At its stage it gives Reply, or
// does one of the other things when that is set.
type Fault struct {
	Stage     Stage
	Recipient string // only for this recipient (any case); AtData: if among the recipients; "": for all
	Times     int    // how often; 0: until Heal

	Reply smtp.SMTPError // such as {Code: 450, EnhancedCode: {4, 2, 1}, Message: "busy"}
	Drop  bool           // close the connection without a reply
	Stall bool           // keep the connection open and say nothing until the sink closes
}

// Fail makes the sink do wrong from now on. Of several faults that fit, the
// one given first acts.
func (s *Sink) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Heal ends all faults, but for stalls that have begun.
func (s *Sink) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Stalled is closed when the first stall has begun: whoever is served by it has
// got as far as its stage.
func (s *Sink) Stalled() <-chan struct{} { return s.stalled }

// stall tells that it has begun, and ends with the sink.
func (s *Sink) stall() {
	s.stalling.Do(func() { close(s.stalled) })
	<-s.closed
}

// fault takes the fault that is due at a stage for one of the recipients, nil
// for none.
func (s *Sink) fault(stage Stage, recipients ...string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if f.Stage != stage || f.Recipient != "" && !slices.ContainsFunc(recipients, func(r string) bool { return strings.EqualFold(r, f.Recipient) }) {
			continue
		}
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				s.faults = slices.Delete(s.faults, i, i+1)
			}
		}
		due := *f
		return &due
	}
	return nil
}

// commit does what a fault says on a session's connection.
func (f *Fault) commit(c *sinkSession) error {
	if f.Stall {
		c.sink.stall()
	}
	if f.Stall || f.Drop {
		c.conn.Conn().Close()
		// Nobody hears it any more.
		return &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "closing"}
	}
	reply := f.Reply
	return &reply
}
