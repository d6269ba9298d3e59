package config

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Validate checks every setting and how they fit together, and returns all
// [Faults], or nil. It opens no files and no connections. [Load] has done it
// already; it is for a Config made in code, on which it fills derived defaults
// first, as Load does.
func (c *Config) Validate() error {
	c.derive()
	return c.validate().err()
}

// MinSecret is the least number of bytes of desk.secret.
const MinSecret = 32

// checker collects faults.
type checker struct {
	c      *Config
	faults Faults
}

func (v *checker) fail(key, problem, remedy string) {
	v.faults = append(v.faults, v.c.faultAt(key, problem, remedy))
}

func (c *Config) validate() Faults {
	v := &checker{c: c}
	v.desk(c.Desk)
	v.database(c.Database)
	v.mailboxes(c.Mailbox)
	v.calendars(c.Calendar)
	v.sla(c.SLA)
	v.reminders(c.Reminders)
	v.submission("smtp", c.SMTP.Submission)
	v.outgoing(c.SMTP)
	v.numbers()
	v.digest(c.Digest)
	v.listen(c.Portal)
	v.proxies(c.Portal)
	v.oneOf("log.level", c.Log.Level, "info", "debug", "warn", "error")
	v.oneOf("log.format", c.Log.Format, "text", "json")
	return v.faults
}

var (
	tagPattern      = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{0,9}$`)
	instancePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$`)
)

func (v *checker) desk(d Desk) {
	if strings.TrimSpace(d.Name) == "" {
		v.fail("desk.name", "missing", `write the name that customers see, such as "Example Support"`)
	}
	v.line("desk.name", d.Name)
	switch {
	case d.Secret == "" && d.SecretFile == "":
		v.fail("desk.secret_file", "missing", "deskd init makes one; or set DESKD_SECRET to at least 32 random bytes")
	case d.Secret != "" && len(d.Secret) < MinSecret:
		v.fail("desk.secret", fmt.Sprintf("has %d bytes, needs %d", len(d.Secret), MinSecret), "make one with: openssl rand -hex 32")
	}
	v.oneOf("desk.language", d.Language, languages()...)
	v.oneOf("desk.sender_name", d.SenderName, "agent", "desk")
	v.oneOf("desk.agents_by_mail", d.AgentsByMail, "verified", "token")
	v.oneOf("desk.receipts", d.Receipts, "errors", "always")
	if !tagPattern.MatchString(d.SubjectTag) {
		v.fail("desk.subject_tag", "must be a letter and up to nine letters or digits", `write for example "HD" for subjects with [HD-1234]`)
	}
	if len(d.ReplySeparator) != 1 || !strings.Contains("+-=_", d.ReplySeparator) {
		v.fail("desk.reply_separator", `must be one of + - = _`, `write "+" unless your mail server separates by another one`)
	}
	if d.ReplyDomain != "" && !hostOK(d.ReplyDomain) {
		v.fail("desk.reply_domain", "is not a domain", `write for example "reply.example.com", and deliver all mail for it into the mailbox`)
	}
	if d.Instance != "" && !instancePattern.MatchString(d.Instance) {
		v.fail("desk.instance", "must be letters, digits, dots and hyphens, at most 64", "remove it to have it made from the address")
	}
	if d.ReopenWithin < 0 {
		v.fail("desk.reopen_within", "is negative", `write for example "30d", or remove it to reopen always`)
	}
	v.deskAddress(d)
	v.portalURL(d.PortalURL)
}

// deskAddress: mail to the desk must arrive somewhere.
func (v *checker) deskAddress(d Desk) {
	if d.Address == "" || !v.address("desk.address", d.Address) {
		return
	}
	for _, m := range v.c.Mailbox {
		for _, a := range append([]string{m.Address}, m.Aliases...) {
			if normalize(a) == normalize(d.Address) {
				return
			}
		}
	}
	if len(v.c.Mailbox) > 0 {
		v.fail("desk.address", "is the address of no mailbox", "name the address or an alias of one [[mailbox]]")
	}
}

func (v *checker) portalURL(s string) {
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		v.fail("desk.portal_url", "is not a web address", `write for example "https://help.example.com"`)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		v.fail("desk.portal_url", "has more than host and path", `write for example "https://help.example.com"`)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		v.fail("desk.portal_url", "is not encrypted", "use https://; http:// is for loopback only, since browsers keep no safe session over it")
	}
}

func (v *checker) database(d Database) {
	const remedy = `write "sqlite:///var/lib/deskd/desk.db" or "postgres://user@host/name"`
	if d.URL == "" {
		if d.URLFile == "" {
			v.fail("database.url", "missing", remedy)
		}
		return
	}
	scheme, rest, found := strings.Cut(d.URL.Reveal(), ":")
	u, err := url.Parse(d.URL.Reveal()) // its error would show the password
	switch {
	case !found || err != nil:
		v.fail("database.url", "is not a database address", remedy)
	case scheme == "postgres" || scheme == "postgresql":
		if !strings.HasPrefix(rest, "//") {
			v.fail("database.url", "is not a database address", remedy)
		} else if !portOK(u.Port()) {
			v.fail("database.url", "has a port that is none", "write a number from 1 to 65535, or leave it out")
		}
	case scheme != "sqlite":
		v.fail("database.url", "names no known engine", remedy)
	case strings.HasPrefix(rest, "//") && !strings.HasPrefix(rest, "///"):
		v.fail("database.url", "names a host, but SQLite is a file", `write three slashes and the whole path: "sqlite:///var/lib/deskd/desk.db"`)
	case strings.Trim(rest, "/") == "":
		v.fail("database.url", "names no file", remedy)
	}
}

func (v *checker) oneOf(key, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		v.fail(key, "must be one of "+strings.Join(allowed, ", "), "write "+quote(allowed[0])+" if in doubt")
	}
}

// line: what goes into a header field or a command must be one line.
func (v *checker) line(key, s string) {
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		v.fail(key, "contains a line break or control character", "write it in one line")
	}
}

func languages() []string { return []string{"en", "ja"} }
