package storage

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"syscall"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3/database"
	"modernc.org/sqlite" // also the driver "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

func sqliteDialect() *dialect {
	return &dialect{
		name:  "sqlite",
		bind:  sqlx.QUESTION,
		goose: database.DialectSQLite3,
		types: strings.NewReplacer(
			"{id}", "INTEGER PRIMARY KEY",
			"{bytes}", "BLOB",
			"{clustered}", " WITHOUT ROWID",
		),
		begin:      "BEGIN IMMEDIATE",
		embedded:   true,
		lastID:     true,
		idsIn:      " IN (SELECT value FROM json_each(?))",
		unnest:     "json_each(?) t",
		search:     "FROM entry_search s JOIN entry e ON e.id = s.rowid WHERE entry_search MATCH ?",
		requests:   "SELECT rowid AS id FROM request_search WHERE request_search MATCH ? ORDER BY rowid DESC LIMIT ?",
		requestKey: "rowid",
		openPools:  openSQLite,
		list:       jsonList,
		numbers:    jsonNumbers,
		index:      indexEach,
		reindex:    reindexRow,
		query:      ftsQuery,
		classify:   classifySQLite,

		madeMeanwhile: madeMeanwhile,
	}
}

// openSQLite opens a file twice: one connection that writes, whose
// transactions take the write lock at their start, so that none fails half
// way, and a few that only read.
func openSQLite(path string) (write, read *sqlx.DB, err error) {
	// SQLite would make the file readable by all.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, classifyFile(err)
	}
	if err := f.Close(); err != nil {
		return nil, nil, classifyFile(err)
	}
	pragmas := url.Values{"_pragma": {
		"busy_timeout(5000)", "foreign_keys(1)", "journal_mode(WAL)", "synchronous(FULL)",
		"wal_autocheckpoint(4000)", "journal_size_limit(67108864)", "cache_size(-8192)", "temp_store(MEMORY)",
	}}
	pragmas.Set("_txlock", "immediate")
	write, err = sqlx.Open("sqlite", sqliteDSN(path, pragmas))
	if err != nil {
		return nil, nil, err
	}
	write.SetMaxOpenConns(1)
	write.SetMaxIdleConns(1)

	pragmas.Del("_txlock")
	pragmas.Set("_pragma", "busy_timeout(5000)")
	pragmas.Add("_pragma", "query_only(1)")
	pragmas.Add("_pragma", "temp_store(MEMORY)")
	read, err = sqlx.Open("sqlite", sqliteDSN(path, pragmas))
	if err != nil {
		return write, nil, err
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	return write, read, nil
}

func sqliteDSN(path string, params url.Values) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: params.Encode()}
	return u.String()
}

func classifySQLite(err error) error {
	var known *fault
	if err == nil || errors.As(err, &known) {
		return err
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return classifyFile(err)
	}
	switch e.Code() & 0xff { // the primary code; the rest says more of the same
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return &fault{ErrBusy, err}
	case sqlite3.SQLITE_FULL:
		return &fault{ErrFull, err}
	case sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH:
		return &fault{ErrDenied, err}
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return &fault{ErrDamaged, err}
	}
	return err
}

func classifyFile(err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.EISDIR),
		errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EROFS):
		return &fault{ErrDenied, err}
	case errors.Is(err, syscall.ENOSPC):
		return &fault{ErrFull, err}
	}
	return err
}

// madeMeanwhile tells the errors of two processes that make one file at once.
func madeMeanwhile(err error) bool {
	return errors.Is(err, errMadeMeanwhile) || errors.Is(classifySQLite(err), ErrBusy) || strings.Contains(err.Error(), "already exists") ||
		strings.Contains(err.Error(), "UNIQUE constraint failed: "+versionTable)
}

// jsonList and jsonNumbers hand SQLite a list as one argument.
func jsonList(values []string) any { return jsonOf(values) }

func jsonNumbers(values []int64) any { return jsonOf(values) }

func jsonOf[T any](values []T) string {
	b, err := json.Marshal(values)
	if err != nil || len(values) == 0 { // strings and numbers always encode
		return "[]"
	}
	return string(b)
}

// indexEach is for SQLite, where a statement costs no round trip.
func indexEach(x *session, table string, rows []tokenRow) error {
	for _, w := range rows {
		if _, err := x.exec("INSERT INTO "+table+" (rowid, tokens) VALUES (?, ?)", w.entryID, w.tokens); err != nil {
			return wrap(err, "entry %d", w.entryID)
		}
	}
	return nil
}

// reindexRow takes words out of FTS5's index, which keeps no rows and has to be
// told them, and adds others under the same number. A word that stays may be
// added twice: the later one counts.
func reindexRow(x *session, row tokenRow, gone string) error {
	if gone != "" {
		const remove = "INSERT INTO entry_search (entry_search, rowid, tokens) VALUES ('delete', ?, ?)"
		if _, err := x.exec(remove, row.entryID, gone); err != nil {
			return err
		}
	}
	if row.tokens == "" {
		return nil
	}
	return indexEach(x, "entry_search", []tokenRow{row})
}

// ftsQuery writes a query for SQLite's FTS5. Tokens hold letters and digits
// only, so that quoting is enough.
func ftsQuery(words []token) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteString(`"` + w.text + `"`)
		if w.prefix {
			b.WriteByte('*')
		}
		b.WriteByte(' ')
	}
	return b.String()
}
