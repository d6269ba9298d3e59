package smtp

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"deskd/servertest"
	"deskd/ticketing"
)

// elsewhere makes a relay that is not on loopback by its name, and is by its
// connection.
func elsewhere(sink *servertest.Sink, scheme string) Relay {
	return Relay{
		URL: scheme + "://localhost.example.com",
		TLS: &tls.Config{RootCAs: sink.Pool(), ServerName: "localhost"},
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, sink.Address())
		},
	}
}

func TestSTARTTLS(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{TLS: servertest.SinkStartTLS, Username: "u", Password: "p"})
	o := newMemory()
	id := o.add("a@example.org", nil)
	r := elsewhere(sink, "smtp")
	r.User, r.Password = "u", "p"
	drain(t, newSender(t, o, r, nil))
	o.wantState(t, id, ticketing.OutboxSent)
	if got := sink.Accepted()[0]; !got.TLS || got.Username != "u" {
		t.Errorf("TLS %v, user %q", got.TLS, got.Username)
	}
}

// TestNothingGoesInClearText has the ways in which TLS is not to be had; none
// may fail a mail or hand it over.
func TestNothingGoesInClearText(t *testing.T) {
	tests := []struct {
		name  string
		sink  servertest.SinkOptions
		relay func(*servertest.Sink) Relay
		error string
	}{
		{"no STARTTLS offered", servertest.SinkOptions{}, func(s *servertest.Sink) Relay { return elsewhere(s, "smtp") }, "STARTTLS is not offered"},
		{"STARTTLS wanted on loopback", servertest.SinkOptions{}, func(s *servertest.Sink) Relay {
			r := plain(s)
			r.StartTLS = true
			return r
		}, "STARTTLS is not offered"},
		{"unknown certificate, STARTTLS", servertest.SinkOptions{TLS: servertest.SinkStartTLS}, func(s *servertest.Sink) Relay {
			r := elsewhere(s, "smtp")
			r.TLS = nil
			return r
		}, "certificate"},
		{"certificate of another host", servertest.SinkOptions{TLS: servertest.SinkImplicitTLS}, func(s *servertest.Sink) Relay {
			r := elsewhere(s, "smtps")
			r.TLS.ServerName = "smtp.example.com"
			return r
		}, "certificate"},
		{"no AUTH offered", servertest.SinkOptions{}, func(s *servertest.Sink) Relay {
			r := plain(s)
			r.User, r.Password = "u", "p"
			return r
		}, "AUTH PLAIN and LOGIN are not offered"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			sink := servertest.NewSink(t, tc.sink)
			o := newMemory()
			id := o.add("a@example.org", nil)
			drain(t, newSender(t, o, tc.relay(sink), nil))
			r := o.wantState(t, id, ticketing.OutboxQueued)
			if !strings.Contains(r.LastError, tc.error) {
				t.Errorf("error %q, want %q", r.LastError, tc.error)
			}
			if o.paused[1].IsZero() || len(sink.HandedOver()) != 0 {
				t.Errorf("paused until %v, %d handed over", o.paused[1], len(sink.HandedOver()))
			}
		})
	}
}

// script is a server that says what a test tells it.
func script(t *testing.T, serve func(*bufio.Reader, net.Conn)) Relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer c.Close()
				serve(bufio.NewReader(c), c)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		wg.Wait()
	})
	return Relay{URL: "smtp://" + l.Addr().String(), MaxConnections: 1}
}

// answer reads a line that must begin with want, and answers.
func answer(r *bufio.Reader, w io.Writer, want, reply string) bool {
	line, err := r.ReadString('\n')
	if err != nil || !strings.HasPrefix(strings.ToUpper(line), want) {
		return false
	}
	_, err = io.WriteString(w, reply)
	return err == nil
}

// upToData answers everything up to the text.
func upToData(r *bufio.Reader, w io.Writer) bool {
	io.WriteString(w, "220 here\r\n")
	return answer(r, w, "EHLO", "250-here\r\n250 SIZE\r\n") && answer(r, w, "MAIL", "250 ok\r\n") &&
		answer(r, w, "RCPT", "250 ok\r\n") && answer(r, w, "DATA", "354 go on\r\n")
}

func TestDataSentAlongWithTheAnswerToSTARTTLSIsRefused(t *testing.T) {
	r := script(t, func(r *bufio.Reader, w net.Conn) {
		io.WriteString(w, "220 here\r\n")
		answer(r, w, "EHLO [127.0.0.1]", "250-here\r\n250 starttls\r\n")
		answer(r, w, "STARTTLS", "220 go\r\n250 injected\r\n")
		io.Copy(io.Discard, r)
	})
	r.StartTLS = true
	o := newMemory()
	id := o.add("a@example.org", nil)
	drain(t, newSender(t, o, r, nil))
	if row := o.wantState(t, id, ticketing.OutboxQueued); !strings.Contains(row.LastError, "between its answer to STARTTLS and TLS") {
		t.Errorf("error %q", row.LastError)
	}
}

