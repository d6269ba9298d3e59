package storage

import (
	"maps"
	"slices"

	"deskd/ticketing"
)

// Prefetch implements [ticketing.Tx]. On PostgreSQL the tickets found are
// locked before their participants are read.
func (x *session) Prefetch(w ticketing.Wanted) error {
	x.known = newKnown()
	for _, step := range []func(ticketing.Wanted) error{
		x.prefetchPeople, x.prefetchPrior, x.prefetchMessageIDs, x.prefetchPlaces, x.prefetchTickets,
	} {
		if err := step(w); err != nil {
			return wrap(err, "read ahead for a group of mails")
		}
	}
	return nil
}

// texts is a list argument of distinct strings, as they are stored.
func (x *session) texts(all []string) (arg any, distinct []string) {
	for _, s := range all {
		if s != "" {
			distinct = append(distinct, cleanText(s))
		}
	}
	slices.Sort(distinct)
	distinct = slices.Compact(distinct)
	return x.store.dialect.list(distinct), distinct
}

func (x *session) numbers(all []int64) any {
	slices.Sort(all)
	return x.store.dialect.numbers(slices.Compact(all))
}

func (x *session) prefetchPeople(w ticketing.Wanted) error {
	arg, addresses := x.texts(w.Addresses)
	if len(addresses) == 0 {
		return nil
	}
	in := x.store.dialect.idsIn
	people, err := list(x, func(r scanner) (p keyed[string, ticketing.Person], err error) {
		err = r.Scan(&p.key, &p.row.ID, &p.row.Name, &p.row.Address, &p.row.Language, &p.row.OrganisationID,
			&p.row.Agent, &p.row.AutoExempt,
			jsonColumn{&p.row.Preferences}, timeColumn{&p.row.AwayUntil})
		return p, err
	}, "SELECT a.address, "+personColumns+" FROM address a JOIN person p ON p.id = a.person_id WHERE a.address"+in, arg)
	if err != nil {
		return err
	}
	suppressed, err := list(x, plain[string], "SELECT address FROM suppression WHERE suppressed_at > 0 AND address"+in, arg)
	if err != nil {
		return err
	}
	for _, a := range addresses {
		x.known.keepPerson(a, ticketing.Person{}, false)
		x.known.suppressed[a] = false
	}
	for _, p := range people {
		x.known.keepPerson(p.key, p.row, true)
	}
	for _, a := range suppressed {
		x.known.suppressed[a] = true
	}
	return nil
}

// prefetchPrior reads for each Message-ID what MailsWithMessageID gives.
func (x *session) prefetchPrior(w ticketing.Wanted) error {
	arg, ids := x.texts(w.MessageIDs)
	if len(ids) == 0 {
		return nil
	}
	rows, err := list(x, scanPrior, `SELECT id, ticket_id, entry_id, state, message_id, body_digest, sha256, sender, sent_at
		FROM (SELECT l.id, l.ticket_id, l.entry_id, l.state, l.message_id, l.body_digest, COALESCE(r.sha256, '') AS sha256,
			l.sender, l.sent_at, ROW_NUMBER() OVER (PARTITION BY l.message_id ORDER BY l.id) AS place
			FROM ledger l LEFT JOIN raw r ON r.id = l.raw_id
			WHERE l.message_id <> '' AND l.state <> 'spooled' AND l.message_id`+x.store.dialect.idsIn+`) found
		WHERE place <= 20 ORDER BY id`, arg)
	if err != nil {
		return err
	}
	for _, id := range ids {
		x.known.prior[id] = nil
	}
	for _, row := range rows {
		x.known.prior[row.MessageID] = append(x.known.prior[row.MessageID], row)
	}
	return nil
}

func (x *session) prefetchMessageIDs(w ticketing.Wanted) error {
	_, ids := x.texts(w.References)
	for part := range slices.Chunk(ids, idsAtOnce) {
		rows, err := list(x, scanStoredID, "SELECT id, ticket_id, entry_id FROM message_id WHERE id"+x.store.dialect.idsIn,
			x.store.dialect.list(part))
		if err != nil {
			return err
		}
		for _, id := range part {
			x.known.messageIDs[id] = maybe[ticketing.StoredID]{}
		}
		for _, row := range rows {
			x.known.messageIDs[row.MessageID] = maybe[ticketing.StoredID]{row, true}
		}
	}
	return nil
}

func (x *session) prefetchPlaces(w ticketing.Wanted) error {
	in := x.store.dialect.idsIn
	if len(w.Participants) > 0 {
		places, err := list(x, scanParticipant, participantSelect+" WHERE m.id"+in, x.numbers(w.Participants))
		if err != nil {
			return err
		}
		for _, m := range places {
			x.known.places[m.ID] = m
		}
	}
	if len(w.Entries) == 0 {
		return nil
	}
	entries, err := list(x, scanKeyed[int64, int64], "SELECT id, ticket_id FROM entry WHERE id"+in, x.numbers(w.Entries))
	for _, e := range entries {
		x.known.entryTickets[e.key] = e.row
	}
	return err
}

// prefetchTickets locks the tickets that the others lead to, in the order of
// their numbers, and reads who is on them.
func (x *session) prefetchTickets(w ticketing.Wanted) error {
	ids := append(slices.Clone(w.Tickets), slices.Collect(maps.Values(x.known.entryTickets))...)
	for _, m := range x.known.places {
		ids = append(ids, m.TicketID)
	}
	for _, s := range x.known.messageIDs {
		if s.there {
			ids = append(ids, s.row.TicketID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	d := x.store.dialect
	arg := x.numbers(ids)
	tickets, err := list(x, scanTicket, "SELECT "+ticketColumns+" FROM ticket t WHERE t.id"+d.idsIn+" ORDER BY t.id"+d.forUpdate, arg)
	if err != nil {
		return err
	}
	for _, t := range tickets {
		x.titles[t.ID] = t.Subject
		x.known.participants[t.ID] = nil
		if t.links == 0 {
			x.known.tickets[t.ID] = t.Ticket
		}
	}
	people, err := list(x, scanParticipant, participantSelect+" WHERE m.ticket_id"+d.idsIn+" ORDER BY m.id", arg)
	for _, m := range people {
		x.known.participants[m.TicketID] = append(x.known.participants[m.TicketID], m)
	}
	return err
}
