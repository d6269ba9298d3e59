package mail

import (
	"errors"
	"strings"
	"unicode/utf8"

	"deskd/ticketing"
)

// Limits of an Authentication-Results field. Real ones stay far below.
const (
	maxAuthRes      = 16 << 10 // bytes of the unfolded field
	maxAuthResults  = 64       // method results in one field
	maxAuthProps    = 32       // properties of one result
	maxAuthComments = 128      // comments in one field
	maxCommentDepth = 8        // comments inside comments
)

// authResults is one Authentication-Results field (RFC 8601 §2.2).
type authResults struct {
	id      string // authserv-id, "" where the field has none
	results []methodResult
}

// methodResult is one resinfo: "dkim=pass reason=… header.d=…".
type methodResult struct {
	method, result string // lower case
	props          []authProp
	comments       []string
}

// authProp is one propspec. Domain is what stands after "@" in value, or the
// whole value, normalised as a domain name; "" if it cannot be one.
type authProp struct {
	name   string // "ptype.property", lower case
	value  string
	domain string
}

// prop returns the only property of that name; ok is false if there is none
// or more than one.
func (m *methodResult) prop(names ...string) (found authProp, ok bool) {
	n := 0
	for _, p := range m.props {
		for _, name := range names {
			if p.name == name {
				found = p
				n++
			}
		}
	}
	return found, n == 1
}

// parseAuthResults reads an unfolded field value by the grammar of RFC 8601
// §2.2. Whatever the grammar does not allow is an error, because a field that
// two programs read differently proves nothing. Allowed beyond it, since large
// servers write it and it cannot be mistaken for anything else:
//
//   - "action=" beside the properties, and a ";" at the end (Microsoft 365);
//   - "/", ":", "=", "[", "]" and "?" in unquoted property values (base64
//     signature heads, IPv6 addresses);
//   - "<>" or nothing as a property value, for the null reverse-path (Microsoft
//     365, Google);
//   - with anonymous, a field without authserv-id (Microsoft 365).
//
// Refused although the grammar allows it: a comment with an unpaired quotation
// mark. It is what is left of a quoted local part that closed the comment.
func parseAuthResults(value string, anonymous bool) (authResults, error) {
	if len(value) > maxAuthRes {
		return authResults{}, errors.New("field too long")
	}
	if !plainText(value) {
		return authResults{}, errors.New("not plain text")
	}
	p := &authParser{s: value}
	var res authResults
	first, err := p.start(&res, anonymous)
	if err != nil {
		return authResults{}, err
	}
	for more := true; more; {
		more, err = p.resinfo(&res, first)
		if err != nil {
			return authResults{}, err
		}
		first = false
	}
	return res, nil
}

// plainText tells whether s is UTF-8 without control characters but tab.
func plainText(s string) bool {
	for i := range len(s) {
		if (s[i] < ' ' && s[i] != '\t') || s[i] == 0x7f {
			return false
		}
	}
	return utf8.ValidString(s)
}

// authParser walks over one field value.
type authParser struct {
	s        string
	i        int
	comments []string // read by cfws since the last reset
	total    int      // comments read in all
}

func (p *authParser) end() bool { return p.i >= len(p.s) }

func (p *authParser) at(c byte) bool { return p.i < len(p.s) && p.s[p.i] == c }

func (p *authParser) take(c byte) bool {
	if p.at(c) {
		p.i++
		return true
	}
	return false
}

// cfws passes over comments and blanks and tells whether there were any.
func (p *authParser) cfws() (bool, error) {
	start := p.i
	for !p.end() {
		switch p.s[p.i] {
		case ' ', '\t':
			p.i++
		case '(':
			text, next, err := cutComment(p.s, p.i)
			if err != nil {
				return false, err
			}
			if p.total++; p.total > maxAuthComments {
				return false, errors.New("too many comments")
			}
			p.comments = append(p.comments, text)
			p.i = next
		default:
			return p.i > start, nil
		}
	}
	return p.i > start, nil
}

// start reads the authserv-id and its version. The result tells that the
// field has no authserv-id, so that its first resinfo has no ";" before it.
func (p *authParser) start(res *authResults, anonymous bool) (bool, error) {
	if _, err := p.cfws(); err != nil {
		return false, err
	}
	id, err := p.value(isTokenByte)
	if err != nil {
		return false, err
	}
	blank, err := p.cfws()
	if err != nil {
		return false, err
	}
	if p.at('=') || p.at('/') {
		if !anonymous {
			return false, errors.New("no authserv-id")
		}
		p.i, p.comments, p.total = 0, nil, 0
		return true, nil
	}
	if blank && !p.end() && !p.at(';') {
		version := p.run(isDigit)
		if version != "1" {
			return false, errors.New("unknown version")
		}
		if _, err := p.cfws(); err != nil {
			return false, err
		}
	}
	if !p.at(';') {
		return false, errors.New("no results")
	}
	res.id = id
	return false, nil
}

