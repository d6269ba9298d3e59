package ticketing

import "time"

// TargetView is a target as programs see it.
type TargetView struct {
	Kind     TargetKind `json:"kind"`
	Due      *time.Time `json:"due"` // null while its time stands still
	Met      *time.Time `json:"met"` // null before it is
	Breached bool       `json:"breached"`
}

// NextView is something that comes due on a ticket by itself: the next reminder
// to its customer or what follows the last one ("reminder"), or a reminder that
// an agent asked for ("remind").
type NextView struct {
	Kind TimerKind `json:"kind"`
	Due  time.Time `json:"due"`
}

// NewTargetViews makes the views of a ticket's targets.
func NewTargetViews(targets []Target) []TargetView {
	views := make([]TargetView, 0, len(targets))
	for _, t := range targets {
		views = append(views, TargetView{Kind: t.Kind, Due: timeView(t.Due), Met: timeView(t.Met), Breached: t.Breached})
	}
	return views
}

// NewNextViews makes the views of a ticket's timers. Those of its targets are
// left out: the targets say when they are due.
func NewNextViews(timers []Timer) []NextView {
	views := []NextView{}
	for _, t := range timers {
		if t.Kind == TimerReminder || t.Kind == TimerRemind {
			views = append(views, NextView{Kind: t.Kind, Due: t.DueAt.UTC()})
		}
	}
	return views
}

// timeView is a time for programs, nil for none.
func timeView(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
