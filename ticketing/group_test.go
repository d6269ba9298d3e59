package ticketing_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"deskd/ticketing"
)

// newRequest is a mail that begins a ticket.
func newRequest(from, subject string) string {
	return fmt.Sprintf("From: %s\nTo: support@example.com\nSubject: %s\nMessage-ID: <%s@acme.example>\n\nIt is about %s.\n", from, subject, subject, subject)
}

func (h *house) receiveGroup(raws ...string) []ticketing.Received {
	h.t.Helper()
	var group []ticketing.Message
	for _, raw := range raws {
		group = append(group, h.spooled(ticketing.Pass, raw))
	}
	results, err := h.desk.ReceiveGroup(context.Background(), ticketing.Lease{}, group)
	if err != nil {
		h.t.Fatal(err)
	}
	return results
}

// brokenComposer cannot write to one address.
type brokenComposer struct {
	ticketing.Composer
	address string
}

func (c brokenComposer) Compose(l ticketing.Letter) (ticketing.Draft, error) {
	if l.Participant.Address == c.address {
		return ticketing.Draft{}, errors.New("no words")
	}
	return c.Composer.Compose(l)
}

// One bad mail of a group costs only itself, wherever on its way it fails.
func TestGroupWithABadMail(t *testing.T) {
	h := open(t)
	h.desk.Composer = brokenComposer{h.desk.Composer, "bad@acme.example"}
	results := h.receiveGroup(newRequest("good@acme.example", "one"), newRequest("bad@acme.example", "two"), newRequest("fine@acme.example", "three"))
	for i, wrong := range []bool{false, true, false} {
		if (results[i].Err != nil) != wrong || (results[i].Outcome.TicketID == 0) != wrong {
			t.Errorf("mail %d: %+v", i+1, results[i])
		}
	}
	owed := h.owed()
	for _, to := range []string{"ack good@acme.example", "ack fine@acme.example", "notification mia@example.com", "notification ben@example.com"} {
		if _, ok := owed[to]; !ok {
			t.Errorf("no %s", to)
		}
	}
	if _, ok := owed["ack bad@acme.example"]; ok {
		t.Error("the bad mail was acknowledged")
	}
}

// What a mail of a group causes counts for the next one.
func TestGroupKnowsItself(t *testing.T) {
	h := open(t)
	results := h.receiveGroup(
		newRequest("aiko@acme.example", "one"), newRequest("aiko@acme.example", "two"),
		"From: aiko@acme.example\nTo: support@example.com\nSubject: Re: one\nMessage-ID: <reply@acme.example>\nIn-Reply-To: <one@acme.example>\n\nAnd this.\n",
		newRequest("aiko@acme.example", "one"))
	for _, r := range results {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	first, second, reply, copied := results[0].Outcome, results[1].Outcome, results[2].Outcome, results[3].Outcome
	if first.TicketID == second.TicketID || reply.TicketID != first.TicketID {
		t.Errorf("tickets %d, %d, and the reply on %d", first.TicketID, second.TicketID, reply.TicketID)
	}
	if copied.State != ticketing.LedgerIgnored || copied.TicketID != first.TicketID {
		t.Errorf("the second copy: %+v", copied)
	}
	acks := 0
	rows, err := h.store.ClaimOutbox(context.Background(), ticketing.OutboxClaim{Owner: "test", N: 100, Lease: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row.Kind == ticketing.LetterAck {
			acks++
		}
	}
	if acks != h.desk.Settings.Limits.AcksPerHour {
		t.Errorf("%d acknowledgements in an hour, allowed are %d", acks, h.desk.Settings.Limits.AcksPerHour)
	}
}
