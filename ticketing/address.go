package ticketing

import (
	"slices"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// NormalizeAddress gives the form by which addresses are compared: the local
// part in NFC and case-folded, the domain in lower-case A-labels (mail-rules
// §7). Dots and plus tags are kept: they can be different people. An address
// without a domain comes back folded as it is.
func NormalizeAddress(address string) string {
	address = strings.TrimSpace(address)
	local, domain, ok := cutLast(address, "@")
	if !ok {
		return fold(address)
	}
	return fold(local) + "@" + NormalizeDomain(domain)
}

// NormalizeDomain gives a domain in lower-case A-labels; a name that IDNA
// refuses is only lower-cased.
func NormalizeDomain(domain string) string {
	domain = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(domain)), ".")
	if isASCII(domain) {
		return domain
	}
	if a, err := idna.Lookup.ToASCII(domain); err == nil {
		return a
	}
	return domain
}

// DomainOf gives the normalised domain of an address, or "".
func DomainOf(address string) string {
	_, domain, ok := cutLast(address, "@")
	if !ok {
		return ""
	}
	return NormalizeDomain(domain)
}

func fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return cases.Fold().String(norm.NFC.String(s))
}

// noReplyLocals say in several languages that nobody reads answers, without
// their separators.
var noReplyLocals = [...]string{
	"noreply", "donotreply", "dontreply", "noresponder", "noresponda", "naoresponda", "naoresponder", "nepasrepondre",
	"nichtantworten", "keineantwort", "norespuesta", "nonrispondere", "inggenreply", "svaraej",
}

// NoReplyAddress reports whether the local part says that nobody reads
// answers, with any separators and additions: no-reply, noreply-12345,
// customer.do_not_reply.
func NoReplyAddress(address string) bool {
	local := joinedLocal(address)
	return slices.ContainsFunc(noReplyLocals[:], func(s string) bool { return strings.Contains(local, s) })
}

// readByPeople reports whether it makes sense to write to an address: neither
// does it refuse answers, nor is it a mail server's own.
func readByPeople(address string) bool {
	local, _, _ := strings.Cut(joinedLocal(address), "+")
	switch local {
	case "bounce", "bounces", "mailerdaemon", "postmaster":
		return false
	}
	return !NoReplyAddress(address)
}

// joinedLocal is the local part in lower case without separators, in which
// "no-reply", "no_reply" and "no.reply" are alike.
func joinedLocal(address string) string {
	local, _, _ := cutLast(address, "@")
	return strings.NewReplacer("-", "", "_", "", ".", "").Replace(strings.ToLower(local))
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
