package mail

import (
	"bytes"
	"io"

	"deskd/mail/tnef"
	"deskd/ticketing"
)

// piece is a file that lies inside the decoded content of a part: in a
// winmail.dat or as uuencoded lines of a text. Nothing of it is held in memory;
// it is decoded anew whenever it is opened. Its specifier is that of the part,
// a slash and its number: "2/1".
type piece struct {
	start, size int64    // in the decoded bytes of the part that holds it
	of          *part    // that part
	coding      coding   // how the bytes there are to be read
	content     *content // size and digest of it when read so; nil is unknown
	message     *tnef.Message
	name        string
	contentID   string
}

// content is what is known of a file that was read once.
type content struct {
	size int64
	sum  []byte
}

// coding is how a piece is written.
type coding int

const (
	asIs      coding = iota
	uuencoded        // from "begin" to "end"
	asMail           // a message in TNEF, written as a mail
)

// sourceOf is where a part lies.
func (p *parser) sourceOf(at *part) *source {
	if at.src != nil {
		return at.src
	}
	return p.src
}

// lieIn notes where a tree lies.
func (p *part) lieIn(src *source) {
	p.src = src
	for _, child := range p.children {
		child.lieIn(src)
	}
}

func (p *parser) openPiece(x *piece) (io.Reader, error) {
	if x.coding == asMail {
		text, err := p.tnefMail(x.of, x.message)
		return bytes.NewReader(text), err
	}
	r, err := p.openDecoded(x.of)
	if err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, r, x.start); err != nil && err != io.EOF {
		return nil, err
	}
	p.decoded += x.start
	r = io.LimitReader(r, x.size)
	if x.coding == uuencoded {
		return decodeTransfer(r, "x-uuencode", &p.problems), nil
	}
	return r, nil
}

// attachPiece lists a file found inside a part. Beyond the limit of parts it
// says so and does not.
func (p *parser) attachPiece(at *part) (bool, error) {
	if p.pieces++; p.pieces > p.limits.Parts {
		p.problems.addArg(ticketing.TooManyParts, p.limits.Parts)
		return false, nil
	}
	p.attach(at)
	known := at.piece.content
	if known == nil {
		return true, p.measurePart(at)
	}
	p.msg.Attachments[len(p.msg.Attachments)-1].Size = known.size
	p.contents = append(p.contents, known.sum)
	p.decoded += known.size
	return true, nil
}

// findInside finds what lies inside a part by its specifier.
func (p *parser) findInside(at *part, spec string) (*part, error) {
	var inside []*part
	var err error
	switch p.roleOf(at) {
	case roleTNEF:
		_, inside, err = p.unpackTNEF(at)
	case roleCMS:
		_, inner, err := p.openCMS(at)
		if err != nil || inner == nil {
			return nil, orNoPart(err)
		}
		return p.findPart(inner, spec)
	default:
		_, inside, err = p.splitText(at)
	}
	for _, x := range inside {
		if x.spec == spec {
			return x, nil
		}
	}
	return nil, orNoPart(err)
}

func orNoPart(err error) error {
	if err == nil {
		return errNoPart
	}
	return err
}

// readOtherText makes text of what else says what the mail is about where it
// has no text of its own: the body in a winmail.dat, or an invitation.
func (p *parser) readOtherText() error {
	if len(p.tnef)+len(p.events) == 0 || p.hasText() {
		return nil
	}
	for _, x := range p.tnef {
		b, err := p.tnefBody(x.part, x.message)
		if err != nil {
			return err
		}
		if b.text != "" || b.html != "" {
			p.addBlock(b)
			return nil
		}
	}
	for _, event := range p.events {
		p.addBlock(block{text: event})
	}
	return nil
}

func (p *parser) hasText() bool {
	for _, b := range p.text.blocks {
		if len(bytes.TrimSpace([]byte(b.text))) > 0 || HTMLText(b.html) != "" {
			return true
		}
	}
	return false
}
