package mail

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// htmlText is the text of a document without any white space.
func htmlText(t *testing.T, doc string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "style" && n.Parent.Data != "title" {
			b.WriteString(n.Data)
		}
	}
	return strings.Join(strings.FieldsFunc(b.String(), isBlankRune), "")
}

func TestTrimHTML(t *testing.T) {
	const reply = "<p>My <b>answer</b>.</p>"
	header := "<b>From:</b> A B &lt;a@b.example&gt;<br><b>Sent:</b> Monday<br><b>To:</b> C<br><b>Subject:</b> x<br>"
	cases := []struct {
		name, body string
		want       string // text without white space; the same as the body's if nothing is found
		found      bool
	}{
		{"nothing", reply, "Myanswer.", false},
		{"Gmail", reply + `<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, A B wrote:<br></div><blockquote class="gmail_quote"><p>old</p></blockquote></div>`, "Myanswer.", true},
		{"Gmail in no known language", reply + `<div class="gmail_quote">Foo 6 bar A B &lt;a@b.example&gt; baz:<br><blockquote class="gmail_quote">old</blockquote></div>`, "Myanswer.", true},
		{"Gmail, answers between", `<div class="gmail_quote"><div class="gmail_attr">On Mon, A B wrote:</div><blockquote class="gmail_quote">one?</blockquote><div>Yes.</div><blockquote class="gmail_quote">two?</blockquote><div>No.</div></div>`, "Yes.No.", true},
		{"Gmail, signature below", reply + `<div class="gmail_quote"><blockquote class="gmail_quote">old</blockquote></div><div>Bye</div>`, "Myanswer.Bye", true},
		{"Gmail forward with a word", reply + `<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: A</div>old</div>`, "Myanswer.", true},
		{"Gmail forward alone", `<div dir="ltr"><br><div class="gmail_quote">---------- Forwarded message ---------<br>From: A<br>old</div></div>`, "----------Forwardedmessage---------From:Aold", false},
		{"Thunderbird", reply + `<div class="moz-cite-prefix">Foo bar:<br></div><blockquote type="cite" cite="mid:1"><p>old</p></blockquote>`, "Myanswer.", true},
		{"Thunderbird, answer below", `<div class="moz-cite-prefix">Am 6.5.2024 schrieb A:</div><blockquote type="cite">old</blockquote>` + reply, "Myanswer.", true},
		{"Thunderbird forward alone", `<div class="moz-forward-container">-------- Forwarded Message --------<table><tr><td>Subject:</td><td>x</td></tr></table><p>old</p></div>`, "--------ForwardedMessage--------Subject:xold", false},
		{"Apple Mail", reply + `<div><br><blockquote type="cite"><div>On 6 May 2024, at 10:00, A B &lt;a@b.example&gt; wrote:</div><div>old</div></blockquote></div>`, "Myanswer.", true},
		{"Apple Mail, introduction outside", reply + `<div>On 6 May 2024, at 10:00, A B <a href="mailto:a@b.example">a@b.example</a> wrote:</div><br><blockquote type="cite"><div>old</div></blockquote>`, "Myanswer.", true},
		{"Apple Mail forward alone", `<blockquote type="cite"><div>Begin forwarded message:</div><div>old</div></blockquote>`, "Beginforwardedmessage:old", false},
		{"Outlook on the web", reply + `<div id="appendonsend"></div><hr tabindex="-1"><div id="divRplyFwdMsg">` + header + `</div><div>old</div>`, "Myanswer.", true},
		{"Outlook, ids of a forwarded answer", reply + `<hr><div id="x_divRplyFwdMsg">` + header + `</div><div>old</div>`, "Myanswer.", true},
		{"Outlook, desktop", `<div class="WordSection1"><p class="MsoNormal">My answer.</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal">` + header + `</p></div></div><p>old</p></div>`, "Myanswer.", true},
		{"Outlook 2003", reply + `<div class="OutlookMessageHeader">Von: A</div><p>old</p>`, "Myanswer.", true},
		{"Hotmail", reply + `<hr id="stopSpelling">Date: x<br>old`, "Myanswer.", true},
		{"Yahoo", reply + `<div id="ydp1yahoo_quoted_1" class="yahoo_quoted"><div>On Monday, A wrote:</div><div>old</div></div>`, "Myanswer.", true},
		{"Proton", reply + `<div class="protonmail_quote">On Monday, May 6th, 2024 at 10:00, A B &lt;a@b.example&gt; wrote:<br><blockquote class="protonmail_quote" type="cite">old</blockquote></div>`, "Myanswer.", true},
		{"GMX", reply + `<div name="quote" style="margin:10px"><b>Gesendet:</b> Montag<br>old</div>`, "Myanswer.", true},
		{"Yandex", reply + `<div>06.05.2024, 10:00, "A B" &lt;a@b.example&gt;:</div><blockquote>old</blockquote>`, "Myanswer.", true},
		{"Yandex, answer below", `<div>06.05.2024, 10:00, "A B" &lt;a@b.example&gt;:</div><blockquote>old</blockquote>` + reply, "Myanswer.", true},
		{"Outlook, an id alone", reply + `<div id="x_x_appendonsend"></div><p>old</p>`, "Myanswer.", true},
		{"a quote of his own", reply + `<blockquote>to be or not to be</blockquote>`, "Myanswer.tobeornottobe", false},
		{"a class of his own", reply + `<div class="quote">to be</div>`, "Myanswer.tobe", false},
		{"original message", reply + `<p>-----Original Message-----</p><p>old</p>`, "Myanswer.", true},
		{"marker", reply + `<p>##- 上に書いてください -##</p><p>old</p>`, "Myanswer.", true},
		{"marker inside an unknown quote", `<div>` + reply + `<div class="foo"><div><p><b>##- Write above -##</b></p><p>old</p></div><p>older</p></div></div><p>oldest</p>`, "Myanswer.", true},
		{"preformatted", "<pre>My answer.\n\nOn 6 May 2024 at 10:00, A &lt;a@b.example&gt; wrote:\n\nold\nolder</pre>", "Myanswer.", true},
		{"preformatted with a quote", "<pre>On 6 May 2024 at 10:00, A &lt;a@b.example&gt; wrote:\n</pre><blockquote type=cite>old</blockquote>" + reply, "Myanswer.", true},
		{"only a quote", `<blockquote type="cite">old</blockquote>`, "", true},
		{"empty", "", "", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, found := TrimHTML(c.body)
			if found != c.found || htmlText(t, got) != c.want {
				t.Errorf("TrimHTML(%q)\n got %q, %v\nwant %q, %v", c.body, htmlText(t, got), found, c.want, c.found)
			}
			if found && strings.Contains(got, "<hr") {
				t.Errorf("the ruler above the history is left in %q", got)
			}
			if !found && got != c.body {
				t.Errorf("nothing found, but the body became %q", got)
			}
		})
	}
}

