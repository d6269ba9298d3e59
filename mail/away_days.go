package mail

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// awayWhat is how a notice names a day.
type awayWhat int

const (
	onDate     awayWhat = iota
	onMonth             // part of a month
	onWeekday           // "Monday"
	onTomorrow          // and onToday: seen from the mail
	onToday
	onThisWeek
	onNextWeek
)

// awayDay is a day that a notice names, with where it stands.
type awayDay struct {
	start, end int
	what       awayWhat
	year       int // 0 without one
	month      time.Month
	day        int // of the month; 0 is the last one; a month's number while month is 0
	// other is the day if the month comes first ("5/1"): day is the month then. 0
	// if that is clear.
	other    int
	weekday  time.Weekday
	nextWeek bool     // the weekday is of the next week
	first    int      // day of the month that "December 22-26" begins with
	written  dayOrder // of a numeric date whose order is clear
}

// vague says that the day has no date.
func (d awayDay) vague() bool { return d.what != onDate && d.what != onMonth }

// awayForm is a way to write a date, and how it is read from the groups of its
// pattern, which begins at a number or a word. ok is false for what only looks
// like it.
type awayForm struct {
	pattern *regexp.Regexp
	read    func(d *awayDay, g []string, before string) (ok bool)
}

// awayForms are the ways to write a date, the whole ones first.
var awayForms = []awayForm{
	// 2026-01-05, 2026. 1. 5., 2026年1月5日
	{regexp.MustCompile(`^(\d{4})(?:[-/.] ?| ?[年년] ?)(\d{1,2})(?:[-/.] ?| ?[月월] ?)(\d{1,2})(?: ?[日号號일])?`), func(d *awayDay, g []string, _ string) bool {
		d.year, d.month, d.day = number(g[1]), time.Month(number(g[2])), number(g[3])
		return true
	}},
	// 1月5日, 5日
	{regexp.MustCompile(`^(?:(\d{1,2}) ?[月월] ?)?(\d{1,2}) ?[日号號일]`), func(d *awayDay, g []string, _ string) bool {
		d.month, d.day = time.Month(number(g[1])), number(g[2])
		return true
	}},
	// 05/01/2026, 5. 1. 2026, 05-01-26
	{regexp.MustCompile(`^(\d{1,2})(?:/(\d{1,2})/|\. ?(\d{1,2})\. ?|-(\d{1,2})-)(\d{4}|\d{2})`), func(d *awayDay, g []string, _ string) bool {
		d.year = fullYear(number(g[5]), len(g[5]))
		return d.either(number(g[1]), number(g[2]+g[3]+g[4]))
	}},
	// 5 January, 5th of January 2026, le 1er janvier, 5 de enero de 2026
	{regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th|er|ère|º|ª|°|:e|:a|-?го|-?е)?\.? ?(?:day of |of |de |di |d'|do |el )?(\pL{3,12})(\.?)(?:,? ?(?:de |del |do )?(\d{4})\b)?`), func(d *awayDay, g []string, _ string) bool {
		d.day, d.month, d.year = number(g[1]), awayMonth(g[2]), number(g[4])
		if len(g[2]) > 4 && g[3] != "" && g[4] == "" {
			d.end-- // no abbreviation: the sentence ends
		}
		return d.month != 0
	}},
	// January 5, Dec 22-26, 2026. január 5
	{regexp.MustCompile(`^(?:(\d{4})\.? )?(\pL{3,12})\.? (?:the )?(?:(\d{1,2})(?:st|nd|rd|th)? ?(?:-|to|through|thru|and|&) ?)?(\d{1,2})(?:st|nd|rd|th)?\b(?:[,.]? (\d{4})\b)?`), func(d *awayDay, g []string, _ string) bool {
		d.year, d.month, d.day, d.first = number(g[1]+g[5]), awayMonth(g[2]), number(g[4]), number(g[3])
		return d.month != 0
	}},
	// 5/1, 5.1
	{regexp.MustCompile(`^(\d{1,2})(?:/|\. ?)(\d{1,2})`), func(d *awayDay, g []string, _ string) bool {
		return d.either(number(g[1]), number(g[2]))
	}},
	// 1月末
	{regexp.MustCompile(`^(\d{1,2}) ?[月월] ?(上旬|初|中旬|下旬|末|底|초|말)`), func(d *awayDay, g []string, _ string) bool {
		d.what, d.month = onMonth, time.Month(number(g[1]))
		d.day = map[string]int{"上旬": 1, "初": 1, "초": 1, "中旬": 15}[g[2]]
		return d.month != 0
	}},
	// February 2026, end of February
	{regexp.MustCompile(`^(\pL{3,12})(?:\.?(?: de| del| do)? (\d{4})\b)?`), func(d *awayDay, g []string, before string) bool {
		d.what, d.month, d.year = onMonth, awayMonth(g[1]), number(g[2])
		return d.month != 0 && (d.part(before) || d.year != 0)
	}},
}

