package ticketing

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestClockIsStored: a clock that was stored is the clock that was, field by
// field; one that nobody filled takes up nothing.
func TestClockIsStored(t *testing.T) {
	c := lived(t, `
2026-11-24 10:00 +01 asked
2026-11-24 11:00 +01 answered
2026-11-24 11:00 +01 awaiting_reply
2026-11-26 15:00 +01 on_hold
2026-11-26 16:00 +01 asked`).Telling(Notice{FirstResponse, StageWarning, time.Unix(1.8e9, 123456789)})
	c.DueAt, c.OnlyHeld, c.Kept = stored(time.Unix(1.8e9, 0)), true, true
	for i, v := 0, reflect.ValueOf(c); i < v.NumField(); i++ {
		if v.Field(i).IsZero() {
			t.Errorf("the test does not fill %s", v.Type().Field(i).Name)
		}
	}
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var back Clock
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, back); diff != "" {
		t.Errorf("%s\n%s", data, diff)
	}
	if !strings.Contains(string(data), `"pauses":[{"f":1795514400000,"t":1795701600000,"s":"awaiting_reply"},{"f":1795701600000,"s":"on_hold"}]`) {
		t.Errorf("stored as %s", data)
	}
	if data, _ = json.Marshal(Clock{}); string(data) != "{}" {
		t.Errorf("a new one is stored as %s", data)
	}
	if err := json.Unmarshal([]byte(`{"first":"today"}`), &back); err == nil {
		t.Error("what is no time was read")
	}
}

func TestClockIsBounded(t *testing.T) {
	var c Clock
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 2000 {
		c = c.Moved(c.status(), []Status{OnHold, Open}[i%2], start.Add(time.Duration(i)*time.Hour))
	}
	if len(c.Pauses) != maxPauses {
		t.Fatalf("%d pauses are kept", len(c.Pauses))
	}
	if first, last := c.Pauses[0], c.Pauses[maxPauses-1]; !first.From.Equal(start) || !last.From.Equal(start.Add(1998*time.Hour)) {
		t.Errorf("the first is %v, the last %v", first, last)
	}
	if !c.Pauses[0].To.Before(c.Pauses[1].From) {
		t.Errorf("%v goes on in %v", c.Pauses[0], c.Pauses[1])
	}
}

// TestPauseOfNoTime: what begins and ends in one moment was not.
func TestPauseOfNoTime(t *testing.T) {
	c := lived(t, "2026-11-24 10:00 +01 awaiting_reply\n2026-11-24 10:00 +01 solved")
	if want := []Pause{{From: stored(at(t, "2026-11-24 10:00 +01")), Status: Solved}}; !slices.Equal(c.Pauses, want) {
		t.Errorf("%v, want %v", c.Pauses, want)
	}
}

// TestClockIsAValue: a clock that was copied does not change with the other.
func TestClockIsAValue(t *testing.T) {
	before := lived(t, "2026-11-24 11:00 +01 on_hold").Telling(Notice{Solution, StageBreach, time.Unix(1, 0)})
	was, _ := json.Marshal(before)
	before.Moved(OnHold, Open, at(t, "2026-11-24 12:00 +01")).Telling(Notice{Solution, StageBreach, time.Unix(2, 0)})
	if is, _ := json.Marshal(before); string(is) != string(was) {
		t.Errorf("was %s, is %s", was, is)
	}
}

func TestWaiting(t *testing.T) {
	for history, want := range map[string]string{
		"2026-11-24 10:00 +01 asked":                                                                      "2026-11-24 10:00 +01",
		"2026-11-24 10:00 +01 asked\n2026-11-24 11:00 +01 asked":                                          "2026-11-24 10:00 +01",
		"2026-11-24 10:00 +01 asked\n2026-11-24 11:00 +01 answered":                                       "",
		"2026-11-24 10:00 +01 asked\n2026-11-24 11:00 +01 solved":                                         "",
		"2026-11-24 10:00 +01 asked\n2026-11-24 11:00 +01 awaiting_reply":                                 "",
		"2026-11-24 10:00 +01 asked\n2026-11-24 11:00 +01 on_hold":                                        "2026-11-24 10:00 +01",
		"2026-11-24 10:00 +01 asked\n2026-11-24 11:00 +01 answered\n2026-11-24 12:00 +01 asked":           "2026-11-24 12:00 +01",
		"2026-11-24 10:00 +01 asked\n2026-11-24 11:00 +01 solved\n2026-11-24 12:00 +01 open":              "",
		"2026-11-24 10:00 +01 asked\n2026-11-24 11:00 +01 answered\n2026-11-24 11:00 +01 open":            "",
		"2026-11-24 10:00 +01 asked\n2026-11-24 11:00 +01 on_hold\n2026-11-24 12:00 +01 awaiting_reply\n": "",
	} {
		got := lived(t, history).WaitingSince
		if want == "" && !got.IsZero() || want != "" && !got.Equal(at(t, want)) {
			t.Errorf("%s\nwaits since %v, want %s", history, got, want)
		}
	}
}

