package portal

import (
	"errors"
	"net/http"

	"deskd/ticketing"
)

// failure is the two sides of an error: what a stranger is told, and whether the
// log needs to know.
type failure struct {
	Status int
	Key    string // of the catalogue, below "portal.error."
	logged bool
}

// failureOf is the one place where errors become statuses.
func failureOf(err error) failure {
	switch {
	case errors.Is(err, ticketing.ErrTooMany):
		return failure{http.StatusTooManyRequests, "too_many", false}
	case errors.Is(err, errNoRequest):
		return failure{http.StatusNotFound, "no_request", false}
	case errors.Is(err, ticketing.ErrNotFound), errors.Is(err, errSignedOut):
		return failure{http.StatusNotFound, "not_found", false}
	case errors.Is(err, ticketing.ErrRefused):
		return failure{http.StatusConflict, "refused", false}
	case errors.Is(err, errMethod):
		return failure{http.StatusMethodNotAllowed, "not_found", false}
	case errors.Is(err, errCrossOrigin), errors.Is(err, errForm):
		return failure{http.StatusForbidden, "form", false}
	case errors.Is(err, errTooLarge):
		return failure{http.StatusRequestEntityTooLarge, "too_large", false}
	case errors.Is(err, errHost):
		return failure{http.StatusMisdirectedRequest, "not_found", true}
	}
	return failure{http.StatusInternalServerError, "internal", true}
}

// fail shows an error. The path is not logged: it has a token in it.
func (p *portal) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // nobody waits for it
	}
	f := failureOf(err)
	if f.logged {
		p.Log.Warn("a page could not be served", "page", r.Pattern, "method", r.Method, "host", r.Host, "status", f.Status, "error", err)
	}
	if f.Status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "3600")
	}
	if err := p.render(w, f.Status, "error", view{Language: p.language(r), Page: f}); err != nil {
		p.Log.Error("the page for errors cannot be made", "error", err)
		w.WriteHeader(http.StatusInternalServerError)
	}
}
