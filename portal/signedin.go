package portal

import (
	"context"
	"net/http"

	"deskd/ticketing"
)

// person is the key under which a request's context holds who is signed in.
type person struct{}

// withPerson lets a request come from somebody.
func withPerson(ctx context.Context, who ticketing.Person) context.Context {
	return context.WithValue(ctx, person{}, who)
}

// signedIn is a page for those who are signed in. There is no way to sign in yet:
// to everybody else the page does not exist.
func (p *portal) signedIn(serve func(w http.ResponseWriter, r *http.Request, who ticketing.Person) error) http.Handler {
	return p.page(func(w http.ResponseWriter, r *http.Request) error {
		who, ok := r.Context().Value(person{}).(ticketing.Person)
		if !ok {
			return ticketing.ErrNotFound
		}
		return serve(w, r, who)
	})
}
