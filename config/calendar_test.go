package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
)

func TestParseHours(t *testing.T) {
	for s, want := range map[string][]Hours{
		"mon 9:00-17:30":              {{time.Monday, 540, 1050}},
		"Mon-Wed 09:00-17:30":         {{time.Monday, 540, 1050}, {time.Tuesday, 540, 1050}, {time.Wednesday, 540, 1050}},
		"sat,sun 00:00-24:00":         {{time.Saturday, 0, 1440}, {time.Sunday, 0, 1440}},
		"fri-sun,wednesday 1:00-2:00": {{time.Friday, 60, 120}, {time.Saturday, 60, 120}, {time.Sunday, 60, 120}, {time.Wednesday, 60, 120}},
		"tue 9:00-12:00 13:00-18:00":  {{time.Tuesday, 540, 720}, {time.Tuesday, 780, 1080}},
		"sat 22:00-06:00":             {{time.Saturday, 1320, 1440}, {time.Sunday, 0, 360}},
		"sat 22:00-00:00":             {{time.Saturday, 1320, 1440}},
	} {
		got, err := ParseHours(s)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v, want %v", s, got, err, want)
		}
	}
	for _, s := range []string{
		"", "mon", "09:00-17:30", "mo 09:00-17:30", "mon-fri 9-17", "mon 9:00-9:00", "mon 09:60-17:00", "mon 09:00-24:01",
		"mon 24:00-08:00", "mon,mon 09:00-17:00", "mon-wed,tue 09:00-17:00", "mon 09:00", "mon- 09:00-10:00", "mon 099:00-100:00",
	} {
		if got, err := ParseHours(s); err == nil {
			t.Errorf("%q is read as %v", s, got)
		}
	}
}

func TestParseHoliday(t *testing.T) {
	for s, want := range map[string][]Closing{
		"2026-12-25":                              {{2026, 12, 25, 0, 1440}},
		"12-25 Christmas":                         {{0, 12, 25, 0, 1440}},
		"02-29":                                   {{0, 2, 29, 0, 1440}},
		"2026-12-24 from 12:00":                   {{2026, 12, 24, 720, 1440}},
		"12-24 from 12:00 Christmas Eve":          {{0, 12, 24, 720, 1440}},
		"2026-01-02 until 13:30 stocktaking":      {{2026, 1, 2, 0, 810}},
		"2026-01-02 12:00-15:00 all hands":        {{2026, 1, 2, 720, 900}},
		"2026-12-31..2027-01-02 New Year":         {{2026, 12, 31, 0, 1440}, {2027, 1, 1, 0, 1440}, {2027, 1, 2, 0, 1440}},
		"12-30..01-02":                            {{0, 12, 30, 0, 1440}, {0, 12, 31, 0, 1440}, {0, 1, 1, 0, 1440}, {0, 1, 2, 0, 1440}},
		"2027-02-28..2027-03-01 until 9:00":       {{2027, 2, 28, 0, 540}, {2027, 3, 1, 0, 540}},
		"2026-05-04 みどりの日":                        {{2026, 5, 4, 0, 1440}},
		"2026-11-26 4th Thursday in November":     {{2026, 11, 26, 0, 1440}},
		" 2026-11-26   Thanksgiving ":             {{2026, 11, 26, 0, 1440}},
		"2026-03-29..2026-03-29 a range of a day": {{2026, 3, 29, 0, 1440}},
	} {
		got, err := ParseHoliday(s)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v, want %v", s, got, err, want)
		}
	}
	for _, s := range []string{
		"", "Christmas", "2026-02-29", "02-30", "25.12.2026", "2026-12-24 from", "2026-12-24 from noon", "2026-12-24 until 0:00",
		"2026-12-24 from 24:00", "2026-12-24 15:00-12:00", "2026-12-24 12:00", "2026-12-24..01-03", "12-24..2027-01-03",
		"2027-01-03..2026-12-24", "2026-01-01..2027-12-31", "0000-12-25", "2026-12-25Christmas", "2026-12-24 until",
	} {
		if got, err := ParseHoliday(s); err == nil {
			t.Errorf("%q is read as %v", s, got)
		}
	}
	if all, err := ParseHoliday("03-01..02-29"); err != nil || len(all) != 366 {
		t.Errorf("a whole year has %d days: %v", len(all), err)
	}
}

