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

// People are those a decision about a ticket is made among.
type People struct {
	Sender       Person // ID 0 for somebody never seen
	Participants []Participant
	// Colleague: the sender's domain is mapped to the requester's organisation.
	Colleague bool
	// OrganisationDomains are the domains an administrator mapped to the
	// requester's organisation.
	OrganisationDomains []string
}

// RoleOf is the sender's role on the ticket. An agent who asks his own desk
// for something is its requester there, unless he answers by his agent's
// token.
func (p People) RoleOf(token *TokenHit) Role {
	if place, ok := p.Place(p.Sender.ID); ok && place.Role != Agent {
		if token == nil || token.Participant.ID == place.ID || !p.Sender.Agent {
			return place.Role
		}
	}
	switch {
	case p.Sender.Agent:
		return Agent
	case p.Colleague:
		return Colleague
	}
	return Stranger
}

// Place finds the active participation of a person; an agent's customer place
// comes before his place as an agent.
func (p People) Place(personID int64) (Participant, bool) {
	var found Participant
	for _, q := range p.Participants {
		if personID == 0 || q.PersonID != personID || !q.Active() {
			continue
		}
		if q.Role != Agent {
			return q, true
		}
		found = q
	}
	return found, found.ID != 0
}

// Authority is what the sender of a mail may do, and why.
type Authority struct {
	Action Action
	Role   Role
	// Flagged: agents are shown that the sender failed a check.
	Flagged bool
	// Alert: somebody may be impersonating an agent.
	Alert bool
	// ConfirmLink: the agent himself is asked to confirm the held mail.
	ConfirmLink bool
	// NoAck: no acknowledgement goes to a sender that failed.
	NoAck bool
	// Proved is what the mail could do if its sender were proved: the PASS cell.
	// A held mail never becomes more than that when it is released.
	Proved Action
	// HoldReason is a catalogue key below "held." when Action is Hold.
	HoldReason string
	// Claim is by what the mail came to the ticket: a catalogue key below
	// "why.". Why says it all, in English.
	Claim string
	Why   string
}

// claim is what the routing evidence says about the sender: whether the reply
// address was his own.
type claim int

const (
	ownToken claim = iota
	othersToken
	idsOnly
	tagOnly
	nothing
	claims
)

// key names the claim in the catalogue.
func (c claim) key() string {
	return [claims]string{"own_token", "others_token", "ids", "tag", "nothing"}[c]
}

// seat is the role as the decision table distinguishes it.
type seat int

const (
	seatAgent seat = iota
	seatParticipant
	seatColleague
	seatStranger
	seats
)

// right is one cell of the decision table.
type right struct {
	action Action
	flags  rightFlags
}

type rightFlags uint8

const (
	flagged rightFlags = 1 << iota
	alerted
	confirm
	noAck
)

// rights are the cells of one evidence and verdict: agent, requester or Cc,
// colleague, stranger.
type rights [seats]right

// decisionTable is mail-rules §2.3, cell by cell. The cells of an own token
// for colleagues and strangers cannot occur, since they own none; they hold.
// That a held sender can be made a Cc in one step is not a matter of the cell:
// the notice of a held mail offers it to whom it would make a difference.
func decisionTable() [claims]map[VerdictResult]rights {
	var (
		act        = right{action: Act}
		note       = right{action: InternalNote}
		accept     = right{action: Accept}
		marked     = right{action: AcceptMarked}
		unverified = right{action: AcceptUnverified}
		hold       = right{action: Hold}
		alert      = right{Hold, alerted}
		link       = right{action: LinkTicket}
		linkFlag   = right{LinkTicket, flagged}
		fresh      = right{action: NewTicket}
		freshFlag  = right{NewTicket, flagged}
		freshFail  = right{NewTicket, flagged | noAck}
	)
	return [claims]map[VerdictResult]rights{
		ownToken: {
			Pass: {act, accept, hold, hold},
			None: {right{Hold, confirm}, marked, hold, hold},
			Fail: {alert, unverified, hold, hold},
		},
		othersToken: {
			Pass: {note, accept, hold, hold},
			None: {hold, marked, hold, hold},
			Fail: {alert, hold, hold, hold},
		},
		idsOnly: {
			Pass: {note, accept, link, link},
			None: {hold, marked, link, link},
			Fail: {alert, hold, linkFlag, linkFlag},
		},
		tagOnly: {
			Pass: {note, accept, link, fresh},
			None: {hold, link, link, freshFlag},
			Fail: {hold, link, link, freshFlag},
		},
		nothing: {
			Pass: {fresh, fresh, fresh, fresh},
			None: {fresh, fresh, fresh, fresh},
			Fail: {right{NewTicket, flagged | alerted | noAck}, freshFail, freshFail, freshFail},
		},
	}
}

