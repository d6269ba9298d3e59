package smtp

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"deskd/ticketing"
)

// WriteDraft writes a mail as it is sent: the head, each attachment in base64
// (RFC 2045 §6.8), and the closing boundary. The same draft makes the same
// bytes every time, so that a second attempt is a copy and not another mail.
//
// open gives the decoded bytes of an attachment; if what it gives is an
// io.Closer, WriteDraft closes it. Attachments pass through in small pieces.
// After an error w holds a mail without its end, which must not be sent.
func WriteDraft(w io.Writer, d ticketing.Draft, open func(ticketing.AttachmentRef) (io.Reader, error)) error {
	if _, err := w.Write(d.Head); err != nil {
		return err
	}
	if d.Boundary == "" {
		if len(d.Attachments) > 0 {
			return errors.New("draft has attachments and no boundary")
		}
		return nil
	}
	for _, a := range d.Attachments {
		if _, err := io.WriteString(w, partHeader(d.Boundary, a.Attachment)); err != nil {
			return err
		}
		if err := writeAttachment(w, a, open); err != nil {
			return fmt.Errorf("attachment %q: %w", oneLine(a.Name, 100), err)
		}
	}
	_, err := io.WriteString(w, "--"+d.Boundary+"--\r\n")
	return err
}

func writeAttachment(w io.Writer, a ticketing.AttachmentRef, open func(ticketing.AttachmentRef) (io.Reader, error)) error {
	r, err := open(a)
	if err != nil {
		return err
	}
	if c, ok := r.(io.Closer); ok {
		defer c.Close()
	}
	lines := &lineWriter{w: w}
	encoder := base64.NewEncoder(base64.StdEncoding, lines)
	if _, err := io.CopyBuffer(struct{ io.Writer }{encoder}, struct{ io.Reader }{r}, make([]byte, 24<<10)); err != nil {
		return err
	}
	if err := encoder.Close(); err != nil {
		return err
	}
	return lines.end()
}

// base64Line is the length of a line of base64 without its end (RFC 2045).
const base64Line = 76

// lineWriter breaks what it is given into lines.
type lineWriter struct {
	w      io.Writer
	column int
	buffer []byte
}

func (l *lineWriter) Write(p []byte) (int, error) {
	l.buffer = l.buffer[:0]
	for rest := p; len(rest) > 0; {
		n := min(len(rest), base64Line-l.column)
		l.buffer = append(l.buffer, rest[:n]...)
		rest, l.column = rest[n:], l.column+n
		if l.column == base64Line {
			l.buffer = append(l.buffer, '\r', '\n')
			l.column = 0
		}
	}
	if _, err := l.w.Write(l.buffer); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (l *lineWriter) end() error {
	if l.column == 0 {
		return nil
	}
	l.column = 0
	_, err := io.WriteString(l.w, "\r\n")
	return err
}

// draftSize is how large WriteDraft's mail will be, by the sizes stored with
// the attachments.
func draftSize(d ticketing.Draft) int64 {
	size := int64(len(d.Head))
	if d.Boundary == "" {
		return size
	}
	for _, a := range d.Attachments {
		encoded := (max(a.Size, 0) + 2) / 3 * 4
		lines := (encoded + base64Line - 1) / base64Line
		size += int64(len(partHeader(d.Boundary, a.Attachment))) + encoded + 2*lines
	}
	return size + int64(len("--")+len(d.Boundary)+len("--\r\n"))
}

// partHeader is the delimiter and the header of an attachment. Names, types
// and ids are strangers' text.
func partHeader(boundary string, a ticketing.Attachment) string {
	var b strings.Builder
	b.WriteString("--" + boundary + "\r\n")
	b.WriteString("Content-Type: " + partType(a.Type))
	name := partName(a.Name)
	if isASCII(name) {
		fmt.Fprintf(&b, ";\r\n name=%q\r\n", name)
	} else {
		// Not allowed (RFC 2047 §5), and the only form that some mail programs
		// understand; the others read filename*.
		fmt.Fprintf(&b, ";\r\n name=\"%s\"\r\n", strings.ReplaceAll(mime.BEncoding.Encode("utf-8", name), " ", "\r\n "))
	}
	b.WriteString("Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment")
	if isASCII(name) {
		fmt.Fprintf(&b, ";\r\n filename=%q\r\n", name)
	} else {
		b.WriteString(extendedName(name) + "\r\n")
	}
	if id := strings.Trim(a.ContentID, "<>"); id != "" && len(id) < 200 && isToken(id) {
		b.WriteString("Content-ID: <" + id + ">\r\n")
	}
	b.WriteString("\r\n")
	return b.String()
}

// partType is a type that may stand on a part in base64. Composite types may
// not (RFC 2046 §5.2.1 and §5.1), so an attached mail goes as bytes.
func partType(t string) string {
	media, _, err := mime.ParseMediaType(t)
	kind, sub, ok := strings.Cut(media, "/")
	if err != nil || !ok || len(media) > 100 || !isToken(kind) || !isToken(sub) || kind == "message" || kind == "multipart" {
		return "application/octet-stream"
	}
	return media
}

// isToken reports whether s may stand unquoted in a header (atext and dots, @).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c > '~' || strings.IndexByte(`()<>,;:\"/[]?=`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

// maxPartName limits a file name, in bytes of UTF-8.
const maxPartName = 200

// partName makes a name that can stand in quotes.
func partName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`"\/`, r) || r == utf8.RuneError {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	for len(name) > maxPartName {
		_, n := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-n]
	}
	return orString(name, "attachment")
}

// extendedName is a file name in UTF-8 with continuations (RFC 2231 §3 and
// §4), a line each.
func extendedName(name string) string {
	const perLine = 60
	encoded := strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	// QueryEscape leaves nothing unescaped that RFC 2231 would not allow.
	var b strings.Builder
	prefix := "UTF-8''"
	for i := 0; encoded != ""; i++ {
		n := min(perLine, len(encoded))
		for n < len(encoded) && n > 2 && (encoded[n-1] == '%' || encoded[n-2] == '%') {
			n--
		}
		fmt.Fprintf(&b, ";\r\n filename*%d*=%s%s", i, prefix, encoded[:n])
		encoded, prefix = encoded[n:], ""
	}
	return b.String()
}
