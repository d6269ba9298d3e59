package mail

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"slices"
	"strings"

	"deskd/ticketing"
)

// markInline marks the pictures that the HTML shows: raster types with a
// Content-ID that is referred to. All else is listed as an attachment.
func (p *parser) markInline(markup string) {
	if !strings.Contains(markup, "cid:") {
		return
	}
	for i := range p.msg.Attachments {
		a := &p.msg.Attachments[i]
		a.Inline = a.ContentID != "" && raster(a.Type) && refers(markup, a.ContentID)
	}
}

// refers finds "cid:" with that id and no longer one. In a URL some
// characters are written in hex (RFC 2392 §2).
func refers(markup, id string) bool {
	forms := []string{id, strings.ReplaceAll(url.PathEscape(id), "@", "%40"), html.EscapeString(id)}
	for i, form := range forms {
		if slices.Contains(forms[:i], form) {
			continue
		}
		for rest := markup; ; {
			i := strings.Index(rest, "cid:"+form)
			if i < 0 {
				break
			}
			rest = rest[i+len("cid:")+len(form):]
			if rest == "" || strings.IndexByte("\"'<> \t\r\n);&?#", rest[0]) >= 0 {
				return true
			}
		}
	}
	return false
}

func raster(mediaType string) bool {
	switch mediaType {
	case "image/png", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/webp", "image/bmp", "image/x-png":
		return true
	}
	return false
}

// attach lists a part as an attachment.
func (p *parser) attach(at *part) {
	p.attached = append(p.attached, at)
	p.msg.Attachments = append(p.msg.Attachments, ticketing.Attachment{
		Part:      at.spec,
		Name:      p.fileName(at),
		Type:      shorten(at.mediaType, 100),
		ContentID: p.contentID(at),
	})
}

func (p *parser) contentID(at *part) string {
	if at.piece != nil {
		return contentID(at.piece.contentID)
	}
	return contentID(at.header.first("Content-ID"))
}

func contentID(value string) string {
	return shorten(strings.Trim(oneID(value), "<>"), 200)
}

// measurePart decodes the part just listed to learn its size and its content's
// digest.
func (p *parser) measurePart(at *part) error {
	digest := sha256.New()
	size, err := p.decodeInto(digest, at)
	p.msg.Attachments[len(p.msg.Attachments)-1].Size = size
	p.contents = append(p.contents, digest.Sum(nil))
	return err
}

// decodeInto gives the decoded bytes to w. Transports change the line ends of
// texts, so their CRs do not count.
func (p *parser) decodeInto(w io.Writer, at *part) (int64, error) {
	left := p.limits.Decoded - p.decoded
	if left <= 0 {
		p.problems.add(ticketing.TooMuchData)
		return 0, nil
	}
	r, err := p.openDecoded(at)
	if err != nil {
		return 0, err
	}
	if kind, _, _ := strings.Cut(at.mediaType, "/"); kind == "text" || kind == "message" {
		w = withoutCR{w}
	}
	n, err := io.Copy(w, io.LimitReader(r, left))
	p.decoded += n
	return n, err
}

// withoutCR passes on all but CR.
type withoutCR struct{ w io.Writer }

func (f withoutCR) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		line, rest, _ := bytes.Cut(b, []byte{'\r'})
		if _, err := f.w.Write(line); err != nil {
			return n - len(b), err
		}
		b = rest
	}
	return n, nil
}

// OpenPart finds an attachment by its IMAP part specifier and decodes it on
// the fly; text parts come in their own charset. "" is the whole mail as it
// came, which need not be readable. The reader is valid as long as raw is used
// for nothing else. The attachment's Size is not filled in.
func OpenPart(raw io.ReadSeeker, spec string) (io.Reader, ticketing.Attachment, error) {
	if spec == "" {
		_, err := raw.Seek(0, io.SeekStart)
		return raw, ticketing.Attachment{Name: "message.eml", Type: "message/rfc822"}, err
	}
	p := parser{limits: DefaultLimits(), msg: &ticketing.Message{}}
	p.cs = charsets{fallbacks: p.limits.Charsets, problems: &p.problems}
	var none ticketing.Attachment
	src, err := newSource(raw)
	if err != nil {
		return nil, none, fmt.Errorf("open part %s: %w", spec, err)
	}
	p.src = src
	s := p.scanner()
	root, err := s.scanMail(0, src.size, "")
	if err != nil {
		return nil, none, fmt.Errorf("open part %s: %w", spec, err)
	}
	at, err := p.findPart(root, spec)
	if err != nil {
		return nil, none, fmt.Errorf("open part %.40q: %w", spec, err)
	}
	p.attach(at)
	r, err := p.openDecoded(at)
	if err != nil {
		return nil, none, fmt.Errorf("open part %s: %w", spec, err)
	}
	return r, p.msg.Attachments[0], nil
}

func (p *parser) findPart(at *part, spec string) (*part, error) {
	if at.spec == spec {
		return at, nil
	}
	if len(at.children) == 0 && strings.HasPrefix(spec, at.spec+"/") {
		return p.findInside(at, spec)
	}
	if p.roleOf(at) == roleMessage && strings.HasPrefix(spec, at.spec+".") {
		inner, err := p.scanNested(at)
		if err != nil {
			return nil, err
		}
		return p.findPart(inner, spec)
	}
	for _, child := range at.children {
		found, err := p.findPart(child, spec)
		if found != nil || err != nil && !errors.Is(err, errNoPart) {
			return found, err
		}
	}
	return nil, errNoPart
}
