package mail

import (
	"bufio"
	"bytes"
	"io"
)

// inMemory is the size up to which a mail is read at once. Larger ones are
// read in passes, so that an attachment never lies in memory.
const inMemory = 1 << 20

// window is the longest piece of a line that a lineReader hands out in one go
// when the mail is not in memory.
const window = 64 << 10

// source is a raw mail: in memory when small, else a seekable stream.
type source struct {
	data []byte // whole mail, or nil
	r    io.ReadSeeker
	size int64
}

func newSource(r io.ReadSeeker) (*source, error) {
	size, err := r.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	s := &source{r: r, size: size}
	if size > inMemory {
		return s, nil
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	s.data = make([]byte, size)
	if n, err := io.ReadFull(r, s.data); err == io.ErrUnexpectedEOF || err == io.EOF {
		s.data, s.size = s.data[:n], int64(n)
	} else if err != nil {
		return nil, err
	}
	return s, nil
}

// section reads the raw bytes from start to end. Only one section of a
// source may be read at a time.
func (s *source) section(start, end int64) (io.Reader, error) {
	start = max(0, min(start, s.size))
	end = max(start, min(end, s.size))
	if s.data != nil {
		return bytes.NewReader(s.data[start:end]), nil
	}
	if _, err := s.r.Seek(start, io.SeekStart); err != nil {
		return nil, err
	}
	return io.LimitReader(s.r, end-start), nil
}

// lineReader cuts a range of a source into lines, with their line ends, and
// knows the offset of each. Bare CR counts as a line end only in a mail that
// has no LF at all.
type lineReader struct {
	data []byte        // rest of the range, when in memory
	r    *bufio.Reader // else
	off  int64         // offset of the next line
	eol  byte
}

func (s *source) lines(start, end int64) (*lineReader, error) {
	start = max(0, min(start, s.size))
	end = max(start, min(end, s.size))
	l := &lineReader{off: start, eol: '\n'}
	if s.data != nil {
		l.data = s.data[start:end]
		if bytes.IndexByte(l.data, '\n') < 0 {
			l.eol = '\r'
		}
		return l, nil
	}
	r, err := s.section(start, end)
	if err != nil {
		return nil, err
	}
	l.r = bufio.NewReaderSize(r, window)
	if head, err := l.r.Peek(window); err != nil && err != io.EOF {
		return nil, err
	} else if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		l.eol = '\r'
	}
	return l, nil
}

// next returns the next line, or a piece of an overlong one; the slice is
// valid until the next call. At the end it returns io.EOF and no line.
func (l *lineReader) next() ([]byte, error) {
	if l.r != nil {
		line, err := l.r.ReadSlice(l.eol)
		l.off += int64(len(line))
		if len(line) > 0 && (err == bufio.ErrBufferFull || err == io.EOF) {
			return line, nil
		}
		return line, err
	}
	if len(l.data) == 0 {
		return nil, io.EOF
	}
	n := bytes.IndexByte(l.data, l.eol) + 1
	if n == 0 {
		n = len(l.data)
	}
	line := l.data[:n]
	l.data = l.data[n:]
	l.off += int64(n)
	return line, nil
}

// peek returns up to n bytes that follow without taking them.
func (l *lineReader) peek(n int) []byte {
	if l.r != nil {
		head, _ := l.r.Peek(min(n, window))
		return head
	}
	return l.data[:min(n, len(l.data))]
}

// skip passes over the next n bytes, which were peeked at.
func (l *lineReader) skip(n int) error {
	l.off += int64(n)
	if l.r != nil {
		_, err := l.r.Discard(n)
		return err
	}
	l.data = l.data[n:]
	return nil
}

// trimEOL cuts the line end; a mail that went through two programs that write
// CRLF for LF has CR twice.
func trimEOL(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	for n := len(line); n > 0 && line[n-1] == '\r'; n-- {
		line = line[:n-1]
	}
	return line
}
