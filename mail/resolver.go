package mail

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// ErrNoTXT says that the DNS has answered: there is no such name, or no TXT
// record of that name.
var ErrNoTXT = errors.New("no such TXT record")

// Resolver looks up TXT records, each with its strings joined (RFC 7208 §3.3).
// It returns ErrNoTXT, wrapped or not, where the DNS says that there are none.
// Any other error means that the answer is not known now and asking again
// may help.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// maxTXT bounds the TXT records of one name, in bytes; more counts as none.
const maxTXT = 16 << 10

// patience is for how long a name server must have been silent to be known as
// silent, when nobody waits for it any longer.
const patience = 2 * time.Second

// ResolverOptions configures [NewResolver]. The zero value is usable.
type ResolverOptions struct {
	// Address of the DNS server, "192.0.2.1" or "192.0.2.1:53"; "" means the
	// system's.
	Address string
	// Timeout of one look-up; 0 means 5 s.
	Timeout time.Duration
	// TTL is how long an answer is kept, NegativeTTL how long it is kept that
	// there is none; 0 means 10 min and 2 min. The records' own TTL is not
	// known here.
	TTL, NegativeTTL time.Duration
	// FailureTTL is how long it is kept that a name server gave no answer, so
	// that it is not waited for by each mail that needs it; 0 means 10 s.
	FailureTTL time.Duration
	// Names is how many names are kept; 0 means 4,096. The least recently used
	// go first.
	Names int
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// CachingResolver asks the DNS and keeps the answers for a while. It may be
// used by several goroutines.
type CachingResolver struct {
	options ResolverOptions
	dns     *net.Resolver

	mu      sync.Mutex
	entries map[string]*list.Element
	recent  *list.List // of *txtEntry, most recently used first
}

type txtEntry struct {
	name    string
	texts   []string // empty: there are none
	err     error    // why there was no answer
	expires time.Time
}

// NewResolver errs only where o.Address cannot be an address.
func NewResolver(o ResolverOptions) (*CachingResolver, error) {
	setDefault(&o.Timeout, 5*time.Second)
	setDefault(&o.TTL, 10*time.Minute)
	setDefault(&o.NegativeTTL, 2*time.Minute)
	setDefault(&o.FailureTTL, 10*time.Second)
	if o.Names <= 0 {
		o.Names = 4096
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	r := &CachingResolver{options: o, dns: &net.Resolver{}, entries: map[string]*list.Element{}, recent: list.New()}
	if o.Address == "" {
		return r, nil
	}
	server, err := serverAddress(o.Address)
	if err != nil {
		return nil, err
	}
	r.dns = &net.Resolver{
		PreferGo:     true,
		StrictErrors: true,
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, server)
		},
	}
	return r, nil
}

func setDefault(d *time.Duration, value time.Duration) {
	if *d <= 0 {
		*d = value
	}
}

// serverAddress adds the port to the address of a DNS server.
func serverAddress(address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		host, port = strings.Trim(address, "[]"), "53"
	}
	if net.ParseIP(host) == nil {
		return "", fmt.Errorf("DNS server %q: write an IP address, with or without a port", address)
	}
	return net.JoinHostPort(host, port), nil
}

// LookupTXT implements [Resolver].
func (r *CachingResolver) LookupTXT(ctx context.Context, name string) ([]string, error) {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if !validDomain(name) {
		return nil, ErrNoTXT
	}
	if entry, ok := r.kept(name); ok {
		return entry.answer()
	}
	begun := time.Now()
	asking, cancel := context.WithTimeout(ctx, r.options.Timeout)
	defer cancel()
	texts, err := r.dns.LookupTXT(asking, name+".") // rooted: no search domains
	var failure *net.DNSError
	switch {
	case err == nil:
	case errors.As(err, &failure) && failure.IsNotFound:
		texts = nil
	default:
		err = fmt.Errorf("look up TXT of %s: %w", name, err)
		if ctx.Err() == nil || time.Since(begun) >= patience {
			r.keep(&txtEntry{name: name, err: err}, r.options.FailureTTL)
		}
		return nil, err
	}
	size := 0
	for _, text := range texts {
		size += len(text)
	}
	if size > maxTXT {
		texts = nil
	}
	ttl := r.options.TTL
	if len(texts) == 0 {
		ttl = r.options.NegativeTTL
	}
	entry := &txtEntry{name: name, texts: texts}
	r.keep(entry, ttl)
	return entry.answer()
}

func (e *txtEntry) answer() ([]string, error) {
	if e.err == nil && len(e.texts) == 0 {
		return nil, ErrNoTXT
	}
	return e.texts, e.err
}

func (r *CachingResolver) kept(name string) (*txtEntry, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	el, ok := r.entries[name]
	if !ok {
		return nil, false
	}
	entry := el.Value.(*txtEntry)
	if !r.options.Now().Before(entry.expires) {
		r.recent.Remove(el)
		delete(r.entries, name)
		return nil, false
	}
	r.recent.MoveToFront(el)
	return entry, true
}

func (r *CachingResolver) keep(entry *txtEntry, ttl time.Duration) {
	entry.expires = r.options.Now().Add(ttl)
	r.mu.Lock()
	defer r.mu.Unlock()
	if el, ok := r.entries[entry.name]; ok {
		el.Value = entry
		r.recent.MoveToFront(el)
		return
	}
	r.entries[entry.name] = r.recent.PushFront(entry)
	for len(r.entries) > r.options.Names {
		oldest := r.recent.Back()
		r.recent.Remove(oldest)
		delete(r.entries, oldest.Value.(*txtEntry).name)
	}
}
