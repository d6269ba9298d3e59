package tnef

import (
	"strings"

	"deskd/mail/charset"
)

// wide is the charset of texts in Unicode.
const wide = "utf-16le"

// Decode decodes a text of a stream, which ends at its first NUL.
func Decode(b []byte, label string) string {
	text := string(b)
	if label == wide {
		b = b[:len(b)&^1]
	}
	if label == wide || !charset.ASCII(b) {
		if decoded, err := charset.Decode(b, label); err == nil {
			text = decoded
		}
	}
	text, _, _ = strings.Cut(strings.ToValidUTF8(text, "\uFFFD"), "\x00")
	return text
}
