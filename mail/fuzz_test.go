package mail

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"deskd/ticketing"
)

// FuzzParse: no input crashes the parser, every text it gives is valid UTF-8
// (databases refuse others) and every attachment it lists can be opened with
// the size it says.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/parse/*.eml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte("From: a@example.com\n\nx\nbegin 644 a.txt\n#0V%T\n`\nend\ny\n"))
	f.Add([]byte(signedMail(der(0x04, "Content-Type: text/csv; name=a.csv\r\n\r\n1,2"))))
	f.Add([]byte(winmail(tnefStream(tnefFileAttributes("a.txt", []byte("x")), tnefAttribute(1, attBody, []byte("text"))), "")))
	f.Add([]byte(attachedForward))
	f.Add([]byte("From: a@example.com\nContent-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: message/rfc822\n\n" +
		winmail(tnefStream(tnefFileAttributes("a.txt", []byte("x")), tnefAttribute(1, attBody, []byte("text"))), "") + "\n--o--\n"))
	f.Add([]byte("From: a@example.com\nContent-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\nFrom: b@example.com\nContent-Type: multipart/mixed; boundary=3Di\n\n--i\nContent-Type: image/png\n\n=50=\nx\n--i--\n--o--\n"))
	f.Add([]byte("From: a@example.com\nContent-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: message/rfc822\n\nFrom: a@example.com\n\nx\nbegin 644 a.txt\n#0V%T\n`\nend\ny\n--o--\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Parse(bytes.NewReader(raw), DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		checkInvariants(t, raw, m)
	})
}

// checkInvariants checks what must hold for any mail.
func checkInvariants(t testing.TB, raw []byte, m ticketing.Message) {
	t.Helper()
	texts := []string{m.Subject, m.MessageID, m.Text, m.Reply, m.HTML, m.ListID, m.ThreadIndex, m.KindWhy, m.Calendar, m.OriginalID}
	texts = append(append(append(texts, m.References...), m.Delivered...), m.EmbeddedIDs...)
	for _, p := range m.Problems {
		texts = append(texts, p.Arg)
	}
	files := m.Attachments
	for _, f := range m.Forwarded {
		texts = append(append(texts, f.Above, f.Below, f.From.Name, f.From.Address, f.Subject, f.MessageID, f.Text, f.Reply), f.References...)
		for _, a := range append(f.To, f.Cc...) {
			texts = append(texts, a.Name, a.Address)
		}
		files = append(files[:len(files):len(files)], f.Attachments...)
	}
	for _, a := range append(append(append(m.From, m.To...), m.Cc...), m.ReplyTo...) {
		texts = append(texts, a.Name, a.Address)
	}
	if m.Bounce != nil {
		texts = append(texts, m.Bounce.OriginalMessageID, m.Bounce.OriginalEnvelope)
		for _, r := range m.Bounce.Recipients {
			texts = append(texts, r.Address, r.Diagnostic, r.Status)
		}
	}
	for _, a := range files {
		texts = append(texts, a.Name, a.Type, a.ContentID)
		r, _, err := OpenPart(bytes.NewReader(raw), a.Part)
		if err != nil {
			t.Fatalf("part %q: %v", a.Part, err)
		}
		if n, err := io.Copy(io.Discard, r); n != a.Size || err != nil {
			t.Errorf("part %q has %d bytes, %d listed, %v", a.Part, n, a.Size, err)
		}
	}
	for _, s := range texts {
		if !utf8.ValidString(s) || bytes.IndexByte([]byte(s), 0) >= 0 {
			t.Errorf("no valid text: %q", s)
		}
	}
}
