package mail

import (
	"strings"
	"testing"
)

// TestWhichBody has mails whose parts are named or cut in ways that only some
// programs do, and the text that a reader expects.
func TestWhichBody(t *testing.T) {
	const head = "From: a@example.com\nMIME-Version: 1.0\n"
	const long = "boundary=\"----=_NextPart_000_0001\"\n\n"
	for name, c := range map[string]struct{ raw, want string }{
		"only an excuse in plain": {"Content-Type: multipart/alternative; boundary=x\n\n--x\n\nTo view the message, please use an HTML compatible email viewer!\n--x\nContent-Type: text/html\n\n<p>Dear customer, your order is on its way.</p>\n--x--\n",
			"Dear customer, your order is on its way."},
		"a plain version about HTML": {"Content-Type: multipart/alternative; boundary=x\n\n--x\n\nHow do I write HTML?\n--x\nContent-Type: text/html\n\n<p>How do I write HTML?</p>\n--x--\n",
			"How do I write HTML?"},
		"nothing that is seen in plain": {"Content-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8\n\n\u00a0\u200b\n--x\nContent-Type: text/html\n\n<p>Hello</p>\n--x--\n",
			"Hello"},
		"HTML under the name of text": {"Content-Type: text/plain\n\n<!DOCTYPE html>\n<html><body><p>Hello <b>you</b></p></body></html>\n", "Hello you"},
		"text under the name of HTML": {"Content-Type: text/html\n\nHello\nyou &amp; me\n", "Hello\nyou & me"},
		"enriched text":               {"Content-Type: text/enriched\n\n<bold>Hello</bold> <<you>\n<color><param>red</param>and</color>\n\nme<nl>too\n", "Hello <you> and\nme\ntoo"},
		"type doubled, text in front": {"Content-Type: text/plain; charset=utf-8\nContent-Type: multipart/mixed; " + long + "Hello\n\n------=_NextPart_000_0001\nContent-Type: text/plain\n\nfooter\n------=_NextPart_000_0001--\n",
			"Hello\nfooter"},
		"boundary behind the text": {"Content-Type: multipart/mixed; " + long + "------=_NextPart_000_0001\n\nHello------=_NextPart_000_0001\nContent-Type: text/plain\n\nyou------=_NextPart_000_0001--\n",
			"Hello\nyou"},
		"garbage lines like a signature field": {"DKIM-Signature: v=1;\n" + strings.Repeat("\\tb=abc\n", 9) + "Subject: x\n\nHello\n", "Hello"},
		"text between pictures": {"Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x\nContent-Type: image/png; name=a.png\nContent-Disposition: inline\n\nx\n--x\n\ntwo\n--x--\n",
			"one\ntwo"},
		"footer of a list": {"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/alternative; boundary=y\n\n--y\n\nHello\n--y\nContent-Type: text/html\n\n<p>Hello</p>\n--y--\n--x\nContent-Type: text/plain\n\n_____\nlist@example.org\n--x--\n",
			"Hello\n_____\nlist@example.org"},
		"text under the name of base64": {"Content-Transfer-Encoding: base64\n\nHello,\nthis was never encoded.\n", "Hello,\nthis was never encoded."},
		"base64 with blanks":            {"Content-Transfer-Encoding: base64\n\nSGVs bG8=\n", "Hello"},
		"boundary in single quotes":     {"Content-Type: multipart/mixed; boundary='x'\n\n--x\n\nHello\n--x--\n", "Hello"},
		"boundary in other case":        {"Content-Type: multipart/mixed; boundary=XY\n\n--xy\n\nHello\n--xy--\n", "Hello"},
		"boundary with a comment":       {"Content-Type: multipart/mixed; boundary=x (a comment)\n\n--x\n\nHello\n--x--\n", "Hello"},
		"boundary in pieces":            {"Content-Type: multipart/mixed; boundary*0=x; boundary*1=y\n\n--xy\n\nHello\n--xy--\n", "Hello"},
		"boundary with a blank":         {"Content-Type: multipart/mixed; boundary=\"x \"\n\n--x\n\nHello\n--x--\n", "Hello"},
		"two CR at each line":           {"\r\r\nHello\r\r\nyou\r\r\n", "Hello\nyou"},
		"blank line inside the header":  {"\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nHello\n--x--\n", "Hello"},
		"multipart called text":         {"Content-Type: text/plain; boundary=x\n\n--x\n\nHello\n--x--\n", "Hello"},
		"multipart without a type":      {"\nThis is a multi-part message in MIME format.\n\n--0123456789\nContent-Type: text/plain\n\nHello\n--0123456789--\n", "Hello"},
		"the same twice in a mixed":     {"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nHello\n--x\nContent-Type: text/html\n\n<p>Hello</p>\n--x--\n", "Hello"},
	} {
		if got := strings.TrimSpace(parseString(t, head+c.raw).Text); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestUnflow(t *testing.T) {
	for _, c := range []struct {
		in    string
		delsp bool
		want  string
	}{
		{"one \ntwo\nthree", false, "one two\nthree"},
		{"one \ntwo", true, "onetwo"},
		{" From here\n >not quoted", false, "From here\n>not quoted"},
		{"> a \n> b\n>> c \n>> d\ne", false, "> a b\n>> c d\ne"},
		{"> a \nb", false, "> a \nb"},
		{"text \n-- \nsig", false, "text \n-- \nsig"},
		{"> x\n> \n> y", false, "> x\n> \n> y"},
		{"a \n\nb", false, "a \n\nb"},
		{">>>a \n>>>b", false, ">>> a b"},
	} {
		if got := unflow(c.in, c.delsp); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

func TestHeaderLines(t *testing.T) {
	for raw, want := range map[string]string{
		"\ufeffFrom: a@example.com\nSubject: x\n\nbody":                             "a@example.com|x",
		"From: a@example.com\nSubject: a very\nlong subject\nTo: b@c.d\n\nbody":     "a@example.com|a very long subject",
		"Subject: =?utf-8?Q?Gr=C3=BC?=\n=?utf-8?Q?=C3=9Fe?=\nFrom: a@example.com\n": "a@example.com|Grüße",
		"X-F\xf6o: b\nFrom: a@example.com\nSubject: x\n\nbody":                      "a@example.com|x",
		"From: a@example.com\nSubject:\nSubject: x\n\nbody":                         "a@example.com|x",
	} {
		m := parseString(t, raw)
		if got := m.From[0].Address + "|" + m.Subject; got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}
