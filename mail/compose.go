package mail

import (
	"crypto/sha256"
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
}

// maxPassedOn is the most bytes of attachments that go out with a letter,
// decoded; relays commonly refuse mails above 25 MiB once encoded. Larger ones
// are named in the text and stay on the ticket.
const maxPassedOn = 18 << 20

// Compose writes a letter: header and text with an HTML alternative. Its
// attachments are named, not copied; they are encoded when it is sent. It
// fails only for a header value with a line break in it.
func (c Composer) Compose(l ticketing.Letter) (ticketing.Draft, error) {
	w := wording{texts: c.Texts, letter: l, steps: map[string]string{}}
	text := w.text()
	d := ticketing.Draft{Attachments: attached(l)}
	mixed, alternative := boundaries(l.MessageID)
	if len(d.Attachments) > 0 {
		d.Boundary = mixed
	}
	head, err := composeHeader(l, w.subject(), d.Boundary, alternative)
	if err != nil {
		return ticketing.Draft{}, fmt.Errorf("compose the %s to %s: %w", l.Kind, l.Participant.Address, err)
	}
	if d.Boundary != "" {
		head.WriteString("--" + d.Boundary + "\r\nContent-Type: multipart/alternative; boundary=\"" + alternative + "\"\r\n\r\n")
	}
	shown := text
	if len(w.steps) > 0 {
		w.clicks = true
		shown = w.text()
	}
	for _, part := range []struct{ kind, body string }{
		{"text/plain", text},
		{"text/html", htmlOf(shown, w.language(), w.steps, w.letter.Unfollow)},
	} {
		head.WriteString("--" + alternative + "\r\n")
		writeText(head, part.kind, part.body)
	}
	head.WriteString("--" + alternative + "--\r\n")
	d.Head = head.Bytes()
	return d, nil
}

// boundaries are made from the Message-ID, so that a letter's bytes do not
// depend on chance.
func boundaries(messageID string) (mixed, alternative string) {
	sum := sha256.Sum256([]byte(messageID))
	s := hex.EncodeToString(sum[:12])
	return "mixed-" + s, "alternative-" + s
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
