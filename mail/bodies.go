package mail

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"deskd/catalogue"
	"deskd/ticketing"
)

// textBuilder gathers the readable blocks of a mail in their order: a mail
// can be text, picture, text, or text and HTML of the same content.
type textBuilder struct {
	blocks []block
	size   int
}

// block is one readable piece; a piece without HTML shows its text.
type block struct {
	text, html string
	fromHTML   bool // text is to be made of html
}

// readBodies walks the tree and sorts every leaf: text, attachment or report.
func (p *parser) readBodies(at *part) error {
	if expired(p.deadline) {
		return ErrTimeLimit
	}
	switch at.mediaType {
	case "multipart/signed":
		p.problems.add(ticketing.Signed)
	case "multipart/encrypted":
		p.problems.add(ticketing.Encrypted)
	}
	switch {
	case at.tooDeep:
		p.attach(at)
		return p.measurePart(at)
	case at.mediaType == "multipart/alternative" && len(at.children) > 0:
		return p.readAlternative(at)
	case at.multipart() && len(at.children) > 0:
		for _, child := range at.children {
			if err := p.readBodies(child); err != nil {
				return err
			}
		}
		return nil
	case at.multipart():
		return p.readBrokenMultipart(at)
	}
	return p.readLeaf(at)
}

// readBrokenMultipart shows a multipart without any part as text.
func (p *parser) readBrokenMultipart(at *part) error {
	p.problems.add(ticketing.NoParts)
	text, err := p.readText(at, false)
	if err != nil {
		return err
	}
	p.addBlock(block{text: text})
	return nil
}

// readAlternative makes one block of the versions of one content
// (RFC 2046 §5.1.4); versions that are not readable become attachments.
func (p *parser) readAlternative(at *part) error {
	outer := p.text.blocks
	var texts, htmls []block
	known := map[[sha256.Size]byte]bool{}
	for _, child := range at.children {
		if p.needless(at, child) {
			continue
		}
		p.text.blocks = nil
		if err := p.readBodies(child); err != nil {
			return err
		}
		for _, b := range p.text.blocks {
			if b.fromHTML {
				htmls = append(htmls, b)
				continue
			}
			if words := digestWords(b.text); !known[words] {
				known[words] = true
				texts = append(texts, b)
			}
		}
	}
	p.text.blocks = outer
	text, markup := joinTexts(texts), joinHTML(htmls, p.limits.Text)
	switch {
	case len(texts)+len(htmls) == 0:
	case markup != "" && (strings.TrimSpace(visible(text)) == "" || excuse(text, markup)):
		p.text.blocks = append(p.text.blocks, block{html: markup, fromHTML: true})
	default:
		p.text.blocks = append(p.text.blocks, block{text: text, html: markup})
	}
	return nil
}

// maxExcuse is the longest plain version, in bytes, that is looked at for
// being none.
const maxExcuse = 300

// excuse says that the plain version of a content is one line that only tells
// that there is another in HTML, or where to read it.
func excuse(text, markup string) bool {
	line := strings.ToLower(strings.TrimSpace(text))
	if len(line) > maxExcuse || strings.IndexByte(line, '\n') >= 0 || !strings.Contains(line, "html") && !strings.Contains(line, "http") {
		return false
	}
	other := strings.ToLower(HTMLText(shorten(markup, 1<<20)))
	if strings.Contains(other, line) { // it says the same, shorter
		return false
	}
	if strings.Contains(line, "html") {
		return len(other) >= 20
	}
	return len(other) > 5*len(line)
}

// needless says that a version of a content is in a format of less use than
// another version that is there.
func (p *parser) needless(at, child *part) bool {
	switch child.mediaType {
	case "text/enriched", "text/richtext", "text/x-amp-html", "text/watch-html", "text/x-watch-html":
		return hasPart(at, "text/plain") || hasPart(at, "text/html")
	}
	return false
}

