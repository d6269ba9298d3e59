package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// dnsServer answers TXT queries on a loopback port and counts them.
type dnsServer struct {
	address string
	mu      sync.Mutex
	asked   map[string]int
}

func newDNSServer(t *testing.T, answers map[string][]string) *dnsServer {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &dnsServer{address: conn.LocalAddr().String(), asked: map[string]int{}}
	done := make(chan struct{})
	t.Cleanup(func() { conn.Close(); <-done })
	go func() {
		defer close(done)
		buf := make([]byte, 1500)
		for {
			n, peer, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if reply := s.reply(buf[:n], answers); reply != nil {
				conn.WriteTo(reply, peer)
			}
		}
	}()
	return s
}

// reply knows the special answers "servfail" and "silence".
func (s *dnsServer) reply(query []byte, answers map[string][]string) []byte {
	var m dnsmessage.Message
	if m.Unpack(query) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	name := strings.TrimSuffix(q.Name.String(), ".")
	s.mu.Lock()
	s.asked[name]++
	s.mu.Unlock()
	texts, known := answers[name]
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	switch {
	case !known:
		m.RCode = dnsmessage.RCodeNameError
	case len(texts) == 1 && texts[0] == "servfail":
		m.RCode = dnsmessage.RCodeServerFailure
	case len(texts) == 1 && texts[0] == "silence":
		return nil
	default:
		for _, text := range texts {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 60},
				Body:   &dnsmessage.TXTResource{TXT: strings.SplitAfter(text, "|")},
			})
		}
	}
	out, err := m.Pack()
	if err != nil {
		return nil
	}
	return out
}

func (s *dnsServer) times(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[name]
}

func TestCachingResolver(t *testing.T) {
	s := newDNSServer(t, map[string][]string{
		"a.example":        {"one |two", "second"},
		"_dmarc.b.example": {"v=DMARC1; p=none"},
		"empty.example":    {},
		"fail.example":     {"servfail"},
		"silent.example":   {"silence"},
	})
	now := testTime
	r, err := NewResolver(ResolverOptions{Address: s.address, Timeout: 300 * time.Millisecond, Names: 3, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	look := func(name, want string, wantErr error) {
		t.Helper()
		texts, err := r.LookupTXT(context.Background(), name)
		if got := strings.Join(texts, "/"); got != want || !errors.Is(err, wantErr) || (wantErr == nil && err != nil) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	times := func(name string, want int) {
		t.Helper()
		if got := s.times(name); got != want {
			t.Errorf("%s was asked for %d times, want %d", name, got, want)
		}
	}
	look("A.Example.", "one |two/second", nil)
	look("a.example", "one |two/second", nil)
	times("a.example", 1)
	look("_dmarc.b.example", "v=DMARC1; p=none", nil)
	look("gone.example", "", ErrNoTXT)
	look("gone.example", "", ErrNoTXT)
	times("gone.example", 1)
	look("empty.example", "", ErrNoTXT)
	look("bad name.example", "", ErrNoTXT)
	look(strings.Repeat("x", 64)+".example", "", ErrNoTXT)

	now = now.Add(3 * time.Minute) // beyond the negative TTL only
	look("gone.example", "", ErrNoTXT)
	times("gone.example", 2)
	look("_dmarc.b.example", "v=DMARC1; p=none", nil)
	times("_dmarc.b.example", 1)
	now = now.Add(8 * time.Minute)
	look("_dmarc.b.example", "v=DMARC1; p=none", nil)
	times("_dmarc.b.example", 2)

	for _, name := range []string{"fail.example", "silent.example"} {
		asked := 0
		for _, wait := range []time.Duration{0, 9 * time.Second, time.Second} {
			now = now.Add(wait)
			if _, err := r.LookupTXT(context.Background(), name); err == nil || errors.Is(err, ErrNoTXT) {
				t.Errorf("%s: no answer became %v", name, err)
			}
			if again := s.times(name) > asked; again == (wait == 9*time.Second) {
				t.Errorf("%s after another %s: asked is %v", name, wait, again)
			}
			asked = s.times(name)
		}
	}
	over, end := context.WithCancel(context.Background()) // is no fault of the server
	end()
	if _, err := r.LookupTXT(over, "later.silent.example"); err == nil {
		t.Error("no answer is none")
	}
	look("later.silent.example", "", ErrNoTXT)
	for i := range 10 {
		look(fmt.Sprintf("n%d.example", i), "", ErrNoTXT)
	}
	if len(r.entries) != 3 || r.recent.Len() != 3 {
		t.Errorf("%d names kept", len(r.entries))
	}
}

func TestResolverAddress(t *testing.T) {
	for address, want := range map[string]string{"192.0.2.1": "192.0.2.1:53", "192.0.2.1:54": "192.0.2.1:54", "2001:db8::1": "[2001:db8::1]:53", "[2001:db8::1]:54": "[2001:db8::1]:54", "dns.example": "", "": ""} {
		got, err := serverAddress(address)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", address, got, err)
		}
	}
	if _, err := NewResolver(ResolverOptions{Address: "dns.example"}); err == nil {
		t.Error("a name was taken for an address")
	}
}

func TestConcurrentLookups(t *testing.T) {
	s := newDNSServer(t, map[string][]string{"a.example": {"x"}})
	r, err := NewResolver(ResolverOptions{Address: s.address, Names: 2})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 5 {
				if texts, err := r.LookupTXT(context.Background(), "a.example"); err != nil || len(texts) != 1 {
					t.Error(texts, err)
				}
				r.LookupTXT(context.Background(), fmt.Sprintf("n%d.example", i*j%4))
			}
		})
	}
	wg.Wait()
}
