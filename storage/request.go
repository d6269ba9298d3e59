package storage

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"

	"deskd/ticketing"
)

// place finds a customer's place on a ticket, his own before one in Cc.
func (x *session) place(v ticketing.Viewer, ticketID int64) (id int64, err error) {
	return one(x, plain[int64], `SELECT m.id FROM participant m WHERE m.ticket_id = ? AND m.person_id = ?
		AND m.role IN ('requester', 'cc') AND m.removed_at = 0 AND m.activity > 0 ORDER BY m.role DESC LIMIT 1`, ticketID, v.PersonID)
}

// VisibleTicket implements [ticketing.Reader].
func (x *session) VisibleTicket(v ticketing.Viewer, id int64) (ticketing.Ticket, error) {
	if !v.Agent {
		if _, err := x.place(v, id); err != nil {
			return ticketing.Ticket{}, wrap(err, "show ticket %d to person %d", id, v.PersonID)
		}
	}
	return x.Ticket(id)
}

// VisibleEntries implements [ticketing.Reader].
func (x *session) VisibleEntries(v ticketing.Viewer, ticketID int64) ([]ticketing.Entry, error) {
	if v.Agent {
		return x.Entries(ticketID)
	}
	place, err := x.place(v, ticketID)
	if errors.Is(err, ticketing.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, wrap(err, "show ticket %d to person %d", ticketID, v.PersonID)
	}
	return x.EntriesVisibleTo(place)
}

// CountVisible implements [ticketing.Reader].
func (x *session) CountVisible(v ticketing.Viewer, scope ticketing.RequestScope, status ticketing.Status) (n int, err error) {
	for _, s := range oneOrAll(status) {
		more, err := one(x, plain[int], "SELECT COUNT(*) FROM (SELECT 1 "+fromMine+" LIMIT ?) found",
			v.PersonID, string(scope.Role()), string(s), ticketing.CountedMost-n)
		if err != nil {
			return 0, wrap(err, "count requests of person %d", v.PersonID)
		}
		n += more
	}
	return n, nil
}

// fromMine are somebody's places in one role, on tickets in one status: a range
// of two indexes, by activity and by number.
const fromMine = `FROM participant m WHERE m.person_id = ? AND m.role = ? AND m.status = ? AND m.removed_at = 0 AND m.activity > 0`

func oneOrAll(status ticketing.Status) []ticketing.Status {
	if status != "" {
		return []ticketing.Status{status}
	}
	return ticketing.Statuses()
}

// mine is a row of a list of requests, as it is ordered.
type mine struct {
	ticketID, activity int64
	status             ticketing.Status
}

// requestList reads one page. Each status is a range of an index, in order, so
// that the first rows of all of them together are the first of the list.
type requestList struct {
	x      *session
	viewer ticketing.Viewer
	filter ticketing.RequestFilter
	found  []int64 // tickets to choose from, nil for all
	from   ticketing.RequestCursor
	given  bool // there is a cursor
}

// ListVisible implements [ticketing.Reader].
func (x *session) ListVisible(v ticketing.Viewer, f ticketing.RequestFilter) (page ticketing.RequestPage, err error) {
	l := requestList{x: x, viewer: v, filter: f}
	l.filter.Limit = pageSize(f.Limit)
	l.from, l.given = f.ReadCursor()
	if f.Query != "" {
		if l.found, err = x.searchRequests(v, f.Scope, f.Query); err != nil || len(l.found) == 0 {
			return page, wrap(err, "search requests of person %d", v.PersonID)
		}
	}
	page, err = l.page()
	if err == nil && len(page.Requests) == 0 && f.Cursor != "" {
		l.given, l.from = false, ticketing.RequestCursor{}
		page, err = l.page()
		page.Stale = true
	}
	page.Stale = page.Stale || f.Cursor != "" && !l.given
	return page, wrap(err, "list requests of person %d", v.PersonID)
}

func (l requestList) page() (page ticketing.RequestPage, err error) {
	down := !l.filter.Ascending // the order as it is read, from the cursor on
	if l.from.Back {
		down = !down
	}
	var rows []mine
	for _, s := range oneOrAll(l.filter.Status) {
		more, err := l.stream(s, down)
		if err != nil {
			return page, err
		}
		rows = append(rows, more...)
	}
	slices.SortFunc(rows, func(a, b mine) int {
		if down {
			a, b = b, a
		}
		return l.compare(a, b)
	})
	more := len(rows) > l.filter.Limit
	rows = rows[:min(len(rows), l.filter.Limit)]
	if l.from.Back {
		slices.Reverse(rows)
	}
	if len(rows) == 0 {
		return page, nil
	}
	began := l.from.Began
	if began == 0 {
		for _, r := range rows {
			began = max(began, r.activity)
		}
	}
	if more || l.from.Back {
		page.Older = l.cursor(rows[len(rows)-1], false, began)
	}
	if l.given && (more || !l.from.Back) {
		page.Newer = l.cursor(rows[0], true, began)
	}
	if l.filter.Sort == ticketing.SortActivity && down && l.given && l.filter.Query == "" {
		if page.Moved, err = l.moved(began); err != nil {
			return page, err
		}
	}
	page.Requests, err = l.x.requests(rows)
	return page, err
}

