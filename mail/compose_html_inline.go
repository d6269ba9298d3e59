package mail

import (
	"html"
	"regexp"
	"strings"
	"unicode/utf8"
)

// inlineHTML escapes a text, keeps its blanks and makes web addresses links.
func inlineHTML(text string) string {
	text = keepBlanks(text)
	var b strings.Builder
	for {
		start, end := findLink(text)
		if end == 0 {
			b.WriteString(escapeText(text))
			return b.String()
		}
		url := html.EscapeString(text[start:end])
		b.WriteString(escapeText(text[:start]))
		b.WriteString(`<a href="` + url + `" rel="noopener noreferrer">` + url + `</a>`)
		text = text[end:]
	}
}

// plainLink matches web addresses in running text, and what may follow them: it
// has the characters of RFC 3986 and the letters of alphabets that set words
// apart by blanks. Others follow an address without one: "https://a.example。".
var plainLink = regexp.MustCompile(`https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%\x{C0}-\x{24F}\x{370}-\x{52F}]+`)

// findLink gives the first web address in a text; end is 0 if there is none.
// The punctuation behind it, and a bracket that opens before it, is not its own.
func findLink(text string) (start, end int) {
	if !strings.Contains(text, "://") { // the search costs more than all the rest
		return 0, 0
	}
	for at := 0; ; {
		loc := plainLink.FindStringIndex(text[at:])
		if loc == nil {
			return 0, 0
		}
		if start, end = at+loc[0], at+loc[1]; end-start > maxLink {
			at = end
			continue
		}
		link := trimLink(text[start:end])
		if !strings.HasSuffix(link, "/") || strings.Count(link, "/") > 2 {
			return start, start + len(link)
		}
		at = end // a scheme and no host
	}
}

// maxLink is the length of the longest web address that is made a link, in bytes.
// What ends it is looked for from behind, again and again.
const maxLink = 2000

func trimLink(link string) string {
	for {
		last, _ := utf8.DecodeLastRuneInString(link)
		switch last {
		case '.', ',', ';', ':', '!', '?', '\'', '*', '_', '&', '~':
		case ')':
			if strings.Count(link, "(") >= strings.Count(link, ")") {
				return link
			}
		case ']':
			if strings.Count(link, "[") >= strings.Count(link, "]") {
				return link
			}
		case '(', '[':
		default:
			return link
		}
		link = link[:len(link)-1]
	}
}

const noBreak = "\u00a0"

// tabWidth is how far apart the columns are that a tab leads to.
const tabWidth = 8

// keepBlanks makes the blanks hard that a mail program would run together: those
// at the beginning of a line, and all but the last of several.
func keepBlanks(text string) string {
	if !strings.Contains(text, "  ") && !strings.Contains(text, "\t") && !strings.HasPrefix(text, " ") && !strings.Contains(text, "\n ") {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		blanks, column := 0, 0
		flush := func(within bool) {
			if within && blanks > 0 {
				blanks--
				defer b.WriteByte(' ')
			}
			b.WriteString(strings.Repeat(noBreak, blanks))
			blanks = 0
		}
		written := false
		for _, r := range line {
			switch r {
			case ' ':
				blanks++
				column++
			case '\t':
				n := tabWidth - column%tabWidth
				blanks += n
				column += n
			default:
				flush(written)
				b.WriteRune(r)
				written = true
				column++
			}
		}
		flush(written)
	}
	return b.String()
}

// escapeText writes a text, its ends of lines and its hard blanks as HTML has
// them.
func escapeText(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(html.EscapeString(s), "\n", "<br>"), noBreak, "&nbsp;")
}
