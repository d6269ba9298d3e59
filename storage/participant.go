package storage

import (
	"slices"

	"deskd/ticketing"
)

// A participant without a language has the person's.
const participantSelect = `SELECT m.id, m.ticket_id, m.person_id, m.name, m.address,
	CASE WHEN m.language <> '' THEN m.language ELSE p.language END,
	m.role, m.since_entry, m.epoch, m.added_by, m.reached, m.created_at, m.removed_at
	FROM participant m JOIN person p ON p.id = m.person_id`

func scanParticipant(r scanner) (m ticketing.Participant, err error) {
	err = r.Scan(&m.ID, &m.TicketID, &m.PersonID, &m.Name, &m.Address, &m.Language,
		&m.Role, &m.SinceEntry, &m.Epoch, &m.AddedBy, &m.Reached, timeColumn{&m.CreatedAt}, timeColumn{&m.RemovedAt})
	return m, err
}

// Participants implements [ticketing.Reader].
func (x *session) Participants(ticketID int64) ([]ticketing.Participant, error) {
	if all, ok := x.known.participants[ticketID]; ok {
		return slices.Clone(all), nil
	}
	all, err := list(x, scanParticipant, participantSelect+" WHERE m.ticket_id = ? ORDER BY m.id", ticketID)
	return all, wrap(err, "list participants of ticket %d", ticketID)
}

// Participant implements [ticketing.Reader].
func (x *session) Participant(id int64) (ticketing.Participant, error) {
	if m, ok := x.known.places[id]; ok {
		return m, nil
	}
	m, err := one(x, scanParticipant, participantSelect+" WHERE m.id = ?", id)
	return m, wrap(err, "read participant %d", id)
}

// InsertParticipant implements [ticketing.Tx]. A person has one place on a
// ticket in each role: a second one is an error.
func (x *session) InsertParticipant(m ticketing.Participant) (int64, error) {
	x.known.participantChanged(m)
	id, err := x.insert(`INSERT INTO participant (ticket_id, person_id, name, address, language, role,
		since_entry, epoch, added_by, reached, created_at, removed_at, status)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, COALESCE((SELECT t.status FROM ticket t WHERE t.id = ?), ''))`,
		m.TicketID, m.PersonID, m.Name, m.Address, m.Language, string(m.Role),
		m.SinceEntry, m.Epoch, m.AddedBy, m.Reached, millis(m.CreatedAt), millis(m.RemovedAt), m.TicketID)
	x.tellPlace(m)
	return id, wrap(err, "add person %d to ticket %d", m.PersonID, m.TicketID)
}

// UpdateParticipant implements [ticketing.Tx]. Ticket and person stay.
func (x *session) UpdateParticipant(m ticketing.Participant) error {
	was, err := x.Participant(m.ID)
	if err != nil {
		return wrap(err, "change participant %d", m.ID)
	}
	x.known.participantChanged(m)
	n, err := x.exec(`UPDATE participant SET name = ?, address = ?, language = ?, role = ?, since_entry = ?, epoch = ?,
		added_by = ?, reached = ?, created_at = ?, removed_at = ? WHERE id = ?`,
		m.Name, m.Address, m.Language, string(m.Role), m.SinceEntry, m.Epoch,
		m.AddedBy, m.Reached, millis(m.CreatedAt), millis(m.RemovedAt), m.ID)
	if !was.Active() || m.Role != was.Role || m.SinceEntry < was.SinceEntry || m.Address != was.Address {
		x.tellPlace(m)
	}
	return wrap(changedOne(n, err), "change participant %d", m.ID)
}
