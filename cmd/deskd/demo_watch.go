package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

// watchEvery is how often the desk is asked for news while somebody plays
// with it.
const watchEvery = 200 * time.Millisecond

// watch tells what becomes of mails until ctx ends.
func (d *demo) watch(ctx context.Context) error {
	seen, err := d.now(ctx)
	if err != nil {
		return leftOff(ctx, err)
	}
	again := time.NewTicker(watchEvery)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-again.C:
		}
		if err := d.tellNews(ctx, seen); err != nil {
			return leftOff(ctx, err)
		}
	}
}

// leftOff is an error of watching; that ctx has ended is none.
func leftOff(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("watch the desk: %w", err)
}

// told are the rows that have been told of, by their ids.
type told struct{ mails, letters map[int64]bool }

func (d *demo) now(ctx context.Context) (told, error) {
	seen := told{map[int64]bool{}, map[int64]bool{}}
	mails, letters, err := d.recent(ctx)
	for _, m := range mails {
		seen.mails[m.ID] = true
	}
	for _, l := range letters {
		seen.letters[l.ID] = true
	}
	return seen, err
}

// recent gives the mails that were decided about and those that were sent,
// oldest first. Letters are read first: then the mail that caused one is among
// the mails.
func (d *demo) recent(ctx context.Context) ([]ticketing.LedgerRow, []ticketing.OutboxMail, error) {
	letters, err := d.store.OutboxRows(ctx, storage.OutboxFilter{Limit: 200})
	if err != nil {
		return nil, nil, err
	}
	mails, err := d.store.LedgerRows(ctx, storage.LedgerFilter{Limit: 100})
	if err != nil {
		return nil, nil, err
	}
	slices.Reverse(mails)
	slices.Reverse(letters)
	mails = slices.DeleteFunc(mails, func(m ticketing.LedgerRow) bool { return m.State == ticketing.LedgerSpooled })
	letters = slices.DeleteFunc(letters, func(l ticketing.OutboxMail) bool {
		return l.State == ticketing.OutboxQueued || l.State == ticketing.OutboxSending
	})
	return mails, letters, nil
}

func (d *demo) tellNews(ctx context.Context, seen told) error {
	mails, letters, err := d.recent(ctx)
	if err != nil {
		return err
	}
	for _, m := range mails {
		if seen.mails[m.ID] {
			continue
		}
		seen.mails[m.ID] = true
		if err := d.tellMail(ctx, m); err != nil {
			return err
		}
	}
	for _, l := range letters {
		if !seen.letters[l.ID] {
			seen.letters[l.ID] = true
			d.tellLetter(l)
		}
	}
	return nil
}

// tellMail says what became of a mail that came in.
func (d *demo) tellMail(ctx context.Context, m ticketing.LedgerRow) error {
	var t ticketing.Ticket
	var e ticketing.Entry
	err := d.store.View(ctx, func(r ticketing.Reader) (err error) {
		if m.TicketID != 0 {
			if t, err = r.Ticket(m.TicketID); err != nil {
				return err
			}
		}
		if m.EntryID != 0 {
			e, err = r.Entry(m.EntryID)
		}
		return err
	})
	if err != nil {
		return err
	}
	text := d.became(m, e)
	if t.ID != 0 {
		text += fmt.Sprintf(". Ticket %d, %s: %s", t.ID, clip(t.Subject, 20), d.tell.in(cyan, statusName(d.composer.Texts, t.Status)))
	}
	d.tell.line("\n%s  %s", d.tell.in(dim, m.DoneAt.Local().Format(time.TimeOnly)), text)
	return nil
}

// became is what a mail has become, in a few words.
func (d *demo) became(m ticketing.LedgerRow, e ticketing.Entry) string {
	from := "somebody"
	if e.Author.Address != "" {
		from = d.stage.named(e.Author.Address)
	}
	switch {
	case e.Kind == ticketing.EntryNote:
		return "Note by " + from
	case m.State == ticketing.LedgerApplied:
		return "Mail from " + from
	case m.State == ticketing.LedgerHeld:
		if e.Verdict.Result == ticketing.Pass {
			return "Held: a mail from " + from
		}
		return "Held: a mail in the name of " + from
	case m.State == ticketing.LedgerEvent:
		return "Mail from " + from + ", noted as an event"
	case m.State == ticketing.LedgerIgnored:
		return "A mail is ignored: " + clip(m.Reason, 60)
	}
	return "A mail that cannot be read"
}

// tellLetter says that a mail of the desk has gone out, or has not.
func (d *demo) tellLetter(l ticketing.OutboxMail) {
	to := d.stage.named(l.Recipient)
	if l.State == ticketing.OutboxSent {
		d.tell.line("          Ticket %d: %s gets %s", l.TicketID, to, letterName(l.Kind))
		return
	}
	d.tell.line("          Ticket %d: %s to %s is %s: %s", l.TicketID, letterName(l.Kind), to, l.State, clip(l.LastError, 100))
}
