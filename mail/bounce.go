package mail

import (
	"regexp"
	"strings"

	"deskd/ticketing"
)

// maxBounced bounds the recipients of one report, and maxBlocks the blocks of
// fields that are read for them: several may be about one recipient.
const (
	maxBounced = 100
	maxBlocks  = 1000
)

// findBounce reads a delivery report (mail-rules §4): the machine-readable
// part where there is one, else the prose of a mail daemon. It returns nil
// for any other mail, in particular for one that a person forwarded. People
// write of errors and delays too, and some call themselves administrators:
// words count only if a mail server's address is their sender, or if a server's
// name and an empty Return-Path come together.
func (p *parser) findBounce(f *mailFacts) (*ticketing.BounceReport, string) {
	if b := p.refused(f); b != nil {
		return b, "a disposition notification that refuses the mail (RFC 5429 §2.1.2)"
	}
	if f.reportType == "disposition-notification" || f.reportType == "feedback-report" || f.disposition || f.complaint {
		return nil, ""
	}
	report := f.reportType == "delivery-status"
	if (f.reportType != "" || f.server) && len(p.report) > 0 {
		if b := parseDeliveryStatus(string(p.report)); b != nil {
			newProse(p).complete(b, f.h)
			p.completeBounce(b, f)
			return b, "a delivery status notification (RFC 3464)"
		}
	}
	if b := readNotification(f.h, p.msg.Text); b != nil {
		p.completeBounce(b, f)
		return b, "a notification of Amazon SES"
	}
	if p.method != "" || !report && !f.server && !bounceSubject(f.subject) {
		return nil, ""
	}
	prose := newProse(p)
	if !report && !f.server {
		if !p.toldByMachine(f, prose) {
			return nil, ""
		}
		return p.reportInWords(prose, f), "a delivery failure, told as machines do"
	}
	if b := parseDeliveryStatus(prose.fields); b != nil && len(b.Recipients) > 0 {
		b.InWords = true
		prose.complete(b, f.h)
		p.completeBounce(b, f)
		return b, "a delivery status notification (RFC 3464) in the text"
	}
	if !report && !strings.HasPrefix(strings.TrimSpace(p.msg.Text), "Hi. This is the") &&
		!f.h.has("X-Failed-Recipients") && !f.bounceSubject() && !prose.failure() && !(programAddress(p.msg) && prose.answered()) {
		return nil, ""
	}
	b := p.reportInWords(prose, f)
	if len(b.Recipients) == 0 {
		return b, "an unrecognised delivery notice"
	}
	return b, "a delivery failure told by a mail daemon"
}

// refused reads the notification with which Sieve and Dovecot refuse a mail (RFC
// 5429 §2.1.2): a receipt by its form, but the mail did not reach its reader.
func (p *parser) refused(f *mailFacts) *ticketing.BounceReport {
	if !f.disposition || !containsAny(strings.ToLower(f.h.first("Auto-Submitted")), []string{"rejected", "refused"}) &&
		!containsAny(strings.ToLower(shorten(p.msg.Text, maxJudged)), refusedWords) {
		return nil
	}
	r := ticketing.BouncedRecipient{Action: "failed", Diagnostic: strings.Join(strings.Fields(shorten(p.msg.Text, maxProseLine)), " ")}
	b := &ticketing.BounceReport{}
	unread := false
	for name, value := range statusFields(string(p.report)) {
		switch name {
		case "final-recipient", "original-recipient":
			if address := typedAddress(value); !complete(r.Address) || name == "original-recipient" && complete(address) {
				r.Address = address
			}
		case "original-message-id":
			b.OriginalMessageID = oneID(value)
		case "disposition": // one that was shown has arrived
			unread = containsAny(strings.ToLower(value), []string{"deleted", "denied", "failed"})
		}
	}
	if !unread || r.Address == "" {
		return nil
	}
	addBounced(b, r)
	p.completeBounce(b, f)
	return b
}

// refusedWords are those of Dovecot, Pigeonhole and Cyrus.
var refusedWords = []string{"was automatically rejected", "was rejected by", "has been automatically rejected", "automatically refused"}

func (p *parser) reportInWords(pr *prose, f *mailFacts) *ticketing.BounceReport {
	b := pr.report(f.h)
	b.InWords = true
	p.completeBounce(b, f)
	return b
}

