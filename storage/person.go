package storage

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"deskd/ticketing"
)

const personColumns = `p.id, p.name, p.address, p.language, p.organisation_id, p.agent, p.auto_exempt,
	p.preferences, p.away_until`

func scanPerson(r scanner) (p ticketing.Person, err error) {
	err = r.Scan(&p.ID, &p.Name, &p.Address, &p.Language, &p.OrganisationID, &p.Agent, &p.AutoExempt,
		jsonColumn{&p.Preferences}, timeColumn{&p.AwayUntil})
	return p, err
}

// Person implements [ticketing.Reader].
func (x *session) Person(id int64) (ticketing.Person, error) {
	p, err := one(x, scanPerson, "SELECT "+personColumns+" FROM person p WHERE p.id = ?", id)
	return p, wrap(err, "read person %d", id)
}

// PersonByAddress implements [ticketing.Reader].
func (x *session) PersonByAddress(address string) (ticketing.Person, error) {
	if p, ok := x.known.people[address]; ok {
		return p.get()
	}
	p, err := one(x, scanPerson, "SELECT "+personColumns+
		" FROM address a JOIN person p ON p.id = a.person_id WHERE a.address = ?", address)
	if err == nil {
		x.known.keepPerson(address, p, true)
	}
	return p, wrap(err, "read person by address")
}

// Agents implements [ticketing.Reader].
func (x *session) Agents() ([]ticketing.Person, error) {
	if x.known.agents != nil {
		return slices.Clone(x.known.agents), nil
	}
	all, err := list(x, scanPerson, "SELECT "+personColumns+" FROM person p WHERE p.agent ORDER BY p.id")
	if x.known.on && err == nil {
		x.known.agents = slices.Clone(all)
	}
	return all, wrap(err, "list agents")
}

// EnsurePerson implements [ticketing.Tx]. The address is normalised here.
func (x *session) EnsurePerson(a ticketing.Address) (ticketing.Person, error) {
	address := ticketing.NormalizeAddress(a.Address)
	p, err := x.PersonByAddress(address)
	if errors.Is(err, ticketing.ErrNotFound) {
		return x.insertPerson(ticketing.Person{Name: a.Name, Address: address})
	}
	if err != nil || p.Name != "" || a.Name == "" {
		return p, err
	}
	was := p
	p.Name = a.Name
	return p, x.UpdatePerson(was, p)
}

// insertPerson makes a person. When another transaction was quicker with the
// address, its person is the one.
func (x *session) insertPerson(p ticketing.Person) (ticketing.Person, error) {
	id, err := x.insert(`INSERT INTO person (name, address, language, organisation_id, agent, auto_exempt)
		VALUES (?, ?, ?, ?, ?, ?)`,
		p.Name, p.Address, p.Language, p.OrganisationID, p.Agent, p.AutoExempt)
	if err != nil {
		return p, wrap(err, "add person")
	}
	p.ID = id
	x.known.personChanged(p)
	added, err := x.exec("INSERT INTO address (address, person_id) VALUES (?, ?) ON CONFLICT (address) DO NOTHING",
		p.Address, id)
	if err != nil {
		return p, wrap(err, "add address of person %d", id)
	}
	if added == 1 {
		return p, nil
	}
	if _, err := x.exec("DELETE FROM person WHERE id = ?", id); err != nil {
		return p, wrap(err, "drop person %d", id)
	}
	return x.PersonByAddress(p.Address)
}

// UpdatePerson implements [ticketing.Tx]. A new primary address is added to
// the person's addresses; it must not be somebody else's.
func (x *session) UpdatePerson(was, is ticketing.Person) error {
	var columns []string
	var args []any
	set := func(column string, differs bool, value any) {
		if differs {
			columns = append(columns, column+" = ?")
			args = append(args, value)
		}
	}
	set("name", was.Name != is.Name, is.Name)
	set("address", was.Address != is.Address, is.Address)
	set("language", was.Language != is.Language, is.Language)
	set("organisation_id", was.OrganisationID != is.OrganisationID, is.OrganisationID)
	set("agent", was.Agent != is.Agent, is.Agent)
	set("auto_exempt", was.AutoExempt != is.AutoExempt, is.AutoExempt)
	set("away_until", was.AwayUntil != is.AwayUntil, millis(is.AwayUntil))
	preferences, err := toJSON(is.Preferences)
	if err != nil {
		return wrap(err, "change person %d", is.ID)
	}
	set("preferences", was.Preferences != is.Preferences, strings.TrimSuffix(preferences, "{}"))
	if len(columns) == 0 {
		return nil
	}
	n, err := x.exec("UPDATE person SET "+strings.Join(columns, ", ")+" WHERE id = ?", append(args, is.ID)...)
	if err := changedOne(n, err); err != nil {
		return wrap(err, "change person %d", is.ID)
	}
	x.known.personChanged(is)
	if was.Address == is.Address {
		return nil
	}
	if _, err := x.exec("INSERT INTO address (address, person_id) VALUES (?, ?) ON CONFLICT (address) DO NOTHING",
		is.Address, is.ID); err != nil {
		return wrap(err, "add address of person %d", is.ID)
	}
	owner, err := one(x, plain[int64], "SELECT person_id FROM address WHERE address = ?", is.Address)
	if err == nil && owner != is.ID {
		err = fmt.Errorf("the address belongs to person %d", owner)
	}
	return wrap(err, "change person %d", is.ID)
}
