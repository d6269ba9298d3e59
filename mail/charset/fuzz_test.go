package charset

import (
	"strings"
	"testing"
)

// FuzzISO2022: any bytes become valid text, not much longer than they are.
func FuzzISO2022(f *testing.F) {
	f.Add([]byte("\x1b$BF|K\\\x1b(B a\x1b(I1\x0e1\x0f\x1b.A\x1bNi\n\x1b$)C\x0e0!\x0f"))
	f.Fuzz(func(t *testing.T, b []byte) {
		text := decodeISO2022(b)
		if len(text) > 6*len(b)+10 {
			t.Errorf("%d bytes of %d", len(text), len(b))
		}
		if strings.ToValidUTF8(text, "") != text {
			t.Errorf("no valid text: %q", text)
		}
	})
}

// FuzzGuess: any bytes are read as some text.
func FuzzGuess(f *testing.F) {
	f.Add([]byte("\x93\xfa\x96{\x8c\xea"))
	f.Add([]byte("\xcf\xf0\xe8\xe2\xe5\xf2"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if text := Guess(b, []string{"windows-1252"}); strings.ToValidUTF8(text, "") != text {
			t.Errorf("no valid text: %q", text)
		}
	})
}
