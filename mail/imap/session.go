package imap

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// session is a logged-in connection with the account's folder opened. It is
// used by one goroutine at a time.
type session struct {
	account Account
	client  *imapclient.Client
	conn    *meter // below TLS
	caps    imap.CapSet
	folder  imap.SelectData
	exists  chan struct{} // holds one value when mails came since the last look
	// hasTarget: the folder for settled mails is known to exist.
	hasTarget bool
	// estimates: the server tells sizes that are not those of its mails.
	estimates bool
}

// open connects, logs in and opens the folder: read-only where nothing is to
// be changed in it.
func open(ctx context.Context, a Account) (*session, error) {
	s, err := logIn(ctx, a)
	if err != nil {
		return nil, err
	}
	if err := s.openFolder(ctx, a.After.kind == afterKeep); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// logIn connects and logs in.
func logIn(ctx context.Context, a Account) (*session, error) {
	s := &session{account: a, exists: make(chan struct{}, 1)}
	var err error
	s.client, s.conn, err = a.dial(ctx, &imapclient.Options{
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: s.mailboxChanged},
	})
	if err != nil {
		return nil, err
	}
	if err = s.authenticate(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *session) authenticate(ctx context.Context) error {
	if s.client.State() != imap.ConnStateAuthenticated { // else the server greeted with PREAUTH
		if err := s.capabilities(ctx); err != nil {
			return err
		}
		err := s.within(ctx, "log in", func(*watchdog) error { return s.account.Login.login(s.client, s.caps) })
		if err != nil {
			return refusedLogin(err)
		}
	}
	return s.capabilities(ctx)
}

// capabilities asks what the server can do. The library keeps a list of its
// own, which may be that of before the login.
func (s *session) capabilities(ctx context.Context) error {
	return s.within(ctx, "ask for capabilities", func(*watchdog) (err error) {
		s.caps, err = s.client.Capability().Wait()
		return err
	})
}

// openFolder selects the folder.
func (s *session) openFolder(ctx context.Context, readOnly bool) error {
	o := &imap.SelectOptions{ReadOnly: readOnly}
	err := s.within(ctx, "open folder "+s.account.Folder, func(*watchdog) error {
		data, err := s.client.Select(s.account.Folder, o).Wait()
		s.folder = *data
		return err
	})
	if err == nil && s.folder.UIDValidity == 0 {
		return fmt.Errorf("open folder %s: the server gives no UIDVALIDITY, so its mails have no lasting number (RFC 3501 §2.3.1.1); such a folder cannot be read", s.account.Folder)
	}
	return err
}

// mailboxChanged hears what the server says unasked.
func (s *session) mailboxChanged(d *imapclient.UnilateralDataMailbox) {
	if d.NumMessages == nil {
		return
	}
	select {
	case s.exists <- struct{}{}:
	default: // there is news already
	}
}

// close ends the connection at once.
func (s *session) close() {
	s.conn.Close()
	<-s.client.Closed()
}

// logOut ends the session as servers like it, within a second.
func (s *session) logOut() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	// Whether the server hears it changes nothing for us.
	_ = s.within(ctx, "log out", func(*watchdog) error { return s.client.Logout().Wait() })
	s.close()
}

// watchdog closes a connection when an exchange takes too long.
type watchdog struct {
	timer *time.Timer
	bit   atomic.Bool
}

// allow gives the exchange the time d from now on.
func (w *watchdog) allow(d time.Duration) { w.timer.Reset(d) }

// within runs one exchange with the server. The library waits for answers
// without end: so when the command's time is over, or ctx ends, the connection
// is closed, which makes the exchange fail. An exchange that makes progress
// allows itself more time.
func (s *session) within(ctx context.Context, what string, exchange func(*watchdog) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", what, context.Cause(ctx))
	}
	s.conn.begin()
	w := &watchdog{}
	w.timer = time.AfterFunc(s.account.Timing.Command, func() {
		w.bit.Store(true)
		s.conn.Close()
	})
	defer w.timer.Stop()
	defer context.AfterFunc(ctx, func() { s.conn.Close() })()
	err := exchange(w)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", what, context.Cause(ctx))
	case w.bit.Load():
		return fmt.Errorf("%s: %w", what, errSilent)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// refused reports whether err is an answer of the server (NO or BAD), after
// which the connection is as good as before.
func refused(err error) bool {
	var answer *imap.Error
	return errors.As(err, &answer)
}

// noop lets the server tell what is new (RFC 3501 §6.1.2).
func (s *session) noop(ctx context.Context) error {
	return s.within(ctx, "ask for news", func(*watchdog) error { return s.client.Noop().Wait() })
}

// drain forgets news that the next look will find anyway.
func (s *session) drain() {
	select {
	case <-s.exists:
	default:
	}
}
