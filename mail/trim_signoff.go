package mail

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"deskd/ticketing"
)

const (
	// signOffLines is how many lines a sign-off with the lines for company,
	// address and telephone below the name may have.
	signOffLines = 20
	// contactWidth (characters) and contactWords bound a line below the name.
	contactWidth = 100
	contactWords = 9
	// signerWords is how many words a line with a name may have.
	signerWords = 5
	// minName is how many letters of a name tell it from an initial, and how
	// many two forms of one have in common (Dave and David).
	minName = 3
)

var (
	phoneEnd    = regexp.MustCompile(`[\s,;|:(#+-]*\(?\+?\d[\d\s().\-/x+]{3,}$`)
	pictureLine = regexp.MustCompile(`(?i)^[<\[](cid:|image|https?://[^<>\[\]]+\.(png|gif|jpe?g))[^<>\[\]]*[>\]]$`)
	siteLike    = regexp.MustCompile(`(?i)(^|[\s:])(www\.[a-z0-9.-]+|[a-z0-9-]+\.(com|org|net|eu|[a-z]{2}))(/\S*)?($|[\s,|])`)
	phoneLike   = regexp.MustCompile(`(^|\s)[+(]\d[\d().\-/ ]{6,18}\d($|[^\d])`)
	digitRun    = regexp.MustCompile(`\d`)
)

// signer is the author of a text, as his mail names him: the words of his name
// and of his address in lower case. It is empty when nothing is known.
type signer []string

// signerOf takes the words of an address that may stand below the author's
// text: of "Ward, Kim S (Sales) <kim.ward@a.example>" ward, kim and sales. The
// words of the address count only where there are no others. A machine's name is
// none: "The mail system" stands within what a bounce says.
func signerOf(a ticketing.Address) signer {
	words := nameWords(a.Name)
	if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(machineSigners, w) }) {
		return nil
	}
	if len(words) == 0 || strings.Contains(a.Name, "@") {
		local, _, _ := strings.Cut(a.Address, "@")
		words = append(words, nameWords(local)...)
	}
	return words
}

func nameWords(name string) signer {
	var words signer
	letters := func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' }
	for _, w := range strings.FieldsFunc(strings.ToLower(shorten(name, maxLineLooked)), letters) {
		if utf8.RuneCountInString(w) > 1 && !nameJoiners(w) {
			words = append(words, w)
		}
	}
	return words
}

// signOffAbove finds the author's sign-off at the end of the block
// lines[from:to]: his name, a "Regards," above it and his company and telephone
// below, or returns to.
//
// A name that the mail's From confirms is enough. Without one the "Regards," has
// to stand right above what looks like a name, and a "Thanks," does not count.
// What would be all the author wrote stays: a block that is nothing but a
// sign-off, or has nothing above it than commands ("#solved").
func (s signer) signOffAbove(lines []bodyLine, from, to int) int {
	_, to = trimBlank(lines, from, to)
	start, known := to, false
	for i := to - 1; i >= from && i >= to-signOffLines; i-- {
		text := lines[i].plain
		switch {
		case lines[i].blank:
		case len(text) > maxLineLooked/2 || lines[i].quoted:
			i = from
		case s.signs(text, i+1 < to && start == to && isContact(lines[i+1].plain)):
			start, known = i, true
		case isValediction(text, known):
			if known || looksSigned(lines, i, to) {
				start = i
			}
			i = from // nothing of a sign-off stands above it
		case i == to-1 && isDashedName(lines, from, i):
			start = i
		case !isContact(text) && !s.besideName(lines, from, i):
			i = from
		}
	}
	if start == to {
		start = contactBlock(lines, from, to)
	}
	if start == to || known && !s.endsText(lines, from, start) || !saysMore(lines[from:start]) {
		return to
	}
	return start
}

// contactBlock finds a paragraph at the end of lines[from:to] that reads as a
// signature though nobody is known by it: a name of two words or more, then
// two lines or more for company and the like, one with a telephone number, below
// a sentence that is complete. "Serial Number" and its digits are no such thing.
func contactBlock(lines []bodyLine, from, to int) int {
	first := to
	for first > from && !lines[first-1].blank && to-first < signOffLines {
		first--
	}
	above := lastFull(lines, from, first)
	if above < from || to-first < 3 || !isNameLike(lines[first].plain) || len(strings.Fields(lines[first].plain)) < 2 {
		return to
	}
	if text := lines[above].plain; announces(text) || strings.TrimRight(text, ".!?)") == text {
		return to
	}
	phone := false
	for _, l := range lines[first+1 : to] {
		if !isContact(l.plain) || l.quoted {
			return to
		}
		phone = phone || phoneLike.MatchString(l.plain) || startsAny(l.lower, contactStarts) && len(digitRun.FindAllString(l.plain, -1)) > 6
	}
	if !phone {
		return to
	}
	return first
}

