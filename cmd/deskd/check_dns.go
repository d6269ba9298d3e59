package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"deskd/config"
)

// domains looks up what other servers need to believe the desk's mail. That
// the DNS cannot be asked from here is no failure of the desk.
func (f *findings) domains(ctx context.Context, h *house) {
	r := systemResolver(h.config.DNS)
	for _, domain := range domainsOf(h.settings.Mailboxes) {
		f.domain(ctx, r, domain, h.config.DNS.Timeout.Std())
	}
}

func systemResolver(c config.DNS) *net.Resolver {
	if c.Resolver == "" {
		return net.DefaultResolver
	}
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, c.Resolver)
	}}
}

func (f *findings) domain(ctx context.Context, r *net.Resolver, domain string, timeout time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	servers, err := r.LookupMX(ctx, domain+".")
	switch {
	case unknown(err):
		f.add(gradeWarn, "dns", fmt.Sprintf("%s: cannot be looked up from here", domain), "look up MX, SPF and DMARC of it elsewhere")
		return
	case err != nil:
		f.add(gradeWarn, "dns", domain+": has no MX record, so customers' mail may not arrive", "publish one")
	default:
		f.add(gradeOK, "dns", domain+": mail goes to "+hosts(servers), "")
	}
	f.record(ctx, r, domain, "SPF", "v=spf1", domain, "list the servers that send for it")
	f.record(ctx, r, domain, "DMARC", "v=dmarc1", "_dmarc."+domain, "so that forged mail in the desk's name is refused")
}

// record looks for a TXT record that begins with a version.
func (f *findings) record(ctx context.Context, r *net.Resolver, domain, what, version, name, remedy string) {
	texts, err := r.LookupTXT(ctx, name+".")
	if unknown(err) {
		f.add(gradeWarn, "dns", fmt.Sprintf("%s: %s cannot be looked up from here", domain, what), "")
		return
	}
	for _, t := range texts {
		if strings.HasPrefix(strings.ToLower(t), version) {
			f.add(gradeOK, "dns", fmt.Sprintf("%s: %s is %s", domain, what, clip(t, 200)), "")
			return
		}
	}
	f.add(gradeWarn, "dns", fmt.Sprintf("%s: has no %s record, so the desk's mail may be taken for junk", domain, what), "publish one: "+remedy)
}

// unknown tells "cannot be asked" from "there is none".
func unknown(err error) bool {
	var e *net.DNSError
	return err != nil && !(errors.As(err, &e) && e.IsNotFound)
}

func hosts(servers []*net.MX) string {
	names := make([]string, len(servers))
	for i, s := range servers {
		names[i] = strings.TrimSuffix(s.Host, ".")
	}
	return strings.Join(names, ", ")
}