// rank is where a status stands in the list. Descending lists begin with what
// concerns the customer most.
func (l requestList) rank(s ticketing.Status) int {
	if l.filter.Sort != ticketing.SortStatus {
		return 0
	}
	return -slices.Index(ticketing.Statuses(), s)
}

func (l requestList) compare(a, b mine) int {
	return cmp.Or(cmp.Compare(l.rank(a.status), l.rank(b.status)), cmp.Compare(l.key(a), l.key(b)), cmp.Compare(a.ticketID, b.ticketID))
}

// key is what rows of one status are ordered by before their number.
func (l requestList) key(m mine) int64 {
	if l.byNumber() {
		return 0
	}
	return m.activity
}

func (l requestList) byNumber() bool {
	return l.filter.Sort == ticketing.SortID || l.filter.Sort == ticketing.SortCreated
}

func (l requestList) cursor(m mine, back bool, began int64) string {
	c := ticketing.RequestCursor{
		Scope: l.filter.Scope, Sort: l.filter.Sort, Up: l.filter.Ascending, Back: back, ID: m.ticketID, Activity: l.key(m), Began: began,
	}
	if l.filter.Sort == ticketing.SortStatus {
		c.Status = m.status
	}
	return c.Encode()
}

// stream reads what comes after the cursor in one status, one row more than a
// page holds.
func (l requestList) stream(s ticketing.Status, down bool) ([]mine, error) {
	at := mine{ticketID: l.from.ID, activity: l.from.Activity}
	order := cmp.Compare(l.rank(s), l.rank(l.from.Status))
	if down {
		order = -order
	}
	switch {
	case l.given && order < 0:
		return nil, nil // all of it is on the other side
	case !l.given || order > 0:
		at = mine{ticketID: math.MinInt64, activity: math.MinInt64}
		if down {
			at = mine{ticketID: math.MaxInt64, activity: math.MaxInt64}
		}
	}
	sign, direction := ">", "ASC"
	if down {
		sign, direction = "<", "DESC"
	}
	query := "SELECT m.ticket_id, m.activity, m.status " + fromMine
	args := []any{l.viewer.PersonID, string(l.filter.Scope.Role()), string(s)}
	if l.found != nil { // those few rather than all of his
		query = strings.Replace(query, "m.person_id =", "m.person_id + 0 =", 1)
		query += " AND m.ticket_id" + l.x.store.dialect.idsIn
		args = append(args, l.x.store.dialect.numbers(l.found))
	}
	if l.byNumber() {
		query += " AND m.ticket_id " + sign + " ? ORDER BY m.ticket_id " + direction
		args = append(args, at.ticketID)
	} else {
		query += " AND (m.activity, m.ticket_id) " + sign + " (?, ?) ORDER BY m.activity " + direction + ", m.ticket_id " + direction
		args = append(args, at.activity, at.ticketID)
	}
	return list(l.x, func(r scanner) (m mine, err error) {
		err = r.Scan(&m.ticketID, &m.activity, &m.status)
		return m, err
	}, query+" LIMIT ?", append(args, l.filter.Limit+1)...)
}

// moved counts what has got to the head of the list since it began.
func (l requestList) moved(began int64) (n int, err error) {
	for _, s := range oneOrAll(l.filter.Status) {
		more, err := one(l.x, plain[int], "SELECT COUNT(*) FROM (SELECT 1 "+fromMine+" AND m.activity > ? LIMIT ?) found",
			l.viewer.PersonID, string(l.filter.Scope.Role()), string(s), began, ticketing.CountedMost-n)
		if err != nil {
			return 0, err
		}
		n += more
	}
	return n, nil
}

// requests reads the tickets of a page.
func (x *session) requests(rows []mine) ([]ticketing.Request, error) {
	ids, place := make([]int64, len(rows)), map[int64]int{}
	all := make([]ticketing.Request, len(rows))
	for i, r := range rows {
		ids[i], place[r.ticketID] = r.ticketID, i
		all[i].ActivityAt = fromMillis(r.activity)
	}
	tickets, err := list(x, scanTicket, "SELECT "+ticketColumns+" FROM ticket t WHERE t.id"+x.store.dialect.idsIn, x.store.dialect.numbers(ids))
	for _, t := range tickets {
		all[place[t.ID]].Ticket = t.Ticket
	}
	return all, err
}
