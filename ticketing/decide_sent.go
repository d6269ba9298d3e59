package ticketing

// decideSent looks at a mail in the Sent folder of one of our mailboxes: an
// answer that somebody wrote there by hand, past the desk (mail-rules §10). If
// it belongs to a ticket and went to somebody on it, it is that ticket's
// answer, and it is not sent again. Everything else there is left alone.
func decideSent(m Message, l Link, s Situation) Change {
	byIDs := l.Evidence == BySignedID || l.Evidence == ByStoredID
	switch {
	case loopsBack(m, s.Settings.Instance):
		return ignore(m, l.Ticket.ID, 0, "in the Sent folder: written by the desk itself")
	case !s.Settings.Own(senderOf(m).Address):
		return ignore(m, 0, 0, "in the Sent folder, but not from an address of ours")
	case !byIDs || len(directlyTo(m, s)) == 0:
		return ignore(m, 0, 0, "in the Sent folder: no answer to anybody on a ticket")
	}
	ticket := l.Ticket
	entry := message(m, Authority{Role: Agent, Why: "it was sent from the mailbox itself; " + l.Why}, Public, s)
	entry.Via = "sent_folder"
	c := Change{Ticket: &ticket, Entry: &entry}
	c.setStatus(&ticket, AgentReplied, entry.Author, "", s)
	c.notifyAgents(LetterNote, "agent_replied", s, m, copied{})
	return applied(m, c, entry.Why)
}
