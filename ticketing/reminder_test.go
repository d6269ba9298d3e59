package ticketing

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

const day = 24 * time.Hour

// chased is a ticket that has been waiting for its customer since a time.
func chased(p Priority, since time.Time, change func(*Chase)) Ticket {
	t := Ticket{ID: 1, Status: AwaitingReply, Priority: p, RequesterID: 7, Chase: Chase{Since: since}}
	if change != nil {
		change(&t.Chase)
	}
	return t
}

func TestNextStep(t *testing.T) {
	monday := at(t, "2026-11-23 10:00 +01")
	after := func(d time.Duration) time.Time { return monday.Add(d) }
	for _, tc := range []struct {
		name   string
		ticket Ticket
		set    func(*Settings)
		want   ChaseStep
		none   bool
	}{
		{name: "the first alert", ticket: chased(S1, monday, nil), want: ChaseStep{after(day), 1}},
		{name: "by priority", ticket: chased(S4, monday, nil), want: ChaseStep{after(5 * day), 1}},
		{name: "the second, from when the first went out", ticket: chased(S1, monday, func(c *Chase) {
			c.Alerts, c.LastAt = 1, after(20*day)
		}), want: ChaseStep{after(21 * day), 2}},
		{name: "after the last", ticket: chased(S4, monday, func(c *Chase) {
			c.Alerts, c.LastAt = 1, after(5*day)
		}), want: ChaseStep{At: after(10 * day)}},
		{name: "not before the day that the alert named", ticket: chased(S1, monday, func(c *Chase) {
			c.Alerts, c.LastAt, c.SolveAt = 2, after(day), after(9*day)
		}), want: ChaseStep{At: after(9 * day)}},
		{name: "one alert at least", ticket: chased(S1, monday, nil), set: func(s *Settings) {
			s.Reminders.Of[S1] = Reminder{After: day}
		}, want: ChaseStep{after(day), 1}},
		{name: "working days", ticket: chased(S1, monday.Add(4*day), nil), set: func(s *Settings) {
			s.Reminders.Of[S1] = Reminder{Alerts: 1, After: day, Business: true}
		}, want: ChaseStep{after(7 * day), 1}},
		{name: "back on a weekend", ticket: chased(S1, monday, func(c *Chase) {
			*c = c.paused(monday.Add(time.Hour), after(5*day)) // Saturday, 10:00
		}), set: func(s *Settings) {
			s.Reminders.Of[S1] = Reminder{Alerts: 1, After: day, Business: true}
		}, want: ChaseStep{at(t, "2026-11-30 09:00 +01").Add(time.Millisecond), 1}},
		{name: "what was left follows an absence", ticket: chased(S2, monday, func(c *Chase) {
			*c = c.paused(after(day), after(8*day))
		}), want: ChaseStep{after(9 * day), 1}},
		{name: "two absences", ticket: chased(S2, monday, func(c *Chase) {
			*c = c.paused(after(day), after(8*day)).paused(after(8*day+12*time.Hour), after(10*day))
		}), want: ChaseStep{after(10*day + 12*time.Hour), 1}},
		{name: "one absence said twice", ticket: chased(S2, monday, func(c *Chase) {
			*c = c.paused(after(day), after(8*day)).paused(after(2*day), after(8*day))
		}), want: ChaseStep{after(9 * day), 1}},
		{name: "a year is sixty days", ticket: chased(S2, monday, func(c *Chase) {
			*c = c.paused(monday, after(365*day))
		}), want: ChaseStep{after(62 * day), 1}},
		{name: "absent when it was overdue", ticket: chased(S1, monday, func(c *Chase) {
			*c = c.paused(after(20*day), after(21*day))
		}), want: ChaseStep{after(21 * day), 1}},
		{name: "open", ticket: Ticket{Status: Open, Priority: S1, Chase: Chase{Since: monday}}, none: true},
		{name: "never waited for", ticket: Ticket{Status: AwaitingReply, Priority: S1}, none: true},
		{name: "stopped", ticket: chased(S1, monday, func(c *Chase) { c.Stopped = StopUndelivered }), none: true},
		{name: "off", ticket: chased(S1, monday, nil), set: func(s *Settings) { s.Reminders.Enabled = false }, none: true},
		{name: "off for the priority", ticket: chased(S1, monday, nil), set: func(s *Settings) { delete(s.Reminders.Of, S1) }, none: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := Settings{Reminders: DefaultReminders(), Mailboxes: []Mailbox{{Calendar: berlin(t)}}}
			if tc.set != nil {
				tc.set(&s)
			}
			got, ok := s.NextStep(tc.ticket)
			if ok == tc.none || !got.At.Equal(tc.want.At) || got.Alert != tc.want.Alert {
				t.Errorf("%v alert %d (%v), want %v alert %d", got.At, got.Alert, ok, tc.want.At, tc.want.Alert)
			}
		})
	}
}

