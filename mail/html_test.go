package mail

import (
	"strings"
	"testing"
	"time"
)

func TestSanitizeHTML(t *testing.T) {
	for in, want := range map[string]string{
		`<p>a</p><script>alert(1)</script>`:                                            `<p>a</p>`,
		`<p onclick="x()" id="i" class="c">a</p>`:                                      `<p>a</p>`,
		`<style>p{}</style><svg><a href="x">b</a></svg>`:                               ``,
		`<a href="javascript:alert(1)">a</a>`:                                          `a`,
		`<a href="data:text/html,x">a</a>`:                                             `a`,
		`<a href="/relative">a</a>`:                                                    `a`,
		`<a href="https://example.org/">a</a>`:                                         `<a href="https://example.org/" rel="nofollow noreferrer noopener" target="_blank">a</a>`,
		`<a href="mailto:a@example.org">a</a>`:                                         `<a href="mailto:a@example.org" rel="nofollow noreferrer">a</a>`,
		`<img src="https://tracker.example/1.gif">`:                                    ``,
		`<img src="cid:a@b" alt="x">`:                                                  `<img src="cid:a@b" alt="x">`,
		`<img src="data:image/svg+xml,x">`:                                             ``,
		`<p style="color:red;background:url(https://x);position:fixed">a</p>`:          `<p style="color: red">a</p>`,
		`<p style="background-color:url(https://x)">a</p>`:                             `<p>a</p>`,
		`<form action="x"><input name="a">b</form>`:                                    `b`,
		`<iframe src="https://x">z</iframe><object>y</object>`:                         ``,
		`<base href="https://x"><meta http-equiv="refresh"><link>`:                     ``,
		`<table background="https://x"><tr><td colspan="2">a</td></tr></table>`:        `<table><tr><td colspan="2">a</td></tr></table>`,
		`<blockquote type="cite">q</blockquote>`:                                       `<blockquote type="cite">q</blockquote>`,
		`<div style="display:none;max-height:0">a</div><p style="display:block">b</p>`: `<div style="display: none">a</div><p>b</p>`,
		`<math><mtext><a href="https://x">a</a></mtext></math>`:                        ``,
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
		// lists
		"<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>":        "- a\n  - b\n- c",
		"<ol start=3><li>a</li><li value=7>b</li><li>c</li></ol>": "3. a\n7. b\n8. c",
		"<ul><li><p>a</p></li><li><div>b</div></li></ul>":         "- a\n\n- b",
		// tables
		"<table border=1><tr><td>a</td><td>b</td></tr></table>":                                            "a\tb",
		"<table><tr><th>n</th><th>m</th></tr><tr><td>1</td><td>2</td></tr></table>":                        "n\tm\n1\t2",
		"<table border=0><tr><td><table><tr><td>a</td></tr></table></td><td>b</td></tr></table>c":          "a\nb\nc",
		"<table border=1><tr><td><p>a</p></td><td></td><td><p>b</p></td></tr><tr><td>c</td></tr></table>d": "a\tb\nc\nd",
		// quotes
		"a<br><blockquote><br>b<br><br>c</blockquote><br>d":          "a\n\n> b\n>\n> c\n\nd",
		`<a href="mailto:a@example.org?subject=x">a@example.org</a>`: "a@example.org",
		// hidden
		`<div style="display:none">pre</div>a`:                                                         "a",
		`<div style="display: none !important; max-height:0"><div>x</div>pre</div>a`:                   "a",
		`<span style="font-size:0px;line-height:0">pre</span>a`:                                        "a",
		`<span style="color:#ffffff;font-size:1px">pre</span>a`:                                        "a",
		`<td style="font-size:0px"><div style="font-size:13px">a</div></td>`:                           "a",
		`<div style="max-height:0;overflow:hidden">pre</div>a`:                                         "a",
		`<div style="mso-hide:all">pre</div>a`:                                                         "a",
		`<div style="visibility:hidden">pre</div>a`:                                                    "a",
		`<div style="opacity:0">pre</div><div style="opacity:0.9">a</div>`:                             "a",
		`<p style="display:none">pre<p>a`:                                                              "a",
		`<table><tr style="display:none"><td>pre</td></tr><tr><td>a</td></tr></table>`:                 "a",
		`<table><tr><td style="display:none">pre<td>a</table>`:                                         "a",
		`<table style="display:none"><tr><td><table><tr><td>x</td></tr></table>pre</td></tr></table>a`: "a",
		`<ul><li style="display:none">pre<ul><li>x</li></ul><li>a</ul>`:                                "- a",
		`<img style="display:none" alt="two words">a`:                                                  "a",
		`<div style="display:none">all there is</div>`:                                                 "all there is",
		"a&nbsp;&zwnj;&#847; &#8203;&shy;&nbsp;b":                                                      "a b",
		"<p hidden>pre</p>a": "a",
		// paragraphs of Outlook
		"<p class=MsoNormal>a<o:p></o:p></p><p class=MsoNormal>b</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>c</p>": "a\nb\n\nc",
		`<p style="margin:0">a</p><p style="margin:0px">b</p>`:                                                                        "a\nb",
		`<p style="margin:0.5em">a</p><p>b</p>`:                                                                                       "a\n\nb",
		"<!--[if mso]>x<![endif]--><![if !mso]>a<![endif]><xml><o:x>96</o:x></xml>":                                                   "a",
		// indents are no quotes
		`<blockquote style="margin:0 0 0 40px;border:none;padding:0px">a</blockquote>`: "a",
		`<blockquote type="cite" style="border:none;padding:0">a</blockquote>`:         "> a",
		// kept white space
		"<div style=\"white-space: pre-wrap\">a\n  b</div>c\nd":       "a\n  b\nc d",
		"<div style=\"white-space:pre\"><p>a\nb</p></div><p>c\nd</p>": "a\nb\n\nc d",
		// pictures
		`<img alt="image001.png"><img alt="Track your order">`:             "[Track your order]",
		`<a href="https://example.org/x"><img alt="Track your order"></a>`: "Track your order <https://example.org/x>",
		"<svg><title>t</title></svg>a":                                     "a",
		"":                                                                 "",
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
