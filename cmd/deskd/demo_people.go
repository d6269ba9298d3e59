package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"deskd/mailserver"
	"deskd/ticketing"
)

// The ports of the demo's mail server when they are free, so that an account
// in a mail program serves for the next demo too.
const (
	demoIMAP = "127.0.0.1:2143"
	demoSMTP = "127.0.0.1:2025"
)

// person is somebody in the demo with a mailbox.
type person struct {
	name     string // short
	full     string
	address  string
	password string
	part     string // in the story
}

func (p person) mailAddress() ticketing.Address {
	return ticketing.Address{Name: p.full, Address: p.address}
}

// cast are the people of the demo, and the desk, which has a mailbox too.
type cast struct{ aiko, ken, mia, eve, desk person }

func newCast() cast {
	return cast{
		aiko: person{"Aiko", "Aiko Tanaka", "aiko@acme.example", "aiko", "a customer"},
		ken:  person{"Ken", "Ken Mori", "ken@acme.example", "ken", "her colleague"},
		mia:  person{"Mia", "Mia Sato", "mia@example.com", "mia", "an agent"},
		eve:  person{"Eve", "Eve", "eve@elsewhere.example", "eve", "a stranger"},
		desk: person{"the desk", "Example Support", "support@example.com", "support", "the desk"},
	}
}

// people are all but the desk.
func (c cast) people() []person { return []person{c.aiko, c.ken, c.mia, c.eve} }

// named is the short name of whoever has an address, else the address.
func (c cast) named(address string) string {
	for _, p := range append(c.people(), c.desk) {
		if p.address == address {
			return p.name
		}
	}
	return oneLine(address)
}

// startMailServer starts the mail server, on its usual ports or on free ones.
func startMailServer() (*mailserver.Server, error) {
	o := mailserver.Options{Domain: ticketing.DomainOf(newCast().desk.address), IMAPListen: demoIMAP, SMTPListen: demoSMTP}
	people := newCast()
	for _, p := range append(people.people(), people.desk) {
		o.Accounts = append(o.Accounts, mailserver.Account{Address: p.address, Password: p.password})
	}
	s, err := mailserver.Start(o)
	if err != nil {
		o.IMAPListen, o.SMTPListen = "", ""
		s, err = mailserver.Start(o)
	}
	if err != nil {
		return nil, fmt.Errorf("start the demo's %w", err)
	}
	return s, nil
}

// writeMuttConfigs writes a configuration of mutt for each of the people.
func writeMuttConfigs(dir string, c cast, server *mailserver.Server) error {
	for _, p := range c.people() {
		if err := os.WriteFile(muttConfig(dir, p), []byte(muttText(p, server)), 0o600); err != nil {
			return fmt.Errorf("write mutt's configuration for %s: %w", p.name, err)
		}
	}
	return nil
}

func muttConfig(dir string, p person) string {
	return filepath.Join(dir, strings.ToLower(p.name)+".muttrc")
}

func muttText(p person, server *mailserver.Server) string {
	user := url.QueryEscape(p.address)
	return fmt.Sprintf(`# Written by deskd demo: %[1]s's account for mutt and neomutt.
set realname = "%[1]s"
set from = "%[2]s"
set use_from = yes
set use_envelope_from = yes
set folder = "imap://%[3]s@%[4]s/"
set spoolfile = "+INBOX"
set record = "+Sent"
set postponed = "+Drafts"
set imap_pass = "%[5]s"
set smtp_url = "smtp://%[3]s@%[6]s"
set smtp_pass = "%[5]s"
set smtp_authenticators = "plain"
set ssl_starttls = no
set ssl_force_tls = no
set header_cache = ""
set mail_check = 2
set timeout = 2
set sort = reverse-date-received
set reply_to = yes
set fast_reply = yes
set include = yes
set confirmappend = no
alternative_order text/plain text/html
`, p.full, p.address, user, server.IMAPAddr(), p.password, server.SMTPAddr())
}
