package tnef

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"deskd/mail/charset"
)

// Limits of one stream.
const (
	MaxFiles      = 100     // attachments, those of enclosed messages counted in
	MaxDepth      = 4       // messages enclosed in each other
	maxAttributes = 4096    // attributes of one stream
	maxProperties = 4096    // MAPI properties of one attribute
	maxValue      = 4 << 10 // bytes of a name, a subject or the like
)

// signature is the first four bytes of a stream, little-endian.
const signature = 0x223e9f78

// Message is what a TNEF stream says. Contents are named by where they lie in
// the stream, so that none of them is held in memory.
type Message struct {
	Class       string // IPM.Note, IPM.Schedule.Meeting.Request, …
	Subject     string
	From, To    string
	FromSMTP    string
	Sent        string // a date as in RFC 1123, or ""
	Text        Extent // in TextCharset
	HTML        Extent
	HTMLCharset string // of HTML; "" is not told
	RTF         Extent // compressed
	Files       []*File
	Damaged     bool // cut off, over a limit or against the format

	codepage string // charset of texts that are not Unicode
	wide     bool   // Text is UTF-16
}

// TextCharset is the charset of Text.
func (m *Message) TextCharset() string {
	if m.wide {
		return wide
	}
	return m.codepage
}

// Extent is a range of bytes in a stream, with the SHA-256 of its content.
type Extent struct {
	Start, Size int64
	Sum         []byte
}

// File is an attachment in a TNEF stream.
type File struct {
	Display   string // as a program shows it
	MediaType string // as it was told, perhaps none
	ContentID string
	Data      Extent
	Message   *Message // an enclosed message

	title, short, long string // names, from the oldest to the newest field
}

// Name is the best of the names: the long one, then the title, which old
// programs cut to 8.3. "" is none.
func (f *File) Name() string {
	for _, name := range []string{f.long, f.title, f.Display, f.short} {
		if strings.TrimSpace(name) != "" {
			return name
		}
	}
	return ""
}

// reader reads a TNEF stream once, front to back. Lengths in the stream
// are believed only as far as bytes follow.
type reader struct {
	r        *bufio.Reader
	off      int64 // of the next byte
	end      int64 // where the current attribute or stream ends
	files    int
	depth    int
	codepage string
	buf      [maxValue]byte
}

// errDamaged is the end of a stream that does not keep to the format.
var errDamaged = errors.New("damaged TNEF")

// Read reads a stream as far as it can be read. The error is one of the
// reader r, never one of the content.
func Read(r io.Reader) (*Message, error) {
	t := &reader{r: bufio.NewReaderSize(r, 4096), end: 1 << 62, codepage: "windows-1252"}
	m, err := t.stream()
	if errors.Is(err, errDamaged) {
		err = nil
	}
	return m, err
}

// stream reads the attributes until the end of the stream. What was read
// before a damage stays.
func (t *reader) stream() (*Message, error) {
	m := &Message{Damaged: true}
	head, err := t.take(6)
	if err != nil {
		return m, err
	}
	if binary.LittleEndian.Uint32(head) != signature {
		return m, errDamaged
	}
	end, broken := t.end, false
	for range maxAttributes {
		level, err := t.take(1)
		if errors.Is(err, errDamaged) || err == nil && strings.IndexByte("\x00\r\n ", level[0]) >= 0 {
			m.Damaged = broken // it ends between two attributes, with or without padding
			return m, nil
		} else if err != nil {
			return m, err
		}
		bad, err := t.attribute(m, level[0])
		t.end, m.codepage, broken = end, t.codepage, broken || bad
		if err != nil {
			return m, err
		}
	}
	return m, errDamaged
}

// attribute reads one attribute with its checksum, which is not checked: what
// can be read is worth more than a sum that many programs get wrong. A bad
// value costs only itself, as the length says where the next one begins.
func (t *reader) attribute(m *Message, level byte) (bad bool, err error) {
	head, err := t.take(8)
	if err != nil {
		return true, err
	}
	if level != 1 && level != 2 {
		return true, errDamaged
	}
	stream := t.end
	t.end = min(t.off+int64(binary.LittleEndian.Uint32(head[4:])), stream)
	if err = t.value(m, binary.LittleEndian.Uint16(head)); err != nil && !errors.Is(err, errDamaged) {
		return true, err
	}
	bad = err != nil
	if err := t.skip(t.end - t.off); err != nil {
		return true, err
	}
	t.end = stream
	_, err = t.take(2) // nothing is left where the value claimed too much
	return bad, err
}

// The attributes that are read ([MS-OXTNEF] §2.1.3.2), by their low words.
const (
	attSubject        = 0x8004
	attMessageClass   = 0x8008
	attBody           = 0x800c
	attAttachData     = 0x800f
	attAttachTitle    = 0x8010
	attTransportName  = 0x9001
	attAttachRenddata = 0x9002
	attMsgProps       = 0x9003
	attAttachment     = 0x9005
	attOemCodepage    = 0x9007
)

func (t *reader) value(m *Message, id uint16) error {
	switch id {
	case attOemCodepage:
		b, err := t.take(4)
		if err == nil {
			t.codepage = charset.OfCodePage(binary.LittleEndian.Uint32(b))
		}
		return err
	case attSubject:
		return t.keep(&m.Subject)
	case attMessageClass:
		return t.keep(&m.Class)
	case attBody:
		return t.extent(&m.Text)
	case attMsgProps:
		return t.properties(func(p property) error { return t.messageProperty(m, p) })
	case attAttachRenddata:
		_, err := t.newFile(m)
		return err
	case attAttachTitle, attTransportName, attAttachData, attAttachment:
		f, err := t.file(m)
		if err != nil {
			return err
		}
		return t.fileAttribute(f, id)
	}
	return nil
}

func (t *reader) fileAttribute(f *File, id uint16) error {
	switch id {
	case attAttachTitle:
		return t.keep(&f.title)
	case attTransportName:
		return t.keep(&f.Display)
	case attAttachData:
		return t.extent(&f.Data)
	}
	return t.properties(func(p property) error { return t.fileProperty(f, p) })
}

// file is the attachment that an attribute belongs to: the one begun last.
func (t *reader) file(m *Message) (*File, error) {
	if n := len(m.Files); n > 0 && t.files <= MaxFiles {
		return m.Files[n-1], nil
	}
	return t.newFile(m)
}

func (t *reader) newFile(m *Message) (*File, error) {
	if t.files++; t.files > MaxFiles {
		return nil, errDamaged
	}
	f := &File{}
	m.Files = append(m.Files, f)
	return f, nil
}

// keep reads the rest of the attribute as a text in the code page.
func (t *reader) keep(text *string) error {
	n := t.end - t.off
	b, err := t.take(min(n, maxValue))
	if err == nil && *text == "" {
		*text = Decode(b, t.codepage)
	}
	return err
}

// extent passes over the rest of the attribute and notes where it lies. Of a
// stream that is cut off, what is there counts.
func (t *reader) extent(e *Extent) error {
	return t.extentOf(e, t.end-t.off)
}
