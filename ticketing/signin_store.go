package ticketing

import "time"

// SignInReader reads who is signing in and who has signed in. Single rows that do
// not exist are [ErrNotFound].
type SignInReader interface {
	// SignIn is one by its id.
	SignIn(id int64) (SignIn, error)
	// SignIns are those that a browser asked for or that a link is of, both by
	// hash, made since a time; the newest first, at most 20.
	SignIns(browser, token string, since time.Time) ([]SignIn, error)
	// CountSignIns counts those made for an address since a time that nobody has
	// used.
	CountSignIns(address string, since time.Time) (int, error)
	// WebSession is the session with this hash; WebSessions those of a person,
	// the last seen first.
	WebSession(token string) (WebSession, error)
	WebSessions(personID int64) ([]WebSession, error)
}

// SignInTx writes it as well.
type SignInTx interface {
	SignInReader
	InsertSignIn(SignIn) (int64, error)
	// LockSignIn reads one and keeps others from changing it until the
	// transaction ends.
	LockSignIn(id int64) (SignIn, error)
	// UpdateSignIn writes what may change: its hashes, tries, and when it was
	// mailed and used.
	UpdateSignIn(SignIn) error
	InsertWebSession(WebSession) (int64, error)
	// SeeWebSession notes when a session was last seen.
	SeeWebSession(id int64, at time.Time) error
	// EndWebSession ends a session of a person; it is false if he has no such.
	EndWebSession(personID, id int64) (bool, error)
	EndWebSessions(personID int64) error
	// LockRate reads when what a rate limits may be done as often as ever, and
	// keeps others from it until the transaction ends; SetRate writes it.
	LockRate(name string) (fullAt time.Time, err error)
	SetRate(name string, fullAt time.Time) error
	// ForgetSignIns drops what was made before a time, and sessions and rates
	// that ended before another.
	ForgetSignIns(made, ended time.Time) error
}
