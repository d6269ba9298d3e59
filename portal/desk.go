package portal

import (
	"context"
	"net/http"
	"sync"

	"deskd/ticketing"
)

// deskOf is the key under which a request's context holds its door to the
// tickets.
type deskOf struct{}

// withDesk lets all that one request asks for be answered by one desk: to get it
// reads the keys, which is as much work as many a page.
func (p *portal) withDesk(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		desk := sync.OnceValues(func() (*ticketing.Desk, error) { return p.Desk(ctx) })
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, deskOf{}, desk)))
	})
}

// desk is the door to the tickets, as it was when the request first needed it.
func (p *portal) desk(r *http.Request) (*ticketing.Desk, error) {
	return r.Context().Value(deskOf{}).(func() (*ticketing.Desk, error))()
}
