package charset

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// guessSample is how many bytes of a text are looked at to guess its charset.
const guessSample = 2048

// Escaped says that the bytes hold ISO 2022 escape sequences.
func Escaped(b []byte) bool {
	return bytes.IndexByte(b, 0x1b) >= 0 && (bytes.Contains(b, []byte("\x1b$")) || bytes.Contains(b, []byte("\x1b(J")) || bytes.Contains(b, []byte("\x1b(I")))
}

// Guess decodes bytes of an unknown charset: by what the bytes show, then by
// which charset makes them look most like something that a person wrote. The
// fallbacks win where that is not clear. It always gives a valid text.
func Guess(b []byte, fallbacks []string) string {
	switch {
	case bytes.Contains(b, []byte("\x1b$)C")), bytes.Contains(b, []byte("\x1b$)A")), Escaped(b):
		return decodeISO2022(b)
	case utf8.Valid(b):
		return StripBOM(string(b))
	}
	if good, bad := sequences(b); good > 4 && good >= 4*bad {
		return StripBOM(strings.ToValidUTF8(string(b), "\uFFFD"))
	}
	list := readings(b, fallbacks)
	for _, r := range list[:min(len(list), 4)] { // the fifth is as good as none
		if text, err := Decode(b, r.label); err == nil && !Misread(text) {
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
func readings(b []byte, fallbacks []string) []reading {
	sample := highSample(b)
	var list []reading
	try := func(label string, bonus func(look) int) {
		label = Normal(label)
		text, err := Decode(sample, label)
		if err != nil || slices.ContainsFunc(list, func(r reading) bool { return r.label == label }) {
			return
		}
		seen := looks(strings.TrimSuffix(text, "\uFFFD")) // the sample may end inside a character
		if points := seen.points() + bonus(seen); points >= 50 || len(list) < len(fallbacks) {
			list = append(list, reading{label, points})
		}
	}
	for i, label := range fallbacks {
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

// Mistaken names the charset that a text is in when it is hardly in the one
// that it was decoded by: labels like iso-8859-1 are written by programs that
// do not know better.
func Mistaken(b []byte, label string, fallbacks []string) (string, bool) {
	text, err := Decode(highSample(b), label)
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
	list := readings(b, fallbacks)
	if len(list) == 0 || list[0].points < 70 {
		return "", false
	}
	return list[0].label, list[0].label != label
}

// MostlyUTF8 says that bytes of which some are no UTF-8 are such a text all the
// same, a damaged one.
func MostlyUTF8(b []byte, fallbacks []string) bool {
	good, bad := sequences(b)
	switch {
	case good >= 3*bad:
		return true
	case good < bad:
		return false
	}
	list := readings(b, fallbacks)
	return len(list) == 0 || list[0].points < 70
}

// sequences counts the characters beyond ASCII that are valid UTF-8, and the
// runs of bytes that are not.
func sequences(b []byte) (good, bad int) {
	inside := false
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && size == 1:
			if !inside {
				bad++
			}
			inside = true
		case r >= 0x80:
			good++
			fallthrough
		default:
			inside = false
		}
		b = b[size:]
	}
	return good, bad
}
