package imap

import (
	"errors"
	"net"
	"sync/atomic"
)

// errTooMuch ends a connection on which more comes than was asked for.
var errTooMuch = errors.New("the server sends more than it was asked for")

// meter is a connection that reads no more than it was allowed. The library
// holds lines and lists of any length in memory; this bounds them.
type meter struct {
	net.Conn
	limit int64 // of one exchange
	left  atomic.Int64
}

func newMeter(conn net.Conn, limit int64) *meter {
	m := &meter{Conn: conn, limit: limit}
	m.begin()
	return m
}

// begin allows what one exchange needs.
func (m *meter) begin() { m.left.Store(m.limit) }

// allow adds what a mail needs, TLS included.
func (m *meter) allow(n int64) { m.left.Add(n + n/16) }

func (m *meter) Read(p []byte) (int, error) {
	if m.left.Load() <= 0 {
		return 0, errTooMuch
	}
	n, err := m.Conn.Read(p)
	m.left.Add(-int64(n))
	return n, err
}
