package config

import (
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for _, tc := range []struct {
		in   string
		want time.Duration
		ok   bool
		out  string
	}{
		{"", 0, true, "0s"}, {"90s", 90 * time.Second, true, "1m30s"}, {"1h30m", 90 * time.Minute, true, "1h30m"},
		{"30d", 720 * time.Hour, true, "30d"}, {"2w", 336 * time.Hour, true, "14d"}, {"5m", 5 * time.Minute, true, "5m"},
		{"300", 0, false, ""}, {"1.5d", 0, false, ""}, {"99999w", 0, false, ""}, {"5 minutes", 0, false, ""},
	} {
		var d Duration
		err := d.UnmarshalText([]byte(tc.in))
		if (err == nil) != tc.ok || d.Std() != tc.want {
			t.Errorf("%q: %v, %v", tc.in, d, err)
		}
		if tc.ok && d.String() != tc.out {
			t.Errorf("%q is written %q, want %q", tc.in, d, tc.out)
		}
	}
}

func TestSize(t *testing.T) {
	for _, tc := range []struct {
		in   string
		want int64
		ok   bool
	}{
		{"50 MiB", 50 << 20, true}, {"256KiB", 256 << 10, true}, {"800 B", 800, true}, {"1 GiB", 1 << 30, true},
		{"50", 0, false}, {"50 MB", 0, false}, {"-1 B", 0, false}, {"999999999999 GiB", 0, false}, {"", 0, false},
	} {
		var s Size
		err := s.UnmarshalText([]byte(tc.in))
		if (err == nil) != tc.ok || s.Bytes() != tc.want {
			t.Errorf("%q: %d, %v", tc.in, s.Bytes(), err)
		}
		var back Size
		if err == nil && (back.UnmarshalText([]byte(s.String())) != nil || back != s) {
			t.Errorf("%q is written %q, which reads as %d", tc.in, s, back)
		}
	}
}

func TestParseAfter(t *testing.T) {
	for in, want := range map[string]After{
		"keep": {}, "move:Done": {Move: "Done"}, "move:A:B": {Move: "A:B"}, "keyword": {Keyword: "deskd"}, "keyword:$Seen2": {Keyword: "$Seen2"},
	} {
		if got, err := ParseAfter(in); err != nil || got != want {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "keep:x", "move:", "move", "move:a\r\nb", "keyword:", "keyword:\\Deleted", "delete"} {
		if got, err := ParseAfter(in); err == nil {
			t.Errorf("%q: %+v", in, got)
		}
	}
}
