package ticketing_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"deskd/ticketing"
)

// targeted is a desk with targets, on which a customer waits for his second
// answer: he asked at 9:01, was answered at 9:02 and wrote again at 9:03 and 9:04.
// It gives the address that he answers to.
func targeted(t *testing.T) (h *house, aiko string) {
	h = open(t)
	h.desk.Settings.Mailboxes[0].SLAs = ticketing.SLAs{
		ticketing.S3: {First: time.Hour, Next: 2 * time.Hour, Solution: 9 * time.Hour, Calendar: ticketing.AroundTheClock()},
	}
	h.write(ticketing.Pass, "aiko@acme.example", "support@example.com", "1", "It burns.")
	h.write(ticketing.Pass, "mia@example.com", h.owed()["notification mia@example.com"].ReplyTo[0].Address, "2", "Pull the plug.")
	aiko = h.owed()["reply aiko@acme.example"].ReplyTo[0].Address
	h.write(ticketing.Pass, "aiko@acme.example", aiko, "3", "It still burns.")
	h.write(ticketing.Pass, "aiko@acme.example", aiko, "4", "And may I have another one?")
	return h, aiko
}

func (h *house) write(verdict ticketing.VerdictResult, from, to, id, text string) ticketing.Outcome {
	h.t.Helper()
	return h.receive(verdict, "From: "+from+"\nTo: "+to+"\nSubject: Printer on fire\nMessage-ID: <"+id+"@example.org>\n\n"+text+"\n")
}

// order does what the administrator wants, a minute later.
func (h *house) order(ticket int64, c ticketing.Command) {
	h.t.Helper()
	h.now = h.now.Add(time.Minute)
	h.do(ticket, c)
}

// due are the targets of a ticket that nobody has met, as times after 9:00.
func (h *house) due(ticket int64) map[ticketing.TargetKind]string {
	h.t.Helper()
	due := map[ticketing.TargetKind]string{}
	for _, target := range h.desk.Settings.Targets(h.ticket(ticket), h.now) {
		switch {
		case !target.Met.IsZero():
		case target.Due.IsZero():
			due[target.Kind] = "stands still"
		default:
			due[target.Kind] = target.Due.Sub(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)).String()
		}
	}
	return due
}

func (h *house) wantDue(ticket int64, why string, want map[ticketing.TargetKind]string) {
	h.t.Helper()
	if diff := cmp.Diff(want, h.due(ticket)); diff != "" {
		h.t.Errorf("%s: the targets of ticket %d (-want +got):\n%s", why, ticket, diff)
	}
	k := h.ticket(ticket)
	if made := ticketing.ClockOf(k, h.timeline(ticket)); !cmp.Equal(made, k.Clock) {
		h.t.Errorf("%s: the clock of ticket %d and the one made out of its timeline: %s", why, ticket, cmp.Diff(k.Clock, made))
	}
}

// TestUnmergedTicketIsStillWaitedFor: a merge that is undone has answered nobody.
func TestUnmergedTicketIsStillWaitedFor(t *testing.T) {
	h, _ := targeted(t)
	// The time to the solution stood still for a minute.
	h.wantDue(1, "before", map[ticketing.TargetKind]string{"next_response": "2h3m0s", "solution": "9h2m0s"})
	h.write(ticketing.Pass, "aiko@acme.example", "support@example.com", "5", "It burns, I say.")
	h.order(1, ticketing.Merge{Into: 2})
	h.wantDue(1, "merged", map[ticketing.TargetKind]string{"next_response": "stands still"})
	h.order(1, ticketing.Unmerge{})
	h.wantDue(1, "unmerged", map[ticketing.TargetKind]string{"next_response": "2h4m0s", "solution": "9h3m0s"})
	h.order(1, ticketing.SetStatus{To: ticketing.Solved})
	h.order(1, ticketing.SetStatus{To: ticketing.Open})
	h.wantDue(1, "solved and open again", map[ticketing.TargetKind]string{"solution": "9h4m0s"})
}

// TestUnmergedTicketRemindsAnew: from the moment on at which it waits again.
func TestUnmergedTicketRemindsAnew(t *testing.T) {
	h, _ := targeted(t)
	h.desk.Settings.Reminders = ticketing.DefaultReminders()
	timers := func() []ticketing.Timer {
		t.Helper()
		var all []ticketing.Timer
		err := h.store.View(context.Background(), func(r ticketing.Reader) (err error) {
			all, err = r.TicketTimers(1)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return slices.DeleteFunc(all, func(t ticketing.Timer) bool { return t.Kind != ticketing.TimerReminder })
	}
	h.write(ticketing.Pass, "aiko@acme.example", "support@example.com", "5", "Another thing.")
	h.order(1, ticketing.SetStatus{To: ticketing.AwaitingReply})
	if got := timers(); len(got) != 1 || !got[0].DueAt.Equal(h.now.Add(72*time.Hour)) {
		t.Fatalf("awaiting: %+v", got)
	}
	h.order(1, ticketing.Merge{Into: 2})
	if got := timers(); len(got) != 0 {
		t.Errorf("merged: %+v", got)
	}
	h.now = h.now.Add(30 * 24 * time.Hour)
	h.order(1, ticketing.Unmerge{})
	if got := timers(); len(got) != 1 || !got[0].DueAt.Equal(h.now.Add(72*time.Hour)) {
		t.Errorf("unmerged at %v: %+v", h.now, got)
	}
}

// TestSplitTakesItsQuestionAlong: nobody waits on a ticket for an answer to what
// has been moved away.
func TestSplitTakesItsQuestionAlong(t *testing.T) {
	h, _ := targeted(t)
	entries := h.timeline(1)
	last := slices.IndexFunc(entries, func(e ticketing.Entry) bool { return e.Text == "And may I have another one?" })
	h.order(1, ticketing.Split{EntryID: entries[last].ID})
	h.wantDue(1, "the other question stays", map[ticketing.TargetKind]string{"next_response": "2h3m0s", "solution": "9h2m0s"})
	h.wantDue(2, "of its own", map[ticketing.TargetKind]string{"first_response": "1h5m0s", "solution": "9h5m0s"})
	before := slices.IndexFunc(entries, func(e ticketing.Entry) bool { return e.Text == "It still burns." })
	h.order(1, ticketing.Split{EntryID: entries[before].ID})
	h.wantDue(1, "nothing is left to answer", map[ticketing.TargetKind]string{"solution": "9h2m0s"})
}

// TestHeldRequestHasNoTargets: a flood that is held is not told of a second time
// by each mail's targets. What is released counts from when it came.
func TestHeldRequestHasNoTargets(t *testing.T) {
	h, aiko := targeted(t)
	h.desk.Settings.Limits.MailsPerHour = 2
	o := h.write(ticketing.Pass, "aiko@acme.example", "support@example.com", "5", "Buy now.")
	h.wantDue(o.TicketID, "held", map[ticketing.TargetKind]string{})
	h.order(o.TicketID, ticketing.Release{EntryID: o.EntryID})
	h.wantDue(o.TicketID, "released", map[ticketing.TargetKind]string{"first_response": "1h5m0s", "solution": "9h5m0s"})

	h.write(ticketing.Pass, "aiko@acme.example", aiko, "6", "Held on a ticket that was there.")
	h.wantDue(1, "a request that counted before", map[ticketing.TargetKind]string{"next_response": "2h3m0s", "solution": "9h2m0s"})
}
