package ticketing

import "time"

// setStatus moves the ticket by the table of transitions and notes it in the
// timeline. A solved ticket that opens again is "reopened", with who and why.
func (c *Change) setStatus(t *Ticket, o Occurrence, by Author, why string, s Situation) {
	from := t.Status
	t.LastActivityAt = s.Now
	t.Status = Transition(from, o)
	if t.Status != OnHold {
		t.HoldReason, t.HoldNote = "", ""
	}
	if t.Status != Solved {
		t.SolvedAt, t.SolvedReason = time.Time{}, ""
	} else if from != Solved {
		t.SolvedAt = s.Now
	}
	if reason := map[Occurrence]string{Merged: SolvedMerged, RemindersExhausted: SolvedNoAnswer, CustomerAgreed: SolvedAgreed}[o]; reason != "" && t.Status == Solved {
		t.SolvedReason = reason
	}
	c.restartChase(t, from, o, s)
	switch {
	case t.Status == from:
	case from == Solved && t.Status == Open:
		e := s.event("reopened", Public, by, why, map[string]string{"who": by.String()})
		if by.Role != Requester && by.Role != Cc {
			e.Verdict = Verdict{} // no customer's mail: it does not count as one
		}
		c.Events = append(c.Events, e)
	default:
		e := s.event("status", Public, by, why, map[string]string{"from": string(from), "to": string(t.Status)})
		e.tellStanding(*t)
		c.Events = append(c.Events, e)
	}
}
