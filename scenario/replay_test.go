package scenario_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

// replay reads a mail again, as the command line does, and tells what came of
// it. The program that reads it is called "now".
func (h *house) replay(s step) error {
	row, entries, err := h.mailOf(s.arg(0))
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		h.say("replay %s: its words are on no ticket", s.arg(0))
		return nil
	}
	charset, given := s.option("charset")
	if !given {
		charset = entries[0].Charset()
	}
	h.clock = h.clock.Add(time.Minute)
	for _, e := range entries {
		r, err := h.reread(row, e, charset, true)
		if err != nil {
			return err
		}
		what := strings.Join(r.Changed(), ", ")
		if what == "" {
			what = "as it was"
		}
		if r.Kept != "" {
			what += "; " + r.Kept
		}
		h.say("replay %s, entry %d: %s, %s", s.arg(0), e.ID, what, h.stateOf(e.TicketID))
	}
	h.send()
	h.tellOut()
	return nil
}

// reread reads an entry's mail again, and writes it if it is to be applied.
func (h *house) reread(row ticketing.LedgerRow, e ticketing.Entry, charset string, apply bool) (ticketing.Rereading, error) {
	ctx := context.Background()
	m, err := h.intake.Reread(ctx, row, charset)
	if err != nil {
		return ticketing.Rereading{}, err
	}
	by := ticketing.Actor{Via: "system", Author: ticketing.Author{Name: "the administrator", Role: ticketing.System}}
	c := ticketing.Reread{EntryID: e.ID, Mail: m, Charset: charset, Program: "now"}
	ch, err := h.desk.Foresee(ctx, by, e.TicketID, c)
	if err == nil && apply {
		err = h.desk.Do(ctx, by, e.TicketID, c)
	}
	if err != nil {
		return ticketing.Rereading{}, err
	}
	return *ch.Reread, nil
}

// mailOf is the mail of a name, with the entries it made.
func (h *house) mailOf(name string) (row ticketing.LedgerRow, entries []ticketing.Entry, err error) {
	id, ok := h.rows[name]
	if !ok {
		return row, nil, fmt.Errorf("there was no mail %q", name)
	}
	if err = h.view(func(r ticketing.Reader) error {
		row, err = r.Ledger(id)
		return err
	}); err == nil {
		entries, err = h.entriesOf(row)
	}
	return row, entries, err
}

func (h *house) entriesOf(row ticketing.LedgerRow) (entries []ticketing.Entry, err error) {
	err = h.view(func(r ticketing.Reader) error {
		entries, err = ticketing.EntriesOfMail(r, row)
		return err
	})
	return entries, err
}

// misread gives an entry the words that an older program found in its mail,
// past the desk.
func (h *house) misread(s step) error {
	_, entries, err := h.mailOf(s.arg(0))
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return errors.New("the mail has no entry")
	}
	return h.store.Update(context.Background(), func(tx ticketing.Tx) error {
		for _, e := range entries {
			words := strings.Join(s.args[1:], " ")
			e.FullText = strings.ReplaceAll(e.FullText, strings.TrimSpace(e.Text), words)
			e.Text = words
			if err := tx.RewriteEntry(e); err != nil {
				return err
			}
		}
		return nil
	})
}

// replayAll reads every mail of the story again: by the same program, that
// must change nothing.
func (h *house) replayAll() error {
	rows, err := h.store.LedgerRows(context.Background(), storage.LedgerFilter{Limit: 1000})
	if err != nil {
		return err
	}
	for _, row := range rows {
		entries, err := h.entriesOf(row)
		if err != nil {
			return err
		}
		for _, e := range entries {
			r, err := h.reread(row, e, e.Charset(), false)
			if err != nil {
				return fmt.Errorf("read mail %d again: %w", row.ID, err)
			}
			if c := r.Changed(); len(c) > 0 {
				return fmt.Errorf("mail %d, read again, changes %v of entry %d: %+v\n\nwas %+v", row.ID, c, e.ID, r.Is, r.Was)
			}
		}
	}
	return nil
}
