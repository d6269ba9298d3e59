package mail

import (
	"strings"
	"unicode/utf8"

	"deskd/mail/charset"
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
	var pending encodedWord // joined words
	joined := false
	flush := func() {
		if joined {
			out.WriteString(cs.wordText(pending.text(), pending.label))
			joined = false
		}
	}
	rest := raw
	for rest != "" {
		start := strings.Index(rest, "=?")
		if start < 0 {
			break
		}
		word, length, ok := readWord(rest[start:])
		if !ok {
			flush()
			out.WriteString(cs.plainText(rest[:start+2]))
			rest = rest[start+2:]
			continue
		}
		if between := rest[:start]; !joined || strings.Trim(between, " \t") != "" {
			flush()
			out.WriteString(cs.plainText(between))
		} else if word.label != pending.label {
			flush()
		}
		if joined {
			pending.join(word)
		} else {
			pending, joined = word, true
		}
		rest = rest[start+length:]
	}
	flush()
	out.WriteString(cs.plainText(rest))
	return cleanText(out.String())
}

// encodedWord is a word of RFC 2047, or several of one charset joined.
type encodedWord struct {
	label  string
	done   []byte // decoded bytes
	base64 string // not yet decoded
}

func (w *encodedWord) text() []byte {
	if w.base64 == "" {
		return w.done
	}
	return append(w.done, looseBase64(w.base64)...)
}

// join puts the next word behind. Base64 that ends inside a group of four goes
// on in the next word: some programs cut it anywhere.
func (w *encodedWord) join(next encodedWord) {
	digits := strings.TrimSpace(w.base64)
	if next.base64 != "" && len(digits)%4 != 0 && !strings.HasSuffix(digits, "=") {
		w.base64 = digits + next.base64
		return
	}
	w.done, w.base64 = append(w.text(), next.done...), next.base64
}

// maxWord is how far the end of an encoded word is looked for, in bytes. The
// standard allows 75, but whole subjects come in one.
const maxWord = 8 << 10

// readWord reads one =?charset?B|Q?text?= at the start of s, leniently: blanks
// inside, missing padding. A word that never ends, because the field was cut,
// goes as far as the next blank.
func readWord(s string) (word encodedWord, length int, ok bool) {
	if !opensWord(s) {
		return word, 0, false
	}
	name, rest, _ := strings.Cut(s[2:], "?")
	encoding, body := rest[0]|0x20, rest[2:min(len(rest), maxWord)]
	begin := len(s) - len(rest) + 2
	end := strings.Index(body, "?=")
	if next := strings.Index(body, " =?"); end < 0 || next >= 0 && next < end && opensWord(body[next+1:]) {
		if end = strings.IndexAny(body, " \t"); end < 0 {
			end = len(body)
		}
		length = begin + end
		body = strings.TrimSuffix(body[:end], "?")
	} else {
		length, body = begin+end+2, body[:end]
	}
	label, _, _ := strings.Cut(name, "*") // RFC 2231 §5: language
	word.label = charset.Normal(label)
	if encoding == 'b' {
		word.base64 = body
	} else {
		word.done = looseQ(body)
	}
	return word, length, true
}

// opensWord says that an encoded word begins: a charset, which some programs
// leave empty, and an encoding.
func opensWord(s string) bool {
	end := strings.IndexByte(s[2:min(len(s), 82)], '?') + 2
	return end >= 2 && len(s) > end+2 && s[end+2] == '?' && strings.IndexByte("bBqQ", s[end+1]) >= 0 && !strings.ContainsAny(s[2:end], " \t<>@")
}

func looseBase64(s string) []byte {
	clean := make([]byte, 0, len(s))
	for i := range len(s) {
		if c := s[i]; base64Value(c) {
			clean = append(clean, c)
		}
	}
	return appendBase64(nil, clean)
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
	if text, ok := cs.chosen(b); ok {
		return cleanText(text)
	}
	if label := charset.Normal(cs.hint); label != "" && !strings.HasPrefix(label, "utf") {
		if text, err := charset.Decode(b, label); err == nil && !charset.Misread(text) {
			return cleanText(text)
		}
	}
	return cleanText(cs.guess(b))
}
