package ticketing

import (
	"maps"
	"slices"
	"strings"
)

// forwardOf is the entry by which an agent opened the ticket with a mail that
// he passed on.
func forwardOf(s Situation) (Entry, bool) {
	for _, e := range s.Entries {
		if e.EventArgs[forwardState] != "" {
			return e, true
		}
	}
	return Entry{}, false
}

// checkCustomer refuses a #customer that cannot be carried out. A ticket that
// an agent opened by passing a mail on can be given to its customer, and to
// another one by the same agent, as long as nothing has been said on it: who is
// given it sees all that was public.
func (s Situation) checkCustomer(c Commands) error {
	line := "#customer " + c.Customer
	if len(s.People.Participants) == 0 {
		return nil
	}
	e, ok := forwardOf(s)
	mine := names(e.EventArgs[forwarder], s.People.Sender.Address)
	switch {
	case !ok, e.EventArgs[forwardState] == forwardTaken && !mine:
		return CommandError{Line: line, Key: "customer_only_new"}
	case slices.ContainsFunc(s.Entries, func(other Entry) bool {
		return other.ID != e.ID && other.Kind == EntryMessage && (other.Visibility == Public || other.Author.Role != Agent)
	}):
		return CommandError{Line: line, Key: "customer_too_late"}
	}
	return nil
}

// names reports whether "Name <address>" or a bare address is that of somebody.
func names(who, address string) bool {
	return who == address || strings.HasSuffix(who, " <"+address+">")
}

// handing is what it takes to make somebody else a ticket's requester, and the
// situation afterwards.
type handing struct {
	join   []Joiner
	leave  []Participant
	sight  []Participant
	update []Entry
	reread *Rereading
	event  Entry
	from   string // the requester before
	to     string // "" if the ticket stays his
}

// handTo carries out a #customer that gives a ticket, opened by passing a mail
// on, to somebody; without one nothing changes.
// The words of that mail are his from then on; where they cannot be told from the
// agent's, they stay among agents.
func handTo(commands Commands, by Author, t *Ticket, s Situation) (handing, Situation) {
	customer := Address{Name: commands.CustomerName, Address: commands.Customer}
	if customer.Address == "" {
		return handing{}, s
	}
	was, forwarded := forwardOf(s)
	if customer.Name == "" {
		customer.Name = was.nameOfSender(customer.Address)
	}
	h := handing{to: customer.Address, from: requesterOf(s.People.Participants)}
	people := slices.Clone(s.People.Participants)
	there := false
	for i, p := range people {
		switch {
		case !p.Active() || p.Role == Agent:
		case p.Address == customer.Address:
			there = true
			if p.Role != Requester {
				p.Role, p.SinceEntry = Requester, 0
				t.RequesterID = p.PersonID
				h.sight = append(h.sight, p)
			}
			people[i] = p
		case p.Role == Requester:
			h.leave = append(h.leave, p)
			people[i].RemovedAt = s.Now
		}
	}
	if !there {
		h.join = []Joiner{{Address: customer, Role: Requester, AddedBy: by.String(), Language: was.EventArgs[forwardedIn]}}
		people = append(people, Participant{Name: customer.Name, Address: customer.Address, Role: Requester})
	}
	t.LastActivityAt = s.Now
	s.People.Participants = people
	if forwarded {
		is := was.handedTo(customer)
		if id := is.EventArgs[forwardedID]; is.Visibility == Public {
			t.ThreadIDs = withThreadID(t.ThreadIDs, id) // what the customer knows
		}
		h.update, h.reread = []Entry{is}, &Rereading{Was: was, Is: is}
		s.Entries = slices.Clone(s.Entries)
		for i := range s.Entries {
			if s.Entries[i].ID == is.ID {
				s.Entries[i] = is
			}
		}
	}
	h.event = s.event("requester_changed", AgentsOnly, by, "", map[string]string{"from": h.from, "to": customer.Address})
	return h, s
}

// handedTo is the entry as its customer's words; as it was at first, if it goes
// back to the agent who passed the mail on.
func (e Entry) handedTo(customer Address) Entry {
	e.EventArgs = maps.Clone(e.EventArgs)
	if e.EventArgs[forwardState] == forwardUnknown {
		return e
	}
	if agent := e.EventArgs[forwarder]; names(agent, customer.Address) {
		name, _, _ := strings.Cut(agent, " <")
		e.Author = Author{Name: name, Address: customer.Address, Role: Agent}
		e.Visibility, e.Unverified = AgentsOnly, false
		e.tell(forwardState, forwardProposed)
		return e
	}
	if customer.Name == "" {
		customer.Name = e.nameOfSender(customer.Address)
	}
	e.Author = Author{Name: customer.Name, Address: customer.Address, Role: Requester}
	e.Visibility, e.Unverified, e.Verdict, e.MailKind = Public, true, Verdict{Result: None}, Human
	e.tell(forwardState, forwardTaken)
	return e
}

// nameOfSender is the name under which the mail that was passed on shows an
// address, or a name that it shows without any.
func (e Entry) nameOfSender(address string) string {
	from := e.EventArgs[forwardedFrom]
	if name, ok := strings.CutSuffix(from, " <"+address+">"); ok {
		return name
	}
	if strings.Contains(from, "@") {
		return ""
	}
	return from
}

// hand adds a handing over, if there is one, to what else follows, and tells the
// agent. The others hear of it as of a new request.
func (c *Change) hand(h handing, by Author, s Situation) {
	if h.to == "" {
		return
	}
	c.Join = append(h.join, c.Join...)
	c.Leave = append(c.Leave, h.leave...)
	c.Sight = append(c.Sight, h.sight...)
	c.Update = append(c.Update, h.update...)
	c.Reread = h.reread
	c.Events = append([]Entry{h.event}, c.Events...)
	to := LetterTo{Kind: LetterNotice, Address: by.Address, Token: TokenAgent, Notice: "requester_set", Args: map[string]string{"customer": h.to}}
	if h.from != h.to && (c.Entry == nil || c.Entry.Visibility != Public) {
		to.Customers = []string{h.from}
	}
	c.Letters = append(c.Letters, to)
	if c.Entry != nil || c.About != nil || h.reread == nil || h.reread.Is.Visibility != Public {
		return // they hear of the rest of the mail
	}
	c.About = &h.reread.Is
	c.tellAgents(TopicUnassigned, by.Address, LetterTo{
		Kind: LetterNotification, Token: TokenAgent, Notice: "forwarded", Args: map[string]string{"by": h.reread.Is.EventArgs[forwarder]},
	}, s)
}
