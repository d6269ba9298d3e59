package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// MaxBase is the longest local part, in octets, of a mailbox's address when
// reply addresses are made from it: 64 (RFC 5321 §4.5.3.1.1) less a separator
// and a token of 36.
const MaxBase = 27

func (v *checker) mailboxes(all []Mailbox) {
	if len(all) == 0 {
		v.fail("mailbox", "there is none", "add a [[mailbox]] with address, imap and password_file")
	}
	seen := map[string]string{}
	for i, m := range all {
		v.mailbox(i, m)
		v.unique(seen, mailboxKey(i, "address"), m.Address)
		for _, a := range m.Aliases {
			v.unique(seen, mailboxKey(i, "aliases"), a)
		}
	}
}

// unique: a mail to an address must have one home.
func (v *checker) unique(seen map[string]string, key, address string) {
	if address == "" {
		return
	}
	if first, again := seen[normalize(address)]; again {
		v.fail(key, address+" stands in "+first+" already", "give each address to one mailbox only, once")
		return
	}
	seen[normalize(address)] = key
}

func (v *checker) mailbox(i int, m Mailbox) {
	key := func(name string) string { return mailboxKey(i, name) }
	if m.Address == "" {
		v.fail(key("address"), "missing", "write the address that customers write to")
	} else if v.address(key("address"), m.Address) {
		v.base(key("address"), m.Address)
	}
	if m.Name != v.c.Desk.Name { // else it is the desk's fault, not to be told twice
		v.line(key("name"), m.Name)
	}
	v.addresses(key("aliases"), m.Aliases)
	v.addresses(key("agents"), m.Agents)
	v.addresses(key("own_lists"), m.OwnLists)
	if m.Language != v.c.Desk.Language {
		v.oneOf(key("language"), m.Language, languages()...)
	}
	v.oneOf(key("assign"), m.Assign, "all", "round_robin", "load")
	v.hosts(i, m)
	if m.Poll < 0 {
		v.fail(key("poll"), "is negative", `write for example "5m"`)
	}
	v.incoming(i, m)
	switch {
	case m.SMTP == (Submission{}):
		return
	case m.SMTP.URL == "":
		v.fail(key("smtp.url"), "missing", "write it, or remove [mailbox.smtp] to send by [smtp]")
		return
	}
	v.submission(key("smtp"), m.SMTP)
}

// hosts checks what decides whose Authentication-Results are believed.
func (v *checker) hosts(i int, m Mailbox) {
	if m.AuthservID != "" && (strings.ContainsAny(m.AuthservID, " \t;()\"\r\n") || len(m.AuthservID) > 255) {
		v.fail(mailboxKey(i, "authserv_id"), "is not an authserv-id", "copy the first word of the Authentication-Results field of a mail in this mailbox, without the semicolon")
	}
	for _, h := range m.TrustedHops {
		if !hopOK(h) {
			v.fail(mailboxKey(i, "trusted_hops"), fmt.Sprintf("%q is not a host name", h), `write host names as they stand behind "by" in Received, such as "mx.example.com", or "*.example.com", or a network`)
		}
	}
}

// hopOK says whether s can name servers of our own side: a host, all hosts
// below a domain ("*.example.com"), an address or a network.
func hopOK(s string) bool {
	if strings.Contains(s, "/") {
		_, err := netip.ParsePrefix(s)
		return err == nil
	}
	name := strings.TrimPrefix(s, "*.")
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return true
	}
	return hostOK(name)
}

// base checks that reply addresses can be made from an address.
func (v *checker) base(key, address string) {
	local := address[:strings.LastIndexByte(address, '@')]
	if v.c.Desk.ReplyDomain == "" && len(local) > MaxBase {
		v.fail(key, fmt.Sprintf("has %d octets before the @, reply addresses leave room for %d", len(local), MaxBase),
			"use a shorter address, or set desk.reply_domain")
	}
}

// incoming checks how the mailbox is read.
func (v *checker) incoming(i int, m Mailbox) {
	key := func(name string) string { return mailboxKey(i, name) }
	if m.IMAP == "" {
		v.fail(key("imap"), "missing", `write "imaps://" and the host, or "none" if mail comes by deskd ingest only`)
		return
	}
	if !m.Fetched() {
		return
	}
	v.server(key("imap"), key("starttls"), m.IMAP, m.StartTLS, "imap")
	if m.Password == "" && m.PasswordFile == "" {
		v.fail(key("password_file"), "missing", fmt.Sprintf("name a file that holds the password, or set DESKD_MAILBOX_%d_PASSWORD", i+1))
	}
	v.line(key("user"), m.User)
	v.line(key("folder"), m.Folder)
	v.line(key("sent_folder"), m.SentFolder)
	after, err := ParseAfter(m.After)
	switch {
	case err != nil:
		v.fail(key("after"), err.Error(), `write "keep", "move:FOLDER" or "keyword"`)
	case after.Move != "" && after.Move == m.Folder:
		v.fail(key("after"), "moves mail into the folder that it is read from", "name another folder")
	}
	if m.SentFolder != "" && m.SentFolder == m.Folder {
		v.fail(key("sent_folder"), "is the folder that mail is read from", "name the folder of sent mail, or remove it")
	}
}

// submission checks one way out.
func (v *checker) submission(table string, s Submission) {
	key := func(name string) string { return table + "." + name }
	if s.URL == "" {
		v.fail(key("url"), "missing", `write "smtps://" and the host`)
	} else {
		v.server(key("url"), key("starttls"), s.URL, s.StartTLS, "smtp")
	}
	v.oneOf(key("auth"), s.Auth, "auto", "none")
	v.line(key("user"), s.User)
	hasPassword := s.Password != "" || s.PasswordFile != ""
	if s.User != "" && !hasPassword && s.Auth != "none" {
		v.fail(key("password_file"), "missing", "name a file that holds the password of "+key("user")+", or remove the user to use the mailbox's own")
	}
	if s.User == "" && hasPassword {
		v.fail(key("user"), "missing", "write the user to whom the password belongs")
	}
	if s.EnvelopeFrom != "" {
		v.address(key("envelope_from"), s.EnvelopeFrom)
	}
}

// server checks the address of an IMAP or SMTP server. Nothing goes out in
// plain text but on loopback (RFC 8314).
func (v *checker) server(key, startTLSKey, s string, startTLS bool, scheme string) {
	example := fmt.Sprintf(`write for example "%ss://mail.example.com"`, scheme)
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Hostname() == "":
		v.fail(key, "is not the address of a server", example)
	case u.Scheme != scheme && u.Scheme != scheme+"s":
		v.fail(key, fmt.Sprintf("must begin with %ss:// or %s://", scheme, scheme), example)
	case u.User != nil:
		v.fail(key, "holds a user or password", "write them as user and password_file")
	case !portOK(u.Port()):
		v.fail(key, "has a port that is none", "write a number from 1 to 65535, or leave it out")
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		v.fail(key, "has more than a host and port", example)
	case u.Scheme == scheme+"s" && startTLS:
		v.fail(startTLSKey, fmt.Sprintf("has no meaning with %ss://", scheme), fmt.Sprintf("remove it, or write %s:// if the server wants STARTTLS", scheme))
	case plain(s, startTLS) && !loopback(u.Hostname()):
		v.fail(key, "would send the password in plain text", fmt.Sprintf("write %ss://, or add starttls = true; plain text is for loopback only", scheme))
	}
}

// plain says whether a connection is not encrypted.
func plain(s string, startTLS bool) bool {
	return !startTLS && (strings.HasPrefix(s, "imap://") || strings.HasPrefix(s, "smtp://"))
}
