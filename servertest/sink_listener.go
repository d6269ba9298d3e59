package servertest

import (
	"fmt"
	"net"
	"time"
)

// sinkListener numbers a sink's connections and commits faults AtConnect.
type sinkListener struct {
	net.Listener
	sink *Sink
}

// sinkConn is a connection with its number, from 1.
type sinkConn struct {
	net.Conn
	number int
}

// Accept implements net.Listener. It returns only connections without a fault.
func (l *sinkListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		l.sink.mu.Lock()
		l.sink.connections++
		number := l.sink.connections
		l.sink.mu.Unlock()
		f := l.sink.fault(AtConnect)
		if f == nil {
			return &sinkConn{Conn: conn, number: number}, nil
		}
		go l.refuse(conn, f)
	}
}

// refuse commits a fault on a connection that nobody else uses.
func (l *sinkListener) refuse(conn net.Conn, f *Fault) {
	defer conn.Close()
	if f.Stall {
		l.sink.stall()
	}
	if f.Stall || f.Drop {
		return
	}
	_ = conn.SetWriteDeadline(time.Now().Add(time.Minute))
	// Whether the client still listens does not matter.
	_, _ = fmt.Fprintf(conn, "%d %d.%d.%d %s\r\n", f.Reply.Code, f.Reply.EnhancedCode[0], f.Reply.EnhancedCode[1], f.Reply.EnhancedCode[2], f.Reply.Message)
}
