package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3"

	"deskd/storage/migrations"
)

// migrate brings the schema to the version of this program. On PostgreSQL one
// process does it while others wait. SQLite has no such lock: where two
// processes bring one file up at once, the one that comes second to a migration
// finds it made, and looks again.
func migrate(ctx context.Context, d *dialect, db *sql.DB) error {
	p, err := migrator(d, db)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		err = bringUp(ctx, p)
		if err == nil || d.madeMeanwhile == nil || try == maxTries || errors.Is(err, ErrSchemaNewer) || !d.madeMeanwhile(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// maxTries is more than there are migrations that another process may be ahead
// with.
const maxTries = 50

// errMadeMeanwhile is of a migration that another process has made since this
// one looked.
var errMadeMeanwhile = errors.New("another process has made the migration")

// migrator knows all migrations of an engine.
func migrator(d *dialect, db *sql.DB) (*goose.Provider, error) {
	list, err := goMigrations(d)
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{
		goose.WithGoMigrations(list...),
		goose.WithDisableGlobalRegistry(true),
		goose.WithTableName(versionTable),
		goose.WithLogger(goose.NopLogger()),
	}
	if d.lock != nil {
		o, err := d.lock()
		if err != nil {
			return nil, fmt.Errorf("migration lock: %w", err)
		}
		options = append(options, o)
	}
	p, err := goose.NewProvider(d.goose, db, nil, options...)
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return p, nil
}

func bringUp(ctx context.Context, p *goose.Provider) error {
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if have > want {
		return fmt.Errorf("%w: its schema is version %d, this program knows %d; start the newer deskd, "+
			"or restore the backup made before the upgrade", ErrSchemaNewer, have, want)
	}
	if have == want {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring schema from version %d to %d: %w", have, want, err)
	}
	return nil
}

// goMigrations reads the files meant for the engine, in no particular order.
func goMigrations(d *dialect) ([]*goose.Migration, error) {
	names, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	var list []*goose.Migration
	for _, name := range names {
		version, only, err := migrationName(name)
		if err != nil {
			return nil, err
		}
		if only != "" && only != d.name {
			continue
		}
		text, err := fs.ReadFile(migrations.Files, name)
		if err != nil {
			return nil, fmt.Errorf("read migration: %w", err)
		}
		statements := d.types.Replace(string(text))
		list = append(list, goose.NewGoMigration(version, &goose.GoFunc{
			RunTx: func(ctx context.Context, tx *sql.Tx) error {
				var made int
				err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+versionTable+" WHERE version_id = "+strconv.FormatInt(version, 10)).Scan(&made)
				if err == nil && made > 0 {
					err = errMadeMeanwhile
				}
				if err != nil {
					return fmt.Errorf("migration %s: %w", name, err)
				}
				if _, err := tx.ExecContext(ctx, statements); err != nil {
					return fmt.Errorf("migration %s: %w", name, err)
				}
				return nil
			},
		}, nil))
	}
	return list, nil
}

// migrationName reads NNNNN_name[.engine].sql.
func migrationName(name string) (version int64, engine string, err error) {
	number, rest, ok := strings.Cut(strings.TrimSuffix(name, ".sql"), "_")
	if ok {
		version, err = strconv.ParseInt(number, 10, 64)
	}
	if !ok || err != nil {
		return 0, "", fmt.Errorf("migration %s: want NNNNN_name.sql", name)
	}
	_, engine, _ = strings.Cut(rest, ".")
	return version, engine, nil
}
