package mail

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/net/html"
	"golang.org/x/text/encoding/korean"

	"deskd/ticketing"
)

// charsets turns bytes of any label into valid UTF-8, guessing where the
// label is missing or wrong (mail-rules §5.5). UTF-7 is never decoded: it
// hides markup from everything that looked at the bytes before.
type charsets struct {
	fallbacks []string
	problems  *problems
	hint      string // label of the first text part, for raw 8-bit header fields
}

// aliases are labels found in mails that no registry knows.
var aliases = map[string]string{
	"cp932": "shift_jis", "ms932": "shift_jis", "x-ms-cp932": "shift_jis", "windows-31j": "shift_jis",
	"ms-cp50220": "iso-2022-jp", "cp50220": "iso-2022-jp", "cp50221": "iso-2022-jp", "x-windows-iso2022jp": "iso-2022-jp",
	"iso-2022-jp-ms": "iso-2022-jp", "iso-2022-jp-1": "iso-2022-jp", "iso-2022-jp-2": "iso-2022-jp", "iso-2022-jp-3": "iso-2022-jp",
	"shift-jis": "shift_jis", "shiftjis": "shift_jis", "iso2022jp": "iso-2022-jp", "iso-2022jp": "iso-2022-jp", "euc_jp": "euc-jp", "euc_kr": "euc-kr", "euckr": "euc-kr",
	"eucjp": "euc-jp", "eucjp-ms": "euc-jp", "cp51932": "euc-jp", "sjis": "shift_jis", "x-sjis": "shift_jis",
	"ansi": "windows-1252", "x-ansi": "windows-1252", "cp1252": "windows-1252", "cp-1252": "windows-1252", "latin1": "windows-1252", "iso-latin-1": "windows-1252",
	"cp936": "gb18030", "x-gbk": "gb18030", "gb2312": "gb18030", "gbk": "gb18030", "ms936": "gb18030",
	"cp949": "euc-kr", "ms949": "euc-kr", "uhc": "euc-kr", "ks_c_5601": "euc-kr", "cp950": "big5", "x-big5": "big5",
	"cp1250": "windows-1250", "cp1251": "windows-1251", "cp-1251": "windows-1251", "win-1251": "windows-1251", "win1251": "windows-1251", "windows1251": "windows-1251",
	"cp1253": "windows-1253", "cp1254": "windows-1254", "cp1255": "windows-1255", "cp1256": "windows-1256", "cp1257": "windows-1257", "cp1258": "windows-1258",
	"iso-8859-8-i": "iso-8859-8", "utf_8": "utf-8", "unicode-1-1-utf-8": "utf-8", "utf8mb4": "utf-8", "utf-8n": "utf-8",
}

// normalLabel cleans a charset label: quotes, blanks, a doubled "charset=".
func normalLabel(label string) string {
	label = strings.ToLower(strings.Trim(label, " \t\"'`<>;,"))
	label = strings.TrimPrefix(label, "charset=")
	label = strings.Trim(label, " \t\"'`")
	if i := strings.IndexAny(label, " \t;,\"'"); i >= 0 {
		label = label[:i]
	}
	if known, ok := aliases[label]; ok {
		return known
	}
	return label
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 || c == 0x1b {
			return false
		}
	}
	return true
}

// body decodes a text part.
func (cs *charsets) body(b []byte, label string, isHTML bool) string {
	label = normalLabel(label)
	switch label {
	case "", "us-ascii", "ascii", "utf-8", "utf8", "unknown-8bit", "8bit", "x-unknown", "unknown", "default", "binary":
		if ascii(b) || utf8.Valid(b) && !escaped(b) {
			return stripBOM(string(b))
		}
		if escaped(b) {
			return cs.guess(b)
		}
		if text, ok := cs.meta(b, isHTML); ok {
			return text
		}
		if strings.HasPrefix(label, "utf") {
			return cs.damagedUTF8(b)
		}
		return cs.guess(b)
	case "utf-7", "x-unicode-2-0-utf-7", "unicode-1-1-utf-7":
		cs.problems.add(ticketing.UTF7)
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	text, err := decodeLabel(b, label)
	if err != nil {
		cs.problems.addArg(ticketing.UnknownCharset, label)
	} else if !wrong(text) {
		return text
	} else {
		cs.problems.addArg(ticketing.WrongCharset, label)
	}
	if text, ok := cs.meta(b, isHTML); ok {
		return text
	}
	return cs.guess(b)
}

// decodeLabel decodes by a normalised label.
func decodeLabel(b []byte, label string) (string, error) {
	if label == "iso-2022-kr" {
		return decodeISO2022KR(b), nil
	}
	if label == "iso-2022-jp" && eightBit(b) && !escaped(b) {
		label = japaneseEightBit(b)
	}
	r, err := charset.Reader(label, bytes.NewReader(b))
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return "", err
	}
	return stripBOM(strings.ToValidUTF8(string(text), "\uFFFD")), nil
}

