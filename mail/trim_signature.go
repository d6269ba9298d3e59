package mail

import (
	"regexp"
	"slices"
	"strings"
)

const (
	// delimitedLines is how long the text below "-- " may be to count as a
	// signature; what is longer was written, not appended.
	delimitedLines = 40
	// bareLines is the same for "--" that lost its space.
	bareLines = 20
	// footerLines is how long a mailing list's footer below its ruler may be.
	footerLines = 8
	// deviceWords is how many words "Sent from my phone" may have.
	deviceWords = 9
	// signatureRounds is how many signatures and footers may stand one below
	// the other.
	signatureRounds = 6
)

var (
	listRuler = regexp.MustCompile(`^_{20,}$`)
	linkLike  = regexp.MustCompile(`[<(\[]?https?://[^\s<>]+[>)\]]?`)
)

// signatureStart returns where the signature of the block lines[from:to]
// begins, or to. The block is a stretch of the author's lines without quotes.
func signatureStart(lines []bodyLine, from, to int) int {
	from, to = trimBlank(lines, from, to)
	start := to
	for range signatureRounds {
		next := delimiterIn(lines, from, start)
		next = footerIn(lines, from, next)
		next = deviceAbove(lines, from, next)
		_, next = trimBlank(lines, from, next)
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

// footerIn finds what a mailing list or a virus scanner put below the mail.
func footerIn(lines []bodyLine, from, to int) int {
	for i := max(from, to-footerLines); i < to; i++ {
		text := strings.ToLower(lines[i].plain)
		if listRuler.MatchString(text) && (strings.Contains(joinLines(lines, i, to), "://") || addressLike.MatchString(joinLines(lines, i, to))) {
			return i
		}
		paragraph := i == from || lines[i-1].blank || ruler.MatchString(lines[i-1].plain)
		if paragraph && slices.ContainsFunc(footerStarts, func(s string) bool { return strings.HasPrefix(text, s) }) {
			if i > from && ruler.MatchString(lines[i-1].plain) {
				i--
			}
			return i
		}
	}
	return to
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
	text := strings.ToLower(linkLike.ReplaceAllString(l.plain, ""))
	text = strings.Trim(text, " <>[]()*_-\u00a0")
	if text == "" || len(strings.Fields(text)) > deviceWords || strings.ContainsAny(text, ",?!;") {
		return false
	}
	named := slices.ContainsFunc(deviceNames, func(n string) bool { return strings.Contains(text, n) })
	return named && (slices.ContainsFunc(deviceStarts, func(s string) bool { return strings.HasPrefix(text, s) }) ||
		slices.ContainsFunc(deviceEnds, func(s string) bool { return strings.HasSuffix(text, s) }))
}
