package ticketing

import (
	"fmt"
	"slices"
	"time"
)

// ChaseStep is what comes next for a customer whose reply is awaited.
type ChaseStep struct {
	At    time.Time
	Alert int // its number, from 1; 0 is the end of it: the request is solved
}

// NextStep says what comes next for a ticket, and when; ok is false if nothing
// does. It follows from how far the desk has got and from nothing else, so that
// after weeks without a daemon there is one alert, and then a full interval:
// never two at once, and no end without an alert before it.
func (s Settings) NextStep(t Ticket) (step ChaseStep, ok bool) {
	r, on := s.Reminders.of(t.Priority)
	c := t.Chase
	if !on || t.Status != AwaitingReply || !c.running() {
		return ChaseStep{}, false
	}
	from := c.Since
	if c.Alerts > 0 {
		from = c.LastAt
	}
	calendar := s.calendarOf(t)
	at := r.Next(from, calendar)
	if at.IsZero() {
		return ChaseStep{}, false // the calendar has no working day
	}
	at = later(at.Add(c.Away), c.PausedUntil)
	if r.Business && c.Away > 0 && !calendar.Open(at) {
		at = calendar.Add(at, time.Millisecond)
	}
	if c.Alerts < r.alerts() {
		return ChaseStep{At: at, Alert: c.Alerts + 1}, true
	}
	return ChaseStep{At: later(at, c.SolveAt)}, true
}

// of is how customers are reminded of requests of a priority; on is false if
// they are not.
func (r Reminders) of(p Priority) (_ Reminder, on bool) {
	of, on := r.Of[p]
	return of, on && r.Enabled && of.After > 0
}

// alerts are how many go out: one at least.
func (r Reminder) alerts() int { return max(1, r.Alerts) }

// solveAt is when a request is going to be solved if its customer says nothing
// after the alert with a number; zero if it is not.
func (s Settings) solveAt(t Ticket, alert int, now time.Time) time.Time {
	r, on := s.Reminders.of(t.Priority)
	if !on || !s.Reminders.AutoSolve {
		return time.Time{}
	}
	at := now
	for range max(1, r.alerts()-alert+1) {
		at = r.Next(at, s.calendarOf(t))
	}
	return at
}

// restartChase begins to wait for the customer, goes on, or ends it, after the
// status was moved by an occurrence. Where no step was to come and none is, there
// is no timer to look after.
func (c *Change) restartChase(t *Ticket, from Status, o Occurrence, s Situation) {
	was := *t
	was.Status = from
	switch {
	case t.Status != AwaitingReply && t.Chase != Chase{}:
		t.Chase = Chase{}
	case t.Status == AwaitingReply && (from != AwaitingReply || o == AgentReplied || o == CommandAwaiting):
		t.Chase = Chase{Since: s.Now}
	default:
		return
	}
	_, before := s.Settings.NextStep(was)
	_, now := s.Settings.NextStep(*t)
	if before || now {
		c.scheduleChase(t, s)
	}
}

// scheduleChase sets the ticket's timer to its next step, or takes it off.
func (c *Change) scheduleChase(t *Ticket, s Situation) {
	reminds := func(t Timer) bool { return t.Kind == TimerReminder }
	c.Timers = slices.DeleteFunc(c.Timers, reminds)
	c.DropTimers = slices.DeleteFunc(c.DropTimers, reminds)
	timer := Timer{Kind: TimerReminder, TicketID: t.ID}
	if step, ok := s.Settings.NextStep(*t); ok {
		timer.DueAt = step.At
		c.Timers = append(c.Timers, timer)
		return
	}
	c.DropTimers = append(c.DropTimers, timer)
}

// stopChase gives up reminding the customer: who waits for his reply has to
// look. The status stays as it is.
func (c *Change) stopChase(t *Ticket, why ChaseStop, s Situation) {
	if t.Status != AwaitingReply || !t.Chase.running() {
		return
	}
	_, reminded := s.Settings.NextStep(*t)
	t.Chase.Stopped = why
	c.scheduleChase(t, s)
	if !reminded {
		return // nobody was going to be, as things are
	}
	e := s.event("reminders_stopped", AgentsOnly, systemAuthor(), "", map[string]string{"reason": string(why)})
	e.Via = "system"
	c.Events = append(c.Events, e)
}

// pauseChase heeds an out-of-office answer of the requester: reminding him while
// he is away helps nobody. It has to be his: proved, or sent to his own reply
// address and not refuted.
func (c *Change) pauseChase(t *Ticket, m Message, l Link, s Situation) {
	own := l.Token != nil && l.Token.Participant.PersonID == t.RequesterID
	his := s.People.Sender.ID != 0 && s.People.Sender.ID == t.RequesterID &&
		(m.Verdict.Result == Pass || own && m.Verdict.Result != Fail)
	if m.Kind != AutoReplied || !his || t.Status != AwaitingReply || !t.Chase.running() {
		return
	}
	until := m.AwayUntil
	if until.IsZero() {
		until = s.Now.Add(s.Settings.awayDefault())
	}
	before := t.Chase
	if t.Chase = before.paused(s.Now, until); t.Chase == before {
		return
	}
	c.scheduleChase(t, s)
	e := s.event("reminders_paused", AgentsOnly, systemAuthor(), "", map[string]string{
		"who": senderOf(m).Address, "until": moment(t.Chase.PausedUntil)})
	e.Via = "system"
	c.Events = append(c.Events, e)
}

// mayAnswer reports whether an entry may be the reply that is awaited: it is
// held, or a machine seems to have written it.
func mayAnswer(e Entry) bool {
	if e.Kind != EntryMessage {
		return false
	}
	held := e.Visibility == Held && e.Review.State == ReviewWaiting
	return held || e.Visibility == AgentsOnly && (e.Author.Role == Requester || e.Author.Role == Cc)
}

