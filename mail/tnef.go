package mail

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"deskd/mail/charset"
)

// Limits of one TNEF stream ([MS-OXTNEF]), the content of a winmail.dat.
const (
	maxTNEFFiles      = 100        // attachments, those of enclosed messages counted in
	maxTNEFAttributes = 4096       // attributes of one stream
	maxTNEFProperties = 4096       // MAPI properties of one attribute
	maxTNEFValue      = 4 << 10    // bytes of a name, a subject or the like
	maxTNEFDepth      = 4          // messages enclosed in each other
	tnefSignature     = 0x223e9f78 // little-endian, the first four bytes
)

// tnefMessage is what a TNEF stream says. Contents are named by where they lie
// in the stream, so that none of them is held in memory.
type tnefMessage struct {
	class      string // IPM.Note, IPM.Schedule.Meeting.Request, …
	subject    string
	from, to   string
	fromSMTP   string
	sent       string // RFC 1123 date, or ""
	codepage   string // charset of texts that are not Unicode
	htmlset    string // charset of html
	text, html extent
	wide       bool // text is UTF-16
	rtf        extent
	files      []*tnefFile
	damaged    bool // cut off, over a limit or against the format
}

// extent is a range of bytes in a stream, with the digest of its content.
type extent struct {
	start, size int64
	sum         []byte
}

// tnefFile is an attachment in a TNEF stream.
type tnefFile struct {
	title, short, long, display string // names, from the oldest to the newest field
	mediaType, contentID        string
	data                        extent
	message                     *tnefMessage // an enclosed message
}

// tnefReader reads a TNEF stream once, front to back. Lengths in the stream
// are believed only as far as bytes follow.
type tnefReader struct {
	r        *bufio.Reader
	off      int64 // of the next byte
	end      int64 // where the current attribute or stream ends
	files    int
	depth    int
	codepage string
}

// errTNEF is the end of a stream that does not keep to the format.
var errTNEF = errors.New("damaged TNEF")

// readTNEF reads a stream as far as it can be read. The error is one of the
// reader r, never one of the content.
func readTNEF(r io.Reader) (*tnefMessage, error) {
	t := &tnefReader{r: bufio.NewReaderSize(r, 4096), end: 1 << 62, codepage: "windows-1252"}
	m, err := t.stream()
	if errors.Is(err, errTNEF) {
		err = nil
	}
	return m, err
}

// stream reads the attributes until the end of the stream. What was read
// before a damage stays.
func (t *tnefReader) stream() (*tnefMessage, error) {
	m := &tnefMessage{damaged: true}
	head, err := t.take(6)
	if err != nil {
		return m, err
	}
	if binary.LittleEndian.Uint32(head) != tnefSignature {
		return m, errTNEF
	}
	end, broken := t.end, false
	for range maxTNEFAttributes {
		level, err := t.take(1)
		if errors.Is(err, errTNEF) || err == nil && strings.IndexByte("\x00\r\n ", level[0]) >= 0 {
			m.damaged = broken // it ends between two attributes, with or without padding
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
	return m, errTNEF
}

// attribute reads one attribute with its checksum, which is not checked: what
// can be read is worth more than a sum that many programs get wrong. A bad
// value costs only itself, as the length says where the next one begins.
func (t *tnefReader) attribute(m *tnefMessage, level byte) (bad bool, err error) {
	head, err := t.take(8)
	if err != nil {
		return true, err
	}
	if level != 1 && level != 2 {
		return true, errTNEF
	}
	stream := t.end
	t.end = min(t.off+int64(binary.LittleEndian.Uint32(head[4:])), stream)
	if err = t.value(m, binary.LittleEndian.Uint16(head)); err != nil && !errors.Is(err, errTNEF) {
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
	attSubject          = 0x8004
	attMessageClass     = 0x8008
	attBody             = 0x800c
	attAttachData       = 0x800f
	attAttachTitle      = 0x8010
	attTransportName    = 0x9001
	attAttachRenddata   = 0x9002
	attMsgProps         = 0x9003
	attAttachment       = 0x9005
	attOemCodepage      = 0x9007
	maxNamedPropertyLen = 1 << 10 // bytes of the name of a property
)

func (t *tnefReader) value(m *tnefMessage, id uint16) error {
	switch id {
	case attOemCodepage:
		b, err := t.take(4)
		if err == nil {
			t.codepage = charset.OfCodePage(binary.LittleEndian.Uint32(b))
		}
		return err
	case attSubject:
		return t.keep(&m.subject)
	case attMessageClass:
		return t.keep(&m.class)
	case attBody:
		return t.extent(&m.text)
	case attMsgProps:
		return t.properties(func(p tnefProperty) error { return t.messageProperty(m, p) })
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

func (t *tnefReader) fileAttribute(f *tnefFile, id uint16) error {
	switch id {
	case attAttachTitle:
		return t.keep(&f.title)
	case attTransportName:
		return t.keep(&f.display)
	case attAttachData:
		return t.extent(&f.data)
	}
	return t.properties(func(p tnefProperty) error { return t.fileProperty(f, p) })
}

// file is the attachment that an attribute belongs to: the one begun last.
func (t *tnefReader) file(m *tnefMessage) (*tnefFile, error) {
	if n := len(m.files); n > 0 && t.files <= maxTNEFFiles {
		return m.files[n-1], nil
	}
	return t.newFile(m)
}

func (t *tnefReader) newFile(m *tnefMessage) (*tnefFile, error) {
	if t.files++; t.files > maxTNEFFiles {
		return nil, errTNEF
	}
	f := &tnefFile{}
	m.files = append(m.files, f)
	return f, nil
}

// keep reads the rest of the attribute as a text in the code page.
func (t *tnefReader) keep(text *string) error {
	n := t.end - t.off
	b, err := t.take(min(n, maxTNEFValue))
	if err == nil && *text == "" {
		*text = decodeCodepage(b, t.codepage)
	}
	return err
}

// extent passes over the rest of the attribute and notes where it lies. Of a
// stream that is cut off, what is there counts.
func (t *tnefReader) extent(e *extent) error {
	return t.extentOf(e, t.end-t.off)
}
