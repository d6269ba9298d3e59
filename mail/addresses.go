package mail

import (
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"deskd/ticketing"
)

// maxAddressField is how much of an address field is read, in bytes.
const maxAddressField = 64 << 10

// maxAddress is the longest address, in bytes: 64 before the @ and 255 after it
// (RFC 5321 §4.5.3.1). No mail reaches a longer one, and a database cannot
// index any length.
const maxAddress = 320

// addressList reads an address list (RFC 5322 §3.4) leniently and in linear
// time: one bad address never loses the others, groups are opened, names are
// decoded after the structure is known. At most limit addresses.
func (cs *charsets) addressList(value string, limit int) []ticketing.Address {
	if len(value) > maxAddressField {
		value = value[:maxAddressField]
		cs.problems.add(ticketing.AddressesTooLong)
	}
	value = cs.addressText(value)
	s := addressScanner{cs: cs, rest: value, limit: limit}
	s.scan()
	if len(s.list) == 0 && strings.Contains(value, "=?") {
		if decoded := cs.headerText(value); strings.Contains(decoded, "@") && !strings.Contains(decoded, "=?") {
			s = addressScanner{cs: cs, rest: decoded, limit: limit}
			s.scan()
		}
	}
	if len(s.list) == 0 && s.nameless != "" {
		return s.withoutAddress()
	}
	return s.list
}

// addressText makes the structure of a field readable: raw 8-bit and ISO-2022
// text has bytes that look like quotes and commas, and some web forms
// write the escapes of HTML.
func (cs *charsets) addressText(value string) string {
	if !utf8.ValidString(value) || strings.IndexByte(value, 0x1b) >= 0 {
		value = cs.plainText(value)
	}
	if strings.Contains(value, "&lt;") && strings.IndexByte(value, '<') < 0 {
		value = html.UnescapeString(value)
	}
	return value
}

// withoutAddress tells what a field without any address names.
func (s *addressScanner) withoutAddress() []ticketing.Address {
	switch {
	case undisclosed(s.nameless):
		return nil
	case strings.Contains(s.last, "@") && !strings.ContainsAny(s.last, " <>"): // "Joe (joe@example.org)"
		return []ticketing.Address{{Name: s.nameless, Address: s.cleanAddress(s.last)}}
	case isToken(s.nameless) && len(s.nameless) <= 64: // "MAILER-DAEMON", "root"
		return []ticketing.Address{{Name: s.name(s.last), Address: s.nameless}}
	}
	if words := strings.Fields(s.nameless); len(words) == 3 && strings.EqualFold(words[1], "at") && strings.Contains(words[2], ".") {
		return []ticketing.Address{{Name: s.name(s.last), Address: words[0] + "@" + words[2]}} // as archives write it
	}
	return []ticketing.Address{{Name: s.nameless}}
}

// undisclosed is what programs write for no recipients, as a group or not.
func undisclosed(name string) bool {
	if len(name) < len("undisclosed recipient") {
		return false
	}
	name = strings.ToLower(strings.Trim(name, "<>:; "))
	return strings.HasPrefix(name, "undisclosed") && strings.Contains(name, "recipient")
}

type addressScanner struct {
	cs    *charsets
	rest  string
	limit int
	list  []ticketing.Address

	phrase   strings.Builder // display name or bare address, quotes removed
	quoted   bool            // phrase has a quoted string
	comment  string
	taken    bool   // the current entry gave an address already
	pending  string // "Miller" of an unquoted `Miller, Joe <j@x>`
	nameless string // the last name that came without an address
	last     string // the comment with it
}

func (s *addressScanner) scan() {
	for s.rest != "" && len(s.list) < s.limit {
		c := s.rest[0]
		switch c {
		case '"':
			s.quotedString()
		case '(':
			s.comments()
		case '<':
			s.angle()
		case ',', ';':
			s.rest = s.rest[1:]
			s.finish(c == ',')
		case ':':
			s.rest = s.rest[1:]
			s.colon()
		case '\\':
			s.rest = s.rest[1:]
			if s.rest != "" {
				s.phrase.WriteByte(s.rest[0])
				s.rest = s.rest[1:]
			}
		default:
			s.words()
		}
	}
	if s.rest == "" {
		s.finish(false)
	} else {
		s.cs.problems.addArg(ticketing.TooManyAddresses, s.limit)
	}
}