// resinfo reads one result, or the "none" that stands for no result. It tells
// whether another may follow.
func (p *authParser) resinfo(res *authResults, first bool) (bool, error) {
	if !first && !p.take(';') {
		return false, errors.New("result without semicolon")
	}
	p.comments = nil
	if _, err := p.cfws(); err != nil {
		return false, err
	}
	if p.end() && len(res.results) > 0 {
		return false, nil // ";" at the end
	}
	var m methodResult
	none, err := p.methodspec(&m, len(res.results) == 0 && !first)
	if err != nil || none {
		return false, err
	}
	if err := p.propspecs(&m); err != nil {
		return false, err
	}
	m.comments = p.comments
	if res.results = append(res.results, m); len(res.results) > maxAuthResults {
		return false, errors.New("too many results")
	}
	return !p.end(), nil
}

// methodspec reads "method/version=result". With mayBeNone it may be the
// single word "none" (no-result), which has to end the field.
func (p *authParser) methodspec(m *methodResult, mayBeNone bool) (none bool, err error) {
	if m.method, err = p.keyword(); err != nil {
		return false, err
	}
	if _, err = p.cfws(); err != nil {
		return false, err
	}
	if mayBeNone && m.method == "none" && p.end() {
		return true, nil
	}
	if p.take('/') {
		if _, err = p.cfws(); err != nil {
			return false, err
		}
		if p.run(isDigit) != "1" {
			return false, errors.New("unknown method version")
		}
		if _, err = p.cfws(); err != nil {
			return false, err
		}
	}
	if !p.take('=') {
		return false, errors.New("method without result")
	}
	if _, err = p.cfws(); err != nil {
		return false, err
	}
	m.result, err = p.keyword()
	return false, err
}

// propspecs reads everything after the result, up to ";" or the end.
func (p *authParser) propspecs(m *methodResult) error {
	reason, action := false, false
	for {
		blank, err := p.cfws()
		if err != nil {
			return err
		}
		if p.end() || p.at(';') {
			return nil
		}
		if !blank {
			return errors.New("no blank between properties")
		}
		word, err := p.keyword()
		if err != nil {
			return err
		}
		if _, err := p.cfws(); err != nil {
			return err
		}
		if p.take('.') {
			if err := p.property(m, word); err != nil {
				return err
			}
			continue
		}
		if !p.take('=') {
			return errors.New("stray word")
		}
		switch {
		case word == "reason" && !reason && len(m.props) == 0:
			reason = true
		case word == "action" && !action:
			action = true
		default:
			return errors.New("property without type")
		}
		if _, err := p.cfws(); err != nil {
			return err
		}
		if _, err := p.value(isTokenByte); err != nil {
			return err
		}
	}
}

// property reads a propspec after its "ptype.".
func (p *authParser) property(m *methodResult, ptype string) error {
	if _, err := p.cfws(); err != nil {
		return err
	}
	name, err := p.keyword()
	if err != nil {
		return err
	}
	if _, err := p.cfws(); err != nil {
		return err
	}
	if !p.take('=') {
		return errors.New("property without value")
	}
	if _, err := p.cfws(); err != nil {
		return err
	}
	value, err := p.pvalue()
	if err != nil {
		return err
	}
	m.props = append(m.props, authProp{name: ptype + "." + name, value: value, domain: domainIn(value)})
	if len(m.props) > maxAuthProps {
		return errors.New("too many properties")
	}
	return nil
}

// pvalue reads the value of a property: a word, a quoted-string, an address
// with or without local part, or nothing.
func (p *authParser) pvalue() (string, error) {
	if p.end() || p.at(';') {
		return "", nil
	}
	if strings.HasPrefix(p.s[p.i:], "<>") {
		p.i += 2
		return "", nil
	}
	quoted := p.at('"')
	value, err := p.value(isValueByte)
	if err != nil {
		return "", err
	}
	address := value
	if quoted {
		address = ""
		if p.at('@') { // the quotation was a local part
			address = p.run(isValueByte)
			value += address
		}
	}
	if strings.Count(address, "@") > 1 {
		return "", errors.New("two at signs in a value")
	}
	return value, nil
}

