package portal

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"deskd/ticketing"
)

// sessionsView is the list of the browsers in which somebody has signed in.
type sessionsView struct {
	Sessions []sessionView
}

// sessionView is one of them.
type sessionView struct {
	ID              int64
	Device, Address string
	MadeAt, SeenAt  moment
	This            bool // the one that asks
}

// moment is a time as a page says it: for people, and for programs.
type moment struct{ Text, ISO string }

func momentOf(t time.Time, zone *time.Location) moment {
	if zone == nil {
		zone = time.UTC
	}
	return moment{t.In(zone).Format("2006-01-02 15:04 MST"), t.UTC().Format(time.RFC3339)}
}

func (p *portal) showSessions(w http.ResponseWriter, r *http.Request) error {
	who, this, err := p.visit(r)
	if errors.Is(err, errSignedOut) {
		return p.toSignIn(w, r)
	}
	if err != nil {
		return err
	}
	desk, err := p.desk(r)
	if err != nil {
		return err
	}
	all, err := desk.WebSessions(r.Context(), who)
	if err != nil {
		return err
	}
	var v sessionsView
	var zone *time.Location
	if boxes := desk.Settings.Mailboxes; len(boxes) > 0 {
		zone = boxes[0].Calendar.Zone
	}
	for _, s := range all {
		v.Sessions = append(v.Sessions, sessionView{
			ID: s.ID, Device: s.Device, Address: s.Address, This: s.ID == this.ID,
			MadeAt: momentOf(s.MadeAt, zone), SeenAt: momentOf(s.SeenAt, zone),
		})
	}
	return p.show(w, r, who, http.StatusOK, "sessions", v)
}

// endSession ends one session of his, or all.
func (p *portal) endSession(w http.ResponseWriter, r *http.Request) error {
	who, this, err := p.visit(r)
	if errors.Is(err, errSignedOut) {
		return p.toSignIn(w, r)
	}
	if err != nil {
		return err
	}
	if err := readForm(w, r); err != nil {
		return err
	}
	desk, err := p.desk(r)
	if err != nil {
		return err
	}
	named := r.PostForm.Get("session")
	if named == "all" {
		if err := desk.EndWebSessions(r.Context(), who.ID); err != nil {
			return err
		}
		return p.signedOut(w)
	}
	id, err := strconv.ParseInt(named, 10, 64)
	if err != nil {
		return errForm
	}
	if err := desk.EndWebSession(r.Context(), who.ID, id); err != nil {
		return err
	}
	if id == this.ID {
		return p.signedOut(w)
	}
	return p.redirect(w, "/settings/sessions")
}

// signOut ends the session of a browser.
func (p *portal) signOut(w http.ResponseWriter, r *http.Request) error {
	desk, err := p.desk(r)
	if err == nil {
		err = desk.SignOut(r.Context(), cookie(r, sessionCookie))
	}
	if err != nil && !errors.Is(err, ticketing.ErrNotFound) {
		return err
	}
	return p.signedOut(w)
}

// signedOut takes the session from a browser, and leads to the page that has it
// forget the rest.
func (p *portal) signedOut(w http.ResponseWriter) error {
	setCookie(w, sessionCookie, "", 0)
	w.Header().Set("Clear-Site-Data", clearAll)
	return p.redirect(w, "/sign-out")
}

const (
	clearAll = `"cache", "cookies", "storage"`
	// forgetPath is what the page after signing out loads as a stylesheet.
	forgetPath = "/static/forget.css"
)

// showSignedOut says that somebody has signed out. A browser keeps the page that
// was left as it was, for the way back, once the next one is there: what the
// answer to the form had it forget was not yet among that. So this page loads
// something that has it forget again.
func (p *portal) showSignedOut(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.person(r); err == nil {
		return p.redirect(w, home) // an old address
	} else if !errors.Is(err, errSignedOut) {
		return err
	}
	return p.show(w, r, ticketing.Person{}, http.StatusOK, "signed_out", nil)
}

// forget has a browser forget all that it has of the pages, if one of ours says
// so.
func (p *portal) forget(w http.ResponseWriter, r *http.Request) error {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return ticketing.ErrNotFound
	}
	if _, err := p.person(r); !errors.Is(err, errSignedOut) {
		return ticketing.ErrNotFound // who has signed in is left alone
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Clear-Site-Data", clearAll)
	setCookie(w, sessionCookie, "", 0)
	w.WriteHeader(http.StatusOK)
	return nil
}
