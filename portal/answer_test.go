package portal_test

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"deskd/ticketing"
)

const (
	asked   = "awaiting_reply"
	notHere = "We cannot find this page"
)

// The page says what the reminder says, and nothing else of the request.
func TestPageShowsWhatTheReminderSaid(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		link := h.link(1, "aiko@acme.example")
		h.now = h.now.Add(time.Hour)
		h.answers("NEWERANSWER")
		p := h.get(link)
		for _, want := range []string{"Example Support", "Your request 1", "Login &lt;b&gt;fails&lt;/b&gt;", "Awaiting your reply", "S3 Tolerable", question, `name="answer"`} {
			if !strings.Contains(p.body, want) {
				t.Errorf("the page does not say %q:\n%s", want, p.body)
			}
		}
		for _, hidden := range []string{"SECRET", "NEWERANSWER", "Mia", "Ken", "ken@", "aiko@", "support@", "checked", "http-equiv", "<script", "style="} {
			if strings.Contains(p.body, hidden) {
				t.Errorf("the page says %q:\n%s", hidden, p.body)
			}
		}
	})
}

func TestSolved(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		h.owed()
		link := h.link(1, "aiko@acme.example")
		form := h.form(link, "solved", "")
		before := h.state(1)
		for range 2 { // a second click
			p := h.send(h.request("POST", link, form))
			if p.status != http.StatusSeeOther || h.server.URL+p.header.Get("Location") != link {
				t.Fatalf("%d to %s:\n%s", p.status, p.header.Get("Location"), p.body)
			}
		}
		if got := h.state(1); before != asked || got != "solved agreed" {
			t.Errorf("%s became %s", before, got)
		}
		h.wantNews("status", "customer_solved")
		last := h.entries(1)[h.seen-1]
		if last.Visibility != ticketing.Public || last.Via != "portal" || last.Author.Address != "aiko@acme.example" {
			t.Errorf("the event is %+v", last)
		}
		owed := h.owed()
		if len(owed) != 1 || !strings.Contains(owed["notice mia@example.com"], "Aiko <aiko@acme.example> has said that it is solved") {
			t.Errorf("owed: %q", owed)
		}
		if p := h.get(link); !strings.Contains(p.body, "You told us that it is solved") || !strings.Contains(p.body, "<details>") {
			t.Errorf("the page afterwards:\n%s", p.body)
		}
		if h.answer(link, "problem", "Sorry, no."); h.state(1) != "open" {
			t.Errorf("taken back: %s", h.state(1))
		}
		h.wantNews("Sorry, no.", "reopened")
	})
}

// Words that go with "it is solved" are not lost.
func TestSolvedWithText(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		h.owed()
		link := h.link(1, "aiko@acme.example")
		form := h.form(link, "solved", "It was the cache. Thank you!")
		h.send(h.request("POST", link, form))
		h.send(h.request("POST", link, form))
		if got := h.state(1); got != "solved agreed" {
			t.Errorf("the ticket is %s", got)
		}
		h.wantNews("It was the cache. Thank you!", "status", "customer_solved")
		owed := h.owed()
		if len(owed) != 2 || !strings.Contains(owed["notification mia@example.com"], "has said that it is solved") ||
			!strings.Contains(owed["copy ken@acme.example"], "It was the cache.") {
			t.Errorf("owed: %q", owed)
		}
		if p := h.get(link); !strings.Contains(p.body, "You told us that it is solved") {
			t.Errorf("the page afterwards:\n%s", p.body)
		}
	})
}

