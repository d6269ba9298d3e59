package ticketing

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// minLeak is how many characters of a note's line must turn up in an answer
// to count as its text: shorter ones are everybody's words. A character of a
// script that writes words with one or two of them is worth several letters.
const (
	minLeak    = 16
	cjkLetters = 3
)

// What keeps an agent's words from customers: catalogue keys below "held.".
const (
	tokenInAnswer = "token_in_answer" // a reply address in the text
	fileInAnswer  = "file_in_answer"  // a file that is a mail of ours or holds a reply address
	noteInAnswer  = "note_in_answer"  // a line of a note or of a held mail, in text or file
)

// replyToken matches what a signed reply address looks like in running text,
// and in the links of our own letters.
var replyToken = regexp.MustCompile(`(?i)[0-9a-z][canbu][0-9a-hjkmnp-tv-z]{34}(?:@|%40)`)

// wordsOut is the one way of an agent's words to customers, whether they go at
// once or are released: it cuts quotes that not every recipient may see, and
// gives the reason why the rest must not go out, "" for none. files is what
// [filesLeak] said of the mail's files.
func wordsOut(text, files string, s Situation) (out, reason string) {
	out = dropForeignQuotes(text, s)
	reason = leak(out, s)
	if reason != tokenInAnswer && files == fileInAnswer {
		return out, files
	}
	return out, cmp.Or(reason, files)
}

// leak looks for what must never go to customers in an agent's words: a reply
// address, or a line of a note or of a held mail.
func leak(text string, s Situation) string {
	switch {
	case replyToken.MatchString(text):
		return tokenInAnswer
	case repeatsNote(text, s):
		return noteInAnswer
	}
	return ""
}

// filesLeak looks for the same in the files of a mail, and for mails of ours
// among them: mail programs attach what is answered, and a notification holds
// notes and the agent's own reply address.
func filesLeak(m Message, s Situation) string {
	reason := ""
	for _, e := range m.Enclosed {
		switch {
		case ownOrToken(e, s):
			return fileInAnswer
		case reason == "" && repeatsNote(e.Text, s):
			reason = noteInAnswer
		}
	}
	return reason
}

// ownOrToken reports whether a file is a mail of ours, or holds one or a reply
// address.
func ownOrToken(e Enclosed, s Situation) bool {
	return slices.Contains(s.OwnEnclosed, e.Part) || replyToken.MatchString(e.Text) ||
		slices.ContainsFunc(e.LoopMarks, func(l LoopMark) bool { return strings.EqualFold(l.Instance, s.Settings.Instance) })
}

// ownEnclosed are the parts that are mails of ours by their Message-ID.
func (d *Desk) ownEnclosed(m Message) []string {
	var parts []string
	for _, e := range m.Enclosed {
		for _, id := range e.MessageIDs {
			if _, ok := d.Keys.VerifyID(id); ok {
				parts = append(parts, e.Part)
				break
			}
		}
	}
	return parts
}

// repeatsNote reports whether a text holds a line of a note or of a held mail
// that is not public as well. The lines are looked up by their beginnings, so
// that the work grows with the texts and not with their product.
func repeatsNote(text string, s Situation) bool {
	lines := secretLines(s)
	if len(lines) == 0 {
		return false
	}
	flat, public := flatten(text), ""
	for start := range flat {
		first, _ := beginning(flat[start:])
		for _, line := range lines[first] {
			if !strings.HasPrefix(flat[start:], line) {
				continue
			}
			if public == "" {
				public = flatten(publicText(s.Entries))
			}
			if !strings.Contains(public, line) {
				return true
			}
		}
	}
	return false
}

// secretLines are the lines that only agents may see, flattened, by their first
// characters.
func secretLines(s Situation) map[string][]string {
	lines := map[string][]string{}
	for _, e := range s.Entries {
		forCustomers := e.Visibility == Held && e.Review.Visibility == Public // an answer that has to be sent again, say
		if e.Visibility == Public || e.Kind == EntryEvent || forCustomers || waitsForAnswer(e) || heldForCommand(e, s) {
			continue
		}
		text := e.Text
		if strings.TrimSpace(text) == "" {
			text = e.FullText
		}
		for line := range strings.Lines(text) {
			line = flatten(line)
			if start, ok := beginning(line); ok && !slices.Contains(lines[start], line) && len(lines[start]) < maxAlike {
				lines[start] = append(lines[start], line)
			}
		}
	}
	return lines
}

// maxAlike bounds how many lines that begin alike are told apart.
const maxAlike = 100

// beginning is the shortest beginning of a flattened text that is worth
// [minLeak] letters; ok is false if all of it is worth less.
func beginning(s string) (first string, ok bool) {
	worth := 0
	for i, r := range s {
		if worth >= minLeak {
			return s[:i], true
		}
		worth++
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
			worth += cjkLetters - 1
		}
	}
	return s, worth >= minLeak
}

// dropForeignQuotes keeps a quoted line only if it stands in a message that
// every recipient of the answer may see; others are cut, since they may come
// from a note.
func dropForeignQuotes(text string, s Situation) string {
	if !strings.ContainsAny(text, quoteSigns) {
		return text
	}
	var seen strings.Builder
	for _, e := range visibleToAll(s) {
		seen.WriteString(flatten(e.Text))
		seen.WriteByte('\n')
	}
	return keepQuotes(text, seen.String())
}

// quoteSigns begin a quoted line; the second is Japan's full-width one.
const quoteSigns = ">＞"

// maxQuotes and maxSeen bound the work of telling where quoted lines come from.
const (
	maxQuotes = 500     // lines of one text that are looked for; further ones are cut
	maxSeen   = 1 << 20 // bytes of the latest messages they are looked for in
)

// keepQuotes cuts the quoted lines that do not stand in what was seen,
// flattened.
func keepQuotes(text, seen string) string {
	if !strings.ContainsAny(text, quoteSigns) {
		return text
	}
	seen = seen[max(0, len(seen)-maxSeen):]
	var kept []string
	quotes := 0
	for _, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		if trimmed != "" && strings.IndexAny(trimmed, quoteSigns) == 0 {
			if quotes++; quotes > maxQuotes || !strings.Contains(seen, flatten(trimmed)) {
				continue
			}
		}
		kept = append(kept, line)
	}
	return strings.TrimSpace(strings.Join(kept, "\n"))
}

// visibleToAll are the public messages from the latest horizon on, without
// those that went to some of the customers only.
func visibleToAll(s Situation) []Entry {
	var horizon int64
	for _, p := range s.People.Participants {
		if p.Active() && p.Role == Cc {
			horizon = max(horizon, p.SinceEntry)
		}
	}
	var out []Entry
	for _, e := range s.Entries {
		if e.ID >= horizon && e.Visibility == Public && e.Kind == EntryMessage && e.EventArgs[sentTo] == "" {
			out = append(out, e)
		}
	}
	return out
}

// publicText is what customers have of public entries. Of an agent's mail that
// is what went out: what he quoted below it may be a note.
func publicText(entries []Entry) string {
	var b strings.Builder
	for _, e := range entries {
		if e.Visibility == Public && e.Kind == EntryMessage {
			if e.Author.Role != Agent {
				b.WriteString(e.FullText)
				b.WriteByte('\n')
			}
			b.WriteString(e.Text)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// flatten takes quote marks, case and white space out of a text, so that the
// same words compare equal however they were wrapped.
func flatten(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\n', '\r', '>', '＞', '|', '\u00a0', '\u3000':
			return -1
		}
		return r
	}, strings.ToLower(s))
}
