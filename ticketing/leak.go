package ticketing

import (
	"regexp"
	"strings"
)

// minLeak is how many characters of a note's line must turn up in an answer
// to count as its text: shorter ones are everybody's words.
const minLeak = 16

// replyToken matches what a signed reply address looks like in running text.
var replyToken = regexp.MustCompile(`(?i)[0-9a-z][canbu][0-9a-hjkmnp-tv-z]{34}@`)

// leak looks for what must never go to customers in an agent's answer: a
// reply address, or a line of a note or of a held mail. It returns a reason to
// hold the answer, a catalogue key below "held.", or "".
func leak(text string, s Situation) string {
	if replyToken.MatchString(text) {
		return "token_in_answer"
	}
	flat := flatten(text)
	public := flatten(publicText(s.Entries))
	for _, e := range s.Entries {
		if e.Visibility == Public || e.Kind == EntryEvent || waitsForAnswer(e) {
			continue
		}
		for _, line := range strings.Split(e.Text, "\n") {
			line = flatten(line)
			if len([]rune(line)) >= minLeak && strings.Contains(flat, line) && !strings.Contains(public, line) {
				return "note_in_answer"
			}
		}
	}
	return ""
}

// dropForeignQuotes keeps a quoted line only if it stands in a message that
// every recipient of the answer may see; others are cut, since they may come
// from a note.
func dropForeignQuotes(text string, s Situation) string {
	if !strings.Contains(text, ">") {
		return text
	}
	seen := flatten(publicText(visibleToAll(s)))
	var kept []string
	for _, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, ">") && !strings.Contains(seen, flatten(trimmed)) {
			continue
		}
		kept = append(kept, line)
	}
	return strings.TrimSpace(strings.Join(kept, "\n"))
}

// visibleToAll are the public entries from the latest horizon on.
func visibleToAll(s Situation) []Entry {
	var horizon int64
	for _, p := range s.People.Participants {
		if p.Active() && p.Role == Cc {
			horizon = max(horizon, p.SinceEntry)
		}
	}
	var out []Entry
	for _, e := range s.Entries {
		if e.ID >= horizon {
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
		case ' ', '\t', '\n', '\r', '>', '|', '\u00a0', '\u3000':
			return -1
		}
		return r
	}, strings.ToLower(s))
}
