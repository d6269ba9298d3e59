package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"deskd/ticketing"
)

// agentView is an agent as agent list --json and agent show --json print him.
type agentView struct {
	ID       int64             `json:"id"`
	Name     string            `json:"name"`
	Address  string            `json:"address"`
	Language string            `json:"language"`
	Notify   []ticketing.Topic `json:"notify"`
	Receipts string            `json:"receipts"`  // always, errors or default
	Digest   string            `json:"digest"`    // such as 08:00; off or default
	TimeZone string            `json:"time_zone"` // "" for that of the desk
	// AwayUntil is when the agent is back; left out while he is there.
	AwayUntil time.Time `json:"away_until,omitzero"`
	Unsolved  int       `json:"unsolved"` // tickets that are his
}

func (v agentView) topics() string {
	var names []string
	for _, t := range v.Notify {
		names = append(names, string(t))
	}
	return cmp.Or(strings.Join(names, ","), "none")
}

// agentViews says how agents stand, in their order.
func (h *house) agentViews(ctx context.Context, agents []ticketing.Person, now time.Time) ([]agentView, error) {
	views, ids := make([]agentView, len(agents)), make([]int64, len(agents))
	for i, a := range agents {
		ids[i] = a.ID
		views[i] = agentView{
			ID: a.ID, Name: a.Name, Address: a.Address, Language: a.Language,
			Notify: a.Preferences.Topics(), Receipts: cmp.Or(a.Preferences.Receipts, "default"),
			Digest: cmp.Or(a.Preferences.Digest, "default"), TimeZone: a.Preferences.Zone,
		}
		if a.Away(now) {
			views[i].AwayUntil = a.AwayUntil
		}
	}
	err := h.store.View(ctx, func(r ticketing.Reader) error {
		counts, err := r.UnsolvedOf(ids)
		for i, n := range counts {
			views[i].Unsolved = n
		}
		return err
	})
	return views, err
}

type agentListCmd struct{ asJSON }

func (agentListCmd) Help() string {
	return `Example:

  deskd agent list --json`
}

func (c agentListCmd) Run(ctx context.Context, p *program) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	agents, err := h.store.Agents(ctx)
	if err != nil {
		return err
	}
	views, err := h.agentViews(ctx, agents, time.Now())
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(p.out, views)
	}
	t := newTable(p.out, "ADDRESS", "NAME", "LANGUAGE", "UNSOLVED", "AWAY UNTIL", "NOTIFY")
	for _, a := range views {
		t.row(a.Address, a.Name, a.Language, a.Unsolved, moment(a.AwayUntil), a.topics())
	}
	return t.flush()
}

type agentShowCmd struct {
	Address string `arg:"" help:"The agent's address."`
	asJSON
}

func (agentShowCmd) Help() string {
	return `Example:

  deskd agent show anna@example.com`
}

func (c agentShowCmd) Run(ctx context.Context, p *program) error {
	return p.withAgent(ctx, c.Address, func(h *house, a ticketing.Person) error {
		views, err := h.agentViews(ctx, []ticketing.Person{a}, time.Now())
		if err != nil {
			return err
		}
		v := views[0]
		if c.JSON {
			return printJSON(p.out, v)
		}
		for _, line := range [][2]string{
			{"Address", v.Address}, {"Name", v.Name}, {"Language", cmp.Or(v.Language, "that of the mailbox")},
			{"Notify", v.topics()}, {"Receipts", v.Receipts}, {"Digest", v.Digest}, {"Time zone", cmp.Or(v.TimeZone, "that of the desk")},
			{"Away until", moment(v.AwayUntil)}, {"Unsolved", fmt.Sprint(v.Unsolved)},
		} {
			if _, err := fmt.Fprintf(p.out, "%-12s%s\n", line[0]+":", line[1]); err != nil {
				return err
			}
		}
		return nil
	})
}
