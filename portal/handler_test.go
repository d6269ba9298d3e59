package portal_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"deskd/catalogue"
	"deskd/portal"
	"deskd/ticketing"
)

// broken are pages whose desk does not open, and what they log.
func broken(t *testing.T, url string) (http.Handler, *bytes.Buffer) {
	t.Helper()
	texts, err := catalogue.New()
	must(t, err)
	var log bytes.Buffer
	pages, err := portal.New(portal.Options{
		Desk:  func(context.Context) (*ticketing.Desk, error) { return nil, errors.New("the database is away") },
		Texts: texts, URL: url, Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	must(t, err)
	return pages, &log
}

func ask(pages http.Handler, url, languages string) *httptest.ResponseRecorder {
	r, w := httptest.NewRequest(http.MethodGet, url, nil), httptest.NewRecorder()
	r.Header.Set("Accept-Language", languages)
	pages.ServeHTTP(w, r)
	return w
}

// What goes wrong here is for the log, and the stranger is told what to do, in
// the language that he reads.
func TestFailures(t *testing.T) {
	pages, log := broken(t, "https://help.example.com")
	for languages, want := range map[string]string{
		"": "does not work at the moment", "de-DE,ja;q=0.8,en;q=0.5": "現在このページをご利用いただけません", "en-GB, ja": "does not work at the moment", "xx": "does not work",
	} {
		w := ask(pages, "https://help.example.com/answer/secrettoken", languages)
		if body := w.Body.String(); w.Code != 500 || !strings.Contains(body, want) || strings.Contains(body, "database") || strings.Contains(body, "portal.") {
			t.Errorf("%q: %d\n%s", languages, w.Code, body)
		}
	}
	if got := log.String(); !strings.Contains(got, "the database is away") || strings.Contains(got, "secrettoken") {
		t.Errorf("the log says: %s", got)
	}
}

// Pages may stand below a path of a host that has others.
func TestBelowAPath(t *testing.T) {
	pages, _ := broken(t, "https://example.com/help/")
	w := ask(pages, "https://example.com/help/nothing", "")
	style := between(w.Body.String(), `rel="stylesheet" href="`, `"`)
	if w.Code != 404 || !strings.HasPrefix(style, "/help/static/") || w.Header().Get("Strict-Transport-Security") == "" {
		t.Errorf("%d %v\n%s", w.Code, w.Header(), w.Body)
	}
	if w := ask(pages, "https://example.com"+style, ""); w.Code != 200 || !strings.Contains(w.Body.String(), "prefers-color-scheme") {
		t.Errorf("%s: %d", style, w.Code)
	}
	if w := ask(pages, "https://example.com/answer/x", ""); w.Code != 404 {
		t.Errorf("outside of the path: %d", w.Code)
	}
	for _, url := range []string{"", "help.example.com", "ftp://help.example.com", "https://", "https://a b"} {
		if _, err := portal.New(portal.Options{URL: url}); err == nil || !strings.Contains(err.Error(), "web address") {
			t.Errorf("%q: %v", url, err)
		}
	}
}
