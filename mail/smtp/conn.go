package smtp

import (
	"net"
	"sync/atomic"
	"time"
)

// deadlineConn gives every read and write a limit. go-smtp sets a deadline for
// each command and its answer, but none while it writes the text of a mail, so
// a peer that stops reading would hold us for ever.
type deadlineConn struct {
	net.Conn
	timeout time.Duration // for one read or write where nobody set a deadline
	// explicit is a deadline set from above; nil is none. It is kept as it was
	// given: without the monotonic clock in it, setting the clock would end waits.
	explicit atomic.Pointer[time.Time]
}

func (c *deadlineConn) Read(p []byte) (int, error) {
	if err := c.Conn.SetReadDeadline(c.deadline()); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c *deadlineConn) Write(p []byte) (int, error) {
	if err := c.Conn.SetWriteDeadline(c.deadline()); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

func (c *deadlineConn) deadline() time.Time {
	if at := c.explicit.Load(); at != nil {
		return *at
	}
	return time.Now().Add(c.timeout)
}

func (c *deadlineConn) SetDeadline(t time.Time) error {
	if t.IsZero() {
		c.explicit.Store(nil)
	} else {
		c.explicit.Store(&t)
	}
	return c.Conn.SetDeadline(t)
}

// SetReadDeadline and SetWriteDeadline are used by crypto/tls when it closes.
func (c *deadlineConn) SetReadDeadline(t time.Time) error  { return c.SetDeadline(t) }
func (c *deadlineConn) SetWriteDeadline(t time.Time) error { return c.SetDeadline(t) }
