package mail

import (
	"io"
	"strings"

	"deskd/ticketing"
)

// maxNestedHeader is how much of an attached mail is looked at for its
// header, in bytes.
const maxNestedHeader = 64 << 10

// scanNested reads the tree of a mail that is wrapped whole into another.
func (p *parser) scanNested(at *part) (*part, error) {
	s := p.scanner()
	s.src = p.sourceOf(at)
	inner, err := s.scanMail(at.start, at.end, at.spec)
	if err == nil {
		inner.lieIn(at.src)
	}
	return inner, err
}

// readWrapped reads a mail whose only content is another mail: its text is
// shown, its header routes nothing. An encoded one is an attachment.
func (p *parser) readWrapped(at *part) error {
	if err := p.readNested(at); err != nil {
		return err
	}
	if encodingName(at.header.first("Content-Transfer-Encoding")) == "base64" {
		p.attach(at)
		return p.measurePart(at)
	}
	inner, err := p.scanNested(at)
	if err != nil {
		return err
	}
	if inner.mediaType == "message/rfc822" {
		p.attach(at)
		return p.measurePart(at)
	}
	return p.readBodies(inner)
}

// wrapsReport says that a gateway put the mail around a report, with the report's
// sender and subject, as some do to add a disclaimer. What a person sends on
// stays attached.
func (p *parser) wrapsReport(at *part) bool {
	if at.parent != p.root || p.root.children[0] != at || !daemonAddress(p.msg) {
		return false
	}
	h, err := p.nestedHeader(at)
	if err != nil {
		return false
	}
	for _, name := range []string{"From", "Subject"} {
		if stripBlanks(h.first(name)) != stripBlanks(p.root.header.first(name)) {
			return false
		}
	}
	return strings.Contains(strings.ToLower(h.first("Content-Type")), "multipart/report")
}

// readNested notes the header of an attached mail.
func (p *parser) readNested(at *part) error {
	h, err := p.nestedHeader(at)
	if err == nil && len(p.nested) < maxIDs {
		p.nested = append(p.nested, h)
	}
	return err
}

func (p *parser) nestedHeader(at *part) (header, error) {
	r, err := p.openDecoded(at)
	if err != nil {
		return nil, err
	}
	data, err := readSome(r, maxNestedHeader)
	if err != nil {
		return nil, err
	}
	return p.headerOf(data)
}

// headerOf reads the header block at the start of data; its problems are not
// those of the mail.
func (p *parser) headerOf(data []byte) (header, error) {
	src := source{data: data, size: int64(len(data))}
	lines, err := src.lines(0, src.size)
	if err != nil {
		return nil, err
	}
	hr := headerReader{lines: lines, limits: &p.limits, problems: &problems{}}
	return hr.read(true)
}

func (p *parser) nestedSubject(at *part) string {
	h, err := p.nestedHeader(at)
	if err != nil {
		return ""
	}
	return p.mailName(p.cs.headerText(h.first("Subject")))
}

// readReport keeps the machine-readable part of a report, which is short.
func (p *parser) readReport(at *part) error {
	p.reports = append(p.reports, at)
	data, err := p.readPart(at, 256<<10)
	if err != nil {
		return err
	}
	// Diagnostics are in the language and the charset of their server.
	if text := p.cs.body(data, at.params.get("charset"), false); len(p.report)+len(text) < 512<<10 {
		p.report = append(append(p.report, text...), "\n\n"...)
	}
	return nil
}

// readReturned notes the header of the mail that a report is about.
func (p *parser) readReturned(at *part) error {
	p.reports = append(p.reports, at)
	h, err := p.nestedHeader(at)
	if err != nil {
		return err
	}
	if p.returned == nil {
		p.returned = h
	}
	return p.readNested(at)
}

// listReports lists the parts of a report as attachments of a mail that is
// none, such as one that a person sends on.
func (p *parser) listReports() error {
	if k := p.msg.Kind; k == ticketing.Bounce || k == ticketing.Receipt || k != ticketing.Human && p.root.mediaType == "multipart/report" {
		return nil
	}
	for _, at := range p.reports {
		p.attach(at)
		if err := p.measurePart(at); err != nil {
			return err
		}
	}
	return nil
}

// readSome reads at most limit bytes.
func readSome(r io.Reader, limit int64) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, limit))
}
