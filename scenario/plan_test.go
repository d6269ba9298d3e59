package scenario_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"deskd/mail"
	"deskd/ticketing"
)

// plan is how a story's house is furnished.
type plan struct {
	boxes  []ticketing.Mailbox
	trusts []mail.Trust // one for each of boxes
	agents []ticketing.Address
	orgs   []organisation
	dns    zone
	set    ticketing.Settings
	files  map[string][]byte // of the desk's templates, by path
	ses    bool
	start  time.Time
	slas   ticketing.SLAs // of all mailboxes
	lead   string
	// calendar is that of every mailbox.
	calendar ticketing.Calendar
}

type organisation struct {
	name    string
	domains []string
}

func newPlan() *plan {
	return &plan{
		dns:   zone{},
		files: map[string][]byte{},
		start: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC),
		set: ticketing.Settings{
			Instance: "desk-1", TagPrefix: "HD", ShowAgentName: true, Acknowledge: true,
			Limits: ticketing.DefaultLimits(), Reminders: ticketing.DefaultReminders(),
			Breaker: ticketing.DefaultBreaker(), DelayedAfter: 4 * time.Hour,
		},
	}
}

// furnish takes in a step before anything happens; ok is false for a step of
// the story itself.
func (p *plan) furnish(s step) (ok bool, err error) {
	switch s.verb {
	case "mailbox":
		p.mailbox(s)
	case "agent":
		p.agents = append(p.agents, ticketing.Address{Address: s.arg(0), Name: strings.Join(s.args[1:], " ")})
	case "organisation":
		p.orgs = append(p.orgs, organisation{s.arg(0), s.args[1:]})
	case "dns":
		p.dns[s.arg(0)] = strings.ReplaceAll(strings.Join(s.args[1:], " "), "KEY", publicKey())
	case "sla":
		return true, p.sla(s)
	case "template":
		p.files[s.arg(0)] = []byte(strings.ReplaceAll(strings.Join(s.args[1:], " "), `\n`, "\n"))
	case "relay":
		p.ses = s.arg(0) == "ses"
	case "macro":
		return true, p.macro(s)
	case "clock":
		p.start = time.Now().Add(-time.Hour).Truncate(time.Second)
	case "setting":
		return true, p.setting(s.arg(0), s.arg(1))
	default:
		return false, nil
	}
	return true, nil
}

func (p *plan) mailbox(s step) {
	p.boxes = append(p.boxes, ticketing.Mailbox{
		Address: s.arg(0), Name: "Example Support", Language: "en",
		Aliases: s.options("alias"), OwnLists: s.options("list"), VERP: s.has("verp"), Assign: assignRule(s), Agents: s.options("only"),
	})
	t := mail.Trust{AuthservID: trustedServer, TrustedHops: s.options("hop"), AnonymousTopmost: s.has("anonymous"), ExchangeInternal: s.has("exchange")}
	if id, ok := s.option("authserv"); ok {
		t.AuthservID = strings.TrimPrefix(id, "none")
	}
	p.trusts = append(p.trusts, t)
}

// macro adds a text that agents insert. One with a fault is one that was read
// from a folder.
func (p *plan) macro(s step) error {
	m := ticketing.Macro{Name: s.arg(0), Language: s.arg(1), Text: s.mail}
	if err := m.Check(); err != nil {
		m.Fault = err.Error()
	}
	p.set.Macros.All = append(p.set.Macros.All, m)
	return nil
}

func assignRule(s step) ticketing.AssignRule {
	rule, _ := s.option("assign")
	return ticketing.AssignRule(rule)
}

func (p *plan) setting(name, value string) (err error) {
	switch name {
	case "reopen_within":
		p.set.ReopenWithin, err = duration(value)
	case "ack":
		p.set.Acknowledge = value == "true"
	case "assign_on_answer":
		p.set.AssignOnAnswer = value == "true"
	case "receipts":
		p.set.Receipts = value
	case "show_agent":
		p.set.ShowAgentName = value == "true"
	case "agents_by_mail":
		p.set.AgentsByToken = value == "token"
	case "reply_domain":
		p.set.ReplyForm.Domain = value
	case "digest":
		p.set.Digest.At = value
	case "auto_solve":
		p.set.Reminders.AutoSolve = value == "true"
	case "zone":
		p.calendar.Zone, err = time.LoadLocation(value)
	case "working":
		p.working(value)
	case "reminders":
		err = p.reminders(value)
	default:
		err = fmt.Errorf("no setting %q", name)
	}
	return err
}

