package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"deskd/ticketing"
)

type orgCmd struct {
	Add    orgAddCmd    `cmd:"" help:"Add an organisation."`
	List   orgListCmd   `cmd:"" help:"List organisations and their domains."`
	Remove orgRemoveCmd `cmd:"" help:"Remove an organisation."`
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
	domains, err := h.customerDomains(c.Domains)
	if err != nil {
		return err // before the organisation is there
	}
	o, err := h.store.AddOrganisation(ctx, c.Name)
	if err != nil {
		return err
	}
	return h.giveDomains(ctx, p, domains, o)
}

// domainName matches a domain in A-labels.
var domainName = regexp.MustCompile(`^[a-z0-9_-]+(\.[a-z0-9_-]+)+$`)

// namedDomains reads domains as people write them.
func namedDomains(all []string) ([]string, error) {
	names := make([]string, len(all))
	for i, d := range all {
		names[i] = ticketing.NormalizeDomain(strings.TrimPrefix(d, "@"))
		switch {
		case strings.Contains(d, ","):
			return nil, usage(fmt.Errorf("%q is not a domain; put a space between domains, and no comma", d))
		case !domainName.MatchString(names[i]):
			return nil, usage(fmt.Errorf("%q is not a domain; write for example customer.example", d))
		}
	}
	return names, nil
}

// customerDomains reads domains that are to belong to an organisation.
func (h *house) customerDomains(all []string) ([]string, error) {
	names, err := namedDomains(all)
	for _, name := range names {
		if slices.ContainsFunc(h.settings.Mailboxes, func(m ticketing.Mailbox) bool { return ticketing.DomainOf(m.Address) == name }) {
			return nil, fmt.Errorf("%s is a domain of the desk itself", name)
		}
		if slices.Contains(publicProviders(), name) {
			return nil, fmt.Errorf("at %s anybody can get an address, so whoever has one would be taken for a colleague; add such people in Cc one by one", name)
		}
	}
	return names, err
}

// publicProviders are the largest of those where anybody can get an address.
// No list is complete: the help says what to keep out.
func publicProviders() []string {
	return []string{
		"126.com", "163.com", "aol.com", "bluewin.ch", "btinternet.com", "comcast.net", "docomo.ne.jp", "ezweb.ne.jp", "fastmail.com",
		"free.fr", "freenet.de", "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hey.com", "hotmail.co.uk",
		"hotmail.com", "hotmail.de", "hotmail.fr", "icloud.com", "laposte.net", "libero.it", "live.com", "mac.com", "mail.com", "mail.ru",
		"mailbox.org", "me.com", "msn.com", "naver.com", "orange.fr", "outlook.com", "outlook.de", "outlook.jp", "pm.me", "posteo.de",
		"proton.me", "protonmail.com", "qq.com", "rambler.ru", "seznam.cz", "softbank.ne.jp", "t-online.de", "tutanota.com", "web.de",
		"wp.pl", "yahoo.co.jp", "yahoo.co.uk", "yahoo.com", "yahoo.de", "yahoo.fr", "yandex.com", "yandex.ru", "ymail.com", "zoho.com",
	}
}

// giveDomains gives domains to an organisation, and says what is new.
func (h *house) giveDomains(ctx context.Context, p *program, domains []string, o ticketing.Organisation) error {
	var more []string
	for _, d := range domains {
		if err := h.store.MapDomain(ctx, d, o.ID); err != nil {
			return err
		}
		if !slices.Contains(o.Domains, d) && !slices.Contains(more, d) {
			more = append(more, d)
		}
	}
	news := "no new domain"
	if len(more) > 0 {
		news = "now " + strings.Join(more, ", ")
	}
	_, err := fmt.Fprintf(p.out, "organisation %d, %s, has %s\n", o.ID, oneLine(o.Name), news)
	return err
}

// organisation finds an organisation by its name.
func (h *house) organisation(ctx context.Context, name string) (ticketing.Organisation, error) {
	all, err := h.store.Organisations(ctx)
	if err != nil {
		return ticketing.Organisation{}, err
	}
	i := slices.IndexFunc(all, func(o ticketing.Organisation) bool { return o.Name == name })
	if i < 0 {
		return ticketing.Organisation{}, fmt.Errorf("there is no organisation %q; see deskd org list", name)
	}
	return all[i], nil
}

type orgRemoveCmd struct {
	Name string `arg:"" help:"The organisation's name."`
}

func (orgRemoveCmd) Help() string {
	return `Its domains belong to nobody then, and its people and tickets to no organisation. Nothing that was said is removed.

Example:

  deskd org remove "Customer Ltd"`
}

func (c orgRemoveCmd) Run(ctx context.Context, p *program) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	o, err := h.organisation(ctx, c.Name)
	if err != nil {
		return err
	}
	if err := h.store.RemoveOrganisation(ctx, o.ID); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "organisation %d, %s, is removed\n", o.ID, oneLine(o.Name))
	return err
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
	domains, err := h.customerDomains(c.Domains)
	if err != nil {
		return err
	}
	o, err := h.organisation(ctx, c.Name)
	if err != nil {
		return err
	}
	return h.giveDomains(ctx, p, domains, o)
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
	domains, err := namedDomains(c.Domains)
	if err != nil {
		return err
	}
	for _, d := range domains {
		if err := h.store.MapDomain(ctx, d, 0); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(p.out, "%s belongs to no organisation\n", strings.Join(domains, ", "))
	return err
}
