package servertest

import (
	"fmt"
	"io"
	"net"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// sessionTimeout bounds one look into a mailbox.
const sessionTimeout = time.Minute

// StoredMail is a mail as an IMAP client sees it.
type StoredMail struct {
	UID          uint32
	Flags        []string // with \Recent left out
	InternalDate time.Time
	Raw          []byte
}

// FolderState is what a server says of a folder.
type FolderState struct {
	UIDValidity, UIDNext, Messages uint32
}

// Messages fetches all mails of a folder, in the order of their UIDs, and
// changes nothing.
func (d *Dovecot) Messages(tb TB, user, folder string) []StoredMail {
	tb.Helper()
	var all []StoredMail
	require(tb, d.inFolder(user, folder, true, func(c *imapclient.Client, state *imap.SelectData) error {
		if state.NumMessages == 0 {
			return nil
		}
		var everything imap.SeqSet
		everything.AddRange(1, 0)
		body := &imap.FetchItemBodySection{Peek: true}
		got, err := c.Fetch(everything, &imap.FetchOptions{UID: true, Flags: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{body}}).Collect()
		if err != nil {
			return fmt.Errorf("fetch: %w", err)
		}
		for _, m := range got {
			stored := StoredMail{UID: uint32(m.UID), InternalDate: m.InternalDate, Raw: m.FindBodySection(body)}
			for _, flag := range m.Flags {
				if flag != `\Recent` {
					stored.Flags = append(stored.Flags, string(flag))
				}
			}
			all = append(all, stored)
		}
		return nil
	}))
	return all
}

// Folder says what the server says of a folder.
func (d *Dovecot) Folder(tb TB, user, folder string) FolderState {
	tb.Helper()
	var state FolderState
	require(tb, d.inFolder(user, folder, true, func(_ *imapclient.Client, s *imap.SelectData) error {
		state = FolderState{UIDValidity: s.UIDValidity, UIDNext: uint32(s.UIDNext), Messages: s.NumMessages}
		return nil
	}))
	return state
}

// CreateFolder makes an empty folder.
func (d *Dovecot) CreateFolder(tb TB, user, folder string) {
	tb.Helper()
	require(tb, d.Store(user, folder))
}

// DeleteFolder deletes a folder with the mails in it, as a user would.
func (d *Dovecot) DeleteFolder(tb TB, user, folder string) {
	tb.Helper()
	require(tb, d.session(user, func(c *imapclient.Client) error {
		return c.Delete(folder).Wait()
	}))
}

// Expunge removes mails by UID, as another client would.
func (d *Dovecot) Expunge(tb TB, user, folder string, uids ...uint32) {
	tb.Helper()
	require(tb, d.inFolder(user, folder, false, func(c *imapclient.Client, _ *imap.SelectData) error {
		set := uidSet(uids)
		if _, err := c.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Collect(); err != nil {
			return fmt.Errorf("mark as deleted: %w", err)
		}
		if _, err := c.UIDExpunge(set).Collect(); err != nil {
			return fmt.Errorf("expunge: %w", err)
		}
		return nil
	}))
}

// AddFlags adds flags or keywords to mails by UID, as another client would.
func (d *Dovecot) AddFlags(tb TB, user, folder string, flags []string, uids ...uint32) {
	tb.Helper()
	require(tb, d.inFolder(user, folder, false, func(c *imapclient.Client, _ *imap.SelectData) error {
		change := &imap.StoreFlags{Op: imap.StoreFlagsAdd}
		for _, flag := range flags {
			change.Flags = append(change.Flags, imap.Flag(flag))
		}
		_, err := c.Store(uidSet(uids), change, nil).Collect()
		return err
	}))
}

// ResetUIDValidity makes the server give a folder a new UIDVALIDITY, with new
// UIDs for the mails in it. Sessions in the folder end, as RFC 3501 §2.3.1.1
// has it.
func (d *Dovecot) ResetUIDValidity(tb TB, user, folder string) {
	tb.Helper()
	before := d.Folder(tb, user, folder)
	require(tb, d.forgetUIDs(user, folder))
	after := d.Folder(tb, user, folder)
	if after.UIDValidity == before.UIDValidity {
		tb.Fatalf("%s of %s kept its UIDVALIDITY %d", folder, user, before.UIDValidity)
	}
}

func uidSet(uids []uint32) imap.UIDSet {
	var set imap.UIDSet
	for _, uid := range uids {
		set.AddNum(imap.UID(uid))
	}
	return set
}

// session logs in as user, without TLS, and calls f.
func (d *Dovecot) session(user string, f func(*imapclient.Client) error) error {
	d.mu.Lock()
	password, ok := d.passwords[user]
	d.mu.Unlock()
	if !ok {
		return fmt.Errorf("look into Dovecot: there is no user %q", user)
	}
	conn, err := net.DialTimeout("tcp", d.Address(), sessionTimeout)
	if err != nil {
		return fmt.Errorf("look into Dovecot: %w", err)
	}
	c := imapclient.New(conn, &imapclient.Options{})
	// The client has no time limit of its own, and moves the connection's.
	timer := time.AfterFunc(sessionTimeout, func() { conn.Close() })
	defer timer.Stop()
	defer c.Close()
	if err := c.Login(user, password).Wait(); err != nil {
		return fmt.Errorf("log in to Dovecot as %s: %w", user, err)
	}
	if err := f(c); err != nil {
		return fmt.Errorf("in Dovecot as %s: %w", user, err)
	}
	if err := c.Logout().Wait(); err != nil && err != io.ErrUnexpectedEOF {
		return fmt.Errorf("log out of Dovecot as %s: %w", user, err)
	}
	return nil
}

func (d *Dovecot) inFolder(user, folder string, readOnly bool, f func(*imapclient.Client, *imap.SelectData) error) error {
	return d.session(user, func(c *imapclient.Client) error {
		state, err := c.Select(folder, &imap.SelectOptions{ReadOnly: readOnly}).Wait()
		if err != nil {
			return fmt.Errorf("select %s: %w", folder, err)
		}
		return f(c, state)
	})
}
