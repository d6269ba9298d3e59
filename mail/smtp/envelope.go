package smtp

import (
	"errors"
	"fmt"
	"strings"

	"deskd/ticketing"
)

// envelope is what SMTP needs to know of a mail beside its text.
type envelope struct {
	from, to string // from "" is the null reverse-path
	id       string // ENVID (RFC 3461 §4.4), or ""
	size     int64  // bytes of the text, for SIZE (RFC 1870)
	utf8     bool   // SMTPUTF8 (RFC 6531)
	eightBit bool   // 8BITMIME (RFC 6152)
}

func (e envelope) nonASCII() string {
	if !isASCII(e.to) {
		return e.to
	}
	return e.from
}

// newEnvelope checks the addresses of a mail. An error is for ever.
func newEnvelope(m ticketing.OutboxMail) (envelope, error) {
	to, err := envelopeAddress(m.Recipient)
	if err != nil {
		return envelope{}, fmt.Errorf("recipient: %w", err)
	}
	e := envelope{to: to, id: envelopeID(m.MessageID), size: draftSize(m.Draft), eightBit: !isASCII(string(m.Draft.Head))}
	if m.EnvelopeFrom != "" {
		if e.from, err = envelopeAddress(m.EnvelopeFrom); err != nil {
			return envelope{}, fmt.Errorf("envelope sender: %w", err)
		}
	}
	e.utf8 = !isASCII(e.from) || !isASCII(e.to)
	return e, nil
}

// Limits of RFC 5321 §4.5.3.1, in bytes, and of RFC 3461 §4.4.
const (
	maxLocalPart  = 64
	maxDomain     = 255
	maxEnvelopeID = 100
)

// envelopeAddress gives an address as MAIL and RCPT carry it: the domain in
// A-labels. It refuses everything that could end the address early and add
// parameters or commands.
func envelopeAddress(address string) (string, error) {
	at := strings.LastIndexByte(address, '@')
	if at < 1 || at == len(address)-1 {
		return "", fmt.Errorf("%q is not an address", oneLine(address, 100))
	}
	for _, r := range address {
		if r <= ' ' || r == 0x7f || strings.ContainsRune("<>\\\"\u0085\u2028\u2029\ufffd", r) {
			return "", fmt.Errorf("%q has characters that an envelope address may not have", oneLine(address, 100))
		}
	}
	local, domain := address[:at], ticketing.NormalizeDomain(address[at+1:])
	switch {
	case strings.ContainsRune(local, '@'):
		return "", fmt.Errorf("%q has two @", oneLine(address, 100))
	case len(local) > maxLocalPart:
		return "", fmt.Errorf("%q: the part before the @ is longer than %d bytes", oneLine(address, 100), maxLocalPart)
	case !isASCII(domain) || domain == "" || len(domain) > maxDomain:
		return "", errors.New("the domain of the address is not one that DNS can hold")
	}
	return local + "@" + domain, nil
}

// envelopeID is the left part of the Message-ID, by which a bounce that
// carries Original-Envelope-Id finds the mail.
func envelopeID(messageID string) string {
	id := strings.TrimPrefix(strings.TrimSpace(messageID), "<")
	id, _, ok := strings.Cut(id, "@")
	if !ok || len(id) > maxEnvelopeID {
		return ""
	}
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return ""
		}
	}
	return id
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
