package main

import (
	"testing"
	"time"
)

func TestWholeSeconds(t *testing.T) {
	for in, want := range map[time.Duration]string{
		15*time.Minute + 51*time.Second + 960568552: "15m52s",
		250 * time.Millisecond:                      "250ms",
	} {
		if got := wholeSeconds(in).String(); got != want {
			t.Errorf("%s is written %s, want %s", in, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		line    string
		columns int
		want    string
	}{
		{"a long line", 0, "a long line"}, {"a long line", 11, "a long line"}, {"a long line", 6, "a lon…"}, {"日本語です", 6, "日本…"}, {"日本語", 6, "日本語"},
	} {
		if got := cut(c.line, c.columns); got != c.want {
			t.Errorf("%q in %d columns is %q, want %q", c.line, c.columns, got, c.want)
		}
	}
}
