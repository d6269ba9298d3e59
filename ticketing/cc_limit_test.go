package ticketing_test

import (
	"errors"
	"testing"

	"deskd/ticketing"
)

// An agent's command gives no more people a place than there is room for.
func TestAddCcOnAFullTicket(t *testing.T) {
	h := open(t)
	h.desk.Settings.Limits.CcPerTicket = 1
	h.receive(ticketing.Pass, "From: aiko@acme.example\nTo: support@example.com\nSubject: A\nMessage-ID: <1@acme.example>\n\nHello.\n")
	add := func(address string) error {
		return h.desk.Do(t.Context(), ticketing.Actor{Via: "cli"}, 1, ticketing.AddCc{Address: ticketing.Address{Address: address}})
	}
	if err := add("ken@acme.example"); err != nil {
		t.Fatal(err)
	}
	if err := add("rei@acme.example"); !errors.Is(err, ticketing.ErrRefused) {
		t.Errorf("one more than there is room for: %v", err)
	}
	h.do(1, ticketing.RemoveCc{Address: "ken@acme.example"})
	if err := add("rei@acme.example"); err != nil {
		t.Errorf("after somebody left: %v", err)
	}
}
