package ticketing

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// ownWords are the part of an agent's mail that may go out: never what he
// quotes, since a quote may hold notes (FreeScout #5182).
func ownWords(m Message) string { return strings.TrimSpace(m.Reply) }

// decideAgent carries out a proved agent's reply to his notification: the
// commands in its first lines, then the text as a public answer or as a note.
func decideAgent(m Message, l Link, a Authority, s Situation) Change {
	if isMachine(m, s) {
		return decideMachineMessage(m, l, a, s)
	}
	commands, text, err := ParseCommands(ownWords(m))
	if err == nil {
		commands, text, err = s.insert(commands, text, insertion{ticket: l.Ticket, by: author(m, Agent, s), seen: visibilityOf(l)})
	}
	if err == nil {
		err = s.checkCommands(commands, l.Ticket)
	}
	var c Change
	switch {
	case err != nil:
		return heldCommand(m, l, a, s, err)
	case commands.Review != "":
		c = decideReview(m, l, a, s, commands, text)
	case commands.Unmerge:
		c = decideUnmerge(m, l, a, s, commands, text)
	default:
		c = decideOrdered(m, l, a, s, commands, text)
	}
	c.receipt(m, l, s)
	return c
}

// decideOrdered carries out commands and says the text.
func decideOrdered(m Message, l Link, a Authority, s Situation, commands Commands, text string) Change {
	if reason := s.sentencesOut(&commands); reason != "" {
		a.Action, a.HoldReason = Hold, reason
		return decideHeld(m, l, a, s)
	}
	m, s = withoutRemoved(commands.Uncc, m, s)
	visibility := visibilityOf(l)
	if commands.Visibility != "" {
		visibility = commands.Visibility
	}
	var c Change
	by := author(m, Agent, s)
	h, s := handTo(commands, by, &l.Ticket, s)
	said := text != "" || len(m.Attachments) > 0
	switch {
	case commands.Help, !said && !commands.Any() && commands.Customer == "":
		return decideNothingSaid(m, l, a, s, commands)
	case !said:
		c = decideOnlyCommands(m, l, a, s, commands)
	case visibility == AgentsOnly:
		c = decideNote(m, l, a, s, commands, text)
	default:
		c = decideAnswer(m, l, a, s, commands, text)
	}
	if c.Outcome.State != LedgerHeld {
		c.hand(h, by, s)
	}
	c.supersede(m, s)
	return c
}

// withoutRemoved is how things are once people have been removed from Cc: what is
// said with it is not for them, and a mail program that answered everybody does
// not bring them back.
func withoutRemoved(removed []string, m Message, s Situation) (Message, Situation) {
	if len(removed) == 0 {
		return m, s
	}
	is := func(address string) bool { return slices.Contains(removed, NormalizeAddress(address)) }
	keep := func(list []Address) []Address {
		return slices.DeleteFunc(slices.Clone(list), func(a Address) bool { return is(a.Address) })
	}
	m.To, m.Cc = keep(m.To), keep(m.Cc)
	for _, p := range s.People.Participants {
		if p.Active() && p.Role == Cc && is(p.Address) {
			s.Removed = append(s.Removed, p)
		}
	}
	s.People.Participants = slices.DeleteFunc(slices.Clone(s.People.Participants), func(p Participant) bool {
		return p.Role == Cc && is(p.Address)
	})
	return m, s
}

// supersede ends the review of the mail that was held for its commands, now
// that the same agent has sent it again and it was carried out.
func (c *Change) supersede(m Message, s Situation) {
	if c.Outcome == nil || c.Outcome.State == LedgerHeld {
		return
	}
	for _, e := range s.Entries {
		if e.ID == s.Corrects && heldForCommand(e, s) {
			by := author(m, Agent, s)
			e.Review.State = ReviewDropped
			c.Update = append(c.Update, e)
			c.Events = append(c.Events, s.event("dropped", AgentsOnly, by, "the agent sent it again with its commands put right",
				map[string]string{"who": by.String()}))
		}
	}
}

// heldForCommand reports whether an entry is a mail of the sender that waits
// because its commands could not be carried out.
func heldForCommand(e Entry, s Situation) bool {
	return e.Visibility == Held && e.Review.State == ReviewWaiting && e.Review.Reason == "command" &&
		s.People.Sender.ID != 0 && e.Author.PersonID == s.People.Sender.ID
}

