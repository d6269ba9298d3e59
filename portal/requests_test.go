package portal_test

import (
	"fmt"
	"html"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

// withFile is a request of Aiko's (ticket 2) with a file, and with Ken in Cc
// from the second message on.
func (h *house) withFile() {
	h.receive("From: Aiko <aiko@acme.example>\nTo: support@example.com\nSubject: 請求書について timeout\nMessage-ID: <2@acme.example>\n" +
		"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\nEARLYWORD ダッシュボード\n" +
		"--b\nContent-Type: text/html; name=\"=?utf-8?B?6KuL5rGC5pu4Lmh0bWw=?=\"\nContent-Disposition: attachment; filename=\"=?utf-8?B?6KuL5rGC5pu4Lmh0bWw=?=\"\n\n<script>alert(1)</script>\n--b--\n")
	must(h.t, h.desk.Do(h.t.Context(), admin(), 2, ticketing.AddNote{Text: "NOTEWORD"}))
	must(h.t, h.desk.Do(h.t.Context(), admin(), 2, ticketing.AddCc{Address: ticketing.Address{Name: "Ken", Address: "ken@acme.example"}}))
	must(h.t, h.desk.Do(h.t.Context(), admin(), 2, ticketing.SetStatus{To: ticketing.OnHold, Reason: "engineering", Note: "A fix comes in May."}))
}

var fileLink = regexp.MustCompile(`href="([^"]*/a/[^"]*)"`)

func (h *house) path(path string) page { return h.get(h.server.URL + path) }

func TestMyRequests(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		h.withFile()
		h.signIn("aiko@acme.example")
		p := h.path("/requests")
		if p.status != 200 {
			t.Fatalf("%d\n%s\n%s", p.status, p.body, h.log.String())
		}
		for _, want := range []string{
			`<a href="/requests/1" dir="auto">Login &lt;b&gt;fails&lt;/b&gt;</a>`, `lang="ja">請求書について timeout</a>`, "Waiting for your reply: 1",
			"requests: 2", "On hold", "Awaiting your reply", ">today<", `datetime="2026-11-24T`,
		} {
			if !strings.Contains(p.body, want) {
				t.Errorf("the list does not say %q:\n%s", want, p.body)
			}
		}
		if n := strings.Count(p.body, "aria-sort="); n != 1 || !strings.Contains(p.body, `<th scope="col" aria-sort="descending"><a href="/requests?dir=asc">Last activity`) {
			t.Errorf("%d columns are sorted by:\n%s", n, p.body)
		}
		if strings.Index(p.body, "/requests/2\"") > strings.Index(p.body, "/requests/1\"") {
			t.Error("the newest activity is not first")
		}
		heads := regexp.MustCompile(`(?s)<th scope="col".*?</th>`).FindAllString(p.body, -1)
		for i, want := range []string{"Subject", "Id", "Created", "Last activity", "Status"} {
			if len(heads) != 5 || !strings.Contains(heads[i], want) {
				t.Fatalf("columns: %q", heads)
			}
		}
		for path, want := range map[string][2]string{
			"?q=%E8%AB%8B%E6%B1%82":        {"/requests/2", "/requests/1"},
			"?q=%E8%AB%8B":                 {"/requests/2", "/requests/1"},
			"?q=TIMEOUT":                   {"/requests/2", "/requests/1"},
			`?q="ダッシュボード"`:                 {"/requests/2", "/requests/1"},
			"?q=403":                       {"/requests/1", "/requests/2"},
			"?q=請求書.html":                  {"/requests/2", "/requests/1"},
			"?q=NOTEWORD":                  {"No request of yours matches", "/requests/2"},
			"?q=SECRETNOTE":                {"Search where you are in Cc", "/requests/1\""},
			"?status=on_hold":              {"/requests/2", "/requests/1\""},
			"?status=solved":               {"No request has this status", "/requests/1\""},
			"?scope=cc":                    {"You are in Cc of no request", "/requests/1\""},
			"?after=rubbish":               {"This is the first page", "portal."},
			"?sort=evil&dir=x&status=evil": {"/requests/1", "evil"},
		} {
			path = strings.ReplaceAll(strings.ReplaceAll(path, `"`, "%22"), " ", "+")
			if p := h.path("/requests" + path); p.status != 200 || !strings.Contains(p.body, want[0]) || strings.Contains(p.body, "<tbody>") && strings.Contains(p.body[strings.Index(p.body, "<tbody>"):], want[1]) {
				t.Errorf("%s: %d, want %q and not %q:\n%s", path, p.status, want[0], want[1], p.body)
			}
		}
		for _, q := range []string{"2", "#2", "＃２", " 2 "} {
			if p := h.path("/requests?q=" + url.QueryEscape(q)); p.status != 303 || p.header.Get("Location") != "/requests/2" {
				t.Errorf("%q leads to %d %s", q, p.status, p.header.Get("Location"))
			}
		}
		h.signIn("ken@acme.example")
		if p := h.path("/requests?q=2&scope=cc"); p.status != 303 {
			t.Errorf("a Cc by number: %d", p.status)
		}
		for q, found := range map[string]bool{"EARLYWORD": false, "timeout": false, "403": true} {
			if p := h.path("/requests?scope=cc&q=" + q); strings.Contains(p.body, "<tbody>") != found {
				t.Errorf("a Cc finds %s: %v\n%s", q, !found, p.body)
			}
		}
		h.signIn("eve@beta.example")
		if p := h.path("/requests?q=1"); p.status != 200 || !strings.Contains(p.body, "No request of yours") {
			t.Errorf("a stranger by number: %d\n%s", p.status, p.body)
		}
		if p := h.path("/requests"); !strings.Contains(p.body, "Write to support@example.com") {
			t.Errorf("the empty list:\n%s", p.body)
		}
	})
}

