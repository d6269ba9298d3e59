package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"deskd/ticketing"
)

type reviewCmd struct {
	List    reviewListCmd    `cmd:"" help:"List held mails that wait for somebody to look at them."`
	Show    reviewShowCmd    `cmd:"" help:"Show a held mail, and why it is held."`
	Release reviewReleaseCmd `cmd:"" help:"Let a held mail become what it would have been."`
	Drop    reviewDropCmd    `cmd:"" help:"Leave a held mail where it is, for agents only."`
	Split   reviewSplitCmd   `cmd:"" help:"Make a held mail a ticket of its own."`
}

type reviewListCmd struct {
	asJSON
	Limit int `default:"50" help:"At most so many, up to 1000 (${default})."`
}

func (reviewListCmd) Help() string {
	return `The oldest come first.

Example:

  deskd review list`
}

func (c reviewListCmd) Validate() error { return validLimit(c.Limit) }

// reviewView is a held entry as review --json prints it.
type reviewView struct {
	Ticket   int64                 `json:"ticket"`
	Entry    ticketing.EntryView   `json:"entry"`
	State    ticketing.ReviewState `json:"state"`
	Reason   string                `json:"reason"` // in plain words
	Release  ticketing.Action      `json:"release"`
	Proposed []ticketing.Address   `json:"proposed"`
}

func (h *house) reviewView(e ticketing.Entry) reviewView {
	return reviewView{
		e.TicketID, h.entryView(e), e.Review.State, h.holdReason(e), e.Review.Then,
		append([]ticketing.Address{}, e.Review.Proposed...),
	}
}

// holdReason says in words why an entry is held.
func (h *house) holdReason(e ticketing.Entry) string {
	return h.composer.Texts.Text("en", "held."+e.Review.Reason, "who", authorOf(e))
}

func authorOf(e ticketing.Entry) string {
	return who(ticketing.Address{Name: e.Author.Name, Address: e.Author.Address})
}

func (c reviewListCmd) Run(ctx context.Context, p *program) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	var waiting []ticketing.Entry
	err = h.store.View(ctx, func(r ticketing.Reader) (err error) {
		waiting, err = r.ReviewsWaiting(c.Limit)
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		views := make([]reviewView, len(waiting))
		for i, e := range waiting {
			views[i] = h.reviewView(e)
		}
		return printJSON(p.out, views)
	}
	t := newTable(p.out, "ENTRY", "TICKET", "CAME", "FROM", "WHY IT IS HELD")
	for _, e := range waiting {
		t.row(e.ID, e.TicketID, moment(e.At), e.Author.Address, h.holdReason(e))
	}
	return t.flush()
}

// held reads an entry that is or was held.
func (h *house) held(ctx context.Context, id int64) (ticketing.Entry, error) {
	var e ticketing.Entry
	err := h.store.View(ctx, func(r ticketing.Reader) (err error) {
		e, err = r.Entry(id)
		return err
	})
	switch {
	case errors.Is(err, ticketing.ErrNotFound):
		return e, fmt.Errorf("there is no entry %d; see deskd review list", id)
	case err == nil && e.Review.State == ticketing.ReviewNone:
		return e, fmt.Errorf("entry %d was never held; see deskd review list", id)
	}
	return e, err
}

type reviewShowCmd struct {
	asJSON
	Entry int64 `arg:"" help:"The entry's number."`
}

func (reviewShowCmd) Help() string {
	return `Example:

  deskd review show 31`
}

func (c reviewShowCmd) Run(ctx context.Context, p *program) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	e, err := h.held(ctx, c.Entry)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(p.out, h.reviewView(e))
	}
	h.printEntry(p.out, e)
	h.printReview(p.out, e)
	return nil
}

func (h *house) printReview(w io.Writer, e ticketing.Entry) {
	fmt.Fprintf(w, "\nTicket %d. %s\n", e.TicketID, oneLine(h.holdReason(e)))
	if len(e.Review.Proposed) > 0 {
		fmt.Fprintf(w, "It names for Cc: %s\n", everybody(e.Review.Proposed))
	}
	if e.Review.State != ticketing.ReviewWaiting {
		return
	}
	then := "it becomes a message of the ticket and sets it to Open"
	switch {
	case e.Review.Then == ticketing.Act && e.Review.Visibility == ticketing.Public:
		then = "it goes out to the customer as the agent's answer"
	case e.Review.Then == ticketing.Act || e.Review.Then == ticketing.InternalNote:
		then = "it becomes an internal note"
	}
	fmt.Fprintf(w, "deskd review release %d: %s.\ndeskd review drop %d: it stays here, for agents only.\n", e.ID, then, e.ID)
}

type reviewReleaseCmd struct {
	Entry       int64 `arg:"" help:"The entry's number."`
	AddSender   bool  `help:"Also give the sender a place in Cc, with sight from this mail on."`
	AddProposed bool  `help:"Also add the people whom the mail names."`
	Trust       bool  `help:"Hold no more of the sender's mails for their number, and take none for automatic; it gives no rights on any ticket."`
}

func (reviewReleaseCmd) Help() string {
	return `Look at it with deskd review show first: what is released is seen by customers.

Example:

  deskd review release 31 --add-sender`
}

func (c reviewReleaseCmd) Run(ctx context.Context, p *program) error {
	return p.review(ctx, c.Entry, "is released", ticketing.Release{EntryID: c.Entry, AddSender: c.AddSender, AddProposed: c.AddProposed, Trust: c.Trust})
}

type reviewDropCmd struct {
	Entry int64 `arg:"" help:"The entry's number."`
}

func (reviewDropCmd) Help() string {
	return `Example:

  deskd review drop 31`
}

func (c reviewDropCmd) Run(ctx context.Context, p *program) error {
	return p.review(ctx, c.Entry, "is dropped", ticketing.Drop{EntryID: c.Entry})
}

func (p *program) review(ctx context.Context, id int64, done string, command ticketing.Command) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	e, err := h.held(ctx, id)
	if err != nil {
		return err
	}
	desk, err := h.desk(ctx, nil)
	if err != nil {
		return err
	}
	if err := desk.Do(ctx, administrator(), e.TicketID, command); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "entry %d of ticket %d %s\n", id, e.TicketID, done)
	return err
}

type reviewSplitCmd struct {
	Entry int64 `arg:"" help:"The entry's number."`
}

func (reviewSplitCmd) Help() string {
	return `The sender becomes the requester of the new ticket, which agents see linked to the one that the mail was held on.

Example:

  deskd review split 31`
}

func (c reviewSplitCmd) Run(ctx context.Context, p *program) error {
	return p.review(ctx, c.Entry, "is a ticket of its own now", ticketing.Split{EntryID: c.Entry})
}
