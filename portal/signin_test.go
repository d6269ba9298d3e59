package portal_test

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

const tooMany = "Too many tries. Wait 10 minutes, or answer one of our mails instead."

// An address that is nobody's is answered like one that is known (A1), in all
// that is answered, and gets no mail; neither do our own and those that bounce.
func TestUnknownAddress(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		v := h.visit()
		h.owed()
		must(t, h.store.Update(t.Context(), func(tx ticketing.Tx) error {
			_, err := tx.EnsurePerson(ticketing.Address{Address: "support@example.com"})
			return errors.Join(err, tx.Suppress("ken@acme.example", "550", h.now))
		}))
		told := map[string]string{}
		for _, address := range []string{"aiko@acme.example", "nobody@acme.example", "support@example.com", "ken@acme.example"} {
			b := h.visit()
			p := b.post("/sign-in", "address", address)
			h.now = h.now.Add(time.Minute)
			check, wrong := b.get("/sign-in/check"), b.post("/sign-in/code", "code", "1")
			told[address] = strings.ReplaceAll(fmt.Sprint(p.status, p.header.Get("Location"), p.body, check.status, check.body, wrong.status, wrong.body), address, "X")
			if len(b.cookies["__Host-pend"]) != len(told["cookie"]) && told["cookie"] != "" {
				t.Errorf("%s: a cookie of another length", address)
			}
			told["cookie"] = b.cookies["__Host-pend"]
			link, _ := h.mailed(address)
			if got := link != ""; got != (address == "aiko@acme.example") {
				t.Errorf("%s got a mail: %v", address, got)
			}
			if told[address] != told["aiko@acme.example"] {
				t.Errorf("%s is answered\n%s\nwant\n%s", address, told[address], told["aiko@acme.example"])
			}
		}
		for _, typed := range []string{"", "aiko", "aiko@", "@acme.example", "aiko@acme", "a b@acme.example", "<x>@acme.example", "aiko@acme.example\r\nBcc: x@y.z", strings.Repeat("a", 250) + "@x.y"} {
			wantStatus(t, typed, v.post("/sign-in", "address", typed), 422, "Enter your email address, like name@example.com.")
		}
	})
}

// Whatever follows the link ahead of a person uses nothing up (A2).
func TestLinkInTheAskingBrowser(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		v := h.visit()
		link, _ := v.ask(" Aiko@ACME.example ", "return_to", "/requests/1?a=b")
		for range 10 {
			for _, method := range []string{"GET", "HEAD"} {
				for _, who := range []*visitor{v, h.visit()} {
					if p := who.send(method, link, nil); p.status != 200 || len(who.cookies) > 1 {
						t.Fatalf("%s: %d %v", method, p.status, who.cookies)
					}
				}
			}
		}
		wantStatus(t, "the link", v.get(link), 200, "Sign in as aiko@acme.example?")
		p := v.post("/sign-in/confirm", "token", token(link))
		if p.status != 303 || p.header.Get("Location") != "/requests/1?a=b" || !v.isIn() || v.cookies["__Host-pend"] != "" {
			t.Errorf("%d to %s, %v", p.status, p.header.Get("Location"), v.cookies)
		}
		if p := v.get("/sign-in?return_to=/x"); p.status != 303 || p.header.Get("Location") != "/x" {
			t.Errorf("who has signed in: %d", p.status)
		}
		other := h.visit() // it was used up
		wantStatus(t, "again", other.get(link), 404, "This link does not work any more")
		wantStatus(t, "again", other.post("/sign-in/confirm", "token", token(link)), 404, "This link does not work any more")
	})
}

// In another browser the link alone does nothing, however often it is sent, and
// the first one still signs in (A3); the code does.
func TestLinkInAnotherBrowser(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		v, scanner := h.visit(), h.visit()
		link, code := v.ask("aiko@acme.example")
		p := scanner.get(link)
		wantStatus(t, "the link", p, 200, "Opened in another browser")
		if strings.Contains(p.body, "aiko") {
			t.Errorf("it says whose it is:\n%s", p.body)
		}
		for range 20 {
			wantStatus(t, "click", scanner.post("/sign-in/confirm", "token", token(link)), 422, "Type the code from the same mail")
		}
		for range 3 { // a scanner that submits what it finds
			scanner.post("/sign-in/code", "token", token(link), "code", "")
		}
		if len(scanner.cookies) > 0 {
			t.Fatalf("the scanner has %v", scanner.cookies)
		}
		third := h.visit()
		if p := third.post("/sign-in/code", "code", code); p.status != 303 || third.isIn() {
			t.Errorf("the code without the link: %d", p.status)
		}
		if p := third.post("/sign-in/code", "token", token(link), "code", code); p.status != 303 || !third.isIn() {
			t.Errorf("the code with the link: %d\n%s", p.status, p.body)
		}

		h.now = h.now.Add(time.Minute)
		link, _ = v.ask("aiko@acme.example")
		scanner.post("/sign-in/confirm", "token", token(link))
		if p := v.post("/sign-in/confirm", "token", token(link)); p.status != 303 || !v.isIn() {
			t.Errorf("the first browser: %d", p.status)
		}
	})
}

