package mail

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// intro is what a mail program writes above the text it quotes: lines
// [from,to). A forward passes the quoted mail on instead of answering it.
type intro struct {
	from, to int
	forward  bool
}

const (
	// attributionLines is how many lines an "On … wrote:" is broken into at most.
	attributionLines = 5
	// fenceLines is how far the fences of an example may be from its title.
	fenceLines = 20
	// blockLines is how many lines a header block with folded recipients has at most.
	blockLines = 30
)

var (
	clockTime   = regexp.MustCompile(`\d{1,2} ?[:.h時点시] ?\d{2}`)
	dateLike    = regexp.MustCompile(`(^|[^\d])((19|20)\d\d|\d{1,2}[./-] ?\d{1,2}[./-] ?\d{2})([^\d]|$)`)
	addressLike = regexp.MustCompile(`[^\s<>()"]@[^\s<>()"]`)
	angleAddr   = regexp.MustCompile(`[<(\[] ?(mailto:)?[^\s<>()\[\]]+@[^\s<>()\[\]]+`)
	gmtStamp    = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d{1,2}:\d\d gmt[+-]\d\d:\d\d .{1,100}$`)
	ruler       = regexp.MustCompile(`^[-_=—]{4,}$`)
	// Mutt: "* A B <a@b.example> [2024-05-06 10:00]:".
	bracketDate = regexp.MustCompile(`^[^:]{1,80}<[^<>]+@[^<>]+> \[[^\[\]]*\d{4}[^\[\]]*\]$`)
	// Notes: "A B ---06/05/2024 10:00:00---The subject or first words".
	notesLine = regexp.MustCompile(`^\S.{0,80}? ?-{2,}\d{1,4}[./-]\d{1,2}[./-]\d{2,4} \d{1,2}[:.]\d\d([:.]\d\d)?( [AaPp][Mm])?-{2,}`)
	// GroupWise: ">>> A B <a@b.example> 06.05.2024 10:00 >>>".
	groupWise = regexp.MustCompile(`^>>> ?[^>].{1,200}( >>>$|, in message\s*$|, in message\s*<.{1,200}:$)`)
	titleLine = regexp.MustCompile(`^[-_=]{2,} *([^-_= ][^_=]{1,80}?) *[-_=]{2,} *(.*)$`)
)

// findIntros returns the intros in lines, in their order, none inside another.
func findIntros(lines []bodyLine) []intro {
	var found []intro
	for i := 0; i < len(lines); i++ {
		in, ok := introAt(lines, i)
		if !ok {
			continue
		}
		if n := len(found); n > 0 && in.from < found[n-1].to {
			in.from = found[n-1].to
		}
		if in.from < in.to {
			found = append(found, in)
			i = in.to - 1
		}
	}
	return found
}

// introAt finds an intro by line i: its last line for an attribution, the
// first one for titles and header blocks.
func introAt(lines []bodyLine, i int) (intro, bool) {
	if lines[i].quoted && groupWise.MatchString(strings.TrimSpace(lines[i].raw)) && isDated(lines[i].plain) {
		return intro{from: i, to: i + 1}, true
	}
	if lines[i].blank || lines[i].quoted {
		return intro{}, false
	}
	if notesLine.MatchString(lines[i].plain) {
		in := intro{from: i, to: i + 1}
		if block, ok := headerBlockAt(lines, nextFull(lines, i+1)); ok {
			in.to = block.to
		}
		return in, true
	}
	if in, ok := titleAt(lines, i); ok {
		return in, true
	}
	if in, ok := headerBlockAt(lines, i); ok {
		return in, true
	}
	return attributionAt(lines, i)
}

// titleAt finds "-----Original Message-----" and "Begin forwarded message:"
// with the header block below.
func titleAt(lines []bodyLine, i int) (intro, bool) {
	text := strings.ToLower(lines[i].plain)
	in := intro{from: i, to: i + 1}
	title, apple := strings.CutSuffix(text, ":")
	if m := titleLine.FindStringSubmatch(text); m != nil {
		if m[2] == "" && holdsAny(m[1], aboveLine) {
			return in, true
		}
		// Samsung's program puts the header block into the same line.
		if rest := m[2]; rest != "" && rest != ":" && headerOf(bodyLine{plain: rest}) == headerNone {
			return in, false
		}
		title = m[1]
	} else if !apple || !slices.Contains(forwardTitles, strings.TrimSpace(title)) {
		return in, false
	}
	title = strings.Trim(title, " :")
	in.forward = isForwardTitle(title)
	if !in.forward && !slices.Contains(originalTitles, title) {
		return in, false
	}
	if block, ok := headerBlockAt(lines, nextFull(lines, i+1)); ok {
		in.to = block.to
		return in, true
	}
	return in, !inFence(lines, i)
}

// inFence reports whether line i stands between two "```" of Markdown, near
// enough to be an example of the author's.
func inFence(lines []bodyLine, i int) bool {
	above, below := 0, false
	for _, l := range lines[max(0, i-fenceLines):i] {
		if strings.HasPrefix(l.plain, "```") {
			above++
		}
	}
	for _, l := range lines[i+1 : min(len(lines), i+1+fenceLines)] {
		below = below || strings.HasPrefix(l.plain, "```")
	}
	return above%2 == 1 && below
}

func isForwardTitle(title string) bool {
	for _, t := range forwardTitles {
		if title == t || strings.HasPrefix(title, t) && strings.HasSuffix(t, " by") {
			return true
		}
	}
	return false
}

// headerBlockAt finds the From:, Sent:, To: and Subject: lines that Outlook and
// others put above the quoted mail, with the ruler above them.
func headerBlockAt(lines []bodyLine, i int) (intro, bool) {
	if i >= len(lines) || headerOf(lines[i]) == headerNone {
		return intro{}, false
	}
	seen := map[headerKind]bool{}
	addressed := false
	end := i
	folded := 0
	for j := i; j < len(lines) && j < i+blockLines; j++ {
		if lines[j].blank {
			if next := nextFull(lines, j); next == len(lines) || headerOf(lines[next]) == headerNone || next > j+2 {
				break
			}
			continue
		}
		kind := headerOf(lines[j])
		if kind == headerNone {
			if folded++; folded > blockLines/2 || lines[j].quoted {
				break
			}
			continue
		}
		if kind != headerOther && seen[kind] {
			break
		}
		seen[kind] = true
		addressed = addressed || (kind == headerFrom || kind == headerTo) && addressLike.MatchString(lines[j].plain)
		end = j + 1
	}
	// Three fields may be a traveller's "From: … To: … Date: …", or those of who
	// asks for holidays. A date and a subject, or an address, tell a mail from that.
	full := seen[headerFrom] && (seen[headerSubject] && seen[headerDate] ||
		addressed && (seen[headerSubject] && seen[headerTo] || seen[headerDate] && seen[headerTo]))
	if !full {
		return intro{}, false
	}
	return intro{from: rulerAbove(lines, i), to: end}, true
}

// headerOf says which header field the label at the start of a line names.
func headerOf(l bodyLine) headerKind {
	colon := strings.IndexByte(l.plain, ':')
	if cells := strings.SplitN(l.plain, "|", 4); len(cells) == 4 && cells[0] == "" { // NetEase: "| From | A |"
		return headerKinds[strings.ToLower(strings.TrimFunc(cells[1], isSpaceOrEmphasis))]
	}
	if colon <= 0 || colon > 60 {
		return headerNone
	}
	if strings.HasPrefix(l.plain, "Message du ") && isDated(l.plain) { // Orange has no colon here
		return headerDate
	}
	return headerKinds[strings.ToLower(strings.TrimFunc(l.plain[:colon], isSpaceOrEmphasis))]
}

// headerKinds is headerLabels by label; read only.
var headerKinds = kindsByLabel()

func kindsByLabel() map[string]headerKind {
	kinds := map[string]headerKind{}
	for kind, labels := range headerLabels {
		for _, label := range labels {
			kinds[label] = kind
		}
	}
	return kinds
}

// rulerAbove returns the line of the ruler right above line i, or i.
func rulerAbove(lines []bodyLine, i int) int {
	j := i - 1
	for j >= 0 && j >= i-3 && lines[j].blank {
		j--
	}
	if j >= 0 && ruler.MatchString(strings.ReplaceAll(lines[j].plain, " ", "")) {
		return j
	}
	return i
}

// attributionAt finds an "On … wrote:" that ends in line i.
func attributionAt(lines []bodyLine, i int) (intro, bool) {
	if !mayEndAttribution(lines[i].plain) {
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

// mayEndAttribution is a quick look that spares most lines the rest.
func mayEndAttribution(text string) bool {
	if text == "" {
		return false
	}
	if strings.HasSuffix(text, ":") || strings.HasSuffix(text, "--") || gmtStamp.MatchString(strings.ToLower(text)) {
		return true
	}
	_, _, ok := wroteIn(strings.ToLower(text))
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
	if colon && (bracketDate.MatchString(text) || startsWith(text, quoteOpeners) && endsInAddress(text) && angleAddr.MatchString(text) || datedAfterVerb(text)) {
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
	if atEnd && pronounBefore(text) {
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

// pronounBefore reports whether the subject of the "wrote" at the end of text,
// in lower case, is a pronoun other than the "you" of programs.
func pronounBefore(text string) bool {
	found := false
	for _, a := range attributions {
		for _, verb := range a.verbs {
			name, ok := strings.CutSuffix(text, verb)
			if !ok || !wordStarts(text, len(name)) {
				continue
			}
			words := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == ',' })
			if n := len(words); n == 0 || words[n-1] == "you" || !slices.Contains(pronouns, words[n-1]) {
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
