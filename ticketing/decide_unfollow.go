package ticketing

// unfollows reports whether a Cc asks to be left out, by writing to the
// address for that in the foot of his mails. Somebody else who got hold of it
// does not decide that for him.
func unfollows(l Link, a Authority, m Message, s Situation) bool {
	return l.Token != nil && l.Token.Kind == TokenUnfollow && l.Token.Participant.Role == Cc &&
		l.Token.Participant.PersonID == s.People.Sender.ID && a.Role == Cc && a.HoldReason == "" && m.Verdict.Result != Fail
}

// decideUnfollow takes the Cc off the ticket, with his sight and his reply
// addresses. What the mail says is of no matter; mail programs make it.
func decideUnfollow(m Message, l Link, s Situation) Change {
	ticket := l.Ticket
	by := author(m, Cc, s)
	c := Change{
		Ticket: &ticket, Leave: []Participant{l.Token.Participant},
		Events: []Entry{s.event("cc_left", Public, by, l.Why, map[string]string{"who": by.Address})},
	}
	if !unheard(m, s) {
		for _, address := range c.watchers(s) {
			c.tell(TokenAgent, address, "cc_left", map[string]string{"who": by.String()})
		}
	}
	o := outcome(m, LedgerEvent, "somebody in Cc no longer follows the ticket")
	c.Outcome = &o
	return c
}
