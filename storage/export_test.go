package storage

import (
	"context"
	"errors"
	"time"
)

// MigrateTo makes a new database as a release with fewer migrations left it.
func MigrateTo(ctx context.Context, rawURL string, version int64) error {
	d, target, err := dialectOf(rawURL)
	if err != nil {
		return err
	}
	write, read, err := d.openPools(target)
	if err != nil {
		return err
	}
	p, err := migrator(d, write.DB)
	if err == nil {
		_, err = p.UpTo(ctx, version)
	}
	return errors.Join(err, read.Close(), write.Close())
}

// LatestMigration is the version of the schema that Open leaves.
func LatestMigration() (latest int64, err error) {
	all, err := goMigrations(sqliteDialect())
	for _, m := range all {
		latest = max(latest, m.Version)
	}
	return latest, err
}

// SetClock makes the store believe in another time of this machine.
func SetClock(s *Store, now func() time.Time) { s.now = now }

// Fill lets a SQLite database grow no more, as on a full disk.
func Fill(ctx context.Context, s *Store) error {
	return s.update(ctx, func(x *session) error {
		_, err := x.exec("PRAGMA max_page_count = 1") // it cannot be less than there is
		return err
	})
}
