package ticketing

import "cmp"

// decideOnBehalf opens a ticket for a customer, by an agent's mail that begins
// with "#customer address". The agent's words go to the customer, and to those
// whom the agent named in Cc; with #note they stay among agents and nothing goes
// out.
func decideOnBehalf(m Message, a Authority, s Situation, commands Commands, text string) Change {
	customer := Address{Name: commands.CustomerName, Address: commands.Customer}
	note := commands.Visibility == AgentsOnly
	if !note && text == "" && len(m.Attachments) == 0 {
		return heldCommand(m, Link{}, a, s, CommandError{Line: "#customer " + customer.Address, Key: "customer_needs_text"})
	}
	files := filesLeak(m, s)
	s.People.Participants = []Participant{{Name: customer.Name, Address: customer.Address, Role: Requester}}
	out, reason := wordsOut(text, files, s)
	if reason = cmp.Or(reason, s.sentencesOut(&commands)); !note && reason != "" {
		a.Action, a.HoldReason = Hold, reason
		return decideHeld(m, Link{}, a, s)
	}
	if quiet(m, s) {
		return decideLooped(m, Link{}, a, s)
	}
	ticket := newTicket(m, a, s)
	ticket.OrganisationID = 0 // that of the customer
	entry := message(m, a, Public, s)
	entry.Text = out
	entry.tellMacros(commands)
	occurrence := AgentReplied
	if note {
		entry.Kind, entry.Visibility, entry.Text = EntryNote, AgentsOnly, text
		occurrence = NoteAdded
	}
	c := Change{Ticket: &ticket, Requester: customer, Entry: &entry}
	people := sortCopied(m, s.withCc(commands.Cc), s, func(Address) bool { return !m.Verdict.CcUnsigned })
	c.join(people, entry.Author, s)
	c.carryOut(commands, occurrence, &ticket, entry.Author, s)
	if !note {
		c.answeredFirst(&ticket, entry.Author, commands.Assign, s)
	}
	c.takeTurn(&ticket, m, s)
	if note {
		c.notifyAgents(LetterNote, "opened_for_customer", s, m, people)
		c.tell(TokenAgentNote, entry.Author.Address, "opened_with_note", map[string]string{"customer": customer.Address})
		return applied(m, c, "an agent opened it for a customer, with a note")
	}
	c.writeToCustomers(customers(s.People, c.Join))
	c.notifyAgents(LetterNotification, "opened_for_customer", s, m, people)
	c.tell(TokenAgent, entry.Author.Address, "opened", map[string]string{"customer": customer.Address})
	c.warnOfDirectCopy(m, entry.Author, s)
	return applied(m, c, "an agent opened it for a customer")
}
