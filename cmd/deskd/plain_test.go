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
