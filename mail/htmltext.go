package mail

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// HTMLText reads HTML as plain text: paragraphs and lists kept, quotes marked
// with ">", lists with "-" or numbers, the address behind a link where the
// text does not show it. What the mail hides from its reader is left out,
// unless there is nothing else. Time and memory are linear in the input.
func HTMLText(markup string) string {
	w := textWriter{}
	if strings.IndexByte(markup, '<') < 0 { // plain text under the name of HTML
		markup = strings.ReplaceAll(markup, "\n", "<br>")
	}
	text := w.read(markup)
	if text == "" && w.hid {
		w = textWriter{showAll: true}
		text = w.read(markup)
	}
	return text
}

func (w *textWriter) read(markup string) string {
	z := html.NewTokenizer(strings.NewReader(markup))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return w.String()
		case html.TextToken:
			if w.skip == "" && w.hidden.tag == 0 {
				w.text(string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			w.start(z)
		case html.EndTagToken:
			name, _ := z.TagName()
			w.end(name)
		}
	}
}

// textWriter writes text with collapsed white space and pending line ends.
type textWriter struct {
	b        strings.Builder
	newlines int  // wanted before the next text
	space    bool // a blank is wanted before the next text
	tab      bool // the blank is a tab: the next cell of a table of data
	begun    bool // something was written
	bullet   bool // a list item or a cell of data begins: its text comes in this line
	cells    int  // of the row
	skip     string
	showAll  bool // hidden text too
	hid      bool // something was hidden
	hidden   region
	kept     region // where white space is kept by a style
	pre      int
	quotes   []bool // per open blockquote: whether it is one
	quote    int    // how many are
	between  int    // the least that were since the last text: empty lines belong to that
	lists    []int  // per open list: -1 for bullets, else the last number
	tables   []bool // per open table: whether it shows data
	tight    int    // 1 more than the length of b where a paragraph without margins began
	link     string
	linkText int // length of b where the link began
}

func (w *textWriter) String() string {
	return strings.TrimRight(w.b.String(), " \t\n")
}

// maxNesting bounds the quote marks and lists that hostile markup may open.
const maxNesting = 20

// skipped are elements whose content is no text of the mail.
func skipped(name []byte) bool {
	switch string(name) {
	case "script", "style", "title", "template", "noscript", "textarea", "select", "iframe", "object", "svg", "math", "xml", "video", "audio":
		return true
	}
	return false
}

func (w *textWriter) start(z *html.Tokenizer) {
	name, more := z.TagName()
	if w.skip != "" {
		return
	}
	if skipped(name) {
		w.skip = string(name)
		return
	}
	tag := atom.Lookup(name)
	if w.hidden.holds(tag) {
		return
	}
	var a attributes
	if more {
		a.read(z)
	}
	if a.hides(tag) && !w.showAll {
		w.hid = true
		w.hidden.open(tag)
		return
	}
	if w.kept.tag != 0 && !w.kept.holds(tag) {
		w.pre--
	}
	w.element(tag, &a)
	if w.kept.tag == 0 && a.keepsSpace() && w.kept.open(tag) {
		w.pre++
	}
}

func (w *textWriter) element(tag atom.Atom, a *attributes) {
	switch tag {
	case atom.Br:
		w.newlines++
		w.space = false
	case atom.P:
		w.paragraph(a)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.line(2)
	case atom.Pre:
		w.line(2)
		w.pre++
	case atom.Blockquote:
		w.openQuote(a)
	case atom.Ul, atom.Ol:
		w.line(1)
		w.openList(tag, a)
	case atom.Li:
		w.line(1)
		w.item(a)
	case atom.Hr:
		w.line(1)
		w.text("---")
		w.line(1)
	case atom.Table:
		w.line(1)
		if len(w.tables) < maxNesting {
			w.tables = append(w.tables, a.border)
		}
	case atom.Tr:
		w.endRow()
	case atom.Td, atom.Th:
		w.cell(tag)
	case atom.A:
		w.link, w.linkText = a.href, w.b.Len()
	case atom.Img:
		w.picture(a)
	default:
		if blockTag(tag) {
			w.line(1)
		}
	}
}