// readLeaf decides what a part without parts is.
func (p *parser) readLeaf(at *part) error {
	switch p.roleOf(at) {
	case roleText:
		return p.readPlain(at)
	case roleHTML:
		text, err := p.readText(at, true)
		if err != nil {
			return err
		}
		p.addBlock(block{html: text, fromHTML: true})
		return nil
	case roleReport:
		return p.readReport(at)
	case roleReturned:
		return p.readReturned(at)
	case roleControl:
		if at.mediaType == "application/pgp-encrypted" {
			p.problems.add(ticketing.Encrypted)
		}
		return nil
	case roleMessage:
		if at.parent == nil || p.wrapsReport(at) {
			return p.readWrapped(at)
		}
		if err := p.readNested(at); err != nil {
			return err
		}
	case roleCalendar:
		if err := p.readCalendar(at); err != nil {
			return err
		}
	case roleTNEF:
		return p.readTNEF(at)
	case roleCMS:
		return p.readCMS(at)
	}
	p.attach(at)
	return p.measurePart(at)
}

// mislabelledHTML says that a text is a whole page of HTML, whatever its type.
func mislabelledHTML(text string) bool {
	head := strings.ToLower(strings.TrimSpace(shorten(text, 200)))
	if !strings.HasPrefix(head, "<html") && !strings.HasPrefix(head, "<!doctype html") {
		return false
	}
	tail := strings.ToLower(text[max(0, len(text)-200):])
	return strings.Contains(tail, "</html>")
}

// addText adds the text of a part that is not HTML by its label.
func (p *parser) addText(at *part, text string) {
	switch {
	case mislabelledHTML(text):
		p.addBlock(block{html: text, fromHTML: true})
		return
	case at.mediaType == "text/enriched":
		text = enrichedText(text)
	case strings.EqualFold(at.params.get("format"), "flowed"):
		text = unflow(text, strings.EqualFold(at.params.get("delsp"), "yes"))
	}
	p.addBlock(block{text: text})
}

// textLeft is how many more bytes of text are kept.
func (p *parser) textLeft() int { return max(0, p.limits.Text-p.text.size) }

func (p *parser) addBlock(b block) {
	left := p.textLeft()
	if len(b.text)+len(b.html) > left {
		p.problems.addArg(ticketing.TextTooLong, p.limits.Text)
		b.text = shorten(b.text, left)
		b.html = shorten(b.html, left)
	}
	p.text.size += len(b.text) + len(b.html)
	p.text.blocks = append(p.text.blocks, b)
}

// readText decodes a text part up to the limit.
func (p *parser) readText(at *part, isHTML bool) (string, error) {
	data, err := p.readPart(at, p.textLeft())
	if err != nil {
		return "", err
	}
	text := p.cs.body(data, at.params.get("charset"), isHTML)
	return cleanBody(text), nil
}

// readPart decodes at most limit bytes of a part into memory.
func (p *parser) readPart(at *part, limit int) ([]byte, error) {
	data, more, err := p.readStart(at, limit)
	if more {
		p.problems.addArg(ticketing.TextTooLong, limit)
	}
	return data, err
}

// readStart is readPart for those who can do with less than all of it.
func (p *parser) readStart(at *part, limit int) (data []byte, more bool, err error) {
	r, err := p.openDecoded(at)
	if err != nil {
		return nil, false, err
	}
	size := min(int64(limit), at.end-at.start) + 1
	data = make([]byte, 0, max(size, 512))
	for len(data) < cap(data) {
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if err == io.EOF {
			break
		} else if err != nil {
			return nil, false, err
		}
	}
	if more = len(data) > limit; more {
		data = data[:limit]
	}
	p.decoded += int64(len(data))
	return data, more, nil
}

// openDecoded gives the decoded bytes of a part, under the time limit.
func (p *parser) openDecoded(at *part) (io.Reader, error) {
	if at.piece != nil {
		return p.openPiece(at.piece)
	}
	r, err := p.sourceOf(at).section(at.start, at.end)
	if err != nil {
		return nil, err
	}
	if !p.deadline.IsZero() && p.src.data == nil {
		r = &timedReader{r, p.deadline}
	}
	return decodeTransfer(r, at.header.first("Content-Transfer-Encoding"), &p.problems), nil
}

// timedReader ends with ErrTimeLimit when time is over.
type timedReader struct {
	r        io.Reader
	deadline time.Time
}

