package imap

import (
	"errors"
	"net"
	"sync/atomic"
)

// exchangeBytes is what a server may send in one exchange besides mails: the
// UIDs of a folder of five million mails.
const exchangeBytes = 64 << 20

// errTooMuch ends a connection on which more comes than was asked for.
var errTooMuch = errors.New("the server sends more than it was asked for")

// meter is a connection that reads no more than it was allowed. The library
// holds lines and lists of any length in memory; this bounds them.
type meter struct {
	net.Conn
	left atomic.Int64
}

func newMeter(conn net.Conn) *meter {
	m := &meter{Conn: conn}
	m.begin()
	return m
}

// begin allows what one exchange needs.
func (m *meter) begin() { m.left.Store(exchangeBytes) }

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