// TestClockOf: the clock of an old ticket, made out of its timeline, is the one
// that would have been kept.
func TestClockOf(t *testing.T) {
	day := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	hour := func(n int) time.Time { return day.Add(time.Duration(n) * time.Hour) }
	message := func(n int, role Role, v Visibility, kind MailKind) Entry {
		return Entry{Kind: EntryMessage, Author: Author{Role: role}, Visibility: v, MailKind: kind, At: hour(n)}
	}
	moved := func(n int, from, to Status) Entry {
		return Entry{Kind: EntryEvent, Event: "status", Visibility: Public, At: hour(n), EventArgs: map[string]string{"from": string(from), "to": string(to)}}
	}
	event := func(n int, name string, args map[string]string) Entry {
		return Entry{Kind: EntryEvent, Event: name, Visibility: Public, At: hour(n), EventArgs: args}
	}
	released := func(e Entry, n int) Entry {
		e.Review = Review{State: ReviewReleased, At: hour(n)}
		return e
	}
	machine := message(2, Requester, Public, Human)
	machine.EventArgs = map[string]string{"machine": "yes"}
	unverified := message(12, Requester, AgentsOnly, Human)
	unverified.Unverified = true

	timeline := []Entry{
		message(0, Requester, Public, Human),
		machine,
		message(3, Agent, AgentsOnly, Human), // held, or a note by mail
		released(message(5, Cc, Public, Human), 9),
		message(6, Agent, Public, Human), moved(6, Open, AwaitingReply),
		event(7, "auto_reply", map[string]string{"who": "x"}), message(7, Requester, AgentsOnly, AutoReplied),
		moved(9, AwaitingReply, Open),
		event(10, "priority", map[string]string{"from": "S3", "to": "S1"}),
		released(message(4, Agent, Public, Human), 11), moved(11, Open, OnHold),
		unverified, moved(12, OnHold, Open),
		message(13, Requester, Held, Human),
		message(14, Agent, Public, ""), moved(14, Open, Solved),
		message(20, Requester, Public, ""), event(20, "reopened", map[string]string{"who": "x"}),
	}
	ticket := Ticket{Status: Open, CreatedAt: hour(0), LastActivityAt: hour(20)}

	kept := Clock{}.Asked(hour(0)).
		Answered(hour(6)).Moved(Open, AwaitingReply, hour(6)).
		Moved(AwaitingReply, Open, hour(9)).Asked(hour(5)).
		Answered(hour(11)).Moved(Open, OnHold, hour(11)).
		Asked(hour(12)).Moved(OnHold, Open, hour(12)).
		Answered(hour(14)).Moved(Open, Solved, hour(14)).
		Asked(hour(20)).Moved(Solved, Open, hour(20))
	kept.Kept = true
	if diff := cmp.Diff(kept, ClockOf(ticket, timeline)); diff != "" {
		t.Errorf("kept and made anew (-, +):\n%s", diff)
	}

	// Until the released mail is answered, its sender waits since he wrote.
	if got := ClockOf(Ticket{Status: Open, LastActivityAt: hour(10)}, timeline[:10]).WaitingSince; !got.Equal(hour(5)) {
		t.Errorf("the sender of a released mail waits since %v, want %v", got, hour(5))
	}
	// What the timeline does not say, the ticket does.
	solved := ClockOf(Ticket{Status: Solved, SolvedAt: hour(30)}, timeline)
	if got := solved.solvedSince(); !got.Equal(hour(30)) {
		t.Errorf("solved since %v, want %v", got, hour(30))
	}
	if first := ClockOf(Ticket{Status: AwaitingReply, LastActivityAt: hour(8)}, timeline[4:6]); !first.FirstReplyAt.Equal(hour(6)) || first.status() != AwaitingReply {
		t.Errorf("opened by an agent: %+v", first)
	}
}

func TestReminderNext(t *testing.T) {
	day := 24 * time.Hour
	for _, tc := range []struct {
		r          Reminder
		from, want string
	}{
		{Reminder{After: day}, "2026-10-24 12:00 +02", "2026-10-25 11:00 +01"},
		{Reminder{After: day, Business: true}, "2026-11-27 16:12 +01", "2026-11-30 16:12 +01"},
		{Reminder{After: 3 * day, Business: true}, "2026-12-23 16:12 +01", "2026-12-29 16:12 +01"},
		{Reminder{After: 2 * time.Hour, Business: true}, "2026-11-27 16:30 +01", "2026-11-30 10:00 +01"},
	} {
		if got, want := tc.r.Next(at(t, tc.from), berlin(t)), at(t, tc.want); !got.Equal(want) {
			t.Errorf("%+v after %s is %v, want %s", tc.r, tc.from, got.In(want.Location()), tc.want)
		}
	}
	if got := (Reminder{After: day, Business: true}).Next(at(t, "2026-11-24 10:00 +01"), neverOpen(t)); !got.IsZero() {
		t.Errorf("a desk that is never open reminds at %v", got)
	}
}
