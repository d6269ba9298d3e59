package main

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"deskd/mail"
	"deskd/ticketing"
)

// The findings about who vouches for senders.
const (
	resultsPart = "results"
	forgedPart  = "forged"
)

// judgeResults: what Authentication-Results the server writes, and whether the
// settings are about them.
func judgeResults(p *probeFacts) []finding {
	top, above, ok := p.seen(trialPlain).trace.Topmost()
	if !ok {
		remedy := "set authserv_id only after a look at mail from outside: to the first word of its topmost Authentication-Results"
		if p.authservID != "" {
			remedy = "see that mail from outside has a field of " + p.authservID + "; if it has none, remove authserv_id"
		}
		return one(gradeWarn, resultsPart, "mail of a logged-in user gets no Authentication-Results here", remedy)
	}
	who := top.AuthservID
	if who == "" {
		who = "a server without authserv-id"
	}
	detail := fmt.Sprintf("the topmost Authentication-Results are by %s: %s", who, results(top))
	if hosts := byHosts(above); len(hosts) > 0 {
		detail += ", below Received by " + strings.Join(hosts, ", ")
	} else {
		detail += ", above every Received"
	}
	if top.Damaged != "" {
		return one(gradeWarn, resultsPart, detail, "what it says cannot be used: "+top.Damaged)
	}
	remedy := p.settle(top, above)
	if remedy == "" {
		return one(gradeOK, resultsPart, detail, "")
	}
	if p.forgery().believable {
		return one(gradeWarn, resultsPart, detail, "do not rely on them, see forged below")
	}
	return one(gradeWarn, resultsPart, detail, remedy)
}

// settle says what to set so that the field is believed, "" if it is already.
func (p *probeFacts) settle(top mail.TraceField, above []mail.TraceField) string {
	var set []string
	switch {
	case top.AuthservID == "" && !p.anonymous:
		set = append(set, "authserv_anonymous = true")
	case top.AuthservID != "" && !strings.EqualFold(top.AuthservID, p.authservID):
		set = append(set, fmt.Sprintf("authserv_id = %q", top.AuthservID))
	}
	hops := slices.Clone(p.hops)
	for _, host := range byHosts(above) {
		if host != top.AuthservID && !(mail.Trust{TrustedHops: hops}).Hop(host) {
			hops = append(hops, hopPattern(host, ticketing.DomainOf(p.address)))
		}
	}
	if len(hops) > len(p.hops) {
		set = append(set, fmt.Sprintf("trusted_hops = [%s]", quoteAll(hops)))
	}
	if len(set) == 0 {
		return ""
	}
	return "set " + strings.Join(set, " and ") + " if mail from outside looks the same"
}

func quoteAll(texts []string) string {
	all := make([]string, len(texts))
	for i, s := range texts {
		all[i] = fmt.Sprintf("%q", s)
	}
	return strings.Join(all, ", ")
}

// hopPattern names a server of a provider that has many: "*." and what is left
// without numbered names, or the network of an address. One of our own domain
// stays as it is: by its exact name those who log in to it are believed.
func hopPattern(host, ownDomain string) string {
	if addr, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		bits := 24
		if addr.Is6() {
			bits = 32
		}
		if network, err := addr.Prefix(bits); err == nil {
			return network.String()
		}
	}
	if host == ownDomain || strings.HasSuffix(host, "."+ownDomain) {
		return host
	}
	rest := host
	for strings.Count(rest, ".") > 1 {
		label, shorter, _ := strings.Cut(rest, ".")
		if !strings.ContainsAny(label, "0123456789") {
			break
		}
		rest = shorter
	}
	if rest == host {
		return host
	}
	return "*." + rest
}