// completeBounce adds what the returned mail says.
func (p *parser) completeBounce(b *ticketing.BounceReport, f *mailFacts) {
	if p.returned != nil && p.returned.has("Message-ID") {
		b.OriginalMessageID = oneID(p.returned.first("Message-ID"))
	}
	for _, h := range p.nested {
		if b.OriginalMessageID == "" {
			b.OriginalMessageID = oneID(h.first("Message-ID"))
		}
	}
	if b.OriginalMessageID == "" {
		b.OriginalMessageID = oneID(fieldInText(p.msg.Text, "message-id:"))
	}
	if b.OriginalMessageID == "" && len(p.msg.InReplyTo) == 1 {
		b.OriginalMessageID = p.msg.InReplyTo[0]
	}
	if refs := p.msg.References; b.OriginalMessageID == "" && len(refs) > 0 {
		b.OriginalMessageID = refs[len(refs)-1]
	}
	if id := b.OriginalMessageID; id != "" && !containsFold(p.msg.EmbeddedIDs, id) {
		p.msg.EmbeddedIDs = append(p.msg.EmbeddedIDs, id)
	}
	for _, r := range b.Recipients {
		b.Permanent = b.Permanent || r.Action == "failed" && lasting(r.Status, r.Diagnostic)
	}
}

// complete says that an address has a domain: those of X.400 and of programs
// have none.
func complete(address string) bool {
	_, domain, ok := strings.Cut(address, "@")
	return ok && strings.Contains(domain, ".") && !strings.HasPrefix(address, "/")
}

// parseDeliveryStatus reads RFC 3464 fields leniently: any order, missing
// fields, blank lines in odd places, diagnostics of any type. It returns nil
// when there is nothing of a delivery report in it.
func parseDeliveryStatus(text string) *ticketing.BounceReport {
	b := &ticketing.BounceReport{}
	var current ticketing.BouncedRecipient
	seen := map[string]bool{}
	known := false
	blocks := 0
	flush := func() {
		blocks++
		if seen["recipient"] || seen["action"] || seen["status"] {
			addBounced(b, current)
		}
		current, seen = ticketing.BouncedRecipient{}, map[string]bool{}
	}
	for name, value := range statusFields(text) {
		switch name {
		case "reporting-mta", "arrival-date", "received-from-mta":
			known = true
		case "original-envelope-id":
			known = true
			b.OriginalEnvelope = shorten(value, 255)
		case "x-original-message-id":
			b.OriginalMessageID = oneID(value)
		case "original-recipient", "final-recipient", "x-actual-recipient":
			if seen[name] || name == "final-recipient" && seen["action"] && seen["recipient"] && current.Address != "" && seen["final-recipient"] {
				flush()
			}
			seen[name], seen["recipient"] = true, true
			if address := typedAddress(value); address != "" && (current.Address == "" || name == "original-recipient" && complete(address) || !complete(current.Address) && complete(address)) {
				current.Address = address
			}
		case "action":
			seen["action"] = true
			current.Action = actionOf(value)
		case "status":
			seen["status"] = true
			current.Status = enhancedCode(value)
		case "diagnostic-code":
			if current.Diagnostic == "" {
				current.Diagnostic = diagnosticText(value)
			}
		case "":
			flush()
		}
		if len(b.Recipients) >= maxBounced || blocks >= maxBlocks {
			break
		}
	}
	flush()
	if len(b.Recipients) == 0 && !known {
		return nil
	}
	return b
}

// statusFields yields the fields, names in lower case, folded lines joined,
// and "" for a blank line.
func statusFields(text string) func(yield func(name, value string) bool) {
	return func(yield func(name, value string) bool) {
		name, value := "", ""
		emit := func() bool {
			if name == "" {
				return true
			}
			n, v := name, strings.TrimSpace(value)
			name, value = "", ""
			return yield(n, v)
		}
		for line := range strings.Lines(strings.ToValidUTF8(text, "\uFFFD")) {
			line = strings.TrimRight(line, "\r\n")
			switch head, rest, ok := strings.Cut(line, ":"); {
			case strings.TrimSpace(line) == "":
				if !emit() || !yield("", "") {
					return
				}
			case line[0] == ' ' || line[0] == '\t':
				if len(value) < 4096 {
					value += " " + strings.TrimSpace(line)
				}
			case ok && isToken(strings.TrimSpace(head)):
				if !emit() {
					return
				}
				name, value = strings.ToLower(strings.TrimSpace(head)), rest
			default: // an unfolded continuation
				if len(value) < 4096 {
					value += " " + strings.TrimSpace(line)
				}
			}
		}
		emit()
	}
}