// told is a customer who may be written to.
func told() chaseFacts {
	return chaseFacts{Requester: Participant{ID: 3, Address: "a@b.example", Reached: true}}
}

func TestStepsThatDoNotSolve(t *testing.T) {
	monday := at(t, "2026-11-23 10:00 +01")
	now := monday.Add(100 * day)
	last := chased(S1, monday, func(c *Chase) { c.Alerts, c.LastAt = 2, monday.Add(2*day) })
	sent := OutboxMail{ID: 9, State: OutboxSent, CreatedAt: monday.Add(2 * day), SentAt: monday.Add(2 * day)}
	for _, tc := range []struct {
		name  string
		facts func(*chaseFacts, *Situation)
		stop  ChaseStop
		at    time.Time // the timer's next
	}{
		{name: "the requester may not be written to", stop: StopUnreachable, facts: func(f *chaseFacts, _ *Situation) { f.Requester = Participant{} }},
		{name: "nobody knows that the address is his", stop: StopUnreachable, facts: func(f *chaseFacts, _ *Situation) { f.Requester.Reached = false }},
		{name: "nothing automatic goes to him", stop: StopSuppressed, facts: func(f *chaseFacts, _ *Situation) { f.Suppressed = true }},
		{name: "the alert failed", stop: StopUndelivered, facts: func(f *chaseFacts, _ *Situation) { f.Last.State = OutboxFailed }},
		{name: "an administrator dropped the alert", stop: StopUndelivered, facts: func(f *chaseFacts, _ *Situation) { f.Last.State = OutboxDropped }},
		{name: "a mail is held", stop: StopAnswered, facts: func(_ *chaseFacts, s *Situation) {
			s.Entries = []Entry{{Kind: EntryMessage, Visibility: Held, Review: Review{State: ReviewWaiting}, At: monday.Add(day)}}
		}},
		{name: "a machine wrote", stop: StopAnswered, facts: func(_ *chaseFacts, s *Situation) {
			s.Entries = []Entry{{Kind: EntryMessage, Visibility: AgentsOnly, Author: Author{Role: Cc}, At: monday}}
		}},
		{name: "the desk does not solve", stop: StopExhausted, facts: func(_ *chaseFacts, s *Situation) { s.Settings.Reminders.AutoSolve = false }},
		{name: "automatic letters wait", at: now.Add(10 * time.Minute), facts: func(f *chaseFacts, _ *Situation) { f.AutomaticFrom = now.Add(10 * time.Minute) }},
		{name: "the alert has not been sent yet", at: now.Add(day), facts: func(f *chaseFacts, _ *Situation) { f.Last.State = OutboxQueued }},
		{name: "the alert was sent late", at: now.Add(day - time.Hour), facts: func(f *chaseFacts, _ *Situation) { f.Last.SentAt = now.Add(-time.Hour) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			facts, s := told(), Situation{Now: now, Settings: Settings{Reminders: DefaultReminders()}, Agents: []Person{{ID: 1, Address: "mia@example.com"}}}
			facts.Last = sent
			tc.facts(&facts, &s)
			c := decideStep(last, facts, s)
			if c.Ticket.Status != AwaitingReply || c.Ticket.Chase.Stopped != tc.stop {
				t.Fatalf("%s, stopped: %q, want %q", c.Ticket.Status, c.Ticket.Chase.Stopped, tc.stop)
			}
			for _, l := range c.Letters {
				if !l.Kind.ToAgents() {
					t.Errorf("a %s goes to %s", l.Kind, l.Address)
				}
			}
			switch {
			case tc.stop != "" && (len(c.Letters) != 1 || len(c.Events) != 1 || len(c.Timers) != 0 || len(c.DropTimers) != 1):
				t.Errorf("agents are not told once: %+v", c)
			case tc.stop == "" && (len(c.Letters) != 0 || len(c.Timers) != 1 || !c.Timers[0].DueAt.Equal(tc.at)):
				t.Errorf("timers %+v, want %v", c.Timers, tc.at)
			}
		})
	}
	facts := told()
	facts.Last = sent
	c := decideStep(last, facts, Situation{Now: now, Settings: Settings{Reminders: DefaultReminders()}})
	if c.Ticket.Status != Solved || c.Ticket.SolvedReason != "no answer" || len(c.Letters) != 1 || c.Letters[0].Kind != LetterClosed {
		t.Errorf("it is not solved: %+v", c)
	}
	// What was there before the desk began to wait, and what was dropped, is no answer.
	old := Situation{Now: now, Settings: Settings{Reminders: DefaultReminders()}, Entries: []Entry{
		{Kind: EntryMessage, Visibility: Held, Review: Review{State: ReviewWaiting}, At: monday.Add(-time.Second)},
		{Kind: EntryMessage, Visibility: Held, Review: Review{State: ReviewDropped}, At: monday.Add(day)},
		{Kind: EntryMessage, Visibility: AgentsOnly, Author: Author{Role: Agent}, At: monday.Add(day)},
	}}
	if c := decideStep(last, facts, old); c.Ticket.Status != Solved {
		t.Errorf("it is not solved: %+v", c)
	}
}

