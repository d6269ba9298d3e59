package mail

import (
	"errors"
	"fmt"
	"io"
	"time"

	"deskd/mail/charset"
	"deskd/ticketing"
)

// Parse reads a raw mail. A mail up to 1 MiB is read at once; of a larger one
// only the text parts are kept, and the stream is read twice: *bytes.Reader,
// *os.File and a reader over stored chunks will do. The caller fills in
// MailID, Mailbox, ReceivedAt, RawSHA256 and Verdict.
//
// A damaged mail is no error: whatever is readable is returned, and
// Message.Problems tells what was wrong. Errors are those of the reader,
// [ErrTimeLimit] and [ErrCrashed]; the message is then what was understood
// until there.
func Parse(raw io.ReadSeeker, l Limits) (m ticketing.Message, err error) {
	p := parser{limits: l, msg: &m}
	if l.Time > 0 {
		p.deadline = time.Now().Add(l.Time)
	}
	p.cs = charsets{fallbacks: l.Charsets, choice: charset.Normal(l.Charset), problems: &p.problems}
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("parse mail: %w: %v", ErrCrashed, fault)
		}
		m.Problems = p.problems.list
	}()
	if err := p.parse(raw); err != nil {
		return m, fmt.Errorf("parse mail: %w", err)
	}
	return m, nil
}

// parser holds what one call of Parse knows.
type parser struct {
	limits   Limits
	deadline time.Time
	src      *source
	msg      *ticketing.Message
	problems problems
	cs       charsets
	root     *part
	text     textBuilder
	decoded  int64
	contents [][]byte // digests of the attachments, in their order
	// special parts, kept for the classification
	report   []byte // message/delivery-status or the like, decoded
	returned header // header of the mail that a report returns
	nested   []header
	reports  []*part // the parts of a report
	method   string  // iTIP method
	attached []*part // the parts that Message.Attachments lists
	tnef     []*tnefPart
	events   []string // invitations in words
	pieces   int      // files and parts found inside of parts
	cms      int      // bytes of S/MIME held in memory
	nesting  int      // how many mails this one is attached in
	nameless struct { // whether there is a text that nothing makes a file
		known, found bool
	}
}

func (p *parser) parse(raw io.ReadSeeker) error {
	src, err := newSource(raw)
	if err != nil {
		return err
	}
	p.src = src
	s := p.scanner()
	if p.root, err = s.scanMail(0, src.size, ""); err != nil {
		return err
	}
	p.msg.RawSize = src.size
	p.cs.hint = p.firstCharset(p.root)
	p.readHeader(p.root.header)
	if err := p.readBodies(p.root); err != nil {
		return err
	}
	if err := p.readOtherText(); err != nil {
		return err
	}
	p.finishBodies()
	p.classify()
	for _, step := range []func() error{p.listReports, p.readEnclosed, p.readWhole} {
		if err := step(); err != nil {
			return err
		}
	}
	p.readBlock()
	return nil
}

func (p *parser) scanner() scanner {
	return scanner{src: p.src, limits: &p.limits, problems: &p.problems, deadline: p.deadline}
}

// firstCharset finds the label of the first text part: raw 8-bit header
// fields are mostly in the same charset.
func (p *parser) firstCharset(at *part) string {
	if label := at.params.get("charset"); label != "" {
		return label
	}
	for _, child := range at.children {
		if label := p.firstCharset(child); label != "" {
			return label
		}
	}
	return ""
}

// errNoPart is returned by OpenPart for a specifier that names no part.
var errNoPart = errors.New("the mail has no such part")
