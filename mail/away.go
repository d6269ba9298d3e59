package mail

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"deskd/ticketing"
)

// Limits of reading when somebody is back.
const (
	maxAway      = 4 << 10 // bytes of subject and text that are looked at
	maxAwayDays  = 64      // days found in them
	awayClause   = 160     // bytes before a day in which its words are looked for
	awayBehind   = 90      // bytes behind it
	maxAwayFor   = 366     // days ahead, beyond which nothing is believed
	maxAwayGuess = 300     // the same without a year: what is further ahead is rather past
	// soonAway is how early before an absence a machine may already tell of it.
	soonAway = 14 * 24 * time.Hour
	// usualAway is how long most absences last at most.
	usualAway = 60 * 24 * time.Hour
)

// awayUntil reads from an absence notice since when its sender is back: midnight
// in the zone of the mail's date. Who is away until a day is back on the next
// one; a day named for the return comes before one named for the end. Of several
// the first one counts: to write to somebody too early brings another notice,
// to write too late leaves a ticket lying. Zero if the notice does not say, and
// for days before the mail or more than a year after it. The mail's date is the
// sender's word: whoever waits for the day decides how long at most.
func awayUntil(m *ticketing.Message) time.Time {
	if m.Kind != ticketing.AutoReplied || m.Date.IsZero() {
		return time.Time{}
	}
	text := m.Reply
	if strings.TrimSpace(text) == "" {
		text = m.Text
	}
	n := awayNotice{text: awayText(m.Subject + "\n\n" + text), sent: m.Date, languages: awayLanguages()}
	n.days = findAwayDays(n.text)
	n.order = n.dayOrder()
	var back, until time.Time
	for i, role := range n.roles() {
		at := n.returnOn(i, role)
		switch {
		case at.IsZero():
		case role == awayBack && (back.IsZero() || at.Before(back)):
			back = at
		case role == awayLast && (until.IsZero() || at.Before(until)):
			until = at
		}
	}
	if !back.IsZero() {
		return back
	}
	return until
}

// awayText is a notice in lower case, as it is easiest to read: a line break
// ends a paragraph, and signs that look alike are alike.
func awayText(s string) string {
	s = strings.ToLower(shorten(s, maxAway))
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～' && r != '～': // full width
			return r - '！' + '!'
		case r == '～', r == '〜':
			return '~'
		case r == '’', r == '‘', r == 'ʼ':
			return '\''
		case r >= '\u2010' && r <= '\u2015', r == '\u2212':
			return '-'
		case r == '\n':
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
	paragraphs := strings.Split(s, "\n\n")
	for i, p := range paragraphs {
		paragraphs[i] = strings.Join(strings.Fields(p), " ")
	}
	return strings.Join(paragraphs, "\n")
}

// awayRole is what a day is to an absence.
type awayRole int

const (
	awayNone  awayRole = iota // something else
	awayFirst                 // its first day
	awayLast                  // its last one
	awayBack                  // the first one after it
)

// awayNotice is an absence notice with the days that it names.
type awayNotice struct {
	text      string
	sent      time.Time
	languages []awayLanguage
	order     dayOrder
	days      []awayDay
}

// roles says what each of the days is.
func (n *awayNotice) roles() []awayRole {
	roles := make([]awayRole, len(n.days))
	for i := range n.days {
		role, joined := n.role(i)
		if joined && i > 0 && roles[i-1] == awayLast {
			roles[i-1] = awayFirst // "24 December - 5 January"
		}
		if n.begins(i, joined).After(n.sent.Add(soonAway)) {
			role = awayNone // of another time: machines answer while people are away
		}
		roles[i] = role
	}
	return roles
}

// begins is when the absence begins that the ith day ends, zero if that is not
// known.
func (n *awayNotice) begins(i int, joined bool) time.Time {
	first := n.days[i]
	switch {
	case first.first != 0:
		first.day = first.first
	case joined && i > 0 && n.days[i-1].what == onDate && n.days[i-1].other == 0:
		first = n.days[i-1]
	default:
		return time.Time{}
	}
	return n.moment(first, awayBack)
}

// role says what the ith day is, by the words around it. joined is as for leading.
func (n *awayNotice) role(i int) (role awayRole, joined bool) {
	day := n.days[i]
	before, behind := n.before(i), n.behind(i)
	role, joined = n.leading(before, i)
	return n.judge(day, before, behind, role, joined), joined
}

// judge weighs the word right before a day against those of its clause.
func (n *awayNotice) judge(day awayDay, before, behind string, role awayRole, joined bool) awayRole {
	if role == awayNone {
		role = n.trailing(behind)
	}
	switch {
	case day.first != 0:
		return awayLast
	case day.vague() && joined:
		return awayNone // "Monday to Friday", the hours of business
	case role == awayLast && n.never(before):
		return awayBack // "not back until"
	case role == awayLast && day.what == onNextWeek && !n.endOf(before):
		return awayBack
	case role == awayLast:
		return awayLast
	case n.returns(before, behind):
		return awayBack
	case role == awayNone && (n.says(before, awayLanguage.awayWords) >= 0 || n.says(behind, awayLanguage.awayWords) >= 0):
		if day.what == onWeekday {
			return awayNone
		}
		return awayLast // "not in the office on 5 January"
	}
	return role
}