func number(s string) int { n, _ := strconv.Atoi(s); return n }

// findAwayDays finds the days that a text names, in their order.
func findAwayDays(text string) []awayDay {
	days := findAwayDates(text)
	for weekday, names := range awayDayNames() {
		days = addAwayWords(days, text, names, awayDay{what: onWeekday, weekday: time.Weekday(weekday)})
	}
	days = addAwayWords(days, text, awayTomorrow(), awayDay{what: onTomorrow})
	days = addAwayWords(days, text, awayToday(), awayDay{what: onToday})
	days = addAwayWords(days, text, awayThisWeek(), awayDay{what: onThisWeek})
	days = addAwayWords(days, text, awayNextWeek(), awayDay{what: onNextWeek})
	slices.SortStableFunc(days, func(a, b awayDay) int { return cmp.Compare(a.start, b.start) })
	return withoutDayNames(days, text)
}

// withoutDayNames takes the names of days out that stand before a date or
// behind it: "Monday, 5 January", "5 January (Monday)".
func withoutDayNames(days []awayDay, text string) []awayDay {
	var kept []awayDay
	for i, d := range days {
		if d.what == onNextWeek && i+1 < len(days) && days[i+1].what == onWeekday && strings.Trim(text[d.end:days[i+1].start], " の,") == "" {
			days[i+1].nextWeek = true
			continue
		}
		if d.what == onWeekday {
			d.nextWeek = d.nextWeek || strings.HasSuffix(text[:d.start], "下") || strings.HasSuffix(text[:d.start], "下个")
			if i+1 < len(days) && !days[i+1].vague() && cutFillers(text[d.end:days[i+1].start]) == "" {
				days[i+1].start = d.start
				continue
			}
			if n := len(kept); n > 0 && !kept[n-1].vague() && strings.Trim(text[kept[n-1].end:d.start], " ,(") == "" && d.start-kept[n-1].end <= 3 {
				kept[n-1].end = d.end
				continue
			}
		}
		kept = append(kept, d)
	}
	return kept
}

// addAwayWords adds the days that are named by words, where no other day stands.
func addAwayWords(days []awayDay, text string, words []string, as awayDay) []awayDay {
	for _, word := range words {
		for at := 0; len(days) < maxAwayDays; {
			i := wordAt(text[at:], word)
			if i < 0 {
				break
			}
			as.start, as.end = at+i, at+i+len(word)
			at = as.end
			if !slices.ContainsFunc(days, func(d awayDay) bool { return d.start < as.end && as.start < d.end }) {
				days = append(days, as)
			}
		}
	}
	return days
}

// findAwayDates finds the days with a date. It goes from number to number and
// word to word.
func findAwayDates(text string) []awayDay {
	var days []awayDay
	for at := 0; at < len(text) && len(days) < maxAwayDays; {
		if d, ok := readAwayDate(text, at); ok {
			days, at = append(days, d), d.end
			continue
		}
		at = endOfRun(text, at)
	}
	return days
}

