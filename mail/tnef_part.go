package mail

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"deskd/ticketing"
)

// tnefPart is a winmail.dat of the mail and what it says.
type tnefPart struct {
	part    *part
	message *tnefMessage
}

// readTNEF lists the files in a winmail.dat instead of it. One without files,
// or that could not be read whole, is listed itself too, so that nothing is
// lost. The reader is bounded in size, counts and depth and holds no content,
// and the parser recovers from a fault: no process of its own is needed.
func (p *parser) readTNEF(at *part) error {
	m, files, err := p.unpackTNEF(at)
	if err != nil {
		return err
	}
	whole := !m.damaged && len(files) > 0
	for _, file := range files {
		listed, err := p.attachPiece(file)
		if err != nil {
			return err
		}
		whole = whole && listed
	}
	if m.damaged {
		p.problems.add(ticketing.DamagedTNEF)
	}
	p.tnef = append(p.tnef, &tnefPart{at, m})
	p.tnefClass(m)
	if whole {
		return nil
	}
	p.attach(at)
	return p.measurePart(at)
}

// tnefClass takes an answer to an invitation from the class of the message
// ([MS-OXOCAL] §2.2.5 ff.), as Outlook writes it instead of text/calendar.
func (p *parser) tnefClass(m *tnefMessage) {
	class := strings.ToUpper(m.class)
	method := ""
	switch {
	case strings.Contains(class, "SCHEDULE.MEETING.RESP") || strings.Contains(class, "SCHEDULE+.MTGRESP"):
		method = "REPLY"
	case strings.Contains(class, "SCHEDULE.MEETING.CANCELED") || strings.Contains(class, "SCHEDULE+.MTGCNCL"):
		method = "CANCEL"
	case strings.Contains(class, "SCHEDULE.MEETING.REQUEST") || strings.Contains(class, "SCHEDULE+.MTGREQ"):
		method = "REQUEST"
	}
	if p.method == "" {
		p.method = method
	}
}

// tnefReport says that the message is a read receipt of Outlook or Exchange.
func (p *parser) tnefReport() bool {
	for _, x := range p.tnef {
		class := strings.ToUpper(x.message.class)
		if strings.HasSuffix(class, ".IPNRN") || strings.HasSuffix(class, ".IPNNRN") || strings.HasSuffix(class, " MAIL.READ RECEIPT") {
			return true
		}
	}
	return false
}

// tnefOf is what is known of a part, nil unless it is a winmail.dat.
func (p *parser) tnefOf(at *part) *tnefPart {
	for _, x := range p.tnef {
		if x.part == at {
			return x
		}
	}
	return nil
}

// unpackTNEF reads a winmail.dat and gives its files, those of enclosed
// messages after them.
func (p *parser) unpackTNEF(at *part) (*tnefMessage, []*part, error) {
	r, err := p.openDecoded(at)
	if err != nil {
		return nil, nil, err
	}
	m, err := readTNEF(io.LimitReader(r, max(0, p.limits.Decoded-p.decoded)))
	if err != nil {
		return nil, nil, err
	}
	return m, p.tnefFiles(at, at.spec, m), nil
}

func (p *parser) tnefFiles(at *part, spec string, m *tnefMessage) []*part {
	var files []*part
	for i, f := range m.files {
		if f.data.size == 0 && f.fileName() == "" {
			continue // a position in the text, with nothing there
		}
		x := &piece{extent: f.data, of: at, content: &content{f.data.size, f.data.sum}, name: f.fileName(), contentID: f.contentID}
		file := &part{spec: spec + "/" + strconv.Itoa(i+1), mediaType: f.typeOf(), parent: at, piece: x}
		files = append(files, file)
		if f.message != nil {
			x.coding, x.content, x.message, file.mediaType = asMail, nil, f.message, "message/rfc822"
			if x.name = p.mailName(f.message.subject); x.name == "" {
				x.name = p.mailName(f.display)
			}
			files = append(files, p.tnefFiles(at, file.spec, f.message)...)
			m.damaged = m.damaged || f.message.damaged
		}
	}
	return files
}

// fileName is the best of the names: the long one, then the title, which old
// programs cut to 8.3.
func (f *tnefFile) fileName() string {
	for _, name := range []string{f.long, f.title, f.display, f.short} {
		if strings.TrimSpace(name) != "" {
			return name
		}
	}
	return ""
}

func (f *tnefFile) typeOf() string {
	kind, _, _ := strings.Cut(strings.ToLower(f.mediaType), ";")
	if major, minor, ok := strings.Cut(strings.TrimSpace(kind), "/"); ok && isToken(major) && isToken(minor) {
		return major + "/" + minor
	}
	return typeOfName(f.fileName())
}

// tnefBody makes readable what a message in a part says.
func (p *parser) tnefBody(at *part, m *tnefMessage) (block, error) {
	e := m.text
	if m.html.size > 0 {
		e = m.html
	} else if m.rtf.size > 0 {
		e = m.rtf
	}
	if e.size == 0 {
		return block{}, nil
	}
	r, err := p.openPiece(&piece{extent: e, of: at})
	if err != nil {
		return block{}, err
	}
	if m.html.size == 0 && m.rtf.size > 0 {
		return rtfBlock(r, p.limits.Text)
	}
	data, err := readSome(r, int64(p.limits.Text))
	switch {
	case m.html.size > 0:
		return block{html: cleanBody(p.cs.body(data, m.htmlset, true)), fromHTML: true}, err
	case m.wide:
		return block{text: cleanBody(decodeUnicode(data))}, err
	}
	return block{text: cleanBody(decodeCodepage(data, m.codepage))}, err
}

// rtfBlock reads compressed RTF.
func rtfBlock(r io.Reader, limit int) (block, error) {
	z, err := newRTFReader(r)
	if err != nil {
		return block{}, err
	}
	t, err := readRTF(z, limit)
	text := cleanBody(t.text)
	switch {
	case strings.TrimSpace(text) == "":
		return block{}, err
	case t.isHTML:
		return block{html: text, fromHTML: true}, err
	}
	return block{text: strings.TrimRight(text, "\n ") + "\n"}, err
}

// tnefMail writes a message in TNEF as a mail: its head and its text. Its
// files are listed beside it.
func (p *parser) tnefMail(at *part, m *tnefMessage) ([]byte, error) {
	body, err := p.tnefBody(at, m)
	if err != nil {
		return nil, err
	}
	from := m.from
	if m.fromSMTP != "" {
		from = strings.TrimSpace(from + " <" + m.fromSMTP + ">")
	}
	var b bytes.Buffer
	for _, f := range []param{{"From", from}, {"To", m.to}, {"Date", m.sent}, {"Subject", m.subject}} {
		if value := strings.TrimSpace(cleanText(f.value)); value != "" {
			b.WriteString(f.name + ": " + value + "\r\n")
		}
	}
	kind, text := "plain", body.text
	if body.fromHTML {
		kind, text = "html", body.html
	}
	b.WriteString("MIME-Version: 1.0\r\nContent-Type: text/" + kind + "; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
	b.WriteString(strings.ReplaceAll(text, "\n", "\r\n"))
	return b.Bytes(), nil
}