// domainIn gives the domain of an address, or of a bare domain name.
func domainIn(value string) string {
	domain := ticketing.NormalizeDomain(value[strings.LastIndexByte(value, '@')+1:])
	if !validDomain(domain) {
		return ""
	}
	return domain
}

// keyword reads an LDH string (RFC 5321 §4.1.2 Keyword), lower-cased.
func (p *authParser) keyword() (string, error) {
	word := p.run(func(c byte) bool { return isAlnum(c) || c == '-' })
	if word == "" || strings.HasSuffix(word, "-") {
		return "", errors.New("keyword expected")
	}
	return strings.ToLower(word), nil
}

// value reads a quoted-string, unquoted, or a run of allowed bytes.
func (p *authParser) value(allowed func(byte) bool) (string, error) {
	if p.at('"') {
		text, next, err := cutQuoted(p.s, p.i)
		p.i = next
		return text, err
	}
	if run := p.run(allowed); run != "" {
		return run, nil
	}
	return "", errors.New("value expected")
}

func (p *authParser) run(allowed func(byte) bool) string {
	start := p.i
	for !p.end() && allowed(p.s[p.i]) {
		p.i++
	}
	return p.s[start:p.i]
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isAlnum(c byte) bool { return isDigit(c) || (c|0x20 >= 'a' && c|0x20 <= 'z') }

// isTokenByte: token of RFC 2045 §5.1, with UTF-8 (RFC 8616).
func isTokenByte(c byte) bool {
	return c > ' ' && c != 0x7f && strings.IndexByte(`()<>@,;:\"/[]?=`, c) < 0
}

// isValueByte: an unquoted property value, which may be an address.
func isValueByte(c byte) bool {
	return c > ' ' && c != 0x7f && strings.IndexByte(`()<>,;\"`, c) < 0
}

// cutComment reads the comment (RFC 5322 §3.2.2) that begins at s[i] and
// returns its text and the index after it.
func cutComment(s string, i int) (text string, next int, err error) {
	depth, quotes := 0, 0
	for j := i; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case '"':
			quotes++
		case '(':
			if depth++; depth > maxCommentDepth {
				return "", j, errors.New("comments nested too deeply")
			}
		case ')':
			if depth--; depth == 0 {
				if quotes%2 != 0 {
					return "", j, errors.New("unpaired quotation mark")
				}
				return s[i+1 : j], j + 1, nil
			}
		}
	}
	return "", len(s), errors.New("comment without end")
}

// cutQuoted reads the quoted-string (RFC 5322 §3.2.4) that begins at s[i] and
// returns its content, without quotes and backslashes, and the index after it.
func cutQuoted(s string, i int) (text string, next int, err error) {
	var b strings.Builder
	for j := i + 1; j < len(s); j++ {
		switch s[j] {
		case '"':
			return b.String(), j + 1, nil
		case '\\':
			if j++; j < len(s) {
				b.WriteByte(s[j])
			}
		default:
			b.WriteByte(s[j])
		}
	}
	return "", len(s), errors.New("quotation without end")
}

// contradiction tells why the results cannot all be true of one mail, or "".
// RFC 8601 lets a mail have several DKIM signatures, each with its result;
// it has one DMARC result and one SPF result for each identity.
func (a *authResults) contradiction() string {
	seen := map[string]string{}
	for i := range a.results {
		m := &a.results[i]
		key := ""
		switch m.method {
		case "dmarc":
			key = "dmarc"
		case "spf":
			key = "spf " + m.identity("smtp.mailfrom", "smtp.mail", "smtp.mfrom")
		case "dkim":
			key = "dkim " + m.values()
		default:
			continue
		}
		before, again := seen[key]
		if again && (m.method == "dmarc" || before != m.result) {
			return "two results for " + m.method
		}
		seen[key] = m.result
	}
	return ""
}

// identity says which SMTP identity a result is about.
func (m *methodResult) identity(mailFrom ...string) string {
	for _, p := range m.props {
		for _, name := range mailFrom {
			if p.name == name {
				return "mailfrom"
			}
		}
	}
	for _, p := range m.props {
		if p.name == "smtp.helo" {
			return "helo"
		}
	}
	return "mailfrom"
}

// values joins all properties: the same signature has the same ones.
func (m *methodResult) values() string {
	var b strings.Builder
	for _, p := range m.props {
		b.WriteString(p.name)
		b.WriteByte(0)
		b.WriteString(strings.ToLower(p.value))
		b.WriteByte(0)
	}
	return b.String()
}
