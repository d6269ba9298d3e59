package mail

import (
	"fmt"
	"time"

	"deskd/ticketing"
)

// moment is a time as the reader writes it, in the zone that it is in.
func (w wording) moment(t time.Time) string { return w.texts.Moment(w.letter.Language, t) }

// local is a time in the zone of the desk's business hours.
func (w wording) local(t time.Time) time.Time {
	if w.letter.Zone == nil {
		return t.UTC()
	}
	return t.In(w.letter.Zone)
}

// aim tells a customer by when he can expect to hear from us, or, when we have
// answered, the solution; "" if that is not said, or if the time has passed:
// that we are late helps nobody.
func (w wording) aim() string {
	switch w.letter.Ticket.Status {
	case ticketing.Open, ticketing.OnHold:
	default:
		return ""
	}
	for _, t := range w.letter.Targets {
		if !t.Met.IsZero() || t.Due.IsZero() {
			continue
		}
		key := "mail.footer.answer_by"
		if t.Kind == ticketing.Solution {
			key = "mail.footer.solve_by"
		}
		if t.Breached {
			return ""
		}
		return w.say(key, "when", w.moment(w.local(t.Due)))
	}
	return ""
}

// targets tell an agent what is due when.
func (w wording) targets() []string {
	var lines []string
	for _, t := range w.letter.Targets {
		if !t.Met.IsZero() || t.Due.IsZero() {
			continue
		}
		key := "mail.agent.target"
		if t.Breached {
			key = "mail.agent.target_missed"
		}
		lines = append(lines, w.say(key, "target", w.say("target."+string(t.Kind)), "when", w.moment(w.local(t.Due))))
	}
	return lines
}

// momentOf reads what "when" of an event says: a moment, and the zone to show it
// in. ok is false if it says none.
func momentOf(when string) (t time.Time, ok bool) {
	var stamp, name string
	if _, err := fmt.Sscan(when, &stamp, &name); err != nil {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return time.Time{}, false
	}
	if zone, err := time.LoadLocation(name); err == nil {
		t = t.In(zone)
	}
	return t, true
}
