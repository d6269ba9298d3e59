package config

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Duration is a length of time, written as "90s", "5m", "1h30m", "30d" or "2w".
// A day has 24 hours.
type Duration time.Duration

// Std is the duration as the standard library has it.
func (d Duration) Std() time.Duration { return time.Duration(d) }

var daysAndWeeks = regexp.MustCompile(`^([0-9]{1,5})([dw])$`)

// UnmarshalText implements [encoding.TextUnmarshaler].
func (d *Duration) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	if s == "" {
		*d = 0
		return nil
	}
	if m := daysAndWeeks.FindStringSubmatch(s); m != nil {
		n, err := strconv.Atoi(m[1])
		unit := 24 * time.Hour
		if m[2] == "w" {
			unit *= 7
		}
		if err != nil || time.Duration(n) > math.MaxInt64/unit {
			return fmt.Errorf("%q is too long", s)
		}
		*d = Duration(time.Duration(n) * unit)
		return nil
	}
	v, err := time.ParseDuration(s)
	if err != nil {
		return fmt.Errorf("%q is not a duration", s)
	}
	*d = Duration(v)
	return nil
}

// String writes the duration as the configuration file does.
func (d Duration) String() string {
	v := time.Duration(d)
	day := 24 * time.Hour
	if v > 0 && v%day == 0 {
		return strconv.FormatInt(int64(v/day), 10) + "d"
	}
	s := v.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// MarshalText implements [encoding.TextMarshaler].
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Size is a number of bytes, written as "50 MiB", "256 KiB", "1 GiB" or "800 B".
type Size int64

// Bytes is the size as a plain number.
func (s Size) Bytes() int64 { return int64(s) }

var sizePattern = regexp.MustCompile(`^([0-9]{1,12}) ?(B|KiB|MiB|GiB)$`)

// shift gives the power of two of a unit of a size.
func shift(unit string) uint {
	switch unit {
	case "KiB":
		return 10
	case "MiB":
		return 20
	case "GiB":
		return 30
	}
	return 0
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Size) UnmarshalText(text []byte) error {
	m := sizePattern.FindStringSubmatch(strings.TrimSpace(string(text)))
	if m == nil {
		return fmt.Errorf("%q is not a size", text)
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil || n > math.MaxInt64>>shift(m[2]) {
		return fmt.Errorf("%q is too large", text)
	}
	*s = Size(n << shift(m[2]))
	return nil
}

// String writes the size in the largest unit that leaves no remainder.
func (s Size) String() string {
	for _, unit := range []string{"GiB", "MiB", "KiB"} {
		if n := int64(1) << shift(unit); s > 0 && int64(s)%n == 0 {
			return strconv.FormatInt(int64(s)/n, 10) + " " + unit
		}
	}
	return strconv.FormatInt(int64(s), 10) + " B"
}

// MarshalText implements [encoding.TextMarshaler].
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
