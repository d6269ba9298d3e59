package config

import "regexp"

// Digest is when agents get their morning mail.
type Digest struct {
	At         string `toml:"at"`          // a time of day, "08:00", or "off"
	ClosedDays bool   `toml:"closed_days"` // also when the calendar is closed
}

var timeOfDay = regexp.MustCompile(`^([01]?[0-9]|2[0-3]):[0-5][0-9]$`)

func (v *checker) digest(d Digest) {
	if d.At != "off" && !timeOfDay.MatchString(d.At) {
		v.fail("digest.at", "is no time of day", `write for example "08:00", or "off"`)
	}
}
