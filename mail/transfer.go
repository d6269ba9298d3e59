package mail

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"strings"

	"deskd/ticketing"
)

// decodeTransfer undoes a Content-Transfer-Encoding (RFC 2045 §6) leniently:
// what can be decoded is, an unknown name means none. The reader never fails
// because of its input; damage is named in problems.
func decodeTransfer(r io.Reader, encoding string, p *problems) io.Reader {
	switch encodingName(encoding) {
	case "base64":
		return &base64Reader{lines: bufio.NewReaderSize(r, 4096), problems: p}
	case "quoted-printable":
		return &quotedReader{lines: bufio.NewReaderSize(r, 4096)}
	case "x-uuencode":
		return &uuReader{lines: bufio.NewReaderSize(r, 4096)}
	}
	return r
}

func encodingName(value string) string {
	value, _, _ = strings.Cut(value, ";")
	value = strings.ToLower(strings.Trim(value, " \t\"'."))
	if i := strings.IndexAny(value, " \t("); i >= 0 {
		value = value[:i]
	}
	switch value {
	case "base64", "b", "base-64":
		return "base64"
	case "quoted-printable", "quoted_printable", "quoted-printeable", "q", "qp":
		return "quoted-printable"
	case "x-uuencode", "uuencode", "x-uue", "uue":
		return "x-uuencode"
	}
	return value
}

// base64Reader decodes line by line; single bad characters are passed over.
// Content that does not begin like base64 was labelled wrongly and is given as
// it is. A later line that is none, such as the footer that a mailing list
// appended, is left out with what follows, until full lines of base64 come.
type base64Reader struct {
	lines    *bufio.Reader
	problems *problems
	group    []byte // characters of a not yet complete group of four
	chars    []byte // of the current line
	buf      []byte // decoded from the last line
	out      []byte // the part of buf not yet handed out
	state    base64State
	done     bool
}

type base64State int

const (
	base64Start base64State = iota
	base64Data
	base64Foreign // behind a line that is no base64
	base64Plain   // no base64 at all
)

func (b *base64Reader) Read(p []byte) (int, error) {
	if b.state == base64Start {
		head, _ := b.lines.Peek(1024)
		b.state = base64Data
		if !likelyBase64(head) {
			b.state = base64Plain
		}
	}
	for len(b.out) == 0 {
		if b.done {
			return 0, io.EOF
		}
		line, err := b.lines.ReadSlice('\n')
		if err != nil && err != bufio.ErrBufferFull && err != io.EOF {
			return 0, err
		}
		b.buf = b.buf[:0]
		b.take(line)
		if err == io.EOF {
			b.flush()
			b.done = true
		}
		b.out = b.buf
	}
	n := copy(p, b.out)
	b.out = b.out[n:]
	return n, nil
}

// likelyBase64 says that data may be base64, damaged perhaps: its first line is
// made of groups of four, or hardly anything in it is another character.
func likelyBase64(head []byte) bool {
	first, _, _ := bytes.Cut(bytes.TrimLeft(head, " \t\r\n"), []byte("\n"))
	groups := true
	for word := range bytes.FieldsSeq(first) {
		digits := bytes.TrimRight(word, "=")
		other := bytes.ContainsFunc(digits, func(r rune) bool { return r >= 0x80 || !base64Value(byte(r)) })
		groups = groups && !other && len(word)%4 == 0
	}
	if groups {
		return true
	}
	bad := 0
	for _, c := range head {
		if !base64Value(c) && c != '=' && c != '\r' && c != '\n' {
			bad++
		}
	}
	return bad*8 <= len(head)
}

func (b *base64Reader) take(raw []byte) {
	line := bytes.TrimSpace(raw)
	switch {
	case b.state == base64Plain:
		b.buf = append(b.buf, raw...)
		return
	case len(line) == 0:
		return
	case noBase64(line):
		b.problems.add(ticketing.TextBehindBase64)
		b.flush()
		b.state = base64Foreign
		return
	case b.state == base64Foreign && !fullBase64(line):
		return
	}
	b.state = base64Data
	b.decode(line)
}

func (b *base64Reader) decode(line []byte) {
	padded := false
	keep := append(b.chars[:0], b.group...)
	for _, c := range line {
		switch {
		case base64Value(c):
			if padded { // a new stream begins after the padding
				keep = b.pad(keep)
				padded = false
			}
			keep = append(keep, c)
		case c == '=':
			padded = true
		}
	}
	b.chars = keep
	if padded {
		b.pad(keep)
		b.group = b.group[:0]
		return
	}
	whole := len(keep) / 4 * 4
	b.buf = appendBase64(b.buf, keep[:whole])
	b.group = append(b.group[:0], keep[whole:]...)
}

