package mail

import (
	"errors"
	netmail "net/mail"
	"net/netip"
	"strings"

	"deskd/ticketing"
)

// maxReceived bounds one Received field, in bytes.
const maxReceived = 8 << 10

// received is one Received field (RFC 5321 §4.4) as far as it is evidence.
type received struct {
	from, by string // as written, lower case
	with     string // first word of the protocol, upper case
	// authenticated is the login that the field names, in a comment such as
	// "(Authenticated sender: x)"; logins counts such comments.
	authenticated string
	logins        int
}

// parseReceived reads an unfolded field. The name a client gives itself stands
// in the field unquoted and unchecked with some servers, so nothing is taken
// from a field in which a clause occurs twice, or "from X" is not followed by
// "by", or a comment does not end, or the date is none: that is what a client
// called "x by mx.example.com with ESMTPA" leaves.
func parseReceived(value string) (received, error) {
	var rec received
	if len(value) > maxReceived || !plainText(value) {
		return rec, errors.New("field too long or with control characters")
	}
	words, comments, date, err := receivedWords(value)
	if err != nil {
		return rec, err
	}
	if err := checkDate(date); err != nil {
		return rec, err
	}
	by := 0
	if len(words) > 2 && words[0] == "from" {
		rec.from, by = words[1], 2
	}
	if by+1 >= len(words) || words[by] != "by" {
		return rec, errors.New("no by clause")
	}
	rec.by = strings.TrimSuffix(words[by+1], ".")
	clauses := map[string]int{}
	for i, w := range words {
		switch w {
		case "from", "by", "via", "with", "id", "for":
			if clauses[w]++; clauses[w] > 1 {
				return rec, errors.New("clause twice")
			}
			if w == "with" && i+1 < len(words) {
				rec.with = strings.ToUpper(words[i+1])
			}
		}
	}
	for _, c := range comments {
		if login, ok := cutLogin(c); ok {
			rec.authenticated = login
			rec.logins++
		}
	}
	return rec, nil
}

// receivedWords splits a field into its lower-case words, its comments, and
// the date behind the semicolon.
func receivedWords(value string) (words, comments []string, date string, err error) {
	p := &authParser{s: value}
	for {
		if _, err := p.cfws(); err != nil {
			return nil, nil, "", err
		}
		if p.take(';') {
			return words, p.comments, p.s[p.i:], nil
		}
		if p.end() {
			return nil, nil, "", errors.New("no date")
		}
		word := ""
		if p.at('"') {
			text, next, err := cutQuoted(p.s, p.i)
			if err != nil {
				return nil, nil, "", err
			}
			word, p.i = "\""+text, next // never one of our words
		} else {
			word = p.run(func(c byte) bool { return c > ' ' && c != '(' && c != ';' && c != '"' })
		}
		if word == "" || len(words) > 64 || strings.Contains(word, ")") {
			return nil, nil, "", errors.New("not a Received field")
		}
		words = append(words, strings.ToLower(word))
	}
}

// checkDate makes sure that a date, and comments, are all there is: net/mail
// does not look at what follows a comment.
func checkDate(text string) error {
	p := &authParser{s: text}
	var words []string
	for !p.end() {
		if _, err := p.cfws(); err != nil {
			return err
		}
		if word := p.run(func(c byte) bool { return c > ' ' && c != '(' }); word != "" {
			words = append(words, word)
		}
	}
	if len(words) > 6 { // "Tue," "24" "Nov" "2026" "10:00:00" "+0000"
		return errors.New("more than a date at the end")
	}
	if _, err := netmail.ParseDate(strings.Join(words, " ")); err != nil {
		return errors.New("no date")
	}
	return nil
}

// cutLogin reads "Authenticated sender: x" and its relatives.
func cutLogin(comment string) (string, bool) {
	comment = strings.TrimSpace(comment)
	for _, lead := range []string{"authenticated sender:", "authenticated user:", "authenticated as"} {
		if len(comment) > len(lead) && strings.EqualFold(comment[:len(lead)], lead) {
			return strings.TrimSpace(comment[len(lead):]), true
		}
	}
	return "", false
}

// hop tells whether the host of a "by" clause is one of t's: by an exact name
// or by a pattern.
func (t *Trust) hop(host string) bool {
	return t.submissionHost(host) || t.hopPattern(host) ||
		(t.AuthservID != "" && strings.EqualFold(host, t.AuthservID))
}

// submissionHost tells whether TrustedHops has this very name.
func (t *Trust) submissionHost(host string) bool {
	for _, hop := range t.TrustedHops {
		if strings.EqualFold(hop, host) {
			return true
		}
	}
	return false
}

func (t *Trust) hopPattern(host string) bool {
	for _, hop := range t.TrustedHops {
		if suffix, ok := strings.CutPrefix(hop, "*"); ok {
			if len(host) > len(suffix) && strings.EqualFold(host[len(host)-len(suffix):], suffix) {
				return true
			}
		} else if network, err := netip.ParsePrefix(hop); err == nil {
			if addr, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil && network.Contains(addr) {
				return true
			}
		}
	}
	return false
}

// trustedResults finds the topmost Authentication-Results field, provided that
// it stands above the first Received field that our hops did not write (RFC
// 8601 §5, §7.1). Everything below may have come with the mail.
func (h *authHeader) trustedResults(t *Trust) (value string, ok bool) {
	for i := range h.fields {
		switch f := &h.fields[i]; f.name {
		case "authentication-results":
			return f.value, true
		case "received":
			if rec, err := parseReceived(f.value); err != nil || !t.hop(rec.by) {
				return "", false
			}
		}
	}
	return "", false
}

// maxDelivery bounds the lines of final delivery above a submission.
const maxDelivery = 3

// submission finds the Received field by which one of t's servers took the
// mail from a logged-in user (RFC 3848: ESMTPA, ESMTPSA; RFC 6531: UTF8SMTPA,
// UTF8SMTPSA). It is the topmost one; only lines by which our server handed
// the mail to its own store by LMTP may stand above it.
func (h *authHeader) submission(t *Trust) (received, bool) {
	delivered := 0
	for i := range h.fields {
		if h.fields[i].name != "received" {
			continue
		}
		rec, err := parseReceived(h.fields[i].value)
		if err != nil || !t.submissionHost(rec.by) {
			return received{}, false
		}
		switch rec.with {
		case "ESMTPA", "ESMTPSA", "UTF8SMTPA", "UTF8SMTPSA":
			return rec, true
		case "LMTP", "LMTPS":
			if delivered++; delivered > maxDelivery || !t.submissionHost(rec.from) {
				return received{}, false
			}
		default:
			return received{}, false
		}
	}
	return received{}, false
}

// vouchesFor tells whether the submission proves the sender: the login that
// the field names, if it names one, has to be the very address.
func (rec *received) vouchesFor(sender string) bool {
	return rec.logins == 0 ||
		(rec.logins == 1 && ticketing.NormalizeAddress(rec.authenticated) == sender)
}
