package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"deskd/config"
	"deskd/mailserver"
	"deskd/servertest"
)

// expect is one finding: its grade, its part, and words of its detail or remedy.
type expect struct{ grade, part, words string }

// TestProbe probes providers of every sort that we know, over real servers: an
// SMTP relay that does with mail what the case says, and Dovecot.
func TestProbe(t *testing.T) {
	dovecot := servertest.NewDovecot(t, servertest.DovecotOptions{})
	// All before any logs in: Dovecot may read its list while it is written.
	for i := range providers() {
		dovecot.AddUser(t, deskAddress(i), "secret")
	}
	for i, c := range providers() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.provider.t, c.provider.dovecot, c.provider.user = t, dovecot, deskAddress(i)
			file := probeConfig(t, c.provider.user, dovecot.Address(), c.provider.start(), c.settings, c.smtp)
			found := probe(t, file, c.wait, c.status)
			for _, w := range c.want {
				if !found.has(w) {
					t.Errorf("no %s of %s with %q in:\n%s", w.grade, w.part, w.words, found)
				}
			}
		})
	}
}

func deskAddress(i int) string { return fmt.Sprintf("desk%d@example.com", i) }

// providerCase is a provider and what a probe has to say of it.
type providerCase struct {
	name     string
	provider provider
	settings string // of the mailbox
	smtp     string
	wait     string // for mails that get lost; "": long enough for all to arrive
	status   int
	want     []expect
}

func providers() []providerCase {
	return []providerCase{
		{name: "a good one, nothing set", want: []expect{
			{"ok", "clock", "agrees"}, {"ok", "reply-to", "Delivered-To, To"},
			{"ok", "message-id", "kept"}, {"ok", "references", "kept"}, {"ok", "envelope", "smtp.verp = true"},
			{"warn", "results", `authserv_id = "mx.example.com"`}, {"ok", "forged", "taken out"},
			{"ok", "quoting", "cannot add"}, {"ok", "exchange", "taken out"}, {"warn", "agents", "judged none"},
		}},
		{name: "a good one, all set", settings: `authserv_id = "mx.example.com"`, smtp: "verp = true", want: []expect{
			{"ok", "results", "dmarc=pass header.from=example.com"}, {"ok", "envelope", "has an envelope sender of its own"},
			{"ok", "agents", "judged pass"},
		}},
		{name: "no plus addresses", provider: provider{noPlus: true}, wait: "10s", status: 1, want: []expect{
			{"fail", "reply-to", "set desk.reply_domain"},
			{"ok", "envelope", "bounces to it would not arrive"},
		}},
		{name: "plus addresses refused", provider: provider{refusePlus: true}, status: 1, want: []expect{
			{"fail", "reply-to", "550 5.1.1 no such user"},
		}},
		{name: "recipient named nowhere", provider: provider{noRecipient: true}, status: 1, want: []expect{
			{"fail", "reply-to", "does not say to which"},
		}},
		{name: "Exchange", provider: provider{ownID: "exchange", results: "dmarc=pass action=none header.from=example.com", hops: []string{"DM6PR12MB1.namprd12.prod.outlook.com"}},
			want: []expect{
				{"ok", "message-id", "kept in X-Microsoft-Original-Message-ID"},
				{"warn", "results", `authserv_anonymous = true and trusted_hops = ["*.prod.outlook.com"]`},
			}},
		{name: "id replaced, References gone", provider: provider{ownID: "silent", noReferences: true}, want: []expect{
			{"warn", "message-id", "which the relay does not tell"}, {"warn", "references", "reply address only"},
		}},
		{name: "forged results below", provider: provider{keepForged: true}, settings: `authserv_id = "mx.example.com"`, want: []expect{
			{"ok", "forged", "below the server's own"},
		}},
		{name: "forged results above, nothing set", provider: provider{keepForged: true, forgedAbove: true}, want: []expect{
			{"warn", "forged", "do not set authserv_id"}, {"warn", "results", "do not rely"},
		}},
		{name: "forged results above, believed", provider: provider{keepForged: true, forgedAbove: true}, settings: `authserv_id = "mx.example.com"`, status: 1,
			want: []expect{{"fail", "forged", "remove authserv_id"}}},
		{name: "forged results alone, believed", provider: provider{keepForged: true, noResults: true}, settings: `authserv_id = "mx.example.com"`, status: 1,
			want: []expect{
				{"fail", "forged", "writes none of its own"}, {"warn", "results", "gets no Authentication-Results"},
			}},
		{name: "forged results alone, behind a foreign hop", provider: provider{keepForged: true, noResults: true, hops: []string{"mail.example.net"}},
			settings: `authserv_id = "mx.example.com"`, want: []expect{{"warn", "forged", "do not set"}}},
		{name: "no results", provider: provider{noResults: true}, want: []expect{
			{"warn", "results", "look at mail from outside"}, {"warn", "agents", `trusted_hops = ["mx.example.com"]`},
		}},
		{name: "trusted submission", provider: provider{noResults: true}, settings: `trusted_hops = ["mx.example.com"]`, want: []expect{
			{"ok", "agents", "Received: by=mx.example.com with=ESMTPSA"},
		}},
		{name: "marks of Exchange", provider: provider{keepExchange: true}, want: []expect{{"ok", "exchange", "leave trust_exchange_internal"}}},
		{name: "marks of Exchange believed", provider: provider{keepExchange: true}, settings: "trust_exchange_internal = true", status: 1,
			want: []expect{{"fail", "exchange", "trust_exchange_internal = false"}}},
		{name: "envelope refused", provider: provider{refuseEnvelope: true}, want: []expect{
			{"ok", "envelope", "leave smtp.verp at false"}, {"ok", "quoting", "is refused"},
		}},
		{name: "envelope rewritten", provider: provider{rewriteEnvelope: true}, smtp: "verp = true", status: 1,
			want: []expect{{"fail", "envelope", "smtp.verp = false"}}},
		{name: "quotation marks lost", provider: provider{unquoted: true}, want: []expect{{"warn", "quoting", "do not set authserv_id"}}},
		{name: "quotation marks lost, believed", provider: provider{unquoted: true}, settings: `authserv_id = "mx.example.com"`, status: 1,
			want: []expect{{"fail", "quoting", "remove authserv_id"}}},
		{name: "clock wrong", provider: provider{clock: -10 * time.Minute}, want: []expect{{"warn", "clock", "NTP"}}},
	}
}

