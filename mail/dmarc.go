package mail

import (
	"context"
	"errors"
	"strings"
)

// maxDMARC bounds one DMARC record, in bytes.
const maxDMARC = 4 << 10

// dmarcRecord is one DMARC policy record (RFC 9989 §4.7).
type dmarcRecord struct {
	at           string // the domain it was found for, without "_dmarc."
	p, sp, np    string // none, quarantine, reject; sp and np may be ""
	psd          string // y, n or u
	testing      bool   // t=y: the policy is to be applied one step milder
	strictDKIM   bool   // adkim=s
	strictSPF    bool   // aspf=s
	reportsAsked bool   // rua has an address
}

// dmarcPolicy is what the tree walk found for an author domain. Without a
// record, org is the domain itself (RFC 9989 §4.10.2).
type dmarcPolicy struct {
	domain string
	org    string       // organisational domain
	record *dmarcRecord // the record that applies, or nil
}

// discoverDMARC walks up the DNS tree (RFC 9989 §4.10), in at most eight
// queries. It errs only where the DNS gives no answer.
func discoverDMARC(ctx context.Context, r Resolver, domain string) (dmarcPolicy, error) {
	found := dmarcPolicy{domain: domain, org: domain}
	var records []dmarcRecord
	for _, name := range treeWalk(domain) {
		rec, ok, err := lookupDMARC(ctx, r, name)
		if err != nil {
			return found, err
		}
		if !ok {
			continue
		}
		records = append(records, rec)
		if rec.psd == "n" || (rec.psd == "y" && name != domain) {
			break
		}
	}
	if len(records) == 0 {
		return found, nil
	}
	last := records[len(records)-1]
	found.org = last.at
	if last.psd == "y" && last.at != domain {
		found.org = oneBelow(domain, last.at)
	}
	found.record = applying(records, domain, found.org)
	return found, nil
}

// applying chooses the record of the author domain, else that of the
// organisational domain, else that of the public suffix (RFC 9989 §4.10.1).
func applying(records []dmarcRecord, domain, org string) *dmarcRecord {
	for _, at := range []string{domain, org} {
		for i := range records {
			if records[i].at == at {
				return &records[i]
			}
		}
	}
	if last := &records[len(records)-1]; last.psd == "y" {
		return last
	}
	return nil
}

// treeWalk lists the names to be asked: the domain, then its parents; of a
// domain of eight labels or more only the parents of seven and fewer.
func treeWalk(domain string) []string {
	names := []string{domain}
	labels := strings.Split(domain, ".")
	next := len(labels) - 1
	if next >= 7 {
		next = 7
	}
	for ; next >= 1; next-- {
		names = append(names, strings.Join(labels[len(labels)-next:], "."))
	}
	return names
}

// oneBelow gives the name one label below suffix on the way to domain.
func oneBelow(domain, suffix string) string {
	head := strings.TrimSuffix(domain, "."+suffix)
	return head[strings.LastIndexByte(head, '.')+1:] + "." + suffix
}

// lookupDMARC gets the record of one name; of several, none counts.
func lookupDMARC(ctx context.Context, r Resolver, domain string) (dmarcRecord, bool, error) {
	name := "_dmarc." + domain
	if len(name) > 253 {
		return dmarcRecord{}, false, nil
	}
	texts, err := r.LookupTXT(ctx, name)
	if errors.Is(err, ErrNoTXT) {
		return dmarcRecord{}, false, nil
	} else if err != nil {
		return dmarcRecord{}, false, err
	}
	var found dmarcRecord
	n := 0
	for _, text := range texts {
		if !dmarcVersion(text) {
			continue
		}
		n++
		if rec, ok := parseDMARC(text); ok {
			rec.at = domain
			found = rec
		}
	}
	return found, n == 1 && found.at != "", nil
}

// dmarcVersion tells whether a TXT record is meant as a DMARC record: it has
// to begin with the tag v=DMARC1.
func dmarcVersion(text string) bool {
	tag, _, _ := strings.Cut(text, ";")
	name, value, ok := strings.Cut(tag, "=")
	return ok && strings.TrimSpace(name) == "v" && strings.TrimSpace(value) == "DMARC1"
}

