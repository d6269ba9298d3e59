package mail

import (
	"errors"
	"strings"

	"deskd/ticketing"
)

// maxScanned bounds the addresses looked at in one field.
const maxScanned = 200

// soleSender returns the one address of the one From field, normalised. It
// errs unless there is exactly one field with exactly one mailbox that every
// program reads alike: RFC 5322 §3.6.2 allows several and RFC 6854 groups,
// but then no verdict about "the" sender is possible.
func soleSender(h *authHeader) (string, error) {
	fields := h.all("from")
	switch {
	case h.hiddenFrom:
		return "", errors.New("hidden From field")
	case len(fields) == 0:
		return "", errors.New("no From field")
	case len(fields) > 1:
		return "", errors.New("several From fields")
	case strings.ContainsFunc(fields[0], func(r rune) bool { return (r < ' ' && r != '\t' && r != '\x1b') || r == 0x7f }):
		return "", errors.New("control characters in From") // ESC: a name in raw ISO-2022-JP
	}
	found, clean := scanMailboxes(fields[0], maxScanned)
	if !clean || len(found) != 1 {
		return "", errors.New("not one From address")
	}
	if !validSpec(found[0]) {
		return "", errors.New("no usable From address")
	}
	return ticketing.NormalizeAddress(found[0]), nil
}

// validSpec tells whether an addr-spec has a local part that needs no
// decoding and a domain name that can be looked up.
func validSpec(spec string) bool {
	at := strings.LastIndexByte(spec, '@')
	if at < 1 || len(spec) > 512 {
		return false
	}
	local := spec[:at]
	if local[0] == '"' {
		if _, next, err := cutQuoted(local, 0); err != nil || next != len(local) {
			return false
		}
	} else if strings.ContainsAny(local, "()<>[]:;@\\,\" \t") || strings.Contains(local, "=?") {
		return false
	}
	return validDomain(ticketing.NormalizeDomain(spec[at+1:]))
}

// validDomain: a name of A-labels, lower case, as the DNS takes it. "_" is
// let pass: it is no host name, but some domains send mail from one.
func validDomain(domain string) bool {
	if len(domain) == 0 || len(domain) > 253 {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if len(label) == 0 || len(label) > 63 {
			return false
		}
		for i := range len(label) {
			if c := label[i]; !isAlnum(c) && c != '-' && c != '_' {
				return false
			}
		}
	}
	return true
}

// mailboxScan finds the addr-specs of an address list.
type mailboxScan struct {
	found []string
	clean bool
	words []string // of the element being read
	word  strings.Builder
	angle bool // the element has had its <…>
}

// scanMailboxes lists the addr-specs of an address field, at most limit. Clean
// is false where the field is not a plain list of mailboxes: groups, two
// addresses without a comma, an address in an unquoted display name, text
// behind "<…>", open quotes or comments, too many.
func scanMailboxes(value string, limit int) (found []string, clean bool) {
	s := &mailboxScan{clean: true}
	for i := 0; i < len(value); {
		if len(s.found) > limit {
			return s.found[:limit], false
		}
		next, ok := s.step(value, i)
		if !ok {
			return s.found, false
		}
		i = next
	}
	s.endElement()
	return s.found, s.clean
}

// step takes what begins at value[i].
func (s *mailboxScan) step(value string, i int) (next int, ok bool) {
	c := value[i]
	if (c == ',' || c == ';' || c == ':') && s.inEncodedWord() {
		c = 0 // some programs leave them bare in an encoded word
	}
	switch c {
	case '\x1b':
		next := skipJIS(value, i)
		s.word.WriteString("\"jis") // never an address
		return next, true
	case '"':
		_, next, err := cutQuoted(value, i)
		if err != nil {
			return 0, false
		}
		s.word.WriteString(value[i:next])
		return next, true
	case '(':
		_, next, err := cutComment(value, i)
		s.endWord()
		return next, err == nil
	case '<':
		return s.takeAngle(value, i)
	case ',':
		s.endElement()
	case ';', ':':
		s.clean = false
		s.endElement()
	case '>':
		return 0, false
	case ' ', '\t':
		s.endWord()
	default:
		s.word.WriteByte(value[i])
	}
	return i + 1, true
}

// skipJIS passes over text in raw ISO-2022-JP (RFC 1468), which old Japanese
// programs put into display names: its bytes are no punctuation. It ends with
// the escape sequence that returns to ASCII, or with the field.
func skipJIS(value string, i int) int {
	for _, ascii := range []string{"\x1b(B", "\x1b(J"} {
		if strings.HasPrefix(value[i:], ascii) {
			return i + len(ascii)
		}
		if n := strings.Index(value[i:], ascii); n > 0 {
			return i + n + len(ascii)
		}
	}
	return len(value)
}

// inEncodedWord tells whether the word being read is an encoded word (RFC
// 2047 §2) that has not ended: "=?charset?encoding?text?=" has four "?".
func (s *mailboxScan) inEncodedWord() bool {
	w := s.word.String()
	return strings.HasPrefix(w, "=?") && strings.Count(w, "?") < 4
}

func (s *mailboxScan) takeAngle(value string, i int) (next int, ok bool) {
	s.endWord()
	for j := i + 1; j < len(value); j++ {
		switch value[j] {
		case '"':
			_, next, err := cutQuoted(value, j)
			if err != nil {
				return 0, false
			}
			j = next - 1
		case '<':
			return 0, false
		case '>':
			if s.angle {
				s.clean = false
			}
			s.angle = true
			s.found = append(s.found, strings.Trim(value[i+1:j], " \t"))
			s.checkName()
			return j + 1, true
		}
	}
	return 0, false
}

// checkName looks for addresses among the words before "<…>". Quoted ones and
// encoded words (RFC 2047) are display names for every program.
func (s *mailboxScan) checkName() {
	for _, w := range s.words {
		encoded := strings.HasPrefix(w, "=?") && strings.HasSuffix(w, "?=")
		if w[0] != '"' && !encoded && strings.Contains(w, "@") {
			s.clean = false
		}
	}
	s.words = nil
}

func (s *mailboxScan) endWord() {
	if s.word.Len() > 0 {
		s.words = append(s.words, s.word.String())
		s.word.Reset()
	}
}

// endElement ends at a comma. Words without an address are taken for a piece
// of a display name that nobody quoted ("Miller, Joe <j@example.org>").
func (s *mailboxScan) endElement() {
	s.endWord()
	if s.angle {
		s.clean = s.clean && len(s.words) == 0
	} else {
		for _, w := range s.words {
			if strings.Contains(strings.Trim(w, "@"), "@") {
				s.found = append(s.found, w)
				s.clean = s.clean && len(s.words) == 1
			} else if strings.Contains(w, "@") {
				s.clean = false
			}
		}
	}
	s.words, s.angle = nil, false
}
