package mail

import (
	"strconv"
	"strings"
)

// params are the parameters of a Content-Type or Content-Disposition, in
// order, names in lower case, values raw.
type params []param

type param struct{ name, value string }

func (p params) get(name string) string {
	for i := range p {
		if p[i].name == name {
			return p[i].value
		}
	}
	return ""
}

// maxParams bounds the parameters of one field.
const maxParams = 64

// contentType reads a Content-Type leniently: a missing or unreadable type
// becomes the fallback, and the parameters are kept in any case.
func contentType(value, fallback string) (string, params) {
	if value == "" {
		return fallback, nil
	}
	head, rest, _ := strings.Cut(value, ";")
	if i := strings.IndexByte(head, '('); i >= 0 {
		head = head[:i]
	}
	head = strings.ToLower(strings.Trim(head, " \t\"'"))
	if i := strings.IndexAny(head, " \t"); i >= 0 {
		rest = head[i+1:] + ";" + rest
		head = head[:i]
	}
	ps := parseParams(rest)
	if strings.Contains(head, "=") { // the type itself is missing
		ps = parseParams(value)
		head = ""
	}
	kind, sub, ok := strings.Cut(head, "/")
	switch {
	case head == "application/text" || head == "plain/text":
		return "text/plain", ps
	case kind == "text" && sub == "":
		return "text/plain", ps
	case kind == "multipart" && sub == "":
		return "multipart/mixed", ps
	case !ok || kind == "" || sub == "" || !isToken(kind) || !isToken(sub):
		if ps.get("boundary") != "" {
			return "multipart/mixed", ps
		}
		if name := ps.get("name"); name != "" {
			return typeOfName(name), ps
		}
		return fallback, ps
	}
	return head, ps
}

func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("()<>@,;:\\\"/[]?=", c) >= 0 {
			return false
		}
	}
	return s != ""
}

// parseParams reads `; name=value` pairs: quoted or bare values, bare ones
// with blanks in them too, comments skipped.
func parseParams(s string) params {
	var ps params
	for len(ps) < maxParams {
		s = skipBlank(s)
		if s == "" {
			return ps
		}
		end := strings.IndexAny(s, "=;")
		if end < 0 {
			return ps
		}
		name := strings.ToLower(strings.TrimSpace(s[:end]))
		if s[end] == ';' {
			s = s[end+1:]
			continue
		}
		var value string
		value, s = paramValue(strings.TrimLeft(s[end+1:], " \t"))
		if name != "" {
			ps = append(ps, param{name, value})
		}
	}
	return ps
}

// skipBlank skips blanks, semicolons and comments before a parameter.
func skipBlank(s string) string {
	for {
		s = strings.TrimLeft(s, " \t;")
		if !strings.HasPrefix(s, "(") {
			return s
		}
		end := strings.IndexByte(s, ')')
		if end < 0 {
			return ""
		}
		s = s[end+1:]
	}
}

func paramValue(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexByte(s, ';')
		if end < 0 {
			return strings.TrimSpace(s), ""
		}
		return strings.TrimSpace(s[:end]), s[end+1:]
	}
	var b strings.Builder
	double := false // inside ISO-2022-JP and the like, where bytes look like quotes
	for i := 1; i < len(s); i++ {
		if s[i] == 0x1b && i+1 < len(s) {
			double = s[i+1] == '$'
		}
		if double {
			b.WriteByte(s[i])
			continue
		}
		switch s[i] {
		case '\\':
			// Only quotes and backslashes are escaped in practice; Windows
			// paths are sent with bare backslashes.
			if i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\') {
				i++
			}
			b.WriteByte(s[i])
		case '"':
			rest := s[i+1:]
			if semi := strings.IndexByte(rest, ';'); semi >= 0 {
				return b.String(), rest[semi+1:]
			}
			return b.String(), ""
		default:
			b.WriteByte(s[i])
		}
	}
	// The quote that ends it is missing.
	if value, rest, ok := strings.Cut(s[1:], ";"); ok && strings.Contains(rest, "=") {
		return strings.TrimSpace(value), rest
	}
	return b.String(), ""
}

// text gives a parameter decoded: RFC 2231 with continuations first, then
// plain with RFC 2047 words in it, then raw.
func (p params) text(name string, cs *charsets) string {
	if v, ok := p.extended(name, cs); ok {
		return v
	}
	return cs.headerText(p.get(name))
}

// extended joins name*, name*0, name*0*, name*1 … (RFC 2231 §3, §4).
func (p params) extended(name string, cs *charsets) (string, bool) {
	if v := p.get(name + "*"); v != "" {
		label, text := cutCharset(v)
		return cs.extendedText(percentDecode(text), label), true
	}
	var joined []byte
	label, found, plain := "", false, true
	for i := range maxParams {
		key := name + "*" + strconv.Itoa(i)
		v, encoded := p.get(key+"*"), true
		if v == "" {
			v, encoded = p.get(key), false
		}
		if v == "" && !p.has(key) {
			if i == 0 { // some count from one
				continue
			}
			break
		}
		if encoded {
			plain = false
			if !found {
				label, v = cutCharset(v)
			}
			joined = append(joined, percentDecode(v)...)
		} else {
			joined = append(joined, v...)
		}
		found = true
	}
	if !found {
		return "", false
	}
	if plain {
		return cs.headerText(string(joined)), true
	}
	return cs.extendedText(joined, label), true
}

// given says that a parameter has a value, in any of the forms that
// [params.text] reads.
func (p params) given(name string) bool {
	for i := range p {
		if rest, ok := strings.CutPrefix(p[i].name, name); ok && (rest == "" || rest[0] == '*') && p[i].value != "" {
			return true
		}
	}
	return false
}

// has says that a parameter of just that name is there, empty perhaps.
func (p params) has(name string) bool {
	for i := range p {
		if p[i].name == name {
			return true
		}
	}
	return false
}

// cutCharset splits charset'language'text; the quotes may be missing.
func cutCharset(v string) (label, text string) {
	label, rest, ok := strings.Cut(v, "'")
	if !ok {
		return "", v
	}
	if _, text, ok := strings.Cut(rest, "'"); ok {
		return label, text
	}
	return label, rest
}

func percentDecode(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			hi, lo := unhex(s[i+1]), unhex(s[i+2])
			if hi >= 0 && lo >= 0 {
				out = append(out, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