// endOfRun is where the number, the word or the sign ends that starts there.
func endOfRun(text string, start int) int {
	first, size := utf8.DecodeRuneInString(text[start:])
	if !unicode.IsDigit(first) && !unicode.IsLetter(first) || unspaced(first) {
		return start + size
	}
	for i, r := range text[start:] {
		if unicode.IsDigit(r) != unicode.IsDigit(first) || unicode.IsLetter(r) != unicode.IsLetter(first) || unspaced(r) {
			return start + i
		}
	}
	return len(text)
}

// readAwayDate reads the date that starts there, if one does.
func readAwayDate(text string, start int) (awayDay, bool) {
	if first, _ := utf8.DecodeRuneInString(text[start:]); !unicode.IsDigit(first) && (!unicode.IsLetter(first) || unspaced(first)) {
		return awayDay{}, false
	}
	rest, before := shorten(text[start:], 60), shortenLeft(text[:start], 40)
	for _, form := range awayForms {
		g := form.pattern.FindStringSubmatch(rest)
		if g == nil {
			continue
		}
		d := awayDay{start: start, end: start + len(g[0])}
		if !form.read(&d, g, before) || d.month < 0 || d.month > 12 || d.day > 31 || d.what == onDate && d.day < 1 || !alone(text, d) {
			continue
		}
		d.end += len(inBrackets.FindString(shorten(text[d.end:], 60)))
		return d, true
	}
	return awayDay{}, false
}

// awayMonth is [monthOf] for running text, where the names of days begin like
// months: "maandag", "martes".
func awayMonth(word string) time.Month {
	for _, names := range awayDayNames() {
		if slices.Contains(names, word) {
			return 0
		}
	}
	return monthOf(word)
}

// either takes a day and a month whose order may be either.
func (d *awayDay) either(a, b int) bool {
	d.day, d.month = a, time.Month(b)
	switch {
	case b > 12:
		d.day, d.month, d.written = b, time.Month(a), monthFirst
	case a > 12:
		d.written = dayFirst
	case a != b:
		d.other = b
	}
	return d.month > 0
}

// part reads what part of a month is meant by the words before it, and reports
// whether they say so. The day is the first, the middle or the last.
func (d *awayDay) part(before string) bool {
	before = strings.TrimRight(before, " ")
	beginning, middle, end := awayParts()
	d.day = 1
	switch {
	case hasAway(before, end):
		d.day = 0
	case hasAway(before, middle):
		d.day = 15
	default:
		return hasAway(before, beginning)
	}
	return true
}

// timeBefore ends in the first half of a time.
var timeBefore = regexp.MustCompile(`\d:$`)

// inBrackets is what follows a date, mostly the day of the week.
var inBrackets = regexp.MustCompile(`^ ?\([^()\n\d]{1,15}\)`)

// alone reports whether a date is not part of a longer number or word, such as
// an address in the Internet or a time.
func alone(text string, d awayDay) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:d.start])
	behind, _ := utf8.DecodeRuneInString(text[d.end:])
	first, _ := utf8.DecodeRuneInString(text[d.start:])
	last, _ := utf8.DecodeLastRuneInString(text[:d.end])
	switch {
	case unicode.IsDigit(first) && (unicode.IsDigit(before) || before == '+' || timeBefore.MatchString(shortenLeft(text[:d.start], 4))):
		return false
	case unicode.IsLetter(first) && unicode.IsLetter(before):
		return false
	case unicode.IsDigit(last) && (unicode.IsDigit(behind) || behind == ':' || behind == '%'):
		return false
	}
	return true
}

// dayOrder says which comes first in "5/1".
type dayOrder int

const (
	unknownOrder dayOrder = iota // English, from where Americans or others may write
	dayFirst
	monthFirst
)

