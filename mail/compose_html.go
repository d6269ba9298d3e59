package mail

import (
	"html"
	"regexp"
	"strings"
)

// plainLink matches web addresses in running text.
var plainLink = regexp.MustCompile(`https?://[^\s<>"']+[^\s<>"'.,;:!?)\]]`)

// htmlOf is the HTML alternative of a letter's text: the same words, with
// paragraphs, quotes and links a mail program can show as such. A line of ours
// that begins with one of the steps links it.
func htmlOf(text, language string, steps map[string]string) string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="` + html.EscapeString(language) +
		`"><head><meta charset="utf-8"></head><body style="font-family:sans-serif;font-size:14px;line-height:1.5">` + "\n")
	for _, p := range strings.Split(strings.TrimSpace(text), "\n\n") {
		b.WriteString(paragraph(p, steps))
	}
	b.WriteString("</body></html>\n")
	return b.String()
}

func paragraph(p string, steps map[string]string) string {
	p = strings.Trim(p, "\n")
	style := ""
	switch {
	case strings.HasPrefix(p, markerOpen):
		style = ` style="color:#777;font-size:12px"`
	case strings.HasPrefix(p, "-- \n"):
		p, style = strings.TrimPrefix(p, "-- \n"), ` style="color:#555;font-size:12px;border-top:1px solid #ccc;padding-top:8px"`
	case everyLine(p, "| "):
		return quoted(p, "|")
	case everyLine(p, "> "):
		return quoted(p, ">")
	}
	lines := strings.Split(p, "\n")
	for i, l := range lines {
		lines[i] = stepHTML(l, steps)
	}
	return "<p" + style + ">" + strings.Join(lines, "<br>\n") + "</p>\n"
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

func quoted(p, mark string) string {
	lines := strings.Split(p, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimPrefix(strings.TrimPrefix(l, mark), " ")
	}
	return `<blockquote style="margin:0 0 0 4px;padding-left:10px;border-left:3px solid #ccc">` +
		inlineHTML(strings.Join(lines, "\n")) + "</blockquote>\n"
}

func everyLine(p, prefix string) bool {
	for _, l := range strings.Split(p, "\n") {
		if !strings.HasPrefix(l, prefix) && l != strings.TrimSpace(prefix) {
			return false
		}
	}
	return true
}

// inlineHTML escapes a text and makes web addresses links.
func inlineHTML(text string) string {
	var b strings.Builder
	for at := 0; ; {
		var loc []int
		if mayLink(text[at:]) {
			loc = plainLink.FindStringIndex(text[at:])
		}
		if loc == nil {
			b.WriteString(breakLines(text[at:]))
			return b.String()
		}
		url := html.EscapeString(text[at+loc[0] : at+loc[1]])
		b.WriteString(breakLines(text[at : at+loc[0]]))
		b.WriteString(`<a href="` + url + `" rel="noopener noreferrer">` + url + `</a>`)
		at += loc[1]
	}
}

// mayLink spares most texts the search: it costs more than all the rest.
func mayLink(text string) bool {
	return strings.Contains(text, "://")
}

func breakLines(s string) string {
	return strings.ReplaceAll(html.EscapeString(s), "\n", "<br>\n")
}
