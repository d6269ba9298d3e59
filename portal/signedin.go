package portal

import (
	"errors"
	"net/http"
	"net/url"

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
func (p *portal) person(*http.Request) (ticketing.Person, error) {
	return ticketing.Person{}, errSignedOut
}

// toSignIn leads to the page for signing in. Where a form was sent, what is
// returned to is the page that it was on, as far as its address is the form's.
func (p *portal) toSignIn(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Location", p.base.Path+"/sign-in?return_to="+url.QueryEscape(r.URL.RequestURI()))
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// errSignedOut is of a browser with which nobody has signed in.
var errSignedOut = errors.New("nobody has signed in")