// isAnswerOfAgent reports whether an entry is what an agent wrote to customers.
func isAnswerOfAgent(e Entry) bool {
	return e.Kind == EntryMessage && e.Visibility == Public && e.Author.Role == Agent
}

// chaseFacts are what a step depends on beside the ticket.
type chaseFacts struct {
	Requester  Participant // ID 0 if nobody may be written to
	Suppressed bool        // nothing automatic goes to him
	// AutomaticFrom is until when automatic letters wait.
	AutomaticFrom time.Time
	// Last is the alert that went before, ID 0 if there was none.
	Last OutboxMail
}

// decideReminder does the step that a timer says is due.
func (d *Desk) decideReminder(tx Tx, t Ticket) (Change, error) {
	if _, ok := d.Settings.NextStep(t); !ok {
		return Change{}, nil
	}
	var facts chaseFacts
	s, err := d.ticketSituation(tx, t)
	if err != nil {
		return Change{}, err
	}
	if s.Entries, err = tx.Entries(t.ID); err != nil {
		return Change{}, err
	}
	if p, ok := s.People.Place(t.RequesterID); ok && p.Role == Requester && !s.Settings.Own(p.Address) && p.Address != UnknownSender {
		facts.Requester = p
		if facts.Suppressed, err = tx.Suppressed(p.Address); err != nil {
			return Change{}, err
		}
	}
	if facts.AutomaticFrom, err = tx.AutomaticFrom(); err != nil {
		return Change{}, err
	}
	if t.Chase.Alerts > 0 {
		if facts.Last, err = tx.LastOutgoing(t.ID, LetterReminder); err != nil {
			return Change{}, fmt.Errorf("look for the last reminder: %w", err)
		}
	}
	return decideStep(t, facts, s), nil
}

// decideStep says what follows from a step that is due: an alert, or, after the
// last one, the end. Where it cannot be known that the customer has been asked
// and is silent, nothing is solved, and agents are told.
func decideStep(t Ticket, facts chaseFacts, s Situation) Change {
	c := Change{Ticket: &t}
	t.Chase = t.Chase.afterSending(facts.Last, s.Now)
	step, ok := s.Settings.NextStep(t)
	switch why := whyStop(t, facts, s); {
	case why != "":
		c.stopAndTell(&t, why, s)
	case !ok || step.At.After(s.Now):
		c.scheduleChase(&t, s)
	case facts.AutomaticFrom.After(s.Now):
		// To wait in the outbox is not to be sent: nothing is counted.
		c.Timers = []Timer{{Kind: TimerReminder, TicketID: t.ID, DueAt: facts.AutomaticFrom}}
	case step.Alert > 0:
		c.remind(&t, facts.Requester, step.Alert, s)
	case s.Settings.Reminders.AutoSolve:
		c.solveUnanswered(&t, facts.Requester, s)
	default:
		c.stopAndTell(&t, StopExhausted, s)
	}
	return c
}

// lateSending is from when on it matters that an alert went out later than it
// was written.
const lateSending = time.Hour

// afterSending counts the time from when the last alert was really sent. One
// that still waits gives the customer another full interval.
func (c Chase) afterSending(last OutboxMail, now time.Time) Chase {
	switch {
	case last.ID == 0 || last.CreatedAt.Before(c.Since):
	case last.State == OutboxQueued || last.State == OutboxSending || last.State == OutboxUnknown:
		c.LastAt = now
	case last.SentAt.After(c.LastAt.Add(lateSending)) && !last.SentAt.After(now):
		c.LastAt = last.SentAt
	}
	return c
}

// whyStop is what speaks against a step, "" for nothing.
func whyStop(t Ticket, facts chaseFacts, s Situation) ChaseStop {
	last := facts.Last
	switch {
	case facts.Requester.ID == 0 || !facts.Requester.Reached && !slices.ContainsFunc(s.Entries, isAnswerOfAgent):
		return StopUnreachable
	case facts.Suppressed:
		return StopSuppressed
	case last.ID != 0 && !last.CreatedAt.Before(t.Chase.Since) && (last.State == OutboxFailed || last.State == OutboxDropped):
		return StopUndelivered
	case slices.ContainsFunc(s.Entries, func(e Entry) bool { return mayAnswer(e) && !e.At.Before(t.Chase.Since) }):
		return StopAnswered
	}
	return ""
}

func (c *Change) stopAndTell(t *Ticket, why ChaseStop, s Situation) {
	c.stopChase(t, why, s)
	for _, address := range c.watchers(s) {
		c.tell(TokenAgent, address, "reminders_stopped", map[string]string{"reason": string(why)})
	}
}

// remind owes the customer an alert.
func (c *Change) remind(t *Ticket, p Participant, alert int, s Situation) {
	t.Chase = t.Chase.reminded(s.Now, s.Settings.solveAt(*t, alert, s.Now))
	c.scheduleChase(t, s)
	e := s.event("reminded", Public, systemAuthor(), "", map[string]string{"number": fmt.Sprint(alert)})
	e.Via = "system"
	c.Events = append(c.Events, e)
	c.Letters = append(c.Letters, LetterTo{Kind: LetterReminder, Address: p.Address, Token: TokenCustomer})
}

// solveUnanswered ends the wait for a customer who has been reminded.
func (c *Change) solveUnanswered(t *Ticket, p Participant, s Situation) {
	c.setStatus(t, RemindersExhausted, systemAuthor(), SolvedNoAnswer, s)
	for i := range c.Events {
		c.Events[i].Via = "system"
	}
	c.Letters = append(c.Letters, LetterTo{Kind: LetterClosed, Address: p.Address, Token: TokenCustomer})
}
