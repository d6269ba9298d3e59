package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"deskd/config"
	"deskd/mail"
)

// maxHeader bounds what is read of a mail to find its date.
const maxHeader = 256 << 10

// foundMail is a mail in a file.
type foundMail struct {
	open     func() (io.ReadCloser, error)
	close    func()
	size     int64
	received time.Time
	inMemory bool
	// headerOnly: the mail is too large, and only its header is given.
	headerOnly bool
}

// bounds say how much of a mail is taken, in bytes: of a larger one only the
// header, as far as it reaches.
type bounds struct{ mail, header int64 }

func boundsOf(c *config.Config) bounds {
	return bounds{c.Parse.MessageSize.Bytes(), c.Parse.HeaderSize.Bytes()}
}

// mailsOf finds the mails of a file, an mbox or a Maildir folder.
func mailsOf(name string, limit bounds) iter.Seq2[foundMail, error] {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return failing(err)
	case info.IsDir():
		return maildir(name, limit)
	}
	box, err := isMbox(name)
	switch {
	case err != nil:
		return failing(err)
	case box:
		return mbox(name, info.ModTime(), limit)
	}
	return func(yield func(foundMail, error) bool) { yield(fileMail(name, limit)) }
}

func failing(err error) iter.Seq2[foundMail, error] {
	return func(yield func(foundMail, error) bool) { yield(foundMail{}, err) }
}

// fileMail is a file that holds one mail. It stays open until it is stored: it
// may be moved or deleted before.
func fileMail(name string, limit bounds) (foundMail, error) {
	info, err := os.Stat(name)
	if err != nil {
		return foundMail{}, err
	}
	if !info.Mode().IsRegular() { // opening it might never end
		return foundMail{}, fmt.Errorf("%s is not a file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return foundMail{}, err
	}
	if info.Size() > limit.mail {
		defer f.Close()
		return headerMail(f, limit, info.ModTime())
	}
	return openMail(f, info, info.ModTime()), nil
}

// openMail is a mail in an open file.
func openMail(f *os.File, info fs.FileInfo, received time.Time) foundMail {
	open := func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(f, 0, info.Size())), nil }
	return foundMail{open: open, close: func() { _ = f.Close() }, size: info.Size(), received: received}
}

// headerMail gives the header of a mail that is too large.
func headerMail(r io.Reader, limit bounds, received time.Time) (foundMail, error) {
	head, err := headOf(r, limit.header)
	if err != nil {
		return foundMail{}, err
	}
	m := memoryMail(head, received)
	m.headerOnly = true
	return m, nil
}

func memoryMail(raw []byte, received time.Time) foundMail {
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil }
	return foundMail{open: open, close: func() {}, size: int64(len(raw)), received: received, inMemory: true}
}

// headOf reads a header with the blank line that ends it, of at most limit
// bytes.
func headOf(r io.Reader, limit int64) ([]byte, error) {
	lines := bufio.NewReader(io.LimitReader(r, limit))
	var head []byte
	for start := true; ; {
		line, err := lines.ReadSlice('\n')
		head = append(head, line...)
		switch {
		case err == io.EOF, start && len(bytes.TrimRight(line, "\r\n")) == 0:
			return head, nil
		case err != nil && err != bufio.ErrBufferFull:
			return nil, fmt.Errorf("read the header: %w", err)
		}
		start = err == nil
	}
}

