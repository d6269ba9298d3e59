package ticketing

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// NormalizeAddress gives the form by which addresses are compared: the local
// part in NFC and lower case, the domain in lower-case A-labels (mail-rules §7).
// Dots and plus tags are kept: they can be different people. So can letters
// that only look alike or are folded together in searches, such as ß and ss. An
// address without a domain is taken for a local part.
func NormalizeAddress(address string) string {
	address = strings.TrimSpace(address)
	local, domain, ok := cutLast(address, "@")
	if !ok {
		return normalizeLocal(address)
	}
	return normalizeLocal(local) + "@" + NormalizeDomain(domain)
}

// NormalizeDomain gives a domain in lower-case A-labels. A name that IDNA
// refuses stays as it is, with its ASCII letters in lower case.
func NormalizeDomain(domain string) string {
	domain = strings.TrimSpace(domain)
	if !isASCII(domain) {
		// Its own tables go before: lower-casing makes other names of some.
		if a, err := idna.Lookup.ToASCII(domain); err == nil {
			domain = a
		}
	}
	return strings.TrimSuffix(lowerASCII(domain), ".")
}

// DomainOf gives the normalised domain of an address, or "".
func DomainOf(address string) string {
	_, domain, ok := cutLast(address, "@")
	if !ok {
		return ""
	}
	return NormalizeDomain(domain)
}

// normalizeLocal gives a local part in NFC and lower case. No character beyond
// ASCII becomes one of ASCII: the Kelvin sign is a K to Unicode, and to a mail
// server it is not.
func normalizeLocal(s string) string {
	if isASCII(s) || !utf8.ValidString(s) {
		return lowerASCII(s)
	}
	var out strings.Builder
	rest := 0
	keep := func(to int) { out.WriteString(norm.NFC.String(s[rest:to])) }
	for i, r := range s {
		if r >= utf8.RuneSelf && isASCII(norm.NFC.String(string(r))) {
			keep(i)
			out.WriteRune(r)
			rest = i + utf8.RuneLen(r)
		}
	}
	keep(len(s))
	return strings.Map(func(r rune) rune {
		if l := unicode.ToLower(r); r < utf8.RuneSelf || l >= utf8.RuneSelf {
			return l
		}
		return r
	}, out.String())
}

// lowerASCII leaves all but ASCII letters as they are, byte by byte.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
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
	return WithoutSeparators(strings.ToLower(local))
}

// WithoutSeparators takes the separators of words out of a local part.
func WithoutSeparators(local string) string {
	if !strings.ContainsAny(local, "-_.") {
		return local
	}
	kept := make([]byte, 0, len(local))
	for i := range len(local) {
		if c := local[i]; c != '-' && c != '_' && c != '.' {
			kept = append(kept, c)
		}
	}
	return string(kept)
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