// words takes ordinary characters, and encoded words (RFC 2047) as a whole:
// there may be anything in them.
func (s *addressScanner) words() {
	end := strings.IndexAny(s.rest, "\"(<,;:\\")
	if end < 0 {
		end = len(s.rest)
	}
	if start := strings.Index(s.rest[:end], "=?"); start >= 0 {
		if _, length, ok := readWord(s.rest[start:]); ok {
			end = start + length
		}
	}
	s.phrase.WriteString(s.rest[:end])
	s.rest = s.rest[end:]
}

// maxQuoted bounds comments and quoted strings, in bytes. What does not end
// before is none: to look for the end of each of many costs too much.
const maxQuoted = 1000

// quotedString takes a quoted string; one that is never closed is an
// ordinary character.
func (s *addressScanner) quotedString() {
	var b strings.Builder
	for i := 1; i < min(len(s.rest), maxQuoted); i++ {
		switch c := s.rest[i]; c {
		case '\\':
			if i+1 < len(s.rest) {
				i++
				b.WriteByte(s.rest[i])
			}
		case '"':
			s.rest = s.rest[i+1:]
			if strings.HasPrefix(s.rest, "@") {
				s.quotedLocal(b.String())
				return
			}
			s.quoted = true
			s.phrase.WriteString(b.String())
			return
		default:
			b.WriteByte(c)
		}
	}
	s.rest = s.rest[1:]
}

// quotedLocal takes an address whose local part was quoted.
func (s *addressScanner) quotedLocal(local string) {
	end := strings.IndexAny(s.rest, " \t,;<(>")
	if end < 0 {
		end = len(s.rest)
	}
	domain := s.rest[:end]
	s.rest = s.rest[end:]
	s.taken = s.add(s.phrase.String(), quoteLocal(local)+domain)
	s.phrase.Reset()
}

// quoteLocal keeps the quotes of a local part that needs them.
func quoteLocal(local string) string {
	if isToken(strings.ReplaceAll(local, ".", "")) && !strings.Contains(local, "..") {
		return local
	}
	return `"` + local + `"`
}

// comments takes a comment, nested ones too.
func (s *addressScanner) comments() {
	depth := 0
	for i := 0; i < min(len(s.rest), maxQuoted); i++ {
		switch s.rest[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				s.comment = s.rest[1:i]
				s.rest = strings.TrimLeft(s.rest[i+1:], " \t")
				if !strings.HasSuffix(s.phrase.String(), " ") {
					s.phrase.WriteByte(' ')
				}
				return
			}
		}
	}
	s.phrase.WriteByte('(')
	s.rest = s.rest[1:]
}

func (s *addressScanner) angle() {
	end := strings.IndexByte(s.rest, '>')
	inside, rest := s.rest[1:], ""
	if end >= 0 {
		inside, rest = s.rest[1:end], s.rest[end+1:]
	} else if comma := strings.IndexByte(inside, ','); comma >= 0 {
		inside, rest = inside[:comma], inside[comma:]
	}
	if open := strings.LastIndexByte(inside, '<'); open >= 0 { // "<<a@b>"
		inside = inside[open+1:]
	}
	s.rest = strings.TrimPrefix(rest, ">")
	phrase := s.phrase.String()
	if whole, ok := strings.CutPrefix(strings.TrimSpace(phrase), "'"); ok && strings.HasPrefix(s.rest, "'") { // 'Joe <joe@example.org>'
		phrase, s.rest = whole, s.rest[1:]
	}
	if n := len(s.list); !s.taken || n == 0 || strings.TrimSpace(phrase) != "" || s.cleanAddress(inside) != s.list[n-1].Address { // "<a@b> <a@b>"
		s.taken = s.add(phrase, inside)
	}
	s.phrase.Reset()
}