// A code may be mistyped five times (A4).
func TestCode(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		v := h.visit()
		_, code := v.ask("aiko@acme.example")
		wide := strings.Map(func(r rune) rune { return r - '0' + '０' }, code)
		if p := v.post("/sign-in/code", "code", " "+wide[:12]+" "+wide[12:]+"\n"); p.status != 303 || !v.isIn() {
			t.Fatalf("in wide digits: %d\n%s", p.status, p.body)
		}
		v = h.visit()
		h.now = h.now.Add(time.Hour)
		_, code = v.ask("aiko@acme.example")
		pending := v.cookies["__Host-pend"]
		v.post("/sign-in/code", "code", code)
		again := h.visit()
		again.cookies["__Host-pend"] = pending
		if again.post("/sign-in/code", "code", code); !v.isIn() || again.isIn() {
			t.Error("a code was used twice, or not once")
		}

		v = h.visit()
		h.now = h.now.Add(time.Hour)
		link, code := v.ask("aiko@acme.example")
		bad := "00000000"
		if code == bad {
			bad = "1"
		}
		for left := 4; left > 0; left-- {
			says := fmt.Sprintf("That code is not right. %d tries left.", left)
			if left == 1 {
				says = "That code is not right. 1 try left."
			}
			wantStatus(t, "wrong", v.post("/sign-in/code", "code", bad), 422, says)
		}
		wantStatus(t, "the fifth", v.post("/sign-in/code", "code", bad), 429, tooMany)
		wantStatus(t, "the sixth", v.post("/sign-in/code", "code", bad), 429, tooMany)
		wantStatus(t, "the right one, too late", v.post("/sign-in/code", "code", code), 429, tooMany)
		wantStatus(t, "the link", v.get(link), 404, "does not work any more")
		if v.post("/sign-in/confirm", "token", token(link)); v.isIn() {
			t.Error("it was not void")
		}
	})
}

// What is older than its time does not work, and a new ask leaves the old one as
// it is.
func TestOldAsks(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		v := h.visit()
		first, _ := v.ask("aiko@acme.example")
		if link, _ := v.ask("aiko@acme.example"); link != "" {
			t.Error("a second click brought a second mail")
		}
		h.now = h.now.Add(time.Minute)
		_, second := v.ask("aiko@acme.example")
		h.now = h.now.Add(13 * time.Minute)
		wantStatus(t, "the first link", v.get(first), 200, "Sign in as")
		h.now = h.now.Add(time.Minute)
		wantStatus(t, "15 minutes later", v.get(first), 404, "older than 15 minutes")
		wantStatus(t, "15 minutes later", v.get("/sign-in/check"), 200, "Check your mail")
		if v.post("/sign-in/code", "code", second); !v.isIn() {
			t.Error("the second code did not work")
		}
		w := h.visit()
		_, code := w.ask("ken@acme.example")
		h.now = h.now.Add(15 * time.Minute)
		if p := w.post("/sign-in/code", "code", code); p.header.Get("Location") != "/sign-in" || w.isIn() {
			t.Errorf("an old code: %d", p.status)
		}
		if p := w.get("/sign-in/check"); p.header.Get("Location") != "/sign-in" {
			t.Errorf("waiting for nothing: %d", p.status)
		}
		// A mail that nobody was there to write in time is not written.
		w.post("/sign-in", "address", "ken@acme.example")
		h.now = h.now.Add(15 * time.Minute)
		if link, _ := h.mailed("ken@acme.example"); link != "" {
			t.Error("a mail was written when its link was too old")
		}
	})
}

// The limits are by address, known or not, by client and over all.
func TestSignInLimits(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		for _, address := range []string{"aiko@acme.example", "nobody@acme.example"} {
			for i := range 4 {
				v := h.visit()
				v.from = fmt.Sprintf("192.0.2.%d", i)
				p := v.post("/sign-in", "address", address)
				if i < 3 && p.status != 303 || i == 3 && (p.status != 429 || !strings.Contains(p.body, tooMany) || p.header.Get("Retry-After") == "") {
					t.Errorf("%s, ask %d: %d", address, i, p.status)
				}
			}
		}
		h.now = h.now.Add(24 * time.Hour)
		for i := range 22 {
			v := h.visit()
			v.from = fmt.Sprintf("2001:db8::%d", i) // of one /64
			p := v.post("/sign-in", "address", fmt.Sprintf("n%d@acme.example", i))
			if want := map[bool]int{true: 303, false: 429}[i < 20]; p.status != want {
				t.Errorf("ask %d of a client: %d, want %d", i, p.status, want)
			}
		}
		_, err := h.desk.Tick(t.Context())
		must(t, err)
		h.now = h.now.Add(24 * time.Hour)
		must(t, h.store.Update(t.Context(), func(tx ticketing.Tx) error {
			_, err := tx.LockRate(ticketing.SignInsOfAll + " ")
			if err == nil {
				err = tx.SetRate(ticketing.SignInsOfAll+" ", h.now.Add(time.Hour))
			}
			return err
		}))
		for _, address := range []string{"aiko@acme.example", "nobody@acme.example"} {
			wantStatus(t, "over all", h.visit().post("/sign-in", "address", address), 429, tooMany)
		}
		if !strings.Contains(h.log.String(), "so many sign-in mails") {
			t.Errorf("the log does not say it:\n%s", h.log.String())
		}
	})
}