func TestStillAProblem(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		h.owed()
		link := h.link(1, "ken@acme.example")
		form := h.form(link, "problem", " It says 500 now.\r\n次の行 ")
		for range 2 {
			if p := h.send(h.request("POST", link, form)); p.status != http.StatusSeeOther {
				t.Fatalf("%d:\n%s", p.status, p.body)
			}
		}
		if got := h.state(1); got != "open" {
			t.Errorf("the ticket is %s", got)
		}
		h.wantNews("It says 500 now.\n次の行", "status")
		e := h.entries(1)[h.seen-2]
		if e.Visibility != ticketing.Public || e.Author.Role != ticketing.Cc || e.Via != "portal" || !e.Unverified {
			t.Errorf("the entry is %+v", e)
		}
		owed := h.owed()
		if got := slices.Sorted(maps.Keys(owed)); !slices.Equal(got, []string{"copy aiko@acme.example", "notification mia@example.com"}) {
			t.Errorf("owed: %q", got)
		}
		for to, text := range owed {
			if !strings.Contains(text, "It says 500 now.") {
				t.Errorf("%s: %s", to, text)
			}
		}
		// The same words after an answer are said anew.
		h.now = h.now.Add(time.Hour)
		h.answers("And now?")
		h.news()
		h.send(h.request("POST", link, form))
		h.wantNews("It says 500 now.\n次の行", "status")
	})
}

// Without a text there is nothing to tell the other customers.
func TestStillAProblemWithoutText(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		must(t, h.desk.Do(t.Context(), admin(), 1, ticketing.SetStatus{To: ticketing.Solved, Reason: "no answer"}))
		h.owed()
		h.news()
		link := h.link(1, "aiko@acme.example")
		if p := h.get(link); !strings.Contains(p.body, "We did not hear from you, so we have closed it.") {
			t.Errorf("the page does not say why it is solved, as the mail did:\n%s", p.body)
		}
		form := h.form(link, "problem", " \r\n ")
		h.send(h.request("POST", link, form))
		h.send(h.request("POST", link, form))
		if got := h.state(1); got != "open" {
			t.Errorf("the ticket is %s", got)
		}
		h.wantNews("It is still a problem.", "reopened")
		if owed := h.owed(); len(owed) != 1 || owed["notification mia@example.com"] == "" {
			t.Errorf("owed: %q", owed)
		}
	})
}

// Whatever looks ahead of a person changes nothing.
func TestScannersChangeNothing(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		link, before := h.link(1, "aiko@acme.example"), h.state(1)
		h.owed()
		for range 100 {
			for _, method := range []string{"GET", "HEAD"} {
				if p := h.send(h.request(method, link, "")); p.status != http.StatusOK {
					t.Fatalf("%s: %d", method, p.status)
				}
			}
		}
		for _, method := range []string{"OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND"} {
			if p := h.send(h.request(method, link, "")); p.status < 400 {
				t.Errorf("%s: %d", method, p.status)
			}
		}
		h.get(link + "?answer=solved&form=x")
		// A scanner that sends the form as it stands has chosen nothing.
		if p := h.answer(link, "", ""); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "Choose whether") {
			t.Errorf("without a choice: %d\n%s", p.status, p.body)
		}
		if got := h.state(1); got != before {
			t.Errorf("%s became %s", before, got)
		}
		h.wantNews()
		if owed := h.owed(); len(owed) > 0 {
			t.Errorf("owed: %v", owed)
		}
	})
}

