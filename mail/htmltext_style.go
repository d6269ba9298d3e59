package mail

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"deskd/mail/charset"
)

// attributes are those of an element that matter for its text.
type attributes struct {
	href, alt, style    string
	number              int  // of a list or its item
	gone, tight, border bool // never shown; a paragraph without margins; a table with lines
	indent              bool // a blockquote that only indents
	cite                bool
}

func (a *attributes) read(z *html.Tokenizer) {
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "href":
			a.href = strings.TrimSpace(string(value))
		case "alt":
			a.alt = string(value)
		case "style":
			a.style = plainStyle(string(value))
		case "hidden":
			a.gone = true
		case "class":
			a.tight = a.tight || strings.HasPrefix(string(value), "Mso")
			a.cite = a.cite || strings.Contains(string(value), "quote")
		case "type", "cite":
			a.cite = true
		case "start", "value":
			if n, err := strconv.Atoi(strings.TrimSpace(string(value))); err == nil && n < 1e6 {
				a.number = n
			}
		case "border":
			a.border = len(value) > 0 && value[0] != '0'
		}
	}
	if a.style == "" {
		return
	}
	a.tight = a.tight || a.has("margin:0") || a.has("margin-top:0") && a.has("margin-bottom:0")
	a.indent = !a.cite && a.has("border:none") && a.has("padding:0")
}

// plainStyle writes a style without blanks, in lower case, each property
// between semicolons.
func plainStyle(style string) string {
	style = shorten(style, 2000)
	style = strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, strings.ToLower(style))
	return ";" + strings.ReplaceAll(style, "!important", "") + ";"
}

// has looks for a property with a value; a value of 0 or 1 has any unit.
func (a *attributes) has(property string) bool {
	for rest := a.style; ; {
		_, after, found := strings.Cut(rest, ";"+property)
		if !found {
			return false
		}
		if last := property[len(property)-1]; last < '0' || last > '9' {
			return true
		}
		if unit := after[0]; unit == ';' || unit == '%' || unit >= 'a' && unit <= 'z' {
			return true
		}
		rest = after
	}
}

// hides says that the element is made so that nobody sees it: the summaries of
// newsletters for the list of mails, texts against filters, versions of a
// part for other devices. A font size of 0 alone hides nothing, as many
// layouts set it around parts that set their own.
func (a *attributes) hides(tag atom.Atom) bool {
	if tag == atom.Body || tag == atom.Html {
		return false
	}
	if a.gone {
		return true
	}
	if a.style == "" {
		return false
	}
	if a.has("display:none") || a.has("visibility:hidden") || a.has("mso-hide:all") || a.has("opacity:0") {
		return true
	}
	if a.has("overflow:hidden") && (a.has("max-height:0") || a.has("height:0")) {
		return true
	}
	if !a.has("font-size:0") && !a.has("font-size:1") || tag == atom.Td || tag == atom.Table || tag == atom.Tr {
		return false
	}
	return a.has("line-height:0") || a.has("line-height:1") || a.has("max-height:0") || a.has("color:#fff") || a.has("color:white") || a.has("color:transparent")
}

// keepsSpace says that line ends in the text are shown, as in pre.
func (a *attributes) keepsSpace() bool {
	return a.style != "" && a.has("white-space:pre")
}

// region is an element that is followed to its end, in markup that need not be
// well-formed.
type region struct {
	tag    atom.Atom
	depth  int // elements of that name inside
	tables int // open inside
}

// open starts a region; elements that have no content make none.
func (r *region) open(tag atom.Atom) bool {
	switch tag {
	case 0, atom.Img, atom.Br, atom.Hr, atom.Input, atom.Meta, atom.Link, atom.Wbr, atom.Col, atom.Area:
		return false
	}
	*r = region{tag: tag, depth: 1}
	return true
}

// holds takes a start tag and says whether it is inside the region, which ends
// where browsers end elements that nobody closed.
func (r *region) holds(tag atom.Atom) bool {
	if r.tag == 0 {
		return false
	}
	switch r.tag {
	case atom.P:
		if tag == atom.P || tag == atom.Table || tag == atom.Ul || tag == atom.Ol || tag == atom.Pre || blockTag(tag) {
			r.tag = 0
		}
	case atom.Td, atom.Th, atom.Tr, atom.Li:
		if r.tables == 0 && (tag == r.tag || tag == atom.Tr || r.tag == atom.Td && tag == atom.Th) {
			r.tag = 0
		}
	case tag:
		r.depth++
	}
	if tag == atom.Table || r.tag == atom.Li && (tag == atom.Ul || tag == atom.Ol) {
		r.tables++
	}
	return r.tag != 0
}

// close takes an end tag and says whether it ended the region.
func (r *region) close(tag atom.Atom) bool {
	if r.tag == 0 {
		return false
	}
	lists := r.tag == atom.Li && (tag == atom.Ul || tag == atom.Ol)
	switch {
	case tag == r.tag && (r.tag == atom.Table || r.tables == 0 || !inTables(r.tag)):
		r.depth--
	case (tag == atom.Table || lists) && r.tables > 0:
		r.tables--
	case (tag == atom.Table || lists || tag == atom.Tr) && inTables(r.tag) && r.tables == 0:
		r.depth = 0
	}
	if r.depth > 0 {
		return false
	}
	r.tag = 0
	return true
}

func inTables(tag atom.Atom) bool {
	return tag == atom.Td || tag == atom.Th || tag == atom.Tr || tag == atom.Li
}

// visible drops the characters that have no width, which newsletters use as
// filling, and soft hyphens. Joiners stay inside words: some scripts need them.
func visible(s string) string {
	if charset.ASCII([]byte(s)) {
		return s
	}
	if strings.Trim(s, "\u200b\u200c\u200d\u200e\u200f\u034f\u00ad\u2060\ufeff\u180e") == "" {
		return ""
	}
	if !strings.ContainsAny(s, "\u200b\u00ad\u034f\u2060\ufeff") {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case '\u200b', '\u00ad', '\u034f', '\u2060', '\ufeff':
			return -1
		}
		return r
	}, s)
}

// telling says that the alternative text of a picture is worth reading: no file
// name, no word for a picture, no guess of a program, no button of Notes.
func telling(alt string) bool {
	lower := strings.ToLower(alt)
	switch lower {
	case "image", "img", "picture", "photo", "logo", "icon", "banner", "spacer", "pixel", "inline image", "bild", "画像", "image removed by sender.":
		return false
	}
	guessed := containsAny(lower, []string{".png", ".jpg", ".jpeg", ".gif", ".bmp", ".svg", ".webp", "http:", "https:", "cid:", "automatically generated", "inline image", "image0", "hide details for"})
	return !guessed && len(alt) > 1 && len(alt) <= 200
}
