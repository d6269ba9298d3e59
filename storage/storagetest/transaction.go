package storagetest

import (
	"context"
	"errors"
	"testing"

	"deskd/ticketing"
)

var errStop = errors.New("stop")

// ensure makes a person inside a transaction.
func ensure(tx ticketing.Tx, address string) error {
	_, err := tx.EnsurePerson(ticketing.Address{Address: address})
	return err
}

// known reports whether an address is stored.
func (d desk) known(t *testing.T, address string) bool {
	t.Helper()
	found := false
	d.view(t, func(r ticketing.Reader) error {
		_, err := r.PersonByAddress(address)
		found = err == nil
		if errors.Is(err, ticketing.ErrNotFound) {
			return nil
		}
		return err
	})
	return found
}

// ending is a way in which a transaction ends, with what f did in it.
type ending struct {
	update func(ctx context.Context, f func(ticketing.Tx) error) error
	kept   bool
}

// endings are the ways to end a transaction. There is a participant like
// requester already.
func endings(t *testing.T, d desk, requester ticketing.Participant) map[string]ending {
	return map[string]ending{
		"success": {update: d.Update, kept: true},
		"error": {update: func(ctx context.Context, f func(ticketing.Tx) error) error {
			err := d.Update(ctx, func(tx ticketing.Tx) error { return errors.Join(f(tx), errStop) })
			if !errors.Is(err, errStop) {
				t.Errorf("the function's error is lost: %v", err)
			}
			return nil
		}},
		"panic": {update: func(ctx context.Context, f func(ticketing.Tx) error) (err error) {
			defer func() {
				if recover() == nil {
					t.Error("the panic is lost")
				}
			}()
			return d.Update(ctx, func(tx ticketing.Tx) error {
				if err := f(tx); err != nil {
					return err
				}
				panic("stop")
			})
		}},
		"cancelled": {update: func(ctx context.Context, f func(ticketing.Tx) error) error {
			ctx, cancel := context.WithCancel(ctx)
			err := d.Update(ctx, func(tx ticketing.Tx) error {
				err := f(tx)
				cancel()
				return errors.Join(err, ensure(tx, "late@example.org"))
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: %v", err)
			}
			return nil
		}},
		// A function that does not look at an error must not commit the rest.
		"overlooked": {update: func(ctx context.Context, f func(ticketing.Tx) error) error {
			err := d.Update(ctx, func(tx ticketing.Tx) error {
				if err := f(tx); err != nil {
					return err
				}
				_, _ = tx.InsertParticipant(requester) // there is one
				_ = ensure(tx, "after@example.org")
				return nil
			})
			if err == nil {
				t.Error("a transaction with a failed statement was committed")
			}
			return nil
		}},
	}
}

// transactions: all or nothing, whatever ends them.
func transactions(t *testing.T, d desk) {
	tk, requester := d.ticket(t, nil)
	for name, c := range endings(t, d, requester) {
		address := name + "@example.org"
		ok(t, c.update(t.Context(), func(tx ticketing.Tx) error {
			if err := ensure(tx, address); err != nil {
				return err
			}
			_, err := tx.PersonByAddress(address) // a transaction sees its own rows
			return err
		}))
		if d.known(t, address) != c.kept {
			t.Errorf("%s: kept is %v", name, !c.kept)
		}
	}
	if d.known(t, "late@example.org") || d.known(t, "after@example.org") {
		t.Error("a statement after the end of its transaction was kept")
	}
	if err := d.View(t.Context(), func(r ticketing.Reader) error {
		return r.(ticketing.Tx).UpdateTicket(tk)
	}); err == nil {
		t.Error("a reader could write")
	}
}

// savepoints: one bad mail of a group costs only itself.
func savepoints(t *testing.T, d desk) {
	tk, requester := d.ticket(t, nil)
	d.update(t, func(tx ticketing.Tx) error {
		for name, fails := range map[string]func(ticketing.Tx) error{
			"kept": func(tx ticketing.Tx) error { return nil },
			"returned": func(ticketing.Tx) error {
				return errStop
			},
			"statement": func(tx ticketing.Tx) error {
				_, err := tx.InsertParticipant(requester)
				return err
			},
			"inner": func(tx ticketing.Tx) error {
				if err := tx.Savepoint(func(tx ticketing.Tx) error { return ensure(tx, "innermost@example.org") }); err != nil {
					t.Errorf("inner savepoint: %v", err)
				}
				return errStop
			},
		} {
			err := tx.Savepoint(func(tx ticketing.Tx) error {
				if err := ensure(tx, name+"@example.org"); err != nil {
					return err
				}
				if _, err := tx.InsertEntry(ticketing.Entry{
					TicketID: tk.ID, Kind: ticketing.EntryMessage, Visibility: ticketing.Public, Text: name,
				}); err != nil {
					return err
				}
				return fails(tx)
			})
			if (err == nil) != (name == "kept") {
				t.Errorf("%s: %v", name, err)
			}
		}
		// Takes the id of the last entry undone, but not its words.
		if _, err := tx.InsertEntry(ticketing.Entry{
			TicketID: tk.ID, Kind: ticketing.EntryMessage, Visibility: ticketing.Public, Text: "later",
		}); err != nil {
			return err
		}
		return ensure(tx, "after@example.org")
	})
	for name, want := range map[string]bool{
		"kept": true, "returned": false, "statement": false, "inner": false, "innermost": false, "after": true,
	} {
		if d.known(t, name+"@example.org") != want {
			t.Errorf("%s: kept is %v", name, !want)
		}
	}
	for query, want := range map[string]int{"kept": 1, "later": 1, "returned": 0, "inner": 0, "statement": 0} {
		got := read(t, d, func(r ticketing.Reader) ([]ticketing.Ticket, error) {
			return r.ListTickets(ticketing.TicketFilter{Query: query})
		})
		if len(got) != want {
			t.Errorf("search for %q finds %d tickets, want %d", query, len(got), want)
		}
	}
}
