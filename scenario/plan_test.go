package scenario_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
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
	ses    bool
	start  time.Time
}

type organisation struct {
	name    string
	domains []string
}

func newPlan() *plan {
	return &plan{
		dns:   zone{},
		start: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC),
		set: ticketing.Settings{
			Instance: "desk-1", TagPrefix: "HD", ShowAgentName: true, Acknowledge: true,
			Limits: ticketing.DefaultLimits(),
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
	case "relay":
		p.ses = s.arg(0) == "ses"
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
		Aliases: s.options("alias"), OwnLists: s.options("list"), VERP: s.has("verp"), Agents: s.options("only"),
	})
	t := mail.Trust{AuthservID: trustedServer, TrustedHops: s.options("hop"), AnonymousTopmost: s.has("anonymous"), ExchangeInternal: s.has("exchange")}
	if id, ok := s.option("authserv"); ok {
		t.AuthservID = strings.TrimPrefix(id, "none")
	}
	p.trusts = append(p.trusts, t)
}

func (p *plan) setting(name, value string) (err error) {
	switch name {
	case "reopen_within":
		p.set.ReopenWithin, err = duration(value)
	case "ack":
		p.set.Acknowledge = value == "true"
	case "receipts":
		p.set.Receipts = value
	case "show_agent":
		p.set.ShowAgentName = value == "true"
	case "agents_by_mail":
		p.set.AgentsByToken = value == "token"
	case "reply_domain":
		p.set.ReplyForm.Domain = value
	default:
		err = fmt.Errorf("no setting %q", name)
	}
	return err
}

// complete fills in what nearly every story has alike.
func (p *plan) complete() {
	if len(p.boxes) == 0 {
		p.mailbox(step{args: []string{"support@example.com"}})
	}
	if len(p.agents) == 0 {
		p.agents = []ticketing.Address{{Name: "Mia", Address: "mia@example.com"}}
	}
	for i := range p.trusts {
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
