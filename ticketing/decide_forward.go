package ticketing

import (
	"cmp"
	"slices"
	"strings"
)

// decideStarted opens a ticket by an agent's mail to the desk that is about
// somebody else (mail-rules §8.5): for the customer whom he names, to whom his
// words go, or for whom the mail is from that he passes on. ok is false if he
// asks for something himself.
func decideStarted(m Message, a Authority, s Situation) (c Change, ok bool) {
	commands, text, err := ParseCommands(wordsAround(m))
	if err == nil && len(m.Forwarded) == 0 && IsForward(m.Subject) && text != wordsAround(m) {
		// Somebody else's words, for all we know.
		line, _, _ := strings.Cut(wordsAround(m), "\n")
		err = CommandError{Line: truncate(line, 200), Key: "forward_unread"}
	}
	if err != nil {
		return heldCommand(m, Link{}, a, s, err), true
	}
	if commands.Customer == "" && !passesOn(m) {
		return Change{}, false
	}
	forwards := commands.Customer == "" || isForwardFor(commands.Customer, m, text)
	in := insertion{
		ticket: newTicket(m, a, s), requester: Address{Name: commands.CustomerName, Address: commands.Customer},
		by: author(m, Agent, s), seen: Public,
	}
	if forwards {
		in.seen = AgentsOnly
	}
	if commands, text, err = s.insert(commands, text, in); err == nil {
		err = s.checkCommands(commands, Ticket{})
	}
	if err == nil && commands.Review != "" {
		err = CommandError{Line: "#" + commands.Review, Key: "review_nothing_waits"}
	}
	if err != nil {
		return heldCommand(m, Link{}, a, s, err), true
	}
	if forwards {
		return decideForwarded(m, a, s, commands, text), true
	}
	return decideOnBehalf(m, a, s, commands, text), true
}

// isForwardFor tells an agent's forward with the name of its customer from his
// own mail to a customer, to which he attached another.
func isForwardFor(customer string, m Message, words string) bool {
	return IsForward(m.Subject) || slices.ContainsFunc(m.Forwarded, func(f Forwarded) bool {
		return f.Part == "" || words == "" || NormalizeAddress(f.From.Address) == customer
	})
}

// decideForwarded opens a ticket with a mail that an agent passes on. Nothing is
// mailed to its author, who has not written to us. What the agent wrote around
// it is a note. Without a customer beyond doubt the ticket is the agent's until
// one says whose it is; he is told so at once.
func decideForwarded(m Message, a Authority, s Situation, commands Commands, words string) Change {
	if commands.Visibility == Public {
		return heldCommand(m, Link{}, a, s, CommandError{Line: "#public", Key: "public_with_forward"})
	}
	if quiet(m, s) {
		return decideLooped(m, Link{}, a, s)
	}
	by := author(m, Agent, s)
	if len(m.Forwarded) > 0 && m.Forwarded[0].Below != "" {
		words = strings.TrimSpace(words + "\n\n" + m.Forwarded[0].Below)
	}
	p := passedOnBy(m, Address{Name: commands.CustomerName, Address: commands.Customer}, s)
	ticket := newTicket(m, a, s)
	if len(p.mails) > 0 && p.mails[0].Part != "" && p.mails[0].Subject != "" {
		ticket.Subject = CleanSubject(s.Settings.TagPrefix, p.mails[0].Subject)
	}
	ticket.OrganisationID = 0 // that of the customer
	c := Change{Ticket: &ticket, Requester: p.customer, Language: p.language()}
	if p.customer.Address == "" {
		c.Requester, c.RequesterProved = senderOf(m), true
	}
	s.People.Participants = []Participant{{Name: c.Requester.Name, Address: c.Requester.Address, Role: Requester}}
	entry, note := p.entries(m, a, s, words)
	c.Entry, c.Aside = &entry, note
	people := sortCopied(m, s.withCc(commands.Cc), s, func(Address) bool { return !m.Verdict.CcUnsigned })
	c.join(people, by, s)
	named := p.named(append(s.withCc(commands.Cc), placesOf(people.join)...), s)
	c.join(copied{proposed: named}, entry.Author, s)
	people.proposed = append(people.proposed, named...)
	c.carryOut(commands, NoteAdded, &ticket, by, s)
	c.takeTurn(&ticket, m, s)
	c.tellOfForward(m, p, people, by, s)
	language := c.Language
	c = applied(m, c, entry.Why)
	c.Language, c.MessageIDs = language, append(c.MessageIDs, p.ids(m)...)
	return c
}

// placesOf are people as if they were on the ticket already.
func placesOf(people []Address) []Participant {
	var places []Participant
	for _, a := range people {
		places = append(places, Participant{Name: a.Name, Address: a.Address, Role: Cc})
	}
	return places
}

func (p passedOn) language() string {
	if len(p.mails) == 0 {
		return ""
	}
	return p.mails[0].Language
}