// TestAnAbsencePauses: only the requester's own, and not one that was refuted.
func TestAnAbsencePauses(t *testing.T) {
	now := at(t, "2026-11-24 10:00 +01")
	set := Settings{Reminders: DefaultReminders()}
	away := func(v VerdictResult, until time.Time) Message {
		return Message{Kind: AutoReplied, Verdict: Verdict{Result: v}, AwayUntil: until, From: []Address{{Address: "a@b.example"}}}
	}
	own := Link{Token: &TokenHit{Participant: Participant{PersonID: 7}}}
	for _, tc := range []struct {
		name   string
		m      Message
		l      Link
		sender int64
		want   time.Time
	}{
		{"until a day", away(Pass, now.Add(20*day)), Link{}, 7, now.Add(20 * day)},
		{"without a day", away(Pass, time.Time{}), Link{}, 7, now.Add(7 * day)},
		{"not proved, by his own address", away(None, time.Time{}), own, 7, now.Add(7 * day)},
		{"not proved", away(None, time.Time{}), Link{}, 7, time.Time{}},
		{"refuted", away(Fail, time.Time{}), own, 7, time.Time{}},
		{"of somebody in Cc", away(Pass, time.Time{}), own, 8, time.Time{}},
		{"until yesterday", away(Pass, now.Add(-day)), Link{}, 7, time.Time{}},
		{"for a year", away(Pass, now.Add(300*day)), Link{}, 7, now.Add(59 * day)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ticket := chased(S3, now.Add(-day), nil)
			var c Change
			c.pauseChase(&ticket, tc.m, tc.l, Situation{Now: now, Settings: set, People: People{Sender: Person{ID: tc.sender}}})
			if got := ticket.Chase.PausedUntil; !got.Equal(tc.want) {
				t.Errorf("paused until %v, want %v", got, tc.want)
			}
			if paused := !tc.want.IsZero(); paused != (len(c.Timers) == 1) || paused != (len(c.Events) == 1) {
				t.Errorf("%+v", c)
			}
		})
	}
}

// TestChaseIsNeverHasty: whatever the clock does and the settings become, two
// alerts are a full interval of the settings of then apart, an alert precedes the
// end, and the end comes no sooner than the alert said.
func TestChaseIsNeverHasty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		s := Settings{Reminders: DefaultReminders()}
		ticket := chased(S3, now, nil)
		var alerts []time.Time
		for ticket.Status == AwaitingReply && ticket.Chase.running() && len(alerts) < 10 {
			now = now.Add(time.Duration(rapid.IntRange(-48, 800).Draw(t, "hours")) * time.Hour)
			switch rapid.SampledFrom([]string{"tick", "tick", "tick", "away", "priority"}).Draw(t, "what") {
			case "away":
				ticket.Chase = ticket.Chase.paused(now, now.Add(time.Duration(rapid.IntRange(1, 400).Draw(t, "days"))*day))
				continue
			case "priority":
				ticket.Priority = rapid.SampledFrom([]Priority{S1, S2, S3, S4}).Draw(t, "priority")
				continue
			}
			before := ticket.Chase
			c := decideStep(ticket, told(), Situation{Now: now, Settings: s})
			ticket = *c.Ticket
			from := before.Since
			if len(alerts) > 0 {
				from = alerts[len(alerts)-1]
			}
			acted := len(c.Letters) > 0
			switch {
			case len(c.Letters) > 1:
				t.Fatalf("%d letters at once", len(c.Letters))
			case acted && now.Sub(from) < s.Reminders.Of[ticket.Priority].After:
				t.Fatalf("a %s %v after the step before", c.Letters[0].Kind, now.Sub(from))
			case acted && now.Before(before.PausedUntil):
				t.Fatalf("a %s while he is away", c.Letters[0].Kind)
			case ticket.Status == Solved && (len(alerts) == 0 || now.Before(before.SolveAt)):
				t.Fatalf("solved after %d alerts, at %v, when it was to be at %v", len(alerts), now, before.SolveAt)
			}
			if acted && ticket.Status != Solved {
				alerts = append(alerts, now)
			}
		}
	})
}
