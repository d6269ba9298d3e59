package ticketing_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

// Whatever agents chose, whoever is away, whoever's mail comes back and whoever
// has the ticket: what a customer writes is mailed to an agent, to one who is
// there and can be reached if there is any, and to the assignee who is away.
func TestCustomersAreAlwaysHeard(t *testing.T) {
	h := open(t)
	h.agents("zoe@example.com", "tom@example.com")
	h.desk.Settings.Limits.MailsPerHour = 1000
	h.receive(ticketing.Pass, customersMail(0, ""))
	rnd := rand.New(rand.NewPCG(5, 6))
	for i := range 150 {
		h.owed()
		team := h.shuffle(rnd)
		verdict := []ticketing.VerdictResult{ticketing.Pass, ticketing.None, ticketing.Fail}[rnd.IntN(3)]
		parent := "<0@acme.example>"
		if rnd.IntN(3) == 0 {
			parent = ""
		}
		o := h.receive(verdict, customersMail(i+1, parent))
		var to []string
		for letter := range h.owed() {
			kind, address, _ := strings.Cut(letter, " ")
			if kind == "notification" || kind == "held" {
				to = append(to, address)
			}
		}
		what := fmt.Sprintf("mail %d (%s, %s, answers %q): %s told %v", i, verdict, o.State, parent, team, to)
		if len(to) == 0 {
			t.Fatalf("%s: nobody", what)
		}
		there := team.there(h.now)
		if len(there) > 0 && !slices.ContainsFunc(there, func(a string) bool { return slices.Contains(to, a) }) {
			t.Fatalf("%s: nobody who is there", what)
		}
		if a := team.awayAssignee(h.now); a != "" && h.ticket(1).ID == o.TicketID && o.State == ticketing.LedgerApplied && !slices.Contains(to, a) {
			t.Fatalf("%s: not the assignee, who may be there after all", what)
		}
	}
}

func customersMail(n int, parent string) string {
	reply := ""
	if parent != "" {
		reply = "\nIn-Reply-To: " + parent
	}
	return fmt.Sprintf("From: aiko@acme.example\nTo: support@example.com\nSubject: A\nMessage-ID: <%d@acme.example>%s\n\nHello %d.\n", n, reply, n)
}

// agents adds agents to those there are.
func (h *house) agents(addresses ...string) {
	h.t.Helper()
	for _, a := range addresses {
		if _, err := h.store.AddAgent(context.Background(), a, a[:1], "en"); err != nil {
			h.t.Fatal(err)
		}
	}
}

// team is how the agents stand.
type team []member

type member struct {
	ticketing.Person
	suppressed, assigned bool
}

func (t team) String() string {
	var all []string
	for _, m := range t {
		all = append(all, fmt.Sprintf("%s wants %q, away until %s, suppressed %t, assigned %t", m.Address,
			m.Preferences.Notify, m.AwayUntil.Format("15:04"), m.suppressed, m.assigned))
	}
	return strings.Join(all, "; ")
}

func (t team) there(now time.Time) (addresses []string) {
	for _, m := range t {
		if !m.Away(now) && !m.suppressed {
			addresses = append(addresses, m.Address)
		}
	}
	return addresses
}

func (t team) awayAssignee(now time.Time) string {
	for _, m := range t {
		if m.assigned && m.Away(now) && !m.suppressed {
			return m.Address
		}
	}
	return ""
}

