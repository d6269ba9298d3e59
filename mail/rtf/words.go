package rtf

import (
	"strconv"
	"unicode/utf16"

	"deskd/mail/charset"
)

// word carries out a control word; most only say how text looks.
func (p *parser) word(word string, n int, given bool) {
	star := p.star
	p.star = false
	if p.character(word) || p.encoding(word, n) {
		return
	}
	switch word {
	case "fromhtml":
		p.html = n != 0
	case "htmlrtf":
		p.flush()
		p.g.hidden = !given || n != 0
	case "htmltag":
		if star {
			p.flush()
			p.g.skip = !p.html
		}
	case "mhtmltag", "pntext", "pict", "object", "info", "stylesheet", "colortbl", "listtable", "header", "footer",
		"headerl", "headerr", "headerf", "footerl", "footerr", "footerf", "themedata", "datastore", "fldinst":
		if word != "pntext" || p.html {
			p.hide()
		}
	case "fonttbl":
		p.flush()
		p.g.fonts = true
	default:
		if star {
			p.hide()
		}
	}
}

func (p *parser) hide() {
	p.flush()
	p.g.skip = true
}

// character writes what stands for a character. In the HTML of a mail the
// paragraphs are those of the tags.
func (p *parser) character(word string) bool {
	s := ""
	switch word {
	case "par", "line", "sect", "page", "row":
		s = "\n"
	case "tab", "cell":
		s = "\t"
	case "lquote":
		s = "‘"
	case "rquote":
		s = "’"
	case "ldblquote":
		s = "“"
	case "rdblquote":
		s = "”"
	case "bullet":
		s = "•"
	case "endash":
		s = "–"
	case "emdash":
		s = "—"
	case "emspace", "enspace", "qmspace":
		s = " "
	case "zwj", "zwnj", "zwbo", "zwnbo":
	default:
		return false
	}
	p.write(s)
	return true
}

// encoding carries out the words that say what bytes mean.
func (p *parser) encoding(word string, n int) bool {
	switch word {
	case "u":
		p.unicodeUnit(n)
	case "uc":
		p.g.unicode = min(max(n, 0), 16)
	case "bin":
		p.flush()
		p.r.Discard(max(n, 0))
	case "ansicpg":
		p.charset = charset.OfCodePage(uint32(max(n, 0)))
	case "mac":
		p.charset = "macintosh"
	case "f", "deff":
		p.flush()
		if p.font = strconv.Itoa(n); word == "f" && !p.g.fonts {
			p.g.charset = p.fonts[p.font]
		}
	case "fcharset":
		if p.g.fonts && len(p.fonts) < 1024 {
			p.fonts[p.font] = fontCharset(n)
		}
	case "plain":
		p.flush()
		p.g.charset = ""
	default:
		return false
	}
	return true
}

// unicodeUnit writes a UTF-16 unit, a signed number, and passes over the bytes
// that programs without Unicode would show instead.
func (p *parser) unicodeUnit(n int) {
	p.ignore = 0
	unit := rune(uint16(n))
	switch {
	case utf16.IsSurrogate(unit) && unit < 0xdc00:
		p.surr = unit
	case utf16.IsSurrogate(unit):
		p.write(string(utf16.DecodeRune(p.surr, unit)))
	case unit != 0:
		p.write(string(unit))
	}
	p.ignore = p.g.unicode
}

// fontCharset gives the charset of a font, "" for that of the text.
func fontCharset(n int) string {
	switch n {
	case 77:
		return "macintosh"
	case 128:
		return "shift_jis"
	case 129:
		return "euc-kr"
	case 134:
		return "gb18030"
	case 136:
		return "big5"
	case 161:
		return "windows-1253"
	case 162:
		return "windows-1254"
	case 163:
		return "windows-1258"
	case 177:
		return "windows-1255"
	case 178:
		return "windows-1256"
	case 186:
		return "windows-1257"
	case 204:
		return "windows-1251"
	case 222:
		return "windows-874"
	case 238:
		return "windows-1250"
	}
	return ""
}
