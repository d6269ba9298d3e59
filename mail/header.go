package mail

import (
	"bytes"
	"io"
	"strings"

	"deskd/ticketing"
)

// field is one header field: value raw, without the line end, folds still in.
type field struct {
	name, value string
}

// header is a header block as it came, in order.
type header []field

// first returns the unfolded value of the first field of that name.
func (h header) first(name string) string {
	for i := range h {
		if len(h[i].name) == len(name) && strings.EqualFold(h[i].name, name) {
			return unfold(h[i].value)
		}
	}
	return ""
}

// all returns the unfolded values of every field of that name.
func (h header) all(name string) []string {
	var values []string
	for i := range h {
		if len(h[i].name) == len(name) && strings.EqualFold(h[i].name, name) {
			values = append(values, unfold(h[i].value))
		}
	}
	return values
}

func (h header) count(name string) int {
	n := 0
	for i := range h {
		if len(h[i].name) == len(name) && strings.EqualFold(h[i].name, name) {
			n++
		}
	}
	return n
}

func (h header) has(name string) bool { return h.count(name) > 0 }

// unfold removes line ends from a value (RFC 5322 §2.2.3) and blanks around
// it, bytewise: the value may be in any charset.
func unfold(value string) string {
	if strings.IndexByte(value, '\n') >= 0 || strings.IndexByte(value, '\r') >= 0 {
		kept := make([]byte, 0, len(value))
		for i := range len(value) {
			if value[i] != '\r' && value[i] != '\n' {
				kept = append(kept, value[i])
			}
		}
		value = string(kept)
	}
	return strings.Trim(value, " \t")
}

// headerReader reads header blocks, good ones and damaged ones.
type headerReader struct {
	lines    *lineReader
	limits   *Limits
	problems *problems
	gone     bool // went on after a blank line
}

// headerBlock is a header block as it is read: all kept lines, in one
// allocation, and where in them each field starts.
type headerBlock struct {
	lines []byte
	marks []int
}

// read takes a header block and the blank line after it. It drops mbox "From "
// lines and garbage between fields; a line that cannot belong to a header and
// has no field behind it is left to the body.
func (hr *headerReader) read(top bool) (header, error) {
	b := headerBlock{lines: make([]byte, 0, 200), marks: make([]int, 0, 4)} // as of a part
	if top {
		b = headerBlock{lines: make([]byte, 0, 4<<10), marks: make([]int, 0, 32)}
	}
	for {
		next := hr.lines.peekLine()
		blank := len(next) > 0 && len(trimEOL(next)) == 0
		begun := len(b.marks) > 0
		if blank && top && begun && !hr.gone && hr.goesOn(len(next), b.lines) {
			hr.gone = true
			if err := hr.lines.skip(len(next)); err != nil {
				return nil, err
			}
			hr.problems.add(ticketing.BadHeaderLine)
			continue
		}
		kind := blankLine
		if len(next) > 0 && !blank {
			kind = classifyLine(next, begun)
		}
		if kind == garbageLine && !hr.headerFollows(len(next)) {
			hr.noEnd(begun || !top)
			break
		}
		line, err := hr.lines.next()
		if err != nil && err != io.EOF {
			return nil, err
		}
		if err == io.EOF || blank && (begun || !top) {
			break
		}
		hr.take(&b, kind, line)
	}
	return cutFields(string(b.lines), b.marks), nil
}

// take adds a line to the block, within the limits.
func (hr *headerReader) take(b *headerBlock, kind lineKind, line []byte) {
	room := hr.limits.HeaderBytes - len(b.lines) - len(line)
	switch {
	case kind == blankLine || kind == mboxLine:
	case kind == garbageLine:
		hr.problems.add(ticketing.BadHeaderLine)
		if n := len(b.marks); n > 0 && room > 0 && continues(b.lines[b.marks[n-1]:], line) {
			b.lines = append(append(b.lines, ' '), line...)
		}
	case room < 0:
		hr.problems.add(ticketing.HeaderTooLong)
	case kind == continuation:
		b.lines = append(b.lines, line...)
	case len(b.marks) >= hr.limits.Fields:
		hr.problems.add(ticketing.TooManyFields)
	default:
		b.marks = append(b.marks, len(b.lines))
		b.lines = append(b.lines, line...)
	}
}

