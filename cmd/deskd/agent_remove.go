package main

import (
	"context"
	"errors"
	"fmt"

	"deskd/ticketing"
)

type agentRemoveCmd struct {
	Address  string `arg:"" help:"The agent's address."`
	Reassign string `help:"The agent who gets the unsolved tickets; by default nobody has them." placeholder:"ADDRESS"`
}

func (agentRemoveCmd) Help() string {
	return `The agent's reply addresses lose their power, and no more notifications go out. What the agent wrote stays. Unsolved tickets are taken from him: they go to the agent that --reassign names, or to nobody, so that all are told of what comes on them.

Example:

  deskd agent remove anna@example.com --reassign ben@example.com`
}

func (c agentRemoveCmd) Run(ctx context.Context, p *program) error {
	return p.withAgent(ctx, c.Address, func(h *house, a ticketing.Person) error {
		var heir string
		if c.Reassign != "" {
			to, err := parseAddress(c.Reassign)
			if err != nil {
				return err
			}
			if to.Address == a.Address {
				return usage(errors.New("--reassign names the agent who is to be removed"))
			}
			if _, err := h.agent(ctx, to.Address); err != nil {
				return err
			}
			heir = to.Address
		}
		// First the rights, then the tickets: nothing new becomes his meanwhile.
		if err := h.store.RemoveAgent(ctx, a.Address); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(p.out, "%s is no agent any more\n", a.Address); err != nil {
			return err
		}
		return h.reassign(ctx, p, a.ID, heir)
	})
}

// reassign gives somebody's unsolved tickets to an agent, or to nobody where there
// is none or he does not work in the ticket's mailbox.
func (h *house) reassign(ctx context.Context, p *program, from int64, heir string) error {
	ids, err := h.unsolvedOf(ctx, from)
	if err != nil {
		return fmt.Errorf("list the tickets of person %d: %w", from, err)
	}
	desk, err := h.desk(ctx, nil)
	if err != nil {
		return err
	}
	given := 0
	for _, id := range ids {
		err := desk.Do(ctx, administrator(), id, ticketing.Assign{Address: heir})
		if errors.Is(err, ticketing.ErrRefused) && heir != "" {
			err = desk.Do(ctx, administrator(), id, ticketing.Assign{})
		} else if heir != "" {
			given++
		}
		if err != nil {
			return fmt.Errorf("reassign ticket %d: %w", id, err)
		}
	}
	if given > 0 {
		_, err = fmt.Fprintf(p.out, "tickets assigned to %s: %d\n", heir, given)
	}
	if left := len(ids) - given; left > 0 && err == nil {
		_, err = fmt.Fprintf(p.out, "tickets assigned to nobody now: %d; see deskd ticket list\n", left)
	}
	return err
}

// unsolvedOf lists all tickets of somebody that are not solved.
func (h *house) unsolvedOf(ctx context.Context, person int64) (ids []int64, err error) {
	err = h.store.View(ctx, func(r ticketing.Reader) error {
		f := ticketing.TicketFilter{AssigneeID: person, Limit: 1000}
		ids = nil
		for {
			page, err := r.ListTickets(f)
			if err != nil || len(page) == 0 {
				return err
			}
			for _, t := range page {
				ids = append(ids, t.ID)
			}
			last := page[len(page)-1]
			f.BeforeActivity, f.BeforeID = last.LastActivityAt, last.ID
		}
	})
	return ids, err
}
