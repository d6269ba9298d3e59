package mail

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

	"deskd/ticketing"
)

// charsets turns bytes of any label into valid UTF-8, guessing where the
// label is missing or wrong (mail-rules §5.5). UTF-7 is never decoded: it
// hides markup from everything that looked at the bytes before.
type charsets struct {
	fallbacks []string
	choice    string // normalised: what somebody has named for this mail, or ""
	problems  *problems
	hint      string // label of the first text part, for raw 8-bit header fields
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 || c == 0x1b {
			return false
		}
	}
	return true
}

// body decodes a text part.
func (cs *charsets) body(b []byte, label string, isHTML bool) string {
	if text, ok := cs.chosen(b); ok {
		return text
	}
	label = normalLabel(label)
	switch {
	case label == "utf-7" || strings.HasSuffix(label, "-utf-7"):
		cs.problems.add(ticketing.UTF7)
		return strings.ToValidUTF8(string(b), "\uFFFD")
	case markedUTF16(b) && !strings.HasPrefix(label, "utf-32"):
		return decodeUTF16(b, "utf-16")
	case unlabelled(label):
		return cs.unlabelled(b, label, isHTML)
	case undeclaredUTF8(b, label):
		cs.problems.addArg(ticketing.WrongCharset, label)
		return stripBOM(string(b))
	case escaped(b) && !strings.HasPrefix(label, "iso-2022"):
		cs.problems.addArg(ticketing.WrongCharset, label)
		return cs.guess(b)
	}
	text, err := decodeLabel(b, label)
	if err != nil {
		cs.problems.addArg(ticketing.UnknownCharset, label)
	} else if wrong(text) {
		cs.problems.addArg(ticketing.WrongCharset, label)
	} else if other, ok := cs.mistaken(b, label); ok {
		cs.problems.addArg(ticketing.WrongCharset, label)
		text, _ = decodeLabel(b, other)
		return text
	} else {
		return text
	}
	if text, ok := cs.meta(b, isHTML); ok {
		return text
	}
	return cs.guess(b)
}

// unlabelled says that a label tells nothing about 8-bit text, or that the
// text shows by itself whether it is true.
func unlabelled(label string) bool {
	switch label {
	case "", "us-ascii", "ascii", "ansi_x3.4-1968", "646", "utf-8", "unknown-8bit", "8bit", "7bit", "x-unknown", "unknown", "default", "binary", "none", "en-us":
		return true
	}
	return false
}

func (cs *charsets) unlabelled(b []byte, label string, isHTML bool) string {
	if ascii(b) || utf8.Valid(b) && !escaped(b) {
		return stripBOM(string(b))
	}
	if escaped(b) {
		return cs.guess(b)
	}
	if text, ok := cs.meta(b, isHTML); ok {
		return text
	}
	if label == "utf-8" {
		return cs.damagedUTF8(b)
	}
	return cs.guess(b)
}

// undeclaredUTF8 says that 8-bit text is UTF-8 although the label is another:
// hardly any text of another charset is valid UTF-8, except a few letters of
// those with two bytes for each.
func undeclaredUTF8(b []byte, label string) bool {
	if !eightBit(b) || strings.HasPrefix(label, "utf-") || !utf8.Valid(b) {
		return false
	}
	long := 0 // characters of three bytes and more
	for _, r := range string(b) {
		if r >= 0x800 {
			long++
		} else if r >= 0x80 && r < 0xa0 {
			return false
		}
	}
	switch label {
	case "gb18030", "big5", "shift_jis", "euc-jp", "euc-kr":
		return long >= 2
	}
	return true
}

// wrong says that more than one in a hundred characters could not be decoded.
func wrong(text string) bool {
	bad := strings.Count(text, "\uFFFD")
	return bad > 0 && bad*100 > utf8.RuneCountInString(text)
}

// meta tries the charset that an HTML part declares itself.
func (cs *charsets) meta(b []byte, isHTML bool) (string, bool) {
	if !isHTML {
		return "", false
	}
	label := normalLabel(metaCharset(b[:min(len(b), 4096)]))
	if label == "" || label == "utf-7" || label == "utf-8" && !utf8.Valid(b) {
		return "", false
	}
	text, err := decodeLabel(b, label)
	return text, err == nil && !wrong(text)
}

// metaCharset finds <meta charset=…> or its http-equiv form.
func metaCharset(head []byte) string {
	z := html.NewTokenizer(bytes.NewReader(head))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			if string(name) != "meta" {
				continue
			}
			for more {
				var key, value []byte
				key, value, more = z.TagAttr()
				if string(key) == "charset" {
					return string(value)
				}
				if string(key) == "content" {
					if _, label, ok := strings.Cut(strings.ToLower(string(value)), "charset="); ok {
						return label
					}
				}
			}
		}
	}
}

// damagedUTF8 keeps a mostly valid UTF-8 text with its bad bytes marked.
func (cs *charsets) damagedUTF8(b []byte) string {
	good, bad := sequences(b)
	likely := func() bool {
		list := cs.readings(b)
		return len(list) > 0 && list[0].points >= 70
	}
	if good >= 3*bad || good >= bad && !likely() {
		cs.problems.add(ticketing.BadUTF8)
		return stripBOM(strings.ToValidUTF8(string(b), "\uFFFD"))
	}
	cs.problems.addArg(ticketing.WrongCharset, "utf-8")
	return cs.guess(b)
}

// sequences counts the characters beyond ASCII that are valid UTF-8, and the
// runs of bytes that are not.
func sequences(b []byte) (good, bad int) {
	inside := false
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && size == 1:
			if !inside {
				bad++
			}
			inside = true
		case r >= 0x80:
			good++
			fallthrough
		default:
			inside = false
		}
		b = b[size:]
	}
	return good, bad
}

func stripBOM(s string) string { return strings.TrimPrefix(s, "\uFEFF") }

func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