// entries are what the customer wrote and, beside it, what the agent did; nil
// if that is nothing.
func (p passedOn) entries(m Message, a Authority, s Situation, words string) (entry Entry, note *Entry) {
	entry = message(m, a, AgentsOnly, s)
	agent := entry.Author.String()
	entry.tell(forwarder, agent)
	entry.tell(forwardState, forwardUnknown)
	entry.Why = "forwarded by " + agent + "; " + a.Why
	if len(p.mails) == 0 { // what of it is whose words cannot be said
		entry.Text = withForwarded(words, m)
		return entry, nil
	}
	aside := message(m, a, AgentsOnly, s)
	aside.Kind, aside.Text = EntryNote, words
	entry.Text, entry.FullText = p.text()
	entry.Attachments, aside.Attachments = p.files(m)
	entry.keepFilesOfForwarded(p, m, s)
	entry.note(forwardedIn, p.language())
	entry.note(writtenAt, written(p.mails[0].Date))
	entry.Verdict = Verdict{Result: None} // of who wrote the words
	entry.tell(forwardState, forwardProposed)
	entry.note(forwardedFrom, Author{Name: p.mails[0].From.Name, Address: p.mails[0].From.Address}.String())
	entry.note(forwardedID, p.messageID(m))
	if p.customer.Address != "" {
		entry.MessageID, entry.Subject = p.messageID(m), cmp.Or(p.mails[0].Subject, entry.Subject)
		entry = entry.handedTo(p.customer)
	}
	if words == "" && len(aside.Attachments) == 0 {
		return entry, nil
	}
	return entry, &aside
}

// keepFilesOfForwarded marks the files of mails that are ours or hold our reply
// addresses, so that nobody but agents gets them.
func (e *Entry) keepFilesOfForwarded(p passedOn, m Message, s Situation) {
	var kept []string
	for _, enclosed := range m.Enclosed {
		if !ownOrToken(enclosed, s) {
			continue
		}
		for _, a := range e.Attachments {
			if a.Part == enclosed.Part || strings.HasPrefix(a.Part, enclosed.Part+".") {
				kept = append(kept, a.Part)
			}
		}
	}
	if len(kept) > 0 {
		e.tell(keptFiles, strings.Join(kept, " "))
	}
}

// tellOfForward tells the agents of the new ticket, and the one who opened it
// what it is, with the commands by which that can be put right.
func (c *Change) tellOfForward(m Message, p passedOn, people copied, by Author, s Situation) {
	unclear := p.customer.Address == ""
	notice := "forwarded"
	if unclear {
		notice = "forwarded_unclear"
	}
	first := len(c.Letters)
	c.notifyAgents(LetterNotification, notice, s, m, people)
	for i := first; i < len(c.Letters); i++ {
		c.Letters[i].Args = map[string]string{"by": by.String()}
		if unclear { // an answer now would go to the customer once there is one
			c.Letters[i].Token = TokenAgentNote
		}
	}
	to := LetterTo{Kind: LetterNotice, Address: by.Address, Proposed: people.proposed, NewDomains: people.newDomains}
	if unclear {
		to.Token, to.Notice, to.Args = TokenAgentNote, "forward_unclear", map[string]string{"unclear": p.unclear}
		to.Customers = addressesIn(p.proposed)
	} else {
		to.Token, to.Notice, to.Args = TokenAgent, "forward_opened", map[string]string{"customer": p.customer.Address}
		to.Customers = []string{by.Address}
	}
	c.Letters = append(c.Letters, to)
}

func addressesIn(list []Address) []string {
	var all []string
	for _, a := range list {
		all = append(all, a.Address)
	}
	return all
}

// withForwarded is the text of a note about mails that belong to the ticket
// already: the agent's words, and theirs.
func withForwarded(words string, m Message) string {
	parts := []string{words}
	for _, f := range m.Forwarded {
		from := Author{Name: f.From.Name, Address: f.From.Address}.String()
		if at := written(f.Date); at != "" {
			from += ", " + at
		}
		parts = append(parts, from+":\n"+f.firstText())
	}
	return strings.TrimSpace(strings.Join(parts, "\n\n"))
}

// decideForwardedBefore notes on its ticket a mail that an agent passes on and
// that belongs to one already. What that mail refers to is its author's word: so
// commands are not carried out there, and nobody is added.
func decideForwardedBefore(m Message, a Authority, s Situation, ticket *Ticket, entry Entry) Change {
	entry.Text = withForwarded(wordsAround(m), m)
	entry.tell(forwarder, entry.Author.String())
	c := Change{Ticket: ticket, Entry: &entry}
	c.setStatus(ticket, NoteAdded, entry.Author, "", s)
	c.notifyAgents(LetterNote, "note_added", s, m, copied{})
	c.tell(TokenAgentNote, senderOf(m).Address, "forward_noted", nil)
	return applied(m, c, a.Why)
}
