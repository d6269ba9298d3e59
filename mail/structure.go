package mail

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"time"

	"deskd/ticketing"
)

// part is a node of the MIME tree: where it lies in the raw mail, and what
// its header says.
type part struct {
	spec       string // IMAP part specifier, "" for a multipart at the top
	header     header
	mediaType  string // lower case, "type/subtype"
	params     params // of Content-Type
	start, end int64  // raw bytes of the body
	parent     *part
	children   []*part
	depth      int
	guess      string // a boundary seen where none was declared
	tooDeep    bool
	src        *source // where it lies, nil for the mail itself
	piece      *piece  // of what lies inside another part
}

func (p *part) multipart() bool { return strings.HasPrefix(p.mediaType, "multipart/") }

// scanner finds the parts of a mail in one pass over its lines, with a stack
// of open boundaries whose height is limited before anything is walked.
type scanner struct {
	src      *source
	limits   *Limits
	problems *problems
	deadline time.Time

	lines   *lineReader
	open    []openMultipart
	leaf    *part // whose body the lines belong to
	parts   int
	headers int   // bytes of the headers of all parts
	base    int   // depth of the root, for a mail inside of another part
	eolLen  int64 // length of the line end before the current line
}

// minHeader is how many bytes of its header each part may have, however many
// there are.
const minHeader = 8 << 10

type openMultipart struct {
	part     *part
	boundary []byte
	closed   bool
}

// scan reads the tree of the mail between two offsets. spec is the specifier
// of the message/rfc822 part that holds it, or "".
func (s *scanner) scan(start, end int64, spec string) (*part, error) {
	lines, err := s.src.lines(start, end)
	if err != nil {
		return nil, err
	}
	s.lines, s.open, s.eolLen = lines, nil, 0
	if bom := []byte("\uFEFF"); bytes.Equal(lines.peek(len(bom)), bom) {
		if err := lines.skip(len(bom)); err != nil {
			return nil, err
		}
	}
	root := &part{spec: spec, depth: s.base}
	if err := s.readPart(root, true); err != nil {
		return nil, err
	}
	if !root.multipart() || root.tooDeep {
		root.spec = joinSpec(spec, 1)
	}
	if err := s.bodies(end); err != nil {
		return nil, err
	}
	return root, nil
}

func joinSpec(spec string, n int) string {
	if spec == "" || strings.HasSuffix(spec, "/") {
		return spec + strconv.Itoa(n)
	}
	return spec + "." + strconv.Itoa(n)
}

// readPart reads the header of a part and opens it when it is a multipart.
func (s *scanner) readPart(p *part, top bool) error {
	limits, begin := *s.limits, s.lines.off
	// All headers are held in memory: four times the limit of one for all
	// together, then a little for each.
	limits.HeaderBytes = min(limits.HeaderBytes, max(minHeader, 4*limits.HeaderBytes-s.headers))
	hr := headerReader{lines: s.lines, limits: &limits, problems: s.problems}
	h, err := hr.read(top)
	if err != nil {
		return err
	}
	s.headers += int(s.lines.off - begin)
	p.header, p.start, s.leaf = h, s.lines.off, p
	fallback := "text/plain"
	if p.in("multipart/digest") {
		fallback = "message/rfc822"
	}
	if _, ps := disposition(h); ps.get("filename") != "" {
		fallback = typeOfName(ps.get("filename"))
	}
	p.mediaType, p.params = contentType(h.first("Content-Type"), fallback)
	if boundary := s.undeclared(p, top); boundary != "" {
		p.mediaType, p.params = "multipart/mixed", append(p.params, param{"boundary", boundary})
		s.problems.add(ticketing.NoBoundary)
	}
	var text *part
	if h.count("Content-Type") > 1 {
		text = p.doubledType()
	}
	if p.multipart() {
		s.openPart(p)
	}
	if text != nil && !p.tooDeep && !preamble(s.lines.peek(64)) {
		s.parts++
		text.start, s.leaf = p.start, text
		p.children = append(p.children, text)
	}
	return nil
}

// preamble says that a multipart starts with what is meant for programs that
// know none.
func preamble(head []byte) bool {
	return bytes.HasPrefix(bytes.ToLower(bytes.TrimLeft(head, "\r\n")), []byte("this is a multi"))
}

