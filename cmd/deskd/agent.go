package main

import (
	"context"
	"fmt"
	"net/mail"

	"deskd/ticketing"
)

type agentCmd struct {
	Add    agentAddCmd    `cmd:"" help:"Make somebody an agent."`
	List   agentListCmd   `cmd:"" help:"List the agents."`
	Show   agentShowCmd   `cmd:"" help:"Show an agent's settings."`
	Set    agentSetCmd    `cmd:"" help:"Change what an agent is mailed about, and whether he is there."`
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
