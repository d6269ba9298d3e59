package ticketing

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// lived is the clock of a ticket after what happened to it, one "time what" a
// line: asked, answered, or a status.
func lived(t testing.TB, lines string) Clock {
	t.Helper()
	var c Clock
	for line := range strings.Lines(strings.TrimSpace(lines)) {
		line = strings.TrimSpace(line)
		i := strings.LastIndexByte(line, ' ')
		switch when := at(t, strings.TrimSpace(line[:i])); line[i+1:] {
		case "asked":
			c = c.Asked(when)
		case "answered":
			c = c.Answered(when)
		default:
			c = c.Moved(c.status(), Status(line[i+1:]), when)
		}
	}
	return c
}

// shown writes targets down, one a line, in the zone of the clock on the wall.
func shown(targets []Target, z *time.Location) string {
	var b strings.Builder
	for _, t := range targets {
		b.WriteString(string(t.Kind))
		for _, f := range []struct {
			name string
			at   time.Time
		}{{"warn", t.Warn}, {"due", t.Due}, {"met", t.Met}} {
			if !f.at.IsZero() {
				b.WriteString(" " + f.name + f.at.In(z).Format(" 2 Jan 15:04"))
			}
		}
		if t.Breached {
			b.WriteString(" breached")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestTargets(t *testing.T) {
	office := SLA{First: 2 * time.Hour, Next: 4 * time.Hour, Solution: 17 * time.Hour, Calendar: berlin(t), Warn: 75} // 8.5 h a day
	anyTime := SLA{First: time.Hour, Solution: 24 * time.Hour, Calendar: AroundTheClock(), Warn: 50}
	held := office
	held.PauseOnHold = true
	usa := SLA{First: 4 * time.Hour, Solution: 20 * time.Hour, Calendar: newYork(t)} // 10 h a day
	japan := SLA{First: 4 * time.Hour, Solution: 16 * time.Hour, Calendar: tokyo(t)} // 8 h a day
	const tuesday = "2026-11-24 10:00 +01"
	for _, tc := range []struct {
		name    string
		sla     SLA
		created string
		history string
		now     string
		want    string
	}{
		{"none is set", SLA{Calendar: berlin(t)}, tuesday, "", "2026-12-24 10:00 +01", ""},
		{"a new request", office, tuesday, tuesday + " asked", tuesday, `
first_response warn 24 Nov 11:30 due 24 Nov 12:00
solution warn 25 Nov 14:15 due 26 Nov 10:00
`},
		{"at the moment it is due, it is missed", office, tuesday, tuesday + " asked", "2026-11-24 12:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 breached
solution warn 25 Nov 14:15 due 26 Nov 10:00
`},
		{"answered in the last moment", office, tuesday, tuesday + " asked\n 2026-11-24 12:00 +01 answered", "2026-11-25 12:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 met 24 Nov 12:00
solution warn 25 Nov 14:15 due 26 Nov 10:00
`},
		{"answered too late", office, tuesday, tuesday + " asked\n 2026-11-24 12:01 +01 answered", "2026-11-25 12:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 met 24 Nov 12:01 breached
solution warn 25 Nov 14:15 due 26 Nov 10:00
`},
		{"after hours, so from the next morning", office, "2026-11-24 20:00 +01", "2026-11-24 20:00 +01 asked", "2026-11-24 21:00 +01", `
first_response warn 25 Nov 10:30 due 25 Nov 11:00
solution warn 26 Nov 13:15 due 26 Nov 17:30
`},
		// An hour of it is used when we ask the customer.
		{"waiting for the customer", office, tuesday, `
2026-11-24 10:00 +01 asked
2026-11-24 11:00 +01 answered
2026-11-24 11:00 +01 awaiting_reply`, "2026-11-25 12:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 met 24 Nov 11:00
solution
`},
		// He answers on Thursday: 2.5 hours of that day, 8.5 of Friday, 5 of Monday.
		{"the customer has answered", office, tuesday, `
2026-11-24 10:00 +01 asked
2026-11-24 11:00 +01 answered
2026-11-24 11:00 +01 awaiting_reply
2026-11-26 15:00 +01 asked
2026-11-26 15:00 +01 open`, "2026-11-26 15:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 met 24 Nov 11:00
next_response warn 27 Nov 09:30 due 27 Nov 10:30
solution warn 30 Nov 09:45 due 30 Nov 14:00
`},
		{"he wrote again: the oldest counts", office, tuesday, `
2026-11-24 11:00 +01 answered
2026-11-24 11:00 +01 awaiting_reply
2026-11-26 09:00 +01 open
2026-11-26 09:00 +01 asked
2026-11-26 12:00 +01 asked`, "2026-11-26 12:59 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 met 24 Nov 11:00
next_response warn 26 Nov 12:00 due 26 Nov 13:00
solution warn 27 Nov 12:15 due 27 Nov 16:30
`},
		{"the second of two waits", office, tuesday, `
2026-11-24 11:00 +01 answered
2026-11-24 11:00 +01 awaiting_reply
2026-11-25 09:00 +01 open
2026-11-25 09:00 +01 asked
2026-11-25 10:00 +01 answered
2026-11-25 10:00 +01 awaiting_reply
2026-11-26 09:00 +01 open
2026-11-26 09:00 +01 asked`, "2026-11-26 09:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 met 24 Nov 11:00
next_response warn 26 Nov 12:00 due 26 Nov 13:00
solution warn 27 Nov 11:15 due 27 Nov 15:30
`},
		{"a second message before the first answer has no target of its own", office, tuesday,
			"2026-11-24 10:00 +01 asked\n 2026-11-24 10:30 +01 asked", "2026-11-24 10:30 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00
solution warn 25 Nov 14:15 due 26 Nov 10:00
`},
		{"on hold the customer still waits", office, tuesday, "2026-11-24 11:00 +01 answered\n 2026-11-24 11:00 +01 on_hold", "2026-11-25 12:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 met 24 Nov 11:00
solution warn 25 Nov 14:15 due 26 Nov 10:00
`},
		{"unless the setting says otherwise", held, tuesday, "2026-11-24 11:00 +01 answered\n 2026-11-24 11:00 +01 on_hold", "2026-11-25 12:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 met 24 Nov 11:00
solution
`},
		{"after it was on hold", held, tuesday, "2026-11-24 11:00 +01 on_hold\n 2026-11-26 11:00 +01 open", "2026-11-26 12:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 breached
solution warn 27 Nov 14:15 due 30 Nov 10:00
`},
		{"missed before we waited for the customer", office, tuesday, `
2026-11-24 11:00 +01 answered
2026-11-26 10:30 +01 awaiting_reply`, "2026-11-27 12:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 met 24 Nov 11:00
solution warn 25 Nov 14:15 due 26 Nov 10:00 breached
`},
		{"used up when we asked the customer", office, tuesday, `
2026-11-24 11:00 +01 answered
2026-11-26 10:00 +01 awaiting_reply
2026-11-27 10:00 +01 open`, "2026-11-27 12:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 met 24 Nov 11:00
solution warn 25 Nov 14:15 due 26 Nov 10:00 breached
`},
		{"warned of before we waited for the customer", office, tuesday, `
2026-11-24 11:00 +01 answered
2026-11-26 09:30 +01 awaiting_reply`, "2026-11-27 12:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 met 24 Nov 11:00
solution warn 25 Nov 14:15
`},
		{"solved in time", office, tuesday, "2026-11-24 11:00 +01 answered\n 2026-11-26 10:00 +01 solved", "2026-11-27 12:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 met 24 Nov 11:00
solution warn 25 Nov 14:15 due 26 Nov 10:00 met 26 Nov 10:00
`},
		{"solved too late", office, tuesday, "2026-11-24 11:00 +01 answered\n 2026-11-26 10:01 +01 solved", "2026-11-27 12:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 met 24 Nov 11:00
solution warn 25 Nov 14:15 due 26 Nov 10:00 met 26 Nov 10:01 breached
`},
		{"solved while we wait for the customer", office, tuesday, `
2026-11-24 11:00 +01 answered
2026-11-24 11:00 +01 awaiting_reply
2026-12-01 11:00 +01 solved`, "2026-12-02 12:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 met 24 Nov 11:00
solution warn 2 Dec 14:15 due 3 Dec 10:00 met 1 Dec 11:00
`},
		{"reopened: what was left of it goes on", office, tuesday, `
2026-11-24 11:00 +01 answered
2026-11-24 14:00 +01 solved
2026-12-01 14:00 +01 open
2026-12-01 14:00 +01 asked`, "2026-12-01 14:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 met 24 Nov 11:00
next_response warn 1 Dec 17:00 due 2 Dec 09:30
solution warn 2 Dec 14:15 due 3 Dec 10:00
`},
		{"solved without an answer", office, tuesday, "2026-11-24 11:00 +01 solved", "2026-12-01 14:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00 met 24 Nov 11:00
solution warn 25 Nov 14:15 due 26 Nov 10:00 met 24 Nov 11:00
`},
		{"and reopened", office, tuesday, "2026-11-24 11:00 +01 solved\n 2026-12-01 14:00 +01 open\n 2026-12-01 14:00 +01 asked", "2026-12-01 14:00 +01", `
first_response warn 1 Dec 14:30 due 1 Dec 15:00
solution warn 2 Dec 17:15 due 3 Dec 13:00
`},
		{"we wait for the customer, who was told nothing", office, tuesday, "2026-11-24 11:00 +01 awaiting_reply", "2026-11-24 11:00 +01", `
first_response warn 24 Nov 11:30 due 24 Nov 12:00
solution
`},
		{"answered after it was solved without a word", office, tuesday, `
2026-11-24 11:00 +01 solved
2026-11-24 16:00 +01 answered`, "2026-11-25 11:00 +01", `
first_response met 24 Nov 16:00
solution warn 25 Nov 14:15 due 26 Nov 10:00 met 24 Nov 11:00
`},
		{"around the clock, over the spring change", anyTime, "2026-03-28 12:00 +01", "", "2026-03-28 12:00 +01", `
first_response warn 28 Mar 12:30 due 28 Mar 13:00
solution warn 29 Mar 00:00 due 29 Mar 13:00
`},
		// An hour on Friday, 8.5 on Monday, 7.5 on Tuesday.
		{"business hours over the spring change", office, "2026-03-27 16:30 +01", "", "2026-03-27 16:30 +01", `
first_response warn 30 Mar 09:30 due 30 Mar 10:00
solution warn 31 Mar 12:15 due 31 Mar 16:30
`},
		// An hour on Wednesday, five on Friday, ten on Monday, four on Tuesday; 18:00
		// in Berlin is noon there.
		{"Thanksgiving", usa, "2026-11-25 17:00 -05", "", "2026-11-25 17:00 -05", `
first_response due 27 Nov 17:00
solution due 1 Dec 18:00
`},
		{"a pause over the autumn change in New York", usa, "2026-10-30 17:00 -04", `
2026-10-30 17:30 -04 answered
2026-10-30 17:30 -04 awaiting_reply
2026-11-02 09:30 -05 open`, "2026-11-02 10:00 -05", `
first_response due 2 Nov 17:00 met 30 Oct 22:30
solution due 4 Nov 15:00
`},
		// 28 April is a Tuesday, 30 April and 1 May are working days, 7 May is the
		// next. 11:00 in Tokyo is 4:00 in Berlin.
		{"Golden Week", japan, "2026-04-28 16:00 +09", "", "2026-04-28 16:00 +09", `
first_response due 30 Apr 04:00
solution due 1 May 09:00
`},
		{"a pause over Golden Week", japan, "2026-04-28 16:00 +09", `
2026-04-28 17:00 +09 awaiting_reply
2026-05-05 10:00 +09 open`, "2026-05-05 10:00 +09", `
first_response due 30 Apr 04:00 breached
solution due 8 May 10:00
`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ticket := Ticket{CreatedAt: at(t, tc.created)}
			got := shown(Targets(ticket, lived(t, tc.history), tc.sla, at(t, tc.now)), berlin(t).Zone)
			if diff := cmp.Diff(strings.TrimPrefix(tc.want, "\n"), got); diff != "" {
				t.Error(diff)
			}
		})
	}
	ticket := Ticket{CreatedAt: at(t, tuesday), Bulk: true}
	if got := Targets(ticket, Clock{}, office, at(t, tuesday)); got != nil {
		t.Errorf("a newsletter has targets: %v", got)
	}
}

// TestPriorityChanges: another priority counts from the request on, whenever it
// comes, and what was told of the old one is told anew of the new.
func TestPriorityChanges(t *testing.T) {
	slas := SLAs{
		S1: {First: time.Hour, Solution: 4 * time.Hour, Calendar: AroundTheClock(), Warn: 50},
		S3: {First: 4 * time.Hour, Solution: 34 * time.Hour, Calendar: berlin(t), Warn: 75},
	}
	ticket := Ticket{CreatedAt: at(t, "2026-11-24 10:00 +01")}
	c := lived(t, "2026-11-24 10:00 +01 asked\n 2026-11-24 11:00 +01 answered\n 2026-11-24 11:00 +01 awaiting_reply\n 2026-11-24 15:00 +01 open")
	now := at(t, "2026-11-24 16:30 +01")

	s3 := Targets(ticket, c, slas[S3], now)
	s1 := Targets(ticket, c, slas[S1], now)
	want := `
first_response warn 24 Nov 13:00 due 24 Nov 14:00 met 24 Nov 11:00
solution warn 27 Nov 14:00 due 30 Nov 14:00
first_response warn 24 Nov 10:30 due 24 Nov 11:00 met 24 Nov 11:00
solution warn 24 Nov 16:00 due 24 Nov 18:00
`
	if diff := cmp.Diff(want, "\n"+shown(append(s3, s1...), berlin(t).Zone)); diff != "" {
		t.Error(diff)
	}
	if got := Targets(ticket, c, slas[S4], now); got != nil {
		t.Errorf("S4 has no targets, but %v", got)
	}
	if n := Notices(s3, nil, now); n != nil {
		t.Errorf("of S3 there is nothing to tell, but %v", n)
	}
	n := Notices(s1, nil, now)
	if len(n) != 1 || n[0].Stage != StageWarning || !n[0].At.Equal(at(t, "2026-11-24 16:00 +01")) {
		t.Fatalf("the raise to S1 is told as %v", n)
	}
	c = c.Telling(n...)
	if again := Notices(s1, c.Told, now); again != nil {
		t.Errorf("told again: %v", again)
	}
	later := at(t, "2026-11-27 14:00 +01")
	if n := Notices(Targets(ticket, c, slas[S3], later), c.Told, later); len(n) != 1 || n[0].Stage != StageWarning {
		t.Errorf("back at S3 its own warning is told as %v", n)
	}
}

// TestNotices follows a request through its stages by the times that NextDue
// names, as timers do.
func TestNotices(t *testing.T) {
	sla := SLA{First: 2 * time.Hour, Solution: 17 * time.Hour, Calendar: berlin(t), Warn: 75}
	ticket := Ticket{CreatedAt: at(t, "2026-11-24 10:00 +01")}
	c := lived(t, "2026-11-24 10:00 +01 asked")
	now := ticket.CreatedAt
	// step goes to the next moment and tells what is to be told.
	step := func(want ...string) {
		t.Helper()
		next := NextDue(Targets(ticket, c, sla, now), c.Told)
		if next.IsZero() {
			if len(want) > 0 {
				t.Fatalf("nothing comes any more, want %v", want)
			}
			return
		}
		now = next
		var got []string
		n := Notices(Targets(ticket, c, sla, now), c.Told, now)
		for _, n := range n {
			got = append(got, now.In(berlin(t).Zone).Format("2 Jan 15:04 ")+string(n.Kind)+" "+string(n.Stage))
		}
		c = c.Telling(n...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	}
	step("24 Nov 11:30 first_response warning")
	step("24 Nov 12:00 first_response breach")
	step("25 Nov 14:15 solution warning")
	c = c.Answered(at(t, "2026-11-25 15:00 +01")).Moved(Open, AwaitingReply, at(t, "2026-11-25 15:00 +01"))
	step() // it stands still
	c = c.Moved(AwaitingReply, Open, at(t, "2026-11-30 15:00 +01"))
	step("1 Dec 10:00 solution breach") // the warning was told before, and is not again
	step()

	// A daemon that was away tells what is, not what was on the way.
	c.Told = nil
	now = at(t, "2026-12-02 10:00 +01")
	n := Notices(Targets(ticket, c, sla, now), nil, now)
	if len(n) != 1 || n[0].Kind != Solution || n[0].Stage != StageBreach {
		t.Errorf("after a long stop: %v", n)
	}
	c = c.Telling(n...)
	if got := NextDue(Targets(ticket, c, sla, now), c.Told); !got.IsZero() {
		t.Errorf("and again at %v", got)
	}
}
