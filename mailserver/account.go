package mailserver

import (
	"bytes"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"deskd/ticketing"
)

// accounts are all accounts of a server. It does not change.
type accounts struct {
	byAddress map[string]*account // normalised
	domains   map[string]bool
	catchAll  map[string]*account // by normalised domain
}

func newAccounts(o Options) (*accounts, error) {
	all := &accounts{byAddress: map[string]*account{}, domains: map[string]bool{}, catchAll: map[string]*account{}}
	for _, given := range o.Accounts {
		address := ticketing.NormalizeAddress(given.Address)
		domain := ticketing.DomainOf(address)
		switch {
		case domain == "" || strings.HasPrefix(address, "@") || strings.ContainsAny(address, " <>\r\n"):
			return nil, fmt.Errorf("account %q: not an address", given.Address)
		case given.Password == "":
			return nil, fmt.Errorf("account %s: a password is needed", address)
		case all.byAddress[address] != nil:
			return nil, fmt.Errorf("account %s: given twice", address)
		}
		folders, err := newMailboxes(address, given.Password)
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", address, err)
		}
		all.byAddress[address] = &account{
			address: address, password: given.Password, folders: folders,
			room: o.MaxAccountBytes, changed: make(chan struct{}),
		}
		all.domains[domain] = true
	}
	if len(all.byAddress) == 0 {
		return nil, errors.New("an account is needed")
	}
	for domain, address := range o.CatchAll {
		a := all.get(address)
		if a == nil {
			return nil, fmt.Errorf("catch-all of %s: no account %s", domain, address)
		}
		domain = ticketing.NormalizeDomain(domain)
		all.catchAll[domain], all.domains[domain] = a, true
	}
	return all, nil
}

func (s *accounts) get(address string) *account {
	return s.byAddress[ticketing.NormalizeAddress(address)]
}

// owner finds the account that an address belongs to: its own, with or without
// +anything in the local part; nil if none.
func (s *accounts) owner(address string) *account {
	address = ticketing.NormalizeAddress(address)
	if a := s.byAddress[address]; a != nil {
		return a
	}
	local, domain, _ := strings.Cut(address, "@")
	base, _, tagged := strings.Cut(local, "+")
	if !tagged {
		return nil
	}
	return s.byAddress[base+"@"+domain]
}

// recipient finds the account that mail for an address goes to, nil if none.
func (s *accounts) recipient(address string) *account {
	if a := s.owner(address); a != nil {
		return a
	}
	return s.catchAll[ticketing.DomainOf(address)]
}

// logIn gives the account with this name and password. The name is the
// address, in any case.
func (s *accounts) logIn(name, password string) *account {
	a := s.get(name)
	if a == nil {
		return nil
	}
	if subtle.ConstantTimeCompare([]byte(password), []byte(a.password)) != 1 {
		return nil
	}
	return a
}

// account has a mailbox.
type account struct {
	address, password string
	folders           *imapmemserver.User

	mu        sync.Mutex
	room      int64    // bytes that may still be delivered
	delivered [][]byte // to INBOX; not changed once they are here
	changed   chan struct{}
}

// deliver puts a mail into INBOX. Whether there is room was asked before.
func (a *account) deliver(raw []byte) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, err := a.folders.Append("INBOX", literal{bytes.NewReader(raw)}, &imap.AppendOptions{}); err != nil {
		return err
	}
	a.room -= int64(len(raw))
	a.delivered = append(a.delivered, raw)
	close(a.changed)
	a.changed = make(chan struct{})
	return nil
}

// mails gives what was delivered, and a channel that is closed when there is
// more.
func (a *account) mails() ([][]byte, <-chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([][]byte(nil), a.delivered...), a.changed
}

// watch gives a channel that is closed at the next delivery.
func (a *account) watch() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.changed
}

// hasRoom reports whether a mail of this size can be delivered now.
func (a *account) hasRoom(size int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return int64(size) <= a.room
}

// literal is a mail as an IMAP literal.
type literal struct{ *bytes.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }
