package ticketing

import "time"

// Reminders are how a customer is reminded of a request that waits for him.
type Reminders struct {
	Enabled bool
	// Of each priority; of one that is not there, nobody is reminded.
	Of map[Priority]Reminder
	// AutoSolve: after the last alert the request is solved.
	AutoSolve bool
}

// Reminder is how often a customer is reminded, and after how long each time.
// After the last alert the same time goes by before the request is solved.
type Reminder struct {
	Alerts int // at least 1
	After  time.Duration
	// Business counts whole days as working days, and what is less than a day as
	// business time.
	Business bool
}

// DefaultReminders are those of a desk that says nothing else.
func DefaultReminders() Reminders {
	day := 24 * time.Hour
	return Reminders{Enabled: true, AutoSolve: true, Of: map[Priority]Reminder{
		S1: {Alerts: 2, After: day}, S2: {Alerts: 2, After: 2 * day},
		S3: {Alerts: 2, After: 3 * day}, S4: {Alerts: 1, After: 5 * day},
	}}
}

// Next is when the time of r after a moment is over; zero if it never is.
func (r Reminder) Next(since time.Time, c Calendar) time.Time {
	if !r.Business {
		return since.UTC().Add(r.After)
	}
	const day = 24 * time.Hour
	since = c.AddDays(since, int(r.After/day))
	if since.IsZero() {
		return since
	}
	return c.Add(since, r.After%day)
}