// besideName reports whether the short line i stands in the paragraph that
// begins with the author's name below a valediction: whatever it says of him, it
// belongs there.
func (s signer) besideName(lines []bodyLine, from, i int) bool {
	text := lines[i].plain
	if len(strings.Fields(text)) > signerWords+1 || strings.TrimRight(text, ".?!:。？！") != text {
		return false
	}
	first := i
	for first > from && !lines[first-1].blank && i-first < signerWords && !isValediction(lines[first-1].plain, true) {
		first--
	}
	above := lastFull(lines, from, first)
	return first < i && above >= from && s.signs(lines[first].plain, false) && isValediction(lines[above].plain, true)
}

// endsText reports whether the line with a known name at start stands below a
// text, and not in a list or behind "my colleague is:".
func (s signer) endsText(lines []bodyLine, from, start int) bool {
	if text := lines[start].plain; isValediction(text, true) || beginsValediction(text) > 0 {
		return true
	}
	above := lastFull(lines, from, start)
	if above < from {
		return false
	}
	text := lines[above].plain
	if announces(text) {
		return false
	}
	if !isNameLike(text) {
		return true
	}
	over := lastFull(lines, from, above)
	if over < from {
		return above < start-1
	}
	return !isNameLike(lines[over].plain) && !strings.HasSuffix(lines[over].plain, ":")
}

// announces reports whether a line leads to a name or an address that the author
// gives: by a colon, by its last word, or since it speaks of one.
func announces(text string) bool {
	text = strings.ToLower(text)
	words := strings.Fields(text)
	if strings.HasSuffix(text, ":") || len(words) == 0 {
		return true
	}
	return slices.Contains(leadingWords, words[len(words)-1]) || containsAny(text, addressWords)
}

// saysMore reports whether lines hold more than blank lines and commands.
func saysMore(lines []bodyLine) bool {
	for _, l := range lines {
		if l.plain != "" && !strings.HasPrefix(l.plain, "#") {
			return true
		}
	}
	return false
}

// signs reports whether a line is nothing but the author's name: any of its
// words, with initials, one more word ("Ann and Bob"), a "Thanks," before it,
// a telephone number behind it. Initials alone ("BT") need one of these two.
func (s signer) signs(text string, contactBelow bool) bool {
	if len(s) == 0 {
		return false
	}
	said := beginsValediction(text)
	text = strings.TrimLeft(text[said:], " ,.!-–—~/|")
	bare := phoneEnd.ReplaceAllString(text, "")
	if at := strings.IndexByte(bare, '@'); at > 0 && !strings.ContainsAny(bare, " ,") {
		bare = strings.NewReplacer(".", " ", "_", " ").Replace(bare[:at])
	}
	marked := said > 0 || bare != text || contactBelow
	own, others, initials := s.count(bare)
	return own > 0 && others <= 1 || marked && own == 0 && others == 0 && initials
}

// count tells the words of the name in text from others; initials says that
// text is the author's initials alone. Words that no name has make others large.
func (s signer) count(text string) (own, others int, initials bool) {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(".,;&()!", r)
	})
	if len(words) == 0 || len(words) > signerWords {
		return 0, signerWords, false
	}
	for _, w := range words {
		lower := strings.ToLower(w)
		first, size := utf8.DecodeRuneInString(w)
		switch {
		case s.has(lower):
			own++
		case size == len(w) && unicode.IsUpper(first), nameJoiners(lower):
		case len(words) == 1 && s.initials(w):
			initials = true
		case unicode.IsLetter(first) && !unicode.IsLower(first) && !strings.Contains(w, ":") && !digitRun.MatchString(w):
			others++
		default:
			return 0, signerWords, false
		}
	}
	return own, others, initials
}

// has reports whether a word in lower case is of the name, or a form of it:
// Bert for Albert, Dave for David, 山田 for 山田太郎.
func (s signer) has(word string) bool {
	n := utf8.RuneCountInString(word)
	for _, name := range s {
		switch {
		case word == name:
			return true
		case isCaseless(word) && n >= 2 && (strings.HasPrefix(name, word) || strings.HasPrefix(word, name)):
			return true
		case n < minName || isCaseless(word):
		case strings.HasPrefix(name, word), strings.HasSuffix(name, word), n <= 5 && alike(word, name) >= minName:
			return true
		}
	}
	return false
}