func eightBit(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return true
		}
	}
	return false
}

// japaneseEightBit chooses between the two 8-bit charsets of Japan for bytes
// that are labelled with the 7-bit one. EUC-JP read as Shift_JIS gives
// half-width katakana.
func japaneseEightBit(b []byte) string {
	text, err := decodeLabel(b, "shift_jis")
	if err != nil || wrong(text) {
		return "euc-jp"
	}
	half := 0
	for _, r := range text {
		if r >= 0xff61 && r <= 0xff9f {
			half++
		}
	}
	if other, err := decodeLabel(b, "euc-jp"); half*4 > utf8.RuneCountInString(text) && err == nil && !wrong(other) {
		return "euc-jp"
	}
	return "shift_jis"
}

// decodeISO2022KR reads RFC 1557: EUC-KR in seven bits between SO and SI.
func decodeISO2022KR(b []byte) string {
	b = bytes.ReplaceAll(b, []byte("\x1b$)C"), nil)
	eight := make([]byte, 0, len(b))
	shifted := false
	for _, c := range b {
		switch {
		case c == 0x0e:
			shifted = true
		case c == 0x0f:
			shifted = false
		case c == '\n':
			shifted = false
			eight = append(eight, c)
		case shifted && c > ' ':
			eight = append(eight, c|0x80)
		default:
			eight = append(eight, c)
		}
	}
	text, _ := korean.EUCKR.NewDecoder().Bytes(eight)
	return strings.ToValidUTF8(string(text), "\uFFFD")
}

// wrong says that more than one in a hundred characters could not be decoded.
func wrong(text string) bool {
	bad := strings.Count(text, "\uFFFD")
	return bad > 0 && bad*100 > utf8.RuneCountInString(text)
}

// meta tries the charset that an HTML part declares itself.
func (cs *charsets) meta(b []byte, isHTML bool) (string, bool) {
	if !isHTML {
		return "", false
	}
	label := normalLabel(metaCharset(b[:min(len(b), 4096)]))
	if label == "" || label == "utf-7" || label == "utf-8" && !utf8.Valid(b) {
		return "", false
	}
	text, err := decodeLabel(b, label)
	return text, err == nil && !wrong(text)
}

// metaCharset finds <meta charset=…> or its http-equiv form.
func metaCharset(head []byte) string {
	z := html.NewTokenizer(bytes.NewReader(head))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			if string(name) != "meta" {
				continue
			}
			for more {
				var key, value []byte
				key, value, more = z.TagAttr()
				if string(key) == "charset" {
					return string(value)
				}
				if string(key) == "content" {
					if _, label, ok := strings.Cut(strings.ToLower(string(value)), "charset="); ok {
						return label
					}
				}
			}
		}
	}
}

// damagedUTF8 keeps a mostly valid UTF-8 text with its bad bytes marked.
func (cs *charsets) damagedUTF8(b []byte) string {
	text := strings.ToValidUTF8(string(b), "\uFFFD")
	good := 0
	for _, r := range text {
		if r >= 0x80 && r != utf8.RuneError {
			good++
		}
	}
	if good >= strings.Count(text, "\uFFFD") {
		cs.problems.add(ticketing.BadUTF8)
		return stripBOM(text)
	}
	cs.problems.addArg(ticketing.WrongCharset, "utf-8")
	return cs.guess(b)
}

func stripBOM(s string) string { return strings.TrimPrefix(s, "\uFEFF") }

func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