// What is not this person's own form, from his own page, is turned away.
func TestForeignForms(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		link, other, before := h.link(1, "aiko@acme.example"), h.link(1, "ken@acme.example"), h.state(1)
		form := h.form(link, "solved", "")
		for name, test := range map[string]struct {
			change func(*http.Request)
			body   string
			status int
		}{
			"another site":       {func(r *http.Request) { from(r, "https://evil.example", "cross-site") }, form, 403},
			"a sibling site":     {func(r *http.Request) { from(r, "https://evil.example", "same-site") }, form, 403},
			"by its origin":      {func(r *http.Request) { from(r, "https://evil.example", "") }, form, 403},
			"from nowhere":       {func(r *http.Request) { from(r, "null", "") }, form, 403},
			"no form token":      {func(*http.Request) {}, "answer=solved", 403},
			"form of another":    {func(*http.Request) {}, h.form(other, "solved", ""), 403},
			"form of a new link": {func(*http.Request) {}, strings.Replace(form, "form=", "form=x", 1), 403},
			"another type":       {func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, form, 403},
			"no type":            {func(r *http.Request) { r.Header.Del("Content-Type") }, form, 403},
			"JSON":               {func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }, `{"answer":"solved"}`, 403},
			"too large":          {func(*http.Request) {}, form + "&text=" + strings.Repeat("x", 110_000), 413},
			"another host":       {func(r *http.Request) { r.Host = "evil.example" }, form, 421},
		} {
			r := h.request("POST", link, test.body)
			test.change(r)
			if p := h.send(r); p.status != test.status || !strings.Contains(p.body, "<h1>") {
				t.Errorf("%s: %d, want %d:\n%s", name, p.status, test.status, p.body)
			}
		}
		if got := h.state(1); got != before {
			t.Errorf("%s became %s", before, got)
		}
		h.wantNews()
	})
}

// from says where a browser was when it sent a form.
func from(r *http.Request, origin, site string) {
	r.Header.Set("Origin", origin)
	r.Header.Set("Sec-Fetch-Site", site)
}

// A text at the limit goes, one above it comes back with all that was typed.
func TestLongText(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		link := h.link(1, "aiko@acme.example")
		long := strings.Repeat("é\r\n", ticketing.MaxAnswer/3)
		p := h.answer(link, "problem", long+"ENDMARK")
		if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "ENDMARK") || !strings.Contains(p.body, `value="problem" required checked`) {
			t.Errorf("too long: %d", p.status)
		}
		if p := h.answer(link, "problem", long); p.status != http.StatusSeeOther || !strings.HasPrefix(h.news()[0], "é\né") {
			t.Errorf("at the limit: %d, %.20q", p.status, h.entries(1)[h.seen-2].Text)
		}
	})
}

// Links that are not good look all the same, as if there were nothing.
func TestLinksThatAreNotGood(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		link := h.link(1, "ken@acme.example")
		form := h.form(link, "solved", "")
		gone := func(name, address string) {
			t.Helper()
			p, q := h.get(address), h.send(h.request("POST", address, form))
			if want := h.get(h.server.URL + "/nothing"); p.status != 404 || p.body != want.body || !strings.Contains(p.body, notHere) {
				t.Errorf("%s: GET gives %d:\n%s", name, p.status, p.body)
			}
			if q.status != 404 || q.body != p.body {
				t.Errorf("%s: POST gives %d", name, q.status)
			}
		}
		at := len(h.server.URL + "/answer/")
		for i := at; i < len(link); i++ {
			c := byte('0')
			if link[i] == c {
				c = '2'
			}
			gone("tampered", link[:i]+string(c)+link[i+1:])
		}
		gone("cut off", link[:len(link)-1])
		gone("too long", link+"0")
		gone("none", h.server.URL+"/answer/x")
		gone("of nobody", h.server.URL+"/answer/"+strings.Repeat("0", len(link)-at))
		gone("letters of several bytes", h.server.URL+"/answer/"+strings.Repeat("%C4%B0", (len(link)-at)/2))
		if p := h.get(link[:at] + strings.ToUpper(link[at:])); p.status != 200 {
			t.Errorf("in capitals: %d", p.status)
		}

		h.now = h.now.Add(ticketing.AnswerLinkValid)
		if p := h.get(link); p.status != 200 {
			t.Errorf("on its last day: %d", p.status)
		}
		h.now = h.now.Add(2 * time.Minute)
		gone("too old", link)

		link = h.link(1, "ken@acme.example")
		must(t, h.desk.Do(t.Context(), admin(), 1, ticketing.RemoveCc{Address: "ken@acme.example"}))
		gone("of somebody removed", link)
		must(t, h.desk.Do(t.Context(), admin(), 1, ticketing.AddCc{Address: ticketing.Address{Address: "ken@acme.example"}}))
		gone("from before his removal", link)
		if got := h.state(1); !strings.HasPrefix(got, asked) {
			t.Errorf("the ticket is %s", got)
		}
		if strings.Contains(h.log.String(), link[at:]) {
			t.Errorf("the log has a token:\n%s", h.log.String())
		}
	})
}

