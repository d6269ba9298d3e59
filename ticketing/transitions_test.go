package ticketing

import "testing"

// The whole state machine: what follows from each status.
func TestTransition(t *testing.T) {
	statuses := []Status{Open, AwaitingReply, OnHold, Solved}
	for _, row := range []struct {
		o  Occurrence
		to [4]Status // from open, awaiting_reply, on_hold, solved
	}{
		{RequestMade, [4]Status{Open, Open, Open, Open}},
		{CustomerReplied, [4]Status{Open, Open, Open, Open}},
		{CustomerAgreed, [4]Status{Solved, Solved, Solved, Solved}},
		{AgentReplied, [4]Status{AwaitingReply, AwaitingReply, AwaitingReply, AwaitingReply}},
		{NoteAdded, [4]Status{Open, AwaitingReply, OnHold, Solved}},
		{MachineWrote, [4]Status{Open, AwaitingReply, OnHold, Solved}},
		{Bounced, [4]Status{Open, AwaitingReply, OnHold, Solved}},
		{ReceiptCame, [4]Status{Open, AwaitingReply, OnHold, Solved}},
		{MailHeld, [4]Status{Open, AwaitingReply, OnHold, Solved}},
		{CommandOpen, [4]Status{Open, Open, Open, Open}},
		{CommandAwaiting, [4]Status{AwaitingReply, AwaitingReply, AwaitingReply, AwaitingReply}},
		{CommandHold, [4]Status{OnHold, OnHold, OnHold, OnHold}},
		{CommandSolved, [4]Status{Solved, Solved, Solved, Solved}},
		{Merged, [4]Status{Solved, Solved, Solved, Solved}},
		{RemindersExhausted, [4]Status{Open, Solved, OnHold, Solved}},
		{ChatStarted, [4]Status{Open, Open, Open, Open}},
	} {
		for i, from := range statuses {
			if got := Transition(from, row.o); got != row.to[i] {
				t.Errorf("%s, then %s: %s, want %s", from, row.o, got, row.to[i])
			}
		}
	}
}
