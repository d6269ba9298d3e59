package charset

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// Known reports whether a name is one that text can be read as; UTF-7 is none.
func Known(name string) bool {
	label := Normal(name)
	if label == "" || strings.Contains(label, "utf-7") {
		return false
	}
	_, err := Decode(nil, label)
	return err == nil
}

// Decode decodes by a label that [Normal] gave. What cannot be decoded becomes
// U+FFFD; an error says that the charset is not known.
func Decode(b []byte, label string) (string, error) {
	switch label {
	case "iso-2022-kr", "iso-2022-cn":
		return decodeISO2022(b), nil
	case "iso-2022-jp":
		if !EightBit(b) || Escaped(b) {
			return decodeISO2022(b), nil
		}
		label = japaneseEightBit(b)
	case "utf-16", "utf-16le", "utf-16be":
		return decodeUTF16(b, label), nil
	case "utf-32", "utf-32le", "utf-32be":
		return decodeUTF32(b, label), nil
	}
	if table := macTable(label); table != "" {
		return decodeTable(b, table), nil
	}
	label = windowsLabel(b, label)
	if known, err := htmlindex.Get(label); err == nil && known != encoding.Replacement { // the quick way
		text, _ := known.NewDecoder().Bytes(b)
		return StripBOM(strings.ToValidUTF8(string(text), "\uFFFD")), nil
	}
	r, err := charset.Reader(label, bytes.NewReader(b))
	if err != nil {
		return "", fmt.Errorf("decode charset: %w", err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return "", fmt.Errorf("decode charset: %w", err)
	}
	return StripBOM(strings.ToValidUTF8(string(text), "\uFFFD")), nil
}

// windowsLabel names the charset of Windows for the same letters when there
// are bytes that are control characters in the ISO charset of the label.
func windowsLabel(b []byte, label string) string {
	windows := ""
	switch label {
	case "iso-8859-2":
		windows = "windows-1250"
	case "iso-8859-4", "iso-8859-13":
		windows = "windows-1257"
	case "iso-8859-6":
		windows = "windows-1256"
	case "iso-8859-7":
		windows = "windows-1253"
	case "iso-8859-8":
		windows = "windows-1255"
	case "iso-8859-15":
		windows = "windows-1252"
	default:
		return label
	}
	for _, c := range b {
		if c >= 0x80 && c < 0xa0 {
			return windows
		}
	}
	return label
}

// EightBit says that bytes are not all of seven bits.
func EightBit(b []byte) bool {
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
	text, err := Decode(b, "shift_jis")
	if err != nil || Misread(text) {
		return "euc-jp"
	}
	half := 0
	for _, r := range text {
		if r >= 0xff61 && r <= 0xff9f {
			half++
		}
	}
	if other, err := Decode(b, "euc-jp"); half*4 > utf8.RuneCountInString(text) && err == nil && !Misread(other) {
		return "euc-jp"
	}
	return "shift_jis"
}

// decodeUTF16 follows the mark at the start whatever the label says; without
// one the order that reads better is taken (RFC 2781 §4.3 says big endian,
// Windows writes little endian).
func decodeUTF16(b []byte, label string) string {
	order := unicode.LittleEndian
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}), label == "utf-16be":
		order = unicode.BigEndian
	case label == "utf-16le":
	default:
		sample := b[:min(len(b), guessSample)&^1]
		big, _ := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder().Bytes(sample)
		little, _ := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Bytes(sample)
		if looks(string(big)).points() > looks(string(little)).points() {
			order = unicode.BigEndian
		}
	}
	text, _ := unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder().Bytes(b)
	return StripBOM(strings.ToValidUTF8(string(text), "\uFFFD"))
}

func decodeUTF32(b []byte, label string) string {
	order := utf32.BigEndian
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe, 0, 0}), label == "utf-32le":
		order = utf32.LittleEndian
	case bytes.HasPrefix(b, []byte{0, 0, 0xfe, 0xff}), label == "utf-32be":
	case len(b) > 3 && b[3] == 0:
		order = utf32.LittleEndian
	}
	text, _ := utf32.UTF32(order, utf32.IgnoreBOM).NewDecoder().Bytes(b[:len(b)&^3])
	return StripBOM(strings.ToValidUTF8(string(text), "\uFFFD"))
}

// MarkedUTF16 says that the bytes start with a byte order mark of UTF-16, or
// have a NUL beside nearly every other byte as Latin text in it does.
func MarkedUTF16(b []byte) bool {
	if len(b) >= 4 && (b[0] == 0xff && b[1] == 0xfe || b[0] == 0xfe && b[1] == 0xff) {
		return true
	}
	sample := b[:min(len(b), guessSample)]
	zeros := [2]int{}
	for i, c := range sample {
		if c == 0 {
			zeros[i%2]++
		}
	}
	return len(sample) >= 8 && max(zeros[0], zeros[1])*8 > len(sample)*3 && min(zeros[0], zeros[1])*20 < len(sample)
}

// Misread says that more than one in a hundred characters could not be decoded.
func Misread(text string) bool {
	bad := strings.Count(text, "\uFFFD")
	return bad > 0 && bad*100 > utf8.RuneCountInString(text)
}

// ASCII says that bytes are plain ASCII, without escape sequences.
func ASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 || c == 0x1b {
			return false
		}
	}
	return true
}

// StripBOM takes the byte order mark from the start of a text.
func StripBOM(s string) string { return strings.TrimPrefix(s, "\uFEFF") }
