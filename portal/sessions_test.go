package portal_test

import (
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

var sessionField = regexp.MustCompile(`name="session" value="(\d+)"`)

// Sessions are listed and ended one by one, all at once, or by signing out, and
// by whose they are alone.
func TestSessions(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		one, two, kens := h.visit(), h.visit(), h.visit()
		two.agent = "Mozilla/5.0 (Macintosh) AppleWebKit/605 (KHTML, like Gecko) Version/18.0 Safari/605"
		one.signIn("aiko@acme.example")
		h.now = h.now.Add(time.Minute)
		two.signIn("aiko@acme.example")
		kens.signIn("ken@acme.example")
		p := two.get("/settings/sessions")
		for _, want := range []string{"Firefox", "Safari", "This browser", "aiko@acme.example", "Support requests", "Settings", "Sign out", `<time datetime="2025-11-24T09:`} {
			if !strings.Contains(p.body, want) {
				t.Errorf("the list does not say %q:\n%s", want, p.body)
			}
		}
		ids := sessionField.FindAllStringSubmatch(p.body, -1)
		if len(ids) != 2 || strings.Contains(p.body, "ken@") {
			t.Fatalf("sessions %v\n%s", ids, p.body)
		}
		kens.post("/settings/sessions", "session", ids[0][1])
		if !one.isIn() || !two.isIn() {
			t.Error("somebody else ended a session")
		}
		wantStatus(t, "no session", two.post("/settings/sessions", "session", "x"), 403, "Nothing was sent")
		if p := two.post("/settings/sessions", "session", ids[1][1]); p.header.Get("Location") != "/settings/sessions" || one.isIn() || !two.isIn() {
			t.Errorf("ended: %d", p.status)
		}
		one.signIn("aiko@acme.example")
		p = two.post("/settings/sessions", "session", "all")
		if p.header.Get("Location") != "/sign-out" || one.isIn() || two.isIn() || !kens.isIn() {
			t.Errorf("all: %d", p.status)
		}
		stolen := kens.cookies["__Host-s"]
		p = kens.post("/sign-out")
		if p.header.Get("Clear-Site-Data") != `"cache", "cookies", "storage"` || kens.cookies["__Host-s"] != "" {
			t.Errorf("signed out: %v %v", p.header, kens.cookies)
		}
		kens.cookies["__Host-s"] = stolen
		if kens.isIn() {
			t.Error("the session outlives signing out")
		}
		wantStatus(t, "signing out twice", kens.post("/sign-out"), 303, "")
	})
}

// A session ends when it is not used, and at last in any case; an agent's sooner.
func TestSessionsEnd(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		const day = 24 * time.Hour
		for _, c := range []struct {
			address    string
			idle, ends time.Duration
		}{{"aiko@acme.example", 30 * day, 90 * day}, {"mia@example.com", 12 * time.Hour, 7 * day}} {
			v, start := h.visit(), h.now
			v.signIn(c.address)
			h.now = h.now.Add(c.idle - time.Minute)
			if !v.isIn() {
				t.Errorf("%s: not signed in just before", c.address)
			}
			for h.now.Add(c.idle).Before(start.Add(c.ends)) {
				h.now = h.now.Add(c.idle - 11*time.Minute)
				if !v.isIn() {
					t.Fatalf("%s: not signed in after %s of use", c.address, h.now.Sub(start))
				}
			}
			if h.now = start.Add(c.ends); v.isIn() {
				t.Errorf("%s: signed in after %s", c.address, c.ends)
			}
			v.signIn(c.address)
			if h.now = h.now.Add(c.idle); v.isIn() {
				t.Errorf("%s: signed in after %s of nothing", c.address, c.idle)
			}
		}
		_, err := h.desk.Tick(t.Context())
		must(t, err)
	})
}

// An agent may be a customer of his own desk: he is one person. Who becomes an
// agent, or is one no more, has to sign in again.
func TestSessionOfAnAgent(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		h.receive("From: Mia <mia@example.com>\nTo: support@example.com\nSubject: My own\nMessage-ID: <own@example.com>\n\n#customer mia@example.com\n\nPlease.\n")
		mia, aiko := h.visit(), h.visit()
		mia.signIn("mia@example.com")
		aiko.signIn("aiko@acme.example")
		if p := mia.get("/settings/sessions"); !strings.Contains(p.body, "<summary>Mia</summary>") {
			t.Errorf("not Mia's page:\n%s", p.body)
		}
		former := aiko.cookies["__Host-s"]
		aiko.signInAgain(t, "aiko@acme.example")
		if aiko.cookies["__Host-s"] == former {
			t.Error("signing in kept the id of the session")
		}
		old := h.visit()
		if old.cookies["__Host-s"] = former; old.isIn() {
			t.Error("the former session of the browser goes on")
		}
		must(t, h.store.RemoveAgent(t.Context(), "mia@example.com"))
		if mia.isIn() {
			t.Error("an agent who is none any more is signed in as one")
		}
		mia.signIn("mia@example.com")
		_, err := h.store.AddAgent(t.Context(), "mia@example.com", "Mia", "en")
		must(t, err)
		if mia.isIn() {
			t.Error("a customer became an agent without signing in")
		}
	})
}

