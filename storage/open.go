package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/klauspost/compress/zstd"

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
	now     func() time.Time // this machine's clock
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
	s := &Store{dialect: d, now: time.Now}
	if err := s.openCoders(); err != nil {
		return nil, err
	}
	write, read, err := d.openPools(target)
	if write != nil {
		s.writers = newPool(write, d, d.begin)
	}
	if read != nil {
		s.readers = newPool(read, d, "BEGIN")
	}
	if err == nil {
		err = migrate(ctx, d, write.DB)
	}
	if err == nil {
		err = read.PingContext(ctx)
	}
	if err == nil {
		err = s.fillRequestIndex(ctx)
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
