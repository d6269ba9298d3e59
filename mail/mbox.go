package mail

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
)

// SplitMbox yields the mails of an mbox file (RFC 4155) one by one, without
// their "From " lines and with ">From " unescaped (mboxrd). Of a mail longer
// than limit bytes comes the beginning, with an error that wraps [ErrTooLong],
// and the next one follows; an error of the reader ends it. The bytes belong to
// the caller.
func SplitMbox(r io.Reader, limit int) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		s := mboxSplitter{lines: bufio.NewReaderSize(r, 64<<10), limit: limit, blank: true, start: true}
		for {
			raw, err := s.next()
			if err == io.EOF {
				return
			}
			if !yield(raw, err) || s.failed {
				return
			}
		}
	}
}

// ErrTooLong is about a mail of which only the beginning was read.
var ErrTooLong = errors.New("longer than the limit")

type mboxSplitter struct {
	lines  *bufio.Reader
	limit  int
	number int
	blank  bool // the line before was blank
	start  bool // at the start of a line
	begun  bool // a mail has begun
	ended  bool
	failed bool
}

// next reads up to the next "From " line or the end.
func (s *mboxSplitter) next() ([]byte, error) {
	var raw []byte
	tooLong := false
	for !s.ended {
		line, err := s.lines.ReadSlice('\n')
		if err == io.EOF {
			s.ended = true
		} else if err != nil && err != bufio.ErrBufferFull {
			s.failed = true
			return nil, fmt.Errorf("read mbox: %w", err)
		}
		if s.start && s.blank && fromLine(line) {
			s.blank, s.start = false, err == nil
			begun := s.begun
			s.begun = true
			if begun {
				return s.mail(raw, tooLong)
			}
			raw, tooLong = nil, false
			continue
		}
		if s.start && escapedFrom(line) {
			line = line[1:]
		}
		if tooLong = tooLong || len(raw)+len(line) > s.limit; !tooLong {
			raw = append(raw, line...)
		}
		s.blank = s.start && len(trimEOL(line)) == 0
		s.start = err == nil
		s.begun = s.begun || len(bytes.TrimSpace(line)) > 0
	}
	if !s.begun {
		return nil, io.EOF
	}
	s.begun = false
	return s.mail(raw, tooLong)
}

// mail hands out one mail, without the blank line that ends it in the file.
func (s *mboxSplitter) mail(raw []byte, tooLong bool) ([]byte, error) {
	s.number++
	if tooLong {
		return raw, fmt.Errorf("mail %d of the mbox, of more than %d bytes: %w", s.number, s.limit, ErrTooLong)
	}
	if n := len(trimEOL(raw)); bytes.HasSuffix(raw[:n], []byte("\n")) {
		raw = raw[:n]
	}
	return raw, nil
}

// fromLine tells a separator from a sentence that starts with "From ": there
// is a time in it.
func fromLine(line []byte) bool {
	if !bytes.HasPrefix(line, []byte("From ")) {
		return false
	}
	for i := 6; i+1 < len(line); i++ {
		if line[i] == ':' && digit(line[i-1]) && digit(line[i+1]) {
			return true
		}
	}
	return false
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

func escapedFrom(line []byte) bool {
	rest := bytes.TrimLeft(line, ">")
	return len(rest) < len(line) && bytes.HasPrefix(rest, []byte("From "))
}
