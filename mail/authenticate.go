package mail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"
	"unicode"

	"deskd/ticketing"
)

// Trust says whose word about senders a mailbox believes: one per mailbox,
// from the configuration. The zero Trust believes nobody.
type Trust struct {
	// AuthservID is the authserv-id (RFC 8601 §2.5) of the server whose
	// Authentication-Results are believed; "" means none. Setting it says that
	// this server removes such fields from outside mail, or always puts its own
	// above them. Then every mail is expected to have its verdict from there,
	// and no signature is checked here.
	AuthservID string
	// AnonymousTopmost believes a topmost Authentication-Results without
	// authserv-id, as Microsoft 365 writes it.
	AnonymousTopmost bool
	// TrustedHops are the hosts that write the Received lines of our own side,
	// as they call themselves in the "by" clause: "mx.example.com", or the
	// patterns "*.example.com" (any host below) and "2002:a05::/32" (a network).
	// An Authentication-Results field is believed only above the first Received
	// line of another host; AuthservID itself counts as one of the hosts.
	//
	// An exact name says more: whoever logs in to that host (ESMTPA, ESMTPSA)
	// is one of us and may send from OwnDomains. Name a server that strangers
	// log in to as well, such as that of a hosting company, only by a pattern.
	TrustedHops []string
	// OwnDomains are the domains of our own mailboxes.
	OwnDomains []string
	// AgentDomains are the domains of the agents' addresses. A sender from one
	// of those, or from our own, whom the expected verdict does not confirm, is
	// refused.
	AgentDomains []string
	// OwnAddresses guard against replay of signed mail: one of them has to be in
	// the signed To or Cc. An address stands for its "+" forms too; "@example.com"
	// stands for every address of that domain.
	OwnAddresses []string
	// ExchangeInternal believes "X-MS-Exchange-Organization-AuthAs: Internal"
	// for OwnDomains. Only for servers that remove the field from outside mail.
	ExchangeInternal bool
	// SignatureAge is how old a DKIM signature may be that is checked here: older
	// mail may be replayed. 0 means 7 days.
	SignatureAge time.Duration
}

// Check tells what in t cannot be meant, for the configuration's errors.
func (t Trust) Check() error {
	for _, hop := range t.TrustedHops {
		if strings.Contains(hop, "/") {
			if _, err := netip.ParsePrefix(hop); err != nil {
				return fmt.Errorf("trusted hop %q: not a network, write it as 192.0.2.0/24", hop)
			}
			continue
		}
		name := strings.TrimPrefix(hop, "*.")
		if addr, err := netip.ParseAddr(strings.Trim(name, "[]")); err != nil || !addr.IsValid() {
			if !validDomain(strings.ToLower(name)) {
				return fmt.Errorf("trusted hop %q: write a host name, *.domain or a network", hop)
			}
		}
	}
	if strings.ContainsAny(t.AuthservID, "; \t()\"") {
		return fmt.Errorf("authserv_id %q: write only the word before the first semicolon", t.AuthservID)
	}
	return nil
}

// expected tells whether every mail should have a verdict of the server.
func (t *Trust) expected() bool { return t.AuthservID != "" || t.AnonymousTopmost }

// server names the author of the trusted verdict, or the field where it has no
// name.
func (t *Trust) server() string { return cmp.Or(t.AuthservID, "Authentication-Results") }

// own tells whether a domain is one of ours.
func (t *Trust) own(domain string) bool { return hasDomain(t.OwnDomains, domain) }

func hasDomain(list []string, domain string) bool {
	for _, d := range list {
		if ticketing.NormalizeDomain(d) == domain {
			return true
		}
	}
	return false
}

// authTime bounds one judgement, disk and all.
const authTime = 30 * time.Second

// Authenticate says how far the From address of a mail can be believed
// (mail-rules §2.2). The evidence is, in this order: the Authentication-Results
// of a trusted server where t names one; the Received line by which our own
// server took the mail from a logged-in user; the mail's DKIM signature,
// verified on the raw bytes, where t names no server. raw is read from its
// start. now is the time at which the mail reached the mailbox. r may be nil:
// then nothing is looked up in the DNS and no signature verified.
//
// It never errs: what cannot be told is None, and a server's dmarc=fail is Fail
// until the published policy is shown to be "none"; both with Temporary where the
// DNS gave no answer and asking again may help. One mail asks the DNS for at most
// 10 names and 3 s in all, and takes at most 30 s beside reading raw.
//
// Evidence is one line of at most 300 bytes without a word of the mail but
// domain names. It is written as RFC 8601 writes results, so that it is the same
// in every language:
//
//	mx.example.com: dmarc=pass header.from=example.org
//	mx.example.com: dmarc=pass header.from≠example.org
//	mx.example.com: none
//	mx.example.com: dmarc=none header.from=example.com reason=own-domain
//	dkim=policy reason=too-old header.from=example.org
//
// Before the colon stands who says so; where nobody stands, it was checked here.
// "≠" is a result for another domain, "none" alone no result about this sender,
// "reason" what counted beside the results. dns=temperror is the DNS without an
// answer, p=none the published DMARC policy, ARC-Seal the outermost seal (RFC
// 8617), which never counts.
func Authenticate(ctx context.Context, raw io.ReadSeeker, t Trust, r Resolver, now time.Time) ticketing.Verdict {
	_, v := authenticate(ctx, raw, t, r, now)
	return v
}

