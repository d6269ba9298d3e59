package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"deskd/ticketing"
)

// timed is a daemon whose desk has a clock that can be set.
type timed struct {
	member
	clock *clock
}

type clock struct {
	sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.Lock()
	defer c.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.Lock()
	defer c.Unlock()
	c.at = at
}

// daemonsWithTickets are two at one database that share a clock, with tickets
// that wait for their customers since it began.
func daemonsWithTickets(t *testing.T, url string, tickets int) (both []timed) {
	t.Helper()
	c := &clock{at: time.Now().Truncate(time.Second)}
	for i, m := range members(t, 2, url) {
		m.Desk.Now, m.Desk.Owner = c.now, fmt.Sprint("desk ", i)
		both = append(both, timed{m, c})
	}
	if _, err := both[0].store.AddAgent(t.Context(), "mia@example.org", "Mia", "en"); err != nil {
		t.Fatal(err)
	}
	for i := range tickets {
		if err := both[0].spool(0, customerMail(fmt.Sprintf("<%d@acme.example>", i), "", fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	finish(t, []member{both[0].member, both[1].member})
	// Mails owed go out by the real clock, so that the desk's is behind it.
	c.set(time.Now().AddDate(-2, 0, 0).Truncate(time.Second))
	for i := range tickets {
		both[0].do(t, int64(i+1), ticketing.SetStatus{To: ticketing.AwaitingReply})
	}
	return both
}

func (m timed) do(t *testing.T, ticket int64, c ticketing.Command) {
	t.Helper()
	if err := m.Desk.Do(t.Context(), ticketing.Actor{Via: "cli", Author: ticketing.Author{Role: ticketing.Agent}}, ticket, c); err != nil {
		t.Fatal(err)
	}
}

// tick lets both look after what is due at the same moment, as often as it takes
// until nothing is.
func tick(t *testing.T, both []timed) {
	t.Helper()
	for range 3 {
		var wg sync.WaitGroup
		for _, m := range both {
			wg.Go(func() {
				if _, err := m.Desk.Tick(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
}

// events counts a ticket's events of a name.
func (m timed) events(t *testing.T, ticket int64, name string) (n int) {
	t.Helper()
	err := m.store.View(t.Context(), func(r ticketing.Reader) error {
		entries, err := r.Entries(ticket)
		for _, e := range entries {
			if e.Event == name {
				n++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (m timed) status(t *testing.T, ticket int64) (s ticketing.Status) {
	t.Helper()
	err := m.store.View(t.Context(), func(r ticketing.Reader) error {
		k, err := r.Ticket(ticket)
		s = k.Status
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sent marks all that is owed as gone out: no alert is taken as made that waits.
func (m timed) sent(t *testing.T) {
	t.Helper()
	for {
		rows, err := m.store.ClaimOutbox(t.Context(), ticketing.OutboxClaim{Owner: "relay", Lease: time.Minute, N: 100})
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			return
		}
		for _, r := range rows {
			if err := m.store.RecordDelivery(t.Context(), "relay", r.ID, ticketing.Delivery{State: ticketing.OutboxSent}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestTimersFireOnce: two desks that tick at once do each thing once, whatever
// the clock does meanwhile.
func TestTimersFireOnce(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		const tickets = 12
		both := daemonsWithTickets(t, url, tickets)
		start := both[0].clock.now()
		const day = 24 * time.Hour
		for _, step := range []struct {
			name     string
			at       time.Duration
			reminded int
			status   ticketing.Status
		}{
			{"nothing is due", 2 * day, 0, ticketing.AwaitingReply},
			{"weeks later", 40 * day, 1, ticketing.AwaitingReply},
			{"the same moment again", 40 * day, 1, ticketing.AwaitingReply},
			{"the clock was wrong", -10 * day, 1, ticketing.AwaitingReply},
			{"and is right again", 41 * day, 1, ticketing.AwaitingReply},
			{"the next is due", 43 * day, 2, ticketing.AwaitingReply},
			{"not yet the end", 45 * day, 2, ticketing.AwaitingReply},
			{"the end", 46*day + time.Minute, 2, ticketing.Solved},
			{"nothing more", 400 * day, 2, ticketing.Solved},
		} {
			both[0].sent(t)
			both[0].clock.set(start.Add(step.at))
			tick(t, both)
			for i := range int64(tickets) {
				if got := both[0].events(t, i+1, "reminded"); got != step.reminded {
					t.Errorf("%s: ticket %d was reminded of %d times, want %d", step.name, i+1, got, step.reminded)
				}
				if got := both[0].status(t, i+1); got != step.status {
					t.Errorf("%s: ticket %d is %s, want %s", step.name, i+1, got, step.status)
				}
			}
		}
	})
}

// TestTimerOfAKilledDaemon: what a daemon claimed and did not do comes due again
// for others when its claim ends, and is done once.
func TestTimerOfAKilledDaemon(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		both := daemonsWithTickets(t, url, 1)
		both[0].clock.set(both[0].clock.now().Add(4 * 24 * time.Hour))
		ctx := t.Context()
		killed, err := both[0].store.ClaimTimers(ctx, "killed", both[0].clock.now(), 10, time.Second)
		if err != nil || len(killed) != 1 {
			t.Fatalf("claimed %+v, %v", killed, err)
		}
		tick(t, both)
		if n := both[0].events(t, 1, "reminded"); n != 0 {
			t.Fatalf("another's claim was not heeded: %d reminders", n)
		}
		time.Sleep(1100 * time.Millisecond)
		tick(t, both)
		if n := both[0].events(t, 1, "reminded"); n != 1 {
			t.Fatalf("%d reminders, want 1", n)
		}
		// The killed one was only slow: its timer is not its own any more.
		err = both[0].store.Update(ctx, func(tx ticketing.Tx) error {
			mine, err := tx.EndTimer("killed", killed[0])
			if mine {
				return errors.New("it ended a timer that others had done")
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// hindered is a store in which one ticket cannot be read.
type hindered struct {
	ticketing.Store
	ticket int64
}

var errHindered = errors.New("this ticket cannot be read")

func (h hindered) Update(ctx context.Context, f func(ticketing.Tx) error) error {
	return h.Store.Update(ctx, func(tx ticketing.Tx) error { return f(hinderedTx{tx, h.ticket}) })
}

type hinderedTx struct {
	ticketing.Tx
	ticket int64
}

func (h hinderedTx) LockTicket(id int64) (ticketing.Ticket, error) {
	if id == h.ticket {
		return ticketing.Ticket{}, errHindered
	}
	return h.Tx.LockTicket(id)
}

// TestAFailingTimerCostsOnlyItself: the others are done, its error is told, and
// it is tried again when the claim ends.
func TestAFailingTimerCostsOnlyItself(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		both := daemonsWithTickets(t, url, 3)
		m := both[0]
		m.clock.set(m.clock.now().Add(4 * 24 * time.Hour))
		m.Desk.Store = hindered{m.Desk.Store, 2}
		rung := 0
		m.Desk.Owed = func() { rung++ }
		if _, err := m.Desk.Tick(t.Context()); !errors.Is(err, errHindered) {
			t.Errorf("the error is %v", err)
		}
		if rung == 0 {
			t.Error("the sender was not woken")
		}
		for i, want := range []int{1, 0, 1} {
			if n := m.events(t, int64(i+1), "reminded"); n != want {
				t.Errorf("ticket %d: %d reminders, want %d", i+1, n, want)
			}
		}
		err := m.store.View(t.Context(), func(r ticketing.Reader) error {
			left, err := r.TicketTimers(2)
			if err == nil && (len(left) != 1 || left[0].DueAt.After(m.clock.now())) {
				t.Errorf("it is not tried again: %+v", left)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestTimersAreArmedOnce: by the settings, when these have changed.
func TestTimersAreArmedOnce(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		m := daemonsWithTickets(t, url, 1)[0]
		ctx := t.Context()
		due := func(ticket int64) (at time.Time) {
			err := m.store.View(ctx, func(r ticketing.Reader) error {
				timers, err := r.TicketTimers(ticket)
				if len(timers) == 1 {
					at = timers[0].DueAt
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		first := due(1)
		if first.IsZero() || !due(0).IsZero() {
			t.Fatalf("reminder at %v, morning mail at %v", first, due(0))
		}
		arm := func() {
			if err := m.rearm(ctx, m.Desk); err != nil {
				t.Fatal(err)
			}
		}
		arm()
		if got := due(1); !got.Equal(first) || due(0).IsZero() {
			t.Errorf("reminder at %v, want %v; morning mail at %v", got, first, due(0))
		}
		m.settings.Reminders.Of = map[ticketing.Priority]ticketing.Reminder{ticketing.S3: {Alerts: 1, After: time.Hour}}
		m.Desk.Settings.Reminders = m.settings.Reminders
		arm()
		second := due(1)
		if want := first.Add(time.Hour - 3*24*time.Hour); !second.Equal(want) {
			t.Errorf("reminder at %v, want %v", second, want)
		}
		// Nothing has changed: nothing is looked at.
		if err := m.store.Update(ctx, func(tx ticketing.Tx) error {
			return tx.DropTimer(ticketing.Timer{Kind: ticketing.TimerReminder, TicketID: 1})
		}); err != nil {
			t.Fatal(err)
		}
		arm()
		if !due(1).IsZero() {
			t.Error("the timers were set although nothing has changed")
		}
	})
}

// slow claims timers and is so slow to do them that its claim ends, and another
// does them first.
type slow struct {
	ticketing.Timers
	meanwhile func()
}

func (s slow) ClaimTimers(ctx context.Context, owner string, due time.Time, n int, _ time.Duration) ([]ticketing.Timer, error) {
	all, err := s.Timers.ClaimTimers(ctx, owner, due, n, time.Millisecond)
	time.Sleep(5 * time.Millisecond)
	s.meanwhile()
	return all, err
}

// TestASlowDaemonDoesNothingTwice: what others did, moved or took off since it
// claimed is not its own to do.
func TestASlowDaemonDoesNothingTwice(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		both := daemonsWithTickets(t, url, 3)
		for i := range int64(3) {
			both[0].do(t, i+1, ticketing.SetStatus{To: ticketing.Open})
			both[0].do(t, i+1, ticketing.Remind{After: time.Hour})
		}
		both[0].clock.set(both[0].clock.now().Add(2 * time.Hour))
		both[0].Desk.Timers = slow{both[0].store, func() {
			both[0].do(t, 2, ticketing.Remind{After: time.Hour}) // moved
			if _, err := both[1].Desk.Tick(t.Context()); err != nil {
				t.Error(err)
			}
		}}
		if _, err := both[0].Desk.Tick(t.Context()); err != nil {
			t.Error(err)
		}
		for i, want := range []int{1, 0, 1} {
			if n := both[0].events(t, int64(i+1), "remind_due"); n != want {
				t.Errorf("ticket %d: %d reminders, want %d", i+1, n, want)
			}
		}
	})
}

// TestManyRemindersAtOnce: after weeks without a daemon they do not all go out in
// one hour, and none is lost.
func TestManyRemindersAtOnce(t *testing.T) {
	t.Parallel()
	const tickets = 230
	m := daemonsWithTickets(t, "sqlite://"+filepath.Join(t.TempDir(), "desk.db"), tickets)[0]
	reminded := func() (n int) {
		for i := range int64(tickets) {
			n += m.events(t, i+1, "reminded")
		}
		return n
	}
	m.clock.set(m.clock.now().Add(21 * 24 * time.Hour))
	m.Desk.Now = func() time.Time { // a clock goes on
		m.clock.set(m.clock.now().Add(time.Millisecond))
		return m.clock.now()
	}
	done, err := m.Desk.Tick(t.Context())
	if err != nil || done.Paused.IsZero() {
		t.Errorf("%+v, %v", done, err)
	}
	if n := reminded(); n != 200 {
		t.Errorf("%d went out at once", n)
	}
	for range 24 {
		m.sent(t)
		m.clock.set(m.clock.now().Add(11 * time.Minute))
		if _, err := m.Desk.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := reminded(); n != tickets {
		t.Errorf("%d went out in the hours that followed, want %d", n, tickets)
	}
}
