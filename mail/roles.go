package mail

import "strings"

// role is what a leaf of the MIME tree is used for.
type role int

const (
	roleAttachment role = iota
	roleText
	roleHTML
	roleReport   // delivery status, disposition notification
	roleReturned // the mail that a report returns
	roleControl  // signatures, "Version: 1" of PGP: nothing to show
	roleMessage  // attached mail
	roleCalendar
	roleTNEF // winmail.dat
	roleCMS  // S/MIME in one part
)

// roleOf decides by type, disposition, file name and place.
func (p *parser) roleOf(at *part) role {
	if r, ok := roleOfReport(at); ok {
		return r
	}
	if r, ok := p.roleOfFormat(at); ok {
		return r
	}
	if kind, _, _ := strings.Cut(at.mediaType, "/"); kind != "text" && at.mediaType != "application/xhtml+xml" {
		return roleAttachment
	}
	if p.disposition(at) == "attachment" || p.hasName(at) && p.isFile(at) {
		return roleAttachment
	}
	switch at.mediaType {
	case "text/html", "application/xhtml+xml":
		return roleHTML
	case "text/plain", "text/enriched", "text/richtext", "text/markdown", "text/text", "text/ascii":
		return roleText
	}
	if at.parent == nil {
		return roleText
	}
	return roleAttachment
}

// roleOfReport knows the parts of reports, and mails inside of a mail.
func roleOfReport(at *part) (role, bool) {
	switch at.mediaType {
	case "message/delivery-status", "message/global-delivery-status", "message/disposition-notification",
		"message/global-disposition-notification", "message/feedback-report", "message/x-delivery-status":
		return roleReport, true
	case "text/rfc822-headers", "text/rfc822-header", "message/global-headers", "message/rfc822-headers":
		return roleReturned, true
	case "message/rfc822", "message/global", "message/x-rfc822":
		if at.in("multipart/report") {
			return roleReturned, true
		}
		return roleMessage, true
	case "message/partial": // RFC 2046 §5.2.2: the first begins with the header of the whole
		switch {
		case at.parent != nil:
			return roleAttachment, true
		case at.params.get("number") == "1":
			return roleMessage, true
		}
		return roleText, true
	}
	return roleAttachment, false
}

// roleOfFormat knows the formats that are looked into, by their types or by
// the names that their files have by convention.
func (p *parser) roleOfFormat(at *part) (role, bool) {
	switch at.mediaType {
	case "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature":
		return roleControl, at.in("multipart/signed")
	case "application/pgp-encrypted":
		return roleControl, true
	case "application/pgp": // of old, a signed or encrypted text
		return roleText, true
	case "text/calendar", "application/ics":
		return roleCalendar, true
	case "application/ms-tnef", "application/vnd.ms-tnef", "application/x-tnef":
		return roleTNEF, true
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		return roleCMS, true
	case "application/octet-stream":
		switch strings.ToLower(p.fileName(at)) {
		case "winmail.dat", "win.dat":
			return roleTNEF, true
		case "smime.p7m":
			return roleCMS, true
		}
	}
	return roleAttachment, false
}

// in says that a part stands right in a multipart of that type.
func (p *part) in(mediaType string) bool {
	return p.parent != nil && p.parent.mediaType == mediaType
}

// isFile says that a text with a name is no text of the author: there is other
// text, and it is no version of that.
func (p *parser) isFile(at *part) bool {
	switch {
	case at.parent == nil || at.in("multipart/alternative"):
		return false
	case len(p.text.blocks) > 0:
		return true
	}
	if p.disposition(at) == "" {
		return false
	}
	if !p.nameless.known { // asked for each part, and the answer costs a look at all of them
		p.nameless.known, p.nameless.found = true, p.hasNamelessText(p.root)
	}
	return p.nameless.found
}

// hasNamelessText looks for a text that nothing makes a file.
func (p *parser) hasNamelessText(at *part) bool {
	if at == nil {
		return true
	}
	for _, child := range at.children {
		if p.hasNamelessText(child) {
			return true
		}
	}
	return (at.mediaType == "text/plain" || at.mediaType == "text/html") && !p.hasName(at) && p.disposition(at) != "attachment"
}

// disposition is how a part is to be shown. Kinds that no program knows are
// attachments where there is a file name (RFC 2183 §2.8).
func (p *parser) disposition(at *part) string {
	kind, ps := disposition(at.header)
	if kind != "" && kind != "inline" && ps.given("filename") {
		return "attachment"
	}
	return kind
}

// disposition reads a Content-Disposition, its kind in lower case; the
// semicolon behind the kind, or the kind itself, may be missing.
func disposition(h header) (string, params) {
	value := h.first("Content-Disposition")
	kind, rest, _ := strings.Cut(value, ";")
	kind = strings.Trim(kind, " \t\"'")
	if i := strings.IndexAny(kind, " \t"); i >= 0 {
		kind, rest = kind[:i], kind[i:]+";"+rest
	}
	if strings.Contains(kind, "=") {
		kind, rest = "", value
	}
	return strings.ToLower(kind), parseParams(rest)
}

func (p *parser) hasName(at *part) bool {
	_, ps := disposition(at.header)
	return at.params.given("name") || ps.given("filename")
}
