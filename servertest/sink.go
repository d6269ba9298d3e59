package servertest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// SinkTLS is how an SMTP sink encrypts.
type SinkTLS int

const (
	SinkPlain       SinkTLS = iota // no TLS on offer
	SinkStartTLS                   // STARTTLS on offer, and AUTH only after it
	SinkImplicitTLS                // TLS from the first byte
)

// maxSinkMessage is the largest mail a sink takes, and what it announces, in
// bytes, unless SinkOptions say otherwise.
const maxSinkMessage = 128 << 20

// SinkOptions choose how a sink behaves; the zero value takes everything,
// without TLS and AUTH, and offers SMTPUTF8 and DSN.
type SinkOptions struct {
	TLS                SinkTLS
	Username, Password string // with a Username, mail is taken only after AUTH PLAIN or LOGIN
	MaxMessageBytes    int64  // 0: 128 MiB
	NoSMTPUTF8         bool   // do not offer SMTPUTF8 (RFC 6531)
	NoDSN              bool   // do not offer DSN (RFC 3461)

	// MessageID, when set, makes the sink a provider that gives each mail
	// an id of its own: it returns the new Message-ID, with the angle
	// brackets, of the nth mail accepted, counted from 1. Delivered then has
	// the new one.
	MessageID func(n int) string
	// Reply, when set, makes the text that follows "250 2.0.0" after a mail
	// was accepted; Amazon SES says "Ok 0102018f…".
	Reply func(Received) string
	// Deliver, when set, is called for each mail before it is accepted, to
	// pass it on. Its error refuses the mail, with a code of the error's own
	// if it is an *smtp.SMTPError.
	Deliver func(Received) error
}

// Received is a mail that was handed to a sink as a whole, up to the final
// dot. Nothing in it is changed once it was handed out.
type Received struct {
	Connection int    // number of the connection it came over, from 1
	Username   string // who authenticated; "" for nobody
	TLS        bool

	From       string // envelope sender; "" for the null sender
	Parameters smtp.MailOptions
	To         []Recipient // those accepted, in the order given

	Raw       []byte // as handed over, dot-stuffing undone
	Delivered []byte // Raw, with the Message-ID that the sink gave it
	Accepted  bool   // false: the final reply was a fault's, or none came
}

// Recipient is an envelope recipient with its RCPT parameters.
type Recipient struct {
	Address    string
	Parameters smtp.RcptOptions
}

// Addresses are the envelope recipients' addresses.
func (r Received) Addresses() []string {
	var all []string
	for _, to := range r.To {
		all = append(all, to.Address)
	}
	return all
}

// Sink is an SMTP server on a loopback port that keeps what it is handed.
// Its methods may be called from several goroutines.
type Sink struct {
	options  SinkOptions
	server   *smtp.Server
	listener net.Listener
	cert     *certificate
	closed   chan struct{} // Close was called
	served   chan struct{} // no connection is taken any more
	stalled  chan struct{} // a stall has begun

	closing, stalling sync.Once

	mu          sync.Mutex
	faults      []*Fault
	connections int
	accepted    int
	received    []Received
	changed     chan struct{} // closed and replaced when received grows
}

// NewSink starts a sink that ends with the test.
func NewSink(tb TB, o SinkOptions) *Sink {
	tb.Helper()
	s, err := StartSink(o)
	require(tb, err)
	tb.Cleanup(s.Close)
	return s
}