// signInAgain signs in with a browser that has a session.
func (v *visitor) signInAgain(t *testing.T, address string) {
	t.Helper()
	v.h.now = v.h.now.Add(time.Minute)
	link, _ := v.ask(address)
	if p := v.post("/sign-in/confirm", "token", token(link)); p.status != 303 {
		t.Fatalf("sign in again: %d", p.status)
	}
}

// The language is the person's, or what was chosen, or what the browser asks for.
func TestLanguageOfPages(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		v := h.visit()
		if p := v.get("/sign-in"); !strings.Contains(p.body, "<h1>Sign in</h1>") || !strings.Contains(p.body, `href="/sign-in?lang=ja"`) {
			t.Errorf("the desk's language:\n%s", p.body)
		}
		p := v.get("/sign-in?return_to=%2Fx&lang=ja")
		if !strings.Contains(p.body, "<h1>サインイン</h1>") || !strings.Contains(p.body, `href="/sign-in?lang=en&amp;return_to=%2Fx"`) {
			t.Errorf("the chosen language:\n%s", p.body)
		}
		if p := v.get("/sign-in?lang=xx"); !strings.Contains(p.body, "<h1>サインイン</h1>") {
			t.Errorf("the language that was chosen before:\n%s", p.body)
		}
		v.signIn("aiko@acme.example")
		if p := v.get("/settings/sessions"); !strings.Contains(p.body, "お問い合わせ一覧") {
			t.Errorf("of somebody whose own is not known:\n%s", p.body)
		}
		must(t, h.store.Update(t.Context(), func(tx ticketing.Tx) error {
			was, err := tx.PersonByAddress("aiko@acme.example")
			is := was
			is.Language = "en"
			if err == nil {
				err = tx.UpdatePerson(was, is)
			}
			return err
		}))
		if p := v.get("/settings/sessions"); !strings.Contains(p.body, "Support requests") || p.header.Get("Content-Language") != "en" {
			t.Errorf("the person's own:\n%s", p.body)
		}
	})
}

// No address of these changes anything when it is only looked at, whoever does
// it; but a session in use says so, now and then.
func TestLookingChangesNothing(t *testing.T) {
	t.Parallel()
	file := t.TempDir() + "/desk.db"
	h := open(t, "sqlite://"+file)
	waiting, in := h.visit(), h.visit()
	in.signIn("ken@acme.example")
	link, _ := waiting.ask("aiko@acme.example")
	before := dump(t, file)
	for _, path := range []string{
		"/sign-in", "/sign-in?lang=ja&return_to=/requests", "/sign-in?address=aiko@acme.example", "/sign-in/check", link, link + "?code=1", "/sign-in/t/x",
		"/sign-in/confirm?token=" + token(link), "/sign-in/code?code=1&token=" + token(link), "/sign-out", "/static/forget.css", "/settings", "/settings/sessions", "/settings/sessions?session=all",
	} {
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"} {
			for who, v := range map[string]*visitor{"stranger": h.visit(), "waiting": waiting, "in": in} {
				p := v.send(method, path, nil)
				if p.status >= 500 || p.header.Get("Cache-Control") != "no-store" {
					t.Errorf("%s %s by %s: %d", method, path, who, p.status)
				}
			}
		}
	}
	if after := dump(t, file); after != before {
		t.Errorf("the database has changed from\n%s\nto\n%s", before, after)
	}
	h.now = h.now.Add(time.Hour)
	in.get("/settings/sessions")
	if dump(t, file) == before {
		t.Error("the dump shows no change: it is of no use")
	}
}

// dump is all that a database holds, but its indexes of words.
func dump(t *testing.T, file string) string {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	must(t, err)
	defer db.Close()
	tables := column(t, db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%search%' ORDER BY name")
	var all strings.Builder
	for _, table := range tables {
		columns := column(t, db, "SELECT name FROM pragma_table_info('"+table+"')")
		rows := column(t, db, "SELECT json_array(hex("+strings.Join(columns, "), hex(")+")) FROM "+table)
		slices.Sort(rows)
		fmt.Fprintln(&all, table, rows)
	}
	return all.String()
}

func column(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.Query(query)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var s string
		must(t, rows.Scan(&s))
		all = append(all, s)
	}
	return all
}
