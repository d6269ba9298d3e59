package servertest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// sinkSession is a connection to a sink, or the part of it after STARTTLS.
type sinkSession struct {
	sink     *Sink
	conn     *smtp.Conn
	number   int // of the connection
	username string
	mail     Received // what is known of the mail under way
}

func (s *Sink) newSession(conn *smtp.Conn) (smtp.Session, error) {
	raw := conn.Conn()
	if encrypted, ok := raw.(*tls.Conn); ok {
		raw = encrypted.NetConn()
	}
	c := &sinkSession{sink: s, conn: conn}
	if numbered, ok := raw.(*sinkConn); ok {
		c.number = numbered.number
	}
	return c, nil
}

// AuthMechanisms implements smtp.AuthSession.
func (c *sinkSession) AuthMechanisms() []string {
	if c.sink.options.Username == "" {
		return nil
	}
	return []string{sasl.Plain, sasl.Login}
}

// Auth implements smtp.AuthSession.
func (c *sinkSession) Auth(mechanism string) (sasl.Server, error) {
	if c.sink.options.Username == "" {
		return nil, smtp.ErrAuthUnsupported
	}
	switch mechanism {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, username, password string) error {
			return c.authenticate(username, password)
		}), nil
	case sasl.Login:
		return &loginServer{authenticate: c.authenticate}, nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

func (c *sinkSession) authenticate(username, password string) error {
	if f := c.sink.fault(AtAuth); f != nil {
		return f.commit(c)
	}
	if username != c.sink.options.Username || password != c.sink.options.Password {
		return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "Authentication credentials invalid"}
	}
	c.username = username
	return nil
}

// Mail implements smtp.Session.
func (c *sinkSession) Mail(from string, options *smtp.MailOptions) error {
	if f := c.sink.fault(AtMail); f != nil {
		return f.commit(c)
	}
	if c.sink.options.Username != "" && c.username == "" {
		return smtp.ErrAuthRequired
	}
	_, encrypted := c.conn.TLSConnectionState()
	c.mail = Received{Connection: c.number, Username: c.username, TLS: encrypted, From: from}
	if options != nil {
		c.mail.Parameters = *options
	}
	return nil
}

// Rcpt implements smtp.Session.
func (c *sinkSession) Rcpt(to string, options *smtp.RcptOptions) error {
	if f := c.sink.fault(AtRecipient, to); f != nil {
		return f.commit(c)
	}
	r := Recipient{Address: to}
	if options != nil {
		r.Parameters = *options
	}
	c.mail.To = append(c.mail.To, r)
	return nil
}

// Data implements smtp.Session.
func (c *sinkSession) Data(body io.Reader) error {
	if f := c.sink.fault(AtBody, c.mail.Addresses()...); f != nil {
		return f.commit(c)
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		if reply := (*smtp.SMTPError)(nil); errors.As(err, &reply) {
			return reply
		}
		return fmt.Errorf("read the mail: %w", err)
	}
	mail := c.mail
	mail.Raw = raw
	if f := c.sink.fault(AtData, mail.Addresses()...); f != nil {
		c.sink.keep(mail)
		return f.commit(c)
	}
	return c.sink.accept(mail)
}

// Reset implements smtp.Session.
func (c *sinkSession) Reset() { c.mail = Received{} }

// Logout implements smtp.Session.
func (c *sinkSession) Logout() error { return nil }

// loginServer is the server's side of AUTH LOGIN, which go-sasl leaves out.
type loginServer struct {
	authenticate func(username, password string) error
	asked        int
	username     string
}

// Next implements sasl.Server. The first response is the user name when the
// client sent it along with AUTH.
func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if response == nil && l.asked == 0 {
		l.asked = 1
		return []byte("Username:"), false, nil
	}
	if l.asked < 2 {
		l.asked = 2
		l.username = string(response)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.authenticate(l.username, string(response))
}