func TestRequestPage(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		h.withFile()
		h.signIn("aiko@acme.example")
		p := h.path("/requests/2")
		for _, want := range []string{"EARLYWORD", "On hold", "We are waiting for our engineers", "A fix comes in May.", "S3 Tolerable", "ken@acme.example was added in Cc", "請求書.html", "by mail", "you"} {
			if !strings.Contains(p.body, want) {
				t.Errorf("the page does not say %q:\n%s", want, p.body)
			}
		}
		p1 := h.path("/requests/1")
		for _, want := range []string{"SECRETFIRST", question, "Mia"} {
			if !strings.Contains(p1.body, want) {
				t.Errorf("the page does not say %q:\n%s", want, p1.body)
			}
		}
		for _, hidden := range []string{"NOTEWORD", "SECRETNOTE", "mia@example.com", "admin", "checked", "<script"} {
			if strings.Contains(p.body+p1.body, hidden) {
				t.Errorf("the page says %q", hidden)
			}
		}
		h.desk.Settings.ShowAgentName = false
		if p := h.path("/requests/1"); strings.Contains(p.body, "Mia") || !strings.Contains(p.body, "<strong dir=\"auto\">Example Support</strong>") {
			t.Errorf("the agent is named:\n%s", p.body)
		}

		file := h.path(html.UnescapeString(fileLink.FindStringSubmatch(p.body)[1]))
		if file.status != 200 || !strings.Contains(file.body, "<script>alert(1)</script>") {
			t.Errorf("the file: %d %s", file.status, file.body)
		}
		for header, want := range map[string]string{
			"Content-Type": "application/octet-stream", "Content-Disposition": "attachment; filename*=utf-8''%E8%AB%8B%E6%B1%82%E6%9B%B8.html",
			"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := file.header.Get(header); got != want {
				t.Errorf("%s: %q", header, got)
			}
		}

		// Merged: it stays, and leads to the survivor only who is on it.
		must(t, h.desk.Do(t.Context(), admin(), 1, ticketing.Merge{Into: 2}))
		must(t, h.desk.Do(t.Context(), admin(), 2, ticketing.RemoveCc{Address: "ken@acme.example"}))
		if p := h.path("/requests/1"); !strings.Contains(p.body, `<a href="/requests/2">Merged into request 2</a>`) || !strings.Contains(p.body, "Solved") {
			t.Errorf("merged:\n%s", p.body)
		}
		if p := h.path("/requests?status=solved"); !strings.Contains(p.body, "/requests/1") {
			t.Errorf("the merged request is not listed:\n%s", p.body)
		}
		h.signIn("ken@acme.example")
		if p := h.path("/requests/1"); p.status != 200 || strings.Contains(p.body, "/requests/2") || !strings.Contains(p.body, "Merged into another request") {
			t.Errorf("merged, for who is not on the other: %d\n%s", p.status, p.body)
		}
	})
}

