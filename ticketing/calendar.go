package ticketing

import (
	"iter"
	"time"
)

// Calendar says when a desk works: business time. The zero Calendar, and any
// other without hours, is open around the clock.
//
// A day is one of the calendar's zone, from midnight to midnight by its wall
// clock, so that a day on which the clock changes has 23 or 25 hours. A time
// of day that the clock passes over is the moment of the change; one that it
// shows twice is the first of the two. By this rule every moment belongs to
// one time of one day, and times that follow on each other leave no gap.
//
// Nothing is looked for further ahead than twenty years.
type Calendar struct {
	Name string
	Zone *time.Location // nil is UTC
	// Hours are the times at which it is open on each [time.Weekday], in order
	// and not overlapping. What goes on after midnight belongs to the next day.
	Hours [7][]Span
	// Holidays are the times at which it is closed all the same. A [Date] of
	// year 0 is one of every year.
	Holidays map[Date][]Span
}

// Span is a part of a day from one time of day up to, but without, another,
// in minutes since midnight: at least 0, at most [WholeDay].
type Span struct{ From, To int }

// WholeDay is the number of minutes in a day by the wall clock.
const WholeDay = 24 * 60

// Date is a day. Year 0 stands for every year.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// AroundTheClock is the calendar that is always open.
func AroundTheClock() Calendar { return Calendar{Name: "24x7"} }

// furthest is how far ahead anything is looked for, in years.
const furthest = 20

// Add is the first moment by which d of business time has gone by since t; t
// itself if d is not more than nothing. It is zero if there is none.
func (c Calendar) Add(t time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return t.UTC()
	}
	for from, to := range c.open(t) {
		there := to.Sub(from)
		if d <= there {
			return from.Add(d)
		}
		d -= there
	}
	return time.Time{}
}

// Between is the business time from a to b; 0 if b is not after a.
func (c Calendar) Between(a, b time.Time) time.Duration {
	var sum time.Duration
	for from, to := range c.open(a) {
		if !from.Before(b) {
			break
		}
		if to.After(b) {
			to = b
		}
		sum += to.Sub(from)
	}
	return sum
}

// Open reports whether t is business time.
func (c Calendar) Open(t time.Time) bool {
	for from := range c.open(t) {
		return from.Equal(t)
	}
	return false
}

// AddDays is the same time of day on the n-th working day after that of t: a
// day with some business time. It is t itself if n is not more than 0, and
// zero if there is no such day.
func (c Calendar) AddDays(t time.Time, n int) time.Time {
	if n <= 0 {
		return t.UTC()
	}
	wall := c.wall(t)
	for last := wall.AddDate(furthest, 0, 0); wall.Before(last); {
		wall = wall.AddDate(0, 0, 1)
		if c.always() || len(c.spans(wall)) > 0 {
			n--
		}
		if n == 0 {
			z := zone{Location: c.zone()}
			return z.moment(wall)
		}
	}
	return time.Time{}
}

func (c Calendar) always() bool {
	for _, day := range c.Hours {
		if len(day) > 0 {
			return false
		}
	}
	return true
}

func (c Calendar) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// open gives the business time from t on as stretches, in order, none of them
// empty. The first begins with t if t is business time.
func (c Calendar) open(t time.Time) iter.Seq2[time.Time, time.Time] {
	t = t.UTC()
	last := t.AddDate(furthest, 0, 0)
	return func(yield func(from, to time.Time) bool) {
		if c.always() {
			yield(t, last)
			return
		}
		z := zone{Location: c.zone()}
		for day := c.wall(t).Truncate(24 * time.Hour); day.Before(last); day = day.AddDate(0, 0, 1) {
			for _, s := range c.spans(day) {
				from, to := z.moment(day.Add(minutes(s.From))), z.moment(day.Add(minutes(s.To)))
				if from.Before(t) {
					from = t
				}
				if from.Before(to) && !yield(from, to) {
					return
				}
			}
		}
	}
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// wall is what the zone's clock shows at t, as if that were UTC.
func (c Calendar) wall(t time.Time) time.Time {
	t = t.In(c.zone())
	year, month, day := t.Date()
	return time.Date(year, month, day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// spans are the times at which it is open on the day of a wall clock.
func (c Calendar) spans(wall time.Time) []Span {
	open := c.Hours[wall.Weekday()]
	if len(open) == 0 || len(c.Holidays) == 0 {
		return open
	}
	year, month, date := wall.Date()
	for _, d := range [...]Date{{year, month, date}, {0, month, date}} {
		for _, closed := range c.Holidays[d] {
			open = without(open, closed)
		}
	}
	return open
}

// without takes a span out of others.
func without(open []Span, closed Span) []Span {
	var left []Span
	for _, s := range open {
		for _, rest := range [...]Span{{s.From, min(s.To, closed.From)}, {max(s.From, closed.To), s.To}} {
			if rest.From < rest.To {
				left = append(left, rest)
			}
		}
	}
	return left
}

// zone tells moments from what a wall clock shows. It remembers the stretch
// between two changes of the clock that it needed last.
type zone struct {
	*time.Location
	since, until time.Time // zero: for ever
	offset       time.Duration
	known        bool
}

// moment is the first one at which the zone's clock shows wall, given as if it
// were UTC, or has gone past it.
func (z *zone) moment(wall time.Time) time.Time {
	if t := wall.Add(-z.offset); z.known && z.inside(t) && z.inside(t.Add(-maxChange)) {
		return t
	}
	for z.look(wall.Add(-maxOffset)); ; z.look(z.until) {
		t := wall.Add(-z.offset)
		if t.Before(z.since) {
			t = z.since // the clock was put forward over it
		}
		if z.until.IsZero() || t.Before(z.until) {
			return t
		}
	}
}

// maxOffset is more than any clock is ahead of UTC, and maxChange more than any
// was ever put back or forward.
const (
	maxOffset = 26 * time.Hour
	maxChange = 26 * time.Hour
)

func (z *zone) inside(t time.Time) bool {
	return !t.Before(z.since) && (z.until.IsZero() || t.Before(z.until))
}

// look finds the stretch with t.
func (z *zone) look(t time.Time) {
	local := t.In(z.Location)
	_, offset := local.Zone()
	since, until := local.ZoneBounds()
	z.since, z.until, z.offset, z.known = since.UTC(), until.UTC(), time.Duration(offset)*time.Second, true
	if until.IsZero() {
		z.until = time.Time{}
	}
}