// office is a configuration with a calendar and a file of holidays.
const office = `
[desk]
name = "D"
secret = "0123456789abcdef0123456789abcdef"
calendar = "office"
[database]
url = "sqlite:desk.db"
[[calendar]]
name = "office"
time_zone = "Europe/Berlin"
hours = ["mon-fri 09:00-17:30"]
holidays = ["12-25 Christmas"]
holidays_file = "holidays"
[sla]
lead = "lead@example.com"
[sla.S1]
first_response = "1h"
solution = "2d"
calendar = "24x7"
warn_at = "50%"
[[mailbox]]
address = "support@example.com"
imap = "none"
[[mailbox]]
address = "night@example.com"
imap = "none"
calendar = "24x7"
lead = "night-lead@example.com"
[smtp]
url = "smtps://smtp.example.com"
auth = "none"
`

func TestOffice(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "deskd.toml")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("holidays", "\xef\xbb\xbf# 2027\r\n\r\n2027-01-01 New Year\r\n2026-12-24 from 12:00 # in the canteen\r\n")
	c, err := parse(path, []byte(office), nothing)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"12-25 Christmas", "2027-01-01 New Year", "2026-12-24 from 12:00"}
	if diff := cmp.Diff(want, c.Calendar[0].Holidays); diff != "" {
		t.Error(diff)
	}
	day, night := c.Mailbox[0], c.Mailbox[1]
	if day.Calendar != "office" || night.Calendar != AroundTheClock || day.Lead != "lead@example.com" || night.Lead != "night-lead@example.com" {
		t.Errorf("%+v\n%+v", day, night)
	}
	if s := c.SLA; s.S1.Solution != "2d" || s.S1.WarnAt != 50 || s.S2.WarnAt != 75 || s.S2.FirstResponse != "" {
		t.Errorf("%+v", s)
	}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}

	write("holidays", "# 2027\n2027-01-01\n1 May\n2027-13-01\n")
	_, err = parse(path, []byte(office), nothing)
	if want := filepath.Join(dir, "holidays") + `:3: "1 May" does not begin with a day; ` + holidayRemedy; err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
	if err := os.Remove(filepath.Join(dir, "holidays")); err != nil {
		t.Fatal(err)
	}
	if _, err = parse(path, []byte(office), nothing); err == nil || !strings.Contains(err.Error(), "calendar[1].holidays_file: there is no file") {
		t.Error(err)
	}
}

// TestEverOpen: what is closed on every day of the year is found, also where it
// takes two holidays a day.
func TestEverOpen(t *testing.T) {
	read := func(lines ...string) []Closing {
		var all []Closing
		for _, line := range lines {
			closed, err := ParseHoliday(line)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, closed...)
		}
		return all
	}
	hours := []Hours{{time.Monday, 9 * 60, 17 * 60}}
	for _, tc := range []struct {
		closed []Closing
		want   bool
	}{
		{nil, true},
		{read("2026-01-01..2027-01-01"), true},
		{read("01-01..12-31"), false},
		{read("01-02..12-31"), true},
		{read("01-01..12-31 from 12:00"), true},
		{read("01-01..12-31 from 12:00", "01-01..12-31 until 12:00"), false},
		{read("01-01..12-31 09:00-17:00"), false},
		{read("01-01..12-31 09:00-16:59"), true},
	} {
		if got := everOpen(hours, tc.closed); got != tc.want {
			t.Errorf("open beside %d closings: %v", len(tc.closed), got)
		}
	}
}

func FuzzParseHoliday(f *testing.F) {
	for _, s := range []string{"12-25 Christmas", "2026-12-24..2027-01-03 from 12:00", "02-29..02-28", "2026-12-24 12:00-15:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		all, err := ParseHoliday(s)
		if (err == nil) != (len(all) > 0) || len(all) > maxHoliday {
			t.Fatalf("%d days, %v", len(all), err)
		}
		for _, c := range all {
			if c.From < 0 || c.From >= c.To || c.To > wholeDay {
				t.Fatalf("%+v", c)
			}
		}
	})
}
