package rtf

import (
	"strings"
	"testing"
)

// FuzzRTF: any RTF becomes text within its limit, compressed or not.
func FuzzRTF(f *testing.F) {
	f.Add("{\\rtf1\\ansicpg932{\\fonttbl{\\f0\\fcharset128 x;}}\\f0 \\'93\\'fa\\u-10179?\\u-8704?{\\*\\htmltag <p>}\\bin3 abc}")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Read(strings.NewReader(s), 1000)
		if err != nil || len(got.Text) > 1000 {
			t.Errorf("%d bytes, %v", len(got.Text), err)
		}
		if z, err := Decompress(strings.NewReader(s)); err == nil {
			if _, err := Read(z, 1000); err != nil {
				t.Error(err)
			}
		}
	})
}
