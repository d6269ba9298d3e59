package mail

import (
	"strconv"
	"strings"
	"time"
)

// parseDate reads a Date field (RFC 5322 §3.3, §4.3) and the many things
// that stand there instead, by the look of its words. Zero if it holds no
// date; an unknown zone means UTC.
func parseDate(value string) time.Time {
	if len(value) > 200 {
		value = value[:200]
	}
	if t, ok := isoDate(value); ok {
		return t
	}
	value = stripComments(value)
	if strings.Contains(value, ": ") || strings.Contains(value, " :") { // "9 : 55 : 06"
		value = strings.NewReplacer(" :", ":", ": ", ":", "  ", " ").Replace(strings.Join(strings.Fields(value), " "))
		value = strings.ReplaceAll(value, ": ", ":")
	}
	d := dateWords{day: -1, year: -1, zone: time.UTC}
	for word := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune(" \t,()", r) }) {
		d.take(word)
	}
	if d.day < 1 || d.month == 0 || d.year < 0 || d.day > 31 {
		return time.Time{}
	}
	t := time.Date(d.year, d.month, d.day, d.hour, d.minute, d.second, 0, d.zone)
	if t.Day() != d.day {
		return time.Time{}
	}
	return t
}

func isoDate(value string) (time.Time, bool) {
	if len(value) < 10 || value[4] != '-' {
		return time.Time{}, false
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, value); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

type dateWords struct {
	day, year, hour, minute, second int
	month                           time.Month
	clock, zoned                    bool
	zone                            *time.Location
}

func (d *dateWords) take(word string) {
	if word == "" { // between the hyphens of "1--2004"
		return
	}
	if strings.Contains(word, "-") && word[0] >= '0' && word[0] <= '9' { // 12-Jan-2004
		for piece := range strings.SplitSeq(word, "-") {
			d.take(piece)
		}
		return
	}
	switch n, err := strconv.Atoi(word); {
	case strings.Count(word, ":") > 0 || !d.clock && d.year >= 0 && strings.Count(word, ".") == 2:
		d.takeClock(word)
	case (word[0] == '+' || word[0] == '-') && err == nil:
		d.takeOffset(word)
	case err == nil && n >= 0 && d.day < 0 && n <= 31:
		d.day = n
	case err == nil && n >= 0 && d.year < 0 && len(word) <= 4:
		d.year = fullYear(n, len(word))
	case err != nil && d.month == 0 && monthOf(word) != 0:
		d.month = monthOf(word)
	case err != nil && d.clock && !d.zoned:
		d.takeZone(word)
	}
}

// fullYear widens years of two and three digits (RFC 5322 §4.3).
func fullYear(n, digits int) int {
	switch {
	case digits <= 2 && n < 50:
		return n + 2000
	case digits <= 3:
		return n + 1900
	}
	return n
}

func monthOf(word string) time.Month {
	if len(word) < 3 {
		return 0
	}
	i := strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(word[:3]))
	if i < 0 || i%3 != 0 {
		return 0
	}
	return time.Month(i/3 + 1)
}

func (d *dateWords) takeClock(word string) {
	if d.clock {
		return
	}
	if i := strings.IndexAny(word, "+-"); i > 0 {
		d.takeOffset(word[i:])
		word = word[:i]
	}
	parts := strings.FieldsFunc(word, func(r rune) bool { return r == ':' || r == '.' })
	var n [3]int
	for i := range min(3, len(parts)) {
		v, err := strconv.Atoi(parts[i])
		if err != nil || v < 0 || v > 60 {
			return
		}
		n[i] = v
	}
	if n[0] > 24 {
		return
	}
	d.hour, d.minute, d.second, d.clock = n[0], n[1], n[2], true
}

func (d *dateWords) takeOffset(word string) {
	digits := strings.ReplaceAll(word[1:], ":", "")
	n, err := strconv.Atoi(digits)
	if err != nil || d.zoned || len(digits) > 4 {
		return
	}
	if len(digits) <= 2 {
		n *= 100
	}
	if n/100 > 15 || n%100 > 59 { // no place on Earth
		return
	}
	seconds := (n/100*60 + n%100) * 60
	if word[0] == '-' {
		seconds = -seconds
	}
	if seconds == 0 {
		d.zone = time.UTC
	} else {
		d.zone = time.FixedZone("", seconds)
	}
	d.zoned = true
}

func (d *dateWords) takeZone(word string) {
	if i := strings.IndexAny(word, "+-"); i > 0 { // GMT+0200
		d.takeOffset(word[i:])
		return
	}
	hours, known := 0, true
	switch strings.ToUpper(word) {
	case "EDT":
		hours = -4
	case "EST", "CDT":
		hours = -5
	case "CST", "MDT":
		hours = -6
	case "MST", "PDT":
		hours = -7
	case "PST":
		hours = -8
	case "CET", "MEZ", "BST":
		hours = 1
	case "CEST", "MESZ", "EET":
		hours = 2
	case "JST":
		hours = 9
	case "GMT", "UTC", "UT", "Z":
	case "PM":
		if d.hour < 12 {
			d.hour += 12
		}
		return
	default:
		known = false
	}
	if known {
		d.zoned = true
		if hours != 0 {
			d.zone = time.FixedZone("", hours*3600)
		}
	}
}
