package ticketing

import (
	"encoding/json"
	"slices"
	"time"
)

// SLA is how soon customers hear of us and how long their requests take, for
// one priority. A target of 0 is none.
type SLA struct {
	First    time.Duration // from the request to the first answer
	Next     time.Duration // from a message to the answer to it, after the first
	Solution time.Duration // from the request to its solution
	// Calendar says what counts: the targets are of its business time.
	Calendar Calendar
	// Warn is the share of a target, in percent, after which a warning is due;
	// 0 is none.
	Warn int
	// PauseOnHold stops the time to the solution while the ticket is on hold.
	PauseOnHold bool
}

// SLAs are what is aimed at by priority; of a priority that is not there,
// nothing.
type SLAs map[Priority]SLA

// TargetKind is what a target is about.
type TargetKind string

// The kinds of targets.
const (
	FirstResponse TargetKind = "first_response"
	NextResponse  TargetKind = "next_response"
	Solution      TargetKind = "solution"
)

// Target is one thing that is to be done by a time.
type Target struct {
	Kind TargetKind
	Due  time.Time // when it is missed; zero while its time stands still
	Warn time.Time // when to warn; zero for never and while its time stands still
	Met  time.Time // when it was done; zero before
	// Breached: it was, or is, not done by Due.
	Breached bool
}

// Targets are those of a ticket, in the order of their kinds. All follows from
// its history, so that another priority, another calendar or another setting
// counts from the beginning.
//
//   - The first answer is due from the request on. Solving the request meets it
//     too; while it is solved, the time stands still.
//   - The next answer is due from the oldest message on that none followed; while
//     the request is merged into another, the time stands still.
//   - The solution is due from the request on. Its time stands still while we
//     wait for the customer, while the request is solved, and, if so set, while
//     it is on hold.
//
// What a mailing list sent has none, and neither has what is all held for review.
func Targets(t Ticket, c Clock, p SLA, now time.Time) []Target {
	if t.Bulk || c.OnlyHeld {
		return nil
	}
	solved := c.solvedSince()
	var all []Target
	add := func(kind TargetKind, since time.Time, d time.Duration, met time.Time, stops ...Status) {
		if d <= 0 || since.IsZero() {
			return
		}
		target := Target{Kind: kind, Met: met, Due: c.runsOut(p.Calendar, since, d, met, stops)}
		if p.Warn > 0 {
			target.Warn = c.runsOut(p.Calendar, since, d/100*time.Duration(p.Warn), met, stops)
		}
		switch {
		case target.Due.IsZero():
		case met.IsZero():
			target.Breached = !now.Before(target.Due)
		default:
			target.Breached = met.After(target.Due)
		}
		all = append(all, target)
	}
	answered := c.FirstReplyAt
	if answered.IsZero() {
		answered = solved
	}
	add(FirstResponse, t.CreatedAt, p.First, answered, Solved)
	if !c.FirstReplyAt.IsZero() {
		add(NextResponse, c.WaitingSince, p.Next, time.Time{}, Solved)
	}
	stops := []Status{AwaitingReply, Solved}
	if p.PauseOnHold {
		stops = append(stops, OnHold)
	}
	add(Solution, t.CreatedAt, p.Solution, solved, stops...)
	return all
}

// runsOut is when d of business time has gone by since a time, without the
// pauses that stop it, of those that began later; zero while one does. What comes after end, if that is
// not zero, is taken as not having happened.
func (c Clock) runsOut(cal Calendar, since time.Time, d time.Duration, end time.Time, stops []Status) time.Time {
	for _, p := range c.Pauses {
		switch {
		case !end.IsZero() && !p.From.Before(end):
			return cal.Add(since, d)
		case p.From.Before(since) || !slices.Contains(stops, p.Status):
			continue
		}
		ran := cal.Between(since, p.From)
		if ran >= d {
			return cal.Add(since, d)
		}
		if p.To.IsZero() {
			return time.Time{}
		}
		d, since = d-ran, p.To
	}
	return cal.Add(since, d)
}

// Stage is how far a target has come.
type Stage string

// The stages that agents are told of.
const (
	StageWarning Stage = "warning"
	StageBreach  Stage = "breach"
)

// Notice is one thing that agents are told of a target. At is when the stage
// was reached: where that changes, by another priority or by a pause before
// it, they are told anew; where only what comes after it changes, they are not.
type Notice struct {
	Kind  TargetKind
	Stage Stage
	At    time.Time
}

// Notices are what agents have to be told of now. Of a target that is missed
// there is no warning any more.
func Notices(targets []Target, told []Notice, now time.Time) []Notice {
	var due []Notice
	for _, t := range targets {
		if n, ok := t.next(told); ok && !now.Before(n.At) {
			if breach := t.notice(StageBreach); !now.Before(breach.At) {
				n = breach
			}
			due = append(due, n)
		}
	}
	return due
}

// NextDue is the next moment at which [Notices] has something to tell, if
// nothing else happens before; zero if there is none.
func NextDue(targets []Target, told []Notice) time.Time {
	var first time.Time
	for _, t := range targets {
		if n, ok := t.next(told); ok && (first.IsZero() || n.At.Before(first)) {
			first = n.At
		}
	}
	return first
}

// next is what is to be told of a target next, as long as it is not met.
func (t Target) next(told []Notice) (Notice, bool) {
	warning, breach := t.notice(StageWarning), t.notice(StageBreach)
	switch {
	case !t.Met.IsZero() || t.Due.IsZero() || breach.in(told):
		return Notice{}, false
	case t.Warn.IsZero() || warning.in(told):
		return breach, true
	}
	return warning, true
}

func (n Notice) in(told []Notice) bool {
	return slices.ContainsFunc(told, func(o Notice) bool { return o.Kind == n.Kind && o.Stage == n.Stage && o.At.Equal(n.At) })
}

func (t Target) notice(s Stage) Notice {
	if s == StageWarning {
		return Notice{t.Kind, s, stored(t.Warn)}
	}
	return Notice{t.Kind, s, stored(t.Due)}
}

// noticeJSON is a [Notice] as it is stored.
type noticeJSON struct {
	Kind  TargetKind `json:"k"`
	Stage Stage      `json:"s"`
	At    millis     `json:"at"`
}

// MarshalJSON implements [json.Marshaler].
func (n Notice) MarshalJSON() ([]byte, error) {
	return json.Marshal(noticeJSON{n.Kind, n.Stage, millis(n.At)})
}

// UnmarshalJSON implements [json.Unmarshaler].
func (n *Notice) UnmarshalJSON(data []byte) error {
	var row noticeJSON
	if err := json.Unmarshal(data, &row); err != nil {
		return err
	}
	*n = Notice{row.Kind, row.Stage, time.Time(row.At)}
	return nil
}
