package mail

import (
	"strings"

	"deskd/ticketing"
)

// The lines of a PGP signature in a text (RFC 9580 §7).
const (
	pgpSigned    = "-----BEGIN PGP SIGNED MESSAGE-----"
	pgpSignature = "-----BEGIN PGP SIGNATURE-----"
	pgpEnd       = "-----END PGP SIGNATURE-----"
	pgpMessage   = "-----BEGIN PGP MESSAGE-----"
)

// withoutArmour gives the words of a text signed by PGP in it: without the
// lines that begin and end the signed text and without the signature, "- "
// before dashes undone. A text without them stays.
func withoutArmour(text string) string {
	if !strings.Contains(text, pgpSigned) {
		return text
	}
	var b strings.Builder
	const (
		outside = iota
		heading
		signed
		signature
	)
	state := outside
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		switch {
		case state == outside && trimmed == pgpSigned:
			state = heading
		case state == heading:
			if trimmed == "" {
				state = signed
			}
		case state == signed && trimmed == pgpSignature:
			state = signature
		case state == signature:
			if trimmed == pgpEnd {
				state = outside
			}
		case state == signed:
			b.WriteString(strings.TrimPrefix(line, "- "))
		default:
			b.WriteString(line)
		}
	}
	if state == heading || state == signature { // cut off
		return text
	}
	return b.String()
}

// notePGP tells of signatures and encryption in the text itself.
func (p *parser) notePGP(text string) {
	if !strings.Contains(text, "-----BEGIN PGP ") {
		return
	}
	for line := range strings.Lines(text) {
		switch strings.TrimSpace(line) {
		case pgpSigned:
			p.problems.add(ticketing.Signed)
		case pgpMessage:
			p.problems.add(ticketing.Encrypted)
		}
	}
}
