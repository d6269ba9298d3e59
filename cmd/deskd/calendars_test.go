package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"deskd/config"
	"deskd/ticketing"
)

// TestCalendarsTakeEffect: what is written about hours, holidays, targets and
// reminders is what tickets go by.
func TestCalendarsTakeEffect(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.Calendar = []config.Calendar{{
		Name: "office", TimeZone: "Europe/Berlin",
		Hours:    []string{"mon-fri 13:00-17:30", "mon-fri 09:00-12:00", "fri 22:00-02:00"},
		Holidays: []string{"12-25 Christmas", "2026-12-24 from 12:00", "2026-12-24 until 10:00"},
	}}
	c.Mailbox = []config.Mailbox{{Address: "a@example.com", Calendar: "office"}, {Address: "b@example.com", Calendar: config.AroundTheClock}}
	c.SLA.S1 = config.Aims{FirstResponse: "1h", Calendar: config.AroundTheClock, WarnAt: 50}
	c.SLA.S2 = config.Aims{NextResponse: "4h", Solution: "16h", WarnAt: 75, PauseOnHold: true}
	c.Reminders.AutoSolve = false
	c.Reminders.S2 = config.Reminder{Alerts: 3, After: config.Duration(48 * time.Hour), Business: true}

	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	all := calendars(&c)
	// Two hours on Christmas Eve, two of the night after Christmas, which belong to
	// the day after, and one on Monday.
	eve := time.Date(2026, 12, 24, 9, 0, 0, 0, berlin)
	if got, want := all[0].Add(eve, 5*time.Hour), time.Date(2026, 12, 28, 10, 0, 0, 0, berlin); !got.Equal(want) {
		t.Errorf("five hours end at %v, want %v", got.In(berlin), want)
	}
	if !all[0].Open(time.Date(2026, 11, 28, 1, 0, 0, 0, berlin)) {
		t.Error("hours that go on after midnight end there")
	}
	if got := all[1]; !got.Open(eve) || got.Name != config.AroundTheClock {
		t.Errorf("the second mailbox goes by %+v", got)
	}

	targets := slas(&c)
	if len(targets[0]) != 2 {
		t.Errorf("there are targets of %d priorities, want 2", len(targets[0]))
	}
	for i, want := range []string{"office", config.AroundTheClock} {
		s1, s2 := targets[i][ticketing.S1], targets[i][ticketing.S2]
		if s1.First != time.Hour || s1.Warn != 50 || s1.PauseOnHold || s1.Calendar.Name != config.AroundTheClock {
			t.Errorf("S1 of mailbox %d: %+v", i, s1)
		}
		if s2.Next != 4*time.Hour || s2.Solution != 16*time.Hour || s2.Warn != 75 || !s2.PauseOnHold || s2.Calendar.Name != want {
			t.Errorf("S2 of mailbox %d: %+v", i, s2)
		}
	}

	want := ticketing.DefaultReminders()
	want.AutoSolve = false
	want.Of[ticketing.S2] = ticketing.Reminder{Alerts: 3, After: 48 * time.Hour, Business: true}
	if diff := cmp.Diff(want, reminders(&c)); diff != "" {
		t.Error(diff)
	}
}

// TestNoTargetsByDefault: a desk promises nothing that its administrator has not.
func TestNoTargetsByDefault(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.Mailbox = []config.Mailbox{{Address: "a@example.com", Calendar: c.Desk.Calendar}}
	if got := slas(&c); len(got) != 1 || len(got[0]) != 0 {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff(ticketing.DefaultReminders(), reminders(&c)); diff != "" {
		t.Errorf("the two sets of defaults differ: %s", diff)
	}
}
