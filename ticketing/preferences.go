package ticketing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Preferences are how an agent wants to work. The zero value of each is the
// desk's default. It is comparable.
type Preferences struct {
	// Notify is what the agent is mailed about: words between commas.
	Notify string `json:"notify,omitempty"`
	// Receipts is [ReceiptsAlways] or [ReceiptsErrors].
	Receipts string `json:"receipts,omitempty"`
	// Digest is the time of day of the morning mail, such as "08:00", or "off".
	Digest string `json:"digest,omitempty"`
	// Zone is the IANA time zone of that time.
	Zone string `json:"zone,omitempty"`
}

// SetNotify chooses topics: "new,mine" those, "+others -notes" changes what was
// chosen, "default" and "none" say so; "" changes nothing. It returns a catalogue
// key below "command." if it cannot be.
func (p *Preferences) SetNotify(arg string) string {
	words := strings.FieldsFunc(strings.ToLower(arg), func(r rune) bool { return r == ',' || r == ' ' || r == '、' })
	switch {
	case len(words) == 0:
		return ""
	case len(words) == 1 && words[0] == "default":
		p.Notify = ""
		return ""
	case len(words) == 1 && words[0] == notifyNothing:
		p.Notify = notifyNothing
		return ""
	}
	chosen, changes := p.Topics(), strings.ContainsAny(words[0][:1], "+-")
	if !changes {
		chosen = nil
	}
	for _, word := range words {
		sign, topic := "", Topic(word)
		if strings.ContainsAny(word[:1], "+-") {
			sign, topic = word[:1], Topic(word[1:])
		}
		if changes != (sign != "") || !slices.Contains(Topics(), topic) {
			return "notify_needs_topics"
		}
		chosen = slices.DeleteFunc(chosen, func(t Topic) bool { return t == topic })
		if sign != "-" {
			chosen = append(chosen, topic)
		}
	}
	p.setTopics(chosen)
	return ""
}

func (p *Preferences) setTopics(chosen []Topic) {
	var names []string
	for _, t := range Topics() {
		if slices.Contains(chosen, t) {
			names = append(names, string(t))
		}
	}
	p.Notify = ""
	if !slices.Equal(p.Topics(), slices.DeleteFunc(Topics(), func(t Topic) bool { return !slices.Contains(chosen, t) })) {
		p.Notify = cmp.Or(strings.Join(names, ","), notifyNothing)
	}
}

// SetReceipts says of which mails the agent has a receipt: "always", "errors" or
// "default"; "" changes nothing. Errors are as with SetNotify.
func (p *Preferences) SetReceipts(arg string) string {
	switch arg = strings.ToLower(arg); arg {
	case "":
	case "always", "errors":
		p.Receipts = arg
	case "default":
		p.Receipts = ""
	default:
		return "receipts_needs_when"
	}
	return ""
}

// SetDigest says when the morning mail comes: "08:00", with a time zone behind it
// or without, "off" or "default"; "" changes nothing. Errors are as with SetNotify.
func (p *Preferences) SetDigest(arg string) string {
	at, zone, _ := strings.Cut(arg, " ")
	minute, isTime := ParseTimeOfDay(at)
	switch lower := strings.ToLower(at); {
	case lower == "":
	case lower == "off":
		p.Digest = "off"
	case lower == "default":
		p.Digest = ""
	case isTime:
		p.Digest = fmt.Sprintf("%02d:%02d", minute/60, minute%60)
	default:
		return "digest_needs_time"
	}
	return p.SetZone(strings.TrimSpace(zone))
}

// SetZone says where the agent is, by the name of an IANA time zone; "" changes
// nothing. Errors are as with SetNotify.
func (p *Preferences) SetZone(name string) string {
	if name == "" {
		return ""
	}
	if _, err := time.LoadLocation(name); err != nil || len(name) > 64 || strings.EqualFold(name, "local") {
		return "no_such_zone"
	}
	p.Zone = name
	return ""
}

// zone is where the agent is; otherwise, if he has not said where, or if that is
// not known here.
func (p Preferences) zone(otherwise *time.Location) *time.Location {
	if zone, err := time.LoadLocation(p.Zone); err == nil && p.Zone != "" {
		return zone
	}
	return otherwise
}

// longestAbsence bounds what an agent can order about himself.
const longestAbsence = 366 * 24 * time.Hour

// back reads the day on which an agent is back, which begins at midnight where
// he is; "" is after the default time. ok is false for what is no day to come
// within a year.
func (p Preferences) back(arg string, now time.Time, otherwise time.Duration) (t time.Time, ok bool) {
	if arg == "" {
		return now.Add(otherwise), true
	}
	t, err := time.ParseInLocation(time.DateOnly, strings.ReplaceAll(arg, "/", "-"), p.zone(time.UTC))
	return t, err == nil && t.After(now) && t.Before(now.Add(longestAbsence))
}

// BackOn reads the day on which an agent is back, as in #away. ok is as there.
func (p Person) BackOn(day string, now time.Time) (t time.Time, ok bool) {
	return p.Preferences.back(day, now, 0)
}

// What an agent is told of his own mails.
const (
	ReceiptsAlways = "always" // each that was carried out is confirmed
	ReceiptsErrors = "errors" // only what could not be carried out is told
)
