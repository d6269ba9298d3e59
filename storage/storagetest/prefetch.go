package storagetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"deskd/ticketing"
)

// everything is what a group of mails may read, all of it at once.
type everything struct {
	People        []ticketing.Person
	Agents        []ticketing.Person
	Organisation  ticketing.Organisation
	Suppressed    bool
	Place         ticketing.Participant
	Participants  []ticketing.Participant
	Ticket        ticketing.Ticket
	EntryTicket   int64
	StoredIDs     []ticketing.StoredID
	Prior, Prior2 []ticketing.PriorMail
}

// readAhead is a ticket with all that can be read ahead of it.
type readAhead struct {
	ticket    ticketing.Ticket
	other     int64 // another ticket
	linked    int64 // a ticket that it is linked with
	requester ticketing.Participant
	entry     int64
	mails     []ticketing.LedgerRow
}

func (a readAhead) wanted() ticketing.Wanted {
	return ticketing.Wanted{
		Addresses:  []string{"ada@example.org", "new@example.org", "ada@example.org", ""},
		MessageIDs: []string{"<m@x>", "<other@x>"}, References: []string{"<s@x>", "<none@x>"},
		Participants: []int64{a.requester.ID, 1 << 40}, Entries: []int64{a.entry}, Tickets: []int64{a.ticket.ID},
	}
}

// read reads all of it. Rows made by the write under test have no number, as
// that differs from one try to the next.
func (a readAhead) read(tx ticketing.Tx) (e everything, err error) {
	for _, address := range []string{"ada@example.org", "new@example.org"} {
		p, err := tx.PersonByAddress(address)
		if err != nil && !errors.Is(err, ticketing.ErrNotFound) {
			return e, err
		}
		if p.Address == "new@example.org" {
			p.ID = 0
		}
		e.People = append(e.People, p)
	}
	if e.Agents, err = tx.Agents(); err != nil {
		return e, err
	}
	if e.Organisation, err = tx.OrganisationByDomain("example.org"); err != nil && !errors.Is(err, ticketing.ErrNotFound) {
		return e, err
	}
	for _, step := range []func() error{
		func() (err error) { e.Suppressed, err = tx.Suppressed("ada@example.org"); return err },
		func() (err error) { e.Place, err = tx.Participant(a.requester.ID); return err },
		func() (err error) { e.Participants, err = tx.Participants(a.ticket.ID); return err },
		func() (err error) { e.Ticket, err = tx.LockTicket(a.ticket.ID); return err },
		func() (err error) { e.EntryTicket, err = tx.EntryTicket(a.entry); return err },
		func() (err error) { e.StoredIDs, err = tx.FindMessageIDs([]string{"<none@x>", "<s@x>"}); return err },
		func() (err error) { e.Prior, err = tx.MailsWithMessageID("<m@x>"); return err },
		func() (err error) { e.Prior2, err = tx.MailsWithMessageID("<other@x>"); return err },
	} {
		if err := step(); err != nil {
			return e, err
		}
	}
	for i := range e.Participants {
		if e.Participants[i].ID != a.requester.ID {
			e.Participants[i].ID, e.Participants[i].PersonID = 0, 0
		}
	}
	return e, nil
}