func (w *textWriter) end(name []byte) {
	if w.skip != "" {
		if string(name) == w.skip {
			w.skip = ""
		}
		return
	}
	tag := atom.Lookup(name)
	if w.hidden.tag != 0 {
		w.hidden.close(tag)
		return
	}
	if w.kept.close(tag) {
		w.pre--
	}
	switch tag {
	case atom.P:
		w.endParagraph()
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.line(2)
	case atom.Pre:
		w.line(2)
		w.pre = max(0, w.pre-1)
	case atom.Blockquote:
		w.closeQuote()
	case atom.Ul, atom.Ol:
		w.line(1)
		if len(w.lists) > 0 {
			w.lists = w.lists[:len(w.lists)-1]
		}
	case atom.Table:
		w.endRow()
		if len(w.tables) > 0 {
			w.tables = w.tables[:len(w.tables)-1]
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

// line asks for at least n line ends before the next text. The text of a list
// item stays beside its mark.
func (w *textWriter) line(n int) {
	if w.bullet {
		return
	}
	w.newlines = max(w.newlines, n)
	w.space, w.tab = false, false
}

// paragraph begins one; those without margins follow each other as lines do,
// and an empty one among them is an empty line.
func (w *textWriter) paragraph(a *attributes) {
	if w.tight = 0; a.tight {
		w.line(1)
		w.tight = w.b.Len() + 1
		return
	}
	w.line(2)
}

func (w *textWriter) endParagraph() {
	switch {
	case w.tight == 0:
		w.line(2)
	case w.tight == w.b.Len()+1 && w.newlines == 1:
		w.newlines++
	default:
		w.line(1)
	}
	w.tight = 0
}

// cell begins one of a table. Those of data stay in the line of their row.
func (w *textWriter) cell(tag atom.Atom) {
	w.space = true
	n := len(w.tables)
	if n == 0 {
		return
	}
	if w.tables[n-1] = w.tables[n-1] || tag == atom.Th; !w.tables[n-1] {
		return
	}
	if w.cells++; w.cells > 1 {
		w.newlines, w.tab = 0, true
	}
	w.bullet = true
}

// endRow ends a row, if one was begun; margins inside its last cell count for
// nothing where it is one of data.
func (w *textWriter) endRow() {
	if n := len(w.tables); n > 0 && w.tables[n-1] && w.cells > 0 {
		w.newlines = 0
	}
	w.bullet, w.cells = false, 0
	w.line(1)
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
		if line = strings.TrimSuffix(line, "\r"); line != "" {
			w.word(strings.ReplaceAll(line, "\u00a0", " "))
		}
	}
}

// word writes one word, after what is pending.
func (w *textWriter) word(s string) {
	if s = visible(s); s == "" {
		return
	}
	switch {
	case !w.begun:
		w.mark()
	case w.newlines > 0:
		for range min(w.newlines, 3) - 1 {
			w.b.WriteByte('\n')
			w.b.WriteString(strings.Repeat(">", w.between))
		}
		w.b.WriteByte('\n')
		w.mark()
	case w.space && w.tab:
		w.b.WriteByte('\t')
	case w.space:
		w.b.WriteByte(' ')
	}
	w.newlines, w.space, w.tab, w.begun, w.bullet = 0, false, false, true, false
	w.between = w.quote
	w.b.WriteString(s)
}

// mark writes the quote marks at the start of a line.
func (w *textWriter) mark() {
	if w.quote > 0 {
		w.b.WriteString(strings.Repeat(">", w.quote))
		w.b.WriteByte(' ')
	}
}

// openQuote begins a blockquote; those that editors use to indent are none.
func (w *textWriter) openQuote(a *attributes) {
	w.line(1)
	if len(w.quotes) >= maxNesting {
		return
	}
	w.quotes = append(w.quotes, !a.indent)
	if !a.indent {
		w.quote++
	}
}

func (w *textWriter) closeQuote() {
	w.line(1)
	n := len(w.quotes)
	if n == 0 {
		return
	}
	if w.quotes[n-1] {
		w.quote--
		w.between = min(w.between, w.quote)
	}
	w.quotes = w.quotes[:n-1]
}

func (w *textWriter) openList(tag atom.Atom, a *attributes) {
	switch {
	case len(w.lists) >= maxNesting:
	case tag == atom.Ol:
		w.lists = append(w.lists, max(a.number, 1)-1)
	default:
		w.lists = append(w.lists, -1)
	}
}

// item writes the mark of a list item, indented in inner lists.
func (w *textWriter) item(a *attributes) {
	mark := "-"
	n := len(w.lists)
	if n > 0 && w.lists[n-1] >= 0 {
		if w.lists[n-1]++; a.number > 0 {
			w.lists[n-1] = a.number
		}
		mark = strconv.Itoa(w.lists[n-1]) + "."
	}
	w.bullet = false
	w.word(strings.Repeat("  ", max(0, n-1)) + mark)
	w.space, w.bullet = true, true
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
	shown := strings.TrimPrefix(strings.TrimPrefix(lower, "http://"), "https://")
	if address, ok := strings.CutPrefix(lower, "mailto:"); ok {
		shown, _, _ = strings.Cut(address, "?")
	}
	if strings.Contains(text, strings.TrimSuffix(strings.TrimPrefix(shown, "www."), "/")) {
		return
	}
	w.space = true
	w.word("<" + link + ">")
}

// picture shows the alternative text of a picture where it says something:
// an emoji, or words.
func (w *textWriter) picture(a *attributes) {
	alt := strings.Join(strings.Fields(a.alt), " ")
	switch {
	case alt == "":
	case len(alt) <= 16 && alt[0] >= 0x80:
		w.text(alt)
	case !telling(alt):
	case w.link != "":
		w.text(alt)
	default:
		w.text("[" + alt + "]")
	}
}
