package portal

import "time"

// day is a time as pages tell it: how many days ago, by the calendar of a zone,
// or in full.
type day struct {
	Ago, Full string
	Machine   string // RFC 3339
}

// dayOf tells a time to somebody who looks now. Both are in the zone of the
// reader.
func (p *portal) dayOf(language string, t, now time.Time, zone *time.Location) day {
	t, now = t.In(zone), now.In(zone)
	d := day{Full: p.Texts.Moment(language, t), Machine: t.Format(time.RFC3339)}
	switch n := daysBetween(t, now); {
	case n <= 0:
		d.Ago = p.Texts.Text(language, "portal.days.today")
	case n == 1:
		d.Ago = p.Texts.Text(language, "portal.days.one")
	default:
		d.Ago = p.Texts.Text(language, "portal.days.many", "days", n)
	}
	return d
}

// daysBetween counts the midnights between two times by their clocks.
func daysBetween(a, b time.Time) int {
	midnight := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(midnight(b).Sub(midnight(a)) / (24 * time.Hour))
}