// colon ends the name of a group; "mailto:" is no group.
func (s *addressScanner) colon() {
	if strings.EqualFold(strings.TrimSpace(s.phrase.String()), "mailto") || !strings.Contains(s.phrase.String(), "@") {
		if s.nameGoesOn() {
			s.phrase.WriteByte(':')
			return
		}
		s.phrase.Reset()
		return
	}
	s.phrase.WriteByte(':')
}

// nameGoesOn says that the colon belongs to a display name that nobody quoted,
// as in `Support: Joe <joe@example.org>`: a name stands before the address, and
// no group is closed behind it.
func (s *addressScanner) nameGoesOn() bool {
	ahead := s.rest[:min(len(s.rest), maxQuoted)]
	open := strings.IndexByte(ahead, '<')
	if open < 0 || strings.IndexByte(ahead, ';') >= 0 {
		return false
	}
	between := ahead[:open]
	return !strings.ContainsAny(between, ",@") && (s.quoted || strings.TrimSpace(between) != "")
}

// finish ends an entry at a separator.
func (s *addressScanner) finish(comma bool) {
	phrase := strings.TrimSpace(s.phrase.String())
	s.phrase.Reset()
	switch {
	case s.taken:
		if phrase != "" && s.list[len(s.list)-1].Name == "" {
			s.list[len(s.list)-1].Name = s.name(phrase)
		}
	case phrase == "":
	case strings.Contains(phrase, "=?") && strings.Contains(s.cs.headerText(phrase), "<"):
		inner := addressScanner{cs: s.cs, rest: s.cs.headerText(phrase), limit: s.limit - len(s.list)}
		if !strings.Contains(inner.rest, "=?") {
			inner.scan()
		}
		s.list = append(s.list, inner.list...)
	case strings.Contains(phrase, "@"):
		s.bareAddress(phrase)
	default:
		s.nameless, s.last = s.name(phrase), s.comment
		if comma && !s.quoted {
			s.pending = join(s.pending, phrase)
			s.comment, s.quoted = "", false
			return
		}
	}
	s.pending, s.comment, s.taken, s.quoted = "", "", false, false
}

// join puts the parts of a name with commas together; of a long one the end.
func join(pending, phrase string) string {
	if pending == "" || len(pending) > maxQuoted {
		return phrase
	}
	if phrase == "" {
		return pending
	}
	return pending + ", " + phrase
}

// bareAddress splits "Joe joe@example.com" without brackets. Words that are all
// addresses are as many of them.
func (s *addressScanner) bareAddress(phrase string) {
	phrase = strings.Join(strings.Fields(phrase), " ")
	for strings.Contains(phrase, " @") || strings.Contains(phrase, "@ ") {
		phrase = strings.ReplaceAll(strings.ReplaceAll(phrase, " @", "@"), "@ ", "@")
	}
	at := strings.IndexByte(phrase, '@')
	if strings.Contains(phrase[at:], " .") {
		phrase = phrase[:at] + strings.ReplaceAll(strings.ReplaceAll(phrase[at:], " .", "."), ". ", ".")
	}
	words := strings.Fields(phrase)
	if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(word, "@") }) {
		for _, word := range words {
			if len(s.list) < s.limit {
				s.add("", word)
			}
		}
		return
	}
	for i := len(words) - 1; i >= 0; i-- {
		if strings.Contains(words[i], "@") {
			rest := append(append([]string(nil), words[:i]...), words[i+1:]...)
			s.add(strings.Join(rest, " "), words[i])
			return
		}
	}
}

