package ticketing

// Clock is what a ticket's targets are computed from: its history as far as
// time matters.
type Clock struct{}
