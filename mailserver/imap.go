package mailserver

import (
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// imapSession is an IMAP connection: one of the library's in-memory server,
// with its own accounts, a UIDVALIDITY of this start, and an IDLE that misses
// nothing.
type imapSession struct {
	*imapmemserver.UserSession // nil until somebody logged in

	server  *Server
	account *account
}

var (
	_ imapserver.SessionNamespace = (*imapSession)(nil)
	_ imapserver.SessionMove      = (*imapSession)(nil)
)

// Login implements imapserver.Session.
func (c *imapSession) Login(name, password string) error {
	a := c.server.accounts.logIn(name, password)
	if a == nil {
		return imapserver.ErrAuthFailed
	}
	c.account = a
	c.UserSession = imapmemserver.NewUserSession(a.folders)
	return nil
}

// Select implements imapserver.Session.
func (c *imapSession) Select(name string, o *imap.SelectOptions) (*imap.SelectData, error) {
	data, err := c.UserSession.Select(name, o)
	if err == nil {
		data.UIDValidity += c.server.validity
	}
	return data, err
}

// Status implements imapserver.Session.
func (c *imapSession) Status(name string, o *imap.StatusOptions) (*imap.StatusData, error) {
	data, err := c.UserSession.Status(name, o)
	if err == nil && o.UIDValidity {
		data.UIDValidity += c.server.validity
	}
	return data, err
}

// List implements imapserver.Session. LIST-STATUS is not on offer: it would
// show another UIDVALIDITY.
func (c *imapSession) List(w *imapserver.ListWriter, ref string, patterns []string, o *imap.ListOptions) error {
	plain := *o
	plain.ReturnStatus = nil
	return c.UserSession.List(w, ref, patterns, &plain)
}

// Append implements imapserver.Session.
func (c *imapSession) Append(name string, r imap.LiteralReader, o *imap.AppendOptions) (*imap.AppendData, error) {
	data, err := c.UserSession.Append(name, r, o)
	if err == nil {
		data.UIDValidity += c.server.validity
	}
	return data, err
}

// Copy implements imapserver.Session.
func (c *imapSession) Copy(set imap.NumSet, dest string) (*imap.CopyData, error) {
	data, err := c.UserSession.Copy(set, dest)
	if err == nil {
		data.UIDValidity += c.server.validity
	}
	return data, err
}

// Move implements imapserver.SessionMove: a copy, and the originals expunged.
// That they are gone is told with the other news after the command.
func (c *imapSession) Move(w *imapserver.MoveWriter, set imap.NumSet, dest string) error {
	data, err := c.Copy(set, dest)
	if err != nil || len(data.SourceUIDs) == 0 {
		return err
	}
	if err := w.WriteCopyData(data); err != nil {
		return err
	}
	moved := data.SourceUIDs
	deleted := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
	if err := c.UserSession.Store(nil, moved, deleted, &imap.StoreOptions{}); err != nil {
		return err
	}
	return c.UserSession.Expunge(nil, &moved)
}

// idlePoll is how late an IDLE hears of what other connections do. Of new mail
// it hears at once.
const idlePoll = 200 * time.Millisecond

// Idle implements imapserver.Session. The library's own does not look for news
// that came in before it listens, and a mail delivered just then is not told
// until the next one.
func (c *imapSession) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	ticker := time.NewTicker(idlePoll)
	defer ticker.Stop()
	for {
		changed := c.account.watch()
		if err := c.Poll(w, true); err != nil {
			return err
		}
		select {
		case <-stop:
			return nil
		case <-changed:
		case <-ticker.C:
		}
	}
}
