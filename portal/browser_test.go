package portal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"deskd/servertest"
	"deskd/ticketing"
)

// screenshots is the folder for pictures of pages: what DESKD_SCREENSHOTS names,
// to look at them, or one that goes with the test.
func screenshots(t *testing.T) string {
	if dir := os.Getenv("DESKD_SCREENSHOTS"); dir != "" {
		return dir
	}
	return t.TempDir()
}

// The page as people use it, without scripts: by mouse with a second click and
// the button to go back, and by keyboard.
func TestInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	t.Parallel()
	h := open(t, "sqlite://"+t.TempDir()+"/desk.db")
	b := servertest.NewBrowser(t, false)
	b.Screen(1000, 800, false)
	link := h.link(1, "aiko@acme.example")
	b.Open(link)
	if text := b.Text(); !strings.Contains(text, question) || h.state(1) != asked {
		t.Fatalf("%s: %s", h.state(1), text)
	}
	b.Click("button", 1, true) // nothing is chosen
	if text := b.Text(); !strings.Contains(text, "Choose whether") || h.state(1) != asked || !strings.HasPrefix(b.Eval("document.title"), "Error:") {
		t.Errorf("%s: %s", h.state(1), text)
	}
	b.Click("label[for=problem]", 1, false)
	b.Click("#text", 1, false)
	b.Type("It says 500 <now>.\nまだです。")
	b.Click("button", 2, true) // a double click
	b.Open(link)
	if text := b.Text(); !strings.Contains(text, "You told us that it is still a problem") || h.state(1) != "open" {
		t.Errorf("%s: %s", h.state(1), text)
	}
	h.wantNews("It says 500 <now>.\nまだです。", "status")

	b.Click("summary", 1, false)
	b.Click("label[for=solved]", 1, false)
	b.Click("button", 1, true)
	if text := b.Text(); !strings.Contains(text, "You told us that it is solved") || h.state(1) != "solved agreed" {
		t.Errorf("%s: %s", h.state(1), text)
	}
	h.wantNews("status", "customer_solved")
	b.Back()
	b.Open(link)
	h.wantNews()

	other := h.link(1, "ken@acme.example")
	b.Open(other)
	b.Key("Tab", 9)
	b.Key(" ", 32) // the first answer: it is solved
	b.Key("Tab", 9)
	b.Key("Tab", 9)
	if focus := b.Eval("document.activeElement.tagName"); focus != "BUTTON" {
		t.Errorf("by keyboard, the focus is on %s", focus)
	}
	b.Enter()
	h.wantNews() // it was solved already
	for _, m := range b.Messages() {
		if !strings.Contains(m, "422") { // nothing was chosen
			t.Errorf("the browser complains: %s", m)
		}
	}
}

// lookAt takes pictures of the page that is open, and sees that there is nothing
// to scroll sideways.
func lookAt(t *testing.T, b *servertest.Browser, dir, name string) {
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

// Each page in each language on each screen: nothing to scroll sideways, and a
// picture to look at.
func TestOnAnyScreen(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	t.Parallel()
	h := open(t, "sqlite://"+t.TempDir()+"/desk.db")
	h.answers("Thank you for the details, and for your patience.\n\nCould you tell us which version you use, and send us the address https://acme.example/" + strings.Repeat("very-long-", 12) + " as it is now?")
	aiko := h.link(1, "aiko@acme.example")
	ken := h.link(1, "ken@acme.example")
	h.desk.Settings.Mailboxes[0].Language = "ja"
	b, dir := servertest.NewBrowser(t, false), screenshots(t)
	look := func(name string) { lookAt(t, b, dir, name) }
	for _, language := range []string{"en", "ja"} {
		h.speaks("aiko@acme.example", language)
		b.Open(aiko)
		look(language + "-asked")
		b.Click("button", 1, true)
		look(language + "-error")
		must(t, h.desk.Do(t.Context(), admin(), 1, ticketing.SetStatus{To: ticketing.AwaitingReply}))
		h.answer(aiko, "solved", "")
		b.Open(aiko)
		look(language + "-solved")
		must(t, h.desk.Do(t.Context(), admin(), 1, ticketing.SetStatus{To: ticketing.AwaitingReply}))
	}
	must(t, h.desk.Do(t.Context(), admin(), 1, ticketing.RemoveCc{Address: "ken@acme.example"}))
	b.Open(ken)
	look("gone")
}
