package mail

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// attributionAt finds an "On … wrote:" that ends in line i.
func attributionAt(lines []bodyLine, i int) (intro, bool) {
	if !mayEndAttribution(lines[i].lower) {
		return intro{}, false
	}
	next := nextFull(lines, i+1)
	quoteFollows := next < len(lines) && lines[next].quoted
	best, digit := -1, false
	if quoteFollows && nameWrote(lines[i].plain) {
		best = i
	}
	for from := i; from >= 0 && from > i-attributionLines; from-- {
		if lines[from].blank || lines[from].quoted {
			break
		}
		text := joinLines(lines, from, i+1)
		if len(text) > maxLineLooked {
			break
		}
		if best >= 0 && strings.HasSuffix(lines[from].plain, ".") {
			break // the end of the author's own sentence
		}
		how, ok := isAttribution(text, quoteFollows)
		if !ok {
			continue
		}
		if how == openerWord && (best < 0 || strings.ContainsAny(lines[from].plain, "0123456789")) {
			best = from
			break
		}
		if best < 0 || how == openerDigit && !digit {
			best = from
		}
		digit = digit || how == openerDigit
	}
	if best < 0 {
		return intro{}, false
	}
	if best > 0 && !lines[best-1].blank && !lines[best-1].quoted && beginsInAddress(lines[best-1].plain, lines[best].plain) {
		best-- // the name stands on the line before its address
	}
	return intro{from: best, to: i + 1}, true
}

// beginsInAddress reports whether line begins with an address in "<>", or with
// the rest of one that was opened at the end of the line above.
func beginsInAddress(above, line string) bool {
	return strings.HasPrefix(line, "<") || strings.HasSuffix(above, "<") && strings.IndexByte(line, '>') > 0
}

// mayEndAttribution is a quick look at a line in lower case that spares most the
// rest.
func mayEndAttribution(text string) bool {
	if text == "" {
		return false
	}
	if strings.HasSuffix(text, ":") || strings.HasSuffix(text, "--") || gmtStamp.MatchString(text) {
		return true
	}
	_, _, ok := wroteIn(text)
	return ok
}

// opener says how an attribution begins.
type opener int

const (
	openerNone  opener = iota
	openerDigit        // a date in digits
	openerWord         // a weekday or a word such as "On"
)

// isAttribution decides about the joined lines of a possible attribution. It
// wants a "wrote" of some language and evidence of a mail: an address, a date
// with a time, or a quote that follows. Without a "wrote" all of the first two.
func isAttribution(text string, quoteFollows bool) (opener, bool) {
	if !strings.ContainsAny(text, "0123456789@") {
		return openerNone, false
	}
	text = strings.Trim(text, "- ")
	if gmtStamp.MatchString(text) {
		return openerWord, true
	}
	colon := strings.HasSuffix(text, ":")
	text = strings.TrimRight(text, ": ")
	if colon && (bracketDate.MatchString(text) || startsAny(text, quoteOpeners) && endsInAddress(text) && angleAddr.MatchString(text) || datedAfterVerb(text)) {
		return openerNone, true
	}
	how, atEnd, wrote := wroteIn(text)
	if !wrote {
		how = max(openerOf(text, weekdays), anyOpener(text))
		return how, colon && how > openerNone && endsInAddress(text) && angleAddr.MatchString(text) && isDated(text)
	}
	if !atEnd && !colon {
		return openerNone, false
	}
	if angleAddr.MatchString(text) {
		return how, colon || how > openerNone
	}
	if atEnd && toldBefore(text) {
		return openerNone, false // he tells what he or somebody wrote
	}
	if atEnd && colon && isDated(text) && (quoteFollows || endsCaseless(text)) {
		return how, true
	}
	digits := strings.ContainsFunc(text, unicode.IsDigit)
	return how, how > openerNone && digits && (quoteFollows || addressLike.MatchString(text) || isDated(text))
}

// datedAfterVerb reports whether text is "A B wrote on 06/05/2024 10:00": a name
// or an address, the verb, a date and next to nothing else.
func datedAfterVerb(text string) bool {
	if !dateLike.MatchString(text) {
		return false
	}
	for _, a := range attributions {
		for _, verb := range a.verbs {
			at := strings.Index(text, verb)
			if at <= 0 || !wordStarts(text, at) || !wordEnds(text, at+len(verb)) {
				continue
			}
			name, date := text[:at], text[at+len(verb):]
			short := len(strings.Fields(name)) <= 6 && len(strings.Fields(date)) <= 8 && len(date) <= 80
			address := addressLike.MatchString(name)
			if short && (address || !strings.ContainsAny(name, ".:;?!")) && (isDated(date) || address && dateLike.MatchString(date)) {
				return true
			}
		}
	}
	return false
}