// alike counts the letters with which both words begin.
func alike(a, b string) int {
	n := 0
	other := []rune(b)
	for _, r := range a {
		if n >= len(other) || other[n] != r {
			break
		}
		n++
	}
	return n
}

// initials reports whether a word of two or three capitals are those of the name.
func (s signer) initials(word string) bool {
	if n := utf8.RuneCountInString(word); n < 2 || n > 3 || word != strings.ToUpper(word) {
		return false
	}
	for _, r := range strings.ToLower(word) {
		ok := false
		for _, name := range s {
			first, _ := utf8.DecodeRuneInString(name)
			ok = ok || first == r
		}
		if !ok {
			return false
		}
	}
	return true
}

func nameJoiners(word string) bool {
	switch word {
	case "and", "und", "et", "y", "e", "og", "och", "en", "i", "von", "van", "de", "der", "da", "di", "la", "le", "del", "dos", "bin", "al", "jr", "sr", "dr", "&":
		return true
	}
	return false
}

// isCaseless reports whether a word is in a script without capitals.
func isCaseless(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsLetter(r) && !unicode.IsUpper(r) && !unicode.IsLower(r)
}

// looksSigned reports whether the valediction in line i begins a paragraph and
// what looks like a name follows: right below it, or, with a comma that
// announces one, below a blank line.
func looksSigned(lines []bodyLine, i, to int) bool {
	next := i + 1
	if strings.HasSuffix(lines[i].plain, ",") {
		next = nextFull(lines, next)
	}
	return next < to && isNameLike(lines[next].plain) && (i == 0 || lines[i-1].blank)
}

// isDashedName reports whether the line is a paragraph of its own with "-Name"
// or "/Name", without a blank between: what many sign with.
func isDashedName(lines []bodyLine, from, i int) bool {
	text := lines[i].plain
	if i == from || !lines[i-1].blank || len(text) < 2 || text[0] != '-' && text[0] != '/' {
		return false
	}
	above := lastFull(lines, from, i)
	return above >= from && !strings.HasSuffix(lines[above].plain, ":") && isNameLike(text[1:])
}

// isNameLike reports whether text is one to four words of letters, each with a
// capital, as a name is.
func isNameLike(text string) bool {
	words := strings.Fields(text)
	if len(words) == 0 || len(words) > signerWords-1 || strings.HasPrefix(text, " ") {
		return false
	}
	for _, w := range words {
		first, _ := utf8.DecodeRuneInString(w)
		other := strings.ContainsFunc(w, func(r rune) bool {
			return !unicode.IsLetter(r) && !strings.ContainsRune(".-'’", r)
		})
		if !unicode.IsUpper(first) && !nameJoiners(w) || other {
			return false
		}
	}
	return true
}

// isContact reports whether a line may stand below the name of a signature:
// company, title, postal address, telephone, mail and web address.
func isContact(text string) bool {
	words := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '|' || r == '·' || r == '•' })
	spoken := 0 // words with letters
	for _, w := range words {
		if strings.ContainsFunc(w, unicode.IsLetter) {
			spoken++
		}
	}
	if spoken > contactWords || utf8.RuneCountInString(text) > contactWidth {
		return false
	}
	if pictureLine.MatchString(text) {
		return true
	}
	if addressLike.MatchString(text) || linkLike.MatchString(text) || siteLike.MatchString(text) {
		return spoken <= contactWords/2+1 && !strings.Contains(text, ">:")
	}
	if end, _ := utf8.DecodeLastRuneInString(text); strings.ContainsRune("?!:。？！", end) {
		return false
	}
	if n := len(words); n > 0 && len(words[n-1]) > 6 && strings.HasSuffix(text, ".") && !digitRun.MatchString(words[n-1]) {
		return false
	}
	digits := len(digitRun.FindAllString(text, -1))
	for _, w := range words {
		if !isContactWord(strings.TrimLeft(w, "(+*|/\"'"), digits > 0 && digits < 4) {
			return false
		}
	}
	return true
}

// isContactWord reports whether a word of such a line begins with a capital, is
// short, or a label ("phone"). Next to few digits, as in "Long Street 5" and
// "Call me at 5", short words count as well.
func isContactWord(w string, few bool) bool {
	first, _ := utf8.DecodeRuneInString(w)
	lower := strings.ToLower(w)
	return !unicode.IsLower(first) || !few && utf8.RuneCountInString(w) <= 3 || nameJoiners(lower) || startsAny(lower, contactStarts)
}
