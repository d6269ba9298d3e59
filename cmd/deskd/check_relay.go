package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"strings"

	mailsmtp "deskd/mail/smtp"
)

// refusesUs finds a relay that lets us in without a login and refuses the
// first mail for the want of one: it names a sender, and takes it back. The
// error is the relay's word. What else may go wrong is no matter of this.
func refusesUs(ctx context.Context, r mailsmtp.Relay, address, sender string) error {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	c, err := dialRelay(ctx, r, address)
	if err != nil {
		return nil
	}
	defer c.Close()
	err = c.Mail(sender)
	var refused *textproto.Error
	if errors.As(err, &refused) {
		_ = c.Quit()
		return fmt.Errorf("%d %s", refused.Code, refused.Msg)
	}
	if c.Reset() == nil {
		_ = c.Quit()
	}
	return nil
}

// dialRelay goes as far as a session without a login does, on a relay that was
// just tried.
func dialRelay(ctx context.Context, r mailsmtp.Relay, address string) (*smtp.Client, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if end, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(end)
	}
	trust := &tls.Config{MinVersion: tls.VersionTLS12}
	if r.TLS != nil {
		trust = r.TLS.Clone()
	}
	trust.ServerName = host
	if strings.HasPrefix(r.URL, "smtps://") {
		conn = tls.Client(conn, trust)
	}
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	name := r.EHLO
	if name == "" {
		name = "[127.0.0.1]"
	}
	if err = c.Hello(name); err == nil && (r.StartTLS || strings.HasPrefix(r.URL, "smtp://") && !onLoopback(conn)) {
		err = c.StartTLS(trust)
	}
	if err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

func onLoopback(c net.Conn) bool {
	a, ok := c.RemoteAddr().(*net.TCPAddr)
	return ok && a.IP.IsLoopback()
}
