package ticketing

import (
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

// week has the same hours from Monday to Friday.
func week(spans ...Span) [7][]Span {
	var hours [7][]Span
	for day := time.Monday; day <= time.Friday; day++ {
		hours[day] = spans
	}
	return hours
}

func always(spans ...Span) [7][]Span {
	hours := week(spans...)
	hours[time.Saturday], hours[time.Sunday] = spans, spans
	return hours
}

func zoneNamed(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// allDay closes whole days: those of the year 0 in every year.
func allDay(dates ...Date) map[Date][]Span {
	closed := map[Date][]Span{}
	for _, d := range dates {
		closed[d] = []Span{{0, WholeDay}}
	}
	return closed
}

// tokyo works from 9 to 18 with an hour for lunch, but not in Golden Week 2026
// nor from 29 December to 3 January.
func tokyo(t testing.TB) Calendar {
	c := Calendar{Name: "tokyo", Zone: zoneNamed(t, "Asia/Tokyo"), Hours: week(Span{9 * 60, 12 * 60}, Span{13 * 60, 18 * 60})}
	c.Holidays = allDay(
		Date{2026, 4, 29}, Date{2026, 5, 3}, Date{2026, 5, 4}, Date{2026, 5, 5}, Date{2026, 5, 6},
		Date{0, 12, 29}, Date{0, 12, 30}, Date{0, 12, 31}, Date{0, 1, 1}, Date{0, 1, 2}, Date{0, 1, 3}, Date{0, 2, 29})
	return c
}

// berlin works from 9:00 to 17:30, on 24 and 31 December until noon.
func berlin(t testing.TB) Calendar {
	c := Calendar{Name: "berlin", Zone: zoneNamed(t, "Europe/Berlin"), Hours: week(Span{9 * 60, 17*60 + 30})}
	c.Holidays = allDay(Date{2026, 4, 3}, Date{2026, 4, 6}, Date{0, 5, 1}, Date{0, 12, 25}, Date{0, 12, 26}, Date{0, 1, 1})
	c.Holidays[Date{0, 12, 24}] = []Span{{12 * 60, WholeDay}}
	c.Holidays[Date{0, 12, 31}] = []Span{{12 * 60, WholeDay}}
	return c
}

// newYork works from 8 to 18, and until 13 on the day after Thanksgiving.
func newYork(t testing.TB) Calendar {
	c := Calendar{Name: "new york", Zone: zoneNamed(t, "America/New_York"), Hours: week(Span{8 * 60, 18 * 60})}
	c.Holidays = allDay(Date{2026, 11, 26}, Date{0, 12, 25})
	c.Holidays[Date{2026, 11, 27}] = []Span{{13 * 60, WholeDay}}
	return c
}

// night works through the nights that begin on Friday and Saturday.
func night(t testing.TB, zone string) Calendar {
	c := Calendar{Name: "night", Zone: zoneNamed(t, zone)}
	c.Hours[time.Friday] = []Span{{22 * 60, WholeDay}}
	c.Hours[time.Saturday] = []Span{{0, 6 * 60}, {22 * 60, WholeDay}}
	c.Hours[time.Sunday] = []Span{{0, 6 * 60}}
	return c
}

// dayLong is open all day, every day, by the wall clock.
func dayLong(t testing.TB, zone string) Calendar {
	return Calendar{Name: "day long", Zone: zoneNamed(t, zone), Hours: always(Span{0, WholeDay})}
}

// at reads a time with its offset, so that the table says which of two it means.
func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.Parse("2006-01-02 15:04 -07", s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestBusinessTime(t *testing.T) {
	smallHours := func(from, to int) Calendar {
		return Calendar{Zone: zoneNamed(t, "Europe/Berlin"), Hours: always(Span{from, to})}
	}
	for _, tc := range []struct {
		name     string
		calendar Calendar
		from, to string // to is Add(from, d), and Between(from, to) is d
		d        time.Duration
	}{
		{"within a day", berlin(t), "2026-11-24 10:00 +01", "2026-11-24 11:00 +01", time.Hour},
		{"up to the end of the day, not to the next morning", berlin(t), "2026-11-24 16:30 +01", "2026-11-24 17:30 +01", time.Hour},
		{"over night", berlin(t), "2026-11-24 17:00 +01", "2026-11-25 09:30 +01", time.Hour},
		{"from before it opens", berlin(t), "2026-11-24 03:00 +01", "2026-11-24 10:00 +01", time.Hour},
		{"over a weekend", berlin(t), "2026-11-27 17:00 +01", "2026-11-30 10:00 +01", 90 * time.Minute},
		{"from a Sunday", berlin(t), "2026-11-29 12:00 +01", "2026-11-30 17:30 +01", 8*time.Hour + 30*time.Minute},
		{"over a lunch break", tokyo(t), "2026-11-24 11:30 +09", "2026-11-24 13:30 +09", time.Hour},

		// 29 April and 3 to 6 May 2026 are holidays; Thursday, Friday are not.
		{"Golden Week", tokyo(t), "2026-04-28 17:00 +09", "2026-05-07 10:00 +09", 18 * time.Hour},
		{"New Year in Japan", tokyo(t), "2026-12-28 17:00 +09", "2027-01-04 10:00 +09", 2 * time.Hour},
		{"29 February is closed, in leap years", tokyo(t), "2028-02-28 17:00 +09", "2028-03-01 10:00 +09", 2 * time.Hour},
		{"there is no 29 February in 2027", tokyo(t), "2027-02-26 17:00 +09", "2027-03-01 10:00 +09", 2 * time.Hour},

		// Good Friday is 3 April, Easter Monday 6 April 2026; the clock is put
		// forward on Sunday 29 March and back on Sunday 25 October.
		{"Easter", berlin(t), "2026-04-02 16:30 +02", "2026-04-07 10:00 +02", 2 * time.Hour},
		{"Christmas Eve until noon, Christmas on Friday", berlin(t), "2026-12-24 11:00 +01", "2026-12-28 10:00 +01", 2 * time.Hour},
		{"New Year's Eve until noon", berlin(t), "2026-12-31 09:00 +01", "2027-01-04 09:30 +01", 3*time.Hour + 30*time.Minute},
		{"the weekend of the spring change", berlin(t), "2026-03-27 17:00 +01", "2026-03-30 09:30 +02", time.Hour},
		{"the weekend of the autumn change", berlin(t), "2026-10-23 17:00 +02", "2026-10-26 09:30 +01", time.Hour},
		{"a day of 23 hours", dayLong(t, "Europe/Berlin"), "2026-03-29 00:00 +01", "2026-03-30 00:00 +02", 23 * time.Hour},
		{"a day of 25 hours", dayLong(t, "Europe/Berlin"), "2026-10-25 00:00 +02", "2026-10-26 00:00 +01", 25 * time.Hour},
		{"a night over the spring change", night(t, "Europe/Berlin"), "2026-03-28 22:00 +01", "2026-03-29 06:00 +02", 7 * time.Hour},
		{"a night over the autumn change", night(t, "Europe/Berlin"), "2026-10-24 22:00 +02", "2026-10-25 06:00 +01", 9 * time.Hour},

		// At 2:00 it is 3:00 at once.
		{"hours that begin where the clock jumps", smallHours(150, 240), "2026-03-29 00:00 +01", "2026-03-29 04:00 +02", time.Hour},
		{"hours that end where the clock jumps", smallHours(60, 150), "2026-03-29 00:00 +01", "2026-03-29 03:00 +02", time.Hour},
		{"hours that the clock jumps over", smallHours(130, 170), "2026-03-29 00:00 +01", "2026-03-30 02:50 +02", 40 * time.Minute},
		// At 3:00 it is 2:00 again: 2:30 is the first one.
		{"hours that begin within the repeated hour", smallHours(150, 240), "2026-10-25 00:00 +02", "2026-10-25 04:00 +01", 2*time.Hour + 30*time.Minute},
		{"hours that end within the repeated hour", smallHours(60, 150), "2026-10-25 00:00 +02", "2026-10-25 02:30 +02", 90 * time.Minute},
		{"from within the second of the two hours", smallHours(150, 240), "2026-10-25 02:30 +01", "2026-10-25 04:00 +01", 90 * time.Minute},

		// Thanksgiving is 26 November 2026, and the day after a short one; the
		// clock is put forward on Sunday 8 March and back on Sunday 1 November.
		{"Thanksgiving", newYork(t), "2026-11-25 17:00 -05", "2026-11-27 09:00 -05", 2 * time.Hour},
		{"the day after Thanksgiving", newYork(t), "2026-11-27 12:00 -05", "2026-11-30 09:00 -05", 2 * time.Hour},
		{"New York has changed when Berlin has not", newYork(t), "2026-03-06 17:00 -05", "2026-03-09 09:00 -04", 2 * time.Hour},
		{"Berlin has changed when New York has not", newYork(t), "2026-10-30 17:00 -04", "2026-11-02 09:00 -05", 2 * time.Hour},
		{"a day of 23 hours there", dayLong(t, "America/New_York"), "2026-03-08 00:00 -05", "2026-03-09 00:00 -04", 23 * time.Hour},
		{"a day of 25 hours there", dayLong(t, "America/New_York"), "2026-11-01 00:00 -04", "2026-11-02 00:00 -05", 25 * time.Hour},

		// Cuba puts the clock forward at midnight (Sunday 8 March 2026) and back
		// from 1:00 to midnight (1 November), so that midnight comes twice.
		{"a day that begins at 1:00", dayLong(t, "America/Havana"), "2026-03-08 01:00 -04", "2026-03-09 00:00 -04", 23 * time.Hour},
		{"a day with two midnights", dayLong(t, "America/Havana"), "2026-11-01 00:00 -04", "2026-11-02 00:00 -05", 25 * time.Hour},
		// Samoa had no 30 December 2011.
		{"a day that there was not", dayLong(t, "Pacific/Apia"), "2011-12-29 00:00 -10", "2012-01-01 00:00 +14", 48 * time.Hour},

		{"24x7", AroundTheClock(), "2026-03-28 12:00 +01", "2026-03-29 12:00 +01", 24 * time.Hour},
		{"nothing", berlin(t), "2026-11-28 12:00 +01", "2026-11-28 12:00 +01", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			from, to := at(t, tc.from), at(t, tc.to)
			if got := tc.calendar.Add(from, tc.d); !got.Equal(to) {
				t.Errorf("%v after %s is %v, want %s", tc.d, tc.from, got.In(to.Location()), tc.to)
			}
			if got := tc.calendar.Between(from, to); got != tc.d {
				t.Errorf("between %s and %s are %v, want %v", tc.from, tc.to, got, tc.d)
			}
		})
	}
}

func TestOpen(t *testing.T) {
	for _, tc := range []struct {
		calendar Calendar
		at       string
		want     bool
	}{
		{berlin(t), "2026-11-24 09:00 +01", true},
		{berlin(t), "2026-11-24 08:59 +01", false},
		{berlin(t), "2026-11-24 17:30 +01", false},
		{berlin(t), "2026-11-24 16:30 +00", false},
		{berlin(t), "2026-11-28 12:00 +01", false}, // Saturday
		{berlin(t), "2026-12-24 11:59 +01", true},
		{berlin(t), "2026-12-24 12:00 +01", false},
		{tokyo(t), "2026-11-24 12:30 +09", false},
		{night(t, "Europe/Berlin"), "2026-11-28 00:00 +01", true},
		{AroundTheClock(), "2026-11-28 03:00 +01", true},
	} {
		if got := tc.calendar.Open(at(t, tc.at)); got != tc.want {
			t.Errorf("%s is open at %s: %v, want %v", tc.calendar.Name, tc.at, got, tc.want)
		}
	}
}

func TestWorkingDays(t *testing.T) {
	for _, tc := range []struct {
		name     string
		calendar Calendar
		from     string
		n        int
		want     string
	}{
		{"tomorrow", berlin(t), "2026-11-24 16:12 +01", 1, "2026-11-25 16:12 +01"},
		{"none", berlin(t), "2026-11-24 16:12 +01", 0, "2026-11-24 16:12 +01"},
		{"over a weekend", berlin(t), "2026-11-27 16:12 +01", 1, "2026-11-30 16:12 +01"},
		{"from a Saturday", berlin(t), "2026-11-28 16:12 +01", 1, "2026-11-30 16:12 +01"},
		{"over the autumn change", berlin(t), "2026-10-23 16:12 +02", 1, "2026-10-26 16:12 +01"},
		{"over Easter", berlin(t), "2026-04-01 08:00 +02", 2, "2026-04-07 08:00 +02"},
		{"a short day is one", berlin(t), "2026-12-23 16:00 +01", 2, "2026-12-28 16:00 +01"},
		{"Golden Week", tokyo(t), "2026-04-28 20:00 +09", 3, "2026-05-07 20:00 +09"},
		{"the date is that of the zone", tokyo(t), "2026-11-26 23:30 +00", 1, "2026-11-29 23:30 +00"}, // Friday 8:30 in Tokyo
		{"a time that the clock jumps over", dayLong(t, "Europe/Berlin"), "2026-03-28 02:30 +01", 1, "2026-03-29 03:00 +02"},
		{"24x7", AroundTheClock(), "2026-11-28 02:30 +00", 2, "2026-11-30 02:30 +00"},
	} {
		if got, want := tc.calendar.AddDays(at(t, tc.from), tc.n), at(t, tc.want); !got.Equal(want) {
			t.Errorf("%s: %v, want %s", tc.name, got.In(want.Location()), tc.want)
		}
	}
}

// TestNeverOpen: what never comes is not waited for.
func TestNeverOpen(t *testing.T) {
	c := berlin(t)
	for day := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == 2000; day = day.AddDate(0, 0, 1) {
		c.Holidays[Date{0, day.Month(), day.Day()}] = []Span{{0, WholeDay}}
	}
	now := at(t, "2026-11-24 10:00 +01")
	if got := c.Add(now, time.Minute); !got.IsZero() {
		t.Errorf("a minute is over at %v", got)
	}
	if got := c.AddDays(now, 1); !got.IsZero() {
		t.Errorf("the next working day is %v", got)
	}
	if c.Open(now) || c.Between(now, now.AddDate(100, 0, 0)) != 0 {
		t.Error("it is open")
	}
}

// drawCalendar makes any calendar in any of the zones.
func drawCalendar(rt *rapid.T, zones []*time.Location) Calendar {
	c := Calendar{Zone: rapid.SampledFrom(zones).Draw(rt, "zone"), Holidays: map[Date][]Span{}}
	for day := range c.Hours {
		last := 0
		for range rapid.IntRange(0, 3).Draw(rt, "spans") {
			if last >= WholeDay {
				break
			}
			from := rapid.IntRange(last, WholeDay-1).Draw(rt, "from")
			last = rapid.IntRange(from+1, WholeDay).Draw(rt, "to")
			c.Hours[day] = append(c.Hours[day], Span{from, last})
		}
	}
	for range rapid.IntRange(0, 4).Draw(rt, "holidays") {
		d := Date{rapid.SampledFrom([]int{0, 2026}).Draw(rt, "year"), time.Month(rapid.IntRange(1, 12).Draw(rt, "month")), rapid.IntRange(1, 31).Draw(rt, "day")}
		from := rapid.IntRange(0, WholeDay-1).Draw(rt, "closes")
		c.Holidays[d] = append(c.Holidays[d], Span{from, rapid.IntRange(from+1, WholeDay).Draw(rt, "opens")})
	}
	return c
}

// TestBusinessTimeLaws: adding and measuring are each other's reverse, on any
// calendar and about any change of the clock.
func TestBusinessTimeLaws(t *testing.T) {
	zones := []*time.Location{
		time.UTC, zoneNamed(t, "Asia/Tokyo"), zoneNamed(t, "Europe/Berlin"), zoneNamed(t, "America/New_York"),
		zoneNamed(t, "America/Havana"), zoneNamed(t, "Australia/Lord_Howe"), zoneNamed(t, "Pacific/Apia"),
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	moment := rapid.Custom(func(rt *rapid.T) time.Time {
		return start.Add(time.Duration(rapid.Int64Range(0, int64(366*24*time.Hour)).Draw(rt, "moment")))
	})
	rapid.Check(t, func(rt *rapid.T) {
		c := drawCalendar(rt, zones)
		a, b, m := moment.Draw(rt, "a"), moment.Draw(rt, "b"), moment.Draw(rt, "m")
		if b.Before(a) {
			a, b = b, a
		}
		whole := c.Between(a, b)
		if whole < 0 || whole > b.Sub(a) {
			rt.Fatalf("%v of business time within %v", whole, b.Sub(a))
		}
		if m.After(a) && m.Before(b) {
			if parts := c.Between(a, m) + c.Between(m, b); parts != whole {
				rt.Fatalf("the parts are %v, the whole %v", parts, whole)
			}
		}
		d := time.Duration(rapid.Int64Range(1, int64(300*time.Hour)).Draw(rt, "d"))
		end := c.Add(a, d)
		if end.IsZero() {
			if n := c.Between(a, a.AddDate(furthest, 0, 0)); n >= d {
				rt.Fatalf("%v are not over, though there are %v", d, n)
			}
			return
		}
		if got := c.Between(a, end); got != d {
			rt.Fatalf("%v after %v is %v, but between them are %v", d, a, end, got)
		}
		if c.Between(a, end.Add(-1)) != d-1 {
			rt.Fatalf("%v are over before %v", d, end)
		}
		if less := c.Add(a, d/2); less.After(end) {
			rt.Fatalf("half of it ends at %v, all of it at %v", less, end)
		}
		if b.After(a) && c.Add(b, d).Before(end) && !c.Add(b, d).IsZero() {
			rt.Fatalf("from %v it ends at %v, from %v at %v", b, c.Add(b, d), a, end)
		}
		if open := c.Between(a, a.Add(1)) > 0; open != c.Open(a) {
			rt.Fatalf("open at %v: %v, but time goes by: %v", a, c.Open(a), open)
		}
	})
}

func BenchmarkBetweenThreeYears(b *testing.B) {
	c := berlin(b)
	from := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for b.Loop() {
		c.Between(from, from.AddDate(3, 0, 0))
	}
}

// TestMomentsInAnyOrder: what was asked before makes no difference.
func TestMomentsInAnyOrder(t *testing.T) {
	z := zone{Location: zoneNamed(t, "Europe/Berlin")}
	for _, tc := range []struct{ wall, want string }{
		{"2026-10-25 03:30 +00", "2026-10-25 02:30 +00"},
		{"2026-10-25 02:30 +00", "2026-10-25 00:30 +00"},
		{"2026-10-26 02:30 +00", "2026-10-26 01:30 +00"},
		{"2026-10-25 02:45 +00", "2026-10-25 00:45 +00"},
		{"2026-03-29 02:30 +00", "2026-03-29 01:00 +00"},
		{"2026-03-29 02:10 +00", "2026-03-29 01:00 +00"},
	} {
		if got := z.moment(at(t, tc.wall)); !got.Equal(at(t, tc.want)) {
			t.Errorf("the clock shows %s at %v, want %s", tc.wall, got, tc.want)
		}
	}
}
