package storage

import (
	"deskd/ticketing"
)

// Keys implements [ticketing.Reader].
func (x *session) Keys() ([]ticketing.Key, error) {
	all, err := list(x, func(r scanner) (k ticketing.Key, err error) {
		err = r.Scan(&k.ID, timeColumn{&k.CreatedAt}, timeColumn{&k.RevokedAt})
		return k, err
	}, "SELECT id, created_at, revoked_at FROM signing_key ORDER BY created_at DESC, id DESC")
	return all, wrap(err, "list signing keys")
}

// InsertKey implements [ticketing.Tx].
func (x *session) InsertKey(k ticketing.Key) error {
	_, err := x.exec("INSERT INTO signing_key (id, created_at, revoked_at) VALUES (?, ?, ?)",
		k.ID, millis(k.CreatedAt), millis(k.RevokedAt))
	return wrap(err, "add signing key %s", k.ID)
}

// UpdateKey implements [ticketing.Tx].
func (x *session) UpdateKey(k ticketing.Key) error {
	n, err := x.exec("UPDATE signing_key SET created_at = ?, revoked_at = ? WHERE id = ?",
		millis(k.CreatedAt), millis(k.RevokedAt), k.ID)
	return wrap(changedOne(n, err), "change signing key %s", k.ID)
}
