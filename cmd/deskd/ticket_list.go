package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"deskd/ticketing"
)

type ticketListCmd struct {
	asJSON
	All      bool   `help:"Solved ones too."`
	Status   string `enum:",open,awaiting_reply,on_hold,solved" default:"" help:"Only this status: open, awaiting_reply, on_hold or solved."`
	Assignee string `placeholder:"ADDRESS" help:"Only those of this agent."`
	Mailbox  string `placeholder:"ADDRESS" help:"Only those of this mailbox."`
	Tag      string `placeholder:"TAG" help:"Only those with this tag."`
	Query    string `placeholder:"WORDS" help:"Only those with these words in the subject or in messages that the customer has; notes and held mail are not searched."`
	Limit    int    `default:"50" help:"At most so many, up to 1000 (${default})."`
	After    int64  `placeholder:"TICKET" help:"Go on behind this ticket, the last one of the page before."`
}

func (ticketListCmd) Help() string {
	return `Without --all or --status it lists what is not solved.

Examples:

  deskd ticket list --assignee anna@example.com
  deskd ticket list --all --query "invoice 4711" --json`
}

func (c ticketListCmd) Validate() error { return validLimit(c.Limit) }

func (c ticketListCmd) Run(ctx context.Context, p *program) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	views, err := c.find(ctx, h)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(p.out, views)
	}
	t := newTable(p.out, "TICKET", "STATUS", "PRIORITY", "ACTIVITY", "REQUESTER", "ASSIGNEE", "SUBJECT")
	for _, v := range views {
		assignee := "-"
		if v.Assignee != nil {
			assignee = v.Assignee.Address
		}
		t.row(v.ID, v.Status, v.Priority, moment(v.LastActivityAt), v.Requester.Address, assignee, v.Subject)
	}
	if err := t.flush(); err != nil {
		return err
	}
	if n := len(views); n == c.Limit {
		fmt.Fprintf(p.err, "there may be more: --after %d goes on\n", views[n-1].ID)
	}
	return nil
}

// find reads one page of tickets with the people on them.
func (c ticketListCmd) find(ctx context.Context, h *house) ([]ticketing.TicketView, error) {
	f := ticketing.TicketFilter{All: c.All, Status: ticketing.Status(c.Status), Query: c.Query, Limit: c.Limit}
	if c.Tag != "" {
		tag, ok := ticketing.NormalizeTag(c.Tag)
		if !ok {
			return nil, usage(fmt.Errorf("--tag: %q cannot be a tag", c.Tag))
		}
		f.Tag = tag
	}
	if c.Mailbox != "" {
		m, err := h.mailbox(c.Mailbox)
		if err != nil {
			return nil, err
		}
		f.MailboxID = m.ID
	}
	named, err := h.organisationNames(ctx)
	if err != nil {
		return nil, err
	}
	views := []ticketing.TicketView{}
	err = h.store.View(ctx, func(r ticketing.Reader) error {
		if err := c.narrow(r, &f); err != nil {
			return err
		}
		tickets, err := r.ListTickets(f)
		if err != nil {
			return err
		}
		for _, t := range tickets {
			v, err := h.viewTicket(r, t, named)
			if err != nil {
				return err
			}
			views = append(views, v)
		}
		return nil
	})
	return views, err
}

// narrow fills in what has to be looked up for the filter.
func (c ticketListCmd) narrow(r ticketing.Reader, f *ticketing.TicketFilter) error {
	if c.Assignee != "" {
		a, err := parseAddress(c.Assignee)
		if err != nil {
			return err
		}
		p, err := r.PersonByAddress(a.Address)
		if errors.Is(err, ticketing.ErrNotFound) {
			return fmt.Errorf("nobody has the address %s; see deskd agent list", a.Address)
		}
		if err != nil {
			return err
		}
		f.AssigneeID = p.ID
	}
	if c.After != 0 {
		t, err := r.Ticket(c.After)
		if errors.Is(err, ticketing.ErrNotFound) {
			return noTicket(c.After)
		}
		if err != nil {
			return fmt.Errorf("--after %d: %w", c.After, err)
		}
		f.BeforeActivity, f.BeforeID = t.LastActivityAt, t.ID
	}
	return nil
}

// organisationNames gives the organisations' names by id.
func (h *house) organisationNames(ctx context.Context) (map[int64]string, error) {
	all, err := h.store.Organisations(ctx)
	names := map[int64]string{}
	for _, o := range all {
		names[o.ID] = o.Name
	}
	return names, err
}

// viewTicket makes the view of a ticket, without its entries.
func (h *house) viewTicket(r ticketing.Reader, t ticketing.Ticket, organisations map[int64]string) (ticketing.TicketView, error) {
	p := ticketing.TicketPeople{Organisation: organisations[t.OrganisationID]}
	var err error
	if p.Requester, err = r.Person(t.RequesterID); err != nil {
		return ticketing.TicketView{}, fmt.Errorf("requester of ticket %d: %w", t.ID, err)
	}
	if t.AssigneeID != 0 {
		if p.Assignee, err = r.Person(t.AssigneeID); err != nil {
			return ticketing.TicketView{}, fmt.Errorf("assignee of ticket %d: %w", t.ID, err)
		}
	}
	if p.Participants, err = r.Participants(t.ID); err != nil {
		return ticketing.TicketView{}, err
	}
	timers, err := r.TicketTimers(t.ID)
	if err != nil {
		return ticketing.TicketView{}, err
	}
	v := ticketing.NewTicketView(t, p)
	v.Targets = ticketing.NewTargetViews(h.settings.Targets(t, time.Now()))
	v.Next = ticketing.NewNextViews(timers)
	return v, nil
}
