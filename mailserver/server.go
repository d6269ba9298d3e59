package mailserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-smtp"

	"deskd/ticketing"
)

// Defaults and limits.
const (
	DefaultMaxMessageBytes = 64 << 20
	DefaultMaxAccountBytes = 512 << 20
	maxRecipients          = 100
	smtpTimeout            = 5 * time.Minute
)

// Account is somebody who has a mailbox here.
type Account struct {
	Address  string
	Password string
}

// Options say what a server is like. Domain and at least one account are
// needed.
type Options struct {
	// Domain names the server: it is mail.Domain, in Received and as the
	// authserv-id of Authentication-Results. Accounts may be in any domain.
	Domain   string
	Accounts []Account
	// CatchAll delivers mail for any address in a domain (the key) to an
	// account (its address), where no account has that address.
	CatchAll map[string]string
	// NoAuth takes mail from whoever connects; its From is then never believed.
	NoAuth bool
	// SMTPListen and IMAPListen are loopback addresses; "" is 127.0.0.1:0, a
	// free port.
	SMTPListen, IMAPListen string
	// MaxMessageBytes limits a mail and MaxAccountBytes all that is delivered
	// to an account; 0 means the defaults.
	MaxMessageBytes, MaxAccountBytes int64
}

// Server is a running mail server. Its methods may be called from several
// goroutines.
type Server struct {
	name     string // mail.Domain; also the authserv-id
	options  Options
	accounts *accounts
	validity uint32 // added to every UIDVALIDITY

	smtpListener, imapListener net.Listener
	smtpServer                 *smtp.Server
	imapServer                 *imapserver.Server
	serving                    sync.WaitGroup
	closing                    sync.Once
	closed                     chan struct{}
}

// Start checks the options and starts a server. Close ends it.
func Start(o Options) (*Server, error) {
	if o.MaxMessageBytes <= 0 {
		o.MaxMessageBytes = DefaultMaxMessageBytes
	}
	if o.MaxAccountBytes <= 0 {
		o.MaxAccountBytes = DefaultMaxAccountBytes
	}
	domain := ticketing.NormalizeDomain(o.Domain)
	if domain == "" {
		return nil, errors.New("mail server: a domain is needed")
	}
	accounts, err := newAccounts(o)
	if err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	s := &Server{name: "mail." + domain, options: o, accounts: accounts, validity: validity(time.Now()), closed: make(chan struct{})}
	if s.smtpListener, err = listen(o.SMTPListen); err != nil {
		return nil, fmt.Errorf("mail server: SMTP: %w", err)
	}
	if s.imapListener, err = listen(o.IMAPListen); err != nil {
		s.smtpListener.Close()
		return nil, fmt.Errorf("mail server: IMAP: %w", err)
	}
	s.serve()
	return s, nil
}

// validity is a number that a later start exceeds: tenths of a second since
// 2026. It lasts until 2039.
func validity(now time.Time) uint32 {
	return uint32(now.Sub(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) / (100 * time.Millisecond))
}

// listen refuses what could be reached from elsewhere.
func listen(address string) (net.Listener, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("%s is not a loopback address, and passwords go in clear text here", address)
	}
	return net.Listen("tcp", address)
}

func (s *Server) serve() {
	// What clients do wrong is no news to whoever runs a demo.
	quiet := log.New(io.Discard, "", 0)

	s.smtpServer = smtp.NewServer(smtp.BackendFunc(s.newSMTPSession))
	s.smtpServer.Domain = s.name
	s.smtpServer.MaxMessageBytes = s.options.MaxMessageBytes
	s.smtpServer.MaxRecipients = maxRecipients
	s.smtpServer.ReadTimeout, s.smtpServer.WriteTimeout = smtpTimeout, smtpTimeout
	s.smtpServer.AllowInsecureAuth = true
	s.smtpServer.EnableSMTPUTF8 = true
	s.smtpServer.EnableDSN = true
	s.smtpServer.ErrorLog = quiet

	s.imapServer = imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &imapSession{server: s}, nil, nil
		},
		Caps: imap.CapSet{
			imap.CapIMAP4rev1: {}, imap.CapNamespace: {}, imap.CapUIDPlus: {}, imap.CapESearch: {}, imap.CapMove: {},
		},
		InsecureAuth: true,
		Logger:       quiet,
	})
	// Both end by Close, which is what their errors say then.
	s.serving.Go(func() { _ = s.smtpServer.Serve(s.smtpListener) })
	s.serving.Go(func() { _ = s.imapServer.Serve(s.imapListener) })
}

// SMTPAddr is the host:port for submission.
func (s *Server) SMTPAddr() string { return s.smtpListener.Addr().String() }

// IMAPAddr is the host:port for IMAP.
func (s *Server) IMAPAddr() string { return s.imapListener.Addr().String() }

// Name is the server's name, and the authserv-id of its
// Authentication-Results.
func (s *Server) Name() string { return s.name }

// Inbox gives the mails delivered to an account so far, oldest first, whatever
// its owner did with them since. It is nil for an unknown account.
func (s *Server) Inbox(address string) [][]byte {
	a := s.accounts.get(address)
	if a == nil {
		return nil
	}
	all, _ := a.mails()
	return all
}

// WaitInbox waits until n mails have been delivered to an account, and gives
// all of them.
func (s *Server) WaitInbox(ctx context.Context, address string, n int) ([][]byte, error) {
	a := s.accounts.get(address)
	if a == nil {
		return nil, fmt.Errorf("mail server: no account %s", address)
	}
	for {
		all, changed := a.mails()
		if len(all) >= n {
			return all, nil
		}
		select {
		case <-changed:
		case <-s.closed:
			return all, errors.New("mail server: closed")
		case <-ctx.Done():
			return all, fmt.Errorf("wait for mail %d to %s: %w", n, address, ctx.Err())
		}
	}
}

// Close ends all connections and forgets all mail. It may be called twice.
func (s *Server) Close() error {
	s.closing.Do(func() {
		close(s.closed)
		// The servers close only those listeners that they serve by now.
		s.smtpListener.Close()
		s.imapListener.Close()
		s.smtpServer.Close()
		s.imapServer.Close()
		s.serving.Wait()
	})
	return nil
}

// newMailboxes makes an account's folders.
func newMailboxes(address, password string) (*imapmemserver.User, error) {
	user := imapmemserver.NewUser(address, password)
	for _, name := range []string{"INBOX", "Sent", "Drafts", "Junk", "Trash"} {
		if err := user.Create(name, nil); err != nil {
			return nil, err
		}
		if err := user.Subscribe(name); err != nil {
			return nil, err
		}
	}
	return user, nil
}
