package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Calendar is when a desk works.
type Calendar struct {
	Name         string   `toml:"name"`
	TimeZone     string   `toml:"time_zone"`     // such as Europe/Berlin
	Hours        []string `toml:"hours"`         // see [ParseHours]
	Holidays     []string `toml:"holidays"`      // see [ParseHoliday]; those of HolidaysFile too, once loaded
	HolidaysFile string   `toml:"holidays_file"` // one a line; # begins a comment
}

// AroundTheClock is the name of the calendar that is always open. It needs no
// [[calendar]].
const AroundTheClock = "24x7"

// wholeDay is the number of minutes in a day.
const wholeDay = 24 * 60

// Hours are times of one day of the week, in minutes since midnight, up to but
// without To.
type Hours struct {
	Day      time.Weekday
	From, To int
}

// Closing is a part of a day on which a desk does not work, in minutes since
// midnight. Year 0 is every year.
type Closing struct {
	Year     int
	Month    time.Month
	Day      int
	From, To int
}

// ParseHours reads one of a calendar's hours: days, and one or more times of
// day, such as "mon-fri 09:00-12:00 13:00-17:30" or "sat,sun 10:00-14:00".
// What ends at or before the time at which it begins ends on the next day.
func ParseHours(s string) ([]Hours, error) {
	words := strings.Fields(strings.ToLower(s))
	if len(words) < 2 {
		return nil, fmt.Errorf("%q is not days and times", s)
	}
	days, err := parseDays(words[0])
	if err != nil {
		return nil, err
	}
	var all []Hours
	for _, times := range words[1:] {
		from, to, err := parseTimes(times)
		if err != nil {
			return nil, err
		}
		for _, day := range days {
			if from < to {
				all = append(all, Hours{day, from, to})
				continue
			}
			all = append(all, Hours{day, from, wholeDay})
			if to > 0 {
				all = append(all, Hours{(day + 1) % 7, 0, to})
			}
		}
	}
	return all, nil
}

// parseDays reads "mon-fri" or "mon,wed,sat-sun".
func parseDays(s string) ([]time.Weekday, error) {
	var days []time.Weekday
	for part := range strings.SplitSeq(s, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, to := weekday(first), weekday(last)
		if from < 0 || to < 0 {
			return nil, fmt.Errorf("%q is not a day of the week", part)
		}
		for day := from; ; day = (day + 1) % 7 {
			if slices.Contains(days, day) {
				return nil, fmt.Errorf("%q names a day twice", s)
			}
			days = append(days, day)
			if day == to {
				break
			}
		}
	}
	return days, nil
}

// weekday is the day of an English name or its first three letters, -1 for none.
func weekday(s string) time.Weekday {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if name := strings.ToLower(day.String()); s == name || s == name[:3] {
			return day
		}
	}
	return -1
}

var clockTime = regexp.MustCompile(`^([0-9]{1,2}):([0-9]{2})$`)

// parseTime reads "9:00", as minutes since midnight, up to "24:00".
func parseTime(s string) (int, bool) {
	m := clockTime.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	n := digits(m[1])*60 + digits(m[2])
	return n, digits(m[2]) < 60 && n <= wholeDay
}

// digits is the number that a few digits write.
func digits(s string) int {
	n := 0
	for _, d := range s {
		n = n*10 + int(d-'0')
	}
	return n
}

// parseTimes reads "09:00-17:30".
func parseTimes(s string) (from, to int, err error) {
	first, last, _ := strings.Cut(s, "-")
	from, ok := parseTime(first)
	to, okTo := parseTime(last)
	if !ok || !okTo || from == wholeDay || from == to {
		return 0, 0, fmt.Errorf("%q is not times of day such as 09:00-17:30", s)
	}
	return from, to, nil
}

var holidayPattern = regexp.MustCompile(`^([1-9][0-9]{3}-)?([0-9]{2}-[0-9]{2})(?:\.\.([1-9][0-9]{3}-)?([0-9]{2}-[0-9]{2}))?(?: (.*))?$`)

// maxHoliday is the most days that one holiday may have.
const maxHoliday = 366

// ParseHoliday reads a holiday: a day, or two with ".." between them; with or
// without a year; then, perhaps, "from 12:00", "until 12:00" or "12:00-15:00" if
// it is not the whole day; then, perhaps, a name. Such as "2026-12-24 from 12:00
// Christmas Eve", "12-25" or "2026-12-24..2027-01-03".
func ParseHoliday(s string) ([]Closing, error) {
	m := holidayPattern.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return nil, fmt.Errorf("%q does not begin with a day", s)
	}
	yearly := m[1] == ""
	first, err := parseDay(m[1], m[2])
	if err != nil {
		return nil, err
	}
	last := first
	if m[4] != "" {
		if yearly != (m[3] == "") {
			return nil, fmt.Errorf("%q has a year on one side only", s)
		}
		if last, err = parseDay(m[3], m[4]); err != nil {
			return nil, err
		}
	}
	if !yearly && last.Before(first) {
		return nil, fmt.Errorf("%q ends before it begins", s)
	}
	from, to, err := parsePart(strings.Fields(m[5]))
	if err != nil {
		return nil, err
	}
	return closings(first, last, yearly, from, to)
}

// closings are those of the days from first to last; yearly ones go on from
// December to January.
func closings(first, last time.Time, yearly bool, from, to int) ([]Closing, error) {
	var all []Closing
	for day := first; len(all) < maxHoliday; {
		c := Closing{day.Year(), day.Month(), day.Day(), from, to}
		if yearly {
			c.Year = 0
		}
		if all = append(all, c); day.Equal(last) {
			return all, nil
		}
		day = day.AddDate(0, 0, 1)
		if yearly && day.Year() != yearlyIn {
			day = day.AddDate(-1, 0, 0)
		}
	}
	return nil, fmt.Errorf("it has more than %d days", maxHoliday)
}

// yearlyIn is a leap year, so that there is a 29 February.
const yearlyIn = 2000

// parseDay reads a day, with its year and the hyphen behind it or without.
func parseDay(year, monthDay string) (time.Time, error) {
	if year == "" {
		year = fmt.Sprint(yearlyIn, "-")
	}
	day, err := time.Parse(time.DateOnly, year+monthDay)
	if err != nil {
		return day, fmt.Errorf("there is no day %s", monthDay)
	}
	return day, nil
}

// parsePart reads what part of a day a holiday takes; what follows is its name.
func parsePart(words []string) (from, to int, err error) {
	if len(words) == 0 {
		return 0, wholeDay, nil
	}
	from, to = 0, wholeDay
	switch ok := len(words) > 1; {
	case words[0] == "from" && ok:
		from, ok = parseTime(words[1])
		if !ok || from == wholeDay {
			return 0, 0, fmt.Errorf("%q is not a time of day such as 12:00", words[1])
		}
	case words[0] == "until" && ok:
		to, ok = parseTime(words[1])
		if !ok || to == 0 {
			return 0, 0, fmt.Errorf("%q is not a time of day such as 12:00", words[1])
		}
	case words[0] == "from" || words[0] == "until":
		return 0, 0, fmt.Errorf("%q has no time of day behind it", words[0])
	case strings.Contains(words[0], ":"):
		if from, to, err = parseTimes(words[0]); err == nil && from > to {
			err = fmt.Errorf("%q ends before it begins", words[0])
		}
	}
	return from, to, err
}
