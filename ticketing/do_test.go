package ticketing_test

import (
	"errors"
	"testing"

	"deskd/ticketing"
)

// TestDoIsAllOrNothing: a command that is refused takes back those before it.
func TestDoIsAllOrNothing(t *testing.T) {
	h := open(t)
	h.receive(ticketing.Pass, "From: alice@acme.example\nTo: support@example.com\nSubject: Help\nMessage-ID: <1@acme.example>\n\nPlease.\n")
	admin := ticketing.Actor{Author: ticketing.Author{Name: "admin", Role: ticketing.System}, Via: "system"}
	err := h.desk.Do(t.Context(), admin, 1, ticketing.SetPriority{To: ticketing.S1}, ticketing.AddNote{Text: "urgent"}, ticketing.SetStatus{To: ticketing.OnHold})
	if !errors.Is(err, ticketing.ErrRefused) {
		t.Fatalf("a hold without a reason: %v", err)
	}
	if got := h.ticket(1); got.Priority == ticketing.S1 || got.Status != ticketing.Open {
		t.Errorf("half of it is done: %+v", got)
	}
	if err := h.desk.Do(t.Context(), admin, 1, ticketing.SetPriority{To: ticketing.S1}, ticketing.SetStatus{To: ticketing.OnHold, Reason: "a fix"}); err != nil {
		t.Fatal(err)
	}
	if got := h.ticket(1); got.Priority != ticketing.S1 || got.Status != ticketing.OnHold {
		t.Errorf("not all of it is done: %+v", got)
	}
}
