package mail

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// checkShown checks a text that is stored and shown: databases refuse what is
// not UTF-8 or has a NUL in it.
func checkShown(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		t.Errorf("no valid text: %q", s)
	}
}

// FuzzHeader: any block of header fields is read, within its limits, and what
// follows it is still the body.
func FuzzHeader(f *testing.F) {
	f.Add("From: a@example.com\r\nSubject: =?utf-8?q?x=C3=A9?=\r\n\r\nbody")
	f.Add(">From me\nSubject: =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=\n folded\nDate: Mon, 1 Jan 01 00:00 EST\n\nx")
	f.Add("Content-Type: text/plain; name*0*=utf-8''a%20; name*1=b\nContent-Type: text/html\nBad line\nK\xe9y: v\n")
	f.Fuzz(func(t *testing.T, raw string) {
		l := DefaultLimits()
		m, err := Parse(strings.NewReader(raw), l)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{m.Subject, m.MessageID, m.Text} {
			checkShown(t, s)
		}
		if len(m.From) > l.Addresses || len(m.To) > l.Addresses || len(m.Cc) > l.Addresses {
			t.Errorf("%d, %d, %d addresses", len(m.From), len(m.To), len(m.Cc))
		}
	})
}

// FuzzAddressList: what is read of a list of addresses is bounded and can be
// written again; an address names one mailbox.
func FuzzAddressList(f *testing.F) {
	for _, s := range []string{
		`"Miller, Joe" <joe@example.com>, ann@example.org (Ann)`, `Miller, Joe @ work <j@x.example>`,
		`Group: a@example.com, b@example.com;`, `<@a,@b:c@example.com>`, `=?utf-8?q?J=C3=B6?= <j@example.com>`, `a@b@c, <>, "`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		cs := charsets{problems: &problems{}}
		list := cs.addressList(s, 20)
		if len(list) > 20 {
			t.Fatalf("%d addresses of at most 20", len(list))
		}
		for _, a := range list {
			checkShown(t, a.Name)
			checkShown(t, a.Address)
			if strings.ContainsAny(a.Address, "\r\n") || strings.ContainsAny(a.Name, "\r\n") {
				t.Errorf("a line end in %q", a)
			}
		}
	})
}

// FuzzMessageIDs: each id is one word in brackets, and there are no more of
// them than asked for.
func FuzzMessageIDs(f *testing.F) {
	f.Add("<a@@b> <c@d>")
	f.Add("<a\r\n b@c.example> \"x y\"@z (comment <d@e>)")
	f.Fuzz(func(t *testing.T, s string) {
		ids := messageIDs(s, 5)
		if len(ids) > 10 {
			t.Fatalf("%d ids", len(ids))
		}
		for _, id := range ids {
			checkShown(t, id)
			if len(id) < 3 || id[0] != '<' || id[len(id)-1] != '>' || strings.ContainsAny(id, " \t\r\n") {
				t.Errorf("%q is no message id", id)
			}
		}
	})
}

// FuzzHTMLText: no document is too broken to be read as text, and the text is
// not much longer than the document.
func FuzzHTMLText(f *testing.F) {
	f.Add(`<p>a<blockquote>b<ul><li>c</ul></blockquote><table><tr><td>d<td>e</table><a href="https://x.example/">f</a>`)
	f.Add(`<div style="display:none">a</div><pre> b </pre><!--[if mso]>c<![endif]-->&#0;&nbsp;`)
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			return // what comes here was decoded and cleaned
		}
		got := HTMLText(s)
		checkShown(t, got)
		if len(got) > 40*len(s)+1000 {
			t.Errorf("%d bytes of text from %d", len(got), len(s))
		}
	})
}