// undeclared finds the boundary of a multipart that is not called one: a text
// with a boundary that is in it, or a mail without any type that begins with
// the header of a part.
func (s *scanner) undeclared(p *part, top bool) string {
	declared := p.params.get("boundary")
	switch {
	case strings.HasPrefix(p.mediaType, "text/") && declared != "":
		if bytes.Contains(s.lines.peek(4096), []byte("--"+declared+"\n")) || bytes.Contains(s.lines.peek(4096), []byte("--"+declared+"\r")) {
			return declared
		}
	case top && !p.header.has("Content-Type"):
		ahead := bytes.TrimLeft(s.lines.peek(1024), "\r\n")
		line, rest, _ := bytes.Cut(ahead, []byte("\n"))
		if lower := bytes.ToLower(line); bytes.Contains(lower, []byte("message in mime format")) {
			line, rest, _ = bytes.Cut(bytes.TrimLeft(rest, "\r\n"), []byte("\n"))
		}
		line = bytes.TrimRight(line, " \t\r")
		if len(line) > 10 && bytes.HasPrefix(line, []byte("--")) && len(rest) > 8 && bytes.EqualFold(rest[:8], []byte("Content-")) {
			return string(line[2:])
		}
	}
	return ""
}

// doubledType chooses between several Content-Type fields: that of a multipart
// with a boundary counts, as otherwise its parts are shown raw. If another is
// that of a text, some program put the multipart around a text without
// making a part of it, or forgot the boundary before the first part: what
// stands before the first boundary is that part.
func (p *part) doubledType() *part {
	text := &part{parent: p, depth: p.depth + 1, spec: joinSpec(p.spec, 1), header: p.header}
	multipart := false
	for _, value := range p.header.all("Content-Type") {
		kind, params := contentType(value, "")
		switch {
		case strings.HasPrefix(kind, "text/") && text.mediaType == "":
			text.mediaType, text.params = kind, params
		case strings.HasPrefix(kind, "multipart/") && params.get("boundary") != "" && !multipart:
			p.mediaType, p.params, multipart = kind, params, true
		}
	}
	if !multipart || text.mediaType == "" {
		return nil
	}
	return text
}

// boundary is the declared one, without what programs add to it.
func (p *part) boundary() string {
	boundary := p.params.get("boundary")
	if boundary == "" {
		boundary, _ = p.params.extended("boundary", &charsets{problems: &problems{}})
	}
	if start := strings.Index(boundary, " ("); start > 0 && strings.HasSuffix(boundary, ")") {
		boundary = boundary[:start]
	}
	return boundary
}

func (s *scanner) openPart(p *part) {
	boundary := p.boundary()
	if p.depth >= s.limits.Depth {
		s.problems.addArg(ticketing.NestedTooDeep, s.limits.Depth)
		p.tooDeep = true
		return
	}
	if boundary == "" {
		s.problems.add(ticketing.NoBoundary)
	}
	s.open = append(s.open, openMultipart{part: p, boundary: []byte(boundary)})
}

// bodies reads to the end, cutting at boundaries.
func (s *scanner) bodies(end int64) error {
	length, whole := 0, true
	for n := 0; ; n++ {
		if n%4096 == 0 && expired(s.deadline) {
			return ErrTimeLimit
		}
		at := s.lines.off
		line, err := s.lines.next()
		if err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		if whole && len(line) > 2 && line[0] == '-' && line[1] == '-' && len(s.open) > 0 {
			taken, err := s.boundary(line, at)
			if err != nil {
				return err
			}
			if taken {
				continue
			}
		} else if tail := s.joined(line); tail > 0 {
			s.eolLen = 0
			if _, err := s.boundary(line[tail:], at+int64(tail)); err != nil {
				return err
			}
			continue
		}
		trimmed := len(trimEOL(line))
		s.eolLen = int64(len(line) - trimmed)
		whole = s.eolLen > 0 || s.lines.eol == '\r'
		if length += len(line); length > s.limits.LineBytes {
			s.problems.addArg(ticketing.LineTooLong, s.limits.LineBytes)
		}
		if whole {
			length = 0
		}
	}
	if len(s.open) > 0 && !s.open[0].closed && len(s.open[0].part.children) > 0 {
		s.problems.add(ticketing.CutOff)
	}
	s.closeDownTo(0, end)
	return nil
}