// The days are those of the desk's calendar.
func TestDays(t *testing.T) {
	h := open(t, "sqlite://"+t.TempDir()+"/desk.db")
	h.signIn("aiko@acme.example")
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	must(t, err)
	h.desk.Settings.Mailboxes[0].Calendar.Zone = tokyo
	// It was written on 24 November, 18:02 in Tokyo.
	for at, want := range map[string]string{
		"2026-11-24T14:59:00Z": "today", "2026-11-24T15:01:00Z": "1 day ago", "2026-11-25T14:59:00Z": "1 day ago", "2026-11-25T15:01:00Z": "2 days ago",
		"2026-11-24T08:00:00Z": "today",
	} {
		h.now, err = time.Parse(time.RFC3339, at)
		must(t, err)
		if p := h.path("/requests"); !strings.Contains(p.body, ">"+want+"</time>") || !strings.Contains(p.body, "T18:0") {
			t.Errorf("at %s it was not %s:\n%s", at, want, p.body)
		}
	}
}

// Every route and every kind of viewer. A route without a row fails.
func TestWhoSeesWhat(t *testing.T) {
	source, err := os.ReadFile("handler.go")
	must(t, err)
	var routes []string
	for _, m := range regexp.MustCompile(`mux\.Handle(?:Func)?\("([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
		routes = append(routes, m[1])
	}
	if len(routes) < 6 {
		t.Fatalf("routes: %q", routes)
	}
	onBothEngines(t, func(t *testing.T, h *house) {
		h.withFile()
		h.receive("From: Gone <gone@acme.example>\nTo: support@example.com\nCc: Left <left@acme.example>\nSubject: Other\nMessage-ID: <3@acme.example>\n\nOther.\n")
		must(t, h.desk.Do(t.Context(), admin(), 3, ticketing.RemoveCc{Address: "left@acme.example"}))
		must(t, h.desk.Do(t.Context(), admin(), 2, ticketing.AddCc{Address: ticketing.Address{Address: "left@acme.example"}}))
		must(t, h.desk.Do(t.Context(), admin(), 2, ticketing.RemoveCc{Address: "left@acme.example"}))
		h.signIn("aiko@acme.example")
		file := html.UnescapeString(fileLink.FindStringSubmatch(h.path("/requests/2").body)[1])
		link := strings.TrimPrefix(h.link(1, "aiko@acme.example"), h.server.URL)
		// Who has not signed in is led to where he can, whether there is a page or not.
		viewers := []string{"", "eve@beta.example", "left@acme.example", "ken@acme.example", "aiko@acme.example", "mia@example.com"}
		type row struct {
			path string
			want []int // by viewer
		}
		table := map[string][]row{
			"GET /answer/{token}":  {{link, []int{200, 200, 200, 200, 200, 200}}},
			"POST /answer/{token}": {{"", nil}}, // answer_test.go
			"/answer/{token}":      {{"", nil}},
			"GET ":                 {{"", nil}}, // the stylesheet
			"/":                    {{"/nothing", []int{404, 404, 404, 404, 404, 404}}},
			"GET /requests":        {{"/requests", []int{303, 200, 200, 200, 200, 200}}},
			"GET /requests/{id}": {
				{"/requests/2", []int{303, 404, 404, 200, 200, 404}}, {"/requests/99", []int{303, 404, 404, 404, 404, 404}},
				{"/requests/x", []int{303, 404, 404, 404, 404, 404}}, {"/requests/-1", []int{303, 404, 404, 404, 404, 404}},
			},
			"GET /requests/{id}/a/{entry}/{n}/{name}": {
				{file, []int{303, 404, 404, 404, 200, 404}}, // Ken came later than the file
				{strings.Replace(file, "/requests/2", "/requests/1", 1), []int{303, 404, 404, 404, 404, 404}},
				{strings.Replace(file, "/0/", "/1/", 1), []int{303, 404, 404, 404, 404, 404}},
				{strings.Replace(file, "/0/", "/-1/", 1), []int{303, 404, 404, 404, 404, 404}},
			},
		}
		for _, r := range routes {
			if table[r] == nil {
				t.Errorf("nothing says who sees %q", r)
			}
		}
		for route, rows := range table {
			if !slices.Contains(routes, route) {
				t.Errorf("there is no route %q", route)
			}
			for _, r := range rows {
				for i, want := range r.want {
					h.signIn(viewers[i])
					p := h.path(r.path)
					if p.status != want {
						t.Errorf("%s as %q: %d, want %d", r.path, viewers[i], p.status, want)
					}
					if want == 404 && strings.HasPrefix(route, "GET /requests/") {
						if missing := h.path("/requests/12345"); missing.body != p.body {
							t.Errorf("%s as %q differs from what does not exist:\n%s", r.path, viewers[i], p.body)
						}
					}
				}
			}
		}
	})
}

// Pages join without a request twice or one missing, while something arrives.
func TestPagesJoin(t *testing.T) {
	onBothEngines(t, func(t *testing.T, h *house) {
		const n = 60
		for i := range n {
			h.receive(fmt.Sprintf("From: Aiko <aiko@acme.example>\nTo: support@example.com\nSubject: Number %d of many\nMessage-ID: <m%d@acme.example>\n\nText.\n", i, i))
			h.now = h.now.Add(time.Hour)
		}
		h.signIn("aiko@acme.example")
		seen := map[string]int{}
		next := "/requests"
		for pages := 0; next != ""; pages++ {
			p := h.path(next)
			if len(p.body) > 40_000 || pages > 5 {
				t.Fatalf("page %d of %d bytes", pages, len(p.body))
			}
			rows := regexp.MustCompile(`scope="row"><a href="/requests/(\d+)"`).FindAllStringSubmatch(p.body, -1)
			for _, m := range rows {
				seen[m[1]]++
			}
			next = html.UnescapeString(between(p.body, `<a href="`, `" rel="next"`))
			if i := strings.LastIndex(next, `"`); i >= 0 {
				next = next[i+1:]
			}
			if !strings.Contains(p.body, `rel="next"`) {
				next = ""
			}
			if len(rows) == 26 { // one that was shown moves to the head, and a new one comes
				must(t, h.desk.Do(t.Context(), admin(), mustID(t, rows[3][1]), ticketing.AddCc{Address: ticketing.Address{Address: fmt.Sprintf("c%d@acme.example", pages)}}))
				h.receive(fmt.Sprintf("From: Aiko <aiko@acme.example>\nTo: support@example.com\nSubject: New %d\nMessage-ID: <n%d@acme.example>\n\nText.\n", pages, pages))
			} else if !strings.Contains(p.body, "New activity meanwhile, on the first page: 4") {
				t.Errorf("the last page does not say what has moved:\n%s", p.body)
			}
		}
		if len(seen) != n+1 {
			t.Errorf("%d requests were shown", len(seen))
		}
		for id, times := range seen {
			if times != 1 {
				t.Errorf("request %s was shown %d times", id, times)
			}
		}
	})
}

func mustID(t *testing.T, s string) (id int64) {
	t.Helper()
	_, err := fmt.Sscan(s, &id)
	must(t, err)
	return id
}
