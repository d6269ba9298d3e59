package ticketing

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// Clock is what targets and reminders are computed from: the history of a
// ticket as far as time matters. Its methods give the clock after something
// happened; times count in milliseconds, as they are stored.
type Clock struct {
	// FirstReplyAt is when an agent first answered in public; zero before.
	FirstReplyAt time.Time
	// WaitingSince is when the customer wrote the first of his messages that
	// nobody has answered; zero if there is none.
	WaitingSince time.Time
	// Pauses are the times when the ticket was not open, in order; at most
	// [maxPauses]. Which of them stop a target is said by [Targets].
	Pauses []Pause
	// Told are the notices that agents have been given, the last of each kind.
	Told []Notice
	// DueAt is when the ticket's [TimerSLA] is set to come due; zero for none.
	DueAt time.Time
	// OnlyHeld: all that there is waits for review, so that nobody's request counts
	// yet.
	OnlyHeld bool
	// Kept: it has been kept since the request was made, or was made out of the
	// timeline. Tickets of older versions have none.
	Kept bool
}

// Pause is a time during which a ticket had a status other than open.
type Pause struct {
	From, To time.Time // To is zero while it lasts
	Status   Status
}

// maxPauses bounds what is kept of a ticket that goes to and fro for ever.
const maxPauses = 500

// Moved is the clock when the status changes. Who has been told that his
// request is solved, or that we wait for him, does not wait for us.
func (c Clock) Moved(from, to Status, at time.Time) Clock {
	if from == to {
		return c
	}
	at = stored(at)
	c.Pauses = slices.Clone(c.Pauses)
	if i := len(c.Pauses) - 1; i >= 0 && c.Pauses[i].To.IsZero() {
		c.Pauses[i].To = at
		if !at.After(c.Pauses[i].From) {
			c.Pauses = c.Pauses[:i]
		}
	}
	if to != Open {
		c.Pauses = append(c.Pauses, Pause{From: at, Status: to})
	}
	if n := len(c.Pauses); n > maxPauses {
		c.Pauses[0].To = c.Pauses[1].To
		c.Pauses = slices.Delete(c.Pauses, 1, 2)
	}
	if to == AwaitingReply || to == Solved {
		c.WaitingSince = time.Time{}
	}
	return c
}

// Answered is the clock when an agent's words go to the customers.
func (c Clock) Answered(at time.Time) Clock {
	if c.FirstReplyAt.IsZero() {
		c.FirstReplyAt = stored(at)
	}
	c.WaitingSince = time.Time{}
	return c
}

// Asked is the clock when a person among the customers has written, at the
// time when his message came: of a held one that is before its release.
func (c Clock) Asked(at time.Time) Clock {
	if c.WaitingSince.IsZero() {
		c.WaitingSince = stored(at)
	}
	return c
}

// Telling is the clock once agents have been given the notices.
func (c Clock) Telling(notices ...Notice) Clock {
	c.Told = slices.Clone(c.Told)
	for _, n := range notices {
		c.Told = slices.DeleteFunc(c.Told, func(old Notice) bool { return old.Kind == n.Kind && old.Stage == n.Stage })
		n.At = stored(n.At)
		c.Told = append(c.Told, n)
	}
	return c
}