func byHosts(received []mail.TraceField) []string {
	var hosts []string
	for _, f := range received {
		host := f.By
		if host == "" {
			host = "(unreadable)"
		}
		if !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

func results(f mail.TraceField) string {
	if f.Damaged != "" {
		return clip(f.Value, 200)
	}
	texts := make([]string, len(f.Results))
	for i, r := range f.Results {
		texts[i] = r.String()
	}
	if len(texts) == 0 {
		return "none"
	}
	return clip(strings.Join(texts, ", "), 200)
}

// forgery is what became of the forged results.
type forgery struct {
	tried    bool
	survived []string // how each field that is still there is named
	// believable: one of them stands above everything the server wrote.
	believable bool
	// ours: nothing of the server's own stands in the mail at all.
	alone bool
}

func (p *probeFacts) forgery() forgery {
	t := p.seen(trialForged)
	if t == nil {
		return forgery{}
	}
	f := forgery{tried: true, alone: true}
	fields := t.trace.All("authentication-results")
	for i, field := range fields {
		if !forgedField(field) {
			f.alone = false
			continue
		}
		f.believable = f.believable || i == 0
		name := field.AuthservID
		if name == "" {
			name = "no name"
		}
		f.survived = append(f.survived, name)
	}
	return f
}

// forgedField reports whether a field is one that we sent along.
func forgedField(f mail.TraceField) bool {
	return strings.Contains(f.Value, forgedNamed) || strings.Contains(f.Value, forgedAnonymous)
}

// judgeForged: whether results that came with a mail pass for the server's.
func judgeForged(p *probeFacts) []finding {
	f := p.forgery()
	switch {
	case !f.tried:
		return notSeen(forgedPart, "a mail with forged Authentication-Results", p.trials[trialForged])
	case len(f.survived) == 0:
		return one(gradeOK, forgedPart, "forged Authentication-Results are taken out of mail", "")
	case !f.believable:
		return one(gradeOK, forgedPart, fmt.Sprintf("forged Authentication-Results (by %s) stay in mail, but below the server's own, and only the topmost counts",
			strings.Join(f.survived, ", ")), "")
	}
	where := "above the server's own"
	if f.alone {
		where = "where the server writes none of its own"
	}
	detail := fmt.Sprintf("forged Authentication-Results (by %s) stay in mail, %s", strings.Join(f.survived, ", "), where)
	if p.trusts(p.seen(trialForged).trace) {
		return one(gradeFail, forgedPart, detail+", and are believed: whoever can send mail this way can write as anybody",
			"remove authserv_id and authserv_anonymous, or have the server take such fields out")
	}
	return one(gradeWarn, forgedPart, detail, "do not set authserv_id or authserv_anonymous before the server takes such fields out")
}

// trusts reports whether the topmost results of a mail are believed by the
// present settings.
func (p *probeFacts) trusts(t mail.Trace) bool {
	top, above, ok := t.Topmost()
	if !ok {
		return false
	}
	for _, f := range above {
		if f.Damaged != "" || !p.trust.Hop(f.By) {
			return false
		}
	}
	if top.AuthservID == "" {
		return p.anonymous
	}
	return p.authservID != "" && strings.EqualFold(top.AuthservID, p.authservID)
}

func notSeen(part, what string, t *trial) []finding {
	switch {
	case t == nil:
		return nil
	case t.fault != "":
		return untried(part, t)
	case t.Refused != nil:
		return one(gradeOK, part, what+" is refused: "+t.Refused.Error(), "")
	}
	return one(gradeWarn, part, what+" did not arrive, so it is not known what becomes of it", "wait longer with --wait, or look into the junk folder")
}

// judgeQuoted: whether a server copies an envelope sender into its results
// without the quotation marks that keep it in its place. Nothing in such a
// field tells of it afterwards.
func judgeQuoted(p *probeFacts) []finding {
	const part = "quoting"
	t := p.trials[trialQuoted]
	switch {
	case t == nil || t.fault != "":
		return untried(part, t)
	case t.Refused != nil:
		return one(gradeOK, part, "an envelope sender with punctuation in quotation marks is refused", "")
	case !t.seen:
		return one(gradeOK, part, "a mail from an envelope sender with punctuation in quotation marks does not arrive", "")
	}
	for _, f := range t.trace.All("authentication-results") {
		at := strings.Index(f.Value, quotedLocal)
		if at < 0 || at > 0 && f.Value[at-1] == '"' {
			continue // changed or quoted: it cannot pass for a result
		}
		detail := "the server copies the envelope sender into its Authentication-Results without quotation marks: anybody can write dmarc=pass there"
		if p.authservID != "" || p.anonymous {
			return one(gradeFail, part, detail, "remove authserv_id and authserv_anonymous until the server is mended")
		}
		return one(gradeWarn, part, detail, "do not set authserv_id or authserv_anonymous until the server is mended")
	}
	return one(gradeOK, part, "an envelope sender with punctuation cannot add to the server's Authentication-Results", "")
}

// judgeExchange: whether a mark that only Exchange may write passes.
func judgeExchange(p *probeFacts) []finding {
	const part = "exchange"
	t := p.seen(trialForged)
	if t == nil {
		return nil
	}
	forged := slices.ContainsFunc(t.trace.All(strings.ToLower(exchangeField)), func(f mail.TraceField) bool {
		return strings.Contains(f.Value, forgedExchange)
	})
	real := p.seen(trialPlain).trace.First(strings.ToLower(exchangeField))
	switch {
	case forged && p.exchangeInternal:
		return one(gradeFail, part, "a forged "+exchangeField+" stays in mail, and is believed", "set trust_exchange_internal = false")
	case forged:
		return one(gradeOK, part, "a forged "+exchangeField+" stays in mail; leave trust_exchange_internal at false", "")
	case strings.EqualFold(real, "Internal") && !p.exchangeInternal:
		return one(gradeOK, part, "Exchange marks mail of its own users as internal, and takes out forged marks",
			"set trust_exchange_internal = true if agents in this tenant are held for review")
	}
	return one(gradeOK, part, "a forged "+exchangeField+" is taken out", "")
}
