package mail

import (
	"bytes"
	"strings"

	"deskd/ticketing"
)

// maxCMS is how much S/MIME is looked into, decoded bytes of all such parts of
// a mail together; it is held in memory. What is larger is an attachment only.
const maxCMS = 16 << 20

// readCMS reads S/MIME in one part (RFC 8551 §3.5.2): signed content is shown
// like any other, the signature is not checked; encrypted content stays
// closed. The part itself is listed in any case, for who can check or open it.
func (p *parser) readCMS(at *part) error {
	kind, inner, err := p.openCMS(at)
	if err != nil {
		return err
	}
	switch kind {
	case cmsSigned:
		p.problems.add(ticketing.Signed)
	case cmsEnveloped:
		p.problems.add(ticketing.Encrypted)
	}
	if inner != nil {
		if err := p.readBodies(inner); err != nil {
			return err
		}
	}
	p.attach(at)
	return p.measurePart(at)
}

// openCMS finds the content of a signed part, and reads it as a tree of its
// own whose specifiers follow a slash.
func (p *parser) openCMS(at *part) (cmsKind, *part, error) {
	head, _, err := p.readStart(at, 4<<10)
	if err != nil {
		return cmsOther, nil, err
	}
	kind, entity := cmsContent(head)
	var more bool
	if kind == cmsSigned { // nothing else is worth the memory
		var data []byte
		if data, more, err = p.readStart(at, max(0, maxCMS-p.cms)); err != nil {
			return cmsOther, nil, err
		}
		_, entity = cmsContent(data)
	}
	if kind == cmsOther && strings.EqualFold(at.params.get("smime-type"), "enveloped-data") {
		kind = cmsEnveloped
	}
	if kind != cmsSigned || more || len(bytes.TrimSpace(entity)) == 0 || at.depth+1 >= p.limits.Depth {
		return kind, nil, nil
	}
	s := p.scanner()
	s.src = &source{data: entity, size: int64(len(entity))}
	s.base = at.depth + 1
	inner, err := s.scanMail(0, s.src.size, at.spec+"/")
	if err != nil {
		return kind, nil, err
	}
	if p.pieces += s.parts; p.pieces > p.limits.Parts {
		p.problems.addArg(ticketing.TooManyParts, p.limits.Parts)
		return kind, nil, nil
	}
	p.cms += len(entity)
	inner.lieIn(s.src)
	return kind, inner, nil
}

// cmsKind is what a CMS structure (RFC 5652) holds.
type cmsKind int

const (
	cmsOther cmsKind = iota
	cmsSigned
	cmsEnveloped
)

// The object identifiers of contents, as DER writes them.
const (
	oidData          = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
	oidSigned        = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
	oidEnveloped     = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
	oidAuthEnveloped = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"
)

// cmsContent tells what a structure holds, and the content of a signed one.
// It goes down to the content and looks at nothing else. Content in pieces is
// joined in place.
func cmsContent(data []byte) (cmsKind, []byte) {
	b := ber{data}
	if !b.enter(0x30) {
		return cmsOther, nil
	}
	switch id, _ := b.value(0x06); string(id) {
	case oidEnveloped, oidAuthEnveloped:
		return cmsEnveloped, nil
	case oidSigned:
	default:
		return cmsOther, nil
	}
	if !b.enter(0xa0) || !b.enter(0x30) { // [0] SignedData
		return cmsSigned, nil
	}
	if _, ok := b.value(0x02); !ok || !b.skip(0) || !b.enter(0x30) { // version, algorithms
		return cmsSigned, nil
	}
	if id, _ := b.value(0x06); string(id) != oidData || !b.enter(0xa0) {
		return cmsSigned, nil
	}
	return cmsSigned, b.octets()
}

// maxBERDepth bounds structures in each other.
const maxBERDepth = 32

// ber reads BER (X.690) from the front: DER, and the indefinite lengths that
// mail programs write while they sign.
type ber struct{ rest []byte }

// head takes the head of an element; size is -1 for an indefinite length. A
// length beyond the data is one up to its end.
func (b *ber) head() (tag byte, size int, ok bool) {
	if len(b.rest) < 2 || b.rest[0]&0x1f == 0x1f {
		return 0, 0, false
	}
	tag, first := b.rest[0], b.rest[1]
	b.rest = b.rest[2:]
	if first == 0x80 {
		return tag, -1, true
	}
	size = int(first)
	if first > 0x80 {
		n := int(first & 0x7f)
		if n > 4 || n > len(b.rest) {
			return 0, 0, false
		}
		long := int64(0)
		for _, c := range b.rest[:n] {
			long = long<<8 | int64(c)
		}
		b.rest = b.rest[n:]
		size = int(min(long, int64(len(b.rest))))
	}
	return tag, min(size, len(b.rest)), true
}

// enter goes into an element of that tag.
func (b *ber) enter(tag byte) bool {
	if len(b.rest) == 0 || b.rest[0] != tag {
		return false
	}
	_, _, ok := b.head()
	return ok
}

// value takes a simple element of that tag.
func (b *ber) value(tag byte) ([]byte, bool) {
	if len(b.rest) == 0 || b.rest[0] != tag {
		return nil, false
	}
	_, size, ok := b.head()
	if !ok || size < 0 {
		return nil, false
	}
	v := b.rest[:size]
	b.rest = b.rest[size:]
	return v, true
}

// skip passes over an element.
func (b *ber) skip(depth int) bool {
	_, size, ok := b.head()
	if !ok || depth > maxBERDepth {
		return false
	}
	if size >= 0 {
		b.rest = b.rest[size:]
		return true
	}
	for !b.ended() {
		if !b.skip(depth + 1) {
			return false
		}
	}
	return true
}

// ended takes the mark that ends an indefinite length.
func (b *ber) ended() bool {
	if len(b.rest) >= 2 && b.rest[0] == 0 && b.rest[1] == 0 {
		b.rest = b.rest[2:]
		return true
	}
	return len(b.rest) == 0
}

// octets reads an octet string, in one or in pieces.
func (b *ber) octets() []byte {
	if len(b.rest) == 0 || b.rest[0]&^0x20 != 0x04 {
		return nil
	}
	tag, size, ok := b.head()
	if !ok {
		return nil
	}
	if tag&0x20 == 0 {
		return b.rest[:max(0, size)]
	}
	if size >= 0 {
		b.rest = b.rest[:size]
	}
	all, open := b.rest[:0], 0 // open: indefinite lengths inside that have not ended
	for len(b.rest) > 0 {
		if b.ended() {
			if open--; open < 0 {
				break
			}
			continue
		}
		if b.rest[0] == 0x24 { // pieces in pieces: their heads are passed over
			_, size, ok := b.head()
			if !ok {
				break
			}
			if size < 0 {
				open++
			}
			continue
		}
		v, ok := b.value(0x04)
		if !ok {
			break
		}
		all = append(all, v...)
	}
	return all
}
