package main

import (
	"context"
	"errors"
	"fmt"
	"net/mail"

	"deskd/ticketing"
)

type agentCmd struct {
	Add    agentAddCmd    `cmd:"" help:"Make somebody an agent."`
	List   agentListCmd   `cmd:"" help:"List the agents."`
	Remove agentRemoveCmd `cmd:"" help:"Take an agent's rights away, at once."`
}

// parseAddress reads an address with or without a name, as people write it.
func parseAddress(s string) (ticketing.Address, error) {
	a, err := mail.ParseAddress(s)
	if err != nil {
		return ticketing.Address{}, usage(fmt.Errorf("%q is not a mail address; write for example anna@example.com", s))
	}
	return ticketing.Address{Name: a.Name, Address: ticketing.NormalizeAddress(a.Address)}, nil
}

type agentAddCmd struct {
	Address  string `arg:"" help:"The address that the agent writes from."`
	Name     string `help:"The name that customers see."`
	Language string `enum:",en,ja" default:"" help:"The language of notifications: en or ja."`
}

func (agentAddCmd) Help() string {
	return `For an agent already there this changes the name or the language.

Example:

  deskd agent add anna@example.com --name "Anna Lind"`
}

func (c agentAddCmd) Run(ctx context.Context, p *program) error {
	a, err := parseAddress(c.Address)
	if err != nil {
		return err
	}
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	if h.settings.Own(a.Address) {
		return fmt.Errorf("%s is an address of the desk itself; an agent needs one of his own", a.Address)
	}
	if c.Name != "" {
		a.Name = c.Name
	}
	agent, err := h.store.AddAgent(ctx, a.Address, a.Name, c.Language)
	if err == nil {
		err = h.rearmAgents(ctx)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "%s is an agent now\n", who(ticketing.Address{Name: agent.Name, Address: agent.Address}))
	return err
}

type agentListCmd struct{ asJSON }

func (agentListCmd) Help() string {
	return `Example:

  deskd agent list --json`
}

// agentView is an agent as agent list --json prints it.
type agentView struct {
	ID       int64  `json:"id"`
	Name     string `json:"name"`
	Address  string `json:"address"`
	Language string `json:"language"`
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
	views := make([]agentView, len(agents))
	for i, a := range agents {
		views[i] = agentView{a.ID, a.Name, a.Address, a.Language}
	}
	if c.JSON {
		return printJSON(p.out, views)
	}
	t := newTable(p.out, "ADDRESS", "NAME", "LANGUAGE")
	for _, a := range views {
		t.row(a.Address, a.Name, a.Language)
	}
	return t.flush()
}

type agentRemoveCmd struct {
	Address string `arg:"" help:"The agent's address."`
}

func (agentRemoveCmd) Help() string {
	return `The agent's reply addresses lose their power, and no more notifications go out. What the agent wrote stays, and tickets stay assigned until somebody else takes them.

Example:

  deskd agent remove anna@example.com`
}

func (c agentRemoveCmd) Run(ctx context.Context, p *program) error {
	a, err := parseAddress(c.Address)
	if err != nil {
		return err
	}
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	err = h.store.RemoveAgent(ctx, a.Address)
	if errors.Is(err, ticketing.ErrNotFound) {
		return fmt.Errorf("%s is no agent; see deskd agent list", a.Address)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "%s is no agent any more\n", a.Address)
	return err
}
