package ticketing_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"deskd/ticketing"
)

// TestClockOfWhatWasDecided: the timeline that decisions make says all that a
// clock needs, with nothing kept beside it.
func TestClockOfWhatWasDecided(t *testing.T) {
	h := open(t)
	at := func(minute int) time.Time { return time.Date(2026, 11, 24, 9, minute, 0, 0, time.UTC) }
	send := func(verdict ticketing.VerdictResult, from, to, id, text string) map[string]ticketing.Message {
		t.Helper()
		h.receive(verdict, "From: "+from+"\nTo: "+to+"\nSubject: Printer on fire [HD-1]\nMessage-ID: <"+id+"@example.org>\n\n"+text+"\n")
		return h.owed()
	}
	do := func(c ticketing.Command) {
		t.Helper()
		h.now = h.now.Add(time.Minute)
		if err := h.desk.Do(context.Background(), ticketing.Actor{Author: ticketing.Author{Name: "admin", Role: ticketing.Agent}, Via: "system"}, 1, c); err != nil {
			t.Fatal(err)
		}
	}

	owed := send(ticketing.Pass, "aiko@acme.example", "support@example.com", "1", "It burns.") // 9:01
	mia := owed["notification mia@example.com"].ReplyTo[0].Address
	owed = send(ticketing.Pass, "mia@example.com", mia, "2", "Pull the plug.") // 9:02, awaiting reply
	aiko := owed["reply aiko@acme.example"].ReplyTo[0].Address
	send(ticketing.Pass, "eve@stranger.example", aiko, "3", "Mine burns too.") // 9:03, held
	send(ticketing.Pass, "mia@example.com", mia, "4", "#note\nShe is right.")  // 9:04
	held := slices.IndexFunc(h.timeline(1), func(e ticketing.Entry) bool { return e.Visibility == ticketing.Held })
	if held < 0 {
		t.Fatal("nothing is held")
	}
	do(ticketing.Release{EntryID: h.timeline(1)[held].ID})                                                // 9:05, open
	send(ticketing.Pass, "mia@example.com", mia, "5", "#hold the fire brigade")                           // 9:06
	send(ticketing.Pass, "aiko@acme.example", aiko, "6", "Where are they?")                               // 9:07, open
	do(ticketing.SetPriority{To: ticketing.S1})                                                           // 9:08
	send(ticketing.Pass, "mia@example.com", mia, "7", "#solved agreed\nThere.")                           // 9:09
	send(ticketing.Pass, "aiko@acme.example", aiko, "8", "It burns again.")                               // 9:10, reopened
	do(ticketing.SetStatus{To: ticketing.OnHold, Reason: "a new printer"})                                // 9:11
	send(ticketing.None, "mia@example.com", mia, "9", "Said by somebody who may not be Mia: it is done.") // 9:12, held

	want := ticketing.Clock{
		FirstReplyAt: at(2), WaitingSince: at(10), Kept: true,
		Pauses: []ticketing.Pause{
			{From: at(2), To: at(5), Status: ticketing.AwaitingReply},
			{From: at(6), To: at(7), Status: ticketing.OnHold},
			{From: at(9), To: at(10), Status: ticketing.Solved},
			{From: at(11), Status: ticketing.OnHold},
		},
	}
	if diff := cmp.Diff(want, ticketing.ClockOf(h.ticket(1), h.timeline(1))); diff != "" {
		t.Errorf("made out of the timeline: %s", diff)
	}
	if diff := cmp.Diff(want, h.ticket(1).Clock); diff != "" {
		t.Errorf("kept: %s", diff)
	}
}

// timeline gives all entries of a ticket.
func (h *house) timeline(id int64) []ticketing.Entry {
	h.t.Helper()
	var all []ticketing.Entry
	err := h.store.View(context.Background(), func(r ticketing.Reader) (err error) {
		all, err = r.Entries(id)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}