// shuffle gives the agents other preferences, absences and addresses that bounce,
// and ticket 1 to one of them or to nobody.
func (h *house) shuffle(rnd *rand.Rand) (all team) {
	h.t.Helper()
	err := h.store.Update(context.Background(), func(tx ticketing.Tx) error {
		all = nil
		agents, err := tx.Agents()
		if err != nil {
			return err
		}
		one := h.ticketIn(tx)
		one.AssigneeID, one.Status = 0, ticketing.Open
		if i := rnd.IntN(len(agents) + 1); i < len(agents) {
			one.AssigneeID = agents[i].ID
		}
		for _, p := range agents {
			m := member{Person: p, suppressed: rnd.IntN(3) == 0, assigned: p.ID == one.AssigneeID}
			m.Preferences.Notify, m.AwayUntil = "", time.Time{}
			if rnd.IntN(3) > 0 {
				m.Preferences.Notify = strings.TrimSuffix([]string{"", "new,", "unassigned,", "others,"}[rnd.IntN(4)]+"notes", ",")
			}
			if rnd.IntN(2) == 0 {
				m.AwayUntil = h.now.Add(24 * time.Hour)
			}
			if err := tx.UpdatePerson(p, m.Person); err != nil {
				return err
			}
			set := func() error { return tx.Unsuppress(p.Address) }
			if m.suppressed {
				set = func() error { return tx.Suppress(p.Address, "5.1.1", h.now) }
			}
			if err := set(); err != nil {
				return err
			}
			all = append(all, m)
		}
		return tx.UpdateTicket(one)
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

func (h *house) ticketIn(tx ticketing.Tx) ticketing.Ticket {
	one, err := tx.Ticket(1)
	if err != nil {
		h.t.Fatal(err)
	}
	return one
}

func TestSetNotify(t *testing.T) {
	for _, c := range []struct{ was, order, is, fault string }{
		{"", "new,mine", "new,mine", ""},
		{"new", "", "new", ""},
		{"new", "Mine, new", "new,mine", ""},
		{"new", "default", "", ""},
		{"new", "none", "none", ""},
		{"", "+others -notes", "new,unassigned,mine,others,answers,held,sla", ""},
		{"", "+others、-others", "", ""},
		{"none", "+mine", "mine", ""},
		{"mine", "-mine", "none", ""},
		{"new", "mine +others", "new", "notify_needs_topics"},
		{"new", "+others mine", "new", "notify_needs_topics"},
		{"new", "everything", "new", "notify_needs_topics"},
		{"new", "-", "new", "notify_needs_topics"},
		{"new", "none,mine", "new", "notify_needs_topics"},
	} {
		p := ticketing.Preferences{Notify: c.was}
		if fault := p.SetNotify(c.order); fault != c.fault || p.Notify != c.is {
			t.Errorf("%q and then %q: %q, fault %q", c.was, c.order, p.Notify, fault)
		}
	}
}

func TestSetDigest(t *testing.T) {
	for _, c := range []struct{ order, at, zone, fault string }{
		{"8:00", "08:00", "", ""},
		{"23:59 Asia/Tokyo", "23:59", "Asia/Tokyo", ""},
		{"off", "off", "", ""},
		{"default", "", "", ""},
		{"24:00", "", "", "digest_needs_time"},
		{"morning", "", "", "digest_needs_time"},
		{"08:00 Atlantis", "08:00", "", "no_such_zone"},
		{"08:00 Local", "08:00", "", "no_such_zone"},
		{"08:00 ../../etc/passwd", "08:00", "", "no_such_zone"},
	} {
		var p ticketing.Preferences
		if fault := p.SetDigest(c.order); fault != c.fault || p.Digest != c.at || p.Zone != c.zone {
			t.Errorf("%q: %+v, fault %q", c.order, p, fault)
		}
	}
}

// A day begins where the agent is, lies ahead, and not too far.
func TestBackOn(t *testing.T) {
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	p := ticketing.Person{Preferences: ticketing.Preferences{Zone: "Asia/Tokyo"}}
	if at, ok := p.BackOn("2026-12-24", now); !ok || !at.Equal(time.Date(2026, 12, 23, 15, 0, 0, 0, time.UTC)) {
		t.Errorf("in Tokyo: %s, %t", at, ok)
	}
	for _, day := range []string{"2026-11-24", "2028-01-01", "24.12.2026", "soon"} {
		if at, ok := p.BackOn(day, now); ok {
			t.Errorf("%s: %s", day, at)
		}
	}
}

// TestPageAnswersAreToldAsMails: what a customer writes on a page is mailed to the
// agents to whom his mail would be.
func TestPageAnswersAreToldAsMails(t *testing.T) {
	ctx := context.Background()
	h := open(t)
	h.receive(ticketing.Pass, customersMail(0, ""))
	err := h.store.Update(ctx, func(tx ticketing.Tx) error {
		mia, err := tx.PersonByAddress("mia@example.com")
		if err != nil {
			return err
		}
		is := mia
		is.Preferences.Notify = "mine"
		return tx.UpdatePerson(mia, is)
	})
	if err != nil {
		t.Fatal(err)
	}
	told := func(answer func()) string {
		t.Helper()
		h.owed()
		answer()
		to := keys(h.owed())
		slices.Sort(to)
		return strings.Join(to, ", ")
	}
	byMail := told(func() { h.receive(ticketing.Pass, customersMail(1, "<0@acme.example>")) })
	byPage := told(func() {
		aiko := ticketing.Actor{Author: ticketing.Author{Address: "aiko@acme.example", PersonID: h.ticket(1).RequesterID, Role: ticketing.Requester}, Via: "portal"}
		if err := h.desk.Do(ctx, aiko, 1, ticketing.CustomerStillProblem{Text: "It burns."}); err != nil {
			t.Fatal(err)
		}
	})
	if want := "notification ben@example.com"; byMail != want || byPage != want {
		t.Errorf("a mail is told in %q and a page in %q, want %q", byMail, byPage, want)
	}
}
