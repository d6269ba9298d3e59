package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// maxHolidays is the most days that the holidays of a calendar may list.
const maxHolidays = 5000

const (
	hoursRemedy   = `write for example ["mon-fri 09:00-17:30", "sat 10:00-14:00"]`
	holidayRemedy = `write for example "12-25", "2026-12-24 from 12:00" or "2026-12-24..2027-01-03"`
)

var calendarName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$`)

// calendarKey is the path of a setting of the i-th calendar, counted from 0.
func calendarKey(i int, name string) string { return fmt.Sprintf("calendar[%d].%s", i+1, name) }

func (v *checker) calendars(all []Calendar) {
	seen := map[string]bool{AroundTheClock: true}
	for i, c := range all {
		switch key := calendarKey(i, "name"); {
		case c.Name == AroundTheClock:
			v.fail(key, "is the calendar that is always open", "choose another name")
		case !calendarName.MatchString(c.Name):
			v.fail(key, "must be letters, digits, spaces, dots and hyphens, at most 64", `write for example "office"`)
		case seen[c.Name]:
			v.fail(key, "is the name of an earlier calendar", "give each its own")
		}
		seen[c.Name] = true
		v.zone(calendarKey(i, "time_zone"), c.TimeZone)
		hours := v.hours(calendarKey(i, "hours"), c.Hours)
		closed := v.holidays(calendarKey(i, "holidays"), c.Holidays)
		if len(hours) > 0 && !everOpen(hours, closed) {
			v.fail(calendarKey(i, "holidays"), "leave no time of the year at which it is open", "remove some of them")
		}
	}
	v.calendarOf("desk.calendar", v.c.Desk.Calendar)
	for i, m := range v.c.Mailbox {
		if m.Calendar != v.c.Desk.Calendar { // else it is the desk's fault
			v.calendarOf(mailboxKey(i, "calendar"), m.Calendar)
		}
	}
}

// calendarOf checks that a calendar that is named exists.
func (v *checker) calendarOf(key, name string) {
	if name != AroundTheClock && !slices.ContainsFunc(v.c.Calendar, func(c Calendar) bool { return c.Name == name }) {
		v.fail(key, fmt.Sprintf("there is no calendar %q", name), `name a [[calendar]], or write "24x7"`)
	}
}

func (v *checker) zone(key, name string) {
	const remedy = `write for example "Europe/Berlin", "Asia/Tokyo" or "UTC"`
	if name == "" || name == "Local" {
		v.fail(key, "names no time zone", remedy)
	} else if _, err := time.LoadLocation(name); err != nil {
		v.fail(key, fmt.Sprintf("there is no time zone %q", name), remedy)
	}
}

// hours checks that a calendar's hours can be read and do not overlap.
func (v *checker) hours(key string, lines []string) []Hours {
	if len(lines) == 0 {
		v.fail(key, "missing", hoursRemedy+`, or use the calendar "24x7"`)
		return nil
	}
	var all []Hours
	for _, line := range lines {
		hours, err := ParseHours(line)
		if err != nil {
			v.fail(key, err.Error(), hoursRemedy)
			return nil
		}
		all = append(all, hours...)
	}
	slices.SortFunc(all, func(a, b Hours) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.From, b.From)) })
	for i := range all {
		if i > 0 && all[i].Day == all[i-1].Day && all[i].From < all[i-1].To {
			v.fail(key, "overlap on "+all[i].Day.String(), "give each time of a day once")
			return nil
		}
	}
	return all
}

// holidays checks that a calendar's holidays can be read.
func (v *checker) holidays(key string, lines []string) []Closing {
	var all []Closing
	for _, line := range lines {
		closed, err := ParseHoliday(line)
		if err != nil {
			v.fail(key, err.Error(), holidayRemedy)
			return nil
		}
		if all = append(all, closed...); len(all) > maxHolidays {
			v.fail(key, fmt.Sprintf("are more than %d days", maxHolidays), "remove those of years gone by")
			return nil
		}
	}
	return all
}

// everOpen reports whether there is a day in the year on which what is closed
// every year leaves something of the hours of some weekday: sooner or later the
// two fall together.
func everOpen(hours []Hours, closed []Closing) bool {
	var open [wholeDay]bool
	for _, h := range hours {
		for minute := h.From; minute < h.To; minute++ {
			open[minute] = true
		}
	}
	for day := time.Date(yearlyIn, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == yearlyIn; day = day.AddDate(0, 0, 1) {
		left := open
		for _, c := range closed {
			if c.Year == 0 && c.Month == day.Month() && c.Day == day.Day() {
				clear(left[c.From:c.To])
			}
		}
		if left != [wholeDay]bool{} {
			return true
		}
	}
	return false
}

// holidayFiles reads every holidays_file and adds what it holds to the holidays.
func (c *Config) holidayFiles() Faults {
	var faults Faults
	for i := range c.Calendar {
		cal := &c.Calendar[i]
		if cal.HolidaysFile == "" {
			continue
		}
		data, err := readFile(cal.HolidaysFile, maxFile)
		if err != nil {
			faults = append(faults, c.faultAt(calendarKey(i, "holidays_file"), fileProblem(err), "create the file readable by deskd's user, or remove the key"))
			continue
		}
		number := 0
		for line := range strings.Lines(strings.TrimPrefix(string(data), "\xef\xbb\xbf")) {
			number++
			line, _, _ = strings.Cut(line, "#")
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			if _, err := ParseHoliday(line); err != nil {
				faults = append(faults, Fault{File: cal.HolidaysFile, Line: number, Problem: err.Error(), Remedy: holidayRemedy})
				break // the file may be of quite another sort
			}
			cal.Holidays = append(cal.Holidays, line)
		}
	}
	return faults
}
