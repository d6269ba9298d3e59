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
	value = strings.Trim(shorten(value, 200), " \t\"'")
	if n, err := strconv.ParseInt(value, 10, 64); err == nil && (len(value) == 9 || len(value) == 10) { // Unix time
		return time.Unix(n, 0).UTC()
	}
	d := dateWords{day: -1, year: -1, zone: time.UTC}
	value, comments := cutComments(value)
	value, weekday := cutWeekday(value)
	for word := range strings.FieldsFuncSeq(spaceDate(value), func(r rune) bool { return strings.ContainsRune(" \t,;()\"'", r) }) {
		d.take(word)
	}
	if d.month == 0 { // "Nov, 24 2026"
		d.take(weekday)
	}
	for word := range strings.FieldsSeq(comments) { // "10:00:00 (EST)"
		if d.clock && !d.zoned {
			d.takeZone(word)
		}
	}
	return d.time()
}

// cutComments takes comments out of a date.
func cutComments(value string) (rest, comments string) {
	if strings.IndexByte(value, '(') < 0 {
		return value, ""
	}
	if start, end := strings.IndexByte(value, '('), strings.LastIndexByte(value, ')'); end > start {
		comments = value[start+1 : end]
	}
	return stripComments(value), strings.NewReplacer("(", " ", ")", " ").Replace(comments)
}

// cutWeekday takes the day's name off, which ends in a comma: in some languages
// it is also the name of a month.
func cutWeekday(value string) (rest, weekday string) {
	first, rest, ok := strings.Cut(value, ",")
	if !ok || strings.ContainsAny(first, " 0123456789:") {
		return value, ""
	}
	return rest, strings.Trim(first, ". ")
}

// spaceDate writes a date with blanks where its words end: "9 : 55 : 06",
// "+ 0100", "2026-11-24T10:00:00", "2026年11月24日".
func spaceDate(value string) string {
	if strings.Contains(value, ": ") || strings.Contains(value, " :") {
		value = strings.NewReplacer(" :", ":", ": ", ":").Replace(strings.Join(strings.Fields(value), " "))
		value = strings.ReplaceAll(value, ": ", ":")
	}
	if strings.Contains(value, "+ ") || strings.Contains(value, " - ") {
		value = strings.NewReplacer("+ ", "+", " - ", " -").Replace(value)
	}
	if strings.Contains(value, "年") {
		value = strings.NewReplacer("年", "-", "月", "-", "日", " ").Replace(value)
	}
	t := strings.IndexByte(value, 'T')
	if t < 8 || t+1 >= len(value) || !digit(value[t-1]) || !digit(value[t+1]) {
		return value
	}
	date, clock := value[:t], value[t+1:]
	if zone := strings.IndexAny(clock, "-+Z"); zone > 0 {
		clock = clock[:zone] + " " + clock[zone:]
	}
	return date + " " + clock
}

func digits(s string) bool {
	for i := range len(s) {
		if !digit(s[i]) {
			return false
		}
	}
	return s != ""
}

type dateWords struct {
	day, year, hour, minute, second int
	month                           time.Month
	clock, zoned                    bool
	zone                            *time.Location
}

func (d *dateWords) time() time.Time {
	if d.day < 1 || d.month < 1 || d.month > 12 || d.year < 0 || d.day > 31 {
		return time.Time{}
	}
	if time.Date(d.year, d.month, d.day, 0, 0, 0, 0, d.zone).Day() != d.day {
		return time.Time{}
	}
	return time.Date(d.year, d.month, d.day, d.hour, d.minute, d.second, 0, d.zone)
}

func (d *dateWords) take(word string) {
	n, err := strconv.Atoi(word)
	switch {
	case word == "":
	case word[0] == '+' || word[0] == '-':
		d.takeOffset(word)
	case d.takeNumeric(word):
	case strings.Contains(word, "-") && digit(word[0]): // 12-Jan-2004
		for piece := range strings.SplitSeq(word, "-") {
			d.take(piece)
		}
	case strings.Count(word, ":") > 0 && digit(word[0]) || !d.clock && d.year >= 0 && strings.Count(word, ".") == 2:
		d.takeClock(word)
	case err == nil && d.day < 0 && n <= 31:
		d.day = n
	case err == nil && d.year < 0 && len(word) <= 4:
		d.year = fullYear(n, len(word))
	case err == nil && d.clock && !d.zoned && len(word) == 4 && word[0] < '2':
		d.takeOffset("+" + word)
	case err == nil && !d.clock && len(word) == 6:
		d.takeClock(word[:2] + ":" + word[2:4] + ":" + word[4:])
	case d.month == 0 && monthOf(word) != 0:
		d.month = monthOf(word)
	case d.day < 0 && len(word) == 3 && strings.HasSuffix(word, "."): // "24."
		d.take(word[:2])
	case err != nil && d.clock && !d.zoned:
		d.takeZone(word)
	}
}

