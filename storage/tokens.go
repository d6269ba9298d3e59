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
	seen := make(map[string]struct{}, min(len(text)/8, indexedTokens))
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

// cut hands each token to use, in order, until it returns false. Tokens are
// parts of one folded copy of the text.
func cut(text string, use func(string) bool) {
	w := word{text: folded(text)}
	for i, r := range w.text {
		if !w.take(i, r, use) {
			return
		}
	}
	w.end(len(w.text), use)
}

func folded(text string) string {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return cases.Fold().String(norm.NFKC.String(text))
		}
	}
	return strings.ToLower(text)
}

// word is a run of letters of one kind, being read.
type word struct {
	text     string
	start    int // where the run began
	previous int // where its last letter began
	letters  int // how many it has; 0 between runs
	unspaced bool
}

// take goes on to the rune at i and gives out what it makes complete.
func (w *word) take(i int, r rune, use func(string) bool) bool {
	if !letter(r) && (!unicode.IsMark(r) || w.letters == 0) {
		return w.end(i, use)
	}
	if u := unspaced(r) || w.unspaced && w.letters > 0 && unicode.IsMark(r); w.letters > 0 && u != w.unspaced {
		if !w.end(i, use) {
			return false
		}
	}
	if w.letters == 0 {
		w.start, w.unspaced = i, unspaced(r)
	}
	before := w.previous
	w.previous = i
	w.letters++
	if w.unspaced && w.letters > 1 {
		return use(w.text[before : i+utf8.RuneLen(r)])
	}
	return true
}

// end ends the run before i: a word is given out, and a lone letter.
func (w *word) end(i int, use func(string) bool) bool {
	n := w.letters
	w.letters = 0
	if n == 0 || w.unspaced && n > 1 {
		return true
	}
	t := w.text[w.start:i]
	if n > tokenLetters {
		t = firstLetters(t, tokenLetters)
	}
	return use(t)
}

func firstLetters(t string, n int) string {
	for i := range t {
		if n == 0 {
			return t[:i]
		}
		n--
	}
	return t
}

func letter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r)
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
