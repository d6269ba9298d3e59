package mail

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// delimitedLines is how long the text below "-- " may be to count as a
	// signature; what is longer was written, not appended.
	delimitedLines = 40
	// bareLines is the same for "--" that lost its space.
	bareLines = 20
	// footerLines is how long a mailing list's footer below its ruler may be.
	footerLines = 8
	// disclaimerLines is how long a confidentiality notice may be.
	disclaimerLines = 30
	// rulerWidth is how many characters the ruler above a notice has that is
	// known by less than its first words, noticeLines how long such a one is
	// that only speaks of confidence.
	rulerWidth  = 40
	noticeLines = 6
	// ruledLines, ruledWidth (bytes of a line) and ruledWords (of a line) bound
	// a signature between rulers.
	ruledLines = 12
	ruledWidth = 200
	ruledWords = 8
	// deviceWords is how many words "Sent from my phone" may have.
	deviceWords = 10
	// excuseWords is the same where it asks to excuse typing errors.
	excuseWords = 20
	// signatureRounds is how many signatures and footers may stand one below
	// the other.
	signatureRounds = 6
)

var (
	drawn     = regexp.MustCompile(`^[-_=—]{3,}$`)
	listRuler = regexp.MustCompile(`^_{2,}$`)
	linkLike  = regexp.MustCompile(`[<(\[]?https?://[^\s<>]+[>)\]]?`)
)

// signatureStart returns where the signature of the block lines[from:to]
// begins, or to. The block is a stretch of the author's lines without quotes.
func (s signer) signatureStart(lines []bodyLine, from, to int) int {
	from, to = trimBlank(lines, from, to)
	start := to
	for range signatureRounds {
		next := delimiterIn(lines, from, start)
		next = ruledIn(lines, from, next)
		next = ruledNotice(lines, from, next)
		next = footerIn(lines, from, next)
		next = deviceAbove(lines, from, next)
		next = s.signOffAbove(lines, from, next)
		next = s.letterFoot(lines, from, next)
		_, next = trimBlank(lines, from, next)
		if next < start {
			next = rulersAbove(lines, from, next)
		}
		if next == start {
			return start
		}
		start = next
	}
	return start
}

// delimiterIn finds the first "-- " (RFC 3676 §4.3) that has a signature's
// length of text below, or returns to.
func delimiterIn(lines []bodyLine, from, to int) int {
	for i := max(from, to-delimitedLines-1); i < to; i++ {
		limit := 0
		switch strings.TrimLeft(lines[i].raw, "\u00a0") {
		case "-- ", "--\u00a0":
			limit = delimitedLines
		case "--":
			limit = bareLines
		}
		if limit > 0 && to-i-1 <= limit {
			return i
		}
	}
	return to
}

// footerIn finds what a mailing list, a virus scanner or a company's mail
// server put below the mail.
func footerIn(lines []bodyLine, from, to int) int {
	for i := max(from, to-disclaimerLines); i < to; i++ {
		text := lines[i].lower
		if to-i <= footerLines && listRuler.MatchString(text) && isListFooter(joinLines(lines, i, to)) {
			return i
		}
		if i > from && !lines[i-1].blank && !isRuler(lines[i-1]) && !isNoticeTitle(lines[i-1].plain) {
			continue // not the beginning of a paragraph
		}
		if startsAny(text, footerStarts) || startsAny(text, disclaimerStarts) && isDisclaimer(joinLines(lines, i, to)) {
			return max(from, rulerAbove(lines, i))
		}
	}
	return to
}

// rulersAbove takes the rulers, titles and pictures off that stood between the
// text and what was cut.
func rulersAbove(lines []bodyLine, from, to int) int {
	for to > from && (isRuler(lines[to-1]) || isNoticeTitle(lines[to-1].plain) || pictureLine.MatchString(lines[to-1].plain)) {
		_, to = trimBlank(lines, from, to-1)
	}
	return to
}

// isRuler reports whether a line is drawn: dashes, underscores, equal signs or
// asterisks, which plain takes for emphasis.
func isRuler(l bodyLine) bool {
	if first, _ := utf8.DecodeRuneInString(l.plain); l.plain != "" && !strings.ContainsRune("-_=—", first) {
		return false
	}
	text := strings.ReplaceAll(l.plain, " ", "")
	return drawn.MatchString(text) || text == "" && strings.Count(l.raw, "*") > 3
}

