package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"deskd/ticketing"
)

type agentSetCmd struct {
	Address  string `arg:"" help:"The agent's address."`
	Name     string `help:"The name that customers see."`
	Language string `enum:",en,ja" default:"" help:"The language of notifications: en or ja."`
	Notify   string `help:"What the agent is mailed about: topics between commas, +TOPIC and -TOPIC, default or none."`
	Receipts string `enum:",always,errors,default" default:"" help:"Which mails are confirmed: always, errors or default."`
	Digest   string `help:"When the morning mail comes, such as 08:00; off or default."`
	TimeZone string `help:"Where the agent is, such as Asia/Tokyo."`
	Away     string `help:"The day on which the agent is back, such as 2026-12-24." xor:"away"`
	Back     bool   `help:"The agent is there." xor:"away"`
}

func (agentSetCmd) Help() string {
	return `The topics of --notify are:

  new          new tickets that nobody has
  unassigned   what customers write on tickets that nobody has
  mine         what they write on the agent's own
  others       what they write on colleagues' tickets; not by default
  notes        colleagues' notes, on tickets of which the agent hears
  answers      colleagues' answers, on such tickets
  held         mails that are held for review
  sla          targets at risk or missed

What a customer writes reaches at least one agent who is there, whatever is chosen. Agents can set the same by mail: see docs/mail-rules.md.

Examples:

  deskd agent set anna@example.com --notify +others,-notes --time-zone Asia/Tokyo
  deskd agent set anna@example.com --away 2026-12-24`
}

func (c agentSetCmd) Run(ctx context.Context, p *program) error {
	if c == (agentSetCmd{Address: c.Address}) {
		return usage(errors.New("nothing to set: give --notify, --receipts, --digest, --time-zone, --language, --name, --away or --back"))
	}
	return p.withAgent(ctx, c.Address, func(h *house, a ticketing.Person) error {
		is, err := c.apply(a, time.Now())
		if err != nil {
			return usage(err)
		}
		err = h.store.Update(ctx, func(tx ticketing.Tx) error { return tx.UpdatePerson(a, is) })
		if err == nil {
			err = h.rearmAgents(ctx)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.out, "%s is set\n", a.Address)
		return err
	})
}

// apply gives the agent as he shall be.
func (c agentSetCmd) apply(a ticketing.Person, now time.Time) (ticketing.Person, error) {
	for _, name := range []struct{ given, flag, remedy string }{
		{a.Preferences.SetNotify(c.Notify), "--notify", "name topics, as in new,mine or +others,-notes; or default or none"},
		{a.Preferences.SetReceipts(c.Receipts), "--receipts", "say always, errors or default"},
		{a.Preferences.SetDigest(c.Digest), "--digest", "name a time of day such as 08:00; or off or default"},
		{a.Preferences.SetZone(c.TimeZone), "--time-zone", "name one such as Asia/Tokyo or Europe/Berlin"},
	} {
		if name.given != "" {
			return a, fmt.Errorf("%s is not understood: %s", name.flag, name.remedy)
		}
	}
	if c.Name != "" {
		a.Name = c.Name
	}
	if c.Language != "" {
		a.Language = c.Language
	}
	if c.Back {
		a.AwayUntil = time.Time{}
	}
	if c.Away != "" {
		until, ok := a.BackOn(c.Away, now)
		if !ok {
			return a, errors.New("--away is not understood: name the day on which the agent is back, within a year, such as 2026-12-24")
		}
		a.AwayUntil = until
	}
	return a, nil
}

// withAgent opens the desk and finds an agent.
func (p *program) withAgent(ctx context.Context, address string, do func(*house, ticketing.Person) error) error {
	a, err := parseAddress(address)
	if err != nil {
		return err
	}
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	agent, err := h.agent(ctx, a.Address)
	if err != nil {
		return err
	}
	return do(h, agent)
}

// agent finds the agent with a normalised address.
func (h *house) agent(ctx context.Context, address string) (p ticketing.Person, err error) {
	err = h.store.View(ctx, func(r ticketing.Reader) error {
		p, err = r.PersonByAddress(address)
		return err
	})
	if errors.Is(err, ticketing.ErrNotFound) || err == nil && !p.Agent {
		return p, fmt.Errorf("%s is no agent; see deskd agent list", address)
	}
	return p, err
}