// parseDMARC reads a record. Unknown tags are ignored and broken ones take
// their defaults; a record without a valid p counts as p=none if it asks for
// reports, else not at all.
func parseDMARC(text string) (dmarcRecord, bool) {
	if len(text) > maxDMARC {
		return dmarcRecord{}, false
	}
	tags, err := parseTags(text)
	if err != nil {
		return dmarcRecord{}, false
	}
	value := func(name string) string { return strings.ToLower(tags[name]) }
	rec := dmarcRecord{
		p: value("p"), sp: value("sp"), np: value("np"), psd: value("psd"),
		testing:      value("t") == "y",
		strictDKIM:   value("adkim") == "s",
		strictSPF:    value("aspf") == "s",
		reportsAsked: strings.Contains(tags["rua"], ":"),
	}
	valid := isPolicy(rec.p) && (rec.sp == "" || isPolicy(rec.sp)) && (rec.np == "" || isPolicy(rec.np))
	if !valid && !rec.reportsAsked {
		return dmarcRecord{}, false
	}
	if !valid {
		rec.p, rec.sp, rec.np = "none", "", ""
	}
	return rec, true
}

func isPolicy(p string) bool { return p == "none" || p == "quarantine" || p == "reject" }

// parseTags reads a tag list (RFC 6376 §3.2), as DKIM, ARC and DMARC have it.
func parseTags(text string) (map[string]string, error) {
	tags := map[string]string{}
	for item := range strings.SplitSeq(text, ";") {
		name, value, ok := strings.Cut(item, "=")
		name = strings.TrimSpace(name)
		if !ok {
			if name == "" {
				continue
			}
			return tags, errors.New("tag without value")
		}
		if _, twice := tags[name]; twice {
			return tags, errors.New("tag twice")
		}
		if tags[name] = strings.TrimSpace(value); len(tags) > 64 {
			return tags, errors.New("too many tags")
		}
	}
	return tags, nil
}

// policyNone tells whether the published policy is certainly "none" for the
// author domain. Of a record above it, both sp and np have to be: whether the
// domain exists is not looked up.
func (d *dmarcPolicy) policyNone() bool {
	rec := d.record
	if rec == nil {
		return false
	}
	if rec.at == d.domain {
		return rec.mild(rec.p)
	}
	sub, gone := rec.p, rec.p
	if rec.sp != "" {
		sub, gone = rec.sp, rec.sp
	}
	if rec.np != "" {
		gone = rec.np
	}
	return rec.mild(sub) && rec.mild(gone)
}

// mild: nothing is to happen to mail that fails.
func (rec *dmarcRecord) mild(policy string) bool {
	return policy == "none" || (rec.testing && policy == "quarantine")
}

func (d *dmarcPolicy) strictDKIM() bool { return d.record == nil || d.record.strictDKIM }
func (d *dmarcPolicy) strictSPF() bool  { return d.record == nil || d.record.strictSPF }

// aligned tells whether an authenticated domain speaks for the author domain
// (RFC 9989 §4.10.2): strictly if they are the same, else if both have the
// same organisational domain. It errs only where the DNS gives no answer.
func (d *dmarcPolicy) aligned(ctx context.Context, r Resolver, domain string, strict bool) (bool, error) {
	if domain == d.domain {
		return true, nil
	}
	if strict || !related(domain, d.domain) {
		return false, nil
	}
	other, err := discoverDMARC(ctx, r, domain)
	return err == nil && other.org == d.org, err
}

// related tells whether two domains can have the same organisational domain
// at all: they have to share the last label and one more, which saves the
// walk for the signatures of mailing services.
func related(a, b string) bool {
	la, lb := strings.Split(a, "."), strings.Split(b, ".")
	n := 0
	for n < len(la) && n < len(lb) && la[len(la)-1-n] == lb[len(lb)-1-n] {
		n++
	}
	return n >= 2
}
