package ticketing

import "testing"

// A mail that comes to a ticket by one that was merged into it is held if its
// sender was on that one and is not on this; an agent needs no place. Of
// somebody who is on neither the table decides.
func TestWhoComesByAMergedTicket(t *testing.T) {
	left := Participant{ID: 33, TicketID: 2, PersonID: 3, Role: Cc}
	left.RemovedAt = left.RemovedAt.AddDate(2026, 0, 0)
	for _, test := range []struct {
		name   string
		sender Person
		want   string
	}{
		{"the requester of both", Person{ID: 1}, ""},
		{"on the merged one alone", Person{ID: 2}, "not_on_merged"},
		{"taken off the other one", Person{ID: 3}, "not_on_merged"},
		{"on neither", Person{ID: 5}, ""},
		{"never seen", Person{}, ""},
		{"an agent without a place", Person{ID: 4, Agent: true}, ""},
	} {
		c := Candidates{
			Sender:  test.sender,
			IDs:     []IDHit{{Signed: true, TicketID: 1, Field: "In-Reply-To"}},
			Tickets: map[int64]Ticket{1: {ID: 1, MergedInto: 2}, 2: {ID: 2}},
			Participants: map[int64][]Participant{
				1: {{ID: 21, TicketID: 1, PersonID: 1, Role: Requester}, {ID: 22, TicketID: 1, PersonID: 2, Role: Cc}, {ID: 23, TicketID: 1, PersonID: 3, Role: Cc}},
				2: {{ID: 31, TicketID: 2, PersonID: 1, Role: Requester}, left},
			},
		}
		if l := Thread(Message{}, c); l.HoldReason != test.want || l.Ticket.ID != 2 || l.Source != 1 {
			t.Errorf("%s: ticket %d by %d, held %q", test.name, l.Ticket.ID, l.Source, l.HoldReason)
		}
	}
}
