package mail

import (
	"html"
	"regexp"
	"strings"
	"unicode/utf8"
)

// The styles stand in the elements: many mail programs drop a style sheet. No
// text has a colour of its own, so that it can be read on a dark ground too.
const (
	bodyStyle   = "font-family:sans-serif;font-size:14px;line-height:1.5;overflow-wrap:anywhere;word-break:break-word"
	keepStyle   = "white-space:pre-wrap"
	tableStyle  = keepStyle + ";font-family:Consolas,Menlo,monospace;font-size:13px"
	markerStyle = "font-size:12px"
	footerStyle = "font-size:12px;border-top:1px solid #888;padding-top:8px;" + keepStyle
	quoteStyle  = "margin:0 0 0 4px;padding-left:10px;border-left:3px solid #888;"
)

// htmlHead fits the page to small screens, and to dark ones.
const htmlHead = `<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
	`<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">` +
	`<style>:root{color-scheme:light dark}</style>`

// htmlOf is the HTML alternative of a letter's text: the same words, with
// paragraphs, quotes and links a mail program can show as such. A line of ours
// that begins with one of the steps links it, and the address at the foot by
// which a Cc leaves opens a mail.
func htmlOf(text, language string, steps map[string]string, unfollow string) string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="` + html.EscapeString(language) + `"><head>` + htmlHead +
		`</head><body style="` + bodyStyle + `">` + "\n")
	for _, p := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		b.WriteString(paragraph(p, steps, unfollow))
	}
	b.WriteString("</body></html>\n")
	return b.String()
}

func paragraph(p string, steps map[string]string, unfollow string) string {
	p = strings.Trim(p, "\n")
	style := keepStyle
	switch {
	case strings.HasPrefix(p, markerOpen):
		style = markerStyle
	case strings.HasPrefix(p, "-- \n"):
		return `<p style="` + footerStyle + `">` + linkAddress(inlineHTML(strings.TrimPrefix(p, "-- \n")), unfollow) + "</p>\n"
	case everyLine(p, "| "):
		return quoted(p, "|")
	case everyLine(p, "> "):
		return quoted(p, ">")
	case tabular(p):
		style = tableStyle
	}
	lines := strings.Split(p, "\n")
	for i, l := range lines {
		lines[i] = stepHTML(l, steps)
	}
	return `<p style="` + style + `">` + strings.Join(lines, "<br>") + "</p>\n"
}

// stepHTML is a line of ours, in which a command at the beginning is a link.
func stepHTML(line string, steps map[string]string) string {
	for command, link := range steps {
		if rest, ok := strings.CutPrefix(line, command); ok && (rest == "" || rest[0] == ' ') {
			return `<a href="` + html.EscapeString(link) + `">` + html.EscapeString(command) + `</a>` + inlineHTML(rest)
		}
	}
	return inlineHTML(line)
}

// linkAddress makes the address by which somebody leaves a link to a mail.
func linkAddress(inline, address string) string {
	if address == "" {
		return inline
	}
	shown := html.EscapeString(address)
	return strings.Replace(inline, shown, `<a href="mailto:`+shown+`?subject=unsubscribe">`+shown+`</a>`, 1)
}

func quoted(p, mark string) string {
	lines := strings.Split(p, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimPrefix(strings.TrimPrefix(l, mark), " ")
	}
	parts := strings.Split(strings.Join(lines, "\n"), "\n\n")
	for i, part := range parts {
		parts[i] = inlineHTML(part)
		if tabular(part) {
			parts[i] = `<span style="` + tableStyle + `">` + parts[i] + `</span>`
		}
	}
	return `<blockquote style="` + quoteStyle + keepStyle + `">` + strings.Join(parts, "<br><br>") + "</blockquote>\n"
}

func everyLine(p, prefix string) bool {
	for _, l := range strings.Split(p, "\n") {
		if !strings.HasPrefix(l, prefix) && l != strings.TrimSpace(prefix) {
			return false
		}
	}
	return true
}

// tabular reports whether a paragraph has columns, or lines below one another
// that are indented: then every character shall be as wide as another.
func tabular(p string) bool {
	n := 0
	for line := range strings.Lines(p) {
		line = strings.TrimRight(line, " \t\r\n")
		indented := strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "\t")
		if indented || strings.Contains(strings.TrimLeft(line, " "), "   ") || strings.Contains(line, "\t") {
			n++
		}
	}
	return n > 1
}

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
		start, end = at+loc[0], at+loc[1]
		link := trimLink(text[start:end])
		if !strings.HasSuffix(link, "/") || strings.Count(link, "/") > 2 {
			return start, start + len(link)
		}
		at = end // a scheme and no host
	}
}

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
