package mail

import (
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

func TestLinksInRunningText(t *testing.T) {
	for text, want := range map[string]string{
		"https://example.com/help。ご確認ください。":     "https://example.com/help",
		"（https://example.com/help）をご覧ください":     "https://example.com/help",
		"「https://example.com/help」と":           "https://example.com/help",
		"https://example.com/faqをご参照ください":       "https://example.com/faq",
		"https://example.com/a、https://b":       "https://example.com/a",
		"https://example.com/日本語":               "https://example.com/",
		"https://example.com/a　次":               "https://example.com/a",
		"See https://example.com/a?b=1&c=2.":    "https://example.com/a?b=1&c=2",
		"(see https://example.com/a_(b))":       "https://example.com/a_(b)",
		"(https://example.com/a)":               "https://example.com/a",
		"[https://example.com/a], and":          "https://example.com/a",
		"'https://example.com/a'":               "https://example.com/a",
		"<https://example.com/a>":               "https://example.com/a",
		"https://example.com":                   "https://example.com",
		"https://[2001:db8::1]:8080/x":          "https://[2001:db8::1]:8080/x",
		"https://de.example.org/wiki/Käse und":  "https://de.example.org/wiki/Käse",
		"https:// is a scheme, http://a.b/c is": "http://a.b/c",
		"no link at https://":                   "",
		"https://example.com/a%20b#c;":          "https://example.com/a%20b#c",
		"https://example.com/?q=x!":             "https://example.com/?q=x",
		"https://example.com/ｆｕｌｌ":              "https://example.com/",
	} {
		start, end := findLink(text)
		if got := text[start:end]; got != want {
			t.Errorf("%q links %q, want %q", text, got, want)
		}
	}
	got := inlineHTML("https://example.com/help。a&b https://example.com/faqを")
	want := `<a href="https://example.com/help" rel="noopener noreferrer">https://example.com/help</a>。a&amp;b ` +
		`<a href="https://example.com/faq" rel="noopener noreferrer">https://example.com/faq</a>を`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestBlanksAreKept(t *testing.T) {
	for text, want := range map[string]string{
		"a b":                "a b",
		"a:\n  b: 1\n\tc":    "a:<br>&nbsp;&nbsp;b: 1<br>&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;c",
		" a":                 "&nbsp;a",
		"#note    keep it":   "#note&nbsp;&nbsp;&nbsp; keep it",
		"ab\tc":              "ab&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; c",
		"a\n\n  b":           "a<br><br>&nbsp;&nbsp;b",
		"  https://a.b/c  x": `&nbsp;&nbsp;<a href="https://a.b/c" rel="noopener noreferrer">https://a.b/c</a>&nbsp; x`,
	} {
		if got := inlineHTML(text); got != want {
			t.Errorf("%q\ngives %s\nwant  %s", text, got, want)
		}
	}
}

// The HTML of a letter shows what its text shows: indentation, columns, and the
// address by which a Cc leaves as a link.
func TestHTMLOfALetter(t *testing.T) {
	l := letter(ticketing.LetterReply, "en")
	l.Entry.Text = "server:\n  port: 80\n  name: x\n\nname   size\na      1"
	l.Participant.Role, l.Unfollow = ticketing.Cc, "support+off@example.com"
	w := composer(t).wording(l)
	html := w.htmlOf(w.paragraphs())
	for _, want := range []string{
		"server:<br>&nbsp;&nbsp;port: 80<br>", "name&nbsp;&nbsp; size<br>", "monospace",
		`<a href="mailto:support+off@example.com?subject=unsubscribe">support+off@example.com</a>`,
		`name="viewport"`, `name="color-scheme" content="light dark"`, "overflow-wrap:anywhere",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("it lacks %s:\n%s", want, html)
		}
	}
	if strings.Contains(html, ";color:") || strings.Contains(html, `"color:`) {
		t.Errorf("a colour of ours cannot be read on every ground:\n%s", html)
	}
	help := letter(ticketing.LetterCommandError, "ja")
	help.Notice = "help"
	w = composer(t).wording(help)
	if html := w.htmlOf(w.paragraphs()); !strings.Contains(html, ">#note</th><td ") {
		t.Errorf("the columns of the commands are lost:\n%s", html)
	}
}

func TestUnfoldedLines(t *testing.T) {
	for _, test := range [][3]string{
		{"put the ticket", "on hold", "put the ticket on hold"}, {"", "one", "one"}, {"one", "", "one"},
		{"それ以外の理由は", "担当者だけが見ます", "それ以外の理由は担当者だけが見ます"},
		{"（開発部門）、", "account team", "（開発部門）、account team"}, {"使えます。", "#remind none", "使えます。#remind none"},
		{"関係者も with", "統合先", "関係者も with 統合先"},
	} {
		if got := unfolded(test[0], test[1]); got != test[2] {
			t.Errorf("%q, %q: %q", test[0], test[1], got)
		}
	}
}

// What a customer writes goes into HTML while his mail is decided about.
func TestLinksAreFoundQuickly(t *testing.T) {
	for _, of := range []func(n int) string{
		func(n int) string { return "https://a/" + strings.Repeat(")", n) },
		func(n int) string { return "https://a/" + strings.Repeat("]", n) },
		func(n int) string { return strings.Repeat("https:///", n/9) },
		func(n int) string { return strings.Repeat("https://a/"+strings.Repeat(")", 1900)+" ", n/1900) },
	} {
		timed := func(n int) time.Duration {
			began := time.Now()
			inlineHTML(of(n))
			return time.Since(began)
		}
		tenth := timed(80 << 10)
		if took := timed(800 << 10); took > 40*max(tenth, 50*time.Millisecond) {
			t.Errorf("%.12s: 800 KiB took %v, and a tenth of it %v", of(1900), took, tenth)
		}
	}
	if got := inlineHTML("https://a.example/" + strings.Repeat("a", 1000)); !strings.HasPrefix(got, "<a ") {
		t.Error("a long address is no link any more")
	}
}
