package storage

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"syscall"

	"deskd/ticketing"
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

// isConnectionLost tells a connection that ended under a statement.
func isConnectionLost(err error) bool {
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// wrap says what was being done. A nil error stays nil.
func wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err)
}

// changedOne turns an UPDATE that found no row into [ticketing.ErrNotFound].
func changedOne(n int64, err error) error {
	if err == nil && n == 0 {
		return ticketing.ErrNotFound
	}
	return err
}
