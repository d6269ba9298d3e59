package ticketing

import (
	"fmt"
	"slices"
	"strings"
)

// copied are the people a mail names in To and Cc, beside the sender and us.
type copied struct {
	join     []Address // get a place at once
	proposed []Address // wait for an agent
	over     int       // beyond the limit
	// newDomains were never seen on the ticket before.
	newDomains []string
}

// copiedPeople sorts those named in To and Cc (mail-rules §2.4). allowed is
// whether the sender may add people; otherwise they are only proposed. Own
// addresses, the sender, agents, those already there, no-reply addresses and
// lists never join.
func copiedPeople(m Message, there []Participant, s Situation, allowed bool) copied {
	return sortCopied(m, there, s, func(Address) bool { return allowed })
}

func sortCopied(m Message, there []Participant, s Situation, mayAdd func(Address) bool) copied {
	var c copied
	room := s.Settings.Limits.CcPerTicket - countActive(there)
	seen := map[string]bool{senderOf(m).Address: true}
	for _, list := range [][]Address{m.To, m.Cc} {
		for _, a := range list {
			a = Address{Name: cleanName(a.Name), Address: NormalizeAddress(a.Address)}
			if seen[a.Address] || !canJoin(a.Address, there, s) {
				continue
			}
			seen[a.Address] = true
			switch {
			case len(c.join)+len(c.proposed) >= s.Settings.Limits.CcPerMail:
				c.over++
			case !mayAdd(a) || len(c.join) >= room:
				c.proposed = append(c.proposed, a)
			default:
				c.join = append(c.join, a)
			}
		}
	}
	c.newDomains = unseenDomains(append(slices.Clone(c.join), c.proposed...), senderOf(m).Address, there)
	return c
}

func canJoin(address string, there []Participant, s Situation) bool {
	if !looksLikeAddress(address) || s.Settings.Own(address) || !readByPeople(address) {
		return false
	}
	for _, p := range there {
		if p.Address == address && p.Active() {
			return false
		}
	}
	return !slices.ContainsFunc(s.Agents, func(p Person) bool { return p.Address == address })
}

func countActive(there []Participant) int {
	n := 0
	for _, p := range there {
		if p.Active() && p.Role == Cc {
			n++
		}
	}
	return n
}

// unseenDomains lists the domains that come to the ticket with these people.
func unseenDomains(added []Address, sender string, there []Participant) []string {
	known := map[string]bool{DomainOf(sender): true}
	for _, p := range there {
		known[DomainOf(p.Address)] = true
	}
	var fresh []string
	for _, a := range added {
		if d := DomainOf(a.Address); !known[d] {
			known[d] = true
			fresh = append(fresh, d)
		}
	}
	return fresh
}

// mayAdd says whom the sender may add to an existing ticket at once: an agent
// and the requester anybody, a Cc of the requester's organisation colleagues
// of it; always only with a proved address. What an agent wrote to somebody else
// and not to us adds nobody.
func mayAdd(m Message, a Authority, s Situation) func(Address) bool {
	p := s.People
	acts := a.Action == Accept || a.Action == Act || a.Action == InternalNote && writtenToUs(m, s.Settings)
	return func(who Address) bool {
		if m.Verdict.Result != Pass || m.Verdict.CcUnsigned || !acts {
			return false
		}
		switch a.Role {
		case Agent, Requester:
			return true
		case Cc:
			return p.ColleagueDomain(DomainOf(senderOf(m).Address)) && p.ColleagueDomain(DomainOf(who.Address))
		}
		return false
	}
}

// join records who was added and who was only proposed.
func (c *Change) join(people copied, by Author, s Situation) {
	for _, a := range people.join {
		c.Join = append(c.Join, Joiner{Address: a, Role: Cc, AddedBy: by.String()})
		c.Events = append(c.Events, s.event("cc_added", Public, by, "", map[string]string{"who": a.Address}))
	}
	for _, a := range people.proposed {
		c.Events = append(c.Events, s.event("cc_proposed", AgentsOnly, by, "the sender may not add people", map[string]string{"who": a.Address}))
	}
	if people.over > 0 {
		c.Events = append(c.Events, s.event("cc_over_limit", AgentsOnly, by, "", map[string]string{"count": fmt.Sprint(people.over)}))
	}
}

// String gives an author as "Name <address>".
func (a Author) String() string {
	switch {
	case a.Name == "":
		return a.Address
	case a.Address == "": // the administrator
		return a.Name
	}
	return a.Name + " <" + a.Address + ">"
}

// cleanName bounds a display name and takes control characters out of it.
func cleanName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, name)
	return truncate(strings.Join(strings.Fields(name), " "), 100)
}
