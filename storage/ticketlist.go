package storage

import "deskd/ticketing"

// searchDepth is how many texts a search looks at, the newest that match: it
// costs no more on an old desk than on a young one.
const searchDepth = 5000

// ListTickets implements [ticketing.Reader]. With a query it finds the tickets
// of the 5,000 newest public texts that hold all its words; the last word may
// be the beginning of one.
func (x *session) ListTickets(f ticketing.TicketFilter) ([]ticketing.Ticket, error) {
	var c conditions
	from := " FROM ticket t"
	if f.Query != "" {
		words := queryTokens(f.Query)
		if len(words) == 0 {
			return nil, nil
		}
		c.add("t.id IN (SELECT ticket_id FROM (SELECT e.ticket_id "+x.store.dialect.search+
			" AND e.visibility = 'public' ORDER BY e.id DESC LIMIT ?) found)",
			x.store.dialect.query(words), searchDepth)
	}
	if f.Tag != "" {
		c.add("t.id IN (SELECT ticket_id FROM ticket_tag WHERE tag = ?)", f.Tag)
	}
	narrow(&c, f)
	if f.BeforeID != 0 || !f.BeforeActivity.IsZero() {
		c.add("(t.last_activity_at, t.id) < (?, ?)", millis(f.BeforeActivity), f.BeforeID)
	}
	c.args = append(c.args, pageSize(f.Limit))
	rows, err := list(x, scanTicket, "SELECT "+ticketColumns+from+c.where()+
		" ORDER BY t.last_activity_at DESC, t.id DESC LIMIT ?", c.args...)
	if err != nil {
		return nil, wrap(err, "list tickets")
	}
	tickets, err := x.withLinks(rows)
	if err != nil {
		return nil, wrap(err, "list tickets")
	}
	return tickets, nil
}

// narrow adds the conditions on columns so that exactly one of them chooses
// the index, the one that leaves least: a plus sign keeps a column from
// choosing.
func narrow(c *conditions, f ticketing.TicketFilter) {
	chosen := f.Query != "" // the search has chosen
	column := func(name string, value any) {
		if chosen {
			c.add("+"+name+" = ?", value)
			return
		}
		chosen = true
		c.add(name+" = ?", value)
	}
	switch {
	case f.Status != "" && f.Status != ticketing.Solved:
		c.add("t.status = ?", string(f.Status))
		chosen = true
	case f.Status == "" && !f.All:
		c.add("t.status <> 'solved'")
		chosen = true
	}
	if f.Unassigned {
		c.add("t.assignee_id = 0")
	}
	if f.AssigneeID != 0 {
		c.add("t.assignee_id <> 0")
		column("t.assignee_id", f.AssigneeID)
	}
	if f.MailboxID != 0 {
		column("t.mailbox_id", f.MailboxID)
	}
	if f.Status == ticketing.Solved {
		if chosen {
			c.add("t.status || '' = ?", string(f.Status))
		} else {
			c.add("t.status = ?", string(f.Status))
		}
	}
}
