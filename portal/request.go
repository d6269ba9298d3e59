package portal

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"deskd/catalogue"
	"deskd/ticketing"
)

// errNoRequest is told to somebody signed in of a request that is not there for
// him, whether it exists or not.
var errNoRequest = fmt.Errorf("a request that the reader cannot see: %w", ticketing.ErrNotFound)

// requestView is the page of one request.
type requestView struct {
	ID                int64
	Subject, Language string
	List              string // address of "My requests"
	Status            ticketing.Status
	Standing          string
	Priority          ticketing.Priority
	Created, Activity day
	Targets           []targetView
	Requester         string
	Ccs               []string
	Merged            bool
	Survivor          int64 // 0 if the reader may not see it
	SurvivorURL       string
	Things            []thing
}

// targetView is what customers may expect, and by when; Due is empty while the
// time stands still.
type targetView struct {
	Kind ticketing.TargetKind
	Due  string
}

// thing is a message or an event of the timeline.
type thing struct {
	ID         int64
	Event      string // in words; "" for a message
	Author     string
	Mine       bool
	Ours       bool // of the desk
	Via        string
	Unverified bool
	At         day
	Text       string
	Language   string
	Files      []fileView
}

// fileView is a file to be downloaded.
type fileView struct{ Name, URL, Size string }

// showRequest is the page of one request.
func (p *portal) showRequest(w http.ResponseWriter, r *http.Request, who ticketing.Person) error {
	desk, err := p.desk(r)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return errNoRequest
	}
	request, err := desk.OpenRequest(r.Context(), ticketing.Viewer{PersonID: who.ID}, id)
	if errors.Is(err, ticketing.ErrNotFound) {
		return errNoRequest
	}
	if err != nil {
		return err
	}
	language := p.Texts.Match(cmp.Or(who.Language, p.language(r)))
	return p.render(w, http.StatusOK, "request", view{Language: language, Desk: request.Desk, Who: who, Page: p.requestPage(desk, request, who, language)})
}

func (p *portal) requestPage(desk *ticketing.Desk, request ticketing.RequestView, who ticketing.Person, language string) requestView {
	t, now := request.Ticket, desk.Now()
	standing := t.Standing()
	v := requestView{
		ID: t.ID, Subject: t.Subject, Language: catalogue.Guess(t.Subject), List: p.base.Path + "/requests",
		Status: t.Status, Priority: t.Priority, Merged: t.MergedInto != 0,
		Standing: p.Texts.Sentences(language, p.Texts.Text(language, standing.Key, standing.Args), standing.Note),
		Created:  p.dayOf(language, t.CreatedAt, now, request.Zone), Activity: p.dayOf(language, request.ActivityAt, now, request.Zone),
		Requester: named(request.Requester.Name, request.Requester.Address),
	}
	for _, c := range request.Ccs {
		v.Ccs = append(v.Ccs, named(c.Name, c.Address))
	}
	for _, target := range request.Targets {
		shown := targetView{Kind: target.Kind}
		if !target.Due.IsZero() {
			shown.Due = p.Texts.Moment(language, target.Due.In(request.Zone))
		}
		v.Targets = append(v.Targets, shown)
	}
	if request.Survivor {
		v.Survivor, v.SurvivorURL = t.MergedInto, p.requestURL(t.MergedInto)
	}
	for _, e := range request.Entries {
		author := desk.Settings.Shown(e, request.Desk)
		one := thing{
			ID: e.ID, Author: named(author.Name, author.Address), Mine: e.Author.PersonID == who.ID, At: p.dayOf(language, e.At, now, request.Zone),
			Ours: author.Address == "", Via: via(e), Unverified: e.Unverified,
		}
		if e.Kind == ticketing.EntryEvent {
			one.Event = p.eventText(language, e, author)
		} else {
			one.Text, one.Language, one.Files = e.Text, catalogue.Guess(e.Text), p.filesOf(t.ID, e)
		}
		if one.Event != "" || e.Kind == ticketing.EntryMessage {
			v.Things = append(v.Things, one)
		}
	}
	return v
}

// named is somebody as the others on his request know him.
func named(name, address string) string { return cmp.Or(strings.TrimSpace(name), address) }

// via says how a message came: a key of the catalogue below "portal.via.".
func via(e ticketing.Entry) string {
	switch e.Via {
	case "mail", "sent_folder":
		return "mail"
	case "portal":
		return "portal"
	}
	return ""
}

// eventText says in words what happened, to customers; "" for what is not worth
// their time. Only what is listed here is told.
func (p *portal) eventText(language string, e ticketing.Entry, author ticketing.Author) string {
	say := func(args ...any) string { return p.Texts.Text(language, "portal.event."+e.Event, args...) }
	switch e.Event {
	case "status":
		text := say("to", p.Texts.Text(language, "status."+e.EventArgs["to"]+".label"))
		if s, ok := ticketing.StandingOf(e); ok {
			return p.Texts.Sentences(language, text, p.Texts.Text(language, s.Key, s.Args), s.Note)
		}
		return text
	case "status_reason":
		s, _ := ticketing.StandingOf(e)
		return p.Texts.Sentences(language, p.Texts.Text(language, s.Key, s.Args), s.Note)
	case "priority":
		text := say("from", p.Texts.Text(language, "priority."+e.EventArgs["from"]+".label"), "to", p.Texts.Text(language, "priority."+e.EventArgs["to"]+".label"))
		return p.Texts.Sentences(language, text, e.EventArgs["note"])
	case "reopened", "customer_solved":
		return say("who", named(author.Name, author.Address))
	case "cc_added", "cc_removed", "cc_left":
		return say("who", e.EventArgs["who"])
	case "reminded":
		return say()
	}
	return ""
}

func (p *portal) filesOf(ticketID int64, e ticketing.Entry) (files []fileView) {
	for i, a := range e.Attachments {
		name := fileName(a.Name)
		files = append(files, fileView{
			Name: name, Size: size(a.Size),
			URL: fmt.Sprintf("%s/a/%d/%d/%s", p.requestURL(ticketID), e.ID, i, url.PathEscape(name)),
		})
	}
	return files
}

// size writes a number of bytes for people.
func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1000*1000:
		return fmt.Sprintf("%d KB", (n+500)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