// The link to a merged request leads to the other one, for who is on it.
func TestMerged(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		h.receive("From: Aiko <aiko@acme.example>\nTo: support@example.com\nSubject: The survivor\nMessage-ID: <2@acme.example>\n\nPlease.\n")
		aiko, ken := h.link(1, "aiko@acme.example"), h.link(1, "ken@acme.example")
		must(t, h.desk.Do(t.Context(), admin(), 1, ticketing.Merge{Into: 2}))
		before := h.state(1)
		if p := h.get(ken); p.status != 404 || !strings.Contains(p.body, notHere) {
			t.Errorf("who is not on the other: %d\n%s", p.status, p.body)
		}
		if p := h.get(aiko); !strings.Contains(p.body, "The survivor") || !strings.Contains(p.body, "Your request 2") || strings.Contains(p.body, question) {
			t.Errorf("who is on the other: %d\n%s", p.status, p.body)
		}
		if p := h.answer(aiko, "solved", ""); p.status != http.StatusSeeOther || !strings.HasPrefix(h.state(2), "solved agreed") || h.state(1) != before {
			t.Errorf("answered: %d; 1 is %s, 2 is %s", p.status, h.state(1), h.state(2))
		}
	})
}

// Somebody who goes on and on is stopped, as with mails.
func TestTooManyAnswers(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		h.desk.Settings.Limits.MailsPerHour = 4
		link := h.link(1, "aiko@acme.example")
		for i, answer := range []string{"solved", "problem", "solved", "problem"} {
			if p := h.answer(link, answer, ""); p.status != http.StatusSeeOther {
				t.Fatalf("answer %d: %d", i, p.status)
			}
		}
		before := h.state(1)
		if p := h.answer(link, "solved", ""); p.status != http.StatusTooManyRequests || p.header.Get("Retry-After") == "" || h.state(1) != before {
			t.Errorf("the fifth: %d; %s", p.status, h.state(1))
		}
		h.now = h.now.Add(time.Hour)
		if p := h.answer(link, "solved", ""); p.status != http.StatusSeeOther {
			t.Errorf("an hour later: %d", p.status)
		}
	})
}

// What the desk no longer reopens is not reopened by a link.
func TestNotReopenedAfterTheLimit(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		h.desk.Settings.ReopenWithin = 24 * time.Hour
		must(t, h.desk.Do(t.Context(), admin(), 1, ticketing.SetStatus{To: ticketing.Solved, Reason: "no answer"}))
		link, before := h.link(1, "aiko@acme.example"), h.state(1)
		h.now = h.now.Add(25 * time.Hour)
		if p := h.answer(link, "problem", "x"); p.status != http.StatusConflict || h.state(1) != before {
			t.Errorf("%d; %s", p.status, h.state(1))
		}
	})
}

// Every answer of every kind carries the same guards.
func TestHeaders(t *testing.T) {
	h := open(t, "sqlite://"+t.TempDir()+"/desk.db")
	link := h.link(1, "aiko@acme.example")
	style := h.server.URL + between(h.get(link).body, `rel="stylesheet" href="`, `"`)
	foreign := h.request("GET", link, "")
	foreign.Host = "evil.example"
	for name, p := range map[string]page{
		"page": h.get(link), "missing": h.get(h.server.URL + "/x"), "root": h.get(h.server.URL), "style": h.get(style),
		"method": h.send(h.request("PUT", link, "")), "form": h.send(h.request("POST", link, "")), "host": h.send(foreign),
	} {
		csp := p.header.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none';") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: Content-Security-Policy is %q", name, csp)
		}
		for header, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Strict-Transport-Security": "",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Set-Cookie": "",
		} {
			if got := p.header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
		if cached := p.header.Get("Cache-Control"); (cached == "no-store") == (name == "style") {
			t.Errorf("%s: Cache-Control is %q", name, cached)
		}
	}
	if p := h.get(style); p.status != 200 || p.header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("the stylesheet: %d %s", p.status, p.header.Get("Content-Type"))
	}
}

