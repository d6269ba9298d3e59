package mail

import (
	"errors"
	"slices"
	"strings"

	"deskd/ticketing"
)

// said is how much the trusted server has said about a sender.
type said int

const (
	nothing said = iota // no field, or one about other matters
	weak                // it could not confirm the sender; better evidence may
	final
)

// byResults judges by the trusted Authentication-Results field.
func (c *check) byResults() (ticketing.Verdict, said) {
	value, ok := c.header.trustedResults(c.trust)
	if !ok {
		return ticketing.Verdict{}, nothing
	}
	server := c.trust.server()
	res, err := parseAuthResults(value, c.trust.AnonymousTopmost)
	if err != nil {
		return verdict(ticketing.None, server+": dmarc=permerror"+because(err.Error())), final
	}
	if !c.trust.wrote(&res) {
		return ticketing.Verdict{}, nothing
	}
	if why := res.contradiction(); why != "" {
		return verdict(ticketing.None, server+": dmarc=permerror"+because(why)), final
	}
	var dmarc *methodResult
	others := false
	for i := range res.results {
		switch m := &res.results[i]; m.method {
		case "dmarc":
			dmarc = m
		case "spf", "dkim":
			others = true
		}
	}
	switch {
	case dmarc != nil:
		return c.byDMARC(dmarc, &res)
	case others:
		return c.withoutDMARC(&res)
	}
	return ticketing.Verdict{}, nothing
}

// wrote tells whether the field is by the trusted server.
func (t *Trust) wrote(res *authResults) bool {
	if res.id == "" {
		return t.AnonymousTopmost
	}
	return t.AuthservID != "" && strings.EqualFold(res.id, t.AuthservID)
}

// byDMARC judges by the server's DMARC result.
func (c *check) byDMARC(m *methodResult, res *authResults) (ticketing.Verdict, said) {
	line := c.trust.server() + ": dmarc=" + resultName(m.result) + " header.from=" + c.domain
	other := c.trust.server() + ": dmarc=" + resultName(m.result) + " header.from≠" + c.domain
	from, named := m.prop("header.from")
	same := named && from.domain == c.domain
	switch m.result {
	case "pass":
		if same {
			return c.passed(line, res), final
		}
		return c.unconfirmed(other, final)
	case "fail":
		return c.failed(m, line), final
	case "temperror":
		return verdict(ticketing.None, line), final // what it wrote will not change
	case "bestguesspass":
		return verdict(ticketing.None, line), weak
	case "none":
		if from.name != "" && !same {
			return c.unconfirmed(other, final)
		}
		if by, ok := c.alignedResult(res, func(d string) bool { return d == c.domain }); ok {
			return c.passed(line+" "+by, res), final
		}
		if res.temporary() {
			return verdict(ticketing.None, line+" spf/dkim=temperror"), final
		}
		return c.unconfirmed(line, weak)
	}
	return c.unconfirmed(line, final)
}

// passed is the verdict about a sender whom the server confirmed.
func (c *check) passed(evidence string, res *authResults) ticketing.Verdict {
	v := verdict(ticketing.Pass, evidence)
	v.CcUnsigned = c.ccUnsigned(res)
	return v
}

// resultName keeps evidence to the words that RFC 8601 §2.7 and Microsoft know.
func resultName(result string) string {
	switch result {
	case "pass", "fail", "none", "temperror", "permerror", "bestguesspass":
		return result
	}
	return "?"
}

// temporary is the verdict while the DNS does not answer.
func temporary(evidence string) ticketing.Verdict {
	v := verdict(ticketing.None, evidence)
	v.Temporary = true
	return v
}

// unconfirmed is the verdict about a sender whom the server did not confirm:
// unknown, but refused where it would be one of us.
func (c *check) unconfirmed(evidence string, how said) (ticketing.Verdict, said) {
	if c.trust.own(c.domain) || hasDomain(c.trust.AgentDomains, c.domain) {
		return verdict(ticketing.Fail, evidence+because("own domain")), how
	}
	return verdict(ticketing.None, evidence), how
}

