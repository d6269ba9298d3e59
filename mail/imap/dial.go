package imap

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"
)

// dialTime bounds the opening of a connection, name lookup included.
const dialTime = 30 * time.Second

// dial connects to the account's server, without logging in. The connection
// it returns with the client is the one below TLS: closing it ends everything.
func (a Account) dial(ctx context.Context, o *imapclient.Options) (*imapclient.Client, *meter, error) {
	e, err := a.endpoint()
	if err != nil {
		return nil, nil, err
	}
	dialer := net.Dialer{Timeout: dialTime, KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: time.Minute, Interval: 15 * time.Second, Count: 4}}
	if !e.tls && !e.startTLS {
		dialer.Control = loopbackOnly
	}
	dialed, err := dialer.DialContext(ctx, "tcp", e.address)
	if err != nil {
		return nil, nil, fmt.Errorf("connect to %s: %w", e.address, err)
	}
	conn := newMeter(dialed, a.Limits.ExchangeBytes)
	config := &tls.Config{}
	if a.TLS != nil {
		config = a.TLS.Clone()
	}
	fill(&config.ServerName, e.host)
	fill(&config.MinVersion, tls.VersionTLS12)
	client, err := greet(ctx, conn, e, config, o)
	if err != nil {
		conn.Close()
		return nil, nil, fmt.Errorf("connect to %s: %w", e.address, err)
	}
	return client, conn, nil
}

// greet makes a client of a connection, encrypted as the endpoint wants it,
// and waits for the server's greeting.
func greet(ctx context.Context, conn net.Conn, e endpoint, config *tls.Config, o *imapclient.Options) (*imapclient.Client, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, dialTime, errSilent)
	defer cancel()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	var client *imapclient.Client
	var err error
	switch {
	case e.tls:
		encrypted := tls.Client(conn, config)
		if err = encrypted.HandshakeContext(ctx); err == nil {
			client = imapclient.New(encrypted, o)
		}
	case e.startTLS:
		o.TLSConfig = config
		client, err = imapclient.NewStartTLS(conn, o)
	default:
		client = imapclient.New(conn, o)
	}
	if err == nil {
		err = client.WaitGreeting()
	}
	if err != nil && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return client, err
}

// errSilent is the cause of a connection that we closed because of a deadline.
var errSilent = errors.New("the server did not answer in time")

// loopbackOnly keeps a dialer from leaving the machine. It looks at the
// address the name led to, not at the name.
func loopbackOnly(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return errors.New("imap:// without starttls would send the password in the clear: write imaps://, or set starttls")
	}
	return nil
}
