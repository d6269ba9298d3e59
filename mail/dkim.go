package mail

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	netmail "net/mail"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"deskd/ticketing"
)

// Limits and windows of our own signature check.
const (
	maxSignatures     = 5         // signatures verified of one mail
	maxSignature      = 16 << 10  // bytes of one DKIM-Signature field
	maxSignedNames    = 100       // names in its h= tag
	maxSignatureAhead = time.Hour // a signer's clock may be fast
)

// bySignature verifies the mail's DKIM signatures (RFC 6376) where no server
// is trusted to have done so. Mail can have been changed on its way, by
// Exchange above all, so a signature that fails is None and never Fail.
func (c *check) bySignature() ticketing.Verdict {
	if why := c.unsignable(); why != "" {
		return verdict(ticketing.None, "dkim=policy"+because(why)+" header.from="+c.domain)
	}
	candidates := c.candidates()
	if len(candidates) == 0 {
		return verdict(ticketing.None, "dkim=none header.from="+c.domain)
	}
	policy, err := discoverDMARC(c.ctx, c.resolver, c.domain)
	if err != nil {
		return temporary("dns=temperror header.from=" + c.domain)
	}
	why, unsure := "", false
	for _, i := range candidates {
		v, err := c.verify(i)
		if err == nil {
			err = c.acceptable(v, &policy)
		}
		if err == nil {
			return verdict(ticketing.Pass, "dkim=pass header.d="+ticketing.NormalizeDomain(v.Domain)+" header.from="+c.domain)
		}
		var unknown *unknownError
		unsure = unsure || errors.As(err, &unknown)
		why = err.Error()
	}
	result := verdict(ticketing.None, why+" header.from="+c.domain)
	result.Temporary = unsure
	return result
}

// unknownError: the DNS or the disk, not the mail, is at fault.
type unknownError struct{ what string }

func (e *unknownError) Error() string { return e.what }

// unacceptable: a valid signature that does not prove the sender, which RFC 8601
// §2.7.1 calls "policy".
func unacceptable(why string) error { return errors.New("dkim=policy" + because(why)) }

// unsignable tells why no signature of this mail can be relied on, or "".
func (c *check) unsignable() string {
	if c.header.odd {
		return "damaged header"
	}
	for _, name := range []string{"from", "to", "cc", "subject", "date", "message-id"} {
		n := len(c.header.all(name))
		if n > 1 {
			return "field twice"
		}
		if n == 0 && (name == "date" || name == "message-id") {
			return "no Date or Message-ID"
		}
	}
	return ""
}

// ccUnsigned tells whether what a server found rests on a signature that does
// not cover Cc: then a mail that was sent on by somebody else may name anybody
// there. An aligned SPF pass says that it came from the domain's own server, and
// without a signature there is nothing else on which a pass can rest.
func (c *check) ccUnsigned(res *authResults) bool {
	if len(c.header.all("cc")) == 0 {
		return false
	}
	near := func(d string) bool { return d == c.domain || related(d, c.domain) }
	if _, ok := c.alignedResult(res, near, "spf"); ok {
		return false
	}
	signatures := c.candidates()
	for _, i := range signatures {
		tags, err := parseTags(c.header.fields[i].value)
		if err != nil {
			continue
		}
		for name := range strings.SplitSeq(tags["h"], ":") {
			if strings.EqualFold(strings.TrimSpace(name), "cc") {
				return false
			}
		}
	}
	return len(signatures) > 0
}

// candidates lists the signature fields worth a DNS query: of a domain that
// may be aligned, and of a size that costs little.
func (c *check) candidates() []int {
	var list []int
	for i := range c.header.fields {
		f := &c.header.fields[i]
		if f.name != "dkim-signature" || len(f.value) > maxSignature {
			continue
		}
		tags, err := parseTags(f.value)
		if err != nil || strings.Count(tags["h"], ":") >= maxSignedNames {
			continue
		}
		domain := ticketing.NormalizeDomain(tags["d"])
		if validDomain(domain) && (domain == c.domain || related(domain, c.domain)) {
			if list = append(list, i); len(list) == maxSignatures {
				break
			}
		}
	}
	return list
}

// verify has the library check the signature in one field, over the raw bytes
// with the other signature fields left out: one at a time it needs no
// goroutines, so that a fault in it can be caught.
func (c *check) verify(field int) (v *dkim.Verification, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("dkim=permerror")
		}
	}()
	body, err := c.rawWith(field)
	if err != nil {
		return nil, &unknownError{"dkim=temperror" + because("unreadable")}
	}
	options := &dkim.VerifyOptions{MaxVerifications: 1, LookupTXT: c.lookupKey}
	found, err := dkim.VerifyWithOptions(body, options)
	switch {
	case c.ctx.Err() != nil:
		return nil, &unknownError{"dkim=temperror" + because("timeout")}
	case body.failed:
		return nil, &unknownError{"dkim=temperror" + because("unreadable")}
	case err != nil || len(found) != 1:
		return nil, errors.New("dkim=permerror")
	case dkim.IsTempFail(found[0].Err):
		return nil, &unknownError{"dkim=temperror"}
	case found[0].Err != nil:
		return nil, errors.New("dkim=fail")
	}
	return found[0], nil
}

