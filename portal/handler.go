package portal

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"deskd/catalogue"
	"deskd/ticketing"
)

//go:embed templates static
var files embed.FS

// Options are what the pages need.
type Options struct {
	// Desk gives the door to the tickets, with the signing keys of now.
	Desk func(context.Context) (*ticketing.Desk, error)
	// Texts is the catalogue of user-facing text.
	Texts *catalogue.Catalogue
	// URL is where people reach the pages, such as "https://help.example.com" or
	// "https://example.com/help". Requests for another host are turned away, and
	// links are made from it alone.
	URL string
	// Proxies are the networks from which it is believed for whom a proxy asks
	// (X-Forwarded-For).
	Proxies []netip.Prefix
	// OpenFile opens a part of a stored mail, decoded, by the digest of the mail.
	OpenFile func(ctx context.Context, rawSHA256, part string) (io.ReadCloser, error)
	// Log gets what strangers are not told.
	Log *slog.Logger
}

// portal is the pages. It does not change once it is made.
type portal struct {
	Options
	base  *url.URL
	pages pages
}

// New makes the handler of all pages. It fails for a URL that is none.
func New(o Options) (http.Handler, error) {
	base, err := url.Parse(strings.TrimRight(o.URL, "/"))
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("serve pages at %q: it must be a web address such as https://help.example.com", o.URL)
	}
	p := &portal{Options: o, base: base}
	if p.pages, err = newPages(o.Texts, base.Path); err != nil {
		return nil, err
	}
	origin := http.NewCrossOriginProtection()
	// A proxy in front may have changed the Host that the origin is compared with.
	if err := origin.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
		return nil, fmt.Errorf("serve pages at %q: %w", o.URL, err)
	}
	origin.SetDenyHandler(p.page(func(http.ResponseWriter, *http.Request) error { return errCrossOrigin }))
	return p.guarded(p.withDesk(origin.Handler(http.StripPrefix(base.Path, p.routes())))), nil
}

// routes are all addresses that there are.
func (p *portal) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /answer/{token}", p.page(p.showAnswer))
	mux.Handle("POST /answer/{token}", p.page(p.takeAnswer))
	mux.Handle("/answer/{token}", p.page(notAllowed))
	p.signInRoutes(mux)
	mux.Handle("GET /requests", p.signedIn(p.listRequests))
	mux.Handle("GET /requests/{id}", p.signedIn(p.showRequest))
	mux.Handle("GET /requests/{id}/a/{entry}/{n}/{name}", p.signedIn(p.sendFile))

	mux.HandleFunc("GET "+p.pages.stylePath, p.style)
	mux.Handle("/", p.page(func(http.ResponseWriter, *http.Request) error { return ticketing.ErrNotFound }))
	return mux
}

func notAllowed(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Allow", "GET, HEAD, POST")
	return errMethod
}

// page is a handler whose errors are shown.
func (p *portal) page(serve func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.keepLanguage(w, r)
		if err := serve(w, r); err != nil {
			p.fail(w, r, err)
		}
	})
}

// guarded sets what every answer carries, and turns other hosts away.
func (p *portal) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		// Browsers send a form as from nowhere ("Origin: null") under no-referrer,
		// where they say nothing else of its origin. To other sites this sends as
		// little.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		h.Set("Cache-Control", "no-store")
		if p.base.Scheme == "https" {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if !strings.EqualFold(r.Host, p.base.Host) {
			p.fail(w, r, errHost)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// style serves the stylesheet, whose name changes with it.
func (p *portal) style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(p.pages.style) // a reader who has gone does not care
}

// view is what every page shows.
type view struct {
	Language string
	Style    string // address of the stylesheet
	Base     string // path of the address of the pages, "" for none
	Desk     string // "" where nothing says whose
	// Who has signed in; the zero person shows no menu.
	Who  ticketing.Person
	Page any
}

// render writes a page. What cannot be rendered is an error, and nothing of it
// is sent.
func (p *portal) render(w http.ResponseWriter, status int, name string, v view) error {
	v.Language = p.Texts.Match(v.Language)
	v.Style, v.Base = p.pages.styleURL, p.base.Path
	page, err := p.pages.execute(name, v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", v.Language)
	w.WriteHeader(status)
	_, _ = w.Write(page) // a reader who has gone does not care
	return nil
}

// What is wrong with a request, before it comes to the desk.
var (
	errMethod      = errors.New("method not allowed")
	errCrossOrigin = errors.New("a form from another site")
	errHost        = errors.New("another host than that of the pages")
	errForm        = errors.New("not a form of ours")
	errTooLarge    = errors.New("the form is too large")
)
