package storage

import (
	"context"
	"database/sql/driver"
	"sync"

	"github.com/jmoiron/sqlx"
)

// pool hands out connections that keep their prepared statements from one
// transaction to the next: preparing anew costs as much as most statements.
// database/sql keeps such statements only outside transactions, or prepares
// them on a second connection, which SQLite's writer does not have.
type pool struct {
	db      *sqlx.DB
	dialect *dialect
	begin   string
	places  chan struct{} // one for each connection handed out

	mu   sync.Mutex
	idle []*connection
}

type connection struct {
	conn  *sqlx.Conn
	stmts map[string]*sqlx.Stmt // by query with question marks
	// embedded: as in dialect. To ask a server may be to wait for a dead one.
	embedded bool
}

func newPool(db *sqlx.DB, d *dialect, begin string) *pool {
	n := db.Stats().MaxOpenConnections
	return &pool{db: db, dialect: d, begin: begin, places: make(chan struct{}, n)}
}

// take gives a connection with a transaction begun. An idle connection may
// have died unseen: then the next one is tried, and at last a new one.
func (p *pool) take(ctx context.Context) (*connection, error) {
	select {
	case p.places <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for {
		c, fresh, err := p.pick(ctx)
		if err != nil {
			<-p.places
			return nil, err
		}
		if _, err = c.conn.ExecContext(ctx, p.begin); err == nil {
			return c, nil
		}
		c.discard()
		if fresh || !isConnectionLost(err) {
			<-p.places
			return nil, err
		}
	}
}

func (p *pool) pick(ctx context.Context) (c *connection, fresh bool, err error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		c = p.idle[n-1]
		p.idle = p.idle[:n-1]
	}
	p.mu.Unlock()
	if c != nil {
		return c, false, nil
	}
	conn, err := p.db.Connx(ctx)
	if err != nil {
		return nil, true, err
	}
	return &connection{conn: conn, stmts: map[string]*sqlx.Stmt{}, embedded: p.dialect.embedded}, true, nil
}

// give takes a connection back, whose transaction has ended. One in doubt is
// closed.
func (p *pool) give(c *connection, sound bool) {
	if sound {
		p.mu.Lock()
		p.idle = append(p.idle, c)
		p.mu.Unlock()
	} else {
		c.discard()
	}
	<-p.places
}

func (p *pool) close() error {
	p.mu.Lock()
	for _, c := range p.idle {
		c.discard()
	}
	p.idle = nil
	p.mu.Unlock()
	return p.db.Close()
}

// discard closes a connection for good. Its errors say nothing new.
func (c *connection) discard() {
	if c.embedded {
		// database/sql does not close what was prepared on a Conn, and SQLite
		// keeps a connection for the sake of an open statement, locks and all.
		for _, st := range c.stmts {
			_ = st.Close()
		}
	}
	_ = c.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = c.conn.Close()
}

// stmt gives the prepared form of a query written with question marks.
func (p *pool) stmt(ctx context.Context, c *connection, query string) (*sqlx.Stmt, error) {
	if st, ok := c.stmts[query]; ok {
		return st, nil
	}
	st, err := c.conn.PreparexContext(ctx, sqlx.Rebind(p.dialect.bind, query))
	if err != nil {
		return nil, err
	}
	c.stmts[query] = st
	return st, nil
}
