package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"deskd/catalogue"
	"deskd/ticketing"
)

// Composer puts letters into words, in the recipient's language. It is pure:
// the same letter gives the same bytes.
type Composer struct {
	// Texts is the catalogue of user-facing text.
	Texts *catalogue.Catalogue
	// Templates are the desk's own words in letters.
	Templates Templates
}

// maxPassedOn is the most bytes of attachments that go out with a letter,
// decoded; relays commonly refuse mails above 25 MiB once encoded. Larger ones
// are named in the text and stay on the ticket.
const maxPassedOn = 18 << 20

// Compose writes a letter: header and text with an HTML alternative. Its
// attachments are named, not copied; they are encoded when it is sent. It
// fails only for a header value with a line break in it.
func (c Composer) Compose(l ticketing.Letter) (ticketing.Draft, error) {
	w := c.wording(l)
	l = w.letter
	text, page := w.forms()
	d := ticketing.Draft{Attachments: attached(l)}
	bounds := boundariesOf(l.MessageID)
	if len(d.Attachments) > 0 {
		d.Boundary = bounds.mixed
	}
	head, err := composeHeader(l, w.subject(), d.Boundary, bounds.alternative)
	if err != nil {
		return ticketing.Draft{}, fmt.Errorf("compose the %s to %s: %w", l.Kind, l.Participant.Address, err)
	}
	if d.Boundary != "" {
		head.WriteString("--" + d.Boundary + "\r\nContent-Type: multipart/alternative; boundary=\"" + bounds.alternative + "\"\r\n\r\n")
	}
	head.WriteString("--" + bounds.alternative + "\r\n")
	writeText(head, "text/plain", text)
	head.WriteString("--" + bounds.alternative + "\r\n")
	w.writeHTML(head, page, bounds.related)
	head.WriteString("--" + bounds.alternative + "--\r\n")
	d.Head = head.Bytes()
	return d, nil
}

// wording is what finds the words of a letter.
func (c Composer) wording(l ticketing.Letter) wording {
	k := c.Templates.look(l)
	l.Entry.Attachments = k.withoutLogos(l.Entry.Attachments)
	return wording{texts: k.texts(c.Texts), letter: l, look: k, steps: map[string]string{}}
}

// forms are the letter as plain text and as HTML.
func (w wording) forms() (text, page string) {
	said := w.paragraphs()
	text = textOf(said)
	if len(w.steps) > 0 {
		w.clicks = true
		said = w.paragraphs()
	}
	return text, w.htmlOf(said)
}

// Shown is a letter as a reader sees it.
type Shown struct {
	Subject string
	Text    string
	HTML    string // with the logo in it, to be opened by itself
}

// Show shows a letter that nobody gets, for a preview.
func (c Composer) Show(l ticketing.Letter) Shown {
	w := c.wording(l)
	text, page := w.forms()
	if logo := w.logo(); logo != nil {
		page = strings.Replace(page, "cid:"+logo.id, "data:image/"+logo.format+";base64,"+base64.StdEncoding.EncodeToString(logo.data), 1)
	}
	return Shown{w.subject(), text, page}
}

// writeHTML writes the HTML, and the logo beside it if the letter has one
// (RFC 2387).
func (w wording) writeHTML(b *bytes.Buffer, page, boundary string) {
	logo := w.logo()
	if logo == nil {
		writeText(b, "text/html", page)
		return
	}
	b.WriteString("Content-Type: multipart/related; type=\"text/html\"; boundary=\"" + boundary + "\"\r\n\r\n--" + boundary + "\r\n")
	writeText(b, "text/html", page)
	b.WriteString("--" + boundary + "\r\n")
	logo.write(b)
	b.WriteString("--" + boundary + "--\r\n")
}

// boundaries separate the parts of a letter.
type boundaries struct{ mixed, alternative, related string }

// boundariesOf are made from the Message-ID, so that a letter's bytes do not
// depend on chance.
func boundariesOf(messageID string) boundaries {
	sum := sha256.Sum256([]byte(messageID))
	s := hex.EncodeToString(sum[:12])
	return boundaries{"mixed-" + s, "alternative-" + s, "related-" + s}
}

// attached are the files that go out with a letter: those of what it tells,
// except where nobody has looked at it yet.
func attached(l ticketing.Letter) []ticketing.AttachmentRef {
	if l.Kind == ticketing.LetterCopy && l.Entry.Unverified {
		return nil // a stranger's file must not come to customers in our name
	}
	switch l.Kind {
	case ticketing.LetterReply, ticketing.LetterCopy, ticketing.LetterNotification, ticketing.LetterNote:
	case ticketing.LetterNotice:
		if l.Notice != "unreadable" {
			return nil // it tells of something else, and its answer may go to customers
		}
	default:
		return nil
	}
	var refs []ticketing.AttachmentRef
	var size int64
	for _, a := range l.Entry.Attachments {
		if size += a.Size; size > maxPassedOn {
			return nil
		}
		refs = append(refs, ticketing.AttachmentRef{RawSHA256: l.Entry.RawSHA256, Attachment: a, PartSpec: a.Part})
	}
	return refs
}

// leftBehind names the files that were too large to go out.
func leftBehind(l ticketing.Letter) string {
	if len(attached(l)) > 0 || l.Kind == ticketing.LetterAck || l.Kind == ticketing.LetterCommandError || l.Kind == ticketing.LetterUpdate {
		return ""
	}
	var names []string
	for _, a := range l.Entry.Attachments {
		names = append(names, a.Name)
	}
	return strings.Join(names, ", ")
}