// acceptable tells why a valid signature does not prove the sender, or nil.
func (c *check) acceptable(v *dkim.Verification, policy *dmarcPolicy) error {
	domain := ticketing.NormalizeDomain(v.Domain)
	ok, err := policy.aligned(c.ctx, c.resolver, domain, policy.strictDKIM())
	if err != nil {
		return &unknownError{"dkim=temperror"}
	}
	if !ok {
		return unacceptable("not aligned")
	}
	signed := map[string]bool{}
	for _, name := range v.HeaderKeys {
		signed[strings.ToLower(name)] = true
	}
	for _, name := range []string{"from", "to", "date", "message-id"} {
		if !signed[name] {
			return unacceptable(name + " not signed")
		}
	}
	for _, name := range []string{"subject", "cc"} {
		// An unsigned Cc is anybody's: it would put him on the ticket.
		if !signed[name] && len(c.header.all(name)) > 0 {
			return unacceptable(name + " not signed")
		}
	}
	if err := c.fresh(v); err != nil {
		return err
	}
	recipients := append(slices.Clone(c.header.all("to")), c.header.all("cc")...)
	if !c.trust.addressed(recipients) {
		return unacceptable("not addressed to us")
	}
	return nil
}

// fresh bounds the age of a signature: by its own time, else by the Date that
// it covers.
func (c *check) fresh(v *dkim.Verification) error {
	if !v.Expiration.IsZero() && c.now.After(v.Expiration) {
		return unacceptable("expired")
	}
	at := v.Time
	if at.IsZero() {
		var err error
		if at, err = netmail.ParseDate(c.header.all("date")[0]); err != nil {
			return unacceptable("no time")
		}
	}
	switch age := c.now.Sub(at); {
	case age > cmp.Or(c.trust.SignatureAge, 7*24*time.Hour):
		return unacceptable("too old")
	case age < -maxSignatureAhead:
		return unacceptable("from the future")
	}
	return nil
}

// addressed tells whether one of our addresses is among the recipients.
func (t *Trust) addressed(fields []string) bool {
	for _, value := range fields {
		found, _ := scanMailboxes(value, maxScanned)
		for _, spec := range found {
			if validSpec(spec) && t.ours(ticketing.NormalizeAddress(spec)) {
				return true
			}
		}
	}
	return false
}

// ours compares a normalised address with OwnAddresses and their "+" forms.
func (t *Trust) ours(address string) bool {
	at := strings.LastIndexByte(address, '@')
	local, domain := address[:at], address[at:]
	base, _, _ := strings.Cut(local, "+")
	for _, own := range t.OwnAddresses {
		switch ticketing.NormalizeAddress(own) {
		case domain, address, base + domain:
			return true
		}
	}
	return false
}

// lookupKey gets a key record for the library, and withholds the keys of
// domains that are only testing DKIM (t=y, RFC 6376 §3.6.1).
func (c *check) lookupKey(name string) ([]string, error) {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if !validDomain(name) {
		return nil, &net.DNSError{Err: "bad name", Name: name, IsNotFound: true}
	}
	texts, err := c.resolver.LookupTXT(c.ctx, name)
	if errors.Is(err, ErrNoTXT) {
		return nil, &net.DNSError{Err: "no key", Name: name, IsNotFound: true}
	} else if err != nil {
		return nil, &net.DNSError{Err: "no answer", Name: name, IsTemporary: true}
	}
	for _, text := range texts {
		tags, err := parseTags(text)
		if err != nil {
			continue
		}
		for flag := range strings.SplitSeq(tags["t"], ":") {
			if strings.EqualFold(strings.TrimSpace(flag), "y") {
				return nil, &net.DNSError{Err: "key is for tests", Name: name, IsNotFound: true}
			}
		}
	}
	return texts, nil
}

// rawWith is the mail with only one of its signature fields.
func (c *check) rawWith(field int) (*rawReader, error) {
	h := c.header
	if _, err := c.raw.Seek(h.size, io.SeekStart); err != nil {
		return nil, err
	}
	var block strings.Builder
	for i := range h.fields {
		f := &h.fields[i]
		if f.name == "dkim-signature" && i != field {
			continue
		}
		line := h.raw[f.start:f.end]
		block.WriteString(line)
		if !strings.HasSuffix(line, "\n") {
			block.WriteString("\r\n")
		}
	}
	block.WriteString("\r\n")
	return &rawReader{ctx: c.ctx, r: io.MultiReader(strings.NewReader(block.String()), c.raw)}, nil
}

// rawReader ends early, and remembers it, when the context is over or reading
// fails; to the library that is the end of the mail.
type rawReader struct {
	ctx    context.Context
	r      io.Reader
	failed bool
}

func (r *rawReader) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		r.failed = true
		return 0, io.EOF
	}
	n, err := r.r.Read(p)
	if err != nil && err != io.EOF {
		r.failed = true
		err = io.EOF
	}
	return n, err
}
