package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// SLA is how soon customers are to hear of the desk, by priority.
type SLA struct {
	Lead string `toml:"lead"` // an agent who also hears of warnings and breaches
	S1   Aims   `toml:"S1"`
	S2   Aims   `toml:"S2"`
	S3   Aims   `toml:"S3"`
	S4   Aims   `toml:"S4"`
}

// Aims are the targets of one priority; nothing is no target.
type Aims struct {
	FirstResponse string  `toml:"first_response"` // these three: see [ParseWorkTime]
	NextResponse  string  `toml:"next_response"`
	Solution      string  `toml:"solution"`
	Calendar      string  `toml:"calendar"` // "": that of the mailbox
	WarnAt        Percent `toml:"warn_at"`  // of a target; 0 gives no warning
	PauseOnHold   bool    `toml:"pause_on_hold"`
}

// ByPriority gives the aims of each priority, by its name.
func (s SLA) ByPriority() map[string]Aims {
	return map[string]Aims{"S1": s.S1, "S2": s.S2, "S3": s.S3, "S4": s.S4}
}

// Reminders are how customers are reminded of what waits for their reply.
type Reminders struct {
	Enabled     bool     `toml:"enabled"`
	AutoSolve   bool     `toml:"auto_solve"`   // after the last alert
	AwayDefault Duration `toml:"away_default"` // pause by an out-of-office answer without a date
	S1          Reminder `toml:"S1"`
	S2          Reminder `toml:"S2"`
	S3          Reminder `toml:"S3"`
	S4          Reminder `toml:"S4"`
}

// Reminder is how often, and each time after how long.
type Reminder struct {
	Alerts   int      `toml:"alerts"`
	After    Duration `toml:"after"`
	Business bool     `toml:"business"` // in working days and business time
}

// ByPriority gives the reminders of each priority, by its name.
func (r Reminders) ByPriority() map[string]Reminder {
	return map[string]Reminder{"S1": r.S1, "S2": r.S2, "S3": r.S3, "S4": r.S4}
}

// ParseWorkTime reads a length of business time, as [Duration] does; "" is none.
// Whether it is written in days is told, since a day of an office has fewer
// hours than one of a clock.
func ParseWorkTime(s string) (d time.Duration, inDays bool, err error) {
	var v Duration
	err = v.UnmarshalText([]byte(s))
	return v.Std(), daysAndWeeks.MatchString(strings.TrimSpace(s)), err
}

// Percent is a share, written "75%".
type Percent int

var percentPattern = regexp.MustCompile(`^([0-9]{1,3}) ?%$`)

// UnmarshalText implements [encoding.TextUnmarshaler].
func (p *Percent) UnmarshalText(text []byte) error {
	m := percentPattern.FindStringSubmatch(strings.TrimSpace(string(text)))
	if m == nil {
		return fmt.Errorf("%q is not a share", text)
	}
	*p = Percent(digits(m[1]))
	return nil
}

// String writes the share as the configuration file does.
func (p Percent) String() string { return strconv.Itoa(int(p)) + "%" }

// MarshalText implements [encoding.TextMarshaler].
func (p Percent) MarshalText() ([]byte, error) { return []byte(p.String()), nil }