// leading reads the preposition right before a day. joined says that it stands
// between this day and another one.
func (n *awayNotice) leading(before string, i int) (role awayRole, joined bool) {
	for _, rest := range []string{strings.TrimRight(before, " :,"), cutFillers(before)} {
		for _, l := range n.languages {
			if _, ok := cutAway(rest, l.from); ok {
				return awayFirst, false
			}
		}
		for _, l := range n.languages {
			if head, ok := cutAway(rest, l.joins); ok && n.follows(head, i) {
				return awayLast, true
			}
			if head, ok := cutAway(rest, l.and); ok && n.follows(head, i) {
				return awayLast, n.days[i].vague()
			}
			if head, ok := cutAway(rest, l.until); ok {
				return awayLast, n.days[i].vague() && n.follows(head, i)
			}
		}
		if head, ok := strings.CutSuffix(rest, "-"); ok && n.follows(head, i) {
			return awayLast, true
		}
	}
	return awayNone, false
}

// follows reports whether nothing but another day, or the number of one, stands
// in what is left of a clause.
func (n *awayNotice) follows(head string, i int) bool {
	head = strings.Trim(cutFillers(head), ". ")
	if number := strings.TrimRight(head, ".°"); number != "" && digit(number[len(number)-1]) {
		return true // "22 to 26 December"
	}
	ending := len(head) <= 6 || len(head) <= 8 && (head[0] == '\'' || head[0] == '-') // "22 Aralık'tan"
	return ending && i > 0 && n.days[i].start-n.days[i-1].end <= awayClause/2
}

// trailing reads what stands right behind a day, in languages that say it there.
func (n *awayNotice) trailing(behind string) awayRole {
	behind = shorten(behind, 30)
	for _, l := range n.languages {
		if wordsAt(behind, l.untilAfter) >= 0 {
			return awayLast
		}
	}
	for _, l := range n.languages {
		if wordsAt(behind, l.fromAfter) >= 0 {
			return awayFirst
		}
	}
	return awayNone
}

// returns reports whether the clause of a day tells of the return.
func (n *awayNotice) returns(before, behind string) bool {
	back, away := n.says(before, awayLanguage.backWords), n.says(before, awayLanguage.awayWords)
	if back >= 0 && back > away {
		return true
	}
	return n.says(behind, awayLanguage.backWords) >= 0 && n.says(behind, awayLanguage.awayWords) < 0
}

// never reports whether a return is denied: "will not be back".
func (n *awayNotice) never(before string) bool {
	return n.says(before, awayLanguage.backWords) >= 0 && wordsAt(before, []string{"not", "won't", "don't"}) >= 0
}

func (n *awayNotice) endOf(before string) bool {
	_, _, end := awayParts()
	_, ok := cutAway(strings.TrimRight(before, " "), end)
	return ok
}

func (l awayLanguage) backWords() []string { return l.back }
func (l awayLanguage) awayWords() []string { return l.away }

// says gives where the last of some words of any language stands, or -1.
func (n *awayNotice) says(text string, words func(awayLanguage) []string) int {
	last := -1
	for _, l := range n.languages {
		last = max(last, wordsAt(text, words(l)))
	}
	return last
}

// before is the clause of a day up to it.
func (n *awayNotice) before(i int) string {
	start := 0
	if i > 0 {
		start = n.days[i-1].end
	}
	s := shortenLeft(n.text[start:n.days[i].start], awayClause)
	if end := lastSentenceEnd(s); end >= 0 {
		s = s[end:]
	}
	return s
}

// behind is the clause of a day from it on. What follows a comma or an "and"
// belongs to the next day, if there is one.
func (n *awayNotice) behind(i int) string {
	end := len(n.text)
	next := i+1 < len(n.days) && !n.days[i+1].vague()
	if i+1 < len(n.days) {
		end = n.days[i+1].start
	}
	s := n.text[n.days[i].end:end]
	if strings.HasPrefix(s, ". ") && !strings.Contains(n.text[n.days[i].start:n.days[i].end], ".") {
		return ""
	}
	s = shorten(s, awayBehind)
	cut := n.days[i].end+len(s) == end && next
	if stop := firstSentenceEnd(s); stop >= 0 {
		s, cut = s[:stop], false
	}
	if cut {
		for _, mark := range []string{",", "、", ",", " and ", " und ", " et ", " y ", " e ", " en ", " og ", " och ", " ja ", " i ", " a ", " и ", " ve ", " és ", " but "} {
			s, _, _ = strings.Cut(s, mark)
		}
	}
	return s
}

// lastSentenceEnd and firstSentenceEnd find where sentences meet, -1 if they do
// not. A point after a short word or a number may be of an abbreviation.
func lastSentenceEnd(s string) int {
	last := -1
	for at := 0; ; {
		end := firstSentenceEnd(s[at:])
		if end < 0 {
			return last
		}
		at += end
		last = at
	}
}

func firstSentenceEnd(s string) int {
	letters := 0
	for i, r := range s {
		switch {
		case r == '\n', r == '!', r == '?', r == '。', r == '｡', r == ';':
			return i + utf8.RuneLen(r)
		case r == '.' && letters >= 4 && (i+1 == len(s) || s[i+1] == ' ') && !startsAny(s[i-letters:], []string{"incl", "inkl", "sept", "janv", "juil", "genn", "sett"}):
			return i + 1
		case r < utf8.RuneSelf && unicode.IsLetter(r):
			letters++
		case unicode.IsLetter(r):
			letters += utf8.RuneLen(r)
		default:
			letters = 0
		}
	}
	return -1
}
