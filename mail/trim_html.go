package mail

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// htmlRuler stands for an <hr> among the lines of a page.
const htmlRuler = "________"

// The size in bytes and the number of tags up to which TrimHTML looks at a
// body: its tree takes about 400 bytes a tag.
const (
	maxTrimHTML = 1 << 20
	maxTrimTags = 20_000
)

// TrimHTML removes quoted mails from an HTML body: the containers that mail
// programs put them in, the "On … wrote:" above them, and all that follows our
// marker line, an Outlook header or an "Original Message" title. It returns
// the whole document again, as parsed and written anew; it is not made safe.
//
// It returns the body as it is, and false, when it finds nothing to remove,
// when the mail is a forward without a word of the author, and when the body
// is larger than 1 MiB, has more than 20,000 tags, or is nested deeper than the
// parser goes (512 elements).
// What an author wrote between two quotes stays, without the quotes.
func TrimHTML(body string) (string, bool) {
	if len(body) > maxTrimHTML || strings.Count(body, "<") > maxTrimTags {
		return body, false
	}
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return body, false
	}
	page := &htmlPage{cut: -1, quoting: quotingElements(doc)}
	page.walk(doc, htmlPlace{})
	page.endLine()
	if !page.removeQuotes() {
		return body, false
	}
	var out strings.Builder
	if err := html.Render(&out, doc); err != nil {
		return body, false
	}
	return out.String(), true
}

// htmlLine is a line as a reader sees it, and where it comes from.
type htmlLine struct {
	text  string
	nodes []*html.Node
	place htmlPlace
}

// htmlPlace is the outermost quote container around a node.
type htmlPlace struct {
	quote   *html.Node // surely a quote
	plain   *html.Node // a blockquote of which the author may be the maker
	wrapper *html.Node // holds a quote, its introduction, and perhaps answers
	pre     bool       // line ends in the text are line ends

	signature *html.Node // what the program put below the text
}

// htmlPage is a document as lines.
type htmlPage struct {
	lines []htmlLine
	open  htmlLine
	cut   int        // the line at which the history begins by from, or -1
	from  *html.Node // the container with which the history begins

	quoting map[*html.Node]bool // elements that hold a blockquote
}

// walk adds the lines of n. The parser bounds the depth.
func (p *htmlPage) walk(n *html.Node, place htmlPlace) {
	switch n.Type {
	case html.TextNode:
		p.text(n, place)
		return
	case html.ElementNode:
		switch n.DataAtom {
		case atom.Head, atom.Style, atom.Script, atom.Title, atom.Template:
			return
		}
		place = place.inside(n, p.quoting)
	}
	block := isHTMLBlock(n)
	if block {
		p.endLine()
	}
	if n.DataAtom == atom.Hr {
		p.lines = append(p.lines, htmlLine{text: htmlRuler, nodes: []*html.Node{n}, place: place})
	}
	if p.cut < 0 && startsHistory(n) {
		p.endLine()
		p.cut, p.from = len(p.lines), n
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.walk(c, place)
	}
	if to, ok := strings.CutPrefix(htmlAttr(n, "href"), "mailto:"); ok && len(p.open.text) <= maxLineLooked {
		p.open.text += " <" + to + ">" // names in headers often show no address
	}
	if block {
		p.endLine()
	}
}

// text adds a text node. Inside <pre> line ends count: the node is split, so
// that no node holds parts of two lines; walk meets the rest next.
func (p *htmlPage) text(n *html.Node, place htmlPlace) {
	ends := false
	if place.pre {
		if i := strings.IndexByte(n.Data, '\n'); i >= 0 {
			ends = true
			if rest := n.Data[i+1:]; rest != "" {
				n.Parent.InsertBefore(&html.Node{Type: html.TextNode, Data: rest}, n.NextSibling)
				n.Data = n.Data[:i+1]
			}
		}
	}
	p.open.add(n, place)
	if ends {
		p.endLine()
	}
}

func (l *htmlLine) add(n *html.Node, place htmlPlace) {
	if strings.TrimFunc(n.Data, isBlankRune) != "" || len(l.nodes) > 0 {
		l.nodes = append(l.nodes, n)
		l.place = place
	}
	if len(l.text) <= maxLineLooked {
		l.text += n.Data
	}
}

func (p *htmlPage) endLine() {
	if len(p.open.nodes) > 0 {
		p.open.text = strings.Join(strings.Fields(p.open.text), " ")
		p.lines = append(p.lines, p.open)
	}
	p.open = htmlLine{}
}

