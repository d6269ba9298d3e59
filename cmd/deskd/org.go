package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"deskd/ticketing"
)

type orgCmd struct {
	Add    orgAddCmd    `cmd:"" help:"Add an organisation."`
	List   orgListCmd   `cmd:"" help:"List organisations and their domains."`
	Domain orgDomainCmd `cmd:"" help:"Say which domains belong to an organisation."`
}

type orgAddCmd struct {
	Name    string   `arg:"" help:"Its name."`
	Domains []string `arg:"" name:"domain" optional:"" help:"Domains that its people write from."`
}

func (orgAddCmd) Help() string {
	return `People who write from a domain of the requester's organisation are recognised as colleagues. They still get no rights on a ticket before an agent has let them in. Never name a domain where anybody can get an address.

Example:

  deskd org add "Customer Ltd" customer.example`
}

func (c orgAddCmd) Run(ctx context.Context, p *program) error {
	if strings.TrimSpace(c.Name) == "" {
		return usage(errors.New("the name is empty"))
	}
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	o, err := h.store.AddOrganisation(ctx, c.Name)
	if err != nil {
		return err
	}
	if err := h.mapDomains(ctx, c.Domains, o.ID); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "organisation %d, %s, has %d more domains\n", o.ID, o.Name, len(c.Domains))
	return err
}

// mapDomains gives domains to an organisation, or takes them from whoever has
// them when it is 0.
func (h *house) mapDomains(ctx context.Context, domains []string, organisation int64) error {
	for _, d := range domains {
		name := ticketing.NormalizeDomain(strings.TrimPrefix(d, "@"))
		if name == "" || !strings.Contains(name, ".") || strings.ContainsAny(name, "@ \t") {
			return usage(fmt.Errorf("%q is not a domain; write for example customer.example", d))
		}
		if slices.ContainsFunc(h.settings.Mailboxes, func(m ticketing.Mailbox) bool { return ticketing.DomainOf(m.Address) == name }) && organisation != 0 {
			return fmt.Errorf("%s is a domain of the desk itself", name)
		}
		if err := h.store.MapDomain(ctx, name, organisation); err != nil {
			return err
		}
	}
	return nil
}

type orgListCmd struct{ asJSON }

func (orgListCmd) Help() string {
	return `Example:

  deskd org list --json`
}

// orgView is an organisation as org list --json prints it.
type orgView struct {
	ID      int64    `json:"id"`
	Name    string   `json:"name"`
	Domains []string `json:"domains"`
}

func (c orgListCmd) Run(ctx context.Context, p *program) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	all, err := h.store.Organisations(ctx)
	if err != nil {
		return err
	}
	views := make([]orgView, len(all))
	for i, o := range all {
		views[i] = orgView{o.ID, o.Name, append([]string{}, o.Domains...)}
	}
	if c.JSON {
		return printJSON(p.out, views)
	}
	t := newTable(p.out, "ID", "NAME", "DOMAINS")
	for _, o := range views {
		t.row(o.ID, o.Name, strings.Join(o.Domains, ", "))
	}
	return t.flush()
}

type orgDomainCmd struct {
	Add    orgDomainAddCmd    `cmd:"" help:"Give domains to an organisation."`
	Remove orgDomainRemoveCmd `cmd:"" help:"Take domains from their organisation."`
}

type orgDomainAddCmd struct {
	Name    string   `arg:"" help:"The organisation's name."`
	Domains []string `arg:"" name:"domain" help:"The domains."`
}

func (orgDomainAddCmd) Help() string {
	return `A domain that belonged to another organisation changes hands.

Example:

  deskd org domain add "Customer Ltd" customer.example`
}

func (c orgDomainAddCmd) Run(ctx context.Context, p *program) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	all, err := h.store.Organisations(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(o ticketing.Organisation) bool { return o.Name == c.Name })
	if i < 0 {
		return fmt.Errorf("there is no organisation %q; see deskd org list", c.Name)
	}
	if err := h.mapDomains(ctx, c.Domains, all[i].ID); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "%s has %d more domains\n", c.Name, len(c.Domains))
	return err
}

type orgDomainRemoveCmd struct {
	Domains []string `arg:"" name:"domain" help:"The domains."`
}

func (orgDomainRemoveCmd) Help() string {
	return `Example:

  deskd org domain remove customer.example`
}

func (c orgDomainRemoveCmd) Run(ctx context.Context, p *program) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	if err := h.mapDomains(ctx, c.Domains, 0); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "%s belongs to no organisation\n", strings.Join(c.Domains, ", "))
	return err
}