// noBase64 says that a line is text: more than a few characters that base64
// does not have, or words with blanks between them.
func noBase64(line []byte) bool {
	bad, blanks := 0, 0
	for _, c := range line {
		switch {
		case base64Value(c), c == '=':
		case c == ' ' || c == '\t':
			blanks++
		default:
			bad++
		}
	}
	return bad > 1+len(line)/10 || blanks > 2 && bad > 0 || blanks > 3
}

// fullBase64 says that a line is of base64 and no word of a text.
func fullBase64(line []byte) bool {
	for _, c := range line {
		if !base64Value(c) && c != '=' {
			return false
		}
	}
	return len(line) >= 60 && len(line)%4 == 0
}

// pad decodes a group that padding ended.
func (b *base64Reader) pad(keep []byte) []byte {
	b.buf = appendBase64(b.buf, keep)
	return keep[:0]
}

func (b *base64Reader) flush() {
	b.buf = appendBase64(b.buf, b.group)
	b.group = b.group[:0]
}

// appendBase64 decodes without padding; a single left-over character holds
// no byte.
func appendBase64(dst, src []byte) []byte {
	if len(src)%4 == 1 {
		src = src[:len(src)-1]
	}
	dst, _ = base64.RawStdEncoding.AppendDecode(dst, src)
	return dst
}

// quotedReader decodes quoted-printable; "=" that starts no valid pair stays.
type quotedReader struct {
	lines *bufio.Reader
	out   []byte
	buf   []byte
	done  bool
}

func (q *quotedReader) Read(p []byte) (int, error) {
	for len(q.out) == 0 {
		if q.done {
			return 0, io.EOF
		}
		line, err := q.lines.ReadSlice('\n')
		switch {
		case err == io.EOF:
			q.done = true
		case err == bufio.ErrBufferFull:
			// Do not cut between "=" and its digits.
			if tail := bytes.LastIndexByte(line[len(line)-2:], '='); tail >= 0 {
				line = q.extend(line, 2-tail)
			}
		case err != nil:
			return 0, err
		}
		q.buf = appendQuoted(q.buf[:0], line)
		q.out = q.buf
	}
	n := copy(p, q.out)
	q.out = q.out[n:]
	return n, nil
}

// extend reads some more bytes of an overlong line.
func (q *quotedReader) extend(line []byte, n int) []byte {
	line = append([]byte(nil), line...)
	for range n {
		c, err := q.lines.ReadByte()
		if err != nil {
			break
		}
		line = append(line, c)
	}
	return line
}

// appendQuoted decodes one line with its line end.
func appendQuoted(dst, line []byte) []byte {
	text := trimEOL(line)
	eol := line[len(text):]
	if len(eol) > 0 {
		text = bytes.TrimRight(text, " \t")
	}
	if n := len(text); n > 0 && text[n-1] == '=' { // soft line break
		text, eol = text[:n-1], nil
	}
	for i := 0; i < len(text); i++ {
		if text[i] == '=' && i+2 < len(text) {
			hi, lo := unhex(text[i+1]), unhex(text[i+2])
			if hi >= 0 && lo >= 0 {
				dst = append(dst, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		dst = append(dst, text[i])
	}
	return append(dst, eol...)
}

// uuReader decodes uuencoded data between "begin" and "end".
type uuReader struct {
	lines   *bufio.Reader
	out     []byte
	started bool
	done    bool
}

func (u *uuReader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.done {
			return 0, io.EOF
		}
		line, err := u.lines.ReadSlice('\n')
		if err == io.EOF {
			u.done = true
		} else if err != nil && err != bufio.ErrBufferFull {
			return 0, err
		}
		line = trimEOL(line)
		switch {
		case !u.started:
			u.started = bytes.HasPrefix(line, []byte("begin "))
		case bytes.Equal(bytes.TrimSpace(line), []byte("end")):
			u.done = true
		default:
			u.out = appendUU(u.out[:0], line)
		}
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

// appendUU decodes one uuencoded line.
func appendUU(dst, line []byte) []byte {
	if len(line) == 0 {
		return dst
	}
	want := int(line[0]-' ') & 63
	line = line[1:]
	for i := 0; want > 0 && i < len(line); i += 4 {
		var group [4]byte
		for j := range group {
			if i+j < len(line) {
				group[j] = (line[i+j] - ' ') & 63
			}
		}
		three := [3]byte{group[0]<<2 | group[1]>>4, group[1]<<4 | group[2]>>2, group[2]<<6 | group[3]}
		n := min(want, 3)
		dst = append(dst, three[:n]...)
		want -= n
	}
	return dst
}
