package charset

import (
	"slices"
	"strings"
	"unicode"
)

// look tells how much a text looks like one that a person wrote, by its
// characters beyond ASCII: nearly any bytes are "valid" in most charsets, but
// read in the wrong one they give rare characters, capitals inside words,
// signs inside words and words of two scripts.
type look struct{ total, count int }

// points is the mean over the characters, from below 0 for rubbish to 100.
// Text of ASCII alone says nothing: 50.
func (l look) points() int {
	if l.count == 0 {
		return 50
	}
	return l.total / l.count
}

func looks(text string) look {
	var l look
	runes := []rune(text)
	for i := 0; i < len(runes); {
		if !wordRune(runes[i]) {
			if runes[i] >= 0x80 {
				l.total += signPoints(runes, i)
				l.count++
			}
			i++
			continue
		}
		end := i
		for end < len(runes) && wordRune(runes[end]) && end-i < 100 {
			end++
		}
		l.word(runes[i:end])
		i = end
	}
	return l
}

func wordRune(r rune) bool {
	if r < 0x80 {
		return r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return (unicode.IsLetter(r) || unicode.Is(unicode.Mn, r)) && r != 'ª' && r != 'º'
}

// word adds the letters of one word.
func (l *look) word(word []rune) {
	latin, others, high := 0, 0, 0 // letters of Latin, of other alphabets; the longest run of non-ASCII Latin
	run, capitals, small := 0, 0, 0
	for i, r := range word {
		switch {
		case r < 0x80:
			latin, run = latin+1, 0
		case r < 0x250:
			latin, run = latin+1, run+1
			high = max(high, run)
		case r < 0x1100:
			others++
		}
		if i > 0 && unicode.IsUpper(r) {
			capitals++
		} else if unicode.IsLower(r) {
			small++
		}
	}
	jumbled := capitals > 0 && small > 0
	mixed := latin > 0 && others > 0 || others > 0 && jumbled
	mute := others >= 4 && (!slices.ContainsFunc(word, vowel) || len(slices.Compact(slices.Clone(word))) == 1)
	for i, r := range word {
		switch {
		case r < 0x80:
			continue
		case r < 0x1100 && (mixed || mute):
			l.total += -40
		case r < 0x250 && high >= 3 && high*2 > len(word):
			l.total += 10
			if !jumbled && high < 6 { // "äöüß" is how people test
				l.total += letterPoints(word, i) / 2
			}
		case r < 0x250 && unicode.IsUpper(r) && i > 0 && unicode.IsLower(word[i-1]):
			l.total += -60
		default:
			l.total += letterPoints(word, i)
		}
		l.count++
	}
}

// vowel is one of Cyrillic or Greek; other scripts do without.
func vowel(r rune) bool {
	return r < 0x370 || r >= 0x530 || strings.ContainsRune("аеёиоуыэюяіїєαειουηωάέίόύήώϊϋ", unicode.ToLower(r))
}

// letterPoints judges a letter by how often it is written, and where.
func letterPoints(word []rune, i int) int {
	r, last := word[i], i == len(word)-1
	small := unicode.ToLower(r)
	switch {
	case r < 0x250:
		return graded(small, "éèêëàâäáãåæçñóòôöõøúùûüßíî", "ąćęłńśźżčďěňřšťůžőűğışæœïìýşăâșțāēīūķļņģėų", 40)
	case r < 0x400:
		if r == 'ς' && !last {
			return -60
		}
		return graded(small, "αοιετσνηυρπκμλςίόάέή", "ωδγχθφβξζψύώ", 30)
	case r < 0x530:
		return graded(small, "оеаинтсрвлк", "мдпуяыьгзбі", 40)
	case r < 0x600:
		if strings.ContainsRune("ךםןףץ", r) && !last {
			return -60
		}
		return graded(r, "יוהלאמרתבשםןךףץנעדקחכפסטגזצ", "", -20)
	case r < 0x700:
		if strings.ContainsRune("ةى", r) && !last {
			return -60
		}
		return graded(r, "النميوترب", "سعدحكقفجشةهأصطخ", 40)
	case r >= 0xe00 && r < 0xe80:
		if unicode.Is(unicode.Mn, r) && (i == 0 || word[i-1] < 0xe01) {
			return -60
		}
		return 80
	}
	return asianPoints(r)
}

func graded(r rune, often, sometimes string, seldom int) int {
	switch {
	case strings.ContainsRune(often, r):
		return 95
	case strings.ContainsRune(sometimes, r):
		return 75
	}
	return seldom
}

func asianPoints(r rune) int {
	switch {
	case r >= 0xff61 && r <= 0xff9f: // half-width: any byte from A1 to DF
		return 15
	case unicode.In(r, unicode.Hiragana, unicode.Katakana), r == 'ー', r >= 0xff00 && r < 0xff61:
		return 95
	case commonAsian()[r]:
		return 100
	case r >= 0x4e00 && r < 0xa000, r >= 0xac00 && r < 0xd7a4:
		return 30
	}
	return -40
}

// signPoints judges a character that is no letter by its neighbours.
func signPoints(runes []rune, i int) int {
	r := runes[i]
	before := i > 0 && wordRune(runes[i-1]) && runes[i-1] < 0x1100
	after := i+1 < len(runes) && wordRune(runes[i+1]) && runes[i+1] < 0x1100
	switch {
	case r == unicode.ReplacementChar:
		return -200
	case r < 0xa0:
		return -150
	case r >= 0x3000 && r < 0x3040, r >= 0xff00 && r < 0xff61:
		return 90
	case r >= 0xe000 && r < 0xf900:
		return -100
	case r >= 0x2500 && r < 0x25a0:
		return -60
	case r == 0xa0, r == '’' && after, strings.ContainsRune("–—", r) && !(before && after):
		return 90
	case before && after, i > 0 && highSign(runes[i-1]), i+1 < len(runes) && highSign(runes[i+1]):
		return -80
	case strings.ContainsRune("“‘„«", r) && !before, strings.ContainsRune("”»…€", r) && !after:
		return 95
	case strings.ContainsRune("“”„‚«»‹›€…•°§©®™×£²³µ●■○◆★→", r):
		return 60
	case after && strings.ContainsRune("¿¡", r):
		return 60
	case after:
		return -30
	}
	return 20
}

// highSign is a character beyond ASCII that is neither a letter nor written
// beside others: dashes and dots are.
func highSign(r rune) bool {
	return r >= 0xa1 && r < 0x3000 && !wordRune(r) && !strings.ContainsRune("–—…·•", r)
}