// stored is a time as a store gives it back.
func stored(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// status is that of the ticket.
func (c Clock) status() Status {
	if n := len(c.Pauses); n > 0 && c.Pauses[n-1].To.IsZero() {
		return c.Pauses[n-1].Status
	}
	return Open
}

// solvedSince is when the ticket was solved; zero if it is not.
func (c Clock) solvedSince() time.Time {
	if c.status() != Solved {
		return time.Time{}
	}
	return c.Pauses[len(c.Pauses)-1].From
}

// With is the clock once an entry is on the timeline, or, of a held message,
// once it is released. Who waited for an answer when his request was merged still
// does if that is undone.
func (c Clock) With(e Entry) Clock {
	if e.Kind != EntryEvent && e.Visibility != Held {
		c.OnlyHeld = false
	}
	switch to := Status(e.EventArgs["to"]); {
	case sentByAgent(e):
		return c.Answered(tookEffect(e))
	case asks(e):
		return c.Asked(e.At)
	case e.Kind != EntryEvent:
	case e.Event == "reopened":
		return c.Moved(c.status(), Open, e.At)
	case to == Solved && e.EventArgs["reason"] == SolvedMerged:
		waiting := c.WaitingSince
		c = c.Moved(c.status(), to, e.At)
		c.WaitingSince = waiting
	case slices.Contains([]Status{Open, AwaitingReply, OnHold, Solved}, to):
		return c.Moved(c.status(), to, e.At)
	}
	return c
}

// ClockOf makes the clock of a ticket out of its whole timeline: for one that has
// been kept without, or whose timeline has lost an entry. What agents have been
// told, and when its timer is set to come due, stays.
func ClockOf(t Ticket, entries []Entry) Clock {
	entries = slices.Clone(entries)
	slices.SortStableFunc(entries, func(a, b Entry) int { return tookEffect(a).Compare(tookEffect(b)) })
	c := Clock{Told: t.Clock.Told, DueAt: t.Clock.DueAt, Kept: true}
	if i := slices.IndexFunc(entries, func(e Entry) bool { return e.Kind != EntryEvent }); i >= 0 {
		c.OnlyHeld = entries[i].Visibility == Held
	}
	for _, e := range entries {
		c = c.With(e)
	}
	since := t.LastActivityAt
	if t.Status == Solved {
		since = t.SolvedAt
	}
	return c.Moved(c.status(), t.Status, since)
}

// tookEffect is when an entry did what it does: a held one when it was released.
func tookEffect(e Entry) time.Time {
	if e.Review.State == ReviewReleased && e.Visibility != Held {
		return e.Review.At
	}
	return e.At
}

// asks reports whether an entry is what a person among the customers wrote, and
// counts: one that failed a check but came to a valid reply address does.
func asks(e Entry) bool {
	byCustomer := e.Author.Role != Agent && e.Author.Role != System
	human := (e.MailKind == Human || e.MailKind == "") && e.EventArgs["machine"] == ""
	return e.Kind == EntryMessage && byCustomer && human && (e.Visibility == Public || waitsForAnswer(e))
}

// clockJSON is a [Clock] as it is stored: a field left out is zero.
type clockJSON struct {
	FirstReplyAt millis      `json:"first,omitzero"`
	WaitingSince millis      `json:"wait,omitzero"`
	Pauses       []pauseJSON `json:"pauses,omitempty"`
	Told         []Notice    `json:"told,omitempty"`
	DueAt        millis      `json:"due,omitzero"`
	OnlyHeld     bool        `json:"held,omitempty"`
	Kept         bool        `json:"kept,omitempty"`
}

type pauseJSON struct {
	From   millis `json:"f"`
	To     millis `json:"t,omitzero"`
	Status Status `json:"s"`
}

// MarshalJSON implements [json.Marshaler].
func (c Clock) MarshalJSON() ([]byte, error) {
	row := clockJSON{FirstReplyAt: millis(c.FirstReplyAt), WaitingSince: millis(c.WaitingSince), Told: c.Told, DueAt: millis(c.DueAt), OnlyHeld: c.OnlyHeld, Kept: c.Kept}
	for _, p := range c.Pauses {
		row.Pauses = append(row.Pauses, pauseJSON{millis(p.From), millis(p.To), p.Status})
	}
	return json.Marshal(row)
}

// UnmarshalJSON implements [json.Unmarshaler].
func (c *Clock) UnmarshalJSON(data []byte) error {
	var row clockJSON
	if err := json.Unmarshal(data, &row); err != nil {
		return err
	}
	*c = Clock{FirstReplyAt: time.Time(row.FirstReplyAt), WaitingSince: time.Time(row.WaitingSince), Told: row.Told,
		DueAt: time.Time(row.DueAt), OnlyHeld: row.OnlyHeld, Kept: row.Kept}
	for _, p := range row.Pauses {
		c.Pauses = append(c.Pauses, Pause{time.Time(p.From), time.Time(p.To), p.Status})
	}
	return nil
}

// millis is a time that is written in JSON as milliseconds of Unix time.
type millis time.Time

// IsZero lets omitzero leave it out.
func (m millis) IsZero() bool { return time.Time(m).IsZero() }

// MarshalJSON implements [json.Marshaler].
func (m millis) MarshalJSON() ([]byte, error) {
	return strconv.AppendInt(nil, time.Time(m).UnixMilli(), 10), nil
}

// UnmarshalJSON implements [json.Unmarshaler].
func (m *millis) UnmarshalJSON(data []byte) error {
	n, err := strconv.ParseInt(string(data), 10, 64)
	if err != nil {
		return err
	}
	*m = millis(time.UnixMilli(n).UTC())
	return nil
}
