package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"syscall"

	"github.com/lib/pq"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// The faults of a database that callers act on. They are found with
// [errors.Is] in errors of this package.
var (
	// ErrURL: the database URL cannot be used as it is written.
	ErrURL = errors.New("database URL")
	// ErrSchemaNewer: the database was written by a newer deskd. Start that
	// version, or restore the backup made before the upgrade.
	ErrSchemaNewer = errors.New("the database was written by a newer version of deskd")
	// ErrUnreachable: no connection to the server, or it was lost.
	ErrUnreachable = errors.New("database cannot be reached")
	// ErrBusy: another process holds the database, or two writers met.
	ErrBusy = errors.New("database is busy")
	// ErrFull: no room left where the database lies.
	ErrFull = errors.New("no space left for the database")
	// ErrDenied: a file that may not be read or written, or a refused login.
	ErrDenied = errors.New("access to the database denied")
	// ErrDamaged: what is there is not a database, or is damaged.
	ErrDamaged = errors.New("not a database, or damaged")
	// ErrOutboxState: the mail is being sent, or was.
	ErrOutboxState = errors.New("not possible in its state")
)

// Retryable reports whether an error passes without somebody doing something:
// the same call may succeed later.
func Retryable(err error) bool {
	return errors.Is(err, ErrUnreachable) || errors.Is(err, ErrBusy) || errors.Is(err, ErrFull)
}

// fault is an engine's error with what it means.
type fault struct {
	kind  error
	cause error
}

func (f *fault) Error() string   { return fmt.Sprintf("%v: %v", f.kind, f.cause) }
func (f *fault) Unwrap() []error { return []error{f.kind, f.cause} }

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

func classifyPostgres(err error) error {
	var known *fault
	if err == nil || errors.As(err, &known) {
		return err
	}
	var e *pq.Error
	if errors.As(err, &e) {
		return classifyServer(e, err)
	}
	var n net.Error
	if errors.As(err, &n) || errors.Is(err, net.ErrClosed) || isConnectionLost(err) {
		return &fault{ErrUnreachable, err}
	}
	return err
}

// classifyServer sorts by SQLSTATE (PostgreSQL manual, appendix A).
func classifyServer(e *pq.Error, err error) error {
	switch e.Code {
	case "40001", "40P01", "55P03": // serialization failure, deadlock, lock not available
		return &fault{ErrBusy, err}
	case "28000", "28P01", "42501", "3D000": // login, password, privilege, no such database
		return &fault{ErrDenied, err}
	case "53100": // disk full
		return &fault{ErrFull, err}
	case "53300", "57P01", "57P02", "57P03": // too many connections, shutdown, crash, starting
		return &fault{ErrUnreachable, err}
	case "25006": // read only: a standby, until it is promoted
		return &fault{ErrUnreachable, err}
	case "XX001", "XX002":
		return &fault{ErrDamaged, err}
	}
	if e.Code.Class() == "08" {
		return &fault{ErrUnreachable, err}
	}
	return err
}
