package mail_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"deskd/catalogue"
	"deskd/mail"
	"deskd/servertest"
	"deskd/ticketing"
)

var screenshots = flag.String("screenshots", "", "a folder for pictures of all letters")

// letterPages are the samples of all letters as pages, by their names, with the
// templates of a desk that has all of them.
func letterPages(t *testing.T) map[string]string {
	t.Helper()
	texts, err := catalogue.New()
	if err != nil {
		t.Fatal(err)
	}
	box := ticketing.Mailbox{ID: 1, Address: "support@example.com", Name: "Example Support"}
	settings := ticketing.Settings{TagPrefix: "HD", ShowAgentName: true, Mailboxes: []ticketing.Mailbox{box}, PortalURL: "https://help.example.com",
		AnswerURL: "https://help.example.com"}
	templates, err := mail.ReadTemplates(map[string][]byte{
		"logo.png": examplePicture(t), "en/header.txt": []byte("Example Support is there for you from Monday to Friday."),
		"en/footer.txt": []byte("Example Ltd, 1 Main Street, Springfield\nRegistered in Springfield as 1234"),
		"ja/footer.txt": []byte("{desk}\n東京都千代田区丸の内 1-1-1"),
	}, texts, settings)
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{}
	for _, language := range texts.Languages() {
		for _, s := range mail.Samples(language, box, settings) {
			pages[s.Name+"."+language] = mail.Composer{Texts: texts, Templates: templates}.Show(s.Letter).HTML
		}
	}
	s := mail.Samples("en", box, settings)[0]
	pages["ack-plain.en"] = mail.Composer{Texts: texts}.Show(s.Letter).HTML
	return pages
}

// stripped are pages as mail programs show them that drop the head.
func stripped(pages map[string]string) map[string]string {
	bare := map[string]string{}
	for name, page := range pages {
		_, body, _ := strings.Cut(page, "</head>")
		bare[name] = "<!DOCTYPE html><html>" + body
	}
	return bare
}

