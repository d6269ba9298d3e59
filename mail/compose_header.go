package mail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"mime/quotedprintable"
	"strings"

	"github.com/emersion/go-message/mail"
	"github.com/emersion/go-message/textproto"

	"deskd/ticketing"
)

var errLineBreak = errors.New("a header value holds a line break")

// composeHeader writes the header of a letter. Which fields say "automatic"
// depends on the kind (mail-rules §3): an agent's answer is human mail, an
// acknowledgement answers a mail by machine (auto-replied, RFC 3834 §5.2), a
// notification is sent of our own accord (auto-generated).
func composeHeader(l ticketing.Letter, subject, mixed, alternative string) (*bytes.Buffer, error) {
	var h mail.Header
	if mixed != "" {
		h.SetContentType("multipart/mixed", map[string]string{"boundary": mixed})
	} else {
		h.SetContentType("multipart/alternative", map[string]string{"boundary": alternative})
	}
	h.Set("Mime-Version", "1.0")
	for _, f := range kindFields(l.Kind) {
		h.Set(f.name, f.value)
	}
	if l.ThreadIndex != "" {
		h.Set("Thread-Index", l.ThreadIndex)
	}
	mark := "human"
	if l.Kind.Automatic() {
		mark = "auto"
	}
	h.Set("X-Helpdesk-Loop", l.Instance+"; kind="+mark)
	if l.Unfollow != "" {
		h.Set("List-Unsubscribe", "<mailto:"+l.Unfollow+"?subject=unsubscribe>")
	}
	if len(l.References) > 0 {
		h.Set("References", strings.Join(l.References, " "))
	}
	if l.InReplyTo != "" {
		h.Set("In-Reply-To", l.InReplyTo)
	}
	h.Set("Message-Id", l.MessageID)
	h.SetDate(l.Date)
	h.SetSubject(subject)
	h.SetAddressList("Reply-To", []*mail.Address{{Name: l.From.Name, Address: l.ReplyTo}})
	h.SetAddressList("To", []*mail.Address{{Name: nameOfRecipient(l), Address: l.Participant.Address}})
	h.SetAddressList("From", []*mail.Address{{Name: l.From.Name, Address: l.From.Address}})
	for f := h.Fields(); f.Next(); {
		if strings.ContainsAny(f.Value(), "\r\n") {
			return nil, errLineBreak
		}
	}
	b := &bytes.Buffer{}
	if err := textproto.WriteHeader(b, h.Header.Header); err != nil {
		return nil, err
	}
	return b, nil
}

// nameOfRecipient leaves out the name that a sender who was not proved gave
// himself: it would take his words to a victim.
func nameOfRecipient(l ticketing.Letter) string {
	if l.Kind == ticketing.LetterAck && !l.QuoteSubject {
		return ""
	}
	return l.Participant.Name
}

type headerField struct{ name, value string }

// kindFields are the fields by which other machines know what not to answer
// (RFC 3834; X-Auto-Response-Suppress is [MS-OXCMAIL] 2.1.3.2.20).
func kindFields(k ticketing.LetterKind) []headerField {
	switch k {
	case ticketing.LetterReply, ticketing.LetterCopy:
		return []headerField{{"X-Auto-Response-Suppress", "DR, RN, NRN"}}
	case ticketing.LetterAck, ticketing.LetterCommandError, ticketing.LetterReceipt:
		return []headerField{{"Precedence", "bulk"}, {"X-Auto-Response-Suppress", "All"}, {"Auto-Submitted", "auto-replied"}}
	}
	return []headerField{{"X-Auto-Response-Suppress", "All"}, {"Auto-Submitted", "auto-generated"}}
}

// writeText writes one text part, in the encoding that suits it.
func writeText(b *bytes.Buffer, kind, body string) {
	b.WriteString("Content-Type: " + kind + "; charset=utf-8\r\nContent-Transfer-Encoding: ")
	body = strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\n", "\r\n")
	if mostlyASCII(body) {
		b.WriteString("quoted-printable\r\n\r\n")
		w := quotedprintable.NewWriter(b)
		_, _ = w.Write([]byte(body)) // a bytes.Buffer does not fail
		_ = w.Close()
		b.WriteString("\r\n")
		return
	}
	b.WriteString("base64\r\n\r\n")
	writeBase64(b, []byte(body))
}

// writeBase64 writes data in lines of base64 (RFC 2045 §6.8).
func writeBase64(b *bytes.Buffer, data []byte) {
	encoded := base64.StdEncoding.EncodeToString(data)
	for len(encoded) > 76 {
		b.WriteString(encoded[:76] + "\r\n")
		encoded = encoded[76:]
	}
	b.WriteString(encoded + "\r\n")
}

// mostlyASCII reports whether quoted-printable is the shorter encoding.
func mostlyASCII(s string) bool {
	other := 0
	for i := range len(s) {
		if s[i] >= 0x80 {
			other++
		}
	}
	return other*6 < len(s)
}
