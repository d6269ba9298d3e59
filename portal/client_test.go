package portal

import (
	"net/http/httptest"
	"net/netip"
	"testing"
)

// TestClient: a proxy of ours is believed, and nobody else; what stands before
// that anybody can have written.
func TestClient(t *testing.T) {
	t.Parallel()
	p := &portal{Options: Options{Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}}}
	for _, c := range []struct {
		from, forwarded, want string
	}{
		{"192.0.2.1:5", "", "192.0.2.1"}, {"192.0.2.1:5", "198.51.100.1", "192.0.2.1"}, {"127.0.0.1:5", "", "127.0.0.1"},
		{"127.0.0.1:5", "198.51.100.1", "198.51.100.1"}, {"127.0.0.1:5", "9.9.9.9, 198.51.100.1", "198.51.100.1"},
		{"127.0.0.1:5", "198.51.100.1, 10.0.0.7", "198.51.100.1"}, {"127.0.0.1:5", "nonsense", "127.0.0.1"},
		{"127.0.0.1:5", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"}, {"[2001:db8:1:2::9]:5", "", "2001:db8:1:2::/64"},
		{"[::ffff:192.0.2.1]:5", "", "192.0.2.1"}, {"127.0.0.1:5", "::ffff:192.0.2.9", "192.0.2.9"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.from
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := p.client(r); got != c.want {
			t.Errorf("%s for %q: %s, want %s", c.from, c.forwarded, got, c.want)
		}
	}
}