// boundary handles a line that starts with "--"; it reports whether it was
// one of the open boundaries.
func (s *scanner) boundary(line []byte, at int64) (bool, error) {
	i, last := s.match(trimEOL(line))
	if i < 0 {
		s.guess(line)
		return false, nil
	}
	s.closeDownTo(i+1, max(at-s.eolLen, 0))
	m := &s.open[i]
	s.eolLen = 0
	if last {
		m.closed, s.leaf = true, nil
		m.part.end = at + int64(len(line))
		return true, nil
	}
	if s.parts++; s.parts > s.limits.Parts {
		if s.parts == s.limits.Parts+1 {
			s.problems.addArg(ticketing.TooManyParts, s.limits.Parts)
		}
		s.leaf = nil
		return true, nil
	}
	child := &part{parent: m.part, depth: m.part.depth + 1, spec: joinSpec(m.part.spec, len(m.part.children)+1)}
	m.part.children = append(m.part.children, child)
	return true, s.readPart(child, false)
}

// minJoined is the shortest boundary that is known for one behind a text.
const minJoined = 12

// joined finds a delimiter at the end of a line of text, where the line end
// before it was forgotten; 0 if there is none.
func (s *scanner) joined(line []byte) int {
	if len(s.open) == 0 {
		return 0
	}
	m := &s.open[len(s.open)-1]
	if m.closed || len(m.boundary) < minJoined || len(m.part.children) == 0 {
		return 0
	}
	text := bytes.TrimSuffix(bytes.TrimRight(trimEOL(line), " \t"), []byte("--"))
	if text, ok := bytes.CutSuffix(text, m.boundary); ok {
		if text, ok = bytes.CutSuffix(text, []byte("--")); ok {
			return len(text)
		}
	}
	return 0
}

// match finds the open multipart that the delimiter line belongs to, the
// innermost first, and whether it is its last (RFC 2046 §5.1.1). A multipart
// that was closed takes parts again, as some programs go on after the end.
func (s *scanner) match(line []byte) (index int, last bool) {
	rest := line[2:]
	for _, closed := range []bool{false, true} {
		for i := len(s.open) - 1; i >= 0; i-- {
			m := s.open[i]
			if m.closed != closed || len(m.boundary) == 0 || !bytes.HasPrefix(rest, m.boundary) {
				continue
			}
			tail := bytes.TrimRight(rest[len(m.boundary):], " \t")
			if len(tail) == 0 {
				return i, false
			}
			if bytes.HasPrefix(tail, []byte("--")) {
				return i, true
			}
		}
	}
	return -1, false
}

// guess takes the first delimiter-like line of a multipart as its boundary
// when the declared one is missing or has not been seen, and a part header
// follows.
func (s *scanner) guess(line []byte) {
	m := &s.open[len(s.open)-1]
	if len(m.part.children) > 0 || m.part.guess != "" || m.closed {
		return
	}
	seen := string(bytes.TrimRight(trimEOL(line)[2:], " \t"))
	if declared := strings.Trim(string(m.boundary), "' "); declared != "" && strings.EqualFold(seen, declared) {
		m.part.guess = seen // quoted with the wrong quotes, or in other case
		return
	}
	next := s.lines.peek(64)
	if len(next) < 8 || !strings.EqualFold(string(next[:8]), "Content-") {
		return
	}
	m.part.guess = seen
}

// closeDownTo ends the current leaf and every multipart above that height.
func (s *scanner) closeDownTo(height int, end int64) {
	if s.leaf != nil {
		s.leaf.end = max(end, s.leaf.start)
		s.leaf = nil
	}
	for i := len(s.open) - 1; i >= height; i-- {
		if p := s.open[i].part; p.end == 0 {
			p.end = max(end, p.start)
		}
	}
	s.open = s.open[:min(height, len(s.open))]
}

func expired(deadline time.Time) bool {
	return !deadline.IsZero() && time.Now().After(deadline)
}

// scanMail reads the tree of a whole mail. Where a multipart never showed its
// boundary but something that looks like one, it is read again with that.
func (s *scanner) scanMail(start, end int64, spec string) (*part, error) {
	root, err := s.scan(start, end, spec)
	if err != nil {
		return nil, err
	}
	if root.multipart() && len(root.children) == 0 && root.guess != "" {
		if root.params.get("boundary") != "" {
			s.problems.add(ticketing.OtherBoundary)
		}
		if err := s.rescan(root); err != nil {
			return nil, err
		}
	}
	return root, nil
}

// rescan reads the body of a multipart with the boundary found in it.
func (s *scanner) rescan(p *part) error {
	lines, err := s.src.lines(p.start, p.end)
	if err != nil {
		return err
	}
	s.lines, s.leaf, s.eolLen = lines, nil, 0
	s.open = []openMultipart{{part: p, boundary: []byte(p.guess)}}
	end := p.end
	p.end = 0
	return s.bodies(end)
}
