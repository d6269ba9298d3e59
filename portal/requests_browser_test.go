package portal_test

import (
	"strings"
	"testing"
	"time"

	"deskd/servertest"
	"deskd/ticketing"
)

// The list and a request as people use them, without scripts, and on any screen.
func TestRequestsInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	t.Parallel()
	h := open(t, "sqlite://"+t.TempDir()+"/desk.db")
	h.withFile()
	h.receive("From: Aiko <aiko@acme.example>\nTo: support@example.com\nSubject: A subject that is long: " + strings.Repeat("unbreakable-", 12) + "\nMessage-ID: <4@acme.example>\n\nSee https://acme.example/" + strings.Repeat("very-long-", 20) + "\n")
	h.receive("From: Aiko <aiko@acme.example>\nTo: support@example.com\nSubject: Old invoice\nMessage-ID: <5@acme.example>\n\nText.\n")
	must(t, h.desk.Do(t.Context(), admin(), 4, ticketing.Merge{Into: 1}))
	h.signIn("aiko@acme.example")
	b, dir := servertest.NewBrowser(t, false), screenshots(t)
	b.Screen(1000, 800, false)
	b.Open(h.server.URL + "/requests")
	b.Click("#q", 1, false)
	b.Type("請求")
	b.Enter()
	if text, at := b.Text(), b.Eval("location.search"); !strings.Contains(text, "請求書について") || strings.Contains(text, "Old invoice") || !strings.Contains(at, "q=%E8%AB%8B%E6%B1%82") {
		t.Errorf("the search, at %s: %s", at, text)
	}
	b.Click("tbody a", 1, true)
	if text := b.Text(); !strings.Contains(text, "EARLYWORD") || !strings.Contains(text, "A fix comes in May.") {
		t.Errorf("the request: %s", text)
	}
	b.Eval("history.back()") // the browser may have kept the page, and load nothing
	for range 50 {
		if time.Sleep(100 * time.Millisecond); b.Eval("location.pathname") == "/requests" {
			break
		}
	}
	if at := b.Eval("location.search + document.querySelector('#q').value"); !strings.HasSuffix(at, "請求") {
		t.Errorf("back at %s", at)
	}
	b.Open(h.server.URL + "/requests")
	b.Click("thead th:nth-child(2) a", 1, true)
	b.Click("thead th:nth-child(2) a", 1, true)
	if sorted := b.Eval("[...document.querySelectorAll('[aria-sort]')].map(e => e.textContent + e.ariaSort).join()"); !strings.HasPrefix(sorted, "Id") || !strings.HasSuffix(sorted, "ascending") || strings.Contains(sorted, "descending") {
		t.Errorf("sorted by %s", sorted)
	}
	for _, language := range []string{"en", "ja"} {
		h.reads(language)
		for name, path := range map[string]string{
			"requests": "/requests", "search": "/requests?q=nothing", "cc": "/requests?scope=cc", "request": "/requests/1", "request-file": "/requests/2", "merged": "/requests/4", "missing": "/requests/99",
		} {
			b.Open(h.server.URL + path)
			lookAt(t, b, dir, language+"-"+name)
			if text := b.Text(); strings.Contains(text, "portal.") || strings.Contains(text, "status.") {
				t.Errorf("%s, %s: an untranslated key: %s", path, language, text)
			}
		}
	}
	for _, m := range b.Messages() {
		if !strings.Contains(m, "404") { // a request that is not there
			t.Errorf("the browser complains: %s", m)
		}
	}
}
