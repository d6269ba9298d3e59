package tnef

import (
	"encoding/binary"
	"errors"
	"time"

	"deskd/mail/charset"
)

// property is the head of one value of a MAPI property; its content, of
// size bytes, comes next in the stream.
type property struct {
	id, kind uint16
	size     int64
}

// The property types of [MS-OXCDATA] §2.11.1 that are told apart.
const (
	typeObject  = 0x000d
	typeString8 = 0x001e
	typeUnicode = 0x001f
	typeTime    = 0x0040
	typeBinary  = 0x0102
	typeMany    = 0x1000 // flag: several values
)

// properties reads a list of MAPI properties and hands the unnamed ones to
// use, which may read as much of the value as it likes.
func (t *reader) properties(use func(property) error) error {
	count, err := t.u32()
	if err != nil {
		return err
	}
	for n := uint32(0); n < count; n++ {
		if n >= maxProperties {
			return errDamaged
		}
		head, err := t.take(4)
		if err != nil {
			return err
		}
		p := property{kind: binary.LittleEndian.Uint16(head), id: binary.LittleEndian.Uint16(head[2:])}
		if p.id >= 0x8000 {
			if err := t.propertyName(); err != nil {
				return err
			}
		}
		if err := t.values(p, use); err != nil {
			return err
		}
	}
	return nil
}

// propertyName passes over the name of a named property: a GUID and either a
// number or a text.
func (t *reader) propertyName() error {
	head, err := t.take(24)
	if err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(head[16:]) == 0 {
		return nil
	}
	n := int64(binary.LittleEndian.Uint32(head[20:]))
	return t.skip(n + padding(n))
}

func padding(n int64) int64 { return -n & 3 }

// values reads the values of a property, each padded to four bytes.
func (t *reader) values(p property, use func(property) error) error {
	many := p.kind&typeMany != 0
	p.kind &^= typeMany
	fixed := int64(0)
	switch p.kind {
	case 0x0000, 0x0001:
	case 0x0002, 0x0003, 0x0004, 0x000a, 0x000b:
		fixed = 4
	case 0x0005, 0x0006, 0x0007, 0x0014, typeTime:
		fixed = 8
	case 0x0048:
		fixed = 16
	case typeObject, typeString8, typeUnicode, typeBinary:
		fixed = -1
	default:
		return errDamaged
	}
	count := uint32(1)
	if many || fixed < 0 {
		var err error
		if count, err = t.u32(); err != nil {
			return err
		}
	}
	for n := range count {
		if t.off >= t.end || n >= maxProperties {
			return errDamaged
		}
		p.size = fixed
		if fixed < 0 {
			n, err := t.u32()
			if err != nil {
				return err
			}
			p.size = int64(n)
		} else if fixed == 0 {
			return nil
		}
		if err := t.oneValue(p, use); err != nil {
			return err
		}
	}
	return nil
}

// oneValue lets use read a value and goes on behind it, whatever was read.
func (t *reader) oneValue(p property, use func(property) error) error {
	outer := t.end
	after := t.off + p.size + padding(p.size)
	cut := t.off+p.size > outer
	t.end = min(t.off+p.size, outer)
	err := use(p)
	if err != nil && !errors.Is(err, errDamaged) {
		return err
	}
	broken := err != nil || cut
	t.end = outer
	if err := t.skip(min(after, outer) - t.off); err != nil {
		return err
	}
	if broken {
		return errDamaged
	}
	return nil
}

// messageProperty notes what is of use of a message ([MS-OXPROPS]).
func (t *reader) messageProperty(m *Message, p property) error {
	switch p.id {
	case 0x001a:
		return t.text(p, &m.Class)
	case 0x0037:
		return t.replaceText(p, &m.Subject)
	case 0x0039:
		return t.time(p, &m.Sent)
	case 0x0042, 0x0c1a:
		return t.text(p, &m.From)
	case 0x5d01, 0x5d02, 0x39fe:
		return t.text(p, &m.FromSMTP)
	case 0x0e04:
		return t.text(p, &m.To)
	case 0x1000:
		m.wide = p.kind == typeUnicode
		m.Text = Extent{}
		return t.extent(&m.Text)
	case 0x1009:
		return t.extent(&m.RTF)
	case 0x1013:
		if p.kind == typeUnicode {
			m.HTMLCharset = "utf-16le"
		}
		return t.extent(&m.HTML)
	case 0x3fde, 0x3ffd:
		page, err := t.u32()
		if err == nil && p.id == 0x3fde && m.HTMLCharset == "" {
			m.HTMLCharset = charset.OfCodePage(page)
		}
		return err
	}
	return nil
}

// fileProperty notes what is of use of an attachment.
func (t *reader) fileProperty(f *File, p property) error {
	switch p.id {
	case 0x3701:
		return t.fileData(f, p)
	case 0x3001:
		return t.text(p, &f.Display)
	case 0x3704:
		return t.text(p, &f.short)
	case 0x3707:
		return t.text(p, &f.long)
	case 0x370e:
		return t.text(p, &f.MediaType)
	case 0x3712:
		return t.text(p, &f.ContentID)
	}
	return nil
}

// fileData finds the content of an attachment; an object begins with the
// identifier of its interface, and that of a message is a stream of its own.
func (t *reader) fileData(f *File, p property) error {
	const message = "\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"
	if id, err := t.r.Peek(len(message)); p.kind != typeObject || err != nil || string(id) != message || t.depth >= MaxDepth {
		return t.extent(&f.Data)
	}
	_, err := t.take(int64(len(message)))
	if err != nil {
		return err
	}
	page := t.codepage
	t.depth++
	f.Data = Extent{Start: t.off, Size: t.end - t.off}
	f.Message, err = t.stream()
	t.depth--
	t.codepage = page
	return err
}

func (t *reader) text(p property, text *string) error {
	if *text != "" {
		return nil
	}
	return t.replaceText(p, text)
}

// replaceText reads a text; a Unicode one is better than what an attribute
// said in a code page.
func (t *reader) replaceText(p property, text *string) error {
	b, err := t.take(min(p.size, maxValue))
	switch {
	case err != nil:
	case p.kind == typeUnicode:
		*text = Decode(b, wide)
	case p.kind == typeString8:
		*text = Decode(b, t.codepage)
	}
	return err
}

// time reads a count of 100 ns since 1601.
func (t *reader) time(p property, text *string) error {
	b, err := t.take(8)
	if err != nil || p.kind != typeTime {
		return err
	}
	const epoch = 11644473600 // seconds from 1601 to 1970
	at := time.Unix(int64(binary.LittleEndian.Uint64(b)/1e7)-epoch, 0).UTC()
	if at.Year() > 1970 && at.Year() < 2200 {
		*text = at.Format(time.RFC1123Z)
	}
	return nil
}
