package storage

import (
	"strings"

	"deskd/ticketing"
)

const ticketColumns = `t.id, t.mailbox_id, t.subject, t.status, t.priority, t.requester_id, t.assignee_id,
	t.organisation_id, t.hold_reason, t.solved_reason, t.solved_at, t.merged_into, t.bulk, t.flagged,
	t.created_at, t.last_activity_at, t.thread_index, t.thread_ids, t.link_count, t.hold_note, t.tags, t.clock, t.chase`

// ticketRow is a ticket and how many others it is linked to, which are read
// only if there are any.
type ticketRow struct {
	ticketing.Ticket
	links int64
}

func scanTicket(r scanner) (t ticketRow, err error) {
	err = r.Scan(&t.ID, &t.MailboxID, &t.Subject, &t.Status, &t.Priority, &t.RequesterID, &t.AssigneeID,
		&t.OrganisationID, &t.HoldReason, &t.SolvedReason, timeColumn{&t.SolvedAt}, &t.MergedInto, &t.Bulk, &t.Flagged,
		timeColumn{&t.CreatedAt}, timeColumn{&t.LastActivityAt}, &t.ThreadIndex, wordsColumn{&t.ThreadIDs}, &t.links,
		&t.HoldNote, wordsColumn{&t.Tags}, jsonColumn{&t.Clock}, jsonColumn{&t.Chase})
	return t, err
}

// Ticket implements [ticketing.Reader].
func (x *session) Ticket(id int64) (ticketing.Ticket, error) { return x.ticket(id, "") }

// LockTicket implements [ticketing.Tx]. On SQLite the transaction itself is
// the lock.
func (x *session) LockTicket(id int64) (ticketing.Ticket, error) {
	return x.ticket(id, x.store.dialect.forUpdate)
}

func (x *session) ticket(id int64, lock string) (ticketing.Ticket, error) {
	if t, ok := x.known.tickets[id]; ok {
		return t, nil
	}
	row, err := one(x, scanTicket, "SELECT "+ticketColumns+" FROM ticket t WHERE t.id = ?"+lock, id)
	if err != nil {
		return ticketing.Ticket{}, wrap(err, "read ticket %d", id)
	}
	tickets, err := x.withLinks([]ticketRow{row})
	if err != nil {
		return ticketing.Ticket{}, wrap(err, "read ticket %d", id)
	}
	x.titles[id] = row.Subject
	return tickets[0], nil
}

// withLinks gives each ticket those it is linked to. There are at most as many
// tickets as on a page.
func (x *session) withLinks(rows []ticketRow) ([]ticketing.Ticket, error) {
	tickets := make([]ticketing.Ticket, len(rows))
	place := map[int64]int{}
	var ids []int64
	for i, row := range rows {
		tickets[i] = row.Ticket
		if row.links > 0 {
			place[row.ID] = i
			ids = append(ids, row.ID)
		}
	}
	if len(ids) == 0 {
		return tickets, nil
	}
	links, err := list(x, scanKeyed[int64, int64], "SELECT ticket_id, linked_id FROM ticket_link WHERE ticket_id"+
		x.store.dialect.idsIn+" ORDER BY ticket_id, linked_id", x.store.dialect.numbers(ids))
	for _, l := range links {
		t := &tickets[place[l.key]]
		t.Linked = append(t.Linked, l.row)
	}
	return tickets, wrap(err, "read links")
}