// A page that is asked for before is come back to (A5), and no page of others.
func TestReturnTo(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		v := h.visit()
		p := v.get("/settings/sessions?a=1&b=2")
		at := p.header.Get("Location")
		if p.status != 303 || at != "/sign-in?return_to=%2Fsettings%2Fsessions%3Fa%3D1%26b%3D2" {
			t.Fatalf("%d to %s", p.status, at)
		}
		back := regexp.MustCompile(`name="return_to" value="([^"]*)"`).FindStringSubmatch(v.get(at).body)
		if back == nil {
			t.Fatal("the form does not know where to return to")
		}
		_, code := v.ask("aiko@acme.example", "return_to", strings.ReplaceAll(back[1], "&amp;", "&"))
		if p := v.post("/sign-in/code", "code", code); p.header.Get("Location") != "/settings/sessions?a=1&b=2" {
			t.Errorf("to %s", p.header.Get("Location"))
		}
		for i, evil := range []string{"//evil.example", "https://evil.example/", `/\evil.example`, "/a\tb", "/\r\nX: y", "evil", "/" + strings.Repeat("x", 2000)} {
			h.now = h.now.Add(time.Hour)
			v := h.visit()
			v.from = fmt.Sprintf("192.0.2.%d", i)
			_, code := v.ask([]string{"aiko@acme.example", "ken@acme.example"}[i%2], "return_to", evil)
			if p := v.post("/sign-in/code", "code", code); p.header.Get("Location") != "/requests" {
				t.Errorf("%q leads to %q", evil, p.header.Get("Location"))
			}
		}
	})
}

// The mail has no word of whoever asked, and is in the reader's language.
func TestSignInMail(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		v := h.visit()
		v.agent = "Evil <b>http://evil.example</b> Firefox/1"
		h.owed()
		v.post("/sign-in?lang=ja", "address", "aiko@acme.example", "return_to", "/evil-return")
		_, err := h.desk.Tick(t.Context())
		must(t, err)
		text := h.owed()["sign_in aiko@acme.example"]
		for _, want := range []string{"サインイン", "Firefox", "2025-11-24", h.server.URL + "/sign-in/t/"} {
			if !strings.Contains(text, want) {
				t.Errorf("the mail does not say %q:\n%s", want, text)
			}
		}
		for _, not := range []string{"evil", "Evil", "Aiko", "Login"} {
			if strings.Contains(text, not) {
				t.Errorf("the mail says %q:\n%s", not, text)
			}
		}
		if strings.Contains(h.log.String(), "/sign-in/t/") {
			t.Errorf("the log has a link:\n%s", h.log.String())
		}
	})
}

// A machine that answers the mail makes no request, nor does a mail that bounces.
func TestAnswersToTheSignInMail(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		h.visit().post("/sign-in", "address", "aiko@acme.example")
		_, err := h.desk.Tick(t.Context())
		must(t, err)
		rows, err := h.store.ClaimOutbox(t.Context(), ticketing.OutboxClaim{Owner: "test", N: 100, Lease: time.Minute})
		must(t, err)
		id := rows[len(rows)-1].MessageID
		if kind := rows[len(rows)-1].Kind; kind != ticketing.LetterSignIn || !kind.Automatic() || kind.ToAgents() {
			t.Fatalf("the last mail is a %s", kind)
		}
		o := h.receive("From: Aiko <aiko@acme.example>\nTo: support@example.com\nSubject: Automatic reply\nAuto-Submitted: auto-replied\nIn-Reply-To: " + id + "\nReferences: " + id + "\nMessage-ID: <ooo@acme.example>\n\nI am away.\n")
		if o.TicketID != 0 {
			t.Errorf("an automatic answer: %+v", o)
		}
	})
}

// Nothing of signing in is done for another site.
func TestSignInFromAnotherSite(t *testing.T) {
	h := open(t, "sqlite://"+t.TempDir()+"/desk.db")
	for _, path := range []string{"/sign-in", "/sign-in/confirm", "/sign-in/code", "/sign-out", "/settings/sessions"} {
		r := h.request("POST", h.server.URL+path, "address=aiko@acme.example")
		from(r, "https://evil.example", "cross-site")
		if p := h.send(r); p.status != http.StatusForbidden || p.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d", path, p.status)
		}
	}
}
