package mail

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// HTMLText reads HTML as plain text: paragraphs and lines kept, quotes marked
// with ">", lists with "-" or numbers, the address behind a link where the
// text does not show it. Time and memory are linear in the input.
func HTMLText(markup string) string {
	w := textWriter{}
	z := html.NewTokenizer(strings.NewReader(markup))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return w.String()
		case html.TextToken:
			if w.skip == 0 {
				w.text(string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			w.start(z)
		case html.EndTagToken:
			name, _ := z.TagName()
			w.end(atom.Lookup(name))
		}
	}
}

// textWriter writes text with collapsed white space and pending line ends.
type textWriter struct {
	b        strings.Builder
	newlines int  // wanted before the next text
	space    bool // a blank is wanted before the next text
	begun    bool // something was written
	skip     atom.Atom
	pre      int
	quote    int
	lists    []int // per open list: -1 for bullets, else the last number
	link     string
	linkText int // length of b where the link began
}

func (w *textWriter) String() string {
	return strings.TrimRight(w.b.String(), " \n")
}

// maxNesting bounds the quote marks and lists that hostile markup may open.
const maxNesting = 20

func (w *textWriter) start(z *html.Tokenizer) {
	name, more := z.TagName()
	tag := atom.Lookup(name)
	if w.skip != 0 {
		return
	}
	switch tag {
	case atom.Script, atom.Style, atom.Title, atom.Template, atom.Noscript, atom.Textarea, atom.Select, atom.Iframe, atom.Object:
		w.skip = tag
	case atom.Br:
		w.newlines++
		w.space = false
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.line(2)
	case atom.Pre:
		w.line(2)
		w.pre++
	case atom.Blockquote:
		w.line(1)
		w.quote = min(w.quote+1, maxNesting)
	case atom.Ul, atom.Ol:
		w.line(1)
		w.openList(tag)
	case atom.Li:
		w.line(1)
		w.bullet()
	case atom.Hr:
		w.line(1)
		w.text("---")
		w.line(1)
	case atom.Td, atom.Th:
		w.space = true
	case atom.A:
		w.openLink(z, more)
	case atom.Img:
		w.picture(z, more)
	default:
		if blockTag(tag) {
			w.line(1)
		}
	}
}

func (w *textWriter) end(tag atom.Atom) {
	if w.skip != 0 {
		if tag == w.skip {
			w.skip = 0
		}
		return
	}
	switch tag {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.line(2)
	case atom.Pre:
		w.line(2)
		w.pre = max(0, w.pre-1)
	case atom.Blockquote:
		w.line(1)
		w.quote = max(0, w.quote-1)
	case atom.Ul, atom.Ol:
		w.line(1)
		if len(w.lists) > 0 {
			w.lists = w.lists[:len(w.lists)-1]
		}
	case atom.A:
		w.closeLink()
	case atom.Li:
		w.line(1)
	default:
		if blockTag(tag) {
			w.line(1)
		}
	}
}

func blockTag(tag atom.Atom) bool {
	switch tag {
	case atom.Div, atom.Table, atom.Tr, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Address, atom.Dl, atom.Dt, atom.Dd,
		atom.Form, atom.Fieldset, atom.Center, atom.Main, atom.Nav, atom.Aside, atom.Figure, atom.Figcaption, atom.Caption, atom.Body:
		return true
	}
	return false
}

// line asks for at least n line ends before the next text.
func (w *textWriter) line(n int) {
	w.newlines = max(w.newlines, n)
	w.space = false
}

// text writes a piece of character data.
func (w *textWriter) text(s string) {
	if w.pre > 0 {
		w.preformatted(s)
		return
	}
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		if r == '\u00a0' || r != '\u3000' && unicode.IsSpace(r) {
			w.space = true
			s = s[size:]
			continue
		}
		end := strings.IndexFunc(s, func(r rune) bool { return r != '\u3000' && unicode.IsSpace(r) })
		if end < 0 {
			end = len(s)
		}
		w.word(s[:end])
		s = s[end:]
	}
}

func (w *textWriter) preformatted(s string) {
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			w.newlines++
			w.space = false
		}
		if line != "" {
			w.word(strings.TrimSuffix(line, "\r"))
		}
	}
}

// word writes one word, after what is pending.
func (w *textWriter) word(s string) {
	switch {
	case !w.begun:
		w.mark()
	case w.newlines > 0:
		for range min(w.newlines, 3) - 1 {
			w.b.WriteByte('\n')
			w.mark()
		}
		w.b.WriteByte('\n')
		w.mark()
	case w.space:
		w.b.WriteByte(' ')
	}
	w.newlines, w.space, w.begun = 0, false, true
	w.b.WriteString(s)
}

// mark writes the quote marks at the start of a line.
func (w *textWriter) mark() {
	if w.quote > 0 {
		w.b.WriteString(strings.Repeat(">", w.quote))
		w.b.WriteByte(' ')
	}
}

func (w *textWriter) openList(tag atom.Atom) {
	if len(w.lists) >= maxNesting {
		return
	}
	if tag == atom.Ol {
		w.lists = append(w.lists, 0)
	} else {
		w.lists = append(w.lists, -1)
	}
}

func (w *textWriter) bullet() {
	mark := "-"
	if n := len(w.lists); n > 0 && w.lists[n-1] >= 0 {
		w.lists[n-1]++
		mark = strconv.Itoa(w.lists[n-1]) + "."
	}
	w.word(mark)
	w.space = true
}

func (w *textWriter) openLink(z *html.Tokenizer, more bool) {
	w.link, w.linkText = "", w.b.Len()
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if string(key) == "href" {
			w.link = strings.TrimSpace(string(value))
		}
	}
}

// closeLink names the address of a link behind its text, unless the text
// is the address already.
func (w *textWriter) closeLink() {
	link := w.link
	w.link = ""
	if link == "" || w.linkText > w.b.Len() {
		return
	}
	lower := strings.ToLower(link)
	if !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") && !strings.HasPrefix(lower, "mailto:") {
		return
	}
	text := strings.ToLower(strings.TrimSpace(w.b.String()[w.linkText:]))
	if text == "" || len(link) > 2000 || strings.ContainsAny(link, " <>\n") {
		return
	}
	shown := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(lower, "mailto:"), "http://"), "https://")
	if strings.Contains(text, strings.TrimSuffix(strings.TrimPrefix(shown, "www."), "/")) {
		return
	}
	w.space = true
	w.word("<" + link + ">")
}

// picture shows the alternative text of an emoji; other pictures are listed
// as attachments.
func (w *textWriter) picture(z *html.Tokenizer, more bool) {
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if alt := string(value); string(key) == "alt" && alt != "" && len(alt) <= 16 && alt[0] >= 0x80 {
			w.text(alt)
		}
	}
}
