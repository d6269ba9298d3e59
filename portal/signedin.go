package portal

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"deskd/ticketing"
)

// signedIn is a handler for who has signed in. Others are led to the page where
// they do, and from there to the page that they asked for.
func (p *portal) signedIn(serve func(http.ResponseWriter, *http.Request, ticketing.Person) error) http.Handler {
	return p.page(func(w http.ResponseWriter, r *http.Request) error {
		who, err := p.person(r)
		if errors.Is(err, errSignedOut) {
			return p.toSignIn(w, r)
		}
		if err != nil {
			return err
		}
		return serve(w, r, who)
	})
}

// person is who has signed in with the browser that asks; errSignedOut if nobody
// has.
func (p *portal) person(r *http.Request) (ticketing.Person, error) {
	who, _, err := p.visit(r)
	return who, err
}

// visit is person, with the session.
func (p *portal) visit(r *http.Request) (ticketing.Person, ticketing.WebSession, error) {
	secret := cookie(r, sessionCookie)
	if secret == "" {
		return ticketing.Person{}, ticketing.WebSession{}, errSignedOut
	}
	desk, err := p.desk(r)
	if err != nil {
		return ticketing.Person{}, ticketing.WebSession{}, err
	}
	who, session, err := desk.Visitor(r.Context(), secret)
	if errors.Is(err, ticketing.ErrNotFound) {
		err = errSignedOut
	}
	return who, session, err
}

// toSignIn leads to the page for signing in. Where a form was sent, what is
// returned to is the page that it was on.
func (p *portal) toSignIn(w http.ResponseWriter, r *http.Request) error {
	back := r.URL.RequestURI()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		back = p.formPage(r)
	}
	return p.redirect(w, "/sign-in?return_to="+url.QueryEscape(ticketing.LocalPath(back)))
}

// formPage is the path of the page of ours that a form was on, as far as the
// browser says it.
func (p *portal) formPage(r *http.Request) string {
	from, err := url.Parse(r.Referer())
	if err != nil || !strings.EqualFold(from.Host, p.base.Host) {
		return ""
	}
	path, ours := strings.CutPrefix(from.RequestURI(), p.base.Path)
	if !ours {
		return ""
	}
	return path
}

// redirect leads to another page of ours (303), given by its path below the
// address of the pages.
func (p *portal) redirect(w http.ResponseWriter, path string) error {
	w.Header().Set("Location", p.base.Path+path)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// show renders a page of the desk for who has signed in; the zero person where
// nobody has. It is in his language, or else in what the browser asks for.
func (p *portal) show(w http.ResponseWriter, r *http.Request, who ticketing.Person, status int, name string, page any) error {
	desk, err := p.desk(r)
	if err != nil {
		return err
	}
	v := view{Language: cmp.Or(who.Language, p.language(r)), Who: who, Page: page}
	if boxes := desk.Settings.Mailboxes; len(boxes) > 0 {
		v.Desk, v.Language = boxes[0].Name, cmp.Or(v.Language, boxes[0].Language)
	}
	return p.render(w, status, name, v)
}

// errSignedOut is of a browser with which nobody has signed in.
var errSignedOut = errors.New("nobody has signed in")