// add lists an address, unless there is neither a name nor an address.
func (s *addressScanner) add(phrase, address string) bool {
	if address = s.cleanAddress(address); len(address) > maxAddress {
		s.cs.problems.addArg(ticketing.AddressTooLong, maxAddress)
		address = ""
	}
	name := strings.TrimSpace(phrase)
	if s.pending != "" {
		name = join(s.pending, name)
		s.pending = ""
	}
	if name == "" {
		name = s.comment
	}
	s.comment = ""
	if strings.HasPrefix(address, "@") { // half of one
		address = ""
	}
	if address == "" && (name == "" || undisclosed(name)) || undisclosed(address) {
		return false
	}
	if address == "" {
		s.nameless = s.name(name)
		s.list = append(s.list, ticketing.Address{Name: s.nameless})
		return true
	}
	s.list = append(s.list, ticketing.Address{Name: s.name(name), Address: address})
	return true
}

// name decodes a display name and takes quotes off that are inside it.
func (s *addressScanner) name(raw string) string {
	name := strings.TrimSpace(s.cs.headerText(raw))
	for len(name) > 1 && (name[0] == '"' && name[len(name)-1] == '"' || name[0] == '\'' && name[len(name)-1] == '\'') {
		name = strings.TrimSpace(name[1 : len(name)-1])
	}
	if open, ok := strings.CutPrefix(name, "("); ok && strings.IndexByte(open, ')') < 0 { // a comment that was cut
		name = open
	}
	return strings.TrimRight(name, ", ")
}

// cleanAddress takes an addr-spec out of what stood between the brackets.
func (s *addressScanner) cleanAddress(raw string) string {
	raw = stripComments(raw)
	if strings.Contains(raw, "=?") {
		raw = s.cs.headerText(raw)
	} else {
		raw = s.cs.plainText(raw)
	}
	if strings.HasPrefix(raw, "@") { // obsolete route (RFC 5322 §4.4)
		if i := strings.LastIndexByte(raw, ':'); i >= 0 {
			raw = raw[i+1:]
		}
	}
	raw = strings.Trim(raw, " \t'<>,;")
	if strings.HasPrefix(raw, "[") && strings.HasSuffix(raw, "]") { // "Joe [joe@example.org]"
		raw = raw[1 : len(raw)-1]
	}
	raw = cutScheme(raw)
	if strings.HasPrefix(raw, `"`) && strings.Contains(raw, `"@`) {
		local, domain, _ := strings.Cut(raw[1:], `"@`)
		return quoteLocal(local) + "@" + stripBlanks(domain)
	}
	raw = strings.Trim(raw, `"`)
	folded := strings.Contains(raw, " @") || strings.Contains(raw, "@ ") || strings.Contains(raw, ". ") || strings.Contains(raw, " .")
	if fields := strings.Fields(raw); len(fields) > 1 && !folded {
		for i, word := range fields { // "<Joe j@x>"
			if _, domain, ok := strings.Cut(word, "@"); ok && (strings.Contains(domain, ".") || i+1 == len(fields)) {
				return word
			} else if ok { // "<j@exam ple.org>"
				raw = strings.Join(fields[i:], "")
				break
			}
		}
	}
	return stripBlanks(raw)
}

// cutScheme takes off what makes an address a link or an Exchange proxy address.
func cutScheme(raw string) string {
	scheme, rest, ok := strings.Cut(raw, ":")
	switch {
	case ok && strings.EqualFold(scheme, "mailto"):
		rest, _, _ = strings.Cut(rest, "?")
		return rest
	case ok && strings.EqualFold(scheme, "smtp"):
		return rest
	}
	return raw
}

// stripComments removes comments (RFC 5322 §3.2.2), nested ones too.
func stripComments(s string) string {
	if strings.IndexByte(s, '(') < 0 {
		return s
	}
	var b strings.Builder
	depth := 0
	for i := range len(s) {
		switch {
		case s[i] == '(':
			depth++
		case s[i] == ')' && depth > 0:
			depth--
		case depth == 0:
			b.WriteByte(s[i])
		}
	}
	if depth > 0 { // never closed: no comment
		return s
	}
	return b.String()
}

// stripBlanks removes all white space.
func stripBlanks(s string) string {
	if !strings.ContainsAny(s, " \t\r\n") {
		return s
	}
	return strings.Join(strings.Fields(s), "")
}
