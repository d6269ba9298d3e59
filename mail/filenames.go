package mail

import (
	"path"
	"strings"
	"unicode/utf8"

	"deskd/mail/charset"
)

// fileName takes the name from Content-Disposition, then from Content-Type
// (RFC 2231, then RFC 2047, then raw), and makes it safe. A part without a
// name gets one by what else its header says, or by its type.
func (p *parser) fileName(at *part) string {
	for _, name := range p.namesOf(at) {
		if name = safeName(name, p.limits.FileName); name != "" {
			return name
		}
	}
	switch {
	case at.mediaType == "text/calendar":
		return "invite.ics"
	case p.isMessage(at):
		return "message.eml"
	}
	if at.in("multipart/encrypted") {
		return "encrypted.asc"
	}
	return "attachment" + extension(at.mediaType)
}

// namesOf lists what a part may be called, the best first.
func (p *parser) namesOf(at *part) []string {
	if at.piece != nil {
		return []string{at.piece.name}
	}
	_, shown := disposition(at.header)
	var names []string
	for _, given := range []string{
		shown.text("filename", &p.cs), at.params.text("name", &p.cs),
		shown.text("name", &p.cs), at.params.text("filename", &p.cs), // the wrong way round
	} {
		if strings.TrimSpace(given) != "" {
			names = append(names, percentName(given))
		}
	}
	if len(names) > 0 {
		return names
	}
	if p.isMessage(at) {
		names = append(names, p.nestedSubject(at))
	}
	location, _, _ := strings.Cut(p.cs.headerText(at.header.first("Content-Location")), "?")
	if ext := path.Ext(path.Base(location)); ext != "" && len(ext) <= 6 {
		names = append(names, percentName(path.Base(location)))
	}
	if said := p.cs.headerText(at.header.first("Content-Description")); said != "" && len(said) <= 100 {
		if ext := extension(at.mediaType); path.Ext(said) == "" || len(path.Ext(said)) > 6 {
			said = strings.NewReplacer("/", "_", `\`, "_").Replace(said) + ext
		}
		names = append(names, said)
	}
	return names
}

// percentName decodes a name that was written as in a URL: "%E6%97%A5.pdf".
// Only UTF-8 beyond ASCII is taken for one.
func percentName(name string) string {
	if strings.Count(name, "%") < 2 || !charset.ASCII([]byte(name)) {
		return name
	}
	if decoded := percentDecode(name); !charset.ASCII(decoded) && utf8.Valid(decoded) {
		return cleanText(string(decoded))
	}
	return name
}

func (p *parser) isMessage(at *part) bool {
	return at.mediaType == "message/rfc822" || at.mediaType == "message/global" || at.mediaType == "message/x-rfc822"
}

// safeName makes a file name that is one on every system: base name only, no
// control characters, no dots at its ends, no characters with a meaning to
// shells, browsers or Windows.
func safeName(name string, limit int) string {
	name = cleanText(strings.ToValidUTF8(name, "_"))
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		case r >= 0x80 && r < 0xa0, r == 0x061c, r == 0x2028, r == 0x2029, r == 0xfeff:
			return -1
		}
		return r
	}, name)
	name = strings.TrimRight(strings.TrimLeft(strings.TrimSpace(name), ". "), ". ")
	if len(name) <= limit {
		return name
	}
	ext := ""
	if i := strings.LastIndexByte(name, '.'); i > 0 && len(name)-i <= 16 {
		name, ext = name[:i], name[i:]
	}
	return strings.TrimSpace(shorten(name, max(1, limit-len(ext)))) + ext
}

// extension gives the usual file name extension of a type.
func extension(mediaType string) string {
	switch mediaType {
	case "image/jpeg", "image/jpg":
		return ".jpg"
	case "image/png", "image/gif", "image/webp", "image/bmp", "image/tiff", "application/pdf", "application/zip",
		"text/html", "text/csv", "text/xml", "application/json", "audio/wav", "video/mp4":
		return "." + mediaType[strings.IndexByte(mediaType, '/')+1:]
	case "image/svg+xml":
		return ".svg"
	case "audio/mpeg":
		return ".mp3"
	case "application/msword":
		return ".doc"
	case "message/rfc822", "message/global":
		return ".eml"
	case "text/calendar":
		return ".ics"
	case "application/pkcs7-signature", "application/x-pkcs7-signature":
		return ".p7s"
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		return ".p7m"
	case "application/pgp-signature":
		return ".asc"
	case "application/ms-tnef", "application/vnd.ms-tnef":
		return ".dat"
	case "text/vcard", "text/x-vcard":
		return ".vcf"
	}
	if strings.HasPrefix(mediaType, "text/") {
		return ".txt"
	}
	return ".bin"
}

// mailName makes a file name of the subject of a mail.
func (p *parser) mailName(subject string) string {
	subject = strings.NewReplacer("/", "_", `\`, "_").Replace(strings.TrimSpace(subject))
	if subject == "" {
		return ""
	}
	return shorten(subject, max(1, p.limits.FileName-4)) + ".eml"
}

// typeOfName guesses the type of a file that comes without one.
func typeOfName(name string) string {
	ext := strings.ToLower(path.Ext(name))
	switch ext {
	case ".jpg", ".jpeg", ".jpe":
		return "image/jpeg"
	case ".png", ".gif", ".webp", ".bmp":
		return "image/" + ext[1:]
	case ".tif", ".tiff":
		return "image/tiff"
	case ".pdf", ".zip", ".json", ".xml", ".rtf":
		return "application/" + ext[1:]
	case ".txt", ".log":
		return "text/plain"
	case ".htm", ".html":
		return "text/html"
	case ".csv":
		return "text/csv"
	case ".ics":
		return "text/calendar"
	case ".vcf":
		return "text/vcard"
	case ".eml":
		return "message/rfc822"
	case ".doc":
		return "application/msword"
	case ".xls":
		return "application/vnd.ms-excel"
	case ".ppt":
		return "application/vnd.ms-powerpoint"
	case ".docx":
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case ".xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case ".pptx":
		return "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	}
	return "application/octet-stream"
}
