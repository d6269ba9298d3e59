package mail

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// escaped says that the bytes hold ISO 2022 escape sequences.
func escaped(b []byte) bool {
	return bytes.Contains(b, []byte("\x1b$")) || bytes.Contains(b, []byte("\x1b(J"))
}

// guess decodes bytes of an unknown charset: by what the bytes show, then by
// the fallbacks. It always gives a valid text.
func (cs *charsets) guess(b []byte) string {
	for _, label := range candidates(b) {
		if text, err := decodeLabel(b, label); err == nil && !wrong(text) && plausible(text, label) {
			return text
		}
	}
	for _, label := range cs.fallbacks {
		if text, err := decodeLabel(b, normalLabel(label)); err == nil && !wrong(text) {
			return text
		}
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// candidates lists charsets that the shape of the bytes suggests.
func candidates(b []byte) []string {
	switch {
	case bytes.Contains(b, []byte("\x1b$)C")):
		return []string{"iso-2022-kr"}
	case escaped(b):
		return []string{"iso-2022-jp"}
	case utf8.Valid(b):
		return []string{"utf-8"}
	}
	pairs, singles, hangul, koi, win := byteShape(b)
	if pairs == 0 && singles == 0 {
		return nil
	}
	list := []string{"shift_jis", "euc-jp"}
	if singles*10 <= pairs {
		if hangul*10 >= pairs*9 {
			list = append(list, "euc-kr")
		}
		list = append(list, "gb18030")
	}
	if inWords(b) {
		if koi >= win {
			return append(list, "koi8-r", "windows-1251")
		}
		return append(list, "windows-1251", "koi8-r")
	}
	return list
}

// inWords says that most high bytes stand in runs of three and more: whole
// words of another script, not single letters with accents.
func inWords(b []byte) bool {
	run, long, all := 0, 0, 0
	for i := range len(b) + 1 {
		if i < len(b) && b[i] >= 0x80 {
			run++
			all++
			continue
		}
		if run >= 3 {
			long += run
		}
		run = 0
	}
	return long*2 > all
}

// byteShape counts runs of high bytes as pairs of GB 2312 and KS X 1001 (both
// bytes from A1), single high bytes, pairs whose first byte is in the Hangul
// rows, and bytes of the columns where KOI8-R and windows-1251 have their
// lower-case letters.
func byteShape(b []byte) (pairs, singles, hangul, koi, win int) {
	for i := 0; i < len(b); i++ {
		if b[i] < 0x80 {
			continue
		}
		if b[i] >= 0xe0 {
			win++
		} else if b[i] >= 0xc0 {
			koi++
		}
		if b[i] >= 0xa1 && i+1 < len(b) && b[i+1] >= 0xa1 {
			if b[i] >= 0xb0 && b[i] <= 0xc8 {
				hangul++
			}
			if b[i+1] >= 0xe0 {
				win++
			} else if b[i+1] >= 0xc0 {
				koi++
			}
			pairs++
			i++
			continue
		}
		singles++
	}
	return pairs, singles, hangul, koi, win
}

// plausible checks that a decoded text looks like the language of its
// charset: nearly any bytes are "valid" Shift_JIS or KOI8-R.
func plausible(text, label string) bool {
	var kana, cjk, hangul, cyrillic, lowerCyrillic, other int
	for _, r := range text {
		switch {
		case r < 0x80:
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			if r >= 0xff61 { // half-width: any byte from A1 to DF
				other++
			} else {
				kana++
			}
		case unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r < 0xff61:
			cjk++
		case unicode.Is(unicode.Hangul, r):
			hangul++
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
			if unicode.IsLower(r) {
				lowerCyrillic++
			}
		default:
			other++
		}
	}
	switch label {
	case "shift_jis", "euc-jp":
		return kana > 0 && kana*5 >= cjk && kana+cjk > other*4
	case "gb18030":
		return cjk > other*4
	case "euc-kr":
		return hangul > other*4
	case "koi8-r", "windows-1251":
		return cyrillic > other*4 && lowerCyrillic*2 > cyrillic
	}
	return true
}
