package mail

import (
	"strconv"
	"time"
)

// day names a day in the reader's language, by the zone of t.
func (w wording) day(t time.Time) string { return w.texts.Day(w.letter.Language, t) }

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
