package ticketing

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// commandNames are the commands there are.
func commandNames() []string {
	return append(ticketCommands(), "notify", "receipts", "digest", "away", "back")
}

// ticketCommands are those that [Commands.add] reads; the others, which
// [Person.wish] reads, are about the agent himself.
func ticketCommands() []string {
	return []string{
		"note", "public", "open", "awaiting", "solved", "hold", "assign", "priority", "tag", "cc", "uncc", "remind",
		"customer", "macro", "merge", "unmerge", "link", "unlink", "help", "release", "trust", "admit", "split", "drop", "confirm",
	}
}

// otherWords are what people write who know another helpdesk. They are no
// commands: who meant one is told which.
func otherWords() map[string]string {
	return map[string]string{
		"internal": "note", "private": "note", "comment": "note", "memo": "note",
		"reply": "public", "answer": "public", "external": "public",
		"close": "solved", "closed": "solved", "resolve": "solved", "resolved": "solved", "done": "solved", "fixed": "solved",
		"reopen": "open", "pending": "awaiting", "waiting": "awaiting", "wait": "awaiting", "onhold": "hold",
		"take": "assign", "owner": "assign", "prio": "priority", "urgent": "priority", "severity": "priority",
		"label": "tag", "tags": "tag", "untag": "tag", "remove": "uncc", "reminder": "remind", "snooze": "remind",
		"duplicate": "merge", "dup": "merge", "commands": "help", "spam": "drop",
	}
}

// nearestCommand is the command that somebody probably meant, "" if that cannot
// be said.
func nearestCommand(word string) string {
	word = strings.TrimSpace(word)
	if meant, ok := otherWords()[word]; ok {
		return meant
	}
	best, least := "", 3
	for _, name := range commandNames() {
		// A word of few letters is near to everything.
		if d := distance(word, name); d < least && d*2 < len(name) {
			best, least = name, d
		}
	}
	if best != "" {
		return best
	}
	for _, other := range slices.Sorted(maps.Keys(otherWords())) {
		if len(other) > 4 && distance(word, other) == 1 {
			return otherWords()[other]
		}
	}
	return ""
}

// distance counts the letters to put in, take out, change or swap with their
// neighbour that make one word another.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	if len(s) > 20 {
		return len(s)
	}
	rows := make([][]int, len(s)+1)
	for i := range rows {
		rows[i] = make([]int, len(t)+1)
		rows[i][0] = i
	}
	for j := range t {
		rows[0][j+1] = j + 1
	}
	for i := range s {
		for j := range t {
			change := rows[i][j]
			if s[i] != t[j] {
				change++
			}
			rows[i+1][j+1] = min(change, rows[i][j+1]+1, rows[i+1][j]+1)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				rows[i+1][j+1] = min(rows[i+1][j+1], rows[i-1][j-1]+1)
			}
		}
	}
	return rows[len(s)][len(t)]
}

// tidyLine takes out what phones and editors put into a line that nobody typed:
// other blanks than the usual one, and characters without a width.
func tidyLine(line string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r), r == '\ufe0e', r == '\ufe0f':
			return -1
		}
		return r
	}, line))
}

// literalLine is the text of a line that begins with two number signs.
func literalLine(line string) (string, bool) {
	line = strings.TrimFunc(line, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
	rest, ok := withoutSign(line)
	return rest, ok && hasNumberSign(rest)
}

// withoutSign takes off the number sign that a line begins with: ASCII's, the
// full-width one of East Asian keyboards, or the small one.
func withoutSign(line string) (string, bool) {
	for _, sign := range []string{"#", "＃", "﹟"} {
		if rest, ok := strings.CutPrefix(line, sign); ok {
			return rest, true
		}
	}
	return line, false
}

func hasNumberSign(line string) bool {
	_, ok := withoutSign(line)
	return ok
}

// commandLine reads a tidy line such as "#hold waiting for engineering". Phones
// make lists of lines, put quotation marks around them, and a blank behind the
// sign; whatever begins with a sign and a letter was meant as a command, even if
// it is none: taken for text it would go to customers.
func commandLine(line string) (name, arg string, ok bool) {
	line = strings.TrimSpace(strings.TrimLeft(line, "•‣·◦▪*–—-"))
	line = strings.TrimLeft(line, `"“„«'‘`)
	line, ok = withoutSign(line)
	if !ok {
		return "", "", false
	}
	spaced := strings.TrimSpace(line)
	end := strings.IndexFunc(spaced, func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 {
		end = len(spaced)
	}
	name = strings.ToLower(narrow(spaced[:end]))
	if name == "" || spaced != line && !slices.Contains(commandNames(), name) {
		return "", "", false // a number, or a heading
	}
	if spaced != line && strings.Trim(spaced[end:], " :：") != "" {
		return " " + name, "", true // "# open questions" may be a heading as well: no command
	}
	switch arg = spaced[end:]; {
	case strings.Trim(arg, `.,;!?:*_。、！：”"’'»`) == "":
		return name, "", true
	case strings.HasPrefix(arg, " "), strings.HasPrefix(arg, ":"), strings.HasPrefix(arg, "："):
		return name, strings.Trim(arg, " :："), true
	}
	word, _, _ := strings.Cut(spaced, " ")
	return word, "", true // "#note-to-self": no command
}

// narrow writes full-width letters, digits and signs as their ASCII ones: what an
// input method makes of "S1" or of an address.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u3000':
			return ' '
		}
		return r
	}, s)
}
