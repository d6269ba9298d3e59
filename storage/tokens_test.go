package storage

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTokens(t *testing.T) {
	for text, want := range map[string][]string{
		"":                          nil,
		" \t\n.,;":                  nil,
		"The printer, the PRINTER.": {"the", "printer"},
		"a-b_c d.e@f":               {"a", "b", "c", "d", "e", "f"},
		"Straße STRASSE Büro":       {"strasse", "büro"},
		"ﬁle ２０１９ ½":                {"file", "2019", "1", "2"},
		"éa e\u0301a":               {"éa"}, // composed and decomposed are one
		"東":                         {"東"},
		"東京都":                       {"東京", "京都"},
		"東京server都":                 {"東京", "server", "都"},
		"ｻｰﾊﾞ":                      {"サー", "ーバ"}, // half-width
		"안녕하세요":                     {"안녕", "녕하", "하세", "세요"},
		"שלום עולם":                 {"שלום", "עולם"},
		"हिन्दी":                    {"हिन्दी"}, // marks belong to the word
		"\u0301\u0301 a":            {"a"},      // and are none alone
		"𠮷野家":                       {"𠮷野", "野家"},
		strings.Repeat("x", 100):    {strings.Repeat("x", tokenLetters)},
		strings.Repeat("ü", 100):    {strings.Repeat("ü", tokenLetters)},
	} {
		if got := tokens(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestTokensAreBounded(t *testing.T) {
	var b strings.Builder
	for i := range 100_000 {
		b.WriteRune(rune(0x4E00 + i%20_000))
	}
	if n := len(tokens(b.String())); n > indexedTokens {
		t.Errorf("%d tokens", n)
	}
	if n := len(queryTokens(strings.Repeat("word ", 1000))); n > queryTokensMost {
		t.Errorf("%d query tokens", n)
	}
}

func TestQueryTokens(t *testing.T) {
	for query, want := range map[string][]token{
		"":              nil,
		"Printer jam":   {{"printer", false}, {"jam", true}},
		"請求書":           {{"請求", false}, {"求書", false}},
		"東 invoice":     {{"東", true}, {"invoice", true}},
		"invoice 東京":    {{"invoice", false}, {"東京", false}},
		`"x' | y:* \ !`: {{"x", true}, {"y", true}},
	} {
		if got := queryTokens(query); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", query, got, want)
		}
	}
}

// FuzzTokens: tokens go between quotes into the engines' query languages.
func FuzzTokens(f *testing.F) {
	for _, seed := range []string{"a b", "東京\x00", "\xff'\"", "e\u0301"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, token := range tokens(text) {
			if token == "" || !utf8.ValidString(token) || strings.ContainsAny(token, " '\"\\*:&|!()\x00\n") {
				t.Errorf("token %q of %q", token, text)
			}
		}
	})
}