// Authorize looks up what the sender may do (mail-rules §2.3). It trusts
// nothing but the verdict on the sender: the link only says where the mail
// wants to go.
func Authorize(m Message, l Link, p People, s Settings) Authority {
	role := p.RoleOf(l.Token)
	if p.Sender.Agent && l.Token == nil && passesOn(m) {
		role = Agent // also on a ticket that is in his name until its customer is known
	}
	c := claimOf(l, p)
	verdict := m.Verdict.Result
	if verdict != Pass && verdict != Fail {
		verdict = None
	}
	if role == Agent && verdict == Pass && c == ownToken && !writtenToUs(m, s) {
		// A mail of his to somebody else, sent on to us: what it says was not
		// said to the desk. If it was, he can confirm it.
		verdict = None
	}
	table, seat := decisionTable()[c], seatOf(role)
	cell := table[verdict][seat]
	if s.AgentsByToken && role == Agent && c == ownToken && verdict == None {
		cell = right{action: Act}
	}
	a := Authority{
		Action:      cell.action,
		Proved:      table[Pass][seat].action,
		Role:        role,
		Flagged:     cell.flags&flagged != 0,
		Alert:       cell.flags&alerted != 0,
		ConfirmLink: cell.flags&confirm != 0,
		NoAck:       cell.flags&noAck != 0,
		Claim:       c.key(),
		Why:         because(c, verdict, role, l),
	}
	if l.HoldReason != "" {
		a.Action, a.HoldReason = Hold, l.HoldReason
		return a
	}
	if a.Action == Hold {
		a.HoldReason = holdReason(c, verdict, role)
	}
	if c == othersToken && role == Cc && !isAnswer(m) {
		// Somebody who names a service in Cc and has it write to his own reply
		// address must not get what it writes, such as a code by which the desk's
		// domain signs up somewhere.
		a.Action, a.HoldReason = Hold, "answers_nothing"
	}
	return a
}

// isAnswer reports whether a mail looks like an answer to another.
func isAnswer(m Message) bool {
	return len(m.InReplyTo) > 0 || len(m.References) > 0 || HasReplyPrefix(m.Subject)
}

func claimOf(l Link, p People) claim {
	switch l.Evidence {
	case ByToken:
		if l.Token != nil && p.Sender.ID != 0 && l.Token.Participant.PersonID == p.Sender.ID {
			return ownToken
		}
		return othersToken
	case BySignedID, ByStoredID, ByForward:
		return idsOnly
	case ByTag:
		return tagOnly
	}
	return nothing
}

func seatOf(r Role) seat {
	switch r {
	case Agent:
		return seatAgent
	case Requester, Cc:
		return seatParticipant
	case Colleague:
		return seatColleague
	}
	return seatStranger
}

// because puts a cell of the table into words: for the timeline, for
// notifications and for 'deskd explain'.
func because(c claim, v VerdictResult, r Role, l Link) string {
	who := map[Role]string{
		Agent: "an agent", Requester: "the requester", Cc: "somebody in Cc",
		Colleague: "a colleague of the requester", Stranger: "somebody who is not on the ticket",
	}[r]
	proof := map[VerdictResult]string{Pass: "proved", None: "not proved", Fail: "refuted"}[v]
	by := [claims]string{
		"by his own reply address", "by somebody else's reply address", "by its references alone",
		"by a ticket number in the subject alone", "without naming a ticket",
	}[c]
	if c == nothing {
		return "new: " + l.Why + "; the sender is " + proof
	}
	return "it comes from " + who + ", whose address is " + proof + ", " + by + ": " + l.Why
}

// holdReason names, for people, why a mail is held.
func holdReason(c claim, v VerdictResult, r Role) string {
	switch {
	case r == Agent && v == Fail:
		return "agent_failed"
	case r == Agent:
		return "agent_unverified"
	case v == Fail:
		return "sender_failed"
	case r == Colleague:
		return "colleague_not_on_ticket"
	}
	return "stranger_with_token"
}
