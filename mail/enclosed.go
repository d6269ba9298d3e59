package mail

import (
	"bytes"
	"errors"
	"path"
	"strings"

	"deskd/ticketing"
)

// maxEnclosed is how much of its attached mails and text files is looked into
// for one mail, decoded bytes of all of them together. What lies beyond is not
// looked into, nor are pictures, documents and archives.
const maxEnclosed = 1 << 20

// maxEnclosedDepth is how far mails attached to attached mails are looked into.
const maxEnclosedDepth = 4

// readEnclosed reads the attached mails and text files, so that the desk can
// tell whether one of them holds what must not go out. It decides nothing, and
// what is wrong with them is no problem of the mail.
func (p *parser) readEnclosed() error {
	if p.nesting >= maxEnclosedDepth {
		return nil
	}
	quiet := parser{limits: p.limits, deadline: p.deadline, src: p.src, msg: &ticketing.Message{}}
	quiet.cs = charsets{fallbacks: p.limits.Charsets, problems: &quiet.problems}
	left := int64(maxEnclosed)
	for i, at := range p.attached {
		name := p.msg.Attachments[i].Name
		if x := p.tnefOf(at); x != nil && left > 0 {
			b, err := quiet.tnefBody(at, x.message)
			if err != nil {
				return err
			}
			text := shorten(b.text+HTMLText(b.html), int(left))
			left -= int64(len(text))
			p.msg.Enclosed = append(p.msg.Enclosed, ticketing.Enclosed{Part: at.spec, Text: text})
			continue
		}
		if left <= 0 || !readable(at.mediaType, name) {
			continue
		}
		if quiet.decoded > p.limits.Decoded { // passing over what lies before pieces of a part
			break
		}
		r, err := quiet.openDecoded(at)
		if err != nil {
			return err
		}
		data, err := readSome(r, left)
		if err != nil {
			return err
		}
		left -= int64(len(data))
		e := ticketing.Enclosed{Part: at.spec}
		if holdsMail(at.mediaType, name) {
			inner, err := p.readInside(data, &e)
			if errors.Is(err, ErrTimeLimit) {
				return err
			}
			p.passOn(at, inner, int64(len(data)))
		} else {
			e.Text = quiet.cs.body(data, at.params.get("charset"), false)
			if strings.Contains(e.Text, "<") {
				e.Text += "\n" + HTMLText(e.Text)
			}
		}
		p.msg.Enclosed = append(p.msg.Enclosed, e)
	}
	return nil
}

// readInside reads an attached mail, with the mails and texts attached to it.
// What cannot be read as a mail is taken as it stands.
func (p *parser) readInside(data []byte, e *ticketing.Enclosed) (inner *parser, err error) {
	inner = &parser{limits: p.limits, deadline: p.deadline, nesting: p.nesting + 1, msg: &ticketing.Message{}}
	inner.limits.NoHTML = true
	inner.cs = charsets{fallbacks: p.limits.Charsets, problems: &inner.problems}
	e.Text = cleanBody(strings.ToValidUTF8(string(data), ""))
	defer func() {
		if fault := recover(); fault != nil {
			err = ErrCrashed
		}
	}()
	if err := inner.parse(bytes.NewReader(data)); err != nil {
		return inner, err
	}
	m := inner.msg
	e.MessageIDs = append(e.MessageIDs, m.MessageID, m.OriginalID)
	e.LoopMarks = append(e.LoopMarks, m.LoopMarks...)
	text := strings.Builder{}
	text.WriteString(e.Text)
	for _, b := range inner.text.blocks {
		text.WriteString("\n" + b.text + "\n" + b.html)
		if b.html != "" && !b.fromHTML {
			text.WriteString("\n" + HTMLText(b.html))
		}
	}
	for _, x := range inner.tnef { // its words go out with the mail, listed or not
		if b, err := inner.tnefBody(x.part, x.message); err == nil && text.Len() < 4*maxEnclosed {
			text.WriteString("\n" + b.text + "\n" + HTMLText(b.html))
		}
	}
	for _, nested := range m.Enclosed {
		e.MessageIDs = append(e.MessageIDs, nested.MessageIDs...)
		e.LoopMarks = append(e.LoopMarks, nested.LoopMarks...)
		text.WriteString("\n" + nested.Text)
	}
	e.Text = text.String()
	return inner, nil
}

// readable says that a file is looked into.
func readable(mediaType, name string) bool {
	kind, _, _ := strings.Cut(mediaType, "/")
	switch strings.ToLower(path.Ext(name)) {
	case ".txt", ".text", ".log", ".md", ".csv", ".htm", ".html", ".xhtml", ".xml", ".json":
		return true
	}
	return kind == "text" || holdsMail(mediaType, name)
}

// holdsMail says that a file is a mail, whatever type its sender gave it.
func holdsMail(mediaType, name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".eml", ".mht", ".mhtml", ".mbox":
		return true
	}
	kind, _, _ := strings.Cut(mediaType, "/")
	return kind == "message" || kind == "multipart"
}
