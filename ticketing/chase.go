package ticketing

import "time"

// Chase is how far the desk has got with reminding a customer whose reply is
// awaited. The zero value is for a ticket that is not awaiting one.
type Chase struct {
	// Since is when the desk began to wait: with the answer that asked.
	Since time.Time `json:"since,omitzero"`
	// Alerts were sent since then.
	Alerts int `json:"alerts,omitempty"`
	// LastAt is when the last alert went out, zero before the first.
	LastAt time.Time `json:"last,omitzero"`
	// PausedUntil: the customer said that he is away until then.
	PausedUntil time.Time `json:"paused,omitzero"`
	// Away is by how much such pauses put off the next step.
	Away time.Duration `json:"away,omitempty"`
	// SolveAt is when the last alert said that the request is going to be solved:
	// not before.
	SolveAt time.Time `json:"solve,omitzero"`
	// Stopped: the customer is not reminded any more, and why: a catalogue key
	// below "stopped.".
	Stopped ChaseStop `json:"stopped,omitempty"`
}

// ChaseStop is why a customer whose reply is awaited is not reminded any more.
type ChaseStop string

// The reasons to stop. Agents are told of each.
const (
	StopUndelivered ChaseStop = "undelivered"    // what we wrote did not reach him
	StopSuppressed  ChaseStop = "suppressed"     // nothing automatic goes to his address
	StopUnreachable ChaseStop = "unreachable"    // he has no address that we may write to
	StopAnswered    ChaseStop = "maybe_answered" // something came that may be his answer
	StopExhausted   ChaseStop = "exhausted"      // the desk does not solve of its own accord
)

// maxAway bounds an absence that only an automatic answer states: for an agent,
// from that answer on; for a customer, from when the desk began to wait for him.
// Nobody stops reminders, or makes an agent absent, for years in another's name.
const maxAway = 60 * 24 * time.Hour

// running reports whether steps are still to come.
func (c Chase) running() bool { return !c.Since.IsZero() && c.Stopped == "" }

// paused is the chase once the customer is known to be away until a time. What
// was left of the interval follows his return.
func (c Chase) paused(now, until time.Time) Chase {
	if last := c.Since.Add(maxAway); until.After(last) {
		until = last
	}
	if from := later(now, c.PausedUntil); until.After(from) {
		c.Away += until.Sub(from)
		c.PausedUntil = until
	}
	return c
}

// reminded is the chase after an alert.
func (c Chase) reminded(now, solveAt time.Time) Chase {
	return Chase{Since: c.Since, Alerts: c.Alerts + 1, LastAt: now, SolveAt: solveAt}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
