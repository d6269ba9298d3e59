package mail

import (
	"strings"
	"unicode/utf8"
)

const (
	// letterFootLines is how many lines a company's foot of a letter may have.
	letterFootLines = 60
	// letterFootWords and letterFootWidth (characters) bound one of them: what is
	// longer is a sentence.
	letterFootWords = 12
	letterFootWidth = 140
)

// letterFoot finds what a company puts below the letters of its people, and
// Outlook writes out in full: "Kind regards", the author's name, telephone and
// address, a line about the company, its logos with links, its register number.
// Blank lines between them do not count, so that only the beginning is sure: the
// valediction is a line of its own, the name below it the author's; one that is
// not known needs a telephone number below. A question, or a postscript, is no
// foot.
func (s signer) letterFoot(lines []bodyLine, from, to int) int {
	for i := to - 3; i > from && i >= to-letterFootLines; i-- {
		if !lines[i-1].blank || !isValediction(lines[i].plain, true) {
			continue
		}
		name := nextFull(lines[:to], i+1)
		if name >= to-1 || !saysMore(lines[from:i]) {
			return to
		}
		phone, contact, foot := footOf(lines[name+1 : to])
		known := s.signs(lines[name].plain, true)
		if foot && (known && contact || phone && isNameLike(lines[name].plain)) {
			return i
		}
		return to
	}
	return to
}

// footOf reports whether lines may be the foot of a letter, and whether a
// telephone number or any way to reach the author is among them.
func footOf(lines []bodyLine) (phone, contact, foot bool) {
	for _, l := range lines {
		if l.blank {
			continue
		}
		text := l.plain
		if l.quoted || len(strings.Fields(text)) > letterFootWords || utf8.RuneCountInString(linkLike.ReplaceAllString(text, "")) > letterFootWidth ||
			strings.HasSuffix(text, "?") || strings.HasSuffix(text, "？") || isPostscript(l.lower) {
			return false, false, false
		}
		numbered := phoneLike.MatchString(text) || startsAny(l.lower, contactStarts) && len(digitRun.FindAllString(text, -1)) > 6
		phone = phone || numbered
		contact = contact || numbered || addressLike.MatchString(text) || siteLike.MatchString(text) || linkLike.MatchString(text)
	}
	return phone, contact, true
}

// isPostscript reports whether a line in lower case begins with "PS:" or the like.
func isPostscript(text string) bool {
	return startsAny(text, []string{"ps ", "ps:", "p.s", "p. s", "ps.", "nb:", "n.b", "追伸", "пс:", "p/s"})
}
