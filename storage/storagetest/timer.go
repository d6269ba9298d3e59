package storagetest

import (
	"testing"
	"time"

	"deskd/ticketing"
)

// timers: what is due oldest first, for one at a time; what a dead owner
// claimed comes due again; what was moved or taken off meanwhile is not his.
func timers(t *testing.T, d desk) {
	set := func(timer ticketing.Timer) {
		t.Helper()
		d.update(t, func(tx ticketing.Tx) error { return tx.SetTimer(timer) })
	}
	claim := func(owner string, n int, lease time.Duration) []ticketing.Timer {
		t.Helper()
		all, err := d.ClaimTimers(t.Context(), owner, at(30), n, lease)
		ok(t, err)
		return all
	}
	end := func(owner string, timer ticketing.Timer) (mine bool) {
		t.Helper()
		d.update(t, func(tx ticketing.Tx) (err error) {
			mine, err = tx.EndTimer(owner, timer)
			return err
		})
		return mine
	}
	reminder := ticketing.Timer{Kind: ticketing.TimerReminder, TicketID: 7, DueAt: at(20)}
	mine := ticketing.Timer{Kind: ticketing.TimerRemind, TicketID: 7, PersonID: 3, DueAt: at(10), Detail: "call"}
	set(reminder)
	set(mine)
	set(ticketing.Timer{Kind: ticketing.TimerRemind, TicketID: 7, PersonID: 4, DueAt: at(40)})
	if next, err := d.NextTimer(t.Context()); err != nil || !next.Equal(at(10)) {
		t.Errorf("next timer at %v, %v", next, err)
	}
	due := claim("one", 10, time.Hour)
	if len(due) != 2 || due[0].Detail != "call" || due[1].Kind != ticketing.TimerReminder {
		t.Fatalf("claimed %+v", due)
	}
	if more := claim("two", 10, time.Hour); len(more) != 0 {
		t.Errorf("claimed twice: %+v", more)
	}
	if end("two", due[0]) {
		t.Error("another's timer could be ended")
	}
	if !end("one", due[0]) || end("one", due[0]) {
		t.Error("a timer is ended by its owner, once")
	}
	reminder.DueAt = at(25) // the clock began anew
	set(reminder)
	if end("one", due[1]) {
		t.Error("a timer was ended that had been moved")
	}
	due = claim("two", 1, time.Millisecond)
	time.Sleep(5 * time.Millisecond) // two has died
	if again := claim("three", 1, time.Hour); len(due) != 1 || len(again) != 1 || again[0] != due[0] {
		t.Errorf("claim after a death: %+v, then %+v", due, again)
	}
	d.update(t, func(tx ticketing.Tx) error { return tx.DropTimer(reminder) })
	if end("three", due[0]) {
		t.Error("a timer was ended that had been taken off")
	}
	left := read(t, d, func(r ticketing.Reader) ([]ticketing.Timer, error) { return r.TicketTimers(7) })
	if len(left) != 1 || left[0].PersonID != 4 {
		t.Errorf("left: %+v", left)
	}
}

// tags: a ticket is found by what it is tagged with now.
func tags(t *testing.T, d desk) {
	tk, _ := d.ticket(t, func(tk *ticketing.Ticket) { tk.Tags = []string{"lan", "vip"} })
	d.update(t, func(tx ticketing.Tx) error { return tx.TagTicket(tk.ID, tk.Tags, []string{"vip", "wlan"}) })
	got := read(t, d, func(r ticketing.Reader) (ticketing.Ticket, error) { return r.Ticket(tk.ID) })
	same(t, []string{"vip", "wlan"}, got.Tags)
	for tag, want := range map[string]int{"lan": 0, "vip": 1, "wlan": 1} {
		found := read(t, d, func(r ticketing.Reader) ([]ticketing.Ticket, error) {
			return r.ListTickets(ticketing.TicketFilter{All: true, Tag: tag})
		})
		if len(found) != want {
			t.Errorf("%d tickets tagged %s, want %d", len(found), tag, want)
		}
	}
}

// turns: how much each agent has to do, and whose turn it was.
func turns(t *testing.T, d desk) {
	var ada, bob ticketing.Person
	d.update(t, func(tx ticketing.Tx) (err error) {
		if ada, err = tx.EnsurePerson(ticketing.Address{Address: "ada@example.com"}); err == nil {
			bob, err = tx.EnsurePerson(ticketing.Address{Address: "bob@example.com"})
		}
		return err
	})
	for _, status := range []ticketing.Status{ticketing.Open, ticketing.OnHold, ticketing.Solved} {
		d.ticket(t, func(tk *ticketing.Ticket) { tk.Status, tk.AssigneeID = status, bob.ID })
	}
	got := read(t, d, func(r ticketing.Reader) ([]int, error) { return r.UnsolvedOf([]int64{ada.ID, bob.ID}) })
	same(t, []int{0, 2}, got)
	box := d.mailbox(t)
	last := func() int64 {
		return read(t, d, func(r ticketing.Reader) (int64, error) { return r.LastAssignee(box.ID) })
	}
	if got := last(); got != 0 {
		t.Errorf("before the first turn: %d", got)
	}
	d.update(t, func(tx ticketing.Tx) error { return tx.SetLastAssignee(box.ID, bob.ID) })
	if got := last(); got != bob.ID {
		t.Errorf("it was the turn of %d, want %d", got, bob.ID)
	}
}
