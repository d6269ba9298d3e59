package mailserver

import (
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"deskd/ticketing"
)

// smtpSession is an SMTP connection.
type smtpSession struct {
	server     *Server
	conn       *smtp.Conn
	user       *account // who logged in, nil for nobody
	from       string
	recipients []string // as given
}

func (s *Server) newSMTPSession(c *smtp.Conn) (smtp.Session, error) {
	return &smtpSession{server: s, conn: c}, nil
}

func refuse(code int, enhanced smtp.EnhancedCode, format string, args ...any) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: fmt.Sprintf(format, args...)}
}

// AuthMechanisms implements smtp.AuthSession.
func (c *smtpSession) AuthMechanisms() []string { return []string{sasl.Plain, sasl.Login} }

// Auth implements smtp.AuthSession.
func (c *smtpSession) Auth(mechanism string) (sasl.Server, error) {
	switch mechanism {
	case sasl.Plain:
		return sasl.NewPlainServer(func(identity, name, password string) error {
			if identity != "" && identity != name {
				return smtp.ErrAuthFailed
			}
			return c.logIn(name, password)
		}), nil
	case sasl.Login:
		return &loginServer{logIn: c.logIn}, nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

func (c *smtpSession) logIn(name, password string) error {
	if c.user = c.server.accounts.logIn(name, password); c.user == nil {
		return smtp.ErrAuthFailed
	}
	return nil
}

// Mail implements smtp.Session.
func (c *smtpSession) Mail(from string, _ *smtp.MailOptions) error {
	if c.user == nil && !c.server.options.NoAuth {
		return refuse(530, smtp.EnhancedCode{5, 7, 0}, "log in first")
	}
	c.from = from
	return nil
}

// Rcpt implements smtp.Session.
func (c *smtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	all := c.server.accounts
	switch domain := ticketing.DomainOf(to); {
	case all.recipient(to) != nil:
		if !slices.Contains(c.recipients, to) {
			c.recipients = append(c.recipients, to)
		}
		return nil
	case all.domains[domain]:
		return refuse(550, smtp.EnhancedCode{5, 1, 1}, "no account has this address")
	}
	return refuse(550, smtp.EnhancedCode{5, 1, 2}, "this server has accounts of its own only, and sends nothing elsewhere")
}

// Data implements smtp.Session. There is one copy for each address, each with
// its own Delivered-To; a mail for which not all have room is refused before
// anybody has it.
func (c *smtpSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	a := c.arrival()
	for _, to := range c.recipients {
		if !c.server.accounts.recipient(to).hasRoom(len(c.recipients) * (len(raw) + maxStamp)) {
			return refuse(452, smtp.EnhancedCode{4, 2, 2}, "the mailbox of %s is full", to)
		}
	}
	for _, to := range c.recipients {
		if err := c.server.accounts.recipient(to).deliver(a.stamp(raw, to, c.owns)); err != nil {
			return refuse(451, smtp.EnhancedCode{4, 3, 0}, "cannot deliver to %s", to)
		}
	}
	return nil
}

// owns reports whether an address is that of whoever logged in.
func (c *smtpSession) owns(from string) bool {
	return c.user != nil && c.server.accounts.owner(from) == c.user
}

func (c *smtpSession) arrival() arrival {
	peer, _, err := net.SplitHostPort(c.conn.Conn().RemoteAddr().String())
	if err != nil {
		peer = "127.0.0.1"
	}
	a := arrival{
		server: c.server.name, hello: c.conn.Hostname(), peer: peer,
		from: c.from, id: rand.Text()[:12], received: time.Now(),
	}
	if c.user != nil {
		a.user = c.user.address
	}
	return a
}

// Reset implements smtp.Session.
func (c *smtpSession) Reset() { c.from, c.recipients = "", nil }

// Logout implements smtp.Session.
func (c *smtpSession) Logout() error { return nil }

// loginServer is the server's side of AUTH LOGIN, which go-sasl leaves out.
type loginServer struct {
	logIn func(name, password string) error
	asked bool // for the name
	named bool
	name  string
}

// Next implements sasl.Server. A client may send the name along with AUTH.
func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case response == nil && !l.asked:
		l.asked = true
		return []byte("Username:"), false, nil
	case !l.named:
		l.asked, l.named, l.name = true, true, string(response)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.logIn(l.name, string(response))
}
