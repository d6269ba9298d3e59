package mail

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"deskd/mail/rtf"
	"deskd/mail/tnef"
	"deskd/ticketing"
)

// tnefPart is a winmail.dat of the mail and what it says.
type tnefPart struct {
	part    *part
	message *tnef.Message
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
	whole := !m.Damaged && len(files) > 0
	for _, file := range files {
		listed, err := p.attachPiece(file)
		if err != nil {
			return err
		}
		whole = whole && listed
	}
	if m.Damaged {
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
func (p *parser) tnefClass(m *tnef.Message) {
	class := strings.ToUpper(m.Class)
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
		class := strings.ToUpper(x.message.Class)
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
func (p *parser) unpackTNEF(at *part) (*tnef.Message, []*part, error) {
	r, err := p.openDecoded(at)
	if err != nil {
		return nil, nil, err
	}
	m, err := tnef.Read(io.LimitReader(r, max(0, p.limits.Decoded-p.decoded)))
	if err != nil {
		return nil, nil, err
	}
	return m, p.tnefFiles(at, at.spec, m), nil
}

func (p *parser) tnefFiles(at *part, spec string, m *tnef.Message) []*part {
	var files []*part
	for i, f := range m.Files {
		if f.Data.Size == 0 && f.Name() == "" {
			continue // a position in the text, with nothing there
		}
		x := &piece{start: f.Data.Start, size: f.Data.Size, of: at, content: &content{f.Data.Size, f.Data.Sum}, name: f.Name(), contentID: f.ContentID}
		file := &part{spec: spec + "/" + strconv.Itoa(i+1), mediaType: typeOfTNEF(f), parent: at, piece: x}
		files = append(files, file)
		if f.Message != nil {
			x.coding, x.content, x.message, file.mediaType = asMail, nil, f.Message, "message/rfc822"
			if x.name = p.mailName(f.Message.Subject); x.name == "" {
				x.name = p.mailName(f.Display)
			}
			files = append(files, p.tnefFiles(at, file.spec, f.Message)...)
			m.Damaged = m.Damaged || f.Message.Damaged
		}
	}
	return files
}

// typeOfTNEF is the type of a file in it, by its name where it tells none.
func typeOfTNEF(f *tnef.File) string {
	kind, _, _ := strings.Cut(strings.ToLower(f.MediaType), ";")
	if major, minor, ok := strings.Cut(strings.TrimSpace(kind), "/"); ok && isToken(major) && isToken(minor) {
		return major + "/" + minor
	}
	return typeOfName(f.Name())
}

// tnefBody makes readable what a message in a part says.
func (p *parser) tnefBody(at *part, m *tnef.Message) (block, error) {
	e := m.Text
	if m.HTML.Size > 0 {
		e = m.HTML
	} else if m.RTF.Size > 0 {
		e = m.RTF
	}
	if e.Size == 0 {
		return block{}, nil
	}
	r, err := p.openPiece(&piece{start: e.Start, size: e.Size, of: at})
	if err != nil {
		return block{}, err
	}
	if m.HTML.Size == 0 && m.RTF.Size > 0 {
		return rtfBlock(r, p.limits.Text)
	}
	data, err := readSome(r, int64(p.limits.Text))
	if m.HTML.Size > 0 {
		return block{html: cleanBody(p.cs.body(data, m.HTMLCharset, true)), fromHTML: true}, err
	}
	return block{text: cleanBody(tnef.Decode(data, m.TextCharset()))}, err
}

// rtfBlock reads compressed RTF.
func rtfBlock(r io.Reader, limit int) (block, error) {
	z, err := rtf.Decompress(r)
	if err != nil {
		return block{}, err
	}
	t, err := rtf.Read(z, limit)
	text := cleanBody(t.Text)
	switch {
	case strings.TrimSpace(text) == "":
		return block{}, err
	case t.HTML:
		return block{html: text, fromHTML: true}, err
	}
	return block{text: strings.TrimRight(text, "\n ") + "\n"}, err
}

// tnefMail writes a message in TNEF as a mail: its head and its text. Its
// files are listed beside it.
func (p *parser) tnefMail(at *part, m *tnef.Message) ([]byte, error) {
	body, err := p.tnefBody(at, m)
	if err != nil {
		return nil, err
	}
	from := m.From
	if m.FromSMTP != "" {
		from = strings.TrimSpace(from + " <" + m.FromSMTP + ">")
	}
	var b bytes.Buffer
	for _, f := range []param{{"From", from}, {"To", m.To}, {"Date", m.Sent}, {"Subject", m.Subject}} {
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
