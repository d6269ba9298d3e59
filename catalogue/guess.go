package catalogue

import "unicode"

// Guess guesses the language of texts from the script: kana means Japanese, hangul Korean. Other
// scripts serve many languages and say nothing.
func Guess(texts ...string) string {
	const look = 4000 // runes
	for _, text := range texts {
		kana, hangul, seen := 0, 0, 0
		for _, r := range text {
			if seen++; seen > look {
				break
			}
			switch {
			case r < 0x3040:
			case unicode.In(r, unicode.Hiragana, unicode.Katakana):
				kana++
			case unicode.Is(unicode.Hangul, r):
				hangul++
			}
		}
		if kana > hangul {
			return "ja"
		}
		if hangul > 0 {
			return "ko"
		}
	}
	return ""
}
