package storage

import (
	"time"

	"deskd/ticketing"
)

const signInColumns = "id, address, browser, token, code, device, language, return_to, tries, made_at, mailed_at, used_at"

// maxSignIns is how many asks of one browser are looked at.
const maxSignIns = 20

func scanSignIn(r scanner) (s ticketing.SignIn, err error) {
	err = r.Scan(&s.ID, &s.Address, &s.Browser, &s.Token, &s.Code, &s.Device, &s.Language, &s.ReturnTo, &s.Tries,
		timeColumn{&s.MadeAt}, timeColumn{&s.MailedAt}, timeColumn{&s.UsedAt})
	return s, err
}

// SignIn implements [ticketing.SignInReader].
func (x *session) SignIn(id int64) (ticketing.SignIn, error) {
	s, err := one(x, scanSignIn, "SELECT "+signInColumns+" FROM sign_in WHERE id = ?", id)
	return s, wrap(err, "read sign-in %d", id)
}

// LockSignIn implements [ticketing.SignInTx].
func (x *session) LockSignIn(id int64) (ticketing.SignIn, error) {
	s, err := one(x, scanSignIn, "SELECT "+signInColumns+" FROM sign_in WHERE id = ?"+x.store.dialect.forUpdate, id)
	return s, wrap(err, "lock sign-in %d", id)
}

// SignIns implements [ticketing.SignInReader]. Given both, both have to be right.
func (x *session) SignIns(browser, token string, since time.Time) ([]ticketing.SignIn, error) {
	var c conditions
	if browser != "" {
		c.add("browser = ?", browser)
	}
	if token != "" {
		c.add("token = ? AND token <> ''", token)
	}
	if len(c.terms) == 0 {
		return nil, nil
	}
	c.add("made_at > ?", millis(since))
	all, err := list(x, scanSignIn, "SELECT "+signInColumns+" FROM sign_in"+c.where()+" ORDER BY made_at DESC, id DESC LIMIT ?",
		append(c.args, maxSignIns)...)
	return all, wrap(err, "list sign-ins")
}

// CountSignIns implements [ticketing.SignInReader].
func (x *session) CountSignIns(address string, since time.Time) (int, error) {
	n, err := one(x, plain[int], "SELECT COUNT(*) FROM sign_in WHERE address = ? AND made_at > ? AND used_at = 0", address, millis(since))
	return n, wrap(err, "count sign-ins")
}

// InsertSignIn implements [ticketing.SignInTx].
func (x *session) InsertSignIn(s ticketing.SignIn) (int64, error) {
	id, err := x.insert(`INSERT INTO sign_in (address, browser, token, code, device, language, return_to, tries, made_at, mailed_at, used_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.Address, s.Browser, s.Token, s.Code, s.Device, s.Language, s.ReturnTo, s.Tries, millis(s.MadeAt), millis(s.MailedAt), millis(s.UsedAt))
	return id, wrap(err, "add a sign-in")
}

// UpdateSignIn implements [ticketing.SignInTx].
func (x *session) UpdateSignIn(s ticketing.SignIn) error {
	n, err := x.exec("UPDATE sign_in SET token = ?, code = ?, tries = ?, mailed_at = ?, used_at = ? WHERE id = ?",
		s.Token, s.Code, s.Tries, millis(s.MailedAt), millis(s.UsedAt), s.ID)
	return wrap(changedOne(n, err), "change sign-in %d", s.ID)
}

// LockRate implements [ticketing.SignInTx]. A row that does not exist could not be
// locked, so it is made; one that does is written as it is, and so locked before
// it could be forgotten.
func (x *session) LockRate(name string) (time.Time, error) {
	const lock = "INSERT INTO rate (name, full_at) VALUES (?, 0) ON CONFLICT (name) DO UPDATE SET full_at = rate.full_at"
	if _, err := x.exec(lock, name); err != nil {
		return time.Time{}, wrap(err, "lock a rate")
	}
	ms, err := one(x, plain[int64], "SELECT full_at FROM rate WHERE name = ?", name)
	return fromMillis(ms), wrap(err, "read a rate")
}

// SetRate implements [ticketing.SignInTx].
func (x *session) SetRate(name string, fullAt time.Time) error {
	n, err := x.exec("UPDATE rate SET full_at = ? WHERE name = ?", millis(fullAt), name)
	return wrap(changedOne(n, err), "change a rate")
}

// ForgetSignIns implements [ticketing.SignInTx].
func (x *session) ForgetSignIns(made, ended time.Time) error {
	if _, err := x.exec("DELETE FROM sign_in WHERE made_at < ?", millis(made)); err != nil {
		return wrap(err, "forget sign-ins")
	}
	if _, err := x.exec("DELETE FROM web_session WHERE ends_at < ?", millis(ended)); err != nil {
		return wrap(err, "forget sessions")
	}
	_, err := x.exec("DELETE FROM rate WHERE full_at < ?", millis(ended))
	return wrap(err, "forget rates")
}
