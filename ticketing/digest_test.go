package ticketing

import (
	"testing"
	"time"
)

func TestParseTimeOfDay(t *testing.T) {
	for text, want := range map[string]int{"08:00": 480, "8:05": 485, "00:00": 0, "23:59": 1439} {
		if got, ok := ParseTimeOfDay(text); !ok || got != want {
			t.Errorf("%q is %d, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "off", "8", "24:00", "08:60", "8:5", "-1:00", "+8:00", "008:00", "08:00:00", "8h"} {
		if got, ok := ParseTimeOfDay(text); ok {
			t.Errorf("%q is %d", text, got)
		}
	}
}

// TestNextMorning: by the wall clock, once a day, over changes of the clock and
// holidays.
func TestNextMorning(t *testing.T) {
	for _, tc := range []struct {
		name     string
		calendar Calendar
		after    string
		minute   int
		closed   bool
		want     string
	}{
		{"today", berlin(t), "2026-11-24 07:59 +01", 480, false, "2026-11-24 08:00 +01"},
		{"tomorrow", berlin(t), "2026-11-24 08:00 +01", 480, false, "2026-11-25 08:00 +01"},
		{"on Monday", berlin(t), "2026-11-27 08:00 +01", 480, false, "2026-11-30 08:00 +01"},
		{"on Saturday too", berlin(t), "2026-11-27 08:00 +01", 480, true, "2026-11-28 08:00 +01"},
		{"after Easter", berlin(t), "2026-04-02 08:00 +02", 480, false, "2026-04-07 08:00 +02"},
		{"over the spring change", berlin(t), "2026-03-27 08:00 +01", 480, false, "2026-03-30 08:00 +02"},
		{"over the autumn change", berlin(t), "2026-10-23 08:00 +02", 480, false, "2026-10-26 08:00 +01"},
		{"an hour that there is not", dayLong(t, "Europe/Berlin"), "2026-03-28 02:30 +01", 150, false, "2026-03-29 03:00 +02"},
		{"the first of two", dayLong(t, "Europe/Berlin"), "2026-10-24 02:30 +02", 150, false, "2026-10-25 02:30 +02"},
		{"the second of two is no other day", dayLong(t, "Europe/Berlin"), "2026-10-25 02:30 +02", 150, false, "2026-10-26 02:30 +01"},
		{"in Tokyo it is tomorrow already", tokyo(t), "2026-11-24 23:30 +00", 480, false, "2026-11-26 08:00 +09"},
		{"the day after Thanksgiving", newYork(t), "2026-11-25 08:00 -05", 480, false, "2026-11-27 08:00 -05"},
		{"always open", AroundTheClock(), "2026-11-28 08:00 +00", 480, false, "2026-11-29 08:00 +00"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			want := at(t, tc.want)
			if got := tc.calendar.nextAt(at(t, tc.after), tc.minute, tc.closed); !got.Equal(want) {
				t.Errorf("%v, want %v", got.In(want.Location()), want)
			}
		})
	}
	never := Calendar{Holidays: map[Date][]Span{}}
	never.Hours[time.Monday] = []Span{{0, 60}}
	for m := time.January; m <= time.December; m++ {
		for d := 1; d <= 31; d++ {
			never.Holidays[Date{0, m, d}] = []Span{{0, WholeDay}}
		}
	}
	if got := never.nextAt(time.Now(), 480, false); !got.IsZero() {
		t.Errorf("never is %v", got)
	}
}

func TestDigestByPreferences(t *testing.T) {
	d := &Desk{Settings: Settings{Digest: DigestSettings{At: "08:00"}, Mailboxes: []Mailbox{{ID: 1, Calendar: berlin(t)}}}}
	monday := at(t, "2026-11-23 00:00 +01")
	for _, tc := range []struct {
		p    Person
		want string
	}{
		{Person{Agent: true}, "2026-11-23 08:00 +01"},
		{Person{Agent: true, Preferences: Preferences{Digest: "09:30"}}, "2026-11-23 09:30 +01"},
		{Person{Agent: true, Preferences: Preferences{Zone: "America/New_York"}}, "2026-11-23 08:00 -05"},
		{Person{Agent: true, Preferences: Preferences{Zone: "Nowhere/Land"}}, "2026-11-23 08:00 +01"},
		{Person{Agent: true, Preferences: Preferences{Digest: "off"}}, ""},
		{Person{}, ""},
	} {
		got := d.nextDigest(tc.p, monday)
		if tc.want == "" && !got.IsZero() || tc.want != "" && !got.Equal(at(t, tc.want)) {
			t.Errorf("%+v: %v, want %s", tc.p, got, tc.want)
		}
	}
}