// TestPeerThatStopsReading: the text is larger than the buffers between us.
func TestPeerThatStopsReading(t *testing.T) {
	stop := make(chan struct{})
	r := script(t, func(r *bufio.Reader, w net.Conn) {
		if upToData(r, w) {
			<-stop
		}
	})
	t.Cleanup(func() { close(stop) })
	r.CommandTimeout = 2 * time.Second // enough for what comes before, on a busy machine too
	o := newMemory()
	id := o.add("a@example.org", func(m *ticketing.OutboxMail) {
		m.Draft.Head = bytes.Repeat([]byte("0123456789abcdef0123456789abcdef\r\n"), 1<<19)
	})
	begin := time.Now()
	drain(t, newSender(t, o, r, nil))
	if took := time.Since(begin); took > 30*time.Second {
		t.Errorf("took %v", took)
	}
	if row := o.wantState(t, id, ticketing.OutboxQueued); !strings.HasPrefix(row.LastError, "text: ") {
		t.Errorf("error %q", row.LastError)
	}
}

// TestTruncatedTextIsNeverEnded: an attachment cannot be had, when part of the
// mail is on its way.
func TestTruncatedTextIsNeverEnded(t *testing.T) {
	heard := make(chan []byte, 10)
	r := script(t, func(r *bufio.Reader, w net.Conn) {
		if upToData(r, w) {
			rest, _ := io.ReadAll(r)
			heard <- rest
		}
	})
	r.CommandTimeout, r.DataTimeout = 20*time.Second, 20*time.Second
	o := newMemory()
	gone := o.add("a@example.org", func(m *ticketing.OutboxMail) {
		m.Draft.Head = append(m.Draft.Head, bytes.Repeat([]byte("long enough to leave the buffers\r\n"), 1000)...)
		m.Draft.Boundary = "b"
		m.Draft.Attachments = []ticketing.AttachmentRef{{RawSHA256: "gone", PartSpec: "2"}}
	})
	drain(t, newSender(t, o, r, nil))
	if row := o.wantState(t, gone, ticketing.OutboxFailed); !strings.Contains(row.LastError, "not found") {
		t.Errorf("error %q", row.LastError)
	}
	if all := <-heard; len(all) == 0 || bytes.Contains(all, []byte("\r\n.\r\n")) || bytes.Contains(all, []byte("QUIT")) {
		t.Errorf("the server heard %q at the end", all[max(0, len(all)-40):])
	}
}

// TestShutdown ends the context at two points: the mail goes back as it was
// before the final dot, and is unknown after it.
func TestShutdown(t *testing.T) {
	tests := []struct {
		name  string
		stage servertest.Stage
		state ticketing.OutboxState
	}{
		{"before the text", servertest.AtRecipient, ticketing.OutboxQueued},
		{"after the final dot", servertest.AtData, ticketing.OutboxUnknown},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			sink := servertest.NewSink(t, servertest.SinkOptions{})
			sink.Fail(servertest.Fault{Stage: tc.stage, Stall: true})
			o := newMemory()
			id := o.add("a@example.org", nil)
			s := newSender(t, o, plain(sink), nil)
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan error)
			go func() { done <- s.Run(ctx) }()
			<-sink.Stalled()
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
			r := o.wantState(t, id, tc.state)
			if tc.state == ticketing.OutboxQueued && !r.DueAt.Equal(o.clock.Now()) {
				t.Errorf("due at %v", r.DueAt)
			}
		})
	}
}

// TestAnswerWithinGraceCounts: a mail in hand at the shutdown is sent.
func TestAnswerWithinGraceCounts(t *testing.T) {
	arrived, goOn := make(chan struct{}), make(chan struct{})
	sink := servertest.NewSink(t, servertest.SinkOptions{Deliver: func(servertest.Received) error {
		close(arrived)
		<-goOn
		return nil
	}})
	o := newMemory()
	id := o.add("a@example.org", nil)
	s := newSender(t, o, plain(sink), func(o *Options) { o.Grace = time.Hour })
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Run(ctx) }()
	<-arrived
	cancel()
	close(goOn)
	<-done
	o.wantState(t, id, ticketing.OutboxSent)
}

