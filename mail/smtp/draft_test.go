package smtp

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"net/mail"
	"runtime"
	"strings"
	"testing"

	"deskd/ticketing"
)

func attachment(name, kind string, body []byte) ticketing.AttachmentRef {
	return ticketing.AttachmentRef{
		RawSHA256: "raw", PartSpec: "2",
		Attachment: ticketing.Attachment{Name: name, Type: kind, Size: int64(len(body))},
	}
}

func draftWith(refs ...ticketing.AttachmentRef) ticketing.Draft {
	head := "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"BB\"\r\n\r\n--BB\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
	return ticketing.Draft{Head: []byte(head), Boundary: "BB", Attachments: refs}
}

func TestWriteDraftIsReadBackTheSame(t *testing.T) {
	bodies := map[string][]byte{
		"empty.bin": nil, "one.bin": {1}, "line.bin": bytes.Repeat([]byte{7}, 57), "two lines.bin": bytes.Repeat([]byte{7}, 58),
		"報告書 「最終」.pdf": bytes.Repeat([]byte("%PDF "), 5000), strings.Repeat("長い名前", 16) + ".txt": []byte("x"),
	}
	var refs []ticketing.AttachmentRef
	for _, name := range []string{"empty.bin", "one.bin", "line.bin", "two lines.bin", "報告書 「最終」.pdf", strings.Repeat("長い名前", 16) + ".txt"} {
		refs = append(refs, attachment(name, "application/pdf", bodies[name]))
	}
	d := draftWith(refs...)
	open := func(a ticketing.AttachmentRef) (io.Reader, error) { return bytes.NewReader(bodies[a.Name]), nil }
	var first, second bytes.Buffer
	for _, w := range []*bytes.Buffer{&first, &second} {
		if err := WriteDraft(w, d, open); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the second time it was another mail")
	}
	if got := draftSize(d); got != int64(first.Len()) {
		t.Errorf("size announced %d, is %d", got, first.Len())
	}
	for line := range strings.Lines(first.String()) {
		if len(line) > 100 || !strings.HasSuffix(line, "\r\n") {
			t.Errorf("line %q", line)
		}
	}
	wantParts(t, &first, bodies)
}

func wantParts(t *testing.T, r io.Reader, bodies map[string][]byte) {
	t.Helper()
	m, err := mail.ReadMessage(r)
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	if _, err := parts.NextPart(); err != nil { // the text
		t.Fatal(err)
	}
	for range bodies {
		p, err := parts.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
		if err != nil {
			t.Fatal(err)
		}
		if want, ok := bodies[p.FileName()]; !ok || !bytes.Equal(got, want) {
			t.Errorf("part %q has %d bytes, want %d", p.FileName(), len(got), len(want))
		}
	}
	if _, err := parts.NextPart(); err != io.EOF {
		t.Errorf("after the last part: %v", err)
	}
}

func TestPartHeaderOfHostileAttachments(t *testing.T) {
	tests := []struct {
		name string
		a    ticketing.Attachment
		want string
	}{
		{"line break in the name", ticketing.Attachment{Name: "a\r\nBcc: x@example.org\r\n\r\n.pdf", Type: "application/pdf"}, `filename="a__Bcc: x@example.org____.pdf"`},
		{"quotes and slashes", ticketing.Attachment{Name: `../"a"\b`, Type: "application/pdf"}, `filename="..__a__b"`},
		{"bidirectional override", ticketing.Attachment{Name: "a\u202Efdp.exe", Type: "application/pdf"}, `filename="a_fdp.exe"`},
		{"no name", ticketing.Attachment{Type: "image/png"}, `filename="attachment"`},
		{"line break in the type", ticketing.Attachment{Name: "a", Type: "text/plain\r\nX: y"}, "Content-Type: application/octet-stream;"},
		{"attached mail", ticketing.Attachment{Name: "a.eml", Type: "message/rfc822"}, "Content-Type: application/octet-stream;"},
		{"multipart", ticketing.Attachment{Name: "a", Type: "multipart/mixed"}, "Content-Type: application/octet-stream;"},
		{"content id", ticketing.Attachment{Name: "a", Type: "image/png", ContentID: "<i1@x>"}, "Content-ID: <i1@x>\r\n"},
		{"invalid UTF-8", ticketing.Attachment{Name: "a\xff", Type: "image/png"}, `filename="a_"`},
	}
	for _, tc := range tests {
		got := partHeader("BB", tc.a)
		if !strings.Contains(got, tc.want) {
			t.Errorf("%s: %q lacks %q", tc.name, got, tc.want)
		}
		if strings.Contains(got, "\r\nBcc") || strings.Contains(got, "\r\nX:") || !isASCII(got) {
			t.Errorf("%s: %q", tc.name, got)
		}
	}
	if got := partHeader("BB", ticketing.Attachment{Name: "a", Type: "image/png", ContentID: "<i>\r\nX: y"}); strings.Contains(got, "Content-ID") {
		t.Errorf("hostile Content-ID kept: %q", got)
	}
}

// TestWriteDraftEndsNothingAfterAnError: a mail without its end is not sent,
// so the end must not be there.
func TestWriteDraftEndsNothingAfterAnError(t *testing.T) {
	broken := errors.New("broken")
	var b bytes.Buffer
	err := WriteDraft(&b, draftWith(attachment("a", "text/plain", nil)), func(ticketing.AttachmentRef) (io.Reader, error) {
		return io.MultiReader(strings.NewReader("begin"), failing{broken}), nil
	})
	if !errors.Is(err, broken) || strings.Contains(b.String(), "--BB--") {
		t.Errorf("error %v, written %q", err, b.String())
	}
	if err := WriteDraft(io.Discard, ticketing.Draft{Attachments: make([]ticketing.AttachmentRef, 1)}, nil); err == nil {
		t.Error("attachments without a boundary were left out silently")
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestWriteDraftHoldsNoAttachment writes one of 50 MiB.
func TestWriteDraftHoldsNoAttachment(t *testing.T) {
	const size = 50 << 20
	d := draftWith(ticketing.AttachmentRef{Attachment: ticketing.Attachment{Name: "big", Size: size}})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	sum := sha256.New()
	err := WriteDraft(sum, d, func(ticketing.AttachmentRef) (io.Reader, error) {
		return io.LimitReader(rand.NewChaCha8([32]byte{}), size), nil
	})
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("allocated %d bytes", used)
	}
}
