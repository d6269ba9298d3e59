package smtp

import (
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"deskd/servertest"
	"deskd/ticketing"
)

// TestGivenBackIsNotTried: days of waiting for the relay's own limit, and then
// greylisting at the first real attempt.
func TestGivenBackIsNotTried(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	o := newMemory()
	r := plain(sink)
	r.PerDay, r.MaxConnections = 2, 1 // one at once, and one in a day
	s := newSender(t, o, r, nil)
	o.add("first@example.org", nil)
	id := o.add("late@example.org", nil)
	for range 4 { // each time the mailbox's pause ends, the mail is claimed and given back
		drain(t, s)
		o.clock.advance(13 * time.Hour)
	}
	if n := o.row(id).Attempts; n != 0 {
		t.Errorf("%d attempts", n)
	}
	sink.Fail(fault(servertest.AtRecipient, 451, gosmtp.EnhancedCode{4, 7, 1}, "greylisted"))
	drain(t, newSender(t, o, plain(sink), nil)) // the limit's day is over
	if row := o.wantState(t, id, ticketing.OutboxQueued); row.Attempts != 1 || !row.DueAt.Equal(o.clock.Now().Add(time.Minute)) {
		t.Errorf("%d attempts, due at %v", row.Attempts, row.DueAt)
	}
}