// TestRunWakesAndPolls adds each mail when nothing more is due, so that it is
// found only by a wake, or only by looking again.
func TestRunWakesAndPolls(t *testing.T) {
	for name, poll := range map[string]time.Duration{"wakes": time.Hour, "polls": 10 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := servertest.NewSink(t, servertest.SinkOptions{})
			o := newMemory()
			r := plain(sink)
			r.MaxConnections = 1
			s := newSender(t, o, r, func(o *Options) { o.Poll = poll })
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan error)
			go func() { done <- s.Run(ctx) }()
			for i := range 3 {
				waitFor(t, func() bool { return o.restedWith.Load() == int32(i) })
				o.add(fmt.Sprintf("u%d@example.org", i), nil)
				if name == "wakes" {
					s.Wake()
				}
				sink.Wait(t, i+1, waitTime)
			}
			cancel()
			<-done
			if n := sink.Connections(); n != 1 {
				t.Errorf("%d connections, want 1", n)
			}
		})
	}
}

// TestServerClosedTheIdleConnection costs no attempt.
func TestServerClosedTheIdleConnection(t *testing.T) {
	var connections atomic.Int32
	r := script(t, func(r *bufio.Reader, w net.Conn) {
		if !upToData(r, w) {
			return
		}
		for line := ""; line != ".\r\n"; {
			var err error
			if line, err = r.ReadString('\n'); err != nil {
				return
			}
		}
		io.WriteString(w, "250 ok\r\n")
		if connections.Add(1) > 1 {
			answer(r, w, "QUIT", "221 bye\r\n")
		}
	})
	o := newMemory()
	a := o.add("a@example.org", nil)
	s := newSender(t, o, r, nil)
	b := o.add("b@example.org", nil)
	drain(t, s)
	o.wantState(t, a, ticketing.OutboxSent)
	if row := o.wantState(t, b, ticketing.OutboxSent); row.Attempts != 1 {
		t.Errorf("%d attempts", row.Attempts)
	}
}

func TestOutboxThatCannotRecord(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	o := newMemory()
	id := o.add("a@example.org", nil)
	o.refuse = ticketing.ErrLeaseLost
	faults := 0
	drain(t, newSender(t, o, plain(sink), func(o *Options) { o.OnFault = func(error) { faults++ } }))
	o.wantState(t, id, ticketing.OutboxSending)
	if faults != 1 {
		t.Errorf("%d faults told, want 1", faults)
	}
}

func TestMailboxWithItsOwnRelay(t *testing.T) {
	common := servertest.NewSink(t, servertest.SinkOptions{})
	own := servertest.NewSink(t, servertest.SinkOptions{})
	o := newMemory()
	a := o.add("a@example.org", nil)
	b := o.add("b@example.org", func(m *ticketing.OutboxMail) { m.MailboxID = 7 })
	drain(t, newSender(t, o, plain(common), func(o *Options) { o.Mailboxes = map[int64]Relay{7: plain(own)} }))
	o.wantState(t, a, ticketing.OutboxSent)
	o.wantState(t, b, ticketing.OutboxSent)
	if len(common.Accepted()) != 1 || len(own.Accepted()) != 1 {
		t.Errorf("%d by the common relay, %d by its own", len(common.Accepted()), len(own.Accepted()))
	}
}

func TestDailyLimitPauses(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	o := newMemory()
	for range 5 {
		o.add("a@example.org", nil)
	}
	r := plain(sink)
	r.PerDay, r.MaxConnections = 6, 1
	drain(t, newSender(t, o, r, nil))
	if n := len(sink.Accepted()); n != 3 {
		t.Errorf("%d mails went at once, want half of the day's", n)
	}
	if len(o.reasons) != 1 || !strings.Contains(o.reasons[0], "limit") {
		t.Errorf("paused for %q", o.reasons)
	}
}

// waitTime is for what only a fault could keep from happening.
const waitTime = 30 * time.Second

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(waitTime); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited %v in vain", waitTime)
		}
	}
}

// TestClaimIsRenewedWhileTheServerThinks for longer than the lease.
func TestClaimIsRenewedWhileTheServerThinks(t *testing.T) {
	outbox := newMemory()
	sink := servertest.NewSink(t, servertest.SinkOptions{Deliver: func(servertest.Received) error {
		for end := time.Now().Add(waitTime); outbox.renewed.Load() < 3 && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		return nil
	}})
	id := outbox.add("a@example.org", nil)
	s := newSender(t, outbox, plain(sink), func(o *Options) { o.Lease = 60 * time.Millisecond })
	drain(t, s)
	outbox.wantState(t, id, ticketing.OutboxSent)
	if n := outbox.renewed.Load(); n < 3 {
		t.Errorf("renewed %d times", n)
	}
}
