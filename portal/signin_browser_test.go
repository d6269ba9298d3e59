package portal_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"deskd/servertest"
)

// typed puts a text into a field of the page.
func typed(b *servertest.Browser, field, text string) {
	b.Click(field, 1, false)
	b.Eval("document.querySelector('" + field + "').select()")
	b.Type(text)
}

// Signing in and out as people do, without scripts: checks A1 to A5 and A7.
func TestSignInInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	t.Parallel()
	h := open(t, "sqlite://"+t.TempDir()+"/desk.db")
	h.visit()
	h.owed()
	b, other := servertest.NewBrowser(t, false), servertest.NewBrowser(t, false)
	b.Screen(1000, 800, false)
	at := func(b *servertest.Browser, path string) {
		t.Helper()
		if got := b.Eval("location.pathname + location.search"); got != path {
			t.Errorf("the browser is at %s, want %s:\n%s", got, path, b.Text())
		}
	}
	says := func(b *servertest.Browser, want string) {
		t.Helper()
		if text := b.Text(); !strings.Contains(text, want) {
			t.Errorf("the page does not say %q:\n%s", want, text)
		}
	}

	// A1, and an address that is none.
	b.Open(h.server.URL + "/sign-in")
	typed(b, "#address", "aiko")
	b.Click("main form button", 1, true)
	says(b, "Enter your email address, like name@example.com.")
	if focus := b.Eval("document.activeElement.className"); focus != "summary wrong" {
		t.Errorf("the focus is on %q", focus)
	}
	pages := map[string]string{}
	for _, address := range []string{"nobody@acme.example", "aiko@acme.example"} {
		b.Open(h.server.URL + "/sign-in?return_to=/settings/sessions?a=1")
		typed(b, "#address", address)
		b.Enter()
		at(b, "/sign-in/check")
		pages[address] = strings.ReplaceAll(b.Text(), address, "X")
	}
	if pages["nobody@acme.example"] != pages["aiko@acme.example"] {
		t.Errorf("they differ: %q", pages)
	}

	// A2 and A3: others may follow the link and send its form.
	link, _ := h.mailed("aiko@acme.example")
	scanner := h.visit()
	for range 10 {
		scanner.get(link)
		scanner.send("HEAD", link, nil)
	}
	other.Open(h.server.URL + link)
	says(other, "Opened in another browser")
	for range 3 {
		other.Click("main button", 1, true)
		says(other, "That code is not right")
	}
	if strings.Contains(other.Text(), "aiko") {
		t.Error("the other browser shows whose it is")
	}
	b.Open(h.server.URL + link)
	says(b, "Sign in as aiko@acme.example?")
	b.Click("main button", 1, true)
	at(b, "/settings/sessions?a=1") // A5
	says(b, "This browser")

	// The menu by keyboard.
	b.Eval("document.body.focus()")
	b.Key("Tab", 9)
	b.Key("Tab", 9)
	if focus := b.Eval("document.activeElement.tagName"); focus != "SUMMARY" {
		t.Errorf("by keyboard, the focus is on %s", focus)
	}
	b.Key(" ", 32)
	says(b, "Support requests")

	// A7: after signing out, the way back shows nothing.
	b.Click(".menu form button", 1, true)
	at(b, "/sign-out")
	says(b, "You have signed out")
	for range 3 {
		b.Eval("history.back()") // which may load the page or find it as it was left
		time.Sleep(700 * time.Millisecond)
		if text := b.Text(); strings.Contains(text, "aiko") || strings.Contains(text, "This browser") {
			t.Errorf("going back shows:\n%s", text)
		}
	}

	// A4: the code, and one too often wrong.
	h.now = h.now.Add(time.Hour)
	sign := func() {
		b.Open(h.server.URL + "/sign-in")
		typed(b, "#address", "aiko@acme.example")
		b.Enter()
	}
	sign()
	_, code := h.mailed("aiko@acme.example")
	typed(b, "#code", code[:4]+" "+code[4:])
	b.Enter()
	at(b, "/requests")
	b.Open(h.server.URL + "/settings/sessions")
	says(b, "This browser")
	b.Click("main > form button", 1, true) // everywhere
	at(b, "/sign-out")
	h.now = h.now.Add(time.Hour)
	sign()
	h.mailed("aiko@acme.example")
	for try := range 6 {
		typed(b, "#code", "1")
		b.Enter()
		if want := map[bool]string{true: "That code is not right.", false: tooMany}[try < 4]; !strings.Contains(b.Text(), want) {
			t.Errorf("try %d: not %q:\n%s", try, want, b.Text())
		}
	}
	for _, m := range append(b.Messages(), other.Messages()...) {
		if !strings.Contains(m, `"level":"info"`) && !strings.Contains(m, "422") && !strings.Contains(m, "429") && !strings.Contains(m, "404") {
			t.Errorf("the browser complains: %s", m)
		}
	}
}

// Each of these pages in each language on each screen.
func TestSignInOnAnyScreen(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	t.Parallel()
	h := open(t, "sqlite://"+t.TempDir()+"/desk.db")
	h.visit()
	h.owed()
	b, other, dir := servertest.NewBrowser(t, false), servertest.NewBrowser(t, false), screenshots(t)
	look := func(b *servertest.Browser, name string) {
		t.Helper()
		for screen, size := range map[string][2]int{"wide": {1000, 800}, "narrow": {320, 600}} {
			for scheme, dark := range map[string]bool{"light": false, "dark": true} {
				b.Screen(size[0], size[1], dark)
				if over := b.Eval("document.documentElement.scrollWidth > document.documentElement.clientWidth"); over != "false" {
					t.Errorf("%s, %s: it scrolls sideways", name, screen)
				}
				b.Screenshot(filepath.Join(dir, strings.Join([]string{name, screen, scheme}, "-")+".png"))
			}
		}
	}
	for _, language := range []string{"en", "ja"} {
		h.now = h.now.Add(time.Hour)
		b.Open(h.server.URL + "/sign-in?lang=" + language)
		other.Open(h.server.URL + "/sign-in?lang=" + language)
		look(b, language+"-sign-in")
		b.Click("main form button", 1, true)
		look(b, language+"-sign-in-error")
		typed(b, "#address", "aiko@acme.example")
		b.Enter()
		look(b, language+"-check")
		link, _ := h.mailed("aiko@acme.example")
		b.Click("main form button", 1, true)
		look(b, language+"-code-error")
		other.Open(h.server.URL + link)
		look(other, language+"-other-browser")
		b.Open(h.server.URL + link)
		look(b, language+"-link")
		b.Click("main button", 1, true)
		b.Open(h.server.URL + "/settings/sessions")
		b.Click("summary", 1, false)
		look(b, language+"-sessions")
		b.Click(".menu form button", 1, true)
		look(b, language+"-signed-out")
		other.Open(h.server.URL + link)
		look(other, language+"-old-link")
	}
}
