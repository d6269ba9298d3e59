package mail

import (
	"bytes"
	"strings"
	"time"
)

// Limits of one text/calendar part (RFC 5545).
const (
	maxCalendar     = 256 << 10 // bytes looked at
	maxEvents       = 5         // put into words
	maxCalendarText = 16 << 10  // bytes of one value
)

// event is what an invitation says, as far as it is put into words.
type event struct {
	summary, location, organizer, description string
	start, end                                string
}

// readCalendar finds the iTIP method (RFC 5546 §1.4) of an invitation and what
// it is about.
func (p *parser) readCalendar(at *part) error {
	data, _, err := p.readStart(at, maxCalendar)
	if err != nil {
		return err
	}
	method, events := readEvents(unfoldCalendar(p.cs.body(data, at.params.get("charset"), false)))
	if given := at.params.get("method"); given != "" {
		method = given
	}
	if p.method == "" && isToken(method) {
		p.method = strings.ToUpper(shorten(method, 40))
	}
	for _, e := range events {
		if text := e.text(); text != "" && len(p.events) < maxEvents {
			p.events = append(p.events, text)
		}
	}
	return nil
}

// unfoldCalendar joins folded lines (RFC 5545 §3.1).
func unfoldCalendar(text string) string {
	return strings.NewReplacer("\n ", "", "\n\t", "").Replace(cleanBody(text))
}

// readEvents reads the events and tasks; what is in them, such as alarms, is
// passed over.
func readEvents(text string) (method string, events []event) {
	var inside []string
	for line := range strings.Lines(text) {
		name, ps, value := calendarLine(strings.TrimRight(line, "\n"))
		switch {
		case name == "BEGIN":
			inside = append(inside, strings.ToUpper(value))
			if inEvent(inside) && len(events) < maxEvents {
				events = append(events, event{})
			}
			if len(inside) > 16 {
				return method, events
			}
		case name == "END" && len(inside) > 0:
			inside = inside[:len(inside)-1]
		case name == "METHOD" && len(inside) <= 1:
			method = strings.TrimSpace(value)
		case inEvent(inside) && len(events) > 0:
			events[len(events)-1].take(name, ps, value)
		}
	}
	return method, events
}

// inEvent reports whether the components that are open are a calendar and an
// event or a task in it, and nothing inside of that.
func inEvent(open []string) bool {
	return len(open) == 2 && (open[1] == "VEVENT" || open[1] == "VTODO")
}

// calendarLine cuts "NAME;PARAM=value:value"; a colon in quotes does not count.
func calendarLine(line string) (name string, ps params, value string) {
	quoted := false
	for i := range len(line) {
		switch c := line[i]; {
		case c == '"':
			quoted = !quoted
		case c == ':' && !quoted:
			name, rest, _ := strings.Cut(line[:i], ";")
			return strings.ToUpper(strings.TrimSpace(name)), parseParams(rest), shorten(line[i+1:], maxCalendarText)
		}
	}
	return "", nil, ""
}

func (e *event) take(name string, ps params, value string) {
	switch name {
	case "SUMMARY":
		e.summary = calendarText(value)
	case "LOCATION":
		e.location = calendarText(value)
	case "DESCRIPTION":
		e.description = calendarText(value)
	case "ORGANIZER":
		e.organizer = organizer(ps.get("cn"), value)
	case "DTSTART":
		e.start = calendarTime(value, ps)
	case "DTEND", "DUE":
		e.end = calendarTime(value, ps)
	}
}

func calendarText(value string) string {
	return strings.TrimSpace(strings.NewReplacer(`\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\\`, `\`).Replace(value))
}

func organizer(name, value string) string {
	address := strings.TrimSpace(value)
	if len(address) >= 7 && strings.EqualFold(address[:7], "mailto:") {
		address = address[7:]
	}
	if name == "" || name == address {
		return address
	}
	return name + " <" + address + ">"
}

// calendarTime writes a time as it stands, with the zone it is given in.
func calendarTime(value string, ps params) string {
	value = strings.TrimSpace(value)
	if at, err := time.Parse("20060102", value); err == nil {
		return at.Format(time.DateOnly)
	}
	zone := ""
	if utc, ok := strings.CutSuffix(value, "Z"); ok {
		value, zone = utc, " UTC"
	} else if name := ps.get("tzid"); name != "" {
		zone = " (" + cleanText(shorten(name, 100)) + ")"
	}
	at, err := time.Parse("20060102T150405", value)
	if err != nil {
		return ""
	}
	return at.Format("2006-01-02 15:04") + zone
}

// text puts an event into words that need no language.
func (e event) text() string {
	when := e.start
	if e.end != "" && e.end != e.start {
		when += " – " + e.end
	}
	var b bytes.Buffer
	for _, line := range []string{e.summary, when, e.location, e.organizer} {
		if line = strings.TrimSpace(cleanText(line)); line != "" {
			b.WriteString(line + "\n")
		}
	}
	if e.description != "" && b.Len() > 0 {
		b.WriteString("\n" + e.description + "\n")
	}
	return b.String()
}