func between(s, before, after string) string {
	_, s, _ = strings.Cut(s, before)
	s, _, _ = strings.Cut(s, after)
	return s
}

// Who joined later is not shown what was said before his time.
func TestPageOfALaterCc(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		must(t, h.desk.Do(t.Context(), admin(), 1, ticketing.AddCc{Address: ticketing.Address{Address: "leo@acme.example"}}))
		link := h.link(1, "leo@acme.example")
		if p := h.get(link); p.status != 200 || strings.Contains(p.body, question) || strings.Contains(p.body, "<blockquote") {
			t.Errorf("%d:\n%s", p.status, p.body)
		}
		h.answers("And now?")
		if p := h.get(h.link(1, "leo@acme.example")); !strings.Contains(p.body, "And now?") {
			t.Errorf("%d:\n%s", p.status, p.body)
		}
	})
}

// What he wrote by mail since is his last word, not what he said on the page.
func TestMailAfterAnAnswer(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		link := h.link(1, "aiko@acme.example")
		h.answer(link, "solved", "")
		h.receive("From: Aiko <aiko@acme.example>\nTo: support@example.com\nSubject: Re: Login\nIn-Reply-To: <1@acme.example>\nMessage-ID: <3@acme.example>\n\nNo, wait.\n")
		if p := h.get(link); h.state(1) != "open" || strings.Contains(p.body, "Thank you") {
			t.Errorf("%s:\n%s", h.state(1), p.body)
		}
	})
}

// What changed since the page was opened is looked at again when it is answered.
func TestAnswerOfSomebodyRemovedMeanwhile(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		h.receive("From: Aiko <aiko@acme.example>\nTo: support@example.com\nSubject: The survivor\nMessage-ID: <2@acme.example>\n\nPlease.\n")
		open := func(address string) ticketing.AnswerPage {
			_, token, _ := strings.Cut(h.link(1, address), "/answer/")
			page, err := h.desk.OpenAnswer(t.Context(), token)
			must(t, err)
			return page
		}
		aiko, ken := open("aiko@acme.example"), open("ken@acme.example")
		must(t, h.desk.Do(t.Context(), admin(), 1, ticketing.RemoveCc{Address: "ken@acme.example"}, ticketing.Merge{Into: 2}))
		h.news()
		for _, page := range []ticketing.AnswerPage{aiko, ken, {Ticket: 1, Actor: ticketing.Actor{Via: "portal"}}} {
			for _, c := range []ticketing.Command{ticketing.CustomerSolved{}, ticketing.CustomerStillProblem{Text: "x"}} {
				if err := h.desk.Do(t.Context(), page.Actor, page.Ticket, c); !errors.Is(err, ticketing.ErrRefused) {
					t.Errorf("%T by %q: %v", c, page.Actor.Address, err)
				}
			}
		}
		h.wantNews()
	})
}

// Two clicks at once are one answer.
func TestClicksAtOnce(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		link := h.link(1, "aiko@acme.example")
		form := h.form(link, "problem", "It says 500 now.")
		var clicks sync.WaitGroup
		for range 6 {
			clicks.Go(func() {
				if p := h.send(h.request("POST", link, form)); p.status != http.StatusSeeOther {
					t.Errorf("%d:\n%s", p.status, p.body)
				}
			})
		}
		clicks.Wait()
		h.wantNews("It says 500 now.", "status")
	})
}
