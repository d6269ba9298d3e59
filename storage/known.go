package storage

import (
	"slices"
	"time"

	"deskd/ticketing"
)

// known is what a transaction has read for a group of mails, so that each of
// them need not ask again: with PostgreSQL the questions cost more than the
// answers. It is used only after Prefetch. Whatever a write may change is
// dropped and asked for again, and undoing a savepoint drops everything.
type known struct {
	on            bool
	agents        []ticketing.Person // nil: not known
	people        map[string]maybe[ticketing.Person]
	organisations map[string]maybe[ticketing.Organisation]
	suppressed    map[string]bool
	places        map[int64]ticketing.Participant   // by their own id
	participants  map[int64][]ticketing.Participant // by ticket
	tickets       map[int64]ticketing.Ticket        // locked
	entryTickets  map[int64]int64
	messageIDs    map[string]maybe[ticketing.StoredID]
	prior         map[string][]ticketing.PriorMail
	automaticFrom *time.Time
}

// maybe is a row, or that there is none.
type maybe[T any] struct {
	row   T
	there bool
}

func (m maybe[T]) get() (T, error) {
	if !m.there {
		return m.row, ticketing.ErrNotFound
	}
	return m.row, nil
}

func newKnown() known {
	return known{
		on:            true,
		people:        map[string]maybe[ticketing.Person]{},
		organisations: map[string]maybe[ticketing.Organisation]{},
		suppressed:    map[string]bool{},
		places:        map[int64]ticketing.Participant{},
		participants:  map[int64][]ticketing.Participant{},
		tickets:       map[int64]ticketing.Ticket{},
		entryTickets:  map[int64]int64{},
		messageIDs:    map[string]maybe[ticketing.StoredID]{},
		prior:         map[string][]ticketing.PriorMail{},
	}
}

// forget drops everything, after writes were undone.
func (k *known) forget() {
	if k.on {
		*k = newKnown()
	}
}

// keepPerson notes what an address leads to.
func (k *known) keepPerson(address string, p ticketing.Person, there bool) {
	if k.on {
		k.people[address] = maybe[ticketing.Person]{p, there}
	}
}

// personChanged drops all that shows a person.
func (k *known) personChanged(p ticketing.Person) {
	if !k.on {
		return
	}
	if p.Agent || slices.ContainsFunc(k.agents, func(a ticketing.Person) bool { return a.ID == p.ID }) {
		k.agents = nil
	}
	delete(k.people, p.Address)
	for address, other := range k.people {
		if other.row.ID == p.ID {
			delete(k.people, address)
		}
	}
	is := func(m ticketing.Participant) bool { return m.PersonID == p.ID }
	for ticketID, all := range k.participants {
		if slices.ContainsFunc(all, is) {
			delete(k.participants, ticketID)
		}
	}
	for id, m := range k.places {
		if is(m) {
			delete(k.places, id)
		}
	}
}

// participantChanged drops all that shows a participant.
func (k *known) participantChanged(m ticketing.Participant) {
	delete(k.participants, m.TicketID)
	delete(k.places, m.ID)
}
