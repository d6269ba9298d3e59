package storage

import (
	"time"

	"deskd/ticketing"
)

const webSessionColumns = "id, person_id, token, address, device, agent, made_at, seen_at, ends_at"

func scanWebSession(r scanner) (s ticketing.WebSession, err error) {
	err = r.Scan(&s.ID, &s.PersonID, &s.Token, &s.Address, &s.Device, &s.Agent,
		timeColumn{&s.MadeAt}, timeColumn{&s.SeenAt}, timeColumn{&s.EndsAt})
	return s, err
}

// WebSession implements [ticketing.SignInReader].
func (x *session) WebSession(token string) (ticketing.WebSession, error) {
	s, err := one(x, scanWebSession, "SELECT "+webSessionColumns+" FROM web_session WHERE token = ?", token)
	return s, wrap(err, "read a session")
}

// WebSessions implements [ticketing.SignInReader].
func (x *session) WebSessions(personID int64) ([]ticketing.WebSession, error) {
	all, err := list(x, scanWebSession, "SELECT "+webSessionColumns+
		" FROM web_session WHERE person_id = ? ORDER BY seen_at DESC, id DESC LIMIT ?", personID, maxPage)
	return all, wrap(err, "list the sessions of person %d", personID)
}

// InsertWebSession implements [ticketing.SignInTx].
func (x *session) InsertWebSession(s ticketing.WebSession) (int64, error) {
	id, err := x.insert(`INSERT INTO web_session (person_id, token, address, device, agent, made_at, seen_at, ends_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		s.PersonID, s.Token, s.Address, s.Device, s.Agent, millis(s.MadeAt), millis(s.SeenAt), millis(s.EndsAt))
	return id, wrap(err, "add a session of person %d", s.PersonID)
}

// SeeWebSession implements [ticketing.SignInTx]. A session that has ended stays
// so, and a time does not go back.
func (x *session) SeeWebSession(id int64, at time.Time) error {
	_, err := x.exec("UPDATE web_session SET seen_at = ? WHERE id = ? AND seen_at < ?", millis(at), id, millis(at))
	return wrap(err, "note that session %d was seen", id)
}

// EndWebSession implements [ticketing.SignInTx].
func (x *session) EndWebSession(personID, id int64) (bool, error) {
	n, err := x.exec("DELETE FROM web_session WHERE id = ? AND person_id = ?", id, personID)
	return n == 1, wrap(err, "end session %d", id)
}

// EndWebSessions implements [ticketing.SignInTx].
func (x *session) EndWebSessions(personID int64) error {
	_, err := x.exec("DELETE FROM web_session WHERE person_id = ?", personID)
	return wrap(err, "end the sessions of person %d", personID)
}
