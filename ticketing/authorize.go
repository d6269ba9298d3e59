package ticketing

// Action is what a mail may do on a ticket (mail-rules §2.3).
type Action string

// The actions.
const (
	Act              Action = "act"               // an agent's own words: the token's kind decides public or note
	InternalNote     Action = "note"              // an agent, but not beyond doubt where it should go: agents see it
	Accept           Action = "accept"            // a reply
	AcceptMarked     Action = "accept_marked"     // a reply, marked unverified
	AcceptUnverified Action = "accept_unverified" // reopens, shown to agents only until one answers or releases it
	Hold             Action = "hold"              // stored for agents, waiting for review
	LinkTicket       Action = "linked"            // a new ticket with an agent-only link
	NewTicket        Action = "new"               // a new ticket
)
