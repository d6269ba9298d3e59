package smtp

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"deskd/servertest"
	"deskd/ticketing"
)

// TestRelayThatHangsKeepsNoOtherWaiting: all connections of one mailbox's relay
// are taken, and more of its mails are due for longer than the others'.
func TestRelayThatHangsKeepsNoOtherWaiting(t *testing.T) {
	hangs, fine := servertest.NewSink(t, servertest.SinkOptions{}), servertest.NewSink(t, servertest.SinkOptions{})
	hangs.Fail(servertest.Fault{Stage: servertest.AtData, Stall: true})
	for name, relays := range map[string]struct{ common, own Relay }{
		"the common one": {plain(hangs), plain(fine)},
		"one of its own": {plain(fine), plain(hangs)},
	} {
		t.Run(name, func(t *testing.T) {
			o := newMemory()
			stuck, free := int64(1), int64(7)
			if relays.own.URL == plain(hangs).URL {
				stuck, free = free, stuck
			}
			for range 10 {
				o.add("a@example.org", func(m *ticketing.OutboxMail) { m.MailboxID = stuck })
			}
			s := newSender(t, o, relays.common, func(o *Options) { o.Mailboxes = map[int64]Relay{7: relays.own} })
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error)
			go func() { done <- s.Run(ctx) }()
			before := len(fine.Accepted())
			waitFor(t, func() bool { return o.sending(stuck) == DefaultMaxConnections })
			for i := range 5 {
				o.add("b@example.org", func(m *ticketing.OutboxMail) { m.MailboxID = free })
				s.Wake()
				fine.Wait(t, before+i+1, 10*time.Second)
			}
			if n := o.sending(stuck); n != DefaultMaxConnections {
				t.Errorf("%d mails are claimed for %d connections", n, DefaultMaxConnections)
			}
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
}

// TestMailInHandIsNotClaimedAgain though the wall clock steps over the end of
// its claim while the server thinks.
func TestMailInHandIsNotClaimedAgain(t *testing.T) {
	o := newMemory()
	var s *Sender
	sink := servertest.NewSink(t, servertest.SinkOptions{Deliver: func(servertest.Received) error {
		o.clock.advance(time.Hour)
		for range 2 { // it looks for mails meanwhile
			before := o.claims.Load()
			s.Wake()
			for o.claims.Load() == before {
				time.Sleep(time.Millisecond)
			}
		}
		return nil
	}})
	id := o.add("a@example.org", nil)
	s = newSender(t, o, plain(sink), nil)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- s.Run(ctx) }()
	waitFor(t, func() bool { return o.row(id).State == ticketing.OutboxSent })
	cancel()
	<-done
	if n := len(sink.HandedOver()); n != 1 {
		t.Errorf("handed over %d times", n)
	}
	if n := o.row(id).Attempts; n != 1 {
		t.Errorf("%d attempts", n)
	}
}

// inTime runs a test in a bubble where time passes by itself as soon as
// everybody waits, against a server that says what the test tells it.
func inTime(t *testing.T, serve func(*bufio.Reader, net.Conn), test func(t *testing.T, o *memory, r Relay)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var wg sync.WaitGroup
		r := Relay{URL: "smtp://localhost", MaxConnections: 1, Dial: func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			wg.Go(func() {
				defer there.Close()
				serve(bufio.NewReader(there), there)
			})
			return here, nil
		}}
		test(t, newMemory(), r)
		wg.Wait()
	})
}

// takes is a server that takes a mail, each answer after a while, and gives
// the text that it heard; whole is false when the final dot did not come.
func takes(r *bufio.Reader, w io.Writer, each, last time.Duration) (text string, whole bool) {
	say := func(want, reply string) bool {
		line, err := r.ReadString('\n')
		if err != nil || !strings.HasPrefix(line, want) {
			return false
		}
		time.Sleep(each)
		_, err = io.WriteString(w, reply)
		return err == nil
	}
	time.Sleep(each)
	io.WriteString(w, "220 here\r\n")
	if !say("EHLO", "250 here\r\n") || !say("MAIL", "250 ok\r\n") || !say("RCPT", "250 ok\r\n") || !say("DATA", "354 go on\r\n") {
		return "", false
	}
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		b.WriteString(line)
		if err != nil {
			return b.String(), false
		}
		if line == ".\r\n" {
			break
		}
	}
	time.Sleep(last)
	io.WriteString(w, "250 ok\r\n")
	answer(r, w, "QUIT", "221 bye\r\n")
	return b.String(), true
}

