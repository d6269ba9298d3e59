package config

import (
	"fmt"
	"slices"
)

// maxTarget bounds targets and reminders.
const maxTarget = 366 * day

func (v *checker) sla(s SLA) {
	if s.Lead != "" {
		v.address("sla.lead", s.Lead)
	}
	for i, m := range v.c.Mailbox {
		if m.Lead != s.Lead { // else it is the fault of [sla]
			v.address(mailboxKey(i, "lead"), m.Lead)
		}
	}
	for priority, a := range s.ByPriority() {
		key := func(name string) string { return "sla." + priority + "." + name }
		for name, text := range map[string]string{"first_response": a.FirstResponse, "next_response": a.NextResponse, "solution": a.Solution} {
			v.target(key(name), text, a.Calendar)
		}
		if a.Calendar != "" {
			v.calendarOf(key("calendar"), a.Calendar)
		}
		if a.WarnAt < 0 || a.WarnAt > 99 {
			v.fail(key("warn_at"), "is not from 0% to 99%", `write for example "75%", or "0%" to have no warnings`)
		}
	}
}

// target checks one target, of the time of a calendar or, if that is "", of the
// mailboxes'.
func (v *checker) target(key, text, calendar string) {
	d, inDays, err := ParseWorkTime(text)
	if err != nil {
		v.fail(key, err.Error(), `write for example "30m" or "8h"`)
		return
	}
	if office := v.officeOf(calendar); inDays && office != "" {
		v.fail(key, fmt.Sprintf("counts days of 24 hours, but the calendar %q is not open that long", office),
			`write hours of business time: "16h" is two days of an office that is open 8 hours; or set calendar = "24x7" beside it`)
		return
	}
	if d != 0 && d < minute.Std() || d > maxTarget.Std() {
		v.fail(key, "must be from 1 minute to 366 days", `write for example "4h", or remove it to have no target`)
	}
}

// officeOf is the name of a calendar that is not open around the clock, and
// that is the given one or, if that is "", one of a mailbox; "" for none.
func (v *checker) officeOf(calendar string) string {
	used := []string{calendar}
	if calendar == "" {
		used = nil
		for _, m := range v.c.Mailbox {
			used = append(used, m.Calendar)
		}
	}
	i := slices.IndexFunc(used, func(name string) bool { return name != AroundTheClock })
	if i < 0 {
		return ""
	}
	return used[i]
}

func (v *checker) reminders(r Reminders) {
	v.wait("reminders.away_default", r.AwayDefault)
	for priority, one := range r.ByPriority() {
		key := func(name string) string { return "reminders." + priority + "." + name }
		v.within(key("alerts"), one.Alerts, 1, 20)
		v.wait(key("after"), one.After)
		if one.Business && one.After > day && one.After%day != 0 {
			v.fail(key("after"), "is working days and hours mixed", `with business = true write days, such as "2d", or less than a day, such as "4h"`)
		}
	}
}

// wait checks how long something waits.
func (v *checker) wait(key string, d Duration) {
	if d < minute || d > maxTarget {
		v.fail(key, "must be from 1 minute to 366 days", "remove it to have the default")
	}
}
