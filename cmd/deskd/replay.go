package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"deskd/mail/charset"
	"deskd/mail/intake"
	"deskd/storage"
	"deskd/ticketing"
)

type replayCmd struct {
	asJSON
	Mails      []int64 `arg:"" optional:"" name:"mail" help:"The mails' numbers in the ledger."`
	Ticket     int64   `placeholder:"TICKET" help:"The mails of this ticket."`
	Since      string  `placeholder:"DATE" help:"The mails that came in since this day (2026-01-31) or moment (RFC 3339)."`
	Problems   bool    `help:"Only mails that were hard to read."`
	Unreadable bool    `help:"Only mails that could not be read at all."`
	Charset    string  `placeholder:"NAME" help:"Read them as this charset, whatever they say, and keep that with them; auto takes it back."`
	Reason     string  `help:"Why; agents see it."`
	Apply      bool    `help:"Write what would change. Without it nothing is written."`
}

func (replayCmd) Help() string {
	return `Reads kept mails again, as this version understands them, and shows what would change on their tickets: text, subject, attachments, what was hard to read. With --apply it changes that and nothing else: no status, nobody on the ticket, nothing that is held, no mail to anybody. What went out to customers stays. It may run beside deskd serve, and be repeated.

Examples:

  deskd replay 345
  deskd replay 345 --charset windows-1251 --apply
  deskd replay --since 2026-01-31 --problems
  deskd replay --unreadable --apply --reason "reads Outlook's winmail.dat now"`
}

// Validate implements a hook of the command line.
func (c replayCmd) Validate() error {
	chosen := c.Ticket != 0 || c.Since != "" || c.Problems || c.Unreadable
	switch {
	case len(c.Mails) == 0 && !chosen:
		return errors.New("which mails? name them, or give --ticket, --since, --problems or --unreadable")
	case len(c.Mails) > 0 && chosen:
		return errors.New("name mails, or choose them by --ticket, --since, --problems and --unreadable, not both")
	case c.Charset != "" && c.Charset != charsetAuto && !charset.Known(c.Charset):
		return fmt.Errorf("--charset: %q is no charset that deskd can read; one is windows-1251, another shift_jis", c.Charset)
	}
	_, err := c.since()
	return err
}

// charsetAuto leaves the charset to the mail again.
const charsetAuto = "auto"

func (c replayCmd) since() (time.Time, error) {
	if c.Since == "" {
		return time.Time{}, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, c.Since, time.Local); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, c.Since)
	if err != nil {
		return t, fmt.Errorf("--since must be a day such as 2026-01-31 or a moment such as 2026-01-31T15:04:05Z, and not %q", c.Since)
	}
	return t, nil
}

func (c replayCmd) Run(ctx context.Context, p *program) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	in, err := h.intake(ctx, nil, nil)
	if err != nil {
		return err
	}
	r := &replay{replayCmd: c, program: p, house: h, in: in}
	if err := r.each(ctx); err != nil {
		return err
	}
	if !c.JSON {
		r.printSum()
	}
	if r.failed > 0 {
		return silent(exitFailed)
	}
	return nil
}

// replay is one run over some mails, one after the other.
type replay struct {
	replayCmd
	*program
	house *house
	in    *intake.Intake

	changed, same, skipped, failed int
}