// InsertTicket implements [ticketing.Tx]. Linked is not stored: see
// LinkTickets.
func (x *session) InsertTicket(t ticketing.Ticket) (int64, error) {
	clock, chase, err := times(t)
	if err != nil {
		return 0, wrap(err, "add ticket")
	}
	id, err := x.insert(`INSERT INTO ticket (mailbox_id, subject, status, priority, requester_id, assignee_id,
		organisation_id, hold_reason, hold_note, solved_reason, solved_at, merged_into, bulk, flagged, created_at,
		last_activity_at, thread_index, thread_ids, tags, clock, chase, link_count)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
		t.MailboxID, t.Subject, string(t.Status), string(t.Priority), t.RequesterID, t.AssigneeID,
		t.OrganisationID, t.HoldReason, t.HoldNote, t.SolvedReason, millis(t.SolvedAt), t.MergedInto, t.Bulk, t.Flagged,
		millis(t.CreatedAt), millis(t.LastActivityAt), t.ThreadIndex, strings.Join(t.ThreadIDs, " "),
		strings.Join(t.Tags, " "), clock, chase)
	if err != nil {
		return 0, wrap(err, "add ticket")
	}
	x.titles[id], x.fresh[id] = t.Subject, true
	return id, wrap(x.tag(id, nil, t.Tags), "add ticket")
}

// UpdateTicket implements [ticketing.Tx]. Linked and Tags are not stored: see
// LinkTickets and TagTicket.
func (x *session) UpdateTicket(t ticketing.Ticket) error {
	delete(x.known.tickets, t.ID)
	clock, chase, err := times(t)
	if err != nil {
		return wrap(err, "change ticket %d", t.ID)
	}
	n, err := x.exec(`UPDATE ticket SET mailbox_id = ?, subject = ?, status = ?, priority = ?, requester_id = ?,
		assignee_id = ?, organisation_id = ?, hold_reason = ?, hold_note = ?, solved_reason = ?, solved_at = ?, merged_into = ?,
		bulk = ?, flagged = ?, created_at = ?, last_activity_at = ?, thread_index = ?, thread_ids = ?, clock = ?, chase = ?
		WHERE id = ?`,
		t.MailboxID, t.Subject, string(t.Status), string(t.Priority), t.RequesterID,
		t.AssigneeID, t.OrganisationID, t.HoldReason, t.HoldNote, t.SolvedReason, millis(t.SolvedAt), t.MergedInto,
		t.Bulk, t.Flagged, millis(t.CreatedAt), millis(t.LastActivityAt), t.ThreadIndex,
		strings.Join(t.ThreadIDs, " "), clock, chase, t.ID)
	x.titles[t.ID] = t.Subject
	x.told = append(x.told, told{ticketID: t.ID, since: -1})
	return wrap(changedOne(n, err), "change ticket %d", t.ID)
}

// times are a ticket's clock and chase as they are stored: "" for a zero one.
func times(t ticketing.Ticket) (clock, chase string, err error) {
	if clock, err = toJSON(t.Clock); err == nil {
		chase, err = toJSON(t.Chase)
	}
	return strings.TrimSuffix(clock, "{}"), strings.TrimSuffix(chase, "{}"), err
}

// LinkTickets implements [ticketing.Tx]. Linking twice changes nothing.
func (x *session) LinkTickets(a, b int64) error {
	if a == b {
		return nil
	}
	delete(x.known.tickets, a)
	delete(x.known.tickets, b)
	// Always in the same order, so that two transactions cannot lock each
	// other out.
	for _, pair := range [][2]int64{{min(a, b), max(a, b)}, {max(a, b), min(a, b)}} {
		n, err := x.exec("INSERT INTO ticket_link (ticket_id, linked_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
			pair[0], pair[1])
		if err == nil {
			_, err = x.exec("UPDATE ticket SET link_count = link_count + ? WHERE id = ?", n, pair[0])
		}
		if err != nil {
			return wrap(err, "link tickets %d and %d", a, b)
		}
	}
	return nil
}

// UnlinkTickets implements [ticketing.Tx]. What is not linked stays so.
func (x *session) UnlinkTickets(a, b int64) error {
	delete(x.known.tickets, a)
	delete(x.known.tickets, b)
	for _, pair := range [][2]int64{{min(a, b), max(a, b)}, {max(a, b), min(a, b)}} {
		n, err := x.exec("DELETE FROM ticket_link WHERE ticket_id = ? AND linked_id = ?", pair[0], pair[1])
		if err == nil {
			_, err = x.exec("UPDATE ticket SET link_count = link_count - ? WHERE id = ?", n, pair[0])
		}
		if err != nil {
			return wrap(err, "unlink tickets %d and %d", a, b)
		}
	}
	return nil
}
