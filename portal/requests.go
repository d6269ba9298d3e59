package portal

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"deskd/catalogue"
	"deskd/ticketing"
)

const (
	// requestsPage is how many requests a page lists.
	requestsPage = 26
	// maxQuery bounds what is searched for, in bytes.
	maxQuery = 400
)

// requestsView is the page "My requests".
type requestsView struct {
	Scopes   []choice
	Statuses []choice
	Columns  []column
	Rows     []requestRow
	Query    string
	Scope    ticketing.RequestScope
	Sort     ticketing.RequestSort
	Dir      string // "asc", or "" for descending
	// Awaiting is how many need the reader's reply, and AwaitingURL lists them.
	Awaiting, AwaitingURL string
	Total                 string
	Older, Newer, First   string // addresses, "" for none
	Other                 string // the same search in the other scope
	Clear                 string
	Moved                 int
	Stale, Narrowed       bool
	Mailbox               string // where to write to
}

// choice is one of several, by its key in the catalogue.
type choice struct {
	Key, URL string
	Value    string
	Chosen   bool
}

// column is a head of the table. Sorted is "ascending" or "descending" where it
// says how the rows are ordered.
type column struct{ Key, URL, Sorted string }

// requestRow is one request in the table.
type requestRow struct {
	ID                int64
	URL               string
	Subject, Language string
	Created, Activity day
	Status            ticketing.Status
	Merged            int64
}

// listing is what the address of the page asks for.
type listing struct {
	path string
	ticketing.RequestFilter
}

// readListing reads an address. What it does not know is as if it were not there.
func (p *portal) readListing(r *http.Request) listing {
	q := r.URL.Query()
	l := listing{path: p.base.Path + "/requests", RequestFilter: ticketing.RequestFilter{
		Scope: ticketing.ScopeMine, Sort: ticketing.SortActivity, Limit: requestsPage, Cursor: q.Get("after"),
		Ascending: q.Get("dir") == "asc", Query: strings.TrimSpace(q.Get("q")),
	}}
	if len(l.Query) > maxQuery {
		l.Query = strings.ToValidUTF8(l.Query[:maxQuery], "")
	}
	if q.Get("scope") == string(ticketing.ScopeCc) {
		l.Scope = ticketing.ScopeCc
	}
	if s := ticketing.Status(q.Get("status")); slices.Contains(ticketing.Statuses(), s) {
		l.Status = s
	}
	if s := ticketing.RequestSort(q.Get("sort")); slices.Contains(sorts(), s) {
		l.Sort = s
	}
	return l
}

func sorts() []ticketing.RequestSort {
	return []ticketing.RequestSort{ticketing.SortID, ticketing.SortCreated, ticketing.SortActivity, ticketing.SortStatus}
}

// url is the address of a list, as short as it can be.
func (l listing) url() string {
	q := url.Values{}
	set := func(name, value, standard string) {
		if value != standard {
			q.Set(name, value)
		}
	}
	set("scope", string(l.Scope), string(ticketing.ScopeMine))
	set("q", l.Query, "")
	set("status", string(l.Status), "")
	set("sort", string(l.Sort), string(ticketing.SortActivity))
	set("dir", l.dir(), "")
	set("after", l.Cursor, "")
	if len(q) == 0 {
		return l.path
	}
	return l.path + "?" + q.Encode()
}

func (l listing) dir() string {
	if l.Ascending {
		return "asc"
	}
	return ""
}

// with is the first page of a list that differs from this one.
func (l listing) with(change func(*listing)) string {
	l.Cursor = ""
	change(&l)
	return l.url()
}

// at is the page of this list at a cursor; "" for none.
func (l listing) at(cursor string) string {
	if cursor == "" {
		return ""
	}
	l.Cursor = cursor
	return l.url()
}