func (t *timedReader) Read(b []byte) (int, error) {
	if expired(t.deadline) {
		return 0, ErrTimeLimit
	}
	return t.r.Read(b)
}

// finishBodies makes Text, HTML, Reply, Language and BodyDigest of what was
// gathered.
func (p *parser) finishBodies() {
	m := p.msg
	markup := false
	for i := range p.text.blocks {
		b := &p.text.blocks[i]
		if b.fromHTML {
			b.text = HTMLText(b.html)
		}
		markup = markup || b.html != ""
	}
	p.text.joinVersions()
	m.Text = joinTexts(p.text.blocks)
	p.notePGP(m.Text)
	if markup {
		whole := joinHTML(p.text.blocks, p.limits.Text)
		p.markInline(whole)
		if !p.limits.NoHTML {
			m.HTML = SanitizeHTML(whole)
		}
	}
	if p.nesting > 0 { // it is looked into for its words alone
		return
	}
	m.Reply = p.reply()
	m.Language = catalogue.Guess(m.Text, m.Subject)
	m.BodyDigest = p.bodyDigest()
}

// joinVersions makes one block of a text and the same in HTML behind it, which
// some programs do not call alternatives.
func (t *textBuilder) joinVersions() {
	for i := 0; i+1 < len(t.blocks); i++ {
		text, other := &t.blocks[i], t.blocks[i+1]
		if text.html == "" && other.fromHTML && sameWords(text.text, other.text) {
			text.html = other.html
			t.blocks = slices.Delete(t.blocks, i+1, i+2)
		}
	}
}

// sameWords compares texts without white space, which is most of what
// differs between a text and the same in HTML.
func sameWords(a, b string) bool {
	next, stop := iter.Pull(strings.FieldsSeq(b))
	defer stop()
	for word := range strings.FieldsSeq(a) {
		if other, ok := next(); !ok || other != word {
			return false
		}
	}
	_, more := next()
	return !more
}

// digestWords is the same for texts with the same words, to compare many.
func digestWords(text string) [sha256.Size]byte {
	var words []byte
	for word := range strings.FieldsSeq(text) {
		words = append(append(words, word...), ' ')
	}
	return sha256.Sum256(words)
}

func joinTexts(blocks []block) string {
	if len(blocks) == 1 {
		return blocks[0].text
	}
	var b strings.Builder
	for _, piece := range blocks {
		if strings.TrimSpace(piece.text) == "" {
			continue
		}
		if b.Len() > 0 && !strings.HasSuffix(b.String(), "\n") {
			b.WriteByte('\n')
		}
		b.WriteString(piece.text)
	}
	return b.String()
}

// joinHTML shows all blocks, those without HTML as preformatted text.
func joinHTML(blocks []block, limit int) string {
	if len(blocks) == 1 && blocks[0].html != "" {
		return blocks[0].html
	}
	var b strings.Builder
	for _, piece := range blocks {
		switch {
		case b.Len() > limit:
			return b.String()
		case piece.html != "":
			b.WriteString("<div>")
			b.WriteString(piece.html)
			b.WriteString("</div>")
		case strings.TrimSpace(piece.text) != "":
			b.WriteString("<pre>")
			b.WriteString(html.EscapeString(piece.text))
			b.WriteString("</pre>")
		}
	}
	return b.String()
}

// bodyDigest is independent of transport: encodings, charsets, line ends and
// trailing blanks do not count, the names and contents of files do.
func (p *parser) bodyDigest() string {
	sum := sha256.New()
	out := bufio.NewWriter(sum)
	for line := range strings.Lines(p.msg.Text) {
		_, _ = out.WriteString(strings.TrimRight(line, " \t\n"))
		_ = out.WriteByte('\n')
	}
	for i, a := range p.msg.Attachments {
		_, _ = fmt.Fprintf(out, "\x00%s\x00", a.Name)
		if i < len(p.contents) {
			_, _ = out.Write(p.contents[i])
		}
	}
	_ = out.Flush()
	return hex.EncodeToString(sum.Sum(nil))
}
