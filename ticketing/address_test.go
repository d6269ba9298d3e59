package ticketing

import "testing"

func TestReadByPeople(t *testing.T) {
	for _, test := range []struct {
		address         string
		noReply, people bool
	}{
		{"anna@example.com", false, true},
		{"no-reply@example.com", true, false},
		{"No.Reply-123@example.com", true, false},
		{"customer-noreply@example.com", true, false},
		{"noresponder@example.es", true, false},
		{"bounces+17=anna=example.org@example.com", false, false},
		{"mailer-daemon@example.com", false, false},
		{"postmaster@example.com", false, false},
		{"bouncer@example.com", false, true},
		{"norepl@example.com", false, true},
	} {
		if got := NoReplyAddress(test.address); got != test.noReply {
			t.Errorf("%s: no-reply is %v", test.address, got)
		}
		if got := readByPeople(test.address); got != test.people {
			t.Errorf("%s: read by people is %v", test.address, got)
		}
	}
}
