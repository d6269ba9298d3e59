package main

import (
	"context"
	"fmt"
	"strings"

	"deskd/ticketing"
)

type ticketSplitCmd struct {
	Ticket int64 `arg:"" help:"The ticket's number."`
	Entry  int64 `arg:"" help:"The number of a customer's message, or of a held mail."`
}

func (ticketSplitCmd) Help() string {
	return `The message moves to a new ticket, whose requester is who wrote it, with its files; replies to it go there. A held mail stays on this ticket as well, among agents. What opened the ticket cannot be split off.

Example:

  deskd ticket split 7 31`
}

func (c ticketSplitCmd) Run(ctx context.Context, p *program) error {
	return p.do(ctx, c.Ticket, fmt.Sprintf("entry %d is a ticket of its own, linked with ticket %d", c.Entry, c.Ticket), ticketing.Split{EntryID: c.Entry})
}

type ticketLinkCmd struct {
	Ticket int64 `arg:"" help:"The ticket's number."`
	Other  int64 `arg:"" help:"The other ticket's number."`
}

func (ticketLinkCmd) Help() string {
	return `Only agents see links.

Example:

  deskd ticket link 7 9`
}

func (c ticketLinkCmd) Run(ctx context.Context, p *program) error {
	return p.do(ctx, c.Ticket, fmt.Sprintf("tickets %d and %d are linked", c.Ticket, c.Other), ticketing.Relate{To: c.Other})
}

type ticketUnlinkCmd struct {
	Ticket int64 `arg:"" help:"The ticket's number."`
	Other  int64 `arg:"" help:"The other ticket's number."`
}

func (ticketUnlinkCmd) Help() string {
	return `Example:

  deskd ticket unlink 7 9`
}

func (c ticketUnlinkCmd) Run(ctx context.Context, p *program) error {
	return p.do(ctx, c.Ticket, fmt.Sprintf("tickets %d and %d are not linked", c.Ticket, c.Other), ticketing.Unrelate{From: c.Other})
}

type ticketTagCmd struct {
	Ticket int64    `arg:"" help:"The ticket's number."`
	Tags   []string `arg:"" optional:"" name:"tag" help:"Tags to put on."`
	Remove []string `placeholder:"TAG" help:"Tags to take off."`
}

func (ticketTagCmd) Help() string {
	return `Tags are words of letters, digits and - _ . / : in lower case; customers do not see them. deskd ticket list --tag finds tickets by them.

Example:

  deskd ticket tag 7 printer office --remove urgent`
}

func (c ticketTagCmd) Run(ctx context.Context, p *program) error {
	if len(c.Tags)+len(c.Remove) == 0 {
		return usage(fmt.Errorf("nothing to do: name tags to put on, or --remove some"))
	}
	done := strings.TrimSpace(strings.Join(c.Tags, " ") + " " + strings.Join(prefixed("-", c.Remove), " "))
	return p.do(ctx, c.Ticket, fmt.Sprintf("ticket %d is tagged: %s", c.Ticket, oneLine(done)), ticketing.Tag{Add: c.Tags, Drop: c.Remove})
}

func prefixed(sign string, words []string) []string {
	var all []string
	for _, w := range words {
		all = append(all, sign+w)
	}
	return all
}
