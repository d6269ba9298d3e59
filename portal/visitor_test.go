package portal_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"deskd/ticketing"
)

// visitor is a browser as far as signing in needs one: it keeps cookies, and
// follows nothing.
type visitor struct {
	h       *house
	agent   string
	from    string // its network address, "" for the machine's own
	cookies map[string]string
}

// visit is a new browser on a desk whose timers somebody looks after. Its clock
// goes back far enough for tests to move it on: mails come due by the real one.
func (h *house) visit() *visitor {
	if h.desk.Timers == nil {
		h.now = h.now.AddDate(-1, 0, 0)
	}
	h.desk.Timers, h.desk.Owner, h.desk.Settings.AnswerURL = h.store, "test", h.server.URL
	return &visitor{h: h, agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", cookies: map[string]string{}}
}

func (v *visitor) send(method, path string, form url.Values) page {
	v.h.t.Helper()
	r := v.h.request(method, v.h.server.URL+path, form.Encode())
	r.Header.Set("User-Agent", v.agent)
	if v.from != "" {
		r.Header.Set("X-Forwarded-For", "9.9.9.9, "+v.from)
	}
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	p := v.h.send(r)
	for _, c := range (&http.Response{Header: p.header}).Cookies() {
		if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || !strings.HasPrefix(c.Name, "__Host-") {
			v.h.t.Errorf("the cookie %s", c)
		}
		if v.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		}
	}
	return p
}

func (v *visitor) get(path string) page { v.h.t.Helper(); return v.send("GET", path, nil) }

func (v *visitor) post(path string, fields ...string) page {
	v.h.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return v.send("POST", path, form)
}

// ask asks for a mail, and waits for what comes of it.
func (v *visitor) ask(address string, more ...string) (link, code string) {
	v.h.t.Helper()
	if p := v.post("/sign-in", append([]string{"address", address}, more...)...); p.status != http.StatusSeeOther || p.header.Get("Location") != "/sign-in/check" {
		v.h.t.Fatalf("ask for %s: %d to %q\n%s", address, p.status, p.header.Get("Location"), p.body)
	}
	return v.h.mailed(ticketing.NormalizeAddress(address))
}

var (
	mailedLink = regexp.MustCompile(`https?://\S+(/sign-in/t/[A-Za-z0-9_-]{22})\s`)
	mailedCode = regexp.MustCompile(`\n(\d{4}) (\d{4})\n`)
)

// mailed is what the mail for signing in says that an address got; "" without
// one.
func (h *house) mailed(address string) (link, code string) {
	h.t.Helper()
	_, err := h.desk.Tick(h.t.Context())
	must(h.t, err)
	text := h.owed()["sign_in "+address]
	if text == "" {
		return "", ""
	}
	l, c := mailedLink.FindStringSubmatch(text), mailedCode.FindStringSubmatch(text)
	if l == nil || c == nil {
		h.t.Fatalf("the mail has no link or no code:\n%s", text)
	}
	return l[1], c[1] + c[2]
}

// signIn signs a browser in.
func (v *visitor) signIn(address string) {
	v.h.t.Helper()
	_, code := v.ask(address)
	if p := v.post("/sign-in/code", "code", code); p.status != http.StatusSeeOther || !v.isIn() {
		v.h.t.Fatalf("sign in as %s: %d\n%s", address, p.status, p.body)
	}
}

// isIn reports whether somebody has signed in with a browser.
func (v *visitor) isIn() bool {
	v.h.t.Helper()
	return v.get("/settings/sessions").status == http.StatusOK
}

func token(link string) string { return strings.TrimPrefix(link, "/sign-in/t/") }

func wantStatus(t *testing.T, what string, p page, status int, says string) {
	t.Helper()
	if p.status != status || !strings.Contains(p.body, says) {
		t.Errorf("%s: %d, want %d with %q\n%s", what, p.status, status, says, p.body)
	}
}
