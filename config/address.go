package config

import (
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// address checks an addr-spec (RFC 5322 §3.4.1) without display name.
func (v *checker) address(key, s string) bool {
	if a, err := mail.ParseAddress(s); err == nil && len(s) <= 254 && a.Name == "" && a.Address == s && hostOK(s[strings.LastIndexByte(s, '@')+1:]) {
		return true
	}
	v.fail(key, fmt.Sprintf("%q is not a mail address", s), `write for example "support@example.com", without a name`)
	return false
}

func (v *checker) addresses(key string, all []string) {
	for _, a := range all {
		v.address(key, a)
	}
}

// normalize is the form by which addresses are compared: the domain in
// A-labels, all in lower case.
func normalize(address string) string {
	i := strings.LastIndexByte(address, '@')
	if i < 0 {
		return strings.ToLower(address)
	}
	domain, err := idna.Lookup.ToASCII(address[i+1:])
	if err != nil {
		domain = address[i+1:]
	}
	return strings.ToLower(address[:i] + "@" + domain)
}

// hostOK says whether s can be the name of a host or domain (RFC 1123 §2.1).
func hostOK(s string) bool {
	a, err := idna.Lookup.ToASCII(s)
	if err != nil || a == "" || len(a) > 253 {
		return false
	}
	for label := range strings.SplitSeq(a, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
	}
	return true
}

// loopback says whether a host is this machine for certain.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// listen checks where the portal listens.
func (v *checker) listen(p Portal) {
	if p.Listen == "" {
		return
	}
	if !hostPort(p.Listen) {
		v.fail("portal.listen", "is not host:port", `write for example "127.0.0.1:8080", or "" to serve no pages`)
	}
}

// proxies checks from where it is believed for whom a proxy asks.
func (v *checker) proxies(p Portal) {
	for _, network := range p.TrustedProxies {
		if _, err := netip.ParsePrefix(network); err != nil {
			v.fail("portal.trusted_proxies", "has something else than networks", `write for example ["127.0.0.0/8", "10.1.2.3/32"]`)
			return
		}
	}
}

// Proxies are the networks of TrustedProxies, as far as they are any.
func (p Portal) Proxies() (networks []netip.Prefix) {
	for _, network := range p.TrustedProxies {
		if n, err := netip.ParsePrefix(network); err == nil {
			networks = append(networks, n)
		}
	}
	return networks
}

// portOK says whether s can be the port of an address, or is left out.
func portOK(s string) bool {
	if s == "" {
		return true
	}
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0
}

// hostPort says whether s is host:port with a number from 0 to 65535; the host
// may be empty.
func hostPort(s string) bool {
	_, port, err := net.SplitHostPort(s)
	if err != nil || port == "" {
		return false
	}
	_, err = netip.ParseAddrPort("127.0.0.1:" + port)
	return err == nil
}
