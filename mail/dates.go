package mail

import (
	"slices"
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
	case d.day < 0 && len(word) <= 3 && strings.HasSuffix(word, "."): // "24."
		d.take(word[:len(word)-1])
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
	for month, names := range [...]string{ // whose three letters also begin something else
		time.January - 1:   "leden ledna lednu",
		time.March - 1:     "maart maaliskuu maaliskuuta maaliskuun",
		time.May - 1:       "toukokuu toukokuuta toukokuun",
		time.June - 1:      "červen června červnu kesäkuu kesäkuuta kesäkuun",
		time.July - 1:      "červenec července červenci ιουλίου",
		time.September - 1: "szeptember szept",
		time.November - 1:  "marraskuu marraskuuta marraskuun",
		time.December - 1:  "prosinec prosince prosinci",
	} {
		if slices.Contains(strings.Fields(names), word) {
			return time.Month(month + 1)
		}
	}
	if i := strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", string(letters[:3])); i >= 0 && i%3 == 0 {
		return time.Month(i/3 + 1)
	}
	for i, names := range [...]string{
		time.January - 1:   "jän ene gen sty янв oca tam ιαν",
		time.February - 1:  "fév fev lut фев şub hel úno φεβ",
		time.March - 1:     "mär mrz mrt мар már bře μαρ",
		time.April - 1:     "avr abr kwi апр nis huh ápr dub απρ",
		time.May - 1:       "mai mag mei maj май мая máj kvě μαΐ μάι",
		time.June - 1:      "giu cze июн haz jún ιου",
		time.July - 1:      "lug lip июл tem hei júl",
		time.August - 1:    "aoû aou ago sie авг ağu elo srp αυγ",
		time.September - 1: "set wrz сен eyl syy zář σεπ",
		time.October - 1:   "okt ott out paź окт eki lok říj οκτ",
		time.November - 1:  "lis ноя kas νοε",
		time.December - 1:  "dez déc dic des gru дек ara jou δεκ",
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
