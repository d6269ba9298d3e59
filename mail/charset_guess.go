package mail

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// guessSample is how many bytes of a text are looked at to guess its charset.
const guessSample = 2048

// escaped says that the bytes hold ISO 2022 escape sequences.
func escaped(b []byte) bool {
	return bytes.IndexByte(b, 0x1b) >= 0 && (bytes.Contains(b, []byte("\x1b$")) || bytes.Contains(b, []byte("\x1b(J")) || bytes.Contains(b, []byte("\x1b(I")))
}

// guess decodes bytes of an unknown charset: by what the bytes show, then by
// which charset makes them look most like something that a person wrote. The
// fallbacks win where that is not clear. It always gives a valid text.
func (cs *charsets) guess(b []byte) string {
	switch {
	case bytes.Contains(b, []byte("\x1b$)C")), bytes.Contains(b, []byte("\x1b$)A")), escaped(b):
		return decodeISO2022(b)
	case utf8.Valid(b):
		return stripBOM(string(b))
	}
	if good, bad := sequences(b); good > 4 && good >= 4*bad {
		return stripBOM(strings.ToValidUTF8(string(b), "\uFFFD"))
	}
	list := cs.readings(b)
	for _, r := range list[:min(len(list), 4)] { // the fifth is as good as none
		if text, err := decodeLabel(b, r.label); err == nil && !wrong(text) {
			return text
		}
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// reading is how likely a charset is: see [look.points].
type reading struct {
	label  string
	points int
}

// readings tries the charsets of the world on a sample, the likeliest first.
func (cs *charsets) readings(b []byte) []reading {
	sample := highSample(b)
	var list []reading
	try := func(label string, bonus func(look) int) {
		label = normalLabel(label)
		text, err := decodeLabel(sample, label)
		if err != nil || slices.ContainsFunc(list, func(r reading) bool { return r.label == label }) {
			return
		}
		seen := looks(strings.TrimSuffix(text, "\uFFFD")) // the sample may end inside a character
		if points := seen.points() + bonus(seen); points >= 50 || len(list) < len(cs.fallbacks) {
			list = append(list, reading{label, points})
		}
	}
	for i, label := range cs.fallbacks {
		try(label, func(l look) int {
			if i > 0 {
				return 10
			}
			return 20 + 60/max(1, l.count) // a few characters prove nothing
		})
	}
	for _, label := range []string{"shift_jis", "euc-jp", "euc-kr", "gb18030", "big5", "windows-1251", "koi8-u", "windows-1252", "windows-1250",
		"windows-1253", "windows-1255", "windows-1256", "windows-874", "windows-1254", "iso-8859-2", "iso-8859-5", "ibm866", "macintosh", "ibm850"} {
		try(label, func(look) int { return 0 })
	}
	slices.SortStableFunc(list, func(a, b reading) int { return b.points - a.points })
	return list
}

// highSample cuts a piece from about where the first 8-bit bytes are.
func highSample(b []byte) []byte {
	start := max(0, bytes.IndexFunc(b, func(r rune) bool { return r >= 0x80 }))
	start = bytes.LastIndexAny(b[:start], " \n") + 1
	return b[start:min(len(b), start+guessSample)]
}

// mistaken names the charset that a text is in when it is hardly in the one
// that it was decoded by: labels like iso-8859-1 are written by programs that
// do not know better.
func (cs *charsets) mistaken(b []byte, label string) (string, bool) {
	text, err := decodeLabel(highSample(b), label)
	if err != nil {
		return "", false
	}
	seen := looks(strings.TrimSuffix(text, "\uFFFD"))
	limit := 35
	if label == "windows-1252" { // in it anything can be read, and it is claimed by default
		limit = 50
	}
	if seen.count < 6 || seen.points() >= limit {
		return "", false
	}
	list := cs.readings(b)
	if len(list) == 0 || list[0].points < 70 {
		return "", false
	}
	return list[0].label, list[0].label != label
}