// removeQuotes takes the quotes out of the tree; false if there is nothing to
// take out, or if it would leave nothing of a forward.
func (p *htmlPage) removeQuotes() bool {
	lines := p.bodyLines()
	cut, forward := p.historyFrom(lines)
	drop := make([]bool, len(lines))
	for _, in := range findIntros(lines[:cut]) {
		if in.forward || in.to >= cut || !lines[in.to].quoted {
			cut, forward = in.from, in.forward
			break
		}
		for i := in.from; i < in.to; i++ {
			drop[i] = true
		}
		if place := &p.lines[in.to].place; place.quote == nil {
			place.quote = place.plain // the introduction makes it a quote
		}
	}
	p.dropWrapped(drop, cut)
	if forward && !p.hasReply(drop, cut) {
		return false
	}
	p.dropSignature(drop, cut)
	p.dropRulers(drop, cut)
	return p.take(drop, cut)
}

// bodyLines returns the lines for the rules of plain text.
func (p *htmlPage) bodyLines() []bodyLine {
	lines := make([]bodyLine, len(p.lines))
	for i, l := range p.lines {
		lines[i] = newLine(l.text)
		lines[i].quoted = lines[i].quoted || l.place.quote != nil || l.place.plain != nil
	}
	return lines
}

// historyFrom returns the line of our marker or of a container after which all
// is history, or len(lines).
func (p *htmlPage) historyFrom(lines []bodyLine) (cut int, forward bool) {
	cut = len(lines)
	if p.cut >= 0 {
		cut = rulerAbove(lines, p.cut)
	}
	mark := findMarker(lines)
	if mark >= cut {
		return cut, false
	}
	if lines[mark].quoted {
		for i := mark + 1; i < cut; i++ {
			if !lines[i].quoted {
				return cut, false // he answered below it
			}
		}
	}
	return mark, false
}

// dropWrapped marks the introduction above the quote in a wrapper that has
// one, in whatever language it is.
func (p *htmlPage) dropWrapped(drop []bool, cut int) {
	for i := 0; i < cut; i++ {
		w := p.lines[i].place.wrapper
		if w == nil || i > 0 && p.lines[i-1].place.wrapper == w {
			continue
		}
		to := i
		for to < cut && p.lines[to].place.wrapper == w && p.lines[to].place.quote == nil {
			to++
		}
		if to-i > 3 || to == cut || p.lines[to].place.wrapper != w {
			continue
		}
		for j := i; j < to; j++ {
			drop[j] = true
		}
	}
}

// dropSignature marks the signature that stands last of what the author wrote,
// unless it is long, reads like text, or is all there is.
func (p *htmlPage) dropSignature(drop []bool, cut int) {
	last := -1
	for i, l := range p.lines[:cut] {
		if !drop[i] && l.place.quote == nil {
			last = i
		}
	}
	if last < 0 {
		return
	}
	from := last
	for from >= 0 && (p.lines[from].place.signature != nil || drop[from] || p.lines[from].place.quote != nil) {
		if l := p.lines[from]; !drop[from] && l.place.quote == nil && len(strings.Fields(l.text)) > signatureProse {
			return
		}
		from--
	}
	if from < 0 || last-from > signatureLines {
		return
	}
	for i := from + 1; i <= last; i++ {
		drop[i] = drop[i] || p.lines[i].place.signature != nil
	}
}

// dropRulers marks the rulers right above what is removed.
func (p *htmlPage) dropRulers(drop []bool, cut int) {
	gone := cut < len(p.lines)
	for i := cut - 1; i >= 0; i-- {
		l := p.lines[i]
		switch {
		case drop[i] || l.place.quote != nil:
			gone = true
		case gone && l.text == htmlRuler:
			drop[i] = true
		default:
			gone = false
		}
	}
}

// hasReply reports whether the author wrote something above the cut.
func (p *htmlPage) hasReply(drop []bool, cut int) bool {
	for i, l := range p.lines[:cut] {
		if !drop[i] && l.place.quote == nil {
			return true
		}
	}
	return false
}

// take removes the marked lines, the quotes, and all from line cut on.
func (p *htmlPage) take(drop []bool, cut int) bool {
	taken := false
	for i, l := range p.lines {
		switch {
		case i >= cut:
		case l.place.quote != nil:
			prune(l.place.quote)
			taken = true
		case drop[i]:
			for _, n := range l.nodes {
				prune(n)
			}
			taken = true
		}
	}
	if cut < len(p.lines) {
		takeFrom(p.lines[cut].nodes[0])
		taken = true
	}
	if p.from != nil {
		takeFrom(p.from)
		taken = true
	}
	return taken
}

// takeFrom removes n and everything after it in the document.
func takeFrom(n *html.Node) {
	for a := n; a.Parent != nil; a = a.Parent {
		for a.NextSibling != nil {
			a.Parent.RemoveChild(a.NextSibling)
		}
	}
	prune(n)
}

// prune removes a node and the parents that it leaves empty.
func prune(n *html.Node) {
	for n.Parent != nil {
		parent := n.Parent
		parent.RemoveChild(n)
		if parent.FirstChild != nil || parent.Type != html.ElementNode ||
			parent.DataAtom == atom.Body || parent.DataAtom == atom.Html {
			return
		}
		n = parent
	}
}
