package storage

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
)

// dialect is all that differs between the two engines, beside two migrations:
// sqliteDialect and postgresDialect say it, each in a file with what it needs.
type dialect struct {
	name  string // as in the names of migration files
	bind  int    // sqlx bind type
	goose goose.Dialect
	types *strings.Replacer // for the placeholders of migrations

	begin string // starts a transaction that may write
	// lastID: the driver knows the id of a row just added, which costs half of
	// asking for it.
	lastID bool
	// embedded: the engine is in this process. Statements end at once, so that
	// none of them watches the context; and a connection given up must close
	// what was prepared on it. A server forgets that by itself.
	embedded bool

	// clock asks the server for the milliseconds since 1970; "" where everybody
	// who shares the database has the same clock.
	clock string

	forUpdate  string // ends a SELECT that locks its rows
	forShare   string // the same, against changes only
	skipLocked string // ends a SELECT that takes rows nobody else holds

	idsIn  string // "… WHERE id" + idsIn matches any of one list argument
	unnest string // FROM clause: one list argument as a table t(value)
	search string // FROM clause and condition: entries matching one argument
	// requests is a query: the ids of the newest entries, so many, among what
	// customers may find. requestKey is the column that numbers them there.
	requests, requestKey string

	openPools func(target string) (write, read *sqlx.DB, err error)
	list      func([]string) any
	numbers   func([]int64) any
	// index adds rows to a table of tokens.
	index func(x *session, table string, rows []tokenRow) error
	// reindex gives an entry that is indexed other words. gone are those it was
	// indexed by and is not any more, between spaces.
	reindex  func(x *session, row tokenRow, gone string) error
	query    func(words []token) string
	classify func(error) error

	// lock keeps other processes from migrating. Where there is none,
	// madeMeanwhile tells the errors of two that make one database at once.
	lock          func() (goose.ProviderOption, error)
	madeMeanwhile func(error) bool
}

// versionTable is where goose notes the versions applied.
const versionTable = "schema_version"

// dialectOf reads a database URL. The target is what openPools wants.
func dialectOf(rawURL string) (d *dialect, target string, err error) {
	scheme, rest, ok := strings.Cut(rawURL, "://")
	switch {
	case ok && scheme == "sqlite":
		if rest == "" || strings.ContainsAny(rest, "?#") {
			return nil, "", fmt.Errorf("%w: sqlite wants a path, as in sqlite:///var/lib/deskd/desk.db", ErrURL)
		}
		path, err := url.PathUnescape(rest)
		if err != nil {
			return nil, "", fmt.Errorf("%w: the path of sqlite:// has a %% that is no escape; write it as %%25", ErrURL)
		}
		return sqliteDialect(), path, nil
	case ok && (scheme == "postgres" || scheme == "postgresql"):
		// A URL that cannot be read may hold a password: it is not shown.
		if _, err := url.Parse(rawURL); err != nil {
			return nil, "", fmt.Errorf("%w: postgres wants postgres://user@host/database", ErrURL)
		}
		return postgresDialect(), rawURL, nil
	}
	return nil, "", fmt.Errorf("%w: want sqlite:///path/file.db or postgres://user@host/database", ErrURL)
}