// each goes over the mails chosen, those named and those of a ticket in their
// order, others from the newest on.
func (r *replay) each(ctx context.Context) error {
	since, err := r.since()
	ids := r.Mails
	if err == nil && r.Ticket != 0 {
		ids, err = r.house.mailsOf(ctx, r.Ticket)
	}
	if err != nil {
		return err
	}
	if len(r.Mails) == 0 && r.Ticket == 0 {
		return r.eachSince(ctx, since)
	}
	for _, id := range ids {
		row, err := r.row(ctx, id)
		switch {
		case err != nil:
			err = r.fault(ctx, replayed{Mail: id}, err)
		case row.SpooledAt.Before(since), r.Unreadable && row.State != ticketing.LedgerUnreadable:
		default:
			err = r.mail(ctx, row)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mailsOf are the mails that a ticket's entries are made of.
func (h *house) mailsOf(ctx context.Context, ticketID int64) (ids []int64, err error) {
	err = h.store.View(ctx, func(r ticketing.Reader) error {
		if _, err := r.Ticket(ticketID); errors.Is(err, ticketing.ErrNotFound) {
			return noTicket(ticketID)
		}
		entries, err := r.Entries(ticketID)
		ids = nil
		for _, e := range entries {
			if e.MailID != 0 {
				ids = append(ids, e.MailID)
			}
		}
		return err
	})
	return ids, err
}

// eachSince goes over the ledger, a page at a time.
func (r *replay) eachSince(ctx context.Context, since time.Time) error {
	f := storage.LedgerFilter{Limit: replayPage}
	if r.Unreadable {
		f.State = ticketing.LedgerUnreadable
	}
	for {
		rows, err := r.house.store.LedgerRows(ctx, f)
		if err != nil {
			return err
		}
		for _, row := range rows {
			f.BeforeID = row.ID
			if row.SpooledAt.Before(since) {
				return nil
			}
			if err := r.mail(ctx, row); err != nil {
				return err
			}
		}
		if len(rows) < replayPage {
			return nil
		}
	}
}

// replayPage is how many rows of the ledger are read at once.
const replayPage = 200

func (r *replay) row(ctx context.Context, id int64) (row ticketing.LedgerRow, err error) {
	err = r.house.store.View(ctx, func(v ticketing.Reader) error {
		row, err = v.Ledger(id)
		return err
	})
	if errors.Is(err, ticketing.ErrNotFound) {
		err = errors.New("there is none; see deskd ledger list")
	}
	return row, err
}

// mail reads one mail again. An error it returns concerns all of them; what is
// wrong with this one is told, and the others go on.
func (r *replay) mail(ctx context.Context, row ticketing.LedgerRow) error {
	told := replayed{Mail: row.ID, Ticket: row.TicketID}
	if why := notReplayed(row); why != "" {
		return r.skip(told, why)
	}
	var entries []ticketing.Entry
	err := r.house.store.View(ctx, func(v ticketing.Reader) (err error) {
		entries, err = ticketing.EntriesOfMail(v, row)
		return err
	})
	if err != nil {
		return r.fault(ctx, told, err)
	}
	if len(entries) == 0 {
		return r.skip(told, "its words are on no ticket: "+row.Reason)
	}
	if r.Problems && len(entries[0].Problems()) == 0 && row.State != ticketing.LedgerUnreadable {
		return nil
	}
	charset := r.charsetFor(entries[0])
	m, err := r.in.Reread(ctx, row, charset)
	if errors.Is(err, ticketing.ErrNotFound) {
		err = fmt.Errorf("its bytes are not kept any more (SHA-256 %s)", row.RawSHA256)
	}
	if err != nil {
		return r.fault(ctx, told, err)
	}
	for _, e := range entries {
		told.Ticket, told.Entry = e.TicketID, e.ID
		c := ticketing.Reread{EntryID: e.ID, Mail: m, Charset: charset, Program: version(), Reason: r.Reason}
		if err := r.entry(ctx, told, c); err != nil {
			return err
		}
	}
	return nil
}

// notReplayed says why there is nothing to read of a mail.
func notReplayed(row ticketing.LedgerRow) string {
	switch row.State {
	case ticketing.LedgerSpooled:
		return "it is not decided about yet"
	case ticketing.LedgerGone:
		return "it was deleted in the mailbox before it could be fetched"
	}
	return ""
}

// charsetFor is what a mail is read as: what is ordered, else what was ordered
// before.
func (r *replay) charsetFor(e ticketing.Entry) string {
	switch r.Charset {
	case "":
		return e.Charset()
	case charsetAuto:
		return ""
	}
	return r.Charset
}

// entry shows what changes in one entry, and changes it if that is ordered.
func (r *replay) entry(ctx context.Context, told replayed, c ticketing.Reread) error {
	by := administrator()
	ch, err := r.in.Desk.Foresee(ctx, by, told.Ticket, c)
	if err == nil && r.Apply && len(ch.Reread.Changed()) > 0 {
		told.Applied = true
		err = r.in.Desk.Do(ctx, by, told.Ticket, c)
	}
	if err != nil {
		return r.fault(ctx, told, err)
	}
	told.note(r.house, *ch.Reread)
	if len(told.Changed) > 0 {
		r.changed++
	} else {
		r.same++
	}
	return r.tell(told)
}

// skip passes over a mail, with a word unless it is none of those asked for.
func (r *replay) skip(told replayed, why string) error {
	if r.Problems {
		return nil
	}
	r.skipped++
	told.Skipped = why
	return r.tell(told)
}

// fault tells that one mail could not be read again. The end of ctx ends all.
func (r *replay) fault(ctx context.Context, told replayed, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r.failed++
	told.Applied, told.Error = false, err.Error()
	fmt.Fprintf(r.err, "deskd: replay: mail %d: %v\n", told.Mail, err)
	if r.JSON {
		return r.tell(told)
	}
	return nil
}