// listRequests is the page "My requests".
func (p *portal) listRequests(w http.ResponseWriter, r *http.Request, who ticketing.Person) error {
	desk, err := p.desk(r)
	if err != nil {
		return err
	}
	l, viewer := p.readListing(r), ticketing.Viewer{PersonID: who.ID}
	var page ticketing.RequestPage
	var awaiting, total int
	var jump bool
	err = desk.Store.View(r.Context(), func(tx ticketing.Reader) (err error) {
		if id, ok := numberIn(l.Query); ok {
			if _, err := tx.VisibleTicket(viewer, id); err == nil {
				jump = true
				return nil
			}
		}
		if page, err = tx.ListVisible(viewer, l.RequestFilter); err != nil {
			return err
		}
		if awaiting, err = tx.CountVisible(viewer, l.Scope, ticketing.AwaitingReply); err == nil {
			total, err = tx.CountVisible(viewer, l.Scope, l.Status)
		}
		return err
	})
	if err != nil {
		return err
	}
	if jump {
		id, _ := numberIn(l.Query)
		w.Header().Set("Location", p.requestURL(id))
		w.WriteHeader(http.StatusSeeOther)
		return nil
	}
	language := p.Texts.Match(cmp.Or(who.Language, p.language(r)))
	v := l.view(page)
	v.Rows = p.rows(page, language, desk.Now(), desk.Settings.Zone())
	v.Awaiting, v.Total = counted(awaiting), counted(total)
	name := ""
	if boxes := desk.Settings.Mailboxes; len(boxes) > 0 {
		name, v.Mailbox = boxes[0].Name, boxes[0].Address
	}
	return p.render(w, http.StatusOK, "requests", view{Language: language, Desk: name, Who: who, Page: v})
}

// view is what surrounds the rows.
func (l listing) view(page ticketing.RequestPage) requestsView {
	v := requestsView{
		Query: l.Query, Scope: l.Scope, Sort: l.Sort, Dir: l.dir(), Moved: page.Moved, Stale: page.Stale, Narrowed: l.Query != "" || l.Status != "",
		Older: l.at(page.Older), Newer: l.at(page.Newer), First: l.with(func(*listing) {}),
		AwaitingURL: l.with(func(l *listing) { l.Query, l.Status = "", ticketing.AwaitingReply }),
		Clear:       l.with(func(l *listing) { l.Query, l.Status = "", "" }),
	}
	for _, s := range []ticketing.RequestScope{ticketing.ScopeMine, ticketing.ScopeCc} {
		to := l.with(func(l *listing) { l.Scope = s })
		v.Scopes = append(v.Scopes, choice{Key: string(s), URL: to, Chosen: s == l.Scope})
		if s != l.Scope {
			v.Other = to
		}
	}
	for _, s := range ticketing.Statuses() {
		v.Statuses = append(v.Statuses, choice{Value: string(s), Key: "status." + string(s) + ".label", Chosen: s == l.Status})
	}
	for _, s := range sorts() {
		c := column{Key: string(s), URL: l.with(func(l *listing) { l.Ascending = l.Sort == s && !l.Ascending; l.Sort = s })}
		switch {
		case s == l.Sort && l.Ascending:
			c.Sorted = "ascending"
		case s == l.Sort:
			c.Sorted = "descending"
		}
		v.Columns = append(v.Columns, c)
	}
	return v
}

func (p *portal) rows(page ticketing.RequestPage, language string, now time.Time, zone *time.Location) (rows []requestRow) {
	for _, r := range page.Requests {
		rows = append(rows, requestRow{
			ID: r.ID, URL: p.requestURL(r.ID), Subject: r.Subject, Language: catalogue.Guess(r.Subject),
			Created: p.dayOf(language, r.CreatedAt, now, zone), Activity: p.dayOf(language, r.ActivityAt, now, zone),
			Status: r.Status, Merged: r.MergedInto,
		})
	}
	return rows
}

func (p *portal) requestURL(id int64) string {
	return p.base.Path + "/requests/" + strconv.FormatInt(id, 10)
}

// counted writes a count that ends somewhere; "" for none.
func counted(n int) string {
	switch {
	case n == 0:
		return ""
	case n >= ticketing.CountedMost:
		return "1,000+"
	}
	return strconv.Itoa(n)
}

// numberIn reads a search for one request by its number: 123, #123, also with
// full-width digits.
func numberIn(query string) (int64, bool) {
	digits := strings.TrimPrefix(norm.NFKC.String(query), "#")
	id, err := strconv.ParseInt(digits, 10, 64)
	return id, err == nil && id > 0 && digits[0] != '+'
}