// ruledNotice finds the notice below the last long ruler of a text: one of a
// company's mail server, by its words.
func ruledNotice(lines []bodyLine, from, to int) int {
	for i := to - 1; i >= from && i >= to-disclaimerLines; i-- {
		if !isRuler(lines[i]) || len(strings.TrimSpace(lines[i].raw)) < rulerWidth {
			continue
		}
		below := joinLines(lines, nextFull(lines[:to], i+1), to)
		notice := startsAny(below, footerStarts) || startsAny(below, disclaimerStarts) || strings.HasPrefix(below, "please do not reply")
		if notice && isDisclaimer(below) || to-i <= noticeLines && containsAny(below, disclaimerWords) {
			return i
		}
		return to
	}
	return to
}

func isListFooter(text string) bool {
	return strings.Contains(text, "listinfo") || strings.Contains(text, "mailing list") ||
		strings.HasPrefix(text, "____________________") && (strings.Contains(text, "://") || addressLike.MatchString(text))
}

// isNoticeTitle reports whether text is a title such as "- - Disclaimer - -".
func isNoticeTitle(text string) bool {
	return slices.Contains(noticeTitles, strings.ToLower(strings.Trim(text, " -_=*:<>[]")))
}

func isDisclaimer(text string) bool {
	return containsAny(text, disclaimerWords) && containsAny(text, disclaimerReaders)
}

// ruledIn finds a signature between rulers, as is the custom in Japan: at the
// end of the mail, short, and with an address or a telephone number.
func ruledIn(lines []bodyLine, from, to int) int {
	for i := max(from, to-ruledLines); i < to-1; i++ {
		if !isOrnament(lines[i].plain) {
			continue
		}
		contact := false
		for _, l := range lines[i:to] {
			if len(l.raw) > ruledWidth || len(strings.Fields(l.plain)) > ruledWords {
				return to // prose
			}
			contact = contact || startsAny(l.lower, contactStarts) ||
				addressLike.MatchString(l.plain) && len(strings.Fields(l.plain)) <= 3
		}
		if contact {
			return i
		}
	}
	return to
}

// isOrnament reports whether text is a ruler of 8 or more characters without a
// letter or digit, of at most two kinds ("-*-*-*-*").
func isOrnament(text string) bool {
	kinds := map[rune]bool{}
	n := 0
	for _, r := range text {
		if unicode.IsLetter(r) && r != 'ー' || unicode.IsDigit(r) {
			return false
		}
		if !unicode.IsSpace(r) {
			n++
			kinds[r] = true
		}
		if len(kinds) > 2 {
			return false
		}
	}
	return n >= 8
}

// deviceAbove takes "Sent from my phone" lines off the end of the block.
func deviceAbove(lines []bodyLine, from, to int) int {
	_, end := trimBlank(lines, from, to)
	if end > from && isDeviceLine(lines[end-1]) {
		return end - 1
	}
	return to
}

// isDeviceLine reports whether a phone or mail program wrote the line.
func isDeviceLine(l bodyLine) bool {
	text := l.lower
	if strings.Contains(text, "http") {
		text = linkLike.ReplaceAllString(text, "")
	}
	text = strings.TrimRight(strings.Trim(text, " <>[]()*_-\u00a0—–"), ". ")
	if at := strings.IndexAny(text, ".,;(!"); at > 0 && containsAny(text[at:], deviceExcuses) && len(strings.Fields(text)) <= excuseWords {
		text = text[:at]
	}
	text = strings.ReplaceAll(text, "yahoo!", "yahoo")
	if text == "" || len(strings.Fields(text)) > deviceWords || strings.ContainsAny(text, "?!;") {
		return false
	}
	for piece := range strings.SplitSeq(text, ",") {
		if !containsAny(piece, deviceNames) {
			return false
		}
	}
	return (startsAny(text, deviceStarts) ||
		slices.ContainsFunc(deviceEnds, func(s string) bool { return strings.HasSuffix(text, s) }))
}
