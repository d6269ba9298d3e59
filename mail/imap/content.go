package imap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/emersion/go-imap/v2"
)

// inMemory is the largest mail held in memory; larger ones wait in a file.
const inMemory = 256 << 10

// content is the raw mail, or its header, while it waits to be stored.
type content struct {
	data []byte
	file tempFile // holds it when data is nil
	at   int64
	size int64
}

// open reads the content from its start. It is good until the group that it
// belongs to is stored.
func (c content) open() (io.ReadCloser, error) {
	if c.file == nil {
		return io.NopCloser(bytes.NewReader(c.data)), nil
	}
	return io.NopCloser(io.NewSectionReader(c.file, c.at, c.size)), nil
}

// head is the beginning of the content, enough to find a field in its header.
func (c content) head() []byte {
	if c.file == nil {
		return c.data[:min(len(c.data), headBytes)]
	}
	head := make([]byte, min(c.size, headBytes))
	n, err := c.file.ReadAt(head, c.at)
	if err != nil && err != io.EOF {
		return nil // who stores the mail meets the same fault, and reports it
	}
	return head[:n]
}

const headBytes = 64 << 10

// Faults of a literal. They are about one mail and not about the connection.
var (
	errTooLarge = errors.New("larger than the server said, and than the limit")
	errNoBody   = errors.New("the server has no content for it (NIL)")
)

// basin takes the literals of a group off the wire: small ones into memory,
// the others into one temporary file, which has no name and so vanishes with
// the process.
type basin struct {
	dir    string
	limits Limits
	memory int64 // bytes held in memory
	create func(dir, pattern string) (tempFile, error)
	file   tempFile
	end    int64 // of the file
}

// tempFile is what is wanted of an [os.File].
type tempFile interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Truncate(size int64) error
	Name() string
}

func createTemp(dir, pattern string) (tempFile, error) {
	f, err := os.CreateTemp(dir, pattern)
	if err != nil {
		return nil, err // not a nil *os.File, which is not nil
	}
	return f, nil
}

// take reads a literal to its end. All bytes that were announced must come:
// the library ends a literal that was cut off like a whole one.
func (b *basin) take(literal imap.LiteralReader) (content, error) {
	if literal == nil {
		return content{}, errNoBody
	}
	size := literal.Size()
	if size > b.limits.MailSize {
		if _, err := io.CopyN(io.Discard, literal, size); err != nil {
			return content{}, &cutError{size, err}
		}
		return content{}, errTooLarge
	}
	if size <= inMemory && b.memory+size <= b.limits.MemoryBytes {
		data := make([]byte, size)
		if _, err := io.ReadFull(literal, data); err != nil {
			return content{}, &cutError{size, err}
		}
		b.memory += size
		return content{data: data, size: size}, nil
	}
	return b.pour(literal, size)
}

// pour reads a literal into the file.
func (b *basin) pour(literal io.Reader, size int64) (content, error) {
	if b.file == nil {
		file, err := b.create(b.dir, "deskd-mail-")
		if err != nil {
			return content{}, &diskError{err}
		}
		b.file = file
		// Elsewhere than on Unix an open file cannot be removed: drop does it.
		_ = os.Remove(file.Name())
	}
	w := &diskWriter{io.NewOffsetWriter(b.file, b.end)}
	if _, err := io.CopyN(w, literal, size); err != nil {
		if errors.As(err, new(*diskError)) {
			return content{}, err
		}
		return content{}, &cutError{size, err}
	}
	c := content{file: b.file, at: b.end, size: size}
	b.end += size
	return c, nil
}

// cutError is a literal that ended too early: the connection is lost. Nothing
// may be read from it any more, nor from the command it belongs to. At this
// point the library reads the connection again, in its own goroutine.
type cutError struct {
	size int64
	err  error
}

func (e *cutError) Error() string {
	return fmt.Sprintf("cut off before its %d bytes had come: %v", e.size, e.err)
}

func (e *cutError) Unwrap() error { return e.err }

// someRoom is how much must find room for a disk not to be full for all.
const someRoom = 1 << 20

// hasRoom tries whether there is room for a mail of some size, in place of one
// for which there was none.
func (b *basin) hasRoom() bool {
	_, err := b.pour(zeros{}, someRoom)
	if err == nil {
		b.end -= someRoom
	}
	return err == nil
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// empty forgets the contents, once they are stored.
func (b *basin) empty() error {
	b.memory, b.end = 0, 0
	if b.file == nil {
		return nil
	}
	if err := b.file.Truncate(0); err != nil {
		return &diskError{err}
	}
	return nil
}

// drop gives the file back.
func (b *basin) drop() {
	if b.file == nil {
		return
	}
	b.file.Close()
	_ = os.Remove(b.file.Name()) // gone already where that could be
	b.file = nil
}

// diskError is a fault of ours. A mail is only to blame if it is larger than
// the room that there is.
type diskError struct{ err error }

func (e *diskError) Error() string {
	return fmt.Sprintf("keep a large mail in a temporary file: %v; look at the free space of the folder for temporary files", e.err)
}

func (e *diskError) Unwrap() error { return e.err }

// diskWriter marks the faults of a disk, among those of a connection.
type diskWriter struct{ w io.Writer }

func (d *diskWriter) Write(p []byte) (int, error) {
	n, err := d.w.Write(p)
	if err != nil {
		err = &diskError{err}
	}
	return n, err
}
