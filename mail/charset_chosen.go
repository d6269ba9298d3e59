package mail

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"deskd/mail/charset"
)

// chosen reads a text as the charset that somebody has named for the mail, a
// person who has looked at it: whatever the label says, unless the bytes are
// plain ASCII, are UTF-8, which other texts hardly ever are by chance, or are
// not of that charset.
func (cs *charsets) chosen(b []byte) (text string, ok bool) {
	if cs.choice == "" || !needsCharset(b, cs.choice) {
		return "", false
	}
	text, err := charset.Decode(b, cs.choice)
	return text, err == nil && !charset.Misread(text)
}

// needsCharset reports whether a charset could make another text of the bytes
// than ASCII or UTF-8 does.
func needsCharset(b []byte, label string) bool {
	switch {
	case label == "utf-8" || label == "utf8":
		return charset.EightBit(b)
	case strings.HasPrefix(label, "utf-16"):
		return charset.EightBit(b) || bytes.IndexByte(b, 0) >= 0
	case strings.HasPrefix(label, "iso-2022-"), strings.HasPrefix(label, "hz"):
		return bytes.ContainsAny(b, "\x1b\x0e~") || charset.EightBit(b) && !utf8.Valid(b)
	}
	return !utf8.Valid(b) // ASCII is UTF-8 too
}
