package mail

import (
	"errors"
	"slices"
	"strings"
	"time"

	"deskd/catalogue"
	"deskd/ticketing"
)

const (
	// maxForwarded is how many attached mails are told of as passed on.
	maxForwarded = 20
	// maxForwardedTrim is the size up to which their quotes are looked for, in
	// bytes of text: to take it apart costs many times its size.
	maxForwardedTrim = 128 << 10
	// maxBlockText is the size of a text up to which a block is looked for in it.
	maxBlockText = 256 << 10
)

// passOn tells of an attached mail, read as inner from so many of its bytes.
func (p *parser) passOn(at *part, inner *parser, read int64) {
	if p.nesting > 0 || len(p.msg.Forwarded) == maxForwarded || !isMail(inner.msg) {
		return
	}
	m := inner.msg
	f := ticketing.Forwarded{
		Part: at.spec, Above: p.msg.Reply, To: m.To, Cc: m.Cc, Date: m.Date, Subject: m.Subject, MessageID: m.MessageID,
		References: append(slices.Clone(m.InReplyTo), m.References...),
		Text:       m.Text, Reply: m.Text, Language: catalogue.Guess(m.Text, m.Subject),
		Unattended: m.Kind != ticketing.Human || m.Possible || m.NoReply || m.ListID != "",
	}
	if len(m.From) == 1 {
		f.From = m.From[0]
	}
	if len(m.Text) <= maxForwardedTrim {
		f.Reply = inner.reply()
	}
	f.Attachments = p.filesOf(at, m, read)
	p.msg.Forwarded = append(p.msg.Forwarded, f)
}

// isMail reports whether what was read has the header of a mail: a file may be
// called one and be none.
func isMail(m *ticketing.Message) bool {
	return len(m.From) > 0 || m.MessageID != "" || m.Subject != "" && !m.Date.IsZero()
}

// filesOf are the attachments of an attached mail, named as parts of the mail
// around it. One that was not read to its end, or that stands there encoded, so
// that its parts have no place of their own, is a file as it is.
func (p *parser) filesOf(at *part, m *ticketing.Message, read int64) []ticketing.Attachment {
	i := slices.Index(p.attached, at)
	if i < 0 || len(m.Attachments) == 0 {
		return nil
	}
	own := p.msg.Attachments[i]
	asItIs := slices.Contains([]string{"", "7bit", "8bit", "binary"}, encodingName(at.header.first("Content-Transfer-Encoding")))
	if p.roleOf(at) != roleMessage || at.src != nil || !asItIs || read < own.Size {
		return []ticketing.Attachment{own}
	}
	files := slices.Clone(m.Attachments)
	for i := range files {
		files[i].Part = at.spec + "." + files[i].Part
	}
	return files
}

// readBlock finds the mail that the text passes on. An answer passes nothing
// on, whatever it quotes.
func (p *parser) readBlock() {
	subject := p.msg.Subject
	if p.nesting > 0 || len(p.msg.Text) > maxBlockText || ticketing.HasReplyPrefix(subject) && !ticketing.IsForward(subject) {
		return
	}
	f, ok := forwardedBlock(p.msg.Text, p.author())
	if !ok {
		return
	}
	f.Language = catalogue.Guess(f.Text, f.Subject)
	if sent := p.msg.Date; !sent.IsZero() && f.Date.After(sent.Add(24*time.Hour)) {
		f.Date = time.Time{} // day and month in another order than we read them
	}
	if whole := p.msg.Forwarded; len(whole) == 1 && whole[0].From.Address != "" && whole[0].From.Address == f.From.Address {
		whole[0].Above, whole[0].Below = f.Above, f.Below // the same mail once more
		return
	}
	p.msg.Forwarded = []ticketing.Forwarded{f} // attached mails are what was attached to that one
}

// readWhole tells of the mail that is all there is in this one. Its text and
// files are shown as if they were this one's.
func (p *parser) readWhole() error {
	if p.nesting > 0 || p.root.mediaType != "message/rfc822" || len(p.attached) > 0 && p.attached[0] == p.root {
		return nil
	}
	r, err := p.openDecoded(p.root)
	if err != nil {
		return err
	}
	data, err := readSome(r, maxNestedHeader) // its text is the mail's own
	if err != nil {
		return err
	}
	inner, err := p.readInside(data, &ticketing.Enclosed{})
	if errors.Is(err, ErrTimeLimit) {
		return err
	}
	p.passOn(p.root, inner, int64(len(data)))
	if n := len(p.msg.Forwarded); n > 0 {
		f := &p.msg.Forwarded[n-1]
		f.Above, f.Text, f.Reply, f.Attachments = "", p.msg.Text, p.msg.Reply, p.msg.Attachments
	}
	return nil
}

// forwardedBlock takes a text apart that shows a mail with its header, as
// programs do that pass one on: the fields, the words of that mail, and what
// the author wrote around it. Time is linear in the length of the text.
func forwardedBlock(text string, author ticketing.Address) (f ticketing.Forwarded, ok bool) {
	lines := splitLines(text)
	var above, below []bodyLine
	in, ok := firstPassedOn(lines)
	if ok {
		above = lines[:in.from]
	} else if at := slices.IndexFunc(lines, func(l bodyLine) bool { return l.quoted }); at >= 0 {
		run, end := quotedRun(lines, at) // Apple's program may quote all of it, the title too
		above, lines, below = lines[:at], run, lines[end:]
		in, ok = firstPassedOn(lines)
	}
	if !ok {
		return f, false
	}
	body := lines[in.to:]
	if next := nextFull(lines, in.to); next < len(lines) && lines[next].quoted && (!in.header || lines[in.to-1].quoted) {
		var end int
		body, end = quotedRun(lines, next)
		below = lines[end:]
	}
	if last := lastFull(above, 0, len(above)); last >= 0 && strings.Trim(above[last].plain, "-_=—") == "" {
		above = above[:last] // the ruler between the two
	}
	f = fieldsOf(lines[in.from:in.to])
	f.Text = rawLines(withoutEnd(body))
	f.Reply = TrimBy(f.Text, f.From).Reply
	f.Above = TrimBy(rawLines(above), author).Reply
	f.Below = TrimBy(rawLines(below), author).Reply
	return f, true
}

// firstPassedOn finds the first mail that is shown with its header or under a
// title that says so. What an answer quotes before it ends the search.
func firstPassedOn(lines []bodyLine) (intro, bool) {
	for i := range lines {
		if in, ok := introAt(lines, i); ok {
			return in, in.forward || in.header
		}
	}
	return intro{}, false
}

// withoutEnd cuts mutt's line below a mail that is passed on.
func withoutEnd(lines []bodyLine) []bodyLine {
	last := lastFull(lines, 0, len(lines))
	if last >= 0 {
		if m := titleLine.FindStringSubmatch(lines[last].lower); m != nil && strings.HasPrefix(m[1], "end forwarded message") {
			return lines[:last]
		}
	}
	return lines
}

// quotedRun are the lines with a ">" from line i on, without it, and the line
// behind the last of them.
func quotedRun(lines []bodyLine, i int) (run []bodyLine, end int) {
	end = nextFull(lines, i)
	for end < len(lines) && lines[end].quoted {
		raw := strings.TrimLeftFunc(lines[end].raw, isBlankRune)
		for _, sign := range []string{">", "＞"} {
			raw = strings.TrimPrefix(raw, sign)
		}
		run = append(run, newLine(strings.TrimPrefix(raw, " ")))
		end++
	}
	return run, end
}

func rawLines(lines []bodyLine) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.raw)
		b.WriteByte('\n')
	}
	return trimBlankLines(b.String())
}
