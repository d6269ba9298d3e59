package mail

import (
	"strconv"
	"time"
)

// day names a day in the reader's language, by the zone of t.
func (w wording) day(t time.Time) string {
	weekday := [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}[t.Weekday()]
	month := [...]string{
		"january", "february", "march", "april", "may", "june",
		"july", "august", "september", "october", "november", "december",
	}[t.Month()-1]
	return w.say("date.day",
		"weekday", w.say("date.weekday."+weekday), "day", strconv.Itoa(t.Day()), "month", w.say("date.month."+month))
}

// age says how long something has lasted, in its largest unit.
func (w wording) age(d time.Duration) string {
	const day = 24 * time.Hour
	unit, n := "minutes", int(max(d, 0)/time.Minute)
	switch {
	case d >= day:
		unit, n = "days", int(d/day)
	case d >= time.Hour:
		unit, n = "hours", int(d/time.Hour)
	}
	if n == 1 {
		return w.say("age.one." + unit)
	}
	return w.say("age."+unit, "n", strconv.Itoa(n))
}
