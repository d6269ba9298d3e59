package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"deskd/mail"
	"deskd/ticketing"
)

type explainCmd struct {
	asJSON
	Mail int64 `arg:"" help:"The mail's number in the ledger."`
}

func (explainCmd) Help() string {
	return `Says what became of a mail and why, and what would become of it if it came now: agents, keys and settings may have changed.

Example:

  deskd explain 12`
}

// explanation is what explain --json prints.
type explanation struct {
	Mail  ledgerView           `json:"mail"`
	Entry *ticketing.EntryView `json:"entry"` // null if it made none
	Now   *judgementView       `json:"now"`   // null if the mail cannot be read

	received time.Time
}

// judgementView is how a mail is judged.
type judgementView struct {
	From        ticketing.Address  `json:"from"`
	Subject     string             `json:"subject"`
	Kind        ticketing.MailKind `json:"kind"`
	KindWhy     string             `json:"kind_why"`
	Problems    []string           `json:"problems"`
	Verdict     ticketing.Verdict  `json:"verdict"`
	RoutedBy    ticketing.Evidence `json:"routed_by"`
	Ticket      int64              `json:"ticket"` // 0 for a new one
	RoutedWhy   string             `json:"routed_why"`
	Role        ticketing.Role     `json:"role"`
	Action      ticketing.Action   `json:"action"`
	ActionWhy   string             `json:"action_why"`
	Outcome     string             `json:"outcome"` // a state of the ledger
	OutcomeWhy  string             `json:"outcome_why"`
	StatusAfter ticketing.Status   `json:"status_after"` // "" without a ticket
}

func (c explainCmd) Run(ctx context.Context, p *program) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	row, entry, err := c.look(ctx, h)
	if err != nil {
		return err
	}
	x := explanation{Mail: h.ledgerView(row), received: row.ReceivedAt}
	if entry != nil {
		v := h.entryView(*entry)
		x.Entry = &v
	}
	if row.RawSHA256 != "" {
		if x.Now, err = h.judge(ctx, row); err != nil {
			fmt.Fprintf(p.err, "deskd: how it would be judged now cannot be told: %v\n", err)
		}
	}
	if c.JSON {
		return printJSON(p.out, x)
	}
	return x.print(p.out)
}

// look reads what became of the mail.
func (c explainCmd) look(ctx context.Context, h *house) (row ticketing.LedgerRow, entry *ticketing.Entry, err error) {
	err = h.store.View(ctx, func(r ticketing.Reader) error {
		row, err = r.Ledger(c.Mail)
		if errors.Is(err, ticketing.ErrNotFound) {
			return fmt.Errorf("there is no mail %d; see deskd ledger list", c.Mail)
		}
		if err != nil || row.EntryID == 0 {
			return err
		}
		e, err := r.Entry(row.EntryID)
		entry = &e
		return err
	})
	return row, entry, err
}

// judge says what would become of the mail if it came now.
func (h *house) judge(ctx context.Context, row ticketing.LedgerRow) (*judgementView, error) {
	r, err := resolver(h.config)
	if err != nil {
		return nil, err
	}
	in, err := h.intake(ctx, r, nil)
	if err != nil {
		return nil, err
	}
	m, err := in.Read(ctx, row)
	if err != nil {
		return nil, err
	}
	j, err := in.Desk.Explain(ctx, m)
	if err != nil {
		return nil, err
	}
	if prior := j.Candidates.Prior; prior != nil && prior.MailID > m.MailID {
		// A copy that came later: it was decided about after this one.
		j.Change = ticketing.Decide(m, j.Link, j.Authority, j.Situation, nil, j.Candidates.OwnCopy)
	}
	v := &judgementView{
		Subject: m.Subject, Kind: m.Kind, KindWhy: m.KindWhy, Problems: mail.ProblemTexts(h.composer.Texts, "en", m.Problems), Verdict: m.Verdict,
		RoutedBy: j.Link.Evidence, Ticket: j.Link.Ticket.ID, RoutedWhy: j.Link.Why,
		Role: j.Authority.Role, Action: j.Authority.Action, ActionWhy: j.Authority.Why,
	}
	if len(m.From) > 0 {
		v.From = m.From[0]
	}
	if o := j.Change.Outcome; o != nil {
		v.Outcome, v.OutcomeWhy = string(o.State), o.Reason
	}
	if t := j.Change.Ticket; t != nil {
		v.StatusAfter = t.Status
	}
	return v, nil
}

func (x explanation) print(w io.Writer) error {
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "%-16s %s\n", name+":", oneLine(value))
		}
	}
	fmt.Fprintf(w, "Mail %d, %d bytes, received %s in %s\n", x.Mail.ID, x.Mail.Size, moment(x.received), x.Mail.Mailbox)
	line("Message-ID", x.Mail.MessageID)
	line("What became", string(x.Mail.State))
	line("Why", x.Mail.Reason)
	if x.Mail.Ticket != 0 {
		line("Ticket", fmt.Sprint(x.Mail.Ticket))
	}
	if x.Entry != nil {
		line("Entry", fmt.Sprintf("%d, %s, seen by: %s", x.Entry.ID, x.Entry.Kind, x.Entry.Visibility))
		line("Why there", x.Entry.Why)
	}
	if x.Now == nil {
		return nil
	}
	n := x.Now
	fmt.Fprintf(w, "\nIf it came now\n")
	line("From", who(n.From))
	line("Subject", n.Subject)
	line("Sender check", string(n.Verdict.Result)+": "+n.Verdict.Evidence)
	line("Kind", string(n.Kind))
	line("Why that kind", n.KindWhy)
	line("Leads to", leadsTo(n))
	line("Why there", n.RoutedWhy)
	line("Sender's role", string(n.Role))
	line("May", string(n.Action))
	line("Why", n.ActionWhy)
	line("Outcome", n.Outcome+": "+n.OutcomeWhy)
	for _, problem := range n.Problems {
		line("Problem", problem)
	}
	return nil
}

func leadsTo(n *judgementView) string {
	if n.Ticket == 0 {
		return "a new ticket"
	}
	return fmt.Sprintf("ticket %d, by %s", n.Ticket, n.RoutedBy)
}
