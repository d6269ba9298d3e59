package mail

import (
	"strings"
	"unicode/utf8"

	"deskd/mail/charset"
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

// body decodes a text part.
func (cs *charsets) body(b []byte, label string, isHTML bool) string {
	if text, ok := cs.chosen(b); ok {
		return text
	}
	label = charset.Normal(label)
	switch {
	case label == "utf-7" || strings.HasSuffix(label, "-utf-7"):
		cs.problems.add(ticketing.UTF7)
		return strings.ToValidUTF8(string(b), "\uFFFD")
	case charset.MarkedUTF16(b) && !strings.HasPrefix(label, "utf-32"):
		text, _ := charset.Decode(b, "utf-16")
		return text
	case unlabelled(label):
		return cs.unlabelled(b, label, isHTML)
	case undeclaredUTF8(b, label):
		cs.problems.addArg(ticketing.WrongCharset, label)
		return charset.StripBOM(string(b))
	case charset.Escaped(b) && !strings.HasPrefix(label, "iso-2022"):
		cs.problems.addArg(ticketing.WrongCharset, label)
		return cs.guess(b)
	}
	text, err := charset.Decode(b, label)
	if err != nil {
		cs.problems.addArg(ticketing.UnknownCharset, label)
	} else if charset.Misread(text) {
		cs.problems.addArg(ticketing.WrongCharset, label)
	} else if other, ok := charset.Mistaken(b, label, cs.fallbacks); ok {
		cs.problems.addArg(ticketing.WrongCharset, label)
		text, _ = charset.Decode(b, other)
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
	if charset.ASCII(b) || utf8.Valid(b) && !charset.Escaped(b) {
		return charset.StripBOM(string(b))
	}
	if charset.Escaped(b) {
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
	if !charset.EightBit(b) || strings.HasPrefix(label, "utf-") || !utf8.Valid(b) {
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

// meta tries the charset that an HTML part declares itself.
func (cs *charsets) meta(b []byte, isHTML bool) (string, bool) {
	if !isHTML {
		return "", false
	}
	label := charset.Normal(charset.Declared(b[:min(len(b), 4096)]))
	if label == "" || label == "utf-7" || label == "utf-8" && !utf8.Valid(b) {
		return "", false
	}
	text, err := charset.Decode(b, label)
	return text, err == nil && !charset.Misread(text)
}

// damagedUTF8 keeps a mostly valid UTF-8 text with its bad bytes marked.
func (cs *charsets) damagedUTF8(b []byte) string {
	if charset.MostlyUTF8(b, cs.fallbacks) {
		cs.problems.add(ticketing.BadUTF8)
		return charset.StripBOM(strings.ToValidUTF8(string(b), "\uFFFD"))
	}
	cs.problems.addArg(ticketing.WrongCharset, "utf-8")
	return cs.guess(b)
}

// guess decodes bytes whose label is of no use.
func (cs *charsets) guess(b []byte) string { return charset.Guess(b, cs.fallbacks) }
