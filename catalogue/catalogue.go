package catalogue

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

//go:embed *.json
var files embed.FS

// fallback is the language of whoever has none of ours.
const fallback = "en"

// Catalogue is the texts of all languages.
type Catalogue struct {
	texts map[string]map[string]string // by language and key
}

// New reads the embedded texts. An error means that the program was built from
// damaged ones.
func New() (*Catalogue, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("read catalogue: %w", err)
	}
	c := &Catalogue{texts: map[string]map[string]string{}}
	for _, e := range entries {
		data, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, fmt.Errorf("read catalogue: %w", err)
		}
		texts := map[string]string{}
		if err := json.Unmarshal(data, &texts); err != nil {
			return nil, fmt.Errorf("read catalogue %s: %w", e.Name(), err)
		}
		c.texts[strings.TrimSuffix(e.Name(), ".json")] = texts
	}
	if len(c.texts[fallback]) == 0 {
		return nil, fmt.Errorf("read catalogue: there is no %s.json", fallback)
	}
	return c, nil
}

// Languages lists the languages there are, as RFC 5646 tags, English first.
func (c *Catalogue) Languages() []string {
	all := slices.Sorted(maps.Keys(c.texts))
	return append([]string{fallback}, slices.DeleteFunc(all, func(l string) bool { return l == fallback })...)
}

// Match is the language of ours that serves a tag such as "ja-JP", or English.
func (c *Catalogue) Match(tag string) string {
	primary, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	if _, ok := c.texts[primary]; ok {
		return primary
	}
	return fallback
}

// Has reports whether there is a text for key.
func (c *Catalogue) Has(key string) bool {
	_, ok := c.texts[fallback][key]
	return ok
}

// Text is the text of key in a language. args fill its placeholders: pairs of
// name and value, such as Text("en", "event.linked", "ticket", 7), or one
// map[string]string.
func (c *Catalogue) Text(lang, key string, args ...any) string {
	text, ok := c.texts[c.Match(lang)][key]
	if !ok {
		if text, ok = c.texts[fallback][key]; !ok {
			return key
		}
	}
	return Fill(text, values(args))
}

// Sentences puts sentences one after the other; empty ones are left out.
func (c *Catalogue) Sentences(lang string, sentences ...string) string {
	between := " "
	if c.Match(lang) == "ja" {
		between = ""
	}
	return strings.Join(slices.DeleteFunc(slices.Clone(sentences), func(s string) bool { return s == "" }), between)
}

// values turns the arguments of Text into a map.
func values(args []any) map[string]string {
	if len(args) == 1 {
		if m, ok := args[0].(map[string]string); ok {
			return m
		}
	}
	m := make(map[string]string, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[fmt.Sprint(args[i])] = fmt.Sprint(args[i+1])
	}
	return m
}

// Fill replaces each {name} in a text by its value, in one pass: values are not
// searched for placeholders. One without a value is empty.
func Fill(text string, values map[string]string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			b.WriteString("{" + rest)
			return b.String()
		}
		b.WriteString(values[name])
		text = after
	}
}