// StartSink starts a sink. Close ends it.
func StartSink(o SinkOptions) (*Sink, error) {
	cert, err := newCertificate()
	if err != nil {
		return nil, fmt.Errorf("start the SMTP sink: %w", err)
	}
	s := &Sink{options: o, cert: cert, closed: make(chan struct{}), served: make(chan struct{}),
		stalled: make(chan struct{}), changed: make(chan struct{})}
	s.server = smtp.NewServer(smtp.BackendFunc(s.newSession))
	s.server.Domain = "localhost"
	s.server.MaxMessageBytes = maxSinkMessage
	if o.MaxMessageBytes > 0 {
		s.server.MaxMessageBytes = o.MaxMessageBytes
	}
	s.server.EnableSMTPUTF8 = !o.NoSMTPUTF8
	s.server.EnableDSN = !o.NoDSN
	s.server.AllowInsecureAuth = o.TLS == SinkPlain
	// A client that goes away is no news here.
	s.server.ErrorLog = log.New(io.Discard, "", 0)
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("start the SMTP sink: %w", err)
	}
	var listener net.Listener = &sinkListener{Listener: s.listener, sink: s}
	switch config := (&tls.Config{Certificates: []tls.Certificate{cert.pair}}); o.TLS {
	case SinkStartTLS:
		s.server.TLSConfig = config
	case SinkImplicitTLS:
		listener = tls.NewListener(listener, config)
	}
	go func() {
		defer close(s.served)
		_ = s.server.Serve(listener) // it ends by Close
	}()
	return s, nil
}

// Address is the sink's host:port.
func (s *Sink) Address() string { return s.listener.Addr().String() }

// Pool holds the one certificate the sink shows; it is valid for localhost
// and 127.0.0.1.
func (s *Sink) Pool() *x509.CertPool { return s.cert.pool }

// CertPEM is that certificate as a ca file would hold it.
func (s *Sink) CertPEM() []byte { return s.cert.certPEM }

// Close ends the sink and its connections. It may be called twice.
func (s *Sink) Close() {
	s.closing.Do(func() {
		close(s.closed)
		s.listener.Close()
		s.server.Close()
		<-s.served
	})
}

// Accepted are the mails taken so far, in the order of their acceptance.
func (s *Sink) Accepted() []Received {
	return only(s.HandedOver(), func(r Received) bool { return r.Accepted })
}

// HandedOver are all mails that came as a whole so far, those too which were
// then refused or left without a reply.
func (s *Sink) HandedOver() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Received(nil), s.received...)
}

func only(all []Received, keep func(Received) bool) []Received {
	var kept []Received
	for _, r := range all {
		if keep(r) {
			kept = append(kept, r)
		}
	}
	return kept
}

// Connections counts the connections made so far.
func (s *Sink) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections
}

// Wait waits until n mails are accepted and returns all that are; the test
// ends when timeout passes first.
func (s *Sink) Wait(tb TB, n int, timeout time.Duration) []Received {
	tb.Helper()
	return s.wait(tb, n, timeout, "accepted", s.Accepted)
}

// WaitHandedOver is Wait for HandedOver.
func (s *Sink) WaitHandedOver(tb TB, n int, timeout time.Duration) []Received {
	tb.Helper()
	return s.wait(tb, n, timeout, "handed over", s.HandedOver)
}

func (s *Sink) wait(tb TB, n int, timeout time.Duration, what string, list func() []Received) []Received {
	tb.Helper()
	deadline := time.After(timeout)
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		got := list()
		if len(got) >= n {
			return got
		}
		select {
		case <-changed:
		case <-deadline:
			tb.Fatalf("%d mails %s after %v, want %d", len(got), what, timeout, n)
			return nil
		}
	}
}

// keep notes a mail that came as a whole.
func (s *Sink) keep(r Received) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received = append(s.received, r)
	close(s.changed)
	s.changed = make(chan struct{})
}

// accept takes a mail and returns the final reply, which is an error in
// go-smtp's eyes unless it is the usual one.
func (s *Sink) accept(r Received) error {
	r.Delivered = r.Raw
	if s.options.MessageID != nil {
		s.mu.Lock()
		s.accepted++
		n := s.accepted
		s.mu.Unlock()
		r.Delivered = replaceMessageID(r.Raw, s.options.MessageID(n))
	}
	if s.options.Deliver != nil {
		if err := s.options.Deliver(r); err != nil {
			s.keep(r)
			if reply := (*smtp.SMTPError)(nil); errors.As(err, &reply) {
				return reply
			}
			return err
		}
	}
	r.Accepted = true
	s.keep(r)
	if s.options.Reply == nil {
		return nil
	}
	return &smtp.SMTPError{Code: 250, EnhancedCode: smtp.EnhancedCode{2, 0, 0}, Message: s.options.Reply(r)}
}
