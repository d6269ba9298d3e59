package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"github.com/jmoiron/sqlx"

	"deskd/ticketing"
)

// session is one transaction: a [ticketing.Reader], and a [ticketing.Tx] where
// it may write.
type session struct {
	store *Store
	ctx   context.Context // of the caller
	run   context.Context // of each statement
	pool  *pool
	conn  *connection
	level int // savepoints open
	// failed is the first statement that failed outside of a savepoint undone
	// since. No other statement may follow: PostgreSQL would take a COMMIT,
	// keep nothing and report no error, and SQLite may have rolled back by
	// itself, so that what follows would be kept alone.
	failed error
	// held: the outermost savepoint succeeded and is still there. Releasing it
	// together with making the next one saves a round trip a mail.
	held bool

	words  []tokenRow       // to be indexed before the end
	told   []told           // what customers see of it, to be noted before the end
	fresh  map[int64]bool   // tickets made here
	titles map[int64]string // subjects of tickets seen here, for the index
	known  known
}

var _ ticketing.Tx = (*session)(nil)

func (s *Store) begin(ctx context.Context, p *pool) (*session, error) {
	c, err := p.take(ctx)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", s.dialect.classify(err))
	}
	x := &session{store: s, ctx: ctx, run: ctx, pool: p, conn: c, titles: map[int64]string{}, fresh: map[int64]bool{}}
	if s.dialect.embedded {
		x.run = context.WithoutCancel(ctx)
	}
	return x, nil
}

// end commits or rolls back. The caller's context may be over by then.
func (x *session) end(commit bool) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.ctx), endTimeout)
	defer cancel()
	command := "ROLLBACK"
	if commit {
		command = "COMMIT"
	}
	_, err := x.conn.conn.ExecContext(ctx, command)
	x.pool.give(x.conn, err == nil)
	x.conn = nil
	return x.store.dialect.classify(err)
}

// fail notes that a statement failed, and says what it means.
func (x *session) fail(err error) error {
	if err == nil {
		return nil
	}
	err = x.store.dialect.classify(err)
	if x.failed == nil {
		x.failed = err
	}
	return err
}

// stmt gives a query, written with question marks, prepared.
func (x *session) stmt(query string) (*sqlx.Stmt, error) {
	if x.failed != nil {
		return nil, fmt.Errorf("the transaction failed before: %w", x.failed)
	}
	if err := x.ctx.Err(); err != nil {
		return nil, x.fail(err)
	}
	st, err := x.pool.stmt(x.run, x.conn, query)
	return st, x.fail(err)
}

func (x *session) exec(query string, args ...any) (changed int64, err error) {
	r, err := x.change(query, args)
	if err != nil {
		return 0, err
	}
	changed, err = r.RowsAffected()
	return changed, x.fail(err)
}

// insert adds a row to a table with an id and gives the id. Where the query
// lets a conflict pass, it fails with [ticketing.ErrNotFound].
func (x *session) insert(query string, args ...any) (id int64, err error) {
	if !x.store.dialect.lastID {
		return one(x, plain[int64], query+" RETURNING id", args...)
	}
	r, err := x.change(query, args)
	if err != nil {
		return 0, err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return 0, cmp.Or(x.fail(err), ticketing.ErrNotFound)
	}
	id, err = r.LastInsertId()
	return id, x.fail(err)
}

// change runs a statement that gives no rows.
func (x *session) change(query string, args []any) (sql.Result, error) {
	st, err := x.stmt(query)
	if err != nil {
		return nil, err
	}
	r, err := st.ExecContext(x.run, cleaned(args)...)
	return r, x.fail(err)
}

// scanner is a row being read.
type scanner interface{ Scan(dest ...any) error }

// one reads a single row; without one it fails with [ticketing.ErrNotFound].
func one[T any](x *session, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	var none T
	st, err := x.stmt(query)
	if err != nil {
		return none, err
	}
	v, err := scan(st.QueryRowContext(x.run, cleaned(args)...))
	if errors.Is(err, sql.ErrNoRows) {
		return none, ticketing.ErrNotFound
	}
	return v, x.fail(err)
}

// list reads all rows.
func list[T any](x *session, scan func(scanner) (T, error), query string, args ...any) (all []T, err error) {
	st, err := x.stmt(query)
	if err != nil {
		return nil, err
	}
	rows, err := st.QueryContext(x.run, cleaned(args)...)
	if err != nil {
		return nil, x.fail(err)
	}
	defer rows.Close()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, x.fail(err)
		}
		all = append(all, v)
	}
	return all, x.fail(rows.Err())
}

// plain lets list and one read a single column of a type the driver knows.
func plain[T any](r scanner) (v T, err error) {
	err = r.Scan(&v)
	return v, err
}

// keyed is a row under the value it was looked up by.
type keyed[K comparable, T any] struct {
	key K
	row T
}

// scanKeyed reads two columns of types the driver knows.
func scanKeyed[K comparable, T any](r scanner) (v keyed[K, T], err error) {
	err = r.Scan(&v.key, &v.row)
	return v, err
}

// Savepoint implements [ticketing.Tx].
func (x *session) Savepoint(f func(ticketing.Tx) error) error {
	x.level++
	defer func() { x.level-- }()
	name := "s" + strconv.Itoa(x.level)
	if err := x.mark(name); err != nil {
		return fmt.Errorf("savepoint: %w", err)
	}
	words, told := len(x.words), len(x.told)
	err := f(x)
	if err == nil {
		err = x.failed // overlooked by f
	}
	if err != nil {
		x.words, x.told = x.words[:words], x.told[:told]
		clear(x.fresh)
		clear(x.titles)
		x.known.forget()
		if undo := x.command("ROLLBACK TO SAVEPOINT " + name + "; RELEASE SAVEPOINT " + name); undo != nil {
			return errors.Join(err, fmt.Errorf("undo to savepoint: %w", undo))
		}
		x.failed = nil
		return err
	}
	if x.level == 1 {
		x.held = true
		return nil
	}
	if _, err := x.exec("RELEASE SAVEPOINT " + name); err != nil {
		return fmt.Errorf("release savepoint: %w", err)
	}
	return nil
}

// mark makes a savepoint.
func (x *session) mark(name string) error {
	if x.failed != nil {
		return fmt.Errorf("the transaction failed before: %w", x.failed)
	}
	command := "SAVEPOINT " + name
	if x.level == 1 && x.held {
		x.held = false
		command = "RELEASE SAVEPOINT " + name + "; " + command
	}
	return x.command(command)
}

// command runs statements without arguments and without preparing them.
func (x *session) command(text string) error {
	_, err := x.conn.conn.ExecContext(x.run, text)
	return x.fail(err)
}
