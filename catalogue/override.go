package catalogue

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxText is the most bytes of a text that takes the place of one of ours.
const MaxText = 4 << 10

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// Placeholders lists the placeholders of a text, such as "{ticket}", each once.
func Placeholders(text string) []string {
	all := placeholder.FindAllString(text, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

// Keys lists the keys of all texts, sorted.
func (c *Catalogue) Keys() []string { return slices.Sorted(maps.Keys(c.texts[fallback])) }

// Raw is the text of a key in a language of ours, with its placeholders; "" if
// there is none.
func (c *Catalogue) Raw(lang, key string) string { return c.texts[lang][key] }

// With is the catalogue with other texts for some keys of a language. Its error
// has a line for each text that cannot take the place of ours, with the key and
// what is wrong: the text is for no key, empty, longer than [MaxText], of more
// lines than ours, has characters that steer a terminal or a header, has a
// placeholder that nothing fills, or lacks {link}, without which ours would be
// of no use.
func (c *Catalogue) With(lang string, texts map[string]string) (*Catalogue, error) {
	if _, ok := c.texts[lang]; !ok {
		return nil, fmt.Errorf("%s is no language of deskd; there are %s", lang, strings.Join(c.Languages(), ", "))
	}
	var faults []error
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		if err := c.fits(lang, key, texts[key]); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", key, err))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	all := maps.Clone(c.texts)
	all[lang] = maps.Clone(all[lang])
	maps.Copy(all[lang], texts)
	return &Catalogue{texts: all}, nil
}

// fits says why a text cannot take the place of ours.
func (c *Catalogue) fits(lang, key, text string) error {
	ours, ok := c.texts[lang][key]
	if !ok {
		return errors.New("is the key of no text; deskd template list --texts shows all")
	}
	if strings.TrimSpace(text) == "" {
		return errors.New("is empty; leave the key out for the text of deskd")
	}
	if !strings.Contains(ours, "\n") && strings.Contains(text, "\n") {
		return errors.New("has several lines; this text must be one")
	}
	if err := CheckTemplate(text, Placeholders(ours)); err != nil {
		return err
	}
	if strings.Contains(ours, "{link}") && !strings.Contains(text, "{link}") {
		return errors.New("lacks {link}")
	}
	return nil
}

// CheckTemplate says why a text cannot be one with these placeholders, such as
// "{ticket}". It may have several lines, and nothing with braces but them.
func CheckTemplate(text string, allowed []string) error {
	if len(text) > MaxText {
		return fmt.Errorf("has %d bytes; %d are allowed", len(text), MaxText)
	}
	if !utf8.ValidString(text) {
		return errors.New("is not in UTF-8")
	}
	for _, r := range text {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return fmt.Errorf("has the control character %U", r)
		}
	}
	known := "there are none here"
	if len(allowed) > 0 {
		known = "there are " + strings.Join(allowed, ", ")
	}
	for _, name := range Placeholders(text) {
		if !slices.Contains(allowed, name) {
			return fmt.Errorf("%s is no placeholder of it; %s", name, known)
		}
	}
	if rest := placeholder.ReplaceAllString(text, ""); strings.ContainsAny(rest, "{}") {
		return fmt.Errorf("has a brace that belongs to no placeholder; %s", known)
	}
	return nil
}
