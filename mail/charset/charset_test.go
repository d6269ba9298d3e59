package charset

import "testing"

// TestISO2022 has what the standard libraries do not read.
func TestISO2022(t *testing.T) {
	for in, want := range map[string]string{
		"\x1b$BF|K\\\x1b(B":                     "日本",
		"\x1b$@F|K\\\x1b(J x":                   "日本 x",
		"\x1b(I1\x1b(B \x0e1\x0f":               "ｱ ｱ",
		"\xb1\xb2\x1b$BF|\x1b(B":                "ｱｲ日",
		"\x1b$B-!\x1b(B":                        "①",
		"\x1b$(D0!\x1b(B":                       "丂",
		"\x1b$(CGQ19\x1b(B \x1b$AVPND\x1b(B":    "한국 中文",
		"\x1b.A\x1bNi t":                        "é t",
		"\x1b.F\x1bNa":                          "α",
		"\x1b$)CHello \x0eGQ19\x0f!":            "Hello 한국!",
		"\x1b$)A\x0eVPND\x0f":                   "中文",
		"\x1b$BF|K\\\nplain text":               "日本\nplain text",
		"\x1b$BF|K\\\nF|K\\\x1b(B":              "日本\n日本",
		"cut \x1b$BF":                           "cut \uFFFD",
		"\x1b$BF|K\\\x1b":                       "日本",
		"no escape \x1b[31m at all":             "no escape [31m at all",
		"\x1b$)C\x1b$B\x1b(B\x0e\x0f\x1b.\x1bN": ".N",
	} {
		if got := decodeISO2022([]byte(in)); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestKnown(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"Shift_JIS": true, "cp932": true, "windows-1251": true, "utf-8": true, "iso-2022-kr": true, " KOI8-R ": true,
		"": false, "utf-7": false, "unicode-1-1-utf-7": false, "klingon": false,
	} {
		if got := Known(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
