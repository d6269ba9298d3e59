package charset

import (
	"bytes"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// decodeISO2022 reads the seven-bit charsets that switch by escape sequences:
// ISO-2022-JP with what Microsoft and later standards added (RFC 1468, 1554,
// 2237, CP50220 to 50222: half-width katakana, the NEC and IBM rows, JIS X
// 0212, Latin-1 and Greek), ISO-2022-KR (RFC 1557) and ISO-2022-CN (RFC 1922,
// without the CNS planes).
func decodeISO2022(b []byte) string {
	d := iso2022{out: make([]byte, 0, len(b)*3/2)}
	for len(b) > 0 {
		switch c := b[0]; {
		case c == 0x1b:
			if n := d.escape(b); n > 0 {
				b = b[n:]
				continue
			}
			b = b[1:]
		case c == 0x0e || c == 0x0f: // SO, SI
			d.flush()
			d.shifted = c == 0x0e
			b = b[1:]
		case c == '\n' || c == '\r':
			d.lineEnd(b)
			d.out = append(d.out, c)
			b = b[1:]
		default:
			d.char(c)
			b = b[1:]
		}
	}
	d.flush()
	return strings.ToValidUTF8(string(d.out), "\uFFFD")
}

// codeSet is one of the sets of characters that are switched between.
type codeSet int

const (
	setASCII codeSet = iota
	setKatakana
	setJIS0208
	setJIS0212
	setKorean
	setChinese
)

func (s codeSet) double() bool { return s >= setJIS0208 }

type iso2022 struct {
	out     []byte
	pending []byte // bytes of the set that is on, eighth bit still off
	set     codeSet
	so      codeSet // what SO switches to; katakana unless said otherwise
	shifted bool
	greek   bool // G2 is Greek, else Latin-1
}

// escape takes an escape sequence; 0 says that it is none.
func (d *iso2022) escape(b []byte) int {
	for _, known := range []struct {
		sequence string
		set      codeSet
	}{
		{"(B", setASCII}, {"(J", setASCII}, {"(H", setASCII}, {"(I", setKatakana}, {")I", setKatakana},
		{"$@", setJIS0208}, {"$B", setJIS0208}, {"$(@", setJIS0208}, {"$(B", setJIS0208}, {"&@\x1b$B", setJIS0208},
		{"$(O", setJIS0208}, {"$(Q", setJIS0208}, // JIS X 0213: the same as far as most text goes
		{"$(D", setJIS0212}, {"$A", setChinese}, {"$(A", setChinese}, {"$(C", setKorean}, {"$C", setKorean},
		{"$)C", setKorean}, {"$)A", setChinese},
	} {
		if !bytes.HasPrefix(b[1:], []byte(known.sequence)) {
			continue
		}
		d.flush()
		if strings.Contains(known.sequence, ")") {
			d.so = known.set
		} else {
			d.set = known.set
		}
		return 1 + len(known.sequence)
	}
	if len(b) > 2 && b[1] == '.' && (b[2] == 'A' || b[2] == 'F') { // G2, RFC 1554
		d.greek = b[2] == 'F'
		return 3
	}
	if len(b) > 2 && b[1] == 'N' { // one character of G2
		d.flush()
		d.single(b[2] | 0x80)
		return 3
	}
	return 0
}

// single writes a character of the upper half of ISO 8859-1 or ISO 8859-7.
func (d *iso2022) single(c byte) {
	r := rune(c)
	if d.greek {
		r = charmap.ISO8859_7.DecodeByte(c)
	}
	d.out = append(d.out, string(r)...)
}

func (d *iso2022) current() codeSet {
	if d.shifted {
		if d.so == setASCII {
			return setKatakana
		}
		return d.so
	}
	return d.set
}

func (d *iso2022) char(c byte) {
	switch set := d.current(); {
	case c >= 0xa1 && c <= 0xdf && !set.double(): // half-width katakana in eight bits
		d.flush()
		d.out = append(d.out, string(rune(0xff61+int(c)-0xa1))...)
	case set == setKatakana && c > ' ' && c < 0x60:
		d.out = append(d.out, string(rune(0xff61+int(c)-0x21))...)
	case set.double() && c > ' ' && c < 0x7f:
		d.pending = append(d.pending, c)
	case c == ' ' && set.double(): // nothing double is open over a blank
		d.flush()
		d.out = append(d.out, c)
	default:
		d.flush()
		d.out = append(d.out, c)
	}
}

// lineEnd goes back to ASCII as RFC 1468 demands, unless the next line has no
// sign that it is ASCII: some programs cut lines without asking.
func (d *iso2022) lineEnd(b []byte) {
	d.flush()
	d.shifted = false
	if !d.set.double() {
		d.set = setASCII
		return
	}
	next := bytes.TrimLeft(b[:min(len(b), 500)], "\r\n")
	if end := bytes.IndexAny(next, "\x1b\r\n"); end >= 0 {
		next = next[:end]
	}
	if len(next) == 0 || len(next)%2 == 1 || bytes.IndexByte(next, ' ') >= 0 {
		d.set = setASCII
	}
}

// flush decodes the double bytes gathered so far by the eight-bit charset of
// the same characters.
func (d *iso2022) flush() {
	if len(d.pending) == 0 {
		return
	}
	var eight []byte
	set := d.current()
	for i, c := range d.pending {
		if set == setJIS0212 && i%2 == 0 {
			eight = append(eight, 0x8f)
		}
		eight = append(eight, c|0x80)
	}
	var charset encoding.Encoding = japanese.EUCJP
	switch set {
	case setKorean:
		charset = korean.EUCKR
	case setChinese:
		charset = simplifiedchinese.GBK
	}
	text, _ := charset.NewDecoder().Bytes(eight)
	d.out, d.pending = append(d.out, text...), d.pending[:0]
}