// nameWrote reports whether a line is no more than "A B wrote:" or "A B wrote on
// Monday:", which counts above a quote only. Words are capital, as in names; a
// pronoun is none.
func nameWrote(text string) bool {
	text, colon := strings.CutSuffix(text, ":")
	lower := strings.ToLower(text)
	if !colon || len(lower) != len(text) {
		return false
	}
	for _, a := range attributions {
		for _, verb := range a.verbs {
			at := strings.LastIndex(lower, verb)
			if at < 0 || verb == "said" || !wordStarts(lower, at) || !wordEnds(lower, at+len(verb)) {
				continue
			}
			name, day := nameFields(text[:at]), nameFields(lower[at+len(verb):])
			if len(name) > 0 && len(name) <= 6 && len(day) <= 3 && !slices.ContainsFunc(name, isNoName) && !slices.ContainsFunc(day, isNoDay) {
				return true
			}
		}
	}
	return false
}

func nameFields(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",.\"'()", r) })
}

func isNoDay(word string) bool {
	return !slices.Contains(weekdays, word) && anyOpener(word+" ") == openerNone
}

// toldBefore reports whether the subject of the "wrote" at the end of text, in
// lower case, is a pronoun that programs do not write.
func toldBefore(text string) bool {
	found := false
	for _, a := range attributions {
		for _, verb := range a.verbs {
			name, ok := strings.CutSuffix(text, verb)
			if !ok || !wordStarts(text, len(name)) {
				continue
			}
			words := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == ',' })
			if n := len(words); n == 0 || !slices.Contains(tellers, words[n-1]) {
				return false
			}
			found = true
		}
	}
	return found
}

// isNoName reports whether a word is a pronoun, or does not begin as names do.
func isNoName(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	lower := strings.ToLower(word)
	opener := slices.Contains(weekdays, lower) || anyOpener(lower+" ") == openerWord
	return slices.Contains(pronouns, lower) && !opener || unicode.IsLower(first) && !nameJoiners(word) && !opener
}

// endsCaseless reports whether text ends in a script without capitals, whose
// words for "wrote" people do not use so in their own sentences.
func endsCaseless(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return unicode.IsLetter(last) && last >= '\u0e00' && !unicode.IsUpper(last) && !unicode.IsLower(last)
}

// isDated reports whether text holds a date and a time of day.
func isDated(text string) bool {
	return clockTime.MatchString(text) && dateLike.MatchString(text)
}

// endsInAddress reports whether text ends in an address in brackets, with a
// Japanese "Mr" behind it or not.
func endsInAddress(text string) bool {
	text = strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(text, "様"), "さん"), " ")
	return strings.HasSuffix(text, ">") || strings.HasSuffix(text, ")") || strings.HasSuffix(text, "]")
}

// wroteIn looks for the "wrote" of any language in text without its colon. It
// says how the text begins for the languages that have this word, and whether
// the word is the last one.
func wroteIn(text string) (how opener, atEnd, ok bool) {
	text = strings.TrimRight(text, ": -")
	for _, a := range attributions {
		end, found := a.verbIn(text)
		if !found {
			continue
		}
		how = max(how, openerOf(text, a.openers))
		atEnd = atEnd || end
		ok = true
	}
	if ok {
		how = max(how, openerOf(text, weekdays))
	}
	return how, atEnd, ok
}

func (a attribution) verbIn(text string) (atEnd, ok bool) {
	for _, verb := range a.verbs {
		if strings.HasSuffix(text, verb) && wordStarts(text, len(text)-len(verb)) {
			return true, true
		}
		if !a.middle {
			continue
		}
		at := strings.Index(text, verb)
		if at >= 0 && wordStarts(text, at) && wordEnds(text, at+len(verb)) {
			return false, true
		}
	}
	return false, false
}

// wordStarts reports whether a word begins at byte i. Scripts without spaces
// between words begin one anywhere.
func wordStarts(text string, i int) bool {
	first, _ := utf8.DecodeRuneInString(text[i:])
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	return i == 0 || first >= '\u0e00' || !unicode.IsLetter(before)
}

func wordEnds(text string, i int) bool {
	after, _ := utf8.DecodeRuneInString(text[i:])
	return i == len(text) || !unicode.IsLetter(after)
}

func anyOpener(text string) opener {
	best := openerNone
	for _, a := range attributions {
		best = max(best, openerOf(text, a.openers))
	}
	return best
}

// openerOf says whether text begins with one of words or with a digit.
func openerOf(text string, words []string) opener {
	text = strings.TrimLeft(text, "[( ")
	for _, w := range words {
		if rest, ok := strings.CutPrefix(text, w); ok {
			after, _ := utf8.DecodeRuneInString(rest)
			if rest == "" || strings.ContainsRune(" .,:", after) || unicode.IsDigit(after) || after >= '\u0e00' || strings.HasSuffix(w, "-") {
				return openerWord
			}
		}
	}
	if text != "" && text[0] >= '0' && text[0] <= '9' {
		return openerDigit
	}
	return openerNone
}