// AuthenticateMessage sets m.Verdict by [Authenticate], for a mail that has
// been parsed already. The verdict is about the sender that the signature and
// the server saw; should the parser have understood another one, it is Fail.
//
// A person whose address is proved is no mail server, whatever he calls himself
// and writes of: his mail is no delivery report by its words alone.
func AuthenticateMessage(ctx context.Context, m *ticketing.Message, raw io.ReadSeeker, t Trust, r Resolver, now time.Time) {
	sender, v := authenticate(ctx, raw, t, r, now)
	if sender != "" && (m.FromCount != 1 || len(m.From) != 1 || ticketing.NormalizeAddress(m.From[0].Address) != sender) {
		v = verdict(ticketing.Fail, because("ambiguous From"))
	}
	m.Verdict = v
	if v.Result == ticketing.Pass && m.Bounce != nil && m.Bounce.InWords && writtenByPerson(m) {
		m.Kind, m.KindWhy, m.Bounce = ticketing.AutoGenerated, "it reads like a delivery notice", nil
	}
}

// writtenByPerson says that a person may have written what reads like a report:
// not with a server's address or one that nobody reads, unless it is a reply.
func writtenByPerson(m *ticketing.Message) bool {
	return !daemonAddress(m) && !fromNoReply(m) || ticketing.HasReplyPrefix(m.Subject)
}

// check is one judgement.
type check struct {
	ctx      context.Context
	raw      io.ReadSeeker
	header   *authHeader
	sender   string // normalised
	domain   string // of sender
	trust    *Trust
	resolver Resolver
	now      time.Time
}

func authenticate(ctx context.Context, raw io.ReadSeeker, t Trust, r Resolver, now time.Time) (string, ticketing.Verdict) {
	ctx, cancel := context.WithTimeout(ctx, authTime)
	defer cancel()
	if _, err := raw.Seek(0, io.SeekStart); err != nil {
		return "", unreadable()
	}
	h, err := readAuthHeader(raw)
	if errors.Is(err, errAuthHeader) {
		return "", verdict(ticketing.None, because(err.Error())) // it says nothing about the sender
	} else if err != nil {
		return "", unreadable()
	}
	sender, err := soleSender(h)
	if err != nil {
		return "", verdict(ticketing.Fail, because(err.Error()))
	}
	c := &check{ctx: ctx, raw: raw, header: h, sender: sender, domain: ticketing.DomainOf(sender), trust: &t, now: now}
	if r != nil {
		c.resolver = newQuestions(r)
	}
	v := c.judge()
	if v.Result != ticketing.Pass {
		v.Evidence = plainLine(v.Evidence + c.arc())
	}
	return sender, v
}

func unreadable() ticketing.Verdict {
	v := verdict(ticketing.None, because("unreadable"))
	v.Temporary = true
	return v
}

// judge weighs the evidence in its order.
func (c *check) judge() ticketing.Verdict {
	var v ticketing.Verdict
	said := said(0)
	if c.trust.expected() {
		if v, said = c.byResults(); said == final {
			return v
		}
	}
	if c.internal() {
		return verdict(ticketing.Pass, "X-MS-Exchange-Organization-AuthAs=Internal header.from="+c.domain)
	}
	if rec, ok := c.header.submission(c.trust); ok && c.trust.own(c.domain) {
		line := "Received: by=" + plainHost(rec.by) + " with=" + rec.with + " header.from=" + c.domain
		if rec.vouchesFor(c.sender) {
			return verdict(ticketing.Pass, line)
		}
		if said == nothing {
			return verdict(ticketing.None, line+because("other login"))
		}
	}
	switch {
	case said == weak:
		return v
	case c.trust.expected():
		return verdict(ticketing.None, c.trust.server()+": none")
	case c.resolver == nil:
		return verdict(ticketing.None, because("not checked"))
	}
	return c.bySignature()
}

// internal: Exchange says that it knows the sender as one of the tenant's own.
func (c *check) internal() bool {
	if !c.trust.ExchangeInternal || !c.trust.own(c.domain) {
		return false
	}
	as := c.header.all("x-ms-exchange-organization-authas")
	return len(as) == 1 && strings.EqualFold(strings.TrimSpace(as[0]), "Internal")
}

// arc names the outermost ARC seal (RFC 8617), which is shown and never
// counted: anybody can seal anything.
func (c *check) arc() string {
	seals := c.header.all("arc-seal")
	if len(seals) == 0 {
		return ""
	}
	tags, err := parseTags(seals[0])
	if domain := ticketing.NormalizeDomain(tags["d"]); err == nil && validDomain(domain) {
		return "; ARC-Seal: d=" + domain
	}
	return "; ARC-Seal"
}

// verdict makes a verdict with its one line of evidence.
func verdict(result ticketing.VerdictResult, evidence string) ticketing.Verdict {
	return ticketing.Verdict{Result: result, Evidence: plainLine(evidence)}
}

// because adds to evidence what counted beside the results. A short phrase
// becomes one word, which stands for itself in every language.
func because(phrase string) string { return " reason=" + strings.ReplaceAll(phrase, " ", "-") }

// maxEvidence bounds the evidence, in bytes.
const maxEvidence = 300

// plainLine makes sure that evidence is one line of printable characters.
func plainLine(s string) string {
	s = strings.TrimSpace(s)
	s = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
	if len(s) <= maxEvidence {
		return s
	}
	const dots = "…"
	return strings.ToValidUTF8(s[:maxEvidence-len(dots)], "") + dots
}

// plainHost gives a host name for evidence.
func plainHost(host string) string {
	if domain := ticketing.NormalizeDomain(host); validDomain(domain) {
		return domain
	}
	return "?"
}