func TestTrimHTMLBounds(t *testing.T) {
	for name, body := range map[string]string{
		"deep":        strings.Repeat("<div>", 20_000),
		"deep quotes": strings.Repeat("<blockquote type=cite>x", 20_000),
		"wrappers":    strings.Repeat("<div class=gmail_quote>x", 400),
		"large":       strings.Repeat("a", maxTrimHTML+1),
		"wide":        strings.Repeat("<p>wrote:", 20_000),
		"pieces":      "<p>" + strings.Repeat("<b>a</b>", 20_000),
		"pre":         "<pre>" + strings.Repeat("On 6 May 2024 at 10:00 a@b.example wrote:\n> \n", 5_000),
	} {
		start := time.Now()
		TrimHTML(body)
		if d := time.Since(start); d > 30*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
}

func FuzzTrimHTML(f *testing.F) {
	for _, s := range []string{
		"<p>a<blockquote type=cite>b", "<pre>a\nOn 6 May 2024 at 10:00 x@y.example wrote:\n\nb", "<hr><div id=appendonsend>x<table><td>y",
		"<div class=gmail_quote>a<br>b<blockquote>c", "<svg><p>##- x -##<math>", "<a href=mailto:x@y>n</a>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		got, found := TrimHTML(body)
		if !found && got != body {
			t.Error("changed without a find")
		}
		if again, _ := TrimHTML(body); again != got {
			t.Error("two calls, two results")
		}
	})
}