func isMbox(name string) (bool, error) {
	f, err := os.Open(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head, err := bufio.NewReader(f).Peek(5)
	if err == io.EOF {
		err = nil
	}
	return string(head) == "From ", err
}

// mbox reads the mails of an mbox file one after the other.
func mbox(name string, modified time.Time, limit bounds) iter.Seq2[foundMail, error] {
	return func(yield func(foundMail, error) bool) {
		f, err := os.Open(name)
		if err != nil {
			yield(foundMail{}, err)
			return
		}
		defer f.Close()
		for raw, err := range mail.SplitMbox(f, int(limit.mail)) {
			m := memoryMail(raw, modified)
			if errors.Is(err, mail.ErrTooLong) {
				m, err = headerMail(bytes.NewReader(raw), limit, modified)
			}
			if !yield(m, err) {
				return
			}
		}
	}
}

// maildir reads the mails of a Maildir folder, in the order of their names,
// which begin with the time of delivery.
func maildir(name string, limit bounds) iter.Seq2[foundMail, error] {
	files, err := maildirFiles(name)
	if err != nil {
		return failing(err)
	}
	return func(yield func(foundMail, error) bool) {
		for _, base := range slices.Sorted(maps.Keys(files)) {
			m, err := fileMail(files[base], limit)
			if errors.Is(err, fs.ErrNotExist) {
				// It was moved, as others may have been, got other flags, or is deleted.
				if files, err = maildirFiles(name); err == nil && files[base] == "" {
					continue
				}
				if err == nil {
					m, err = fileMail(files[base], limit)
				}
			}
			if err != nil {
				err = fmt.Errorf("%s: %w", base, err)
			}
			if !yield(m, err) {
				return
			}
		}
	}
}

// maildirFiles finds the files of a Maildir by their names without flags. It
// lists new before cur: mail programs move mails that way, and one moved
// meanwhile is found in both then, and not in neither.
func maildirFiles(name string) (map[string]string, error) {
	files := map[string]string{}
	folders := 0
	for _, sub := range []string{"new", "cur"} {
		entries, err := os.ReadDir(filepath.Join(name, sub))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		folders++
		for _, e := range entries {
			if e.Name()[0] != '.' {
				base, _, _ := strings.Cut(e.Name(), ":")
				files[base] = filepath.Join(name, sub, e.Name())
			}
		}
	}
	if folders == 0 {
		return nil, errors.New("it is a folder without cur and new, so no Maildir; name the mails in it one by one")
	}
	return files, nil
}

// readPipe keeps the one mail on standard input, without a "From " line that
// the mail server may have put before it. Of a mail that is too large the rest
// is read and thrown away: the server must not take it for a failure and try
// for days.
func readPipe(r io.Reader, limit bounds) (foundMail, error) {
	in := bufio.NewReader(io.LimitReader(r, max(limit.mail, limit.header)+1))
	if head, _ := in.Peek(5); string(head) == "From " {
		if _, err := in.ReadSlice('\n'); err != nil {
			return foundMail{}, fmt.Errorf("read standard input: %w", err)
		}
	}
	f, err := keep(in)
	if err != nil {
		return foundMail{}, err
	}
	info, err := f.Stat()
	switch {
	case err == nil && info.Size() == 0:
		err = &statusError{exitUnavailable, fmt.Errorf("standard input is empty: there is no mail")}
	case err == nil && info.Size() > limit.mail:
		defer f.Close()
		if _, err := io.Copy(io.Discard, r); err != nil {
			return foundMail{}, fmt.Errorf("read standard input: %w", err)
		}
		return headerMail(f, limit, time.Now())
	}
	if err != nil {
		_ = f.Close()
		return foundMail{}, err
	}
	return openMail(f, info, time.Now()), nil
}

// tryToRead reads a mail to its end.
func (m foundMail) tryToRead() error {
	r, err := m.open()
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(io.Discard, r)
	return err
}

// dateOf reads the Date of a mail; zero where there is none that can be read.
func dateOf(m foundMail) time.Time {
	r, err := m.open()
	if err != nil {
		return time.Time{}
	}
	defer r.Close()
	parsed, err := netmail.ReadMessage(io.LimitReader(r, maxHeader))
	if err != nil {
		return time.Time{}
	}
	date, err := parsed.Header.Date()
	if err != nil {
		return time.Time{}
	}
	return date
}

// totalSize is the bytes of all files, as far as can be told.
func totalSize(names []string) int64 {
	var sum int64
	for _, name := range names {
		_ = filepath.Walk(name, func(_ string, info os.FileInfo, err error) error {
			if err == nil && info.Mode().IsRegular() {
				sum += info.Size()
			}
			return nil
		})
	}
	return sum
}
