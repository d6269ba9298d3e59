package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"deskd/storage"
	"deskd/ticketing"
)

type ledgerCmd struct {
	List ledgerListCmd `cmd:"" default:"withargs" help:"List the mails that came in."`
}

type ledgerListCmd struct {
	asJSON
	State   string `enum:",spooled,applied,event,held,ignored,unreadable,gone" default:"" help:"Only this state: spooled, applied, event, held, ignored, unreadable or gone."`
	Mailbox string `placeholder:"ADDRESS" help:"Only those of this mailbox."`
	Ticket  int64  `placeholder:"TICKET" help:"Only those of this ticket."`
	Limit   int    `default:"50" help:"At most so many, up to 1000 (${default})."`
	Before  int64  `placeholder:"MAIL" help:"Go on behind this one, the last of the page before."`
}

func (ledgerListCmd) Help() string {
	return `One line for each mail that ever came into a mailbox, the newest first, with what became of it. deskd explain MAIL says more.

Examples:

  deskd ledger list --state ignored
  deskd ledger list --ticket 7 --json`
}

func (c ledgerListCmd) Validate() error { return validLimit(c.Limit) }

// ledgerView is a mail as ledger list --json prints it.
type ledgerView struct {
	ID          int64                 `json:"id"`
	Mailbox     string                `json:"mailbox"`
	Source      string                `json:"source"`
	Folder      string                `json:"folder"`
	UIDValidity uint32                `json:"uidvalidity"` // 0 for ingested mails
	UID         uint32                `json:"uid"`
	MessageID   string                `json:"message_id"`
	Size        int64                 `json:"size"`
	SHA256      string                `json:"sha256"`
	HeaderOnly  bool                  `json:"header_only"`
	Backlog     bool                  `json:"backlog"`
	ReceivedAt  string                `json:"received_at"`
	SpooledAt   string                `json:"spooled_at"`
	DoneAt      string                `json:"done_at"` // "" while spooled
	State       ticketing.LedgerState `json:"state"`
	Reason      string                `json:"reason"`
	Attempts    int                   `json:"attempts"`
	Ticket      int64                 `json:"ticket"` // 0 if on none
	Entry       int64                 `json:"entry"`
}

func (h *house) ledgerView(r ticketing.LedgerRow) ledgerView {
	box, _ := h.settings.Mailbox(r.MailboxID)
	return ledgerView{
		r.ID, box.Address, r.Source, r.Folder, r.UIDValidity, r.UID, r.MessageID, r.Size, r.RawSHA256,
		r.HeaderOnly, r.Backlog, stamp(r.ReceivedAt), stamp(r.SpooledAt), stamp(r.DoneAt),
		r.State, r.Reason, r.Attempts, r.TicketID, r.EntryID,
	}
}

func (c ledgerListCmd) Run(ctx context.Context, p *program) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	f := storage.LedgerFilter{State: ticketing.LedgerState(c.State), TicketID: c.Ticket, BeforeID: c.Before, Limit: c.Limit}
	if c.Mailbox != "" {
		m, err := h.mailbox(c.Mailbox)
		if err != nil {
			return err
		}
		f.MailboxID = m.ID
	}
	rows, err := h.store.LedgerRows(ctx, f)
	if err != nil {
		return err
	}
	views := make([]ledgerView, len(rows))
	for i, r := range rows {
		views[i] = h.ledgerView(r)
	}
	if c.JSON {
		return printJSON(p.out, views)
	}
	t := newTable(p.out, "MAIL", "STATE", "RECEIVED", "MAILBOX", "TICKET", "REASON")
	for i, v := range views {
		t.row(v.ID, v.State, moment(rows[i].ReceivedAt), v.Mailbox, numberOrDash(v.Ticket), v.Reason)
	}
	return t.flush()
}

func numberOrDash(n int64) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

// newestFirst sorts rows by falling id and keeps the first n.
func newestFirst[R any](rows []R, n int, id func(R) int64) []R {
	slices.SortFunc(rows, func(a, b R) int { return cmp.Compare(id(b), id(a)) })
	return rows[:min(n, len(rows))]
}
