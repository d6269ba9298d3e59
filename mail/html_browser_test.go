package mail_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"deskd/mail"
	"deskd/servertest"
)

// hostileHTML are mails that try to be noticed when they are shown: URL is
// asked for, or a script asks for it.
func hostileHTML() []string {
	return []string{
		`<script>fetch("URL")</script>`,
		`<script src="URL"></script>`,
		`<img src="URL">`,
		`<img src=x onerror="fetch('URL')">`,
		`<IMG SRC="jav&#x09;ascript:fetch('URL')" srcset="URL 1x, URL 2x">`,
		`<picture><source srcset="URL"><img src="cid:a" srcset="URL"></picture>`,
		`<div style="background:url(URL)">a</div>`,
		`<div style="background-image: url('URL')">a</div>`,
		`<div style="background-color:red;background:\75\72\6c(URL)">a</div>`,
		`<div style="color: red; list-style: url(URL)"><ul style="list-style-image:url(URL)"><li>a</li></ul></div>`,
		`<div style="content: url(URL)">a</div>`,
		`<div style="color: image-set('URL' 1x)">a</div>`,
		`<div style="cursor: url(URL), auto; mask-image: url(URL)">a</div>`,
		`<style>@import "URL";</style>`,
		`<style>body { background: url(URL) }</style>`,
		`<link rel="stylesheet" href="URL">`,
		`<link rel="prefetch" href="URL"><link rel="icon" href="URL"><link rel="preload" as="image" href="URL">`,
		`<meta http-equiv="refresh" content="0; url=URL">`,
		`<base href="URL"><img src="x">`,
		`<body background="URL" onload="fetch('URL')">a`,
		`<table background="URL"><tr><td background="URL">a</td></tr></table>`,
		`<iframe src="URL"></iframe>`,
		`<iframe srcdoc="&lt;script>fetch('URL')&lt;/script>"></iframe>`,
		`<object data="URL"></object><embed src="URL">`,
		`<video src="URL" autoplay poster="URL"></video><audio src="URL" autoplay></audio>`,
		`<input type="image" src="URL" autofocus onfocus="fetch('URL')">`,
		`<form action="URL"><button autofocus onfocus="fetch('URL')">a</button></form>`,
		`<svg><image href="URL" xlink:href="URL"></image></svg>`,
		`<svg onload="fetch('URL')"></svg>`,
		`<svg><script>fetch("URL")</script></svg>`,
		`<svg><style>* { background: url(URL) }</style></svg>`,
		`<svg><use href="URL#a"></use><feImage href="URL"></feImage></svg>`,
		`<svg><animate onbegin="fetch('URL')" attributeName=x dur=1s></svg>`,
		`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=fetch('URL')&gt;">`,
		`<math><mi xlink:href="URL"></mi></math>`,
		`<noscript><p title="</noscript><img src=x onerror=fetch('URL')>">`,
		`<template><img src="URL"></template>`,
		`<textarea><img title="</textarea><img src=x onerror=fetch('URL')>"></textarea>`,
		`<title><img src="</title><img src=URL>">`,
		`<xmp><img alt="</xmp><img src=URL>"></xmp>`,
		`<plaintext><img src="URL">`,
		`<!--><img src="URL">-->`,
		`<!--[if gte mso 9]><img src="URL"><![endif]--><![if !mso]><img src="URL"><![endif]>`,
		`<![CDATA[<img src="URL">]]>`,
		`<?xml-stylesheet href="URL"?><img src="URL"`,
		`<<img src="URL">>`,
		`<img/src="URL"/onerror=fetch('URL')>`,
		`<img src="&#104;ttp:URL">`,
		`<a href="javascript:fetch('URL')" ping="URL">a</a>`,
		`<details open ontoggle="fetch('URL')"><summary>a</summary></details>`,
		`<marquee onstart="fetch('URL')">a</marquee>`,
		`<div style="animation: x 1s" onanimationstart="fetch('URL')">a</div>`,
		`<p onmouseover="fetch('URL')" style="position:fixed;top:0;left:0;width:100%;height:100%">a</p>`,
		`<font color="red;background:url(URL)">a</font>`,
		`<td width="1;background:url(URL)" style="width:expression(fetch('URL'))">a</td>`,
		`<img src="cid:x" alt="&quot; onerror=&quot;fetch('URL')" onerror="fetch('URL')">`,
		`<img alt='"><script>fetch("URL")</script>' src="cid:x">`,
		`<p lang='"><script>fetch("URL")</script>' dir='"><img src=URL>'>a</p>`,
		`<a href='https://example.org/"><script>fetch("URL")</script>'>a</a>`,
		`<div style='color:"</style><img src=URL>"'>a</div>`,
		"<img src=\"\x01URL\"><img\x00 src=\"URL\"><scr\x00ipt>fetch('URL')</scr\x00ipt>",
		`<frameset onload="fetch('URL')"><frame src="URL"></frameset>`,
		`<dialog open><img src="URL"></dialog><portal src="URL"></portal>`,
		`<script type="module">import "URL"</script><script nomodule src="URL"></script>`,
	}
}

// hits counts, by number, the mails of which something was asked for.
type hits struct {
	mu  sync.Mutex
	got map[string]int
}

func (h *hits) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.got[r.URL.Query().Get("n")]++
}

// shown opens each mail in a real browser, alone, and tells which were noticed.
func shown(t *testing.T, browser string, render func(string) string) map[string]int {
	t.Helper()
	h := &hits{got: map[string]int{}}
	mux := http.NewServeMux()
	mux.Handle("/hit", h)
	mux.HandleFunc("/mail", func(w http.ResponseWriter, r *http.Request) {
		var i int
		_, _ = fmt.Sscan(r.URL.Query().Get("n"), &i)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!DOCTYPE html><body>", render(strings.ReplaceAll(hostileHTML()[i], "URL", fmt.Sprintf("//%s/hit?n=%d", r.Host, i))))
	})
	mux.HandleFunc("/all", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!DOCTYPE html><title>mails</title>")
		for i := range hostileHTML() {
			fmt.Fprintf(w, `<iframe src="/mail?n=%d"></iframe>`, i)
		}
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--no-first-run", "--user-data-dir="+t.TempDir(), "--virtual-time-budget=5000", "--dump-dom", server.URL+"/all")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", browser, err)
	}
	if n := strings.Count(string(out), "<iframe"); n != len(hostileHTML()) {
		t.Fatalf("the browser shows %d mails of %d: %.300s", n, len(hostileHTML()), out)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.got
}

// Mail-rules §9 test 56, in a browser: what is shown of a mail asks for nothing
// and runs nothing. That the same mails as they came do so shows that it would
// be seen.
func TestHostileHTMLInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser twice")
	}
	browser := servertest.Program(t, "chromium", "chromium")
	asItCame := shown(t, browser, func(markup string) string { return markup })
	if len(asItCame) < 30 {
		t.Errorf("only %d mails are noticed as they came: %v", len(asItCame), asItCame)
	}
	for n, times := range shown(t, browser, mail.SanitizeHTML) {
		t.Errorf("mail %s is noticed %d times", n, times)
	}
}
