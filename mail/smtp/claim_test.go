package smtp

import (
	"context"
	"testing"
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