// decideAnswer sends an agent's words to the customers on the ticket.
func decideAnswer(m Message, l Link, a Authority, s Situation, commands Commands, text string) Change {
	text, reason := wordsOut(text, filesLeak(m, s), s)
	if reason != "" {
		a.Action, a.HoldReason = Hold, reason
		return decideHeld(m, l, a, s)
	}
	if quiet(m, s) {
		return decideLooped(m, l, a, s)
	}
	ticket := l.Ticket
	entry := message(m, a, Public, s)
	entry.Text = text
	entry.tellMacros(commands)
	c := Change{Ticket: &ticket, Entry: &entry}

	people := sortCopied(m, s.withCc(commands.Cc), s, mayAdd(m, a, s))
	c.join(people, entry.Author, s)
	c.Update = published(s)
	c.carryOut(commands, AgentReplied, &ticket, entry.Author, s)
	c.writeToCustomers(customers(s.People, c.Join))
	c.notifyAgents(LetterNotification, "agent_replied", s, m, people)
	c.answeredFirst(&ticket, entry.Author, commands.Assign, s)
	c.warnOfDirectCopy(m, entry.Author, s)
	return applied(m, c, a.Why)
}

// decideLooped holds an agent's words that no mail may follow from, until an
// agent says that some may after all. Their author is told.
func decideLooped(m Message, l Link, a Authority, s Situation) Change {
	a.Action, a.HoldReason = Hold, "looped"
	a.Why = "it went through too many hosts, or twice through this desk; " + a.Why
	c := decideHeld(m, l, a, s)
	own := LetterTo{Kind: LetterHeld, Address: s.People.Sender.Address, Token: TokenAgentNote, Notice: a.HoldReason}
	if !unheard(m, s) && !slices.ContainsFunc(c.Letters, func(to LetterTo) bool { return to.Address == own.Address }) {
		c.Letters = append(c.Letters, own)
	}
	return c
}

// warnOfDirectCopy tells an agent, once a ticket, that his mail also went to
// customers from his own address. Our copy is sent all the same: an answer to
// the direct one would end up in the agent's private mailbox.
func (c *Change) warnOfDirectCopy(m Message, by Author, s Situation) {
	direct := directlyTo(m, s)
	warned := slices.ContainsFunc(s.Entries, func(e Entry) bool {
		return e.Event == "direct_copy" && e.Author.PersonID == by.PersonID
	})
	if len(direct) == 0 || warned {
		return
	}
	who := map[string]string{"who": strings.Join(direct, ", ")}
	c.Events = append(c.Events, s.event("direct_copy", AgentsOnly, by, "", who))
	c.tell(TokenAgent, by.Address, "direct_copy", who)
}

// decideNote keeps an agent's words among agents.
func decideNote(m Message, l Link, a Authority, s Situation, commands Commands, text string) Change {
	ticket := l.Ticket
	entry := message(m, a, AgentsOnly, s)
	entry.Kind, entry.Text = EntryNote, text
	entry.tellMacros(commands)
	c := Change{Ticket: &ticket, Entry: &entry}
	people := sortCopied(m, s.withCc(commands.Cc), s, mayAdd(m, a, s))
	c.join(people, entry.Author, s)
	c.carryOut(commands, NoteAdded, &ticket, entry.Author, s)
	c.updateUnlessQuiet(m, l.Ticket, ticket, commands, s)
	c.notifyAgents(LetterNote, "note_added", s, m, people)
	return applied(m, c, a.Why)
}

// decideOnlyCommands carries out a mail that says nothing else.
func decideOnlyCommands(m Message, l Link, a Authority, s Situation, commands Commands) Change {
	ticket := l.Ticket
	by := author(m, Agent, s)
	c := Change{Ticket: &ticket}
	c.carryOut(commands, NoteAdded, &ticket, by, s)
	c.updateUnlessQuiet(m, l.Ticket, ticket, commands, s)
	c = applied(m, c, a.Why)
	c.Outcome.State = LedgerEvent
	return c
}

// decideNothingSaid tells the agent that his mail held no words of his own,
// or answers #help.
func decideNothingSaid(m Message, l Link, a Authority, s Situation, commands Commands) Change {
	name, why := "empty_reply", "it holds no words of the agent's own and no command"
	if commands.Help {
		name, why = "help", "it asks for the list of commands"
	}
	ticket := l.Ticket
	e := message(m, a, AgentsOnly, s)
	e.Kind, e.Event, e.Why = EntryEvent, name, why
	e.EventArgs = map[string]string{"who": e.Author.String()}
	c := Change{Ticket: &ticket, Entry: &e}
	if !quiet(m, s) {
		args := map[string]string{"macros": s.Settings.Macros.Names()}
		maps.Copy(args, s.ownReminder())
		c.Letters = []LetterTo{{
			Kind: LetterCommandError, Address: s.People.Sender.Address, Token: tokenBack(l), Notice: name, Args: args,
		}}
	}
	o := outcome(m, LedgerEvent, why)
	c.Outcome = &o
	return c
}