// TestLostClaim: up to the final dot nothing goes on that may be somebody
// else's by now, and nothing stops after it.
func TestLostClaim(t *testing.T) {
	unreachable := errors.New("the database cannot be reached")
	tests := []struct {
		name  string
		renew func(passed time.Duration) error
		each  time.Duration // what the server takes for an answer
		state ticketing.OutboxState
		heard bool // the text, or part of it
		sent  bool
		ends  time.Duration // when the attempt has ended
	}{
		{"taken by another, told while the server thinks", func(time.Duration) error { return ticketing.ErrLeaseLost }, time.Minute, ticketing.OutboxSending, false, false, 30 * time.Second},
		{"taken by another, told before the text", func(time.Duration) error { return ticketing.ErrLeaseLost }, 0, ticketing.OutboxSending, false, false, 0},
		{"no renewal for a lease, while the server thinks", func(time.Duration) error { return unreachable }, time.Minute, ticketing.OutboxQueued, false, false, defaultLease},
		{"no renewal for a lease, before the text", func(time.Duration) error { return unreachable }, 0, ticketing.OutboxQueued, false, false, defaultLease},
		{"renewed after a while", func(d time.Duration) error {
			if d < time.Minute {
				return unreachable
			}
			return nil
		}, 2 * time.Minute, ticketing.OutboxSent, true, true, 0},
		{"taken by another after the final dot", func(d time.Duration) error {
			if d > time.Minute {
				return ticketing.ErrLeaseLost
			}
			return nil
		}, 0, ticketing.OutboxSent, true, true, 0},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			var heard string
			var whole bool
			serve := func(r *bufio.Reader, w net.Conn) { heard, whole = takes(r, w, tc.each, 5*time.Minute) }
			inTime(t, serve, func(t *testing.T, o *memory, r Relay) {
				begin := time.Now()
				o.renew = func() error { return tc.renew(time.Since(begin)) }
				id := o.add("a@example.org", nil)
				if n, err := newSender(t, o, r, nil).Once(t.Context()); n != 1 || err != nil {
					t.Errorf("sent %d, %v", n, err)
				}
				took := time.Since(begin)
				synctest.Wait()
				row := o.wantState(t, id, tc.state)
				if tc.ends > 0 && took.Round(time.Second) != tc.ends {
					t.Errorf("the attempt ended after %v, want %v", took, tc.ends)
				}
				if tc.state == ticketing.OutboxQueued && (row.Attempts != 0 || !row.DueAt.Equal(o.clock.Now()) || !o.paused[1].IsZero()) {
					t.Errorf("given back as due at %v, paused until %v", row.DueAt, o.paused[1])
				}
			})
			if (heard != "") != tc.heard || whole != tc.sent {
				t.Errorf("the server heard %q, to its end: %v", heard, whole)
			}
		})
	}
}

// TestSlowServerGetsItsTime: the wait for the last answer is not shortened by
// what went before it.
func TestSlowServerGetsItsTime(t *testing.T) {
	serve := func(r *bufio.Reader, w net.Conn) { takes(r, w, 290*time.Second, DefaultDataTimeout-time.Second) }
	inTime(t, serve, func(t *testing.T, o *memory, r Relay) {
		begin := time.Now()
		id := o.add("a@example.org", nil)
		drain(t, newSender(t, o, r, nil))
		o.wantState(t, id, ticketing.OutboxSent)
		if took := time.Since(begin); took < maxAttempt {
			t.Errorf("it took %v only", took)
		}
	})
}

// TestOutcomeIsRecordedWhenTheDatabaseIsBack, hours later, and the mail is not
// sent once more.
func TestOutcomeIsRecordedWhenTheDatabaseIsBack(t *testing.T) {
	inTime(t, func(r *bufio.Reader, w net.Conn) { takes(r, w, 0, 0) }, func(t *testing.T, o *memory, r Relay) {
		o.refuse = errors.New("the database cannot be reached")
		time.AfterFunc(3*time.Hour, func() {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.refuse = nil
		})
		id := o.add("a@example.org", nil)
		drain(t, newSender(t, o, r, nil))
		o.wantState(t, id, ticketing.OutboxSent)
	})
}
