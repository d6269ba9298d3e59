package mail

import (
	"strings"
	"testing"
	"time"
)

func TestSanitizeHTML(t *testing.T) {
	for in, want := range map[string]string{
		`<p>a</p><script>alert(1)</script>`:                                     `<p>a</p>`,
		`<p onclick="x()" id="i" class="c">a</p>`:                               `<p>a</p>`,
		`<style>p{}</style><svg><a href="x">b</a></svg>`:                        ``,
		`<a href="javascript:alert(1)">a</a>`:                                   `a`,
		`<a href="data:text/html,x">a</a>`:                                      `a`,
		`<a href="/relative">a</a>`:                                             `a`,
		`<a href="https://example.org/">a</a>`:                                  `<a href="https://example.org/" rel="nofollow noreferrer noopener" target="_blank">a</a>`,
		`<a href="mailto:a@example.org">a</a>`:                                  `<a href="mailto:a@example.org" rel="nofollow noreferrer">a</a>`,
		`<img src="https://tracker.example/1.gif">`:                             ``,
		`<img src="cid:a@b" alt="x">`:                                           `<img src="cid:a@b" alt="x">`,
		`<img src="data:image/svg+xml,x">`:                                      ``,
		`<p style="color:red;background:url(https://x);position:fixed">a</p>`:   `<p style="color: red">a</p>`,
		`<p style="background-color:url(https://x)">a</p>`:                      `<p>a</p>`,
		`<form action="x"><input name="a">b</form>`:                             `b`,
		`<iframe src="https://x">z</iframe><object>y</object>`:                  ``,
		`<base href="https://x"><meta http-equiv="refresh"><link>`:              ``,
		`<table background="https://x"><tr><td colspan="2">a</td></tr></table>`: `<table><tr><td colspan="2">a</td></tr></table>`,
		`<blockquote type="cite">q</blockquote>`:                                `<blockquote type="cite">q</blockquote>`,
		`<math><mtext><a href="https://x">a</a></mtext></math>`:                 ``,
	} {
		if got := SanitizeHTML(in); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestHTMLText(t *testing.T) {
	for in, want := range map[string]string{
		"a<br>b":                       "a\nb",
		"<p>one</p><p>two</p>":         "one\n\ntwo",
		"<div>one</div><div>two</div>": "one\ntwo",
		"<div><div>a</div></div><div><br></div><div>b</div>":              "a\n\nb",
		"a &amp; b &lt;c&gt; &nbsp; d":                                    "a & b <c> d",
		"<ul><li>a</li><li>b</li></ul>":                                   "- a\n- b",
		"<ol><li>a<li>b</ol>":                                             "1. a\n2. b",
		"x<blockquote>q<br>r<blockquote>s</blockquote></blockquote>y":     "x\n> q\n> r\n>> s\ny",
		"<pre>a  b\n c</pre>":                                             "a  b\n c",
		`<a href="https://example.org/">here</a>`:                         "here <https://example.org/>",
		`<a href="https://www.example.org/">example.org</a>`:              "example.org",
		`<a href="mailto:a@example.org">a@example.org</a>`:                "a@example.org",
		"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>": "a b\nc",
		"<title>t</title><style>x</style><script>y</script>z":             "z",
		`<img alt="😀"><img alt="logo">`:                                   "😀",
		"お<b>問</b>い":                                                      "お問い",
		"a <b> b </b> c":                                                  "a b c",
		"":                                                                "",
	} {
		if got := HTMLText(in); got != want {
			t.Errorf("%s\n got %q\nwant %q", in, got, want)
		}
	}
}

func TestHostileHTML(t *testing.T) {
	for name, markup := range map[string]string{
		"nested":     strings.Repeat("<div><blockquote><ul>", 50000),
		"unclosed":   strings.Repeat("<a href=\"https://x", 50000),
		"links":      strings.Repeat("<a href=https://x>", 50000),
		"attributes": "<p " + strings.Repeat("a=b ", 200000) + ">",
		"styles":     "<p style=\"" + strings.Repeat("color:red;", 20000) + "\">",
	} {
		begin := time.Now()
		text, markup := HTMLText(markup), SanitizeHTML(markup)
		if took := time.Since(begin); took > 30*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		if len(text) > 4<<20 || strings.Contains(markup, "url(") {
			t.Errorf("%s: %d bytes of text", name, len(text))
		}
	}
}
