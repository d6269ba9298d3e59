package mail

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"hash"
	"io"
	"strconv"
	"strings"

	"deskd/ticketing"
)

// maxUUFiles is how many uuencoded files are taken out of one text.
const maxUUFiles = 100

// readPlain reads a text part. Files that old programs wrote into the text as
// uuencoded lines become attachments.
func (p *parser) readPlain(at *part) error {
	data, more, err := p.readStart(at, p.limits.Text)
	if err != nil {
		return err
	}
	if holdsUU(data) {
		text, files, err := p.splitText(at)
		if err != nil {
			return err
		}
		for _, file := range files {
			if _, err := p.attachPiece(file); err != nil {
				return err
			}
		}
		if len(files) > 0 {
			data, more = text, len(text) >= p.limits.Text
		}
	}
	if left := p.textLeft(); len(data) > left { // not worth finding the charset of
		data, more = data[:left], true
	}
	if more {
		p.problems.addArg(ticketing.TextTooLong, p.limits.Text)
	}
	p.addText(at, cleanBody(p.cs.body(data, at.params.get("charset"), false)))
	return nil
}

// holdsUU says that a text may hold uuencoded lines.
func holdsUU(data []byte) bool {
	for rest := data; ; {
		i := bytes.Index(rest, []byte("begin "))
		if i < 0 {
			return false
		}
		if i == 0 || rest[i-1] == '\n' || rest[i-1] == '\r' {
			if line, _, _ := bytes.Cut(rest[i:], []byte("\n")); uuName(line) != "" {
				return true
			}
		}
		rest = rest[i+6:]
	}
}

// uuName gives the file name of a line "begin 644 name", "" for other lines.
func uuName(line []byte) string {
	rest, ok := bytes.CutPrefix(trimEOL(line), []byte("begin "))
	if !ok {
		return ""
	}
	mode, name, _ := bytes.Cut(bytes.TrimLeft(rest, " "), []byte(" "))
	if len(mode) < 3 || len(mode) > 4 || len(bytes.Trim(mode, "01234567")) > 0 {
		return ""
	}
	return strings.Trim(string(bytes.TrimSpace(name)), `"`)
}

// uuLine says that a line is uuencoded data: its first character tells how
// many bytes it holds. Blanks at its end may be lost, and some programs add
// one or two characters.
func uuLine(line []byte) bool {
	line = trimEOL(line)
	if len(line) == 0 { // one of no bytes whose blank is lost
		return true
	}
	if line[0] < ' ' || line[0] > 'M' && line[0] != '`' {
		return false
	}
	for _, c := range line {
		if c < ' ' || c > '`' {
			return false
		}
	}
	n := int(line[0]-' ') & 63
	want := (n + 2) / 3 * 4
	return len(line)-1 <= want+2 && (n > 0 || len(bytes.TrimSpace(line)) <= 1)
}

// textSplitter parts a text from the uuencoded files in it, in one pass.
type textSplitter struct {
	limit int   // bytes of text that are kept
	off   int64 // of the next line
	begin []byte
	open  *piece // whose lines come next
	sum   hash.Hash
	buf   []byte
	text  []byte
	files []*piece
}

// splitText gives the text of a part and the files in it.
func (p *parser) splitText(at *part) ([]byte, []*part, error) {
	r, err := p.openDecoded(at)
	if err != nil {
		return nil, nil, err
	}
	s := textSplitter{limit: p.limits.Text}
	if err := s.read(bufio.NewReaderSize(r, 4096)); err != nil {
		return nil, nil, err
	}
	var files []*part
	for i, x := range s.files {
		x.of, x.name = at, p.cs.headerText(x.name)
		files = append(files, &part{spec: at.spec + "/" + strconv.Itoa(i+1), mediaType: typeOfName(x.name), parent: at, piece: x})
	}
	return s.text, files, nil
}

func (s *textSplitter) read(r *bufio.Reader) error {
	whole := true
	for {
		line, err := r.ReadSlice('\n')
		if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
			return err
		}
		s.line(line, whole)
		if whole = err == nil; err == io.EOF {
			s.keep(s.begin)
			s.close(s.off)
			return nil
		}
	}
}

// line takes a line, or a piece of an overlong one, which is text.
func (s *textSplitter) line(line []byte, whole bool) {
	start := s.off
	s.off += int64(len(line))
	if begin := s.begin; begin != nil {
		s.begin = nil
		if !whole || !uuLine(line) {
			s.keep(begin)
		} else {
			s.sum = sha256.New()
			s.open = &piece{start: start - int64(len(begin)), coding: uuencoded, content: &content{}, name: uuName(begin)}
		}
	}
	switch {
	case s.open != nil && whole && bytes.Equal(bytes.TrimSpace(line), []byte("end")):
		s.close(s.off)
	case s.open != nil && whole && uuLine(line):
		s.buf = appendUU(s.buf[:0], trimEOL(line))
		s.sum.Write(s.buf)
		s.open.content.size += int64(len(s.buf))
	case s.open == nil && whole && len(s.files) < maxUUFiles && uuName(line) != "":
		s.begin = bytes.Clone(line)
	default:
		s.close(start)
		s.keep(line)
	}
}

func (s *textSplitter) keep(line []byte) {
	s.text = append(s.text, line[:min(len(line), max(0, s.limit-len(s.text)))]...)
}

// close ends the file that is open, with or without its "end".
func (s *textSplitter) close(end int64) {
	if s.open == nil {
		return
	}
	s.open.size = end - s.open.start
	s.open.content.sum = s.sum.Sum(nil)
	s.files = append(s.files, s.open)
	s.open = nil
}
