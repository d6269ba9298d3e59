package portal

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// client stands for where somebody comes from, in limits: an IPv4 address, or the
// network of an IPv6 one, of which a household has a whole /64.
//
// A proxy of ours says for whom it asks. What others say of that is only what
// they say.
func (p *portal) client(r *http.Request) string {
	peer := addressOf(r.RemoteAddr)
	forwarded := strings.Join(r.Header.Values("X-Forwarded-For"), ",")
	for p.isProxy(peer) && forwarded != "" {
		i := strings.LastIndexByte(forwarded, ',')
		next, err := netip.ParseAddr(strings.TrimSpace(forwarded[i+1:]))
		if err != nil {
			break
		}
		peer, forwarded = next.Unmap(), forwarded[:max(i, 0)]
	}
	if peer.Is6() {
		if network, err := peer.WithZone("").Prefix(64); err == nil {
			return network.String()
		}
	}
	return peer.String()
}

func (p *portal) isProxy(a netip.Addr) bool {
	return slices.ContainsFunc(p.Proxies, func(network netip.Prefix) bool { return network.Contains(a) })
}

func addressOf(hostPort string) netip.Addr {
	a, err := netip.ParseAddrPort(hostPort)
	if err != nil {
		return netip.Addr{}
	}
	return a.Addr().Unmap()
}

// device is the family of a browser, by what it says of itself: one of a few
// names, so that nothing that somebody sends stands in a mail.
func device(r *http.Request) string {
	agent := r.UserAgent()
	for _, family := range []struct{ mark, name string }{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"Safari/", "Safari"},
	} {
		if strings.Contains(agent, family.mark) {
			return family.name
		}
	}
	return ""
}
