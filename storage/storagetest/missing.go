package storagetest

import (
	"context"
	"errors"
	"testing"

	"deskd/ticketing"
)

// nothingThere asks for rows that do not exist.
func nothingThere(t *testing.T, d desk) {
	d.view(t, func(r ticketing.Reader) error {
		for name, get := range map[string]func() error{
			"Ticket":               func() error { _, err := r.Ticket(999); return err },
			"Participant":          func() error { _, err := r.Participant(999); return err },
			"Person":               func() error { _, err := r.Person(999); return err },
			"PersonByAddress":      func() error { _, err := r.PersonByAddress("nobody@x"); return err },
			"OrganisationByDomain": func() error { _, err := r.OrganisationByDomain("nowhere"); return err },
			"Entry":                func() error { _, err := r.Entry(999); return err },
			"Outgoing":             func() error { _, err := r.Outgoing("<none>"); return err },
			"Ledger":               func() error { _, err := r.Ledger(999); return err },
		} {
			if err := get(); !errors.Is(err, ticketing.ErrNotFound) {
				t.Errorf("%s: %v, want ErrNotFound", name, err)
			}
		}
		for name, get := range map[string]func() (int, error){
			"Participants":       func() (int, error) { l, err := r.Participants(999); return len(l), err },
			"Entries":            func() (int, error) { l, err := r.Entries(999); return len(l), err },
			"EntriesVisibleTo":   func() (int, error) { l, err := r.EntriesVisibleTo(999); return len(l), err },
			"FindMessageIDs":     func() (int, error) { l, err := r.FindMessageIDs(nil); return len(l), err },
			"MailsWithMessageID": func() (int, error) { l, err := r.MailsWithMessageID(""); return len(l), err },
			"MailsWithRaw":       func() (int, error) { l, err := r.MailsWithRaw(""); return len(l), err },
		} {
			if n, err := get(); n != 0 || err != nil {
				t.Errorf("%s: %d rows, %v; want none and no error", name, n, err)
			}
		}
		return nil
	})
	for name, change := range map[string]func(ticketing.Tx) error{
		"LockTicket":   func(tx ticketing.Tx) error { _, err := tx.LockTicket(999); return err },
		"UpdateTicket": func(tx ticketing.Tx) error { return tx.UpdateTicket(ticketing.Ticket{ID: 999}) },
		"UpdatePerson": func(tx ticketing.Tx) error {
			return tx.UpdatePerson(ticketing.Person{ID: 999}, ticketing.Person{ID: 999, Name: "N"})
		},
		"UpdateParticipant": func(tx ticketing.Tx) error { return tx.UpdateParticipant(ticketing.Participant{ID: 999}) },
		"UpdateEntry":       func(tx ticketing.Tx) error { return tx.UpdateEntry(ticketing.Entry{ID: 999}) },
		"RewriteEntry":      func(tx ticketing.Tx) error { return tx.RewriteEntry(ticketing.Entry{ID: 999}) },
		"UpdateKey":         func(tx ticketing.Tx) error { return tx.UpdateKey(ticketing.Key{ID: "?"}) },
		"MarkUndelivered":   func(tx ticketing.Tx) error { return tx.MarkUndelivered(999, "", true) },
		"SettleMail": func(tx ticketing.Tx) error {
			return tx.SettleMail(999, ticketing.Outcome{State: ticketing.LedgerIgnored}, at(20))
		},
	} {
		if err := d.Update(context.Background(), change); !errors.Is(err, ticketing.ErrNotFound) {
			t.Errorf("%s: %v, want ErrNotFound", name, err)
		}
	}
}
