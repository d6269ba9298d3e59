package main

import (
	"cmp"
	"slices"
	"time"
	_ "time/tzdata" // zones are known also where the system has no list of them

	"deskd/config"
	"deskd/ticketing"
)

// calendar is the one of a name; "24x7" is always open. That the configuration
// can be read, config.Load has seen to.
func calendar(c *config.Config, name string) ticketing.Calendar {
	for _, from := range c.Calendar {
		if from.Name == name {
			return madeOf(from)
		}
	}
	return ticketing.AroundTheClock()
}

// calendars are those of the mailboxes, in their order.
func calendars(c *config.Config) []ticketing.Calendar {
	all := make([]ticketing.Calendar, len(c.Mailbox))
	for i, m := range c.Mailbox {
		all[i] = calendar(c, m.Calendar)
	}
	return all
}

func madeOf(from config.Calendar) ticketing.Calendar {
	to := ticketing.Calendar{Name: from.Name, Holidays: map[ticketing.Date][]ticketing.Span{}}
	to.Zone, _ = time.LoadLocation(from.TimeZone)
	for _, line := range from.Hours {
		hours, _ := config.ParseHours(line)
		for _, h := range hours {
			to.Hours[h.Day] = append(to.Hours[h.Day], ticketing.Span{From: h.From, To: h.To})
		}
	}
	for _, day := range to.Hours {
		slices.SortFunc(day, func(a, b ticketing.Span) int { return cmp.Compare(a.From, b.From) })
	}
	for _, line := range from.Holidays {
		closed, _ := config.ParseHoliday(line)
		for _, h := range closed {
			d := ticketing.Date{Year: h.Year, Month: h.Month, Day: h.Day}
			to.Holidays[d] = append(to.Holidays[d], ticketing.Span{From: h.From, To: h.To})
		}
	}
	return to
}

// slas are the targets of the tickets of each mailbox, in the order of the
// mailboxes. Without targets there is nothing in them.
func slas(c *config.Config) []ticketing.SLAs {
	all := make([]ticketing.SLAs, len(c.Mailbox))
	for i, m := range c.Mailbox {
		all[i] = ticketing.SLAs{}
		for priority, a := range c.SLA.ByPriority() {
			sla := ticketing.SLA{
				First: workTime(a.FirstResponse), Next: workTime(a.NextResponse), Solution: workTime(a.Solution),
				Warn: int(a.WarnAt), PauseOnHold: a.PauseOnHold,
			}
			if sla.First == 0 && sla.Next == 0 && sla.Solution == 0 {
				continue
			}
			sla.Calendar = calendar(c, cmp.Or(a.Calendar, m.Calendar))
			all[i][ticketing.Priority(priority)] = sla
		}
	}
	return all
}

func workTime(s string) time.Duration {
	d, _, _ := config.ParseWorkTime(s)
	return d
}

// reminders are how customers are reminded.
func reminders(c *config.Config) ticketing.Reminders {
	r := ticketing.Reminders{
		Enabled: c.Reminders.Enabled, AutoSolve: c.Reminders.AutoSolve,
		Of: map[ticketing.Priority]ticketing.Reminder{},
	}
	for priority, one := range c.Reminders.ByPriority() {
		r.Of[ticketing.Priority(priority)] = ticketing.Reminder{Alerts: one.Alerts, After: one.After.Std(), Business: one.Business}
	}
	return r
}