// takeNumeric reads 2026-11-24, 2026/11/24, 24.11.2026, 24/11/2026 and, where
// it is not clear, 11/24/2026 as American programs write it; 20261124 too.
func (d *dateWords) takeNumeric(word string) bool {
	if len(word) == 8 && digits(word) && d.day < 0 {
		word = word[:4] + "-" + word[4:6] + "-" + word[6:]
	}
	parts := strings.FieldsFunc(word, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(parts) != 3 || !digits(parts[0]) || !digits(parts[1]) || !digits(parts[2]) || d.day >= 0 {
		return false
	}
	var n [3]int
	for i, part := range parts {
		n[i], _ = strconv.Atoi(part)
	}
	switch {
	case len(parts[0]) == 4:
		d.year, d.month, d.day = n[0], time.Month(n[1]), n[2]
	case len(parts[2]) != 4 && !strings.Contains(word, "/"):
		return false
	case strings.Contains(word, "/") && n[0] <= 12:
		d.month, d.day, d.year = time.Month(n[0]), n[1], fullYear(n[2], len(parts[2]))
	default:
		d.day, d.month, d.year = n[0], time.Month(n[1]), n[2]
	}
	return true
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

// monthOf reads the name of a month, cut to three letters or not, as
// programs write it that forget to use English.
func monthOf(word string) time.Month {
	word = strings.ToLower(word)
	if n, ok := strings.CutSuffix(word, "月"); ok {
		month, _ := strconv.Atoi(n)
		return time.Month(month)
	}
	letters := []rune(word)
	if len(letters) < 3 {
		return 0
	}
	if i := strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", string(letters[:3])); i >= 0 && i%3 == 0 {
		return time.Month(i/3 + 1)
	}
	for i, names := range []string{
		"jän ene gen sty янв oca", "fév fev lut фев şub", "mär mrz mrt мар", "avr abr kwi апр nis", "mai mag mei maj май мая", "giu cze июн haz",
		"lug lip июл tem", "aoû aou ago sie авг ağu", "set wrz сен eyl", "okt ott out paź окт eki", "lis ноя kas", "dez déc dic des gru дек ara",
	} {
		if strings.Contains(names, string(letters[:3])) {
			return time.Month(i + 1)
		}
	}
	if word, ok := strings.CutPrefix(word, "jui"); ok { // juin, juillet
		if strings.HasPrefix(word, "n") {
			return time.June
		}
		return time.July
	}
	return 0
}

func (d *dateWords) takeClock(word string) {
	if d.clock {
		return
	}
	if i := strings.IndexAny(word, "+-"); i > 0 {
		d.takeOffset(word[i:])
		word = word[:i]
	}
	half := strings.ToUpper(word[max(0, len(word)-2):])
	if half == "AM" || half == "PM" {
		word = word[:len(word)-2]
	}
	word = strings.TrimSuffix(word, "Z")
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
	d.takeHalf(half)
}

// takeHalf moves a time of twelve hours.
func (d *dateWords) takeHalf(half string) bool {
	switch {
	case half == "PM" && d.hour < 12:
		d.hour += 12
	case half == "AM" && d.hour == 12:
		d.hour = 0
	}
	return half == "AM" || half == "PM"
}

func (d *dateWords) takeOffset(word string) {
	plain := strings.ReplaceAll(word[1:], ":", "")
	n, err := strconv.Atoi(plain)
	if err != nil || d.zoned || len(plain) > 4 {
		return
	}
	if len(plain) <= 2 {
		n *= 100
	}
	if n >= 1500 || n%100 >= 60 { // no place on earth
		return
	}
	seconds := (n/100*60 + n%100) * 60
	if word[0] == '-' {
		seconds = -seconds
	}
	d.setZone(seconds)
}

func (d *dateWords) setZone(seconds int) {
	d.zoned = true
	if d.zone = time.UTC; seconds != 0 {
		d.zone = time.FixedZone("", seconds)
	}
}

func (d *dateWords) takeZone(word string) {
	if i := strings.IndexAny(word, "+-"); i > 0 { // GMT+0200
		d.takeOffset(word[i:])
		return
	}
	word = strings.ToUpper(word)
	if d.takeHalf(word) {
		return
	}
	if minutes, ok := zoneMinutes(word); ok {
		d.setZone(minutes * 60)
	}
}

// zoneMinutes gives the distance to UTC of a named zone. Names that several
// countries use mean what RFC 5322 §4.3 says, else what most mail means.
func zoneMinutes(name string) (int, bool) {
	switch name {
	case "GMT", "UTC", "UT", "Z", "WET":
		return 0, true
	case "CET", "MEZ", "MET", "BST", "WEST", "WAT":
		return 60, true
	case "CEST", "MESZ", "MEST", "EET", "SAST", "CAT":
		return 120, true
	case "EEST", "MSK", "EAT", "TRT":
		return 180, true
	case "MSD", "GST":
		return 240, true
	case "PKT":
		return 300, true
	case "IST":
		return 330, true
	case "ICT", "WIB":
		return 420, true
	case "HKT", "SGT", "PHT", "AWST":
		return 480, true
	case "JST", "KST":
		return 540, true
	case "ACST":
		return 570, true
	case "AEST":
		return 600, true
	case "ACDT":
		return 630, true
	case "AEDT":
		return 660, true
	case "NZST":
		return 720, true
	case "NZDT":
		return 780, true
	}
	return americanZone(name)
}

func americanZone(name string) (int, bool) {
	switch name {
	case "NDT":
		return -150, true
	case "ADT", "BRT", "ART":
		return -180, true
	case "NST":
		return -210, true
	case "EDT", "AST":
		return -240, true
	case "EST", "CDT":
		return -300, true
	case "CST", "MDT":
		return -360, true
	case "MST", "PDT":
		return -420, true
	case "PST", "AKDT":
		return -480, true
	case "AKST":
		return -540, true
	case "HST":
		return -600, true
	}
	return 0, false
}
