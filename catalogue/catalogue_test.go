package catalogue

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func load(t *testing.T) *Catalogue {
	t.Helper()
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestText(t *testing.T) {
	c := load(t)
	for _, tc := range []struct {
		lang, key string
		args      []any
		want      string
	}{
		{"en", "status.open.label", nil, "Open"},
		{"ja", "status.open.label", nil, "対応中"},
		{"ja-JP", "status.solved.label", nil, "解決済み"},
		{"JA_jp", "status.solved.label", nil, "解決済み"},
		{"de", "status.open.label", nil, "Open"},
		{"", "status.open.label", nil, "Open"},
		{"en", "event.linked", []any{"ticket", 7}, "Linked to ticket 7"},
		{"ja", "event.linked", []any{map[string]string{"ticket": "7"}}, "チケット 7 と関連付けました"},
		{"en", "event.status", []any{"from", "{to}", "to", "x"}, "Status changed from {to} to x"},
		{"en", "event.linked", nil, "Linked to ticket "},
		{"en", "event.linked", []any{"ticket"}, "Linked to ticket "},
		{"ja", "no.such.key", nil, "no.such.key"},
	} {
		if got := c.Text(tc.lang, tc.key, tc.args...); got != tc.want {
			t.Errorf("Text(%q, %q, %v) = %q, want %q", tc.lang, tc.key, tc.args, got, tc.want)
		}
	}
	if c.Has("no.such.key") || !c.Has("status.open.label") {
		t.Error("Has is wrong")
	}
	if diff := cmp.Diff([]string{"en", "ja"}, c.Languages()); diff != "" {
		t.Error(diff)
	}
}

func TestFillKeepsLooseBraces(t *testing.T) {
	for in, want := range map[string]string{"a {b": "a {b", "a} b": "a} b", "{x}{x}": "11", "": ""} {
		if got := Fill(in, map[string]string{"x": "1"}); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

// TestLanguagesAgree: the same keys, the same placeholders, no empty text, and
// no text that was left in English.
func TestLanguagesAgree(t *testing.T) {
	c := load(t)
	for _, lang := range c.Languages() {
		if diff := cmp.Diff(slices.Sorted(maps.Keys(c.texts[fallback])), slices.Sorted(maps.Keys(c.texts[lang]))); diff != "" {
			t.Errorf("keys of %s (-en +%s):\n%s", lang, lang, diff)
		}
		for key, text := range c.texts[lang] {
			if text == "" || text != strings.TrimSpace(text) {
				t.Errorf("%s: %s is empty or has space around it", lang, key)
			}
			if diff := cmp.Diff(Placeholders(c.texts[fallback][key]), Placeholders(text)); diff != "" {
				t.Errorf("%s: placeholders of %s (-en +%s):\n%s", lang, key, lang, diff)
			}
			if rest := placeholder.ReplaceAllString(text, ""); strings.ContainsAny(rest, "{}") {
				t.Errorf("%s: %s has a loose brace", lang, key)
			}
		}
	}
	notWords := []string{"mail.signature", "role.cc", "mail.agent.ccs"} // nothing in them to translate
	for key, text := range c.texts["ja"] {
		if !strings.ContainsFunc(text, isJapanese) && !slices.Contains(notWords, key) {
			t.Errorf("ja: %s is not in Japanese: %q", key, text)
		}
	}
}

func isJapanese(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) }

// TestOneLine: what stands in a header field, a list or a heading is one line.
func TestOneLine(t *testing.T) {
	c := load(t)
	several := []string{"mail.ack.body", "mail.signature", "command.help"}
	for lang, texts := range c.texts {
		for key, text := range texts {
			if strings.Contains(text, "\n") && !slices.Contains(several, key) {
				t.Errorf("%s: %s has several lines", lang, key)
			}
		}
	}
}
