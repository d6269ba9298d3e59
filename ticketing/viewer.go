package ticketing

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Viewer is who looks at tickets. Whatever he is shown, by a page, a search, an
// export or a feed, is asked for in his name: [Reader.VisibleTicket],
// [Reader.VisibleEntries] and [Reader.ListVisible] decide within their queries.
//
// A requester sees his requests, and who is in Cc those that he is in Cc of,
// from his horizon on; who was removed sees nothing. A request of which there is
// nothing that he may see, because its mails are held, is none for him. Rights
// that come with an organisation belong here, once there are any.
type Viewer struct {
	PersonID int64
	// Agent: he looks as an agent, who sees every ticket and entry.
	Agent bool
}

// RequestScope says whose requests are listed.
type RequestScope string

// The scopes: one's own requests, and those one is in Cc of.
const (
	ScopeMine RequestScope = "mine"
	ScopeCc   RequestScope = "cc"
)

// Role is what the viewer is on the tickets of a scope.
func (s RequestScope) Role() Role {
	if s == ScopeCc {
		return Cc
	}
	return Requester
}

// RequestSort is what requests are ordered by.
type RequestSort string

// The orders. Numbers are given in the order of creation, so that SortID and
// SortCreated are one; SortStatus begins with what waits for the customer, and
// has the newest activity first within a status.
const (
	SortActivity RequestSort = "activity"
	SortID       RequestSort = "id"
	SortCreated  RequestSort = "created"
	SortStatus   RequestSort = "status"
)

// Statuses lists all of them, in the order in which they concern a customer.
func Statuses() []Status { return []Status{AwaitingReply, Open, OnHold, Solved} }

// RequestFilter chooses a page of somebody's requests.
type RequestFilter struct {
	Scope  RequestScope
	Status Status // "" for any
	// Query is words that must all occur in what he may see of a request: its
	// subject, messages and the names of files; words in quotation marks stand
	// together. Of many that match, those with the newest messages are listed.
	Query     string
	Sort      RequestSort
	Ascending bool
	// Cursor is from a page of the same scope and order; "" for the first.
	Cursor string
	Limit  int // default 50, at most 1,000
}

// Request is a ticket as somebody finds it in his list.
type Request struct {
	Ticket
	// ActivityAt is when something came last that he may see.
	ActivityAt time.Time
}

// RequestPage is a part of a list. Pages hold no request twice, and none is
// missing between two of them but those that have got new activity meanwhile,
// which are at the head of the list then: Moved counts them.
type RequestPage struct {
	Requests []Request
	// Newer and Older are the cursors of the pages before and after it; "" where
	// there is none.
	Newer, Older string
	// Stale: the cursor was of another list, or led past the end of it, so that
	// this is the first page.
	Stale bool
	// Moved is how many requests have new activity since the first page, at most
	// [CountedMost]; it is counted where the newest activity comes first.
	Moved int
}

// CountedMost is where counts for pages end: so many, or more.
const CountedMost = 1001

// RequestCursor is a place in a list: between the request with its key and the
// next one. It gives no rights.
type RequestCursor struct {
	Scope    RequestScope `json:"c"`
	Sort     RequestSort  `json:"s"`
	Up       bool         `json:"u,omitempty"`
	Back     bool         `json:"b,omitempty"` // the page is the one before it
	Status   Status       `json:"t,omitempty"` // of the request, if that is the order
	Activity int64        `json:"a,omitempty"` // milliseconds since 1970
	ID       int64        `json:"i"`
	// Began is the newest activity when the first page was shown.
	Began int64 `json:"n,omitempty"`
}

// Encode writes a cursor for a URL.
func (c RequestCursor) Encode() string {
	b, _ := json.Marshal(c) // it has no value that fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// ReadCursor reads the filter's cursor; ok is false if it is not of this list.
func (f RequestFilter) ReadCursor() (c RequestCursor, ok bool) {
	if f.Cursor == "" || len(f.Cursor) > 400 {
		return c, false
	}
	b, err := base64.RawURLEncoding.DecodeString(f.Cursor)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	ok = err == nil && c.Scope == f.Scope && c.Sort == f.Sort && c.Up == f.Ascending && (c.Status == "" || slices.Contains(Statuses(), c.Status))
	return c, ok
}

// Sees reports whether an entry is for a participant who is not an agent.
func (e Entry) Sees(p Participant) bool {
	to := e.EventArgs[sentTo]
	return p.Active() && p.Role != Agent && e.Visibility == Public && (p.Role != Cc || e.ID >= p.SinceEntry) &&
		(to == "" || slices.Contains(strings.Fields(to), p.Address))
}

// SentTo lists the customers a message went to, if it did not go to all.
func (e Entry) SentTo() []string { return strings.Fields(e.EventArgs[sentTo]) }

// SearchText is what a customer finds a message by who may see it: no more than
// [SeenBy] leaves to any of them. Quoted lines are cut, since whether somebody may
// see them depends on what he has seen before.
func (e Entry) SearchText() string {
	e = forCustomers(e)
	words := []string{e.Subject, keepQuotes(e.Text, "")}
	for _, a := range e.Attachments {
		words = append(words, a.Name)
	}
	return strings.Join(words, "\n")
}
