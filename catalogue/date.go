package catalogue

import (
	"strconv"
	"strings"
	"time"
)

// Day is a day as people write it: "Monday, 5 January 2026". The zone is t's.
func (c *Catalogue) Day(lang string, t time.Time) string {
	return c.date(lang, "date.day", t)
}

// Moment is a day and a time of day, with the zone that they are in: "Monday,
// 5 January 2026, 14:00 (Europe/Berlin)".
func (c *Catalogue) Moment(lang string, t time.Time) string {
	return c.date(lang, "date.moment", t)
}

func (c *Catalogue) date(lang, key string, t time.Time) string {
	return c.Text(lang, key,
		"weekday", nth(c.Text(lang, "date.weekdays"), int(t.Weekday())),
		"month", nth(c.Text(lang, "date.months"), int(t.Month())-1),
		"day", strconv.Itoa(t.Day()), "year", strconv.Itoa(t.Year()),
		"time", t.Format("15:04"), "zone", t.Location().String())
}

// nth is a word of a list.
func nth(list string, n int) string {
	if words := strings.Fields(list); n < len(words) {
		return words[n]
	}
	return ""
}