// dayOrder finds the order by a date that can be read one way only, or else by
// the language that most of the words for absences and returns are in. In English
// it takes the zone; a server that dates its mails in UTC says nothing.
func (n *awayNotice) dayOrder() dayOrder {
	shown := map[dayOrder]bool{}
	for _, d := range n.days {
		shown[d.written] = true
	}
	if shown[dayFirst] != shown[monthFirst] {
		if shown[dayFirst] {
			return dayFirst
		}
		return monthFirst
	}
	best, most := "en", 1
	for _, l := range n.languages[1:] {
		score := 0
		for _, word := range slices.Concat(l.back, l.away) {
			if len(word) >= 4 && wordAt(n.text, word) >= 0 {
				score++
			}
		}
		if score > most {
			best, most = l.name, score
		}
	}
	switch best {
	case "ja", "zh", "ko", "hu":
		return monthFirst
	case "en":
	default:
		return dayFirst
	}
	switch _, offset := n.sent.Zone(); {
	case offset == 0:
		return unknownOrder
	case offset <= -3*3600:
		return monthFirst
	}
	return dayFirst
}

// returnOn is the moment from which the ith day says that somebody is back; zero
// if it does not, or not believably.
func (n *awayNotice) returnOn(i int, role awayRole) time.Time {
	if role != awayBack && role != awayLast {
		return time.Time{}
	}
	d := n.days[i]
	usual, swapped := d, d
	if d.other != 0 {
		swapped.day, swapped.month = d.other, time.Month(d.day)
	}
	if n.order == monthFirst {
		usual, swapped = swapped, usual
	}
	at, other := n.moment(usual, role), n.moment(swapped, role)
	if other.IsZero() || other.Sub(n.sent) > usualAway {
		return at
	}
	if at.IsZero() || other.Before(at) && (n.order == unknownOrder || at.Sub(n.sent) > usualAway) {
		return other // the nearer one is much more likely
	}
	return at
}

// moment is when somebody is back by a day, if that is after the mail and near
// enough.
func (n *awayNotice) moment(d awayDay, role awayRole) time.Time {
	midnight := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 0, 0, 0, 0, n.sent.Location())
	}
	year, month, day := n.sent.Date()
	more := 0
	if role == awayLast {
		more = 1
	}
	far := maxAwayFor
	var at time.Time
	switch d.what {
	case onToday:
		at = midnight(year, month, day+more)
	case onTomorrow:
		at = midnight(year, month, day+1+more)
	case onWeekday:
		ahead := (int(d.weekday) - int(n.sent.Weekday()) + 7) % 7
		switch {
		case d.nextWeek:
			ahead = (7-int(n.sent.Weekday()))%7 + (int(d.weekday)+6)%7 + 1
		case ahead == 0 && role == awayBack:
			ahead = 7
		}
		at = midnight(year, month, day+ahead+more)
	case onThisWeek, onNextWeek:
		at = midnight(year, month, day+(7-int(n.sent.Weekday()))%7+1)
		if d.what == onNextWeek && role == awayLast {
			at = at.AddDate(0, 0, 7)
		}
	default:
		if d.year == 0 {
			far = maxAwayGuess
		}
		at = n.dated(d, role)
	}
	if !at.After(n.sent) || at.After(n.sent.AddDate(0, 0, far)) {
		return time.Time{}
	}
	return at
}

// dated is moment for a day with a date. Without a year it is the next such
// day.
func (n *awayNotice) dated(d awayDay, role awayRole) time.Time {
	year, month, _ := n.sent.Date()
	on := func(year int, month time.Month) time.Time {
		day := d.day
		if d.what == onMonth && day == 0 { // the last one
			month++
		}
		at := time.Date(year, month, day, 0, 0, 0, 0, n.sent.Location())
		if d.what == onDate && at.Day() != day {
			return time.Time{} // 31 February
		}
		if role == awayLast && (d.what == onDate || d.day != 1) {
			at = at.AddDate(0, 0, 1)
		}
		return at
	}
	switch {
	case d.year != 0:
		return on(d.year, d.month)
	case d.month == 0 && !on(year, month).After(n.sent): // "until the 5th"
		return on(year, month+1)
	case d.month == 0:
		return on(year, month)
	}
	if at := on(year, d.month); at.After(n.sent) {
		return at
	}
	return on(year+1, d.month)
}