// failed judges dmarc=fail. Many honest small domains fail and publish the
// policy "none"; the policy has to be shown to be that.
func (c *check) failed(m *methodResult, line string) ticketing.Verdict {
	if v, _ := c.unconfirmed(line, final); v.Result == ticketing.Fail {
		return v
	}
	if m.policyNone() {
		return verdict(ticketing.None, line+" p=none")
	}
	if c.resolver == nil {
		return verdict(ticketing.Fail, line)
	}
	found, err := discoverDMARC(c.ctx, c.resolver, c.domain)
	switch {
	case err != nil:
		// Whoever can keep the DNS from answering must not gain by it.
		v := temporary(line + " dns=temperror")
		v.Result = ticketing.Fail
		return v
	case found.policyNone():
		return verdict(ticketing.None, line+" p=none")
	}
	return verdict(ticketing.Fail, line)
}

// policyNone tells whether the result itself shows the policy "none", as a
// property or in its comment ("p=NONE sp=NONE dis=NONE"). Where a subdomain
// policy is named and is another, it may be the one that applies.
func (m *methodResult) policyNone() bool {
	for _, name := range []string{"policy.dmarc", "policy.published-domain-policy"} {
		if p, ok := m.prop(name); ok {
			return strings.EqualFold(p.value, "none")
		}
	}
	shown := false
	for _, comment := range m.comments {
		words := strings.FieldsFunc(strings.ToLower(comment), func(r rune) bool { return strings.ContainsRune(" \t,;", r) })
		for _, w := range words {
			name, policy, ok := strings.Cut(w, "=")
			if !ok || (name != "p" && name != "sp" && name != "np") {
				continue
			}
			if policy != "none" {
				return false
			}
			shown = shown || name == "p"
		}
	}
	return shown
}

// alignedResult looks for a pass of DKIM or SPF whose domain is aligned.
func (c *check) alignedResult(res *authResults, aligned func(domain string) bool, methods ...string) (string, bool) {
	for i := range res.results {
		m := &res.results[i]
		if m.result != "pass" || len(methods) > 0 && !slices.Contains(methods, m.method) {
			continue
		}
		switch m.method {
		case "dkim":
			p, ok := m.prop("header.d")
			if !ok {
				// The signing domain is that of header.i or above it (RFC 6376 §3.5).
				p, ok = m.prop("header.i")
			}
			if ok && p.domain != "" && aligned(p.domain) {
				return "dkim=pass", true
			}
		case "spf":
			p, ok := m.prop("smtp.mailfrom", "smtp.mail", "smtp.mfrom")
			if ok && p.domain != "" && aligned(p.domain) {
				return "spf=pass", true
			}
		}
	}
	return "", false
}

// temporary tells whether SPF or DKIM met a temporary error.
func (a *authResults) temporary() bool {
	for i := range a.results {
		m := &a.results[i]
		if (m.method == "spf" || m.method == "dkim") && m.result == "temperror" {
			return true
		}
	}
	return false
}

// withoutDMARC judges by a field of a server that checks SPF and DKIM only:
// what is missing, the alignment with From, is done here (RFC 9989 §4.4).
func (c *check) withoutDMARC(res *authResults) (ticketing.Verdict, said) {
	line := c.trust.server() + ": header.from=" + c.domain + because("no dmarc")
	if c.resolver == nil {
		return verdict(ticketing.None, line), weak
	}
	found, err := discoverDMARC(c.ctx, c.resolver, c.domain)
	if err != nil {
		return temporary(line + " dns=temperror"), weak
	}
	var failure error
	by, ok := c.alignedResult(res, func(d string) bool {
		ok, err := found.aligned(c.ctx, c.resolver, d, found.strictDKIM() || found.strictSPF())
		failure = errors.Join(failure, err)
		return ok
	})
	switch {
	case ok:
		return c.passed(c.trust.server()+": "+by+" header.from="+c.domain, res), final
	case failure != nil:
		return temporary(line + " dns=temperror"), weak
	case res.temporary():
		return verdict(ticketing.None, line+" spf/dkim=temperror"), weak
	}
	return c.unconfirmed(line, weak)
}