// addBounced adds a recipient, joining what two blocks say of one address.
func addBounced(b *ticketing.BounceReport, r ticketing.BouncedRecipient) {
	// What the last server said is nearer to the fault than what a relay made
	// of it: "5.0.0", or "4.4.7" for every mail it gave up.
	if better := enhancedCode(r.Diagnostic); better != "" && !strings.HasPrefix(r.Status, "2") && (better[0] != '2' || r.Status == "") {
		r.Status = better
	}
	if r.Status == "" {
		r.Status = statusOfWords(r.Diagnostic)
	}
	if r.Action == "" {
		r.Action = actionByStatus(r.Status)
	}
	r.Address = shorten(cleanText(r.Address), maxAddress)
	r.Diagnostic = shorten(cleanText(r.Diagnostic), 1000)
	for i := range b.Recipients {
		if known := &b.Recipients[i]; strings.EqualFold(known.Address, r.Address) {
			if r.Action == "failed" && known.Action != "failed" { // it was passed on to several
				*known = r
				return
			}
			if known.Diagnostic == "" {
				known.Diagnostic = r.Diagnostic
			}
			if known.Status == "" || generic(known.Status) && r.Status != "" {
				known.Status = r.Status
			}
			return
		}
	}
	b.Recipients = append(b.Recipients, r)
}

func generic(status string) bool { return strings.HasSuffix(status, ".0.0") }

// typedAddress reads `rfc822; joe@example.com` and `utf-8; jörg@example.com`
// (RFC 6533 §3).
func typedAddress(value string) string {
	kind, rest, ok := strings.Cut(value, ";")
	if ok {
		value = rest
	}
	if strings.EqualFold(strings.TrimSpace(kind), "utf-8") {
		return strings.Trim(stripBlanks(value), "<>")
	}
	if found := findAddresses(value, 1); len(found) > 0 {
		return found[0]
	}
	return strings.Trim(stripBlanks(value), "<>")
}

// findAddresses finds at most n addresses, without what stands around them.
func findAddresses(s string, n int) []string {
	found := addressPattern.FindAllString(s, n)
	for i, address := range found {
		address = strings.TrimLeft(address, "'.=/")
		for _, name := range []string{"recipient=", "rcpt=", "to=", "address=", "email=", "smtp="} {
			if len(address) > len(name) && strings.EqualFold(address[:len(name)], name) {
				address = address[len(name):]
			}
		}
		found[i] = address
	}
	return found
}

func actionOf(value string) string {
	value = strings.ToLower(value)
	for _, action := range []string{"failed", "delayed", "delivered", "relayed", "expanded"} {
		if strings.Contains(value, action) {
			return action
		}
	}
	if strings.Contains(value, "deliverable-but-rejected") || strings.Contains(value, "fail") || strings.Contains(value, "expire") || strings.Contains(value, "error") {
		return "failed"
	}
	return ""
}

func actionByStatus(status string) string {
	switch {
	case strings.HasPrefix(status, "4"):
		return "delayed"
	case strings.HasPrefix(status, "2"):
		return "delivered"
	}
	return "failed"
}

// diagnosticText drops the type in front: `smtp; 550 5.1.1 …`.
func diagnosticText(value string) string {
	kind, rest, ok := strings.Cut(value, ";")
	if ok && isToken(strings.TrimSpace(kind)) && len(kind) < 30 {
		return strings.TrimSpace(rest)
	}
	return value
}

var (
	addressPattern  = regexp.MustCompile(`[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9]`)
	enhancedPattern = regexp.MustCompile(`(?:^|[^0-9.])([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:[^0-9.]|\.?$|\.[^0-9])`)
	replyPattern    = regexp.MustCompile(`(?:^|[^0-9.#])([45][0-5][0-9])(?:[ \-:,)]|$)`)
)

// enhancedCode finds an RFC 3463 code.
func enhancedCode(s string) string {
	if found := enhancedPattern.FindStringSubmatch(s); found != nil {
		return found[1]
	}
	return ""
}