// sla promises something to the customers of all mailboxes: the hours of a
// weekday office in Berlin, or all of them.
func (p *plan) sla(s step) (err error) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return err
	}
	promise := ticketing.SLA{Warn: 75, PauseOnHold: s.has("pause_on_hold"), Calendar: ticketing.Calendar{Name: "office", Zone: berlin}}
	if !s.has("24x7") {
		for day := time.Monday; day <= time.Friday; day++ {
			promise.Calendar.Hours[day] = []ticketing.Span{{From: 9 * 60, To: 17 * 60}}
		}
	}
	for name, d := range map[string]*time.Duration{"first": &promise.First, "next": &promise.Next, "solution": &promise.Solution} {
		if text, ok := s.option(name); ok {
			if *d, err = duration(text); err != nil {
				return err
			}
		}
	}
	if p.slas == nil {
		p.slas = ticketing.SLAs{}
	}
	p.slas[ticketing.Priority(s.arg(0))] = promise
	if lead, ok := s.option("lead"); ok {
		p.lead = lead
	}
	return nil
}

// reminders reads "S1:2x1d", "S1:2xbusiness1d", "S1:off" or "off".
func (p *plan) reminders(value string) error {
	priority, rest, _ := strings.Cut(value, ":")
	number, after, found := strings.Cut(rest, "x")
	switch {
	case value == "off":
		p.set.Reminders.Enabled = false
		return nil
	case rest == "off":
		delete(p.set.Reminders.Of, ticketing.Priority(priority))
		return nil
	case !found:
		return fmt.Errorf("reminders %q: write S1:2x1d, S1:off or off", value)
	}
	var r ticketing.Reminder
	after, r.Business = strings.CutPrefix(after, "business")
	var err1, err2 error
	r.Alerts, err1 = strconv.Atoi(number)
	r.After, err2 = duration(after)
	p.set.Reminders.Of[ticketing.Priority(priority)] = r
	return errors.Join(err1, err2)
}

// working reads hours such as "9-18", from Monday to Friday.
func (p *plan) working(value string) {
	var from, to int
	fmt.Sscanf(value, "%d-%d", &from, &to)
	for day := time.Monday; day <= time.Friday; day++ {
		p.calendar.Hours[day] = []ticketing.Span{{From: from * 60, To: to * 60}}
	}
}

// complete fills in what nearly every story has alike.
func (p *plan) complete() {
	if len(p.boxes) == 0 {
		p.mailbox(step{args: []string{"support@example.com"}})
	}
	if len(p.agents) == 0 {
		p.agents = []ticketing.Address{{Name: "Mia", Address: "mia@example.com"}}
	}
	for i := range p.boxes {
		p.boxes[i].SLAs, p.boxes[i].Lead = p.slas, p.lead
	}
	for i := range p.trusts {
		p.boxes[i].Calendar = p.calendar
		t := &p.trusts[i]
		for _, b := range p.boxes {
			t.OwnDomains = append(t.OwnDomains, ticketing.DomainOf(b.Address))
			t.OwnAddresses = append(append(t.OwnAddresses, b.Address), b.Aliases...)
		}
		for _, a := range p.agents {
			t.AgentDomains = append(t.AgentDomains, ticketing.DomainOf(a.Address))
		}
	}
}

// duration reads "3d", "2h" or "5m".
func duration(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		d, err := time.ParseDuration(days + "h")
		return 24 * d, err
	}
	return time.ParseDuration(s)
}

// zone is all the DNS there is.
type zone map[string]string

func (z zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	if text, ok := z[strings.TrimSuffix(name, ".")]; ok {
		return []string{text}, nil
	}
	return nil, mail.ErrNoTXT
}

// signingKey is a fixed key, so that stories can name its public half.
func signingKey() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
}

func publicKey() string {
	return base64.StdEncoding.EncodeToString(signingKey().Public().(ed25519.PublicKey))
}