// found are the findings of a probe.
type found []finding

func (f found) has(w expect) bool {
	for _, x := range f {
		if x.Grade == w.grade && x.Part == w.part && strings.Contains(x.Detail+"; "+x.Remedy, w.words) {
			return true
		}
	}
	return false
}

func (f found) String() string {
	var b strings.Builder
	for _, x := range f {
		fmt.Fprintf(&b, "%-4s  %-10s  %s; %s\n", x.Grade, x.Part, x.Detail, x.Remedy)
	}
	return b.String()
}

func probeConfig(t *testing.T, address, imap, smtp, settings, submission string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "deskd.toml")
	text := fmt.Sprintf(`
[desk]
name = "Example Support"
secret = %q
[database]
url = "sqlite:desk.db"
[dns]
resolver = "127.0.0.1:1"
timeout = "100ms"
[[mailbox]]
address = %q
imap = "imap://%s"
password = "secret"
%s
[smtp]
url = "smtp://%s"
%s
`, config.NewSecret().Reveal(), address, imap, settings, smtp, submission)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// probe runs deskd check --probe and gives what it finds. An empty wait is as
// long as a busy machine may take to show a mail.
func probe(t *testing.T, file, wait string, status int) found {
	t.Helper()
	if wait == "" {
		wait = "1m"
	}
	var out, errs bytes.Buffer
	s := run(t.Context(), []string{"check", "--probe", "--wait", wait, "--json", "--config", file}, strings.NewReader(""), &out, &errs)
	if s != status {
		t.Errorf("deskd check --probe: status %d, want %d\n%s%s", s, status, out.String(), errs.String())
	}
	var all found
	if err := json.Unmarshal(out.Bytes(), &all); err != nil {
		t.Fatalf("deskd check --probe --json: %v\n%s", err, out.String())
	}
	return all
}

// TestProbeOfTheDemosServer: the server of the demo is a careful one, and a
// desk that runs while it is probed makes nothing of the probe's mails.
func TestProbeOfTheDemosServer(t *testing.T) {
	t.Parallel()
	server, err := mailserver.Start(mailserver.Options{
		Domain: "example.com", Accounts: []mailserver.Account{{Address: "support@example.com", Password: "secret"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	login := "user = \"support@example.com\"\npassword = \"secret\""
	file := probeConfig(t, "support@example.com", server.IMAPAddr(), server.SMTPAddr(), `authserv_id = "`+server.Name()+`"`, login)
	probeBesideServe(t, file, []expect{
		{"ok", "reply-to", "Delivered-To"}, {"ok", "message-id", "kept"}, {"ok", "results", "dmarc=pass"},
		{"ok", "forged", "below the server's own"}, {"ok", "agents", "judged pass"},
	})
}

// TestProbeBesideServe: the same where the provider replaces Message-IDs, by
// which the desk else knows its own mail.
func TestProbeBesideServe(t *testing.T) {
	dovecot := servertest.NewDovecot(t, servertest.DovecotOptions{})
	dovecot.AddUser(t, "support@example.com", "secret")
	p := provider{t: t, dovecot: dovecot, user: "support@example.com", ownID: "silent"}
	file := probeConfig(t, p.user, dovecot.Address(), p.start(), `authserv_id = "mx.example.com"`, "")
	probeBesideServe(t, file, []expect{{"warn", "message-id", "does not tell"}})
}

func probeBesideServe(t *testing.T, file string, want []expect) {
	t.Helper()
	d := &testDesk{t: t, config: file}
	d.deskd("agent", "add", "anna@example.com", "--name", "Anna")
	d.start()
	all := probe(t, file, "", 0)
	for _, w := range want {
		if !all.has(w) {
			t.Errorf("no %s of %s with %q in:\n%s", w.grade, w.part, w.words, all)
		}
	}
	const trials = 5
	d.waitFor("the desk has passed over all mails of the probe", func() bool {
		return strings.Count(d.deskd("ledger", "list", "--json"), "our own mail came back") == trials
	})
	if tickets := d.deskd("ticket", "list", "--all", "--json"); strings.TrimSpace(tickets) != "[]" {
		t.Errorf("the probe made tickets: %s", tickets)
	}
	if owed := d.deskd("outbox", "list", "--json"); strings.TrimSpace(owed) != "[]" {
		t.Errorf("mails are owed for the probe: %s", owed)
	}
}
