package imap

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"deskd/ticketing"
)

// Account says which folder of which mailbox is read, and how. The zero value
// of every field but Mailbox, URL and Login is a usable default.
type Account struct {
	Mailbox ticketing.Mailbox
	// URL is imaps://host or imap://host, with an optional port (993 and 143).
	// imap:// without StartTLS is refused unless the host is a loopback
	// address.
	URL      string
	StartTLS bool
	TLS      *tls.Config // nil trusts the system's authorities; ServerName is filled in
	Login    Login

	Folder string // default INBOX
	Source string // ticketing.SourceInbox (the default) or ticketing.SourceSent
	// Backfill takes also what lay in the folder before the first connection.
	Backfill bool
	After    After

	Timing Timing
	Limits Limits
}

// Timing are the times a [Fetcher] keeps; zero means the default.
type Timing struct {
	Poll            time.Duration // the longest a mail may lie unseen, even when IDLE is dead; 5 minutes
	PollWithoutIdle time.Duration // the same for servers without IDLE (RFC 2177); 1 minute
	IdleRenew       time.Duration // IDLE is issued anew; 9 minutes, since servers cut at 10
	Command         time.Duration // deadline of an exchange; 1 minute
	Literal         time.Duration // deadline of one mail on the wire; 5 minutes, which is also the most
	BackoffMin      time.Duration // first wait after a failure; 5 seconds
	BackoffMax      time.Duration // longest wait after failures; 10 minutes
	LoginRetry      time.Duration // wait after a refused login; 15 minutes
	Lease           time.Duration // how long the folder stays ours without renewal; 1 minute
	LeaseRenew      time.Duration // 20 seconds
	BacklogAge      time.Duration // mails older than this are backlog; 2 days
}

// Limits bound memory and the size of groups; zero means the default.
type Limits struct {
	MailSize    int64 // larger mails are taken by their header only; 50 MiB
	GroupMails  int   // mails stored in one transaction; 200
	GroupBytes  int64 // their sum, unless one alone is larger; 64 MiB
	MemoryBytes int64 // of a group held in memory, the rest in a temporary file; 8 MiB
	// ExchangeBytes is what a server may send in one exchange besides mails;
	// 64 MiB, the UIDs of a folder of five million mails.
	ExchangeBytes int64
}

// withDefaults fills in every field that is zero.
func (a Account) withDefaults() Account {
	fill(&a.Folder, "INBOX")
	fill(&a.Source, ticketing.SourceInbox)
	t := &a.Timing
	fill(&t.Poll, 5*time.Minute)
	fill(&t.PollWithoutIdle, time.Minute)
	fill(&t.IdleRenew, 9*time.Minute)
	fill(&t.Command, time.Minute)
	fill(&t.Literal, maxLiteralTime)
	t.Literal = min(t.Literal, maxLiteralTime)
	fill(&t.BackoffMin, 5*time.Second)
	fill(&t.BackoffMax, 10*time.Minute)
	fill(&t.LoginRetry, 15*time.Minute)
	fill(&t.Lease, time.Minute)
	fill(&t.LeaseRenew, 20*time.Second)
	fill(&t.BacklogAge, 48*time.Hour)
	l := &a.Limits
	fill(&l.MailSize, 50<<20)
	fill(&l.GroupMails, 200)
	fill(&l.GroupBytes, 64<<20)
	fill(&l.MemoryBytes, 8<<20)
	fill(&l.ExchangeBytes, 64<<20)
	return a
}

// maxLiteralTime is the deadline that the client library sets for a literal,
// and that nobody can lengthen.
const maxLiteralTime = 5 * time.Minute

func fill[T comparable](field *T, otherwise T) {
	var zero T
	if *field == zero {
		*field = otherwise
	}
}

// endpoint is where an account's server is, and how it is spoken to.
type endpoint struct {
	address  string // host:port
	host     string
	tls      bool // from the first byte on
	startTLS bool
}

// endpoint reads the account's URL.
func (a Account) endpoint() (endpoint, error) {
	u, err := url.Parse(a.URL)
	if err != nil {
		// The text of err repeats the URL, which may hold a password.
		return endpoint{}, errors.New("the IMAP URL cannot be read: write imaps://host or imap://host")
	}
	if u.Scheme != "imaps" && u.Scheme != "imap" || u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return endpoint{}, errors.New("the IMAP URL must be imaps://host or imap://host, with an optional port and no user")
	}
	e := endpoint{host: u.Hostname(), tls: u.Scheme == "imaps", startTLS: a.StartTLS}
	port := u.Port()
	switch {
	case e.tls && e.startTLS:
		return endpoint{}, errors.New("imaps:// is encrypted from the start: drop starttls, or write imap://")
	case port == "" && e.tls:
		port = "993"
	case port == "":
		port = "143"
	}
	e.address = net.JoinHostPort(e.host, port)
	return e, nil
}

// place names the server and the user. UIDs of another place mean other mails,
// also where the UIDVALIDITY is the same.
func (a Account) place() string {
	e, err := a.endpoint()
	if err != nil {
		return "" // it cannot be connected to either
	}
	return strings.ToLower(e.address) + " " + a.Login.who()
}

// validate reports what is missing in the account.
func (a Account) validate() error {
	if a.Login == nil {
		return errors.New("no login given for the IMAP server")
	}
	if a.After.kind != afterKeep && a.Source == ticketing.SourceSent {
		return fmt.Errorf("mails in %s are never moved or marked: read a sent folder with After keep", a.Folder)
	}
	_, err := a.endpoint()
	return err
}