// noEnd notes that the body begins without a blank line before it.
func (hr *headerReader) noEnd(begun bool) {
	if begun {
		hr.problems.add(ticketing.NoBlankLine)
	} else {
		hr.problems.add(ticketing.NoHeader)
	}
}

// goesOn says that the header goes on after a blank line, which stands before
// what tells the type of the body.
func (hr *headerReader) goesOn(skip int, block []byte) bool {
	next := hr.lines.peek(skip + 16)
	if len(next) < skip+13 {
		return false
	}
	next = next[skip:]
	if !bytes.EqualFold(next[:13], []byte("Content-Type:")) && !bytes.EqualFold(next[:13], []byte("MIME-Version:")) {
		return false
	}
	for line := range bytes.Lines(block) {
		if len(line) > 13 && bytes.EqualFold(line[:13], []byte("Content-Type:")) {
			return false
		}
	}
	return true
}

// continues says that a line that is no field belongs to the field before: it
// begins with an encoded word, or the field is a subject with a line end in
// it that nobody folded.
func continues(field, line []byte) bool {
	return bytes.HasPrefix(line, []byte("=?")) || len(field) > 8 && bytes.EqualFold(field[:8], []byte("Subject:"))
}

// peekLine shows the next line as far as it fits the window.
func (l *lineReader) peekLine() []byte {
	if l.r == nil {
		if n := bytes.IndexByte(l.data, l.eol); n >= 0 {
			return l.data[:n+1]
		}
		return l.data
	}
	for n := 512; ; n *= 8 {
		head, err := l.r.Peek(min(n, window))
		if i := bytes.IndexByte(head, l.eol); i >= 0 {
			return head[:i+1]
		}
		if err != nil || n >= window {
			return head
		}
	}
}

func cutFields(block string, marks []int) header {
	h := make(header, 0, len(marks))
	for i, start := range marks {
		end := len(block)
		if i+1 < len(marks) {
			end = marks[i+1]
		}
		name, value, _ := strings.Cut(block[start:end], ":")
		value = strings.TrimRight(value, "\r\n")
		h = append(h, field{name: strings.TrimRight(name, " \t"), value: value})
	}
	return h
}

type lineKind int

const (
	blankLine lineKind = iota
	fieldLine
	continuation
	mboxLine
	garbageLine
)

// classifyLine tells what a line of a header block is. A field name is
// printable ASCII without blanks (RFC 5322 §2.2), with blanks allowed before
// the colon (§4.5.8).
func classifyLine(line []byte, started bool) lineKind {
	if line[0] == ' ' || line[0] == '\t' {
		if started {
			return continuation
		}
		return garbageLine
	}
	if rest, ok := bytes.CutPrefix(bytes.TrimLeft(line, ">"), []byte("From ")); ok && !bytes.HasPrefix(bytes.TrimLeft(rest, " \t"), []byte(":")) {
		return mboxLine
	}
	for i, c := range line {
		if c == ':' {
			if i == 0 {
				return garbageLine
			}
			return fieldLine
		}
		if c <= ' ' || c >= 0x7f {
			rest := bytes.TrimLeft(line[i:], " \t")
			if i > 0 && (c == ' ' || c == '\t') && len(rest) > 0 && rest[0] == ':' {
				return fieldLine
			}
			return garbageLine
		}
	}
	return garbageLine
}

// headerFollows looks some lines ahead of a garbage line, as many as a signature
// field has: a header field before the next blank line means that the block
// goes on.
func (hr *headerReader) headerFollows(skip int) bool {
	ahead := hr.lines.peek(skip + 4096)
	if len(ahead) <= skip {
		return false
	}
	ahead = ahead[skip:]
	for range 20 {
		line, rest, more := bytes.Cut(ahead, []byte{hr.lines.eol})
		if len(bytes.TrimRight(line, "\r")) == 0 {
			return false
		}
		if classifyLine(line, false) == fieldLine && likelyField(line) {
			return true
		}
		if !more {
			return false
		}
		ahead = rest
	}
	return false
}

// likelyField tells a header field from prose such as "Note: see below".
func likelyField(line []byte) bool {
	name, _, _ := bytes.Cut(line, []byte(":"))
	switch strings.ToLower(string(bytes.TrimRight(name, " \t"))) {
	case "from", "to", "cc", "subject", "date", "received", "sender":
		return true
	}
	return bytes.IndexByte(name, '-') > 0
}
