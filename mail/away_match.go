package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// wordAt finds where a phrase of [awayLanguage] stands in a text first, -1 if it
// does not.
func wordAt(text, phrase string) int {
	stem, open := strings.CutSuffix(phrase, "-")
	if stem == "" {
		stem, open = phrase, false
	}
	for at := 0; ; {
		i := strings.Index(text[at:], stem)
		if i < 0 {
			return -1
		}
		i += at
		if apart(text[:i], stem) && (open || apart(stem, text[i+len(stem):])) {
			return i
		}
		at = i + len(stem)
	}
}

// wordsAt is where the last of some phrases begins, -1 if none is there.
func wordsAt(text string, phrases []string) int {
	last := -1
	for _, phrase := range phrases {
		for at := 0; ; {
			i := wordAt(text[at:], phrase)
			if i < 0 {
				break
			}
			last = max(last, at+i)
			at += i + len(strings.TrimSuffix(phrase, "-"))
		}
	}
	return last
}

// cutAway takes the longest of some phrases from the end of a text.
func cutAway(text string, phrases []string) (head string, ok bool) {
	for _, phrase := range phrases {
		h, found := strings.CutSuffix(text, phrase)
		if found && apart(h, phrase) && (!ok || len(h) < len(head)) {
			head, ok = h, true
		}
	}
	return head, ok
}

func hasAway(text string, phrases []string) bool {
	_, ok := cutAway(text, phrases)
	return ok
}

// apart reports whether a word ends between two texts. In scripts that are
// written without blanks it may end anywhere.
func apart(a, b string) bool {
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	return !unicode.IsLetter(last) || !unicode.IsLetter(first) || unspaced(last) || unspaced(first)
}

// unspaced reports whether words of the letter's script stand without blanks.
func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// cutFillers takes words from the end of a text that may stand between a
// preposition and its day, and the time of the day.
func cutFillers(text string) string {
	fillers := awayFillers()
	for range 12 { // a sentence has no more
		short := strings.TrimRight(text, " ,:()\"*_")
		if head, ok := cutAway(short, fillers); ok {
			short = head
		} else if word := short[strings.LastIndexByte(short, ' ')+1:]; isClock(word) {
			short = strings.TrimSuffix(short, word)
		}
		if short == text {
			return text
		}
		text = short
	}
	return text
}

// isClock reports whether a word is the time of a day, such as 17:00 or 5pm.
func isClock(word string) bool {
	if word == "" || !digit(word[0]) || len(word) > 7 {
		return false
	}
	return strings.Contains(word, ":") || strings.HasSuffix(word, "pm") || strings.HasSuffix(word, "am") || strings.HasSuffix(word, "h")
}

// shortenLeft cuts a text to its last n bytes, at a letter's beginning.
func shortenLeft(s string, n int) string {
	if len(s) <= n {
		return s
	}
	s = s[len(s)-n:]
	for len(s) > 0 && !utf8.RuneStart(s[0]) {
		s = s[1:]
	}
	return s
}
