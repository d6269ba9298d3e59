package smtp

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// Defaults of a [Relay].
const (
	DefaultMaxConnections     = 3 // what Microsoft 365 grants a mailbox
	DefaultMailsPerConnection = 50
	DefaultIdleTimeout        = time.Minute
	DefaultDialTimeout        = 30 * time.Second
	DefaultCommandTimeout     = 5 * time.Minute  // RFC 5321 §4.5.3.2
	DefaultDataTimeout        = 12 * time.Minute // RFC 5321 §4.5.3.2.6 asks for 10 at least
)

// Relay is a mail submission server and how it is to be used. Zero numbers and
// times mean the defaults.
type Relay struct {
	// URL is smtps://host[:465] (TLS from the first byte, RFC 8314 §3.3) or
	// smtp://host[:587], which is upgraded with STARTTLS (RFC 3207) or not used
	// at all. Only to a loopback address, and without StartTLS, mail and
	// password go in clear text.
	URL string
	// StartTLS insists on STARTTLS on loopback too.
	StartTLS bool
	// TLS says whom to trust; nil is the system's roots. The certificate is
	// checked against the host of URL unless ServerName says otherwise.
	TLS *tls.Config
	// User and Password log in by AUTH PLAIN or LOGIN (RFC 4954), whichever is
	// offered; an empty User does not log in.
	User, Password string
	// EHLO is the name we give ourselves; "" is the literal of our address.
	EHLO string

	MaxConnections     int           // at the same time
	PerMinute          int           // mails in any 60 seconds; 0 does not limit
	PerDay             int           // mails in any 24 hours; 0 does not limit
	MailsPerConnection int           // then a new one is made
	IdleTimeout        time.Duration // an idle connection is closed then

	DialTimeout    time.Duration // for connecting and each TLS handshake
	CommandTimeout time.Duration // for each command and each write of text
	DataTimeout    time.Duration // for the answer to the final dot

	// Dial connects; nil is a plain net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// target is a Relay as understood: where it is, and nothing left at zero.
type target struct {
	Relay
	host, address string // address is host:port
	implicitTLS   bool
	clear         bool // clear text, on loopback
}

func (r Relay) target() (target, error) {
	t := target{Relay: r.withDefaults()}
	u, err := url.Parse(r.URL)
	if err != nil || u.Hostname() == "" {
		return t, fmt.Errorf("smtp relay url %q is not like smtps://smtp.example.com", redactURL(r.URL))
	}
	port := u.Port()
	switch u.Scheme {
	case "smtps":
		t.implicitTLS = true
		port = orString(port, "465")
	case "smtp":
		port = orString(port, "587")
	default:
		return t, fmt.Errorf("smtp relay url %q: scheme must be smtps or smtp", redactURL(r.URL))
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return t, fmt.Errorf("smtp relay url for %s: only scheme, host and port belong there; user and password have their own settings", u.Hostname())
	}
	t.host = u.Hostname()
	t.address = net.JoinHostPort(t.host, port)
	t.clear = u.Scheme == "smtp" && !r.StartTLS && isLoopback(t.host)
	return t, nil
}

func (r Relay) withDefaults() Relay {
	r.MaxConnections = orNumber(r.MaxConnections, DefaultMaxConnections)
	r.MailsPerConnection = orNumber(r.MailsPerConnection, DefaultMailsPerConnection)
	r.IdleTimeout = orNumber(r.IdleTimeout, DefaultIdleTimeout)
	r.DialTimeout = orNumber(r.DialTimeout, DefaultDialTimeout)
	r.CommandTimeout = orNumber(r.CommandTimeout, DefaultCommandTimeout)
	r.DataTimeout = orNumber(r.DataTimeout, DefaultDataTimeout)
	if r.Dial == nil {
		r.Dial = (&net.Dialer{}).DialContext
	}
	return r
}

// isLoopback looks at the name only: what a name resolves to can change
// between this check and the connection.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// redact takes the password out of a server's words, as it is and as AUTH
// carries it.
func (r Relay) redact(text string) string {
	if r.Password == "" {
		return text
	}
	plain := base64.StdEncoding.EncodeToString([]byte("\x00" + r.User + "\x00" + r.Password))
	login := base64.StdEncoding.EncodeToString([]byte(r.Password))
	return strings.NewReplacer(plain, "…", login, "…", r.Password, "…").Replace(text)
}

func redactURL(s string) string {
	if at := strings.LastIndex(s, "@"); at >= 0 {
		return "…" + s[at:]
	}
	return s
}

func orNumber[T int | time.Duration](v, otherwise T) T {
	if v <= 0 {
		return otherwise
	}
	return v
}

func orString(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
