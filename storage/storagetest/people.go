package storagetest

import (
	"errors"
	"testing"

	"deskd/ticketing"
)

func people(t *testing.T, d desk) {
	var first, again, unnamed ticketing.Person
	d.update(t, func(tx ticketing.Tx) (err error) {
		if first, err = tx.EnsurePerson(ticketing.Address{Name: "Ada", Address: "Ada@Example.ORG"}); err != nil {
			return err
		}
		if again, err = tx.EnsurePerson(ticketing.Address{Name: "Somebody", Address: "ada@example.org"}); err != nil {
			return err
		}
		if unnamed, err = tx.EnsurePerson(ticketing.Address{Address: "bob@example.org"}); err != nil {
			return err
		}
		unnamed, err = tx.EnsurePerson(ticketing.Address{Name: "Bob", Address: "bob@example.org"})
		return err
	})
	same(t, ticketing.Person{ID: first.ID, Name: "Ada", Address: "ada@example.org"}, first)
	same(t, first, again)
	if unnamed.Name != "Bob" || unnamed.ID == first.ID {
		t.Errorf("the name of an unnamed person was not taken: %+v", unnamed)
	}
	taken := unnamed
	taken.Address = "ada@example.org"
	if err := d.Update(t.Context(), func(tx ticketing.Tx) error { return tx.UpdatePerson(unnamed, taken) }); err == nil {
		t.Error("a person took the address of another")
	}
	same(t, unnamed, read(t, d, func(r ticketing.Reader) (ticketing.Person, error) { return r.Person(unnamed.ID) }))
}

// personChangedAside: what others changed of a person since it was read stays
// changed.
func personChangedAside(t *testing.T, d desk) {
	var old, stranger ticketing.Person
	_, err := d.AddAgent(t.Context(), "old@example.com", "Old", "")
	ok(t, err)
	d.update(t, func(tx ticketing.Tx) (err error) {
		if old, err = tx.PersonByAddress("old@example.com"); err != nil {
			return err
		}
		stranger, err = tx.EnsurePerson(ticketing.Address{Name: "New", Address: "new@example.com"})
		return err
	})
	_, err = d.AddAgent(t.Context(), "new@example.com", "Newton", "")
	ok(t, err)
	ok(t, d.RemoveAgent(t.Context(), "old@example.com"))
	for _, p := range []ticketing.Person{old, stranger} {
		changed := p
		changed.Language = "ja"
		d.update(t, func(tx ticketing.Tx) error { return tx.UpdatePerson(p, changed) })
	}
	get := func(id int64) ticketing.Person {
		return read(t, d, func(r ticketing.Reader) (ticketing.Person, error) { return r.Person(id) })
	}
	old.Agent, old.Language = false, "ja"
	stranger.Name, stranger.Agent, stranger.Language = "Newton", true, "ja"
	same(t, old, get(old.ID))
	same(t, stranger, get(stranger.ID))
	d.update(t, func(tx ticketing.Tx) error { return tx.UpdatePerson(old, old) }) // nothing to do
}

func agents(t *testing.T, d desk) {
	tk, requester := d.ticket(t, nil)
	eve, err := d.AddAgent(t.Context(), "Eve@example.com", "Eve", "ja")
	ok(t, err)
	same(t, ticketing.Person{ID: eve.ID, Name: "Eve", Address: "eve@example.com", Language: "ja", Agent: true}, eve)
	renamed, err := d.AddAgent(t.Context(), "eve@example.com", "", "")
	ok(t, err)
	same(t, eve, renamed)
	all, err := d.Agents(t.Context())
	ok(t, err)
	same(t, []ticketing.Person{eve}, all)

	place := ticketing.Participant{TicketID: tk.ID, PersonID: eve.ID, Address: eve.Address, Role: ticketing.Agent, Epoch: 4}
	d.update(t, func(tx ticketing.Tx) (err error) {
		place.ID, err = tx.InsertParticipant(place)
		return err
	})
	ok(t, d.RemoveAgent(t.Context(), "EVE@example.com"))
	if all, err = d.Agents(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("agents after the removal: %v, %v", all, err)
	}
	got := read(t, d, func(r ticketing.Reader) (ticketing.Participant, error) { return r.Participant(place.ID) })
	if got.Epoch != 5 || got.Active() {
		t.Errorf("the place of a removed agent: epoch %d, active %v", got.Epoch, got.Active())
	}
	same(t, requester, read(t, d, func(r ticketing.Reader) (ticketing.Participant, error) { return r.Participant(requester.ID) }))
	for _, address := range []string{"eve@example.com", "nobody@example.com"} {
		if err := d.RemoveAgent(t.Context(), address); !errors.Is(err, ticketing.ErrNotFound) {
			t.Errorf("remove %s: %v, want ErrNotFound", address, err)
		}
	}
}

func organisations(t *testing.T, d desk) {
	acme, err := d.AddOrganisation(t.Context(), "Acme")
	ok(t, err)
	again, err := d.AddOrganisation(t.Context(), "Acme")
	ok(t, err)
	same(t, acme, again)
	other, err := d.AddOrganisation(t.Context(), "Other")
	ok(t, err)
	ok(t, d.MapDomain(t.Context(), "Example.ORG", other.ID))
	ok(t, d.MapDomain(t.Context(), "example.org", acme.ID))
	ok(t, d.MapDomain(t.Context(), "example.net", acme.ID))
	ok(t, d.MapDomain(t.Context(), "example.com", acme.ID))
	ok(t, d.MapDomain(t.Context(), "example.com", 0))
	acme.Domains = []string{"example.net", "example.org"}
	all, err := d.Organisations(t.Context())
	ok(t, err)
	same(t, []ticketing.Organisation{acme, other}, all)
	same(t, acme, read(t, d, func(r ticketing.Reader) (ticketing.Organisation, error) {
		return r.OrganisationByDomain("example.org")
	}))
	if err := d.MapDomain(t.Context(), "example.com", 999); !errors.Is(err, ticketing.ErrNotFound) {
		t.Errorf("map to no organisation: %v, want ErrNotFound", err)
	}
}
