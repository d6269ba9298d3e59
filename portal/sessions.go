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
	desk, err := p.Desk(r.Context())
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
	desk, err := p.Desk(r.Context())
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
	desk, err := p.Desk(r.Context())
	if err == nil {
		err = desk.SignOut(r.Context(), cookie(r, sessionCookie))
	}
	if err != nil && !errors.Is(err, ticketing.ErrNotFound) {
		return err
	}
	return p.signedOut(w)
}

// signedOut has the browser forget all that it has of the pages.
func (p *portal) signedOut(w http.ResponseWriter) error {
	setCookie(w, sessionCookie, "", 0)
	w.Header().Set("Clear-Site-Data", `"cache", "cookies", "storage"`)
	return p.redirect(w, "/sign-in")
}