// prefetch: reading ahead changes nothing that is read, before and after each
// kind of write, and after a write was undone.
func prefetch(t *testing.T, d desk) {
	a := readAheadDesk(t, d)
	undone := errors.New("undone")
	try := func(prepare, write func(ticketing.Tx) error) (e everything) {
		t.Helper()
		err := d.Update(t.Context(), func(tx ticketing.Tx) (err error) {
			if err = prepare(tx); err != nil {
				return err
			}
			if err = write(tx); err != nil {
				return err
			}
			if e, err = a.read(tx); err != nil {
				return err
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		return e
	}
	nothing := func(ticketing.Tx) error { return nil }
	ahead := func(tx ticketing.Tx) error {
		if err := tx.Prefetch(a.wanted()); err != nil {
			return err
		}
		_, err := a.read(tx)
		return err
	}
	before := try(nothing, nothing)
	for name, write := range a.writes() {
		plain := try(nothing, write)
		if name != "nothing" && cmp.Equal(plain, before) {
			t.Errorf("%s changes nothing that is read here", name)
		}
		same(t, plain, try(ahead, write))
		same(t, before, try(ahead, func(tx ticketing.Tx) error {
			err := tx.Savepoint(func(tx ticketing.Tx) error {
				if err := write(tx); err != nil {
					return err
				}
				_, err := a.read(tx)
				return errors.Join(err, undone)
			})
			if !errors.Is(err, undone) {
				return err
			}
			return nil
		}))
		if t.Failed() {
			t.Fatalf("after the write: %s", name)
		}
	}
}

// readAheadDesk stores what is read.
func readAheadDesk(t *testing.T, d desk) (a readAhead) {
	a.ticket, a.requester = d.ticket(t, nil)
	a.requester.Language = "" // the person's counts
	d.update(t, func(tx ticketing.Tx) error { return tx.UpdateParticipant(a.requester) })
	other, _ := d.ticket(t, nil)
	a.other = other.ID
	linked, _ := d.ticket(t, nil)
	a.linked = linked.ID
	d.update(t, func(tx ticketing.Tx) error { return tx.LinkTickets(a.ticket.ID, a.linked) })
	a.entry = d.entry(t, ticketing.Entry{TicketID: a.ticket.ID, MailID: 1})
	_, err := d.AddAgent(t.Context(), "eve@example.com", "Eve", "en")
	ok(t, err)
	o, err := d.AddOrganisation(t.Context(), "Example")
	ok(t, err)
	ok(t, d.MapDomain(t.Context(), "example.org", o.ID))
	d.spooled(t, 2)
	_, a.mails = d.claim(t, "one", 2, time.Hour)
	d.update(t, func(tx ticketing.Tx) error {
		return errors.Join(
			tx.AddMessageIDs(a.ticket.ID, a.entry, []string{"<s@x>"}),
			tx.SettleMail(a.mails[0].ID, ticketing.Outcome{State: ticketing.LedgerApplied, MessageID: "<m@x>"}, at(20)))
	})
	return a
}

// writes are those that change something that may have been read ahead.
func (a readAhead) writes() map[string]func(ticketing.Tx) error {
	person := func(tx ticketing.Tx, change func(*ticketing.Person)) error {
		p, err := tx.PersonByAddress("ada@example.org")
		if err != nil {
			return err
		}
		was := p
		change(&p)
		return tx.UpdatePerson(was, p)
	}
	return map[string]func(ticketing.Tx) error{
		"nothing": func(ticketing.Tx) error { return nil },
		"UpdatePerson": func(tx ticketing.Tx) error {
			return person(tx, func(p *ticketing.Person) { p.Name, p.Agent, p.Language = "Ada L.", true, "ja" })
		},
		"EnsurePerson": func(tx ticketing.Tx) error {
			_, err := tx.EnsurePerson(ticketing.Address{Name: "New", Address: "new@example.org"})
			return err
		},
		"InsertParticipant": func(tx ticketing.Tx) error {
			p, err := tx.EnsurePerson(ticketing.Address{Name: "New", Address: "new@example.org"})
			if err == nil {
				_, err = tx.InsertParticipant(ticketing.Participant{TicketID: a.ticket.ID, PersonID: p.ID, Address: p.Address, Role: ticketing.Cc})
			}
			return err
		},
		"UpdateParticipant": func(tx ticketing.Tx) error {
			m := a.requester
			m.Epoch, m.Name = 9, "Someone"
			return tx.UpdateParticipant(m)
		},
		"UpdateTicket": func(tx ticketing.Tx) error {
			changed := a.ticket
			changed.Status, changed.ThreadIDs = ticketing.Solved, []string{"<s@x>"}
			return tx.UpdateTicket(changed)
		},
		"LinkTickets":   func(tx ticketing.Tx) error { return tx.LinkTickets(a.ticket.ID, a.other) },
		"UnlinkTickets": func(tx ticketing.Tx) error { return tx.UnlinkTickets(a.ticket.ID, a.linked) },
		"MoveMessageIDs": func(tx ticketing.Tx) error {
			return tx.MoveMessageIDs(a.other, a.entry, []string{"<s@x>"})
		},
		"UpdateEntry": func(tx ticketing.Tx) error {
			e, err := tx.Entry(a.entry)
			e.TicketID = a.other
			return errors.Join(err, tx.UpdateEntry(e))
		},
		"AddMessageIDs": func(tx ticketing.Tx) error { return tx.AddMessageIDs(a.ticket.ID, a.entry, []string{"<none@x>"}) },
		"Suppress":      func(tx ticketing.Tx) error { return tx.Suppress("ada@example.org", "gone", at(20)) },
		"NoteFailure": func(tx ticketing.Tx) error {
			return errors.Join(tx.NoteFailure("ada@example.org", "full", at(0), 1, 0), tx.NoteFailure("ada@example.org", "full", at(1), 1, 0))
		},
		"SettleMail": func(tx ticketing.Tx) error {
			return tx.SettleMail(a.mails[1].ID, ticketing.Outcome{State: ticketing.LedgerApplied, MessageID: "<other@x>"}, at(20))
		},
	}
}
