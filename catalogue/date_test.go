package catalogue

import (
	"testing"
	"time"
)

func TestDates(t *testing.T) {
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2026, time.January, 31, 20, 5, 0, 0, time.UTC)
	for _, test := range []struct{ got, want string }{
		{c.Day("en", first), "Saturday, 31 January 2026"},
		{c.Moment("en", first), "Saturday, 31 January 2026, 20:05 (UTC)"},
		{c.Day("ja", first.In(tokyo)), "2026年2月1日（日）"},
		{c.Moment("ja", first.In(tokyo)), "2026年2月1日（日） 05:05 (Asia/Tokyo)"},
		{c.Day("fr", time.Date(2026, time.December, 25, 0, 0, 0, 0, time.UTC)), "Friday, 25 December 2026"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}
