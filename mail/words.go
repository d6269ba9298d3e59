package mail

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// headerText decodes a field value: RFC 2047 words, neighbours of one charset
// joined before decoding (many programs split characters between words), and
// raw 8-bit text. Control characters and bidi overrides are removed.
func (cs *charsets) headerText(raw string) string {
	raw = unfold(raw)
	if !strings.Contains(raw, "=?") {
		return cs.plainText(raw)
	}
	var out strings.Builder
	var pending []byte // bytes of joined words
	label, joined := "", false
	flush := func() {
		if joined {
			out.WriteString(cs.wordText(pending, label))
			pending, joined = nil, false
		}
	}
	rest := raw
	for rest != "" {
		start := strings.Index(rest, "=?")
		if start < 0 {
			break
		}
		charset, text, length, ok := encodedWord(rest[start:])
		if !ok {
			flush()
			out.WriteString(cs.plainText(rest[:start+2]))
			rest = rest[start+2:]
			continue
		}
		if between := rest[:start]; !joined || strings.Trim(between, " \t") != "" {
			flush()
			out.WriteString(cs.plainText(between))
		} else if charset != label {
			flush()
		}
		pending, label, joined = append(pending, text...), charset, true
		rest = rest[start+length:]
	}
	flush()
	out.WriteString(cs.plainText(rest))
	return cleanText(out.String())
}

// encodedWord reads one =?charset?B|Q?text?= at the start of s, leniently:
// blanks inside, missing padding.
func encodedWord(s string) (label string, text []byte, length int, ok bool) {
	charsetEnd := strings.IndexByte(s[2:], '?') + 2
	if charsetEnd < 3 || charsetEnd > 80 || len(s) < charsetEnd+4 || s[charsetEnd+2] != '?' {
		return "", nil, 0, false
	}
	begin := charsetEnd + 3
	end := strings.Index(s[begin:], "?=")
	if end < 0 {
		return "", nil, 0, false
	}
	label, _, _ = strings.Cut(s[2:charsetEnd], "*") // RFC 2231 §5: language
	body := s[begin : begin+end]
	switch s[charsetEnd+1] {
	case 'B', 'b':
		text = looseBase64(body)
	case 'Q', 'q':
		text = looseQ(body)
	default:
		return "", nil, 0, false
	}
	return normalLabel(label), text, begin + end + 2, true
}

func looseBase64(s string) []byte {
	clean := make([]byte, 0, len(s))
	for i := range len(s) {
		if c := s[i]; base64Value(c) {
			clean = append(clean, c)
		}
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, _ := base64.RawStdEncoding.Decode(out, clean)
	return out[:n]
}

func base64Value(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '+' || c == '/'
}

func looseQ(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '_':
			out = append(out, ' ')
		case s[i] == '=' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0:
			out = append(out, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
		default:
			out = append(out, s[i])
		}
	}
	return out
}

// wordText decodes the joined bytes of encoded words.
func (cs *charsets) wordText(b []byte, label string) string {
	if label == "utf-8" && utf8.Valid(b) {
		return cleanText(string(b))
	}
	return cleanText(cs.body(b, label, false))
}

// extendedText decodes an RFC 2231 value.
func (cs *charsets) extendedText(b []byte, label string) string {
	if label == "" {
		return cs.plainText(string(b))
	}
	return cleanText(cs.body(b, label, false))
}

// plainText handles a value without encoded words, 8-bit perhaps.
func (cs *charsets) plainText(s string) string {
	if utf8.ValidString(s) && !strings.ContainsRune(s, 0x1b) {
		return cleanText(s)
	}
	b := []byte(s)
	if label := normalLabel(cs.hint); label != "" && !strings.HasPrefix(label, "utf") {
		if text, err := decodeLabel(b, label); err == nil && !wrong(text) {
			return cleanText(text)
		}
	}
	return cleanText(cs.guess(b))
}

// cleanText removes control characters and the bidi overrides that make a
// name look like another one.
func cleanText(s string) string {
	clean := true
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r < ' ' || r == 0x7f:
			return -1
		case r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f:
			return -1
		}
		return r
	}, s)
}
