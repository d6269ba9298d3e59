package rtf

import (
	"io"
	"strings"
	"testing"
)

// The examples of [MS-OXRTFCP] §3.
func TestCompressedRTF(t *testing.T) {
	for in, want := range map[string]string{
		"\x2d\x00\x00\x00\x2b\x00\x00\x00LZFu\xf1\xc5\xc7\xa7\x03\x00\x0a\x00\x72\x63\x70\x67\x31\x32\x35\x42\x32\x0a\xf3\x20\x68\x65\x6c\x09\x00\x20\x62\x77\x05\xb0\x6c\x64\x7d\x0a\x80\x0f\xa0": "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n",
		"\x1a\x00\x00\x00\x1c\x00\x00\x00LZFu\xe2\xd4\x4b\x51\x41\x00\x04\x20\x57\x58\x59\x5a\x0d\x6e\x7d\x01\x0e\xb0":                                                                             `{\rtf1 WXYZWXYZWXYZWXYZWXYZ}`,
		"short": "",
	} {
		z, err := Decompress(strings.NewReader(in))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(z); string(got) != want || err != nil {
			t.Errorf("got %q, %v, wanted %q", got, err, want)
		}
	}
}

func TestRTF(t *testing.T) {
	for in, want := range map[string]string{
		`{\rtf1\ansi{\fonttbl{\f0\fcharset128 MS Gothic;}{\f1\fcharset204 Arial;}}\f0 \'93\'fa\'96\'7b\f1 \'ef}`: "日本п",
		`{\rtf1\uc2 \u26085\'93\'fa\uc1\u-10179?\u-8704?}`:                                                       "日😀",
		`{\rtf1 a\{b\}\\c\tab d\~e\line f}`:                                                                      "a{b}\\c\td\u00a0e\nf",
		`{\rtf1{\field{\*\fldinst HYPERLINK "http://x/"}{\fldrslt link}} {\pict ffd8}{\info{\author me}}end}`:    "link end",
		"{\\rtf1 {\\pict\\bin5 }}{\\x!} ok}":                                                                     " ok",
		`{\rtf1 cut \'4`:                                                                                         "cut ",
		strings.Repeat("{", 10000) + "deep" + strings.Repeat("}", 10000) + "out":                                 "out",
	} {
		got, err := Read(strings.NewReader(in), 1<<20)
		if got.Text != want || err != nil {
			t.Errorf("%.60q: %q, %v, wanted %q", in, got.Text, err, want)
		}
	}
}