// examplePicture is a logo that can be seen on light and on dark grounds.
func examplePicture(t *testing.T) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 320, 80))
	for y := range 80 {
		for x := range 320 {
			if dx, dy := x-40, y-40; dx*dx+dy*dy < 36*36 || x > 96 && y > 28 && y < 52 {
				m.Set(x, y, color.NRGBA{0x2f, 0x80, 0xed, 0xff})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// badPages are what must be found if the measuring is worth anything.
func badPages() map[string]string {
	const head = `<!DOCTYPE html><html><head><meta name="color-scheme" content="light dark"></head><body>`
	return map[string]string{
		"bad-wide":     head + `<div style="width:1200px">wide</div>`,
		"bad-pale":     head + `<p style="color:#888888;background-color:#777777">pale</p>`,
		"bad-opaque":   head + `<p style="opacity:.3">pale</p>`,
		"bad-light":    head + `<p style="background-color:#ffffff">light ground</p>`,
		"bad-coloured": head + `<p style="color:#222222">dark text</p>`,
		"bad-remote":   head + `<img src="http://elsewhere.example/x.png">`,
		"bad-secure":   head + `<img src="https://elsewhere.example/x.png">`,
		"bad-script":   head + `<script>document.title="ran"</script>`,
	}
}

// measured is what a browser finds of a page in one width.
type measured struct {
	Page  string  `json:"page"`
	Width int     `json:"width"`
	Wide  int     `json:"wide"` // pixels beyond the width
	Least float64 `json:"least"`
	Text  string  `json:"text"` // with the least contrast
	Dark  bool    `json:"dark"` // the ground is
	Ran   bool    `json:"ran"`  // a script of the page has run
}

// measure is the script that looks at every page: the contrast of each text
// against the grounds below it, opacity counted (WCAG 2.2, 1.4.3).
const measure = `
const parse = c => (c.match(/[\d.]+/g) || [0,0,0,0]).map(Number);
const over = (top, below) => { const a = top.length > 3 ? top[3] : 1; return [0,1,2].map(i => top[i]*a + below[i]*(1-a)); };
const lum = c => { const f = v => (v /= 255) <= 0.04045 ? v/12.92 : ((v+0.055)/1.055)**2.4; return 0.2126*f(c[0])+0.7152*f(c[1])+0.0722*f(c[2]); };
const ratio = (a, b) => { const x = lum(a), y = lum(b); return (Math.max(x,y)+0.05)/(Math.min(x,y)+0.05); };
function look(frame) {
  const doc = frame.contentDocument, win = frame.contentWindow, root = doc.documentElement;
  const probe = doc.createElement("div"); probe.style.backgroundColor = "Canvas"; doc.body.appendChild(probe);
  const canvas = parse(win.getComputedStyle(probe).backgroundColor); probe.remove();
  const out = {page: frame.dataset.page, width: +frame.width, wide: root.scrollWidth - root.clientWidth, least: 21, text: "", dark: lum(canvas) < 0.2, ran: doc.title === "ran"};
  const walk = doc.createTreeWalker(doc.body, NodeFilter.SHOW_TEXT);
  for (let n; n = walk.nextNode();) {
    if (!n.data.trim() || ["STYLE","SCRIPT"].includes(n.parentElement.tagName)) continue;
    const chain = []; for (let e = n.parentElement; e; e = e.parentElement) chain.unshift(e);
    let ground = canvas, opacity = 1;
    for (const e of chain) {
      const s = win.getComputedStyle(e); opacity *= +s.opacity;
      const g = parse(s.backgroundColor); if (g.length < 4) g[3] = 1; ground = over(g, ground);
    }
    const text = over([...parse(win.getComputedStyle(n.parentElement).color).slice(0,3), opacity], ground);
    const r = ratio(text, ground);
    if (r < out.least) { out.least = r; out.text = n.data.trim().slice(0, 60); }
  }
  return out;
}
window.onload = () => { document.getElementById("found").textContent = JSON.stringify([...document.querySelectorAll("iframe")].map(look)); };
`

// gallery serves pages, and notes whatever else the browser is asked for: it is
// its proxy too.
type gallery struct {
	pages map[string]string
	mu    sync.Mutex
	other []string
}

func (g *gallery) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	name := r.URL.Query().Get("page")
	switch page, ok := g.pages[name]; {
	case r.Method == http.MethodGet && r.URL.Path == "/page" && ok && strings.HasPrefix(r.Host, "127.0.0.1"):
		_, _ = io.WriteString(w, page)
	case r.Method == http.MethodGet && r.URL.Path == "/all" && strings.HasPrefix(r.Host, "127.0.0.1"):
		_, _ = io.WriteString(w, "<!DOCTYPE html><meta name=color-scheme content='light dark'><title>letters</title>")
		for name := range g.pages {
			for _, width := range []int{320, 700} {
				fmt.Fprintf(w, `<iframe width="%d" height="600" data-page="%s" src="/page?page=%s"></iframe>`, width, name, name)
			}
		}
		_, _ = io.WriteString(w, `<pre id="found"></pre><script>`+measure+`</script>`)
	default:
		if strings.Contains(r.Host, "elsewhere.example") || strings.HasPrefix(r.Host, "127.0.0.1") && r.URL.Path != "/favicon.ico" {
			g.mu.Lock()
			g.other = append(g.other, r.Host+r.URL.Path)
			g.mu.Unlock()
		}
		http.Error(w, "no", http.StatusNotFound)
	}
}

// chromium is a browser without a window that asks the server for everything.
func chromium(t *testing.T, program string, dark bool, server string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	scheme := "1"
	if dark {
		scheme = "0"
	}
	args = append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--no-first-run", "--user-data-dir=" + t.TempDir(), "--virtual-time-budget=10000",
		"--blink-settings=preferredColorScheme=" + scheme, "--proxy-server=" + server, "--proxy-bypass-list=<-loopback>", "--hide-scrollbars",
	}, args...)
	out, err := exec.CommandContext(ctx, program, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	return out
}

// look measures pages in a browser, and tells what they asked the network for.
func look(t *testing.T, program string, pages map[string]string, dark bool) (found []measured, asked []string) {
	t.Helper()
	g := &gallery{pages: pages}
	server := httptest.NewServer(g)
	defer server.Close()
	out := string(chromium(t, program, dark, server.URL, "--dump-dom", server.URL+"/all"))
	_, data, _ := strings.Cut(out, `<pre id="found">`)
	data, _, _ = strings.Cut(data, "</pre>")
	if err := json.Unmarshal([]byte(html.UnescapeString(data)), &found); err != nil {
		t.Fatalf("the browser measured nothing: %v: %.300s", err, out)
	}
	if len(found) != 2*len(pages) {
		t.Fatalf("the browser measured %d pages of %d", len(found), 2*len(pages))
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return found, g.other
}

// leastContrast is what text needs (WCAG 2.2, 1.4.3, AA).
const leastContrast = 4.5

func (m measured) bad() bool { return m.Wide > 0 || m.Least < leastContrast || m.Ran }

// Every letter can be read on light and dark grounds, on a telephone as on a
// desk, and asks the network for nothing.
func TestLookOfLetters(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	program := servertest.Program(t, "chromium", "chromium")
	pages := letterPages(t)
	for _, dark := range []bool{false, true} {
		found, asked := look(t, program, pages, dark)
		for _, m := range found {
			if m.bad() {
				t.Errorf("dark %v: %+v", dark, m)
			}
			if m.Dark != dark {
				t.Errorf("%s: its ground is dark: %v, the reader's: %v", m.Page, m.Dark, dark)
			}
		}
		if len(asked) > 0 {
			t.Errorf("dark %v: the letters asked for %q", dark, asked)
		}
	}
	found, _ := look(t, program, stripped(pages), false)
	for _, m := range found {
		if m.bad() {
			t.Errorf("without its head: %+v", m)
		}
	}
	if *screenshots != "" {
		takePictures(t, program, pages)
	}
}

// What is looked for in letters is found where it is.
func TestLookFindsFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	program := servertest.Program(t, "chromium", "chromium")
	bad := map[string]bool{}
	for _, dark := range []bool{false, true} {
		found, asked := look(t, program, badPages(), dark)
		for _, m := range found {
			bad[m.Page] = bad[m.Page] || m.bad()
		}
		for page, host := range map[string]string{"bad-remote": "elsewhere.example/x.png", "bad-secure": "elsewhere.example:443"} {
			bad[page] = bad[page] || slices.Contains(asked, host)
		}
	}
	for page := range badPages() {
		if !bad[page] {
			t.Errorf("nothing was found on %s", page)
		}
	}
}

// takePictures writes two pictures of each letter, on a light and on a dark
// ground, as a telephone and as a desk show it.
func takePictures(t *testing.T, program string, pages map[string]string) {
	t.Helper()
	g := &gallery{pages: map[string]string{}}
	for name, page := range pages {
		g.pages[name] = page
		var frames strings.Builder
		for _, width := range []int{320, 700} {
			fmt.Fprintf(&frames, `<iframe width="%d" height="1500" style="border:0;margin-right:10px" src="/page?page=%s"></iframe>`, width, name)
		}
		g.pages["picture-"+name] = `<!DOCTYPE html><meta name="color-scheme" content="light dark"><body style="margin:0">` + frames.String()
	}
	server := httptest.NewServer(g)
	defer server.Close()
	for name := range pages {
		for ground, dark := range map[string]bool{"light": false, "dark": true} {
			file := filepath.Join(*screenshots, name+"-"+ground+".png")
			chromium(t, program, dark, server.URL, "--screenshot="+file, "--window-size=1050,1500", server.URL+"/page?page=picture-"+name)
			if _, err := os.Stat(file); err != nil {
				t.Error(err)
			}
		}
	}
}
