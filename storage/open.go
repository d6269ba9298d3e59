package storage

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"syscall"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/klauspost/compress/zstd"
	_ "github.com/lib/pq" // the driver "postgres"

	"deskd/ticketing"
)

// Sizes of the pools. SQLite has one writer by nature.
const (
	readers         = 4
	postgresWriters = 8
)

// Store is one open database. It is safe for use by many goroutines.
type Store struct {
	dialect *dialect
	writers *pool
	readers *pool
	zip     *zstd.Encoder
	unzip   *zstd.Decoder
}

var (
	_ ticketing.Store  = (*Store)(nil)
	_ ticketing.Spool  = (*Store)(nil)
	_ ticketing.Queue  = (*Store)(nil)
	_ ticketing.Outbox = (*Store)(nil)
)

// Open opens the database at the URL and brings its schema up to date:
// sqlite:///path/file.db (made if it is not there, readable by its owner
// alone) or postgres://user@host/database. Parameters of a PostgreSQL URL are
// the user's, sslmode among them. Several processes may open one database at
// once.
//
// Errors are [ErrURL], [ErrSchemaNewer], [ErrUnreachable], [ErrBusy],
// [ErrFull], [ErrDenied] or [ErrDamaged] where one of them fits. No error
// shows the URL, which may hold a password.
func Open(ctx context.Context, rawURL string) (*Store, error) {
	d, target, err := dialectOf(rawURL)
	if err != nil {
		return nil, err
	}
	s := &Store{dialect: d}
	if err := s.openCoders(); err != nil {
		return nil, err
	}
	write, read, err := d.openPools(target)
	if write != nil {
		s.writers = newPool(write, d.bind, d.begin)
	}
	if read != nil {
		s.readers = newPool(read, d.bind, "BEGIN")
	}
	if err == nil {
		err = migrate(ctx, d, write.DB)
	}
	if err == nil {
		err = read.PingContext(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s database: %w", d.name, errors.Join(d.classify(err), s.Close()))
	}
	return s, nil
}

// Close ends all connections. Transactions still open fail.
func (s *Store) Close() error {
	var errs []error
	for _, p := range []*pool{s.readers, s.writers} {
		if p != nil {
			errs = append(errs, p.close())
		}
	}
	if s.unzip != nil {
		s.unzip.Close()
	}
	return errors.Join(errs...)
}

// openCoders makes the coders that all raw mails share. The windows are no
// larger than a piece, so that an idle desk stays small.
func (s *Store) openCoders() (err error) {
	s.zip, err = zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(chunkSize),
		zstd.WithLowerEncoderMem(true))
	if err != nil {
		return fmt.Errorf("zstd encoder: %w", err)
	}
	s.unzip, err = zstd.NewReader(nil,
		zstd.WithDecoderConcurrency(2),
		zstd.WithDecoderMaxMemory(2*chunkSize))
	if err != nil {
		return fmt.Errorf("zstd decoder: %w", err)
	}
	return nil
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

// openPostgres opens two pools on one server. The readers' transactions see
// one state of the data and can write nothing, by the defaults of their
// sessions: that saves two round trips a transaction.
func openPostgres(rawURL string) (write, read *sqlx.DB, err error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, nil, ErrURL
	}
	q := u.Query()
	q.Set("binary_parameters", "yes")
	if !q.Has("connect_timeout") {
		q.Set("connect_timeout", "10")
	}
	u.RawQuery = q.Encode()
	write, err = sqlx.Open("postgres", u.String())
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %v", ErrURL, redact(err))
	}
	q.Set("default_transaction_isolation", "repeatable read")
	q.Set("default_transaction_read_only", "on")
	u.RawQuery = q.Encode()
	read, err = sqlx.Open("postgres", u.String())
	if err != nil {
		return write, nil, fmt.Errorf("%w: %v", ErrURL, redact(err))
	}
	for db, n := range map[*sqlx.DB]int{write: postgresWriters, read: readers} {
		db.SetMaxOpenConns(n)
		db.SetMaxIdleConns(n)
		db.SetConnMaxIdleTime(5 * time.Minute)
	}
	return write, read, nil
}

// redact drops the URL from an error about it.
func redact(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// isConnectionLost tells a connection that ended under a statement.
func isConnectionLost(err error) bool {
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
