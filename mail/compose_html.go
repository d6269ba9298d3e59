package mail

import (
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// page is the HTML alternative of a letter: the same words as in its text, each
// paragraph shown as what it is.
type page struct {
	b strings.Builder
	// steps are commands that are links; unfollow is the address by which a Cc
	// leaves, which opens a mail.
	steps    map[string]string
	unfollow string
}

// htmlOf shows the paragraphs of a letter.
func (w wording) htmlOf(paragraphs []paragraph) string {
	p := &page{steps: w.steps, unfollow: w.letter.Unfollow}
	all, _ := fonts(w.language())
	p.add(`<!DOCTYPE html><html lang="`, html.EscapeString(w.language()), `"><head>`, headOf(w.language()), "\n<title>",
		html.EscapeString(w.letter.Mailbox.Name), "</title></head><body>\n",
		`<!--[if mso]><table role="presentation" width="640" cellpadding="0" cellspacing="0"><tr><td><![endif]-->`, "\n",
		`<div style="font-family:`, all, ";", pageStyle, `">`, "\n")
	for i, b := range paragraphs {
		p.show(b)
		if i == 0 && w.logo() != nil { // below the line above which people answer
			p.add(w.logo().html(w.letter.Mailbox.Name))
		}
	}
	p.add("</div>\n<!--[if mso]></td></tr></table><![endif]-->\n</body></html>\n")
	return p.b.String()
}

func (p *page) add(parts ...string) {
	for _, part := range parts {
		p.b.WriteString(part)
	}
}

func (p *page) show(b paragraph) {
	text := trimBlankLines(b.text)
	switch b.kind {
	case asMarker:
		p.text(markerStyle, text)
	case asHeadline:
		p.add(`<h1 style="`, headlineStyle, `">`, inlineHTML(text), "</h1>\n")
	case asWarning:
		p.box("warning", warningStyle, "0 0 14px", func() { p.add(inlineHTML(text)) })
	case asAlarm:
		p.box("alarm", alarmStyle, "0 0 14px", func() { p.add(inlineHTML(text)) })
	case asFacts:
		p.facts(text, factsStyle)
	case asFailed:
		p.box("alarm", alarmStyle, "0 0 14px", func() { p.facts(text, strings.Replace(factsStyle, "0 0 14px", "0", 1)) })
	case asColumns:
		p.columns(text)
	case asWords:
		p.words(text)
	case asFramed:
		p.box("", framedStyle, "0 0 18px", func() { p.words(unframed(text)) })
	case asFooter:
		p.card(text)
	case asNext:
		p.box("card", cardStyle, "18px 0 14px", func() { p.text(lastStyle, text) })
	case asHeader:
		p.texts(headerStyle, text)
	case asSmall:
		p.texts(smallStyle, text)
	case asSignature:
		p.texts(signatureStyle, text)
	case asImprint:
		p.texts(imprintStyle, text)
	default:
		p.texts(proseStyle, text)
	}
}

func (p *page) text(style, text string) {
	p.add(`<p style="`, style, `">`, inlineHTML(text), "</p>\n")
}

func (p *page) texts(style, text string) {
	for _, part := range strings.Split(text, "\n\n") {
		p.text(style, strings.Trim(part, "\n"))
	}
}

// box sets something off: a table of one cell, since Word draws the border and
// the ground of nothing else.
func (p *page) box(class, style, margin string, inside func()) {
	if class != "" {
		class = ` class="` + class + `"`
	}
	p.add(`<table role="presentation" cellpadding="0" cellspacing="0" width="100%" style="margin:`, margin, `"><tr><td`, class, ` style="`, style, `">`)
	inside()
	p.add("</td></tr></table>\n")
}

// facts are lines of "label: value" as a table. A line without a label takes
// its whole width.
func (p *page) facts(text, style string) {
	p.add(`<table cellpadding="0" cellspacing="0" style="`, style, `">`)
	for line := range strings.SplitSeq(text, "\n") {
		label, value, ok := strings.Cut(line, ": ")
		if !ok {
			p.add(`<tr><td colspan="2" style="`, valueStyle, `">`, inlineHTML(line), "</td></tr>")
			continue
		}
		p.add(`<tr><th scope="row" align="left" valign="top" class="label" style="`, labelStyle, `">`, inlineHTML(label), `:</th>`+
			`<td valign="top" class="value" style="`, valueStyle, `">`, inlineHTML(value), "</td></tr>")
	}
	p.add("</table>\n")
}

// columns are lines of a command and what it does, set off by two blanks or
// more; a line that begins with blanks goes on with the one above. Other lines
// are a paragraph.
func (p *page) columns(text string) {
	var prose []string
	var rows [][2]string
	flush := func() {
		if len(prose) > 0 {
			p.text(proseStyle, strings.Join(prose, "\n"))
		}
		p.rows(rows)
		prose, rows = nil, nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		command, does, ok := strings.Cut(line, "  ")
		does = strings.TrimSpace(does)
		switch {
		case p.steps[line] != "" || ok && strings.HasPrefix(line, "#"):
			rows = append(rows, [2]string{command, does})
		case ok && command == "" && len(rows) > 0:
			rows[len(rows)-1][1] = unfolded(rows[len(rows)-1][1], does)
		case strings.HasPrefix(line, "#") && len(rows) > 0:
			rows = append(rows, [2]string{line, ""}) // too long for its column
		default:
			if line == "" || len(rows) > 0 {
				flush()
			}
			if line != "" {
				prose = append(prose, line)
			}
		}
	}
	flush()
}

// unfolded joins what was broken into two lines. Japanese has no blanks between
// its words.
func unfolded(a, b string) string {
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	if unicode.In(last, unicode.Han, unicode.Hiragana, unicode.Katakana) && first > unicode.MaxLatin1 || strings.ContainsRune("、。", last) {
		return a + b
	}
	return strings.TrimSpace(a + " " + b)
}

func (p *page) rows(rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	p.add(`<table cellpadding="0" cellspacing="0" style="`, tableStyle, `">`)
	for _, r := range rows {
		command := inlineHTML(r[0])
		if link := p.steps[r[0]]; link != "" {
			command = `<a href="` + html.EscapeString(link) + `">` + command + `</a>`
		}
		p.add(`<tr><th scope="row" align="left" valign="top" class="label" style="`, commandStyle, `">`, command,
			`</th><td valign="top" class="value" style="`, valueStyle, `">`, inlineHTML(r[1]), "</td></tr>")
	}
	p.add("</table>\n")
}

// card is the foot: where the request stands, what happens next, and what is
// seldom read.
func (p *page) card(text string) {
	lines := strings.Split(strings.TrimPrefix(text, "-- \n"), "\n")
	p.box("card", cardStyle, "22px 0 0", func() {
		p.add(`<div style="`, stateStyle, `">`, inlineHTML(lines[0]), "</div>")
		for _, line := range lines[1:] {
			p.add(`<div style="`, restStyle, `">`, linkAddress(inlineHTML(line), p.unfollow), "</div>")
		}
	})
}

// words are what somebody wrote: quotes in them are shown as such, and columns
// with characters of one width.
func (p *page) words(text string) {
	var runs []quoteRun
	for _, part := range strings.Split(text, "\n\n") {
		runs = append(runs, quoteRuns(strings.Trim(part, "\n"))...)
	}
	runs = slices.DeleteFunc(runs, func(r quoteRun) bool { return blank(r.text) })
	for i, r := range runs {
		inside, style := inlineHTML(r.text), proseStyle
		if tabular(r.text) {
			inside = `<span style="` + columnStyle + `">` + inside + `</span>`
		}
		if i == len(runs)-1 {
			style = lastStyle
		}
		if r.quoted {
			p.add(`<blockquote style="`, quoteStyle, `">`, inside, "</blockquote>\n")
		} else {
			p.add(`<p style="`, style, `">`, inside, "</p>\n")
		}
	}
}

type quoteRun struct {
	quoted bool
	text   string
}

// quoteRuns splits lines into those that are quoted, without the mark, and the
// others.
func quoteRuns(text string) []quoteRun {
	var runs []quoteRun
	for line := range strings.SplitSeq(text, "\n") {
		rest, quoted := strings.CutPrefix(line, ">")
		if quoted {
			rest = strings.TrimPrefix(rest, " ")
		}
		if n := len(runs); n > 0 && runs[n-1].quoted == quoted {
			runs[n-1].text += "\n" + rest
		} else {
			runs = append(runs, quoteRun{quoted, rest})
		}
	}
	return runs
}

// unframed takes off the mark by which the text sets words off, if it does.
func unframed(text string) string {
	for _, mark := range []string{"| ", "> "} {
		if !everyLine(text, mark) {
			continue
		}
		lines := strings.Split(text, "\n")
		for i, l := range lines {
			lines[i] = strings.TrimPrefix(strings.TrimPrefix(l, mark[:1]), " ")
		}
		return strings.Join(lines, "\n")
	}
	return text
}

// linkAddress makes the address by which somebody leaves a link to a mail.
func linkAddress(inline, address string) string {
	if address == "" {
		return inline
	}
	shown := html.EscapeString(address)
	return strings.Replace(inline, shown, `<a href="mailto:`+shown+`?subject=unsubscribe">`+shown+`</a>`, 1)
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