// decideAgentWithoutToken takes an agent's mail that did not come by his own
// reply address. It is kept as a note, unless it went to the customer anyway:
// then it is an answer that he sent directly, recorded and not sent again. That
// takes an address of ours in To or Cc as well: what he wrote to a customer and
// not to us may be anything, sent on to us by anybody.
func decideAgentWithoutToken(m Message, l Link, a Authority, s Situation) Change {
	if isMachine(m, s) {
		return decideMachineMessage(m, l, a, s)
	}
	byIDs := l.Evidence == BySignedID || l.Evidence == ByStoredID
	if byIDs && writtenToUs(m, s.Settings) && len(directlyTo(m, s)) > 0 {
		a.Why = "the agent sent it to the customer directly; " + a.Why
		return decideSentDirectly(m, l, a, s)
	}
	ticket := l.Ticket
	entry := message(m, a, AgentsOnly, s)
	entry.Kind = EntryNote
	if entry.Text == "" {
		entry.Text = m.Text
	}
	if l.Evidence == ByForward {
		return decideForwardedBefore(m, a, s, &ticket, entry)
	}
	c := Change{Ticket: &ticket, Entry: &entry}
	people := sortCopied(m, s.People.Participants, s, mayAdd(m, a, s))
	c.join(people, entry.Author, s)
	c.setStatus(&ticket, NoteAdded, entry.Author, "", s)
	c.notifyAgents(LetterNote, "note_added", s, m, people)
	c.tell(TokenAgentNote, senderOf(m).Address, "became_note", map[string]string{"why": a.Why})
	return applied(m, c, a.Why)
}

// writtenToUs reports whether a mail names an address of ours in To or Cc.
func writtenToUs(m Message, s Settings) bool {
	return slices.ContainsFunc(append(slices.Clone(m.To), m.Cc...), func(a Address) bool {
		return s.Own(NormalizeAddress(a.Address))
	})
}

// tell sends an agent one plain fact. His answer goes to the customers by
// TokenAgent, and stays a note by TokenAgentNote: that is for what tells of a
// note or of a held mail.
func (c *Change) tell(token TokenKind, address, notice string, args map[string]string) {
	c.Letters = append(c.Letters, LetterTo{Kind: LetterNotice, Address: address, Token: token, Notice: notice, Args: args})
}

// writeToCustomers owes the entry to each of the addresses.
func (c *Change) writeToCustomers(addresses []string) {
	for _, a := range addresses {
		c.Letters = append(c.Letters, LetterTo{Kind: LetterReply, Address: a, Token: TokenCustomer})
	}
}

// customers are all on the ticket who are not agents, those who join included.
func customers(p People, joining []Joiner) []string {
	var addresses []string
	for _, q := range p.Participants {
		if q.Active() && q.Role != Agent {
			addresses = append(addresses, q.Address)
		}
	}
	for _, j := range joining {
		if j.Role != Agent && !slices.Contains(addresses, j.Address.Address) {
			addresses = append(addresses, j.Address.Address)
		}
	}
	return addresses
}

// directlyTo lists the customers on the ticket whom a mail was addressed to.
func directlyTo(m Message, s Situation) []string {
	var direct []string
	for _, a := range append(slices.Clone(m.To), m.Cc...) {
		address := NormalizeAddress(a.Address)
		for _, p := range s.People.Participants {
			if p.Active() && p.Role != Agent && p.Address == address && p.PersonID != s.People.Sender.ID {
				direct = append(direct, address)
			}
		}
	}
	return direct
}

// published are the entries that customers see once an agent answers: replies
// that came by a valid reply address, but from a sender who failed a check.
func published(s Situation) []Entry {
	var out []Entry
	for _, e := range s.Entries {
		if waitsForAnswer(e) {
			e.Visibility = Public
			out = append(out, e)
		}
	}
	return out
}

// waitsForAnswer reports whether an entry becomes public with an agent's answer.
func waitsForAnswer(e Entry) bool {
	return e.Kind == EntryMessage && e.Visibility == AgentsOnly && e.Unverified &&
		e.MailKind == Human && e.EventArgs["machine"] == "" &&
		(e.Author.Role == Requester || e.Author.Role == Cc)
}

// heldCommand holds a mail whose commands cannot be carried out and returns
// it to the agent with the reason.
func heldCommand(m Message, l Link, a Authority, s Situation, err error) Change {
	a.Action, a.HoldReason, a.ConfirmLink = Hold, "command", false
	a.Why = "its commands cannot be carried out; " + a.Why
	c := decideHeld(m, l, a, s)
	var bad CommandError
	if quiet(m, s) {
		return c
	}
	c.Letters = nil
	if errors.As(err, &bad) {
		c.Letters = []LetterTo{{
			Kind: LetterCommandError, Address: s.People.Sender.Address, Token: tokenBack(l),
			Notice: bad.Key, Args: map[string]string{"line": bad.Line, "command": bad.Command, "choice": bad.Choice},
		}}
	}
	return c
}

// tokenBack is the kind of reply address in what an agent is told of his mail:
// the answer is for those whom the mail was for.
func tokenBack(l Link) TokenKind {
	if visibilityOf(l) == Public {
		return TokenAgent
	}
	return TokenAgentNote
}
