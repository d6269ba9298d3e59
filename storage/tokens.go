package storage

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Limits of what is indexed of one text: the search finds what is in the
// first 64 KiB of it, by the first 40 letters of a word.
const (
	indexedBytes    = 64 << 10
	indexedTokens   = 4000
	tokenLetters    = 40
	queryTokensMost = 16
)

// token is a word, or two letters of a script that is written without spaces.
type token struct {
	text   string
	prefix bool // in a query: also longer words that begin so
}

// tokens cuts a text into what is searched for: words in compatibility form
// and without case, and for Chinese, Japanese and Korean each pair of
// neighbours, because nothing marks their words. A lone letter of those is a
// token itself. Each token appears once.
func tokens(text string) []string {
	if len(text) > indexedBytes {
		text = strings.ToValidUTF8(text[:indexedBytes], "")
	}
	var all []string
	seen := map[string]struct{}{}
	cut(text, func(t string) bool {
		if _, known := seen[t]; !known {
			seen[t] = struct{}{}
			all = append(all, t)
		}
		return len(all) < indexedTokens
	})
	return all
}

// queryTokens cuts what somebody searches for. All of the tokens must be found;
// the last word may be the beginning of one, and a lone letter that of a pair.
func queryTokens(query string) []token {
	if len(query) > 1024 {
		query = strings.ToValidUTF8(query[:1024], "")
	}
	var all []token
	cut(query, func(t string) bool {
		all = append(all, token{text: t, prefix: utf8.RuneCountInString(t) == 1})
		return len(all) < queryTokensMost
	})
	if n := len(all); n > 0 && !pair(all[n-1].text) {
		all[n-1].prefix = true
	}
	return all
}

func pair(t string) bool {
	r, _ := utf8.DecodeRuneInString(t)
	return unspaced(r) && utf8.RuneCountInString(t) == 2
}

// cut hands each token to use, in order, until it returns false.
func cut(text string, use func(string) bool) {
	var w word
	for _, r := range folded(text) {
		if !w.take(r, use) {
			return
		}
	}
	w.end(use)
}

func folded(text string) string {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return cases.Fold().String(norm.NFKC.String(text))
		}
	}
	return strings.ToLower(text)
}

// word is a run being read: letters of one kind.
type word struct {
	letters  []rune
	unspaced bool
}

// take adds a rune and gives out what is complete.
func (w *word) take(r rune, use func(string) bool) bool {
	if !unicode.IsLetter(r) && !unicode.IsNumber(r) && (!unicode.IsMark(r) || len(w.letters) == 0) {
		return w.end(use)
	}
	if u := unspaced(r) || unicode.IsMark(r) && w.unspaced; u != w.unspaced {
		if !w.end(use) {
			return false
		}
		w.unspaced = u
	}
	w.letters = append(w.letters, r)
	if !w.unspaced {
		return true
	}
	if n := len(w.letters); n >= 2 {
		return use(string(w.letters[n-2:]))
	}
	return true
}

// end ends the run: a word is given out, and a lone letter.
func (w *word) end(use func(string) bool) bool {
	letters := w.letters
	w.letters = w.letters[:0]
	if len(letters) == 0 || w.unspaced && len(letters) > 1 {
		return true
	}
	return use(string(letters[:min(len(letters), tokenLetters)]))
}

// unspaced tells letters of scripts that are written without spaces between
// words, and Korean, whose words carry their endings.
func unspaced(r rune) bool {
	if r < 0x0E00 {
		return false
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao,
		unicode.Khmer, unicode.Myanmar) || r == 'ー'
}
