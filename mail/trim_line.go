package mail

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLineLooked is how many bytes of a line are looked at. Nothing that mail
// programs write around a quote is longer; a longer line is the author's text.
const maxLineLooked = 1000

// maxLines is how many lines of a text are looked at, each for itself; the rest
// goes where the last of them goes. Memory is bounded by it: 56 bytes a line.
const maxLines = 50_000

// bodyLine is a line of a body with what the rules want to know of it.
type bodyLine struct {
	raw    string // as it came, without its line end
	plain  string // without quote signs, emphasis, entities and invisible characters
	lower  string // plain in lower case
	quoted bool   // begins with ">", or the full-width one of Japan
	blank  bool
}

// splitLines cuts text into lines; CRLF, LF and a bare CR end one. What is behind
// maxLines is the last of them.
func splitLines(text string) []bodyLine {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	lines := make([]bodyLine, 0, min(strings.Count(text, "\n")+1, maxLines))
	for more := true; more; {
		var raw string
		if raw, text, more = strings.Cut(text, "\n"); len(lines) == maxLines-1 && more {
			raw, more = raw+"\n"+text, false
		}
		lines = append(lines, newLine(raw))
	}
	return lines
}

func newLine(raw string) bodyLine {
	text := strings.TrimFunc(raw, isBlankRune)
	quoted := isQuoteSign(text)
	if strings.HasPrefix(text, ">From ") {
		quoted = false // mbox escaping, not a quote
	}
	l := bodyLine{raw: raw, quoted: quoted, blank: text == ""}
	if len(text) > maxLineLooked {
		l.plain = strings.ToValidUTF8(text[:maxLineLooked], "")
		l.lower = strings.ToLower(l.plain)
		return l
	}
	for quoted && isQuoteSign(text) {
		_, size := utf8.DecodeRuneInString(text)
		text = strings.TrimLeftFunc(text[size:], isBlankRune)
	}
	if strings.Contains(text, "&") {
		text = html.UnescapeString(text)
	}
	if strings.Contains(text, `\`) {
		text = escapedSign.ReplaceAllString(text, "$1")
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r != plainRune(r) }) {
		text = strings.Map(plainRune, text)
	}
	l.plain = strings.TrimFunc(text, isSpaceOrEmphasis)
	l.lower = strings.ToLower(l.plain)
	return l
}

func isQuoteSign(text string) bool {
	return strings.HasPrefix(text, ">") || strings.HasPrefix(text, "＞")
}

// escapedSign is Markdown's escape, as converters from HTML write it.
var escapedSign = regexp.MustCompile(`\\([-#*_=<>.:\[\]])`)

// plainRune drops what is not seen and folds what programs put in another's place.
func plainRune(r rune) rune {
	switch {
	case r == '\u00ad' || r == '\ufeff' || r >= '\u200b' && r <= '\u200f' ||
		r >= '\u202a' && r <= '\u202e' || r >= '\u2060' && r <= '\u2069':
		return -1
	case r == '：':
		return ':'
	case r == '\u2010' || r == '\u2011' || r == '\u2012' || r == '\u2013' || r == '\u2212':
		return '-'
	case r == '＃':
		return '#'
	case r == utf8.RuneError:
		return '\ufffd'
	case r != '\t' && unicode.IsSpace(r):
		return ' '
	}
	return r
}

func isBlankRune(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' }

func isSpaceOrEmphasis(r rune) bool { return isBlankRune(r) || r == '*' }

// trimBlank returns the bounds of lines[from:to] without blank lines at its ends.
func trimBlank(lines []bodyLine, from, to int) (int, int) {
	for from < to && lines[from].blank {
		from++
	}
	for to > from && lines[to-1].blank {
		to--
	}
	return from, to
}

// nextFull returns the first line from i on that is not blank, or len(lines).
func nextFull(lines []bodyLine, i int) int {
	for i < len(lines) && lines[i].blank {
		i++
	}
	return i
}

// lastFull returns the last of lines[from:to] that is not blank, or from-1.
func lastFull(lines []bodyLine, from, to int) int {
	for to--; to >= from && lines[to].blank; {
		to--
	}
	return to
}

// joinLines returns lines[from:to] in plain form as one, in lower case.
func joinLines(lines []bodyLine, from, to int) string {
	parts := make([]string, 0, to-from)
	for _, l := range lines[from:to] {
		parts = append(parts, l.lower)
	}
	return strings.Join(parts, " ")
}
