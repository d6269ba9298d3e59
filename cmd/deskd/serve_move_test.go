package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"
)

// serving runs deskd serve while f runs, and gives what it logged.
func (d *testDesk) serving(f func(log *syncBuffer)) string {
	d.t.Helper()
	ctx, cancel := context.WithCancel(d.t.Context())
	defer cancel()
	var log syncBuffer
	status := make(chan int, 1)
	go func() { status <- run(ctx, []string{"serve", "--config", d.config}, strings.NewReader(""), &log, &log) }()
	d.waitFor("serve watches the mailbox", func() bool { return strings.Contains(log.String(), "watching") })
	f(&log)
	cancel()
	if s := <-status; s != 0 {
		d.t.Errorf("serve ended with status %d\n%s", s, log.String())
	}
	return log.String()
}

// configure replaces a line of the configuration.
func (d *testDesk) configure(line, by string) {
	d.t.Helper()
	text, err := os.ReadFile(d.config)
	if err != nil {
		d.t.Fatal(err)
	}
	if !strings.Contains(string(text), line) {
		d.t.Fatalf("the configuration has no %s", line)
	}
	if err := os.WriteFile(d.config, []byte(strings.Replace(string(text), line, by, 1)), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func (d *testDesk) waitForTicket(subject string) {
	d.t.Helper()
	d.waitFor("ticket "+subject, func() bool { return strings.Contains(d.deskd("ticket", "list", "--all"), subject) })
}

// docs/operating.md, Moving, to another address: a mail that comes while the
// desk is stopped for it is taken, and earlier tickets stay where they are.
func TestMoveToAnotherAddress(t *testing.T) {
	d := newTestDesk(t, "sqlite://"+t.TempDir()+"/desk.db")
	d.serving(func(*syncBuffer) {
		d.deliver("aiko@acme.example", "support@example.com", "<1@acme.example>", "", "One", "one")
		d.waitForTicket("One")
	})
	d.deliver("aiko@acme.example", "support@example.com", "<2@acme.example>", "", "Two", "two")
	d.configure(`address = "support@example.com"`,
		"address = \"help@example.com\"\nuser = \"support@example.com\"\naliases = [\"support@example.com\"]")
	d.serving(func(*syncBuffer) {
		d.deliver("aiko@acme.example", "help@example.com", "<3@acme.example>", "", "Three", "three")
		d.waitForTicket("Three")
		d.waitForTicket("Two")
	})
	d.configure(`aliases = ["support@example.com"]`, "")
	if list := d.deskd("ticket", "list", "--all", "--mailbox", "help@example.com"); !strings.Contains(list, "One") {
		t.Errorf("the earlier ticket is not the mailbox's any more:\n%s", list)
	}
}

// docs/operating.md, Moving, to another mail server: what lay in the mailbox
// before the first start is no news there.
func TestMoveToAnotherServer(t *testing.T) {
	d := newTestDesk(t, "sqlite://"+t.TempDir()+"/desk.db")
	raw := func(id, subject, date string) []byte {
		return []byte("From: x@y.example\r\nTo: support@example.com\r\nSubject: " + subject + "\r\nMessage-ID: " + id +
			"\r\nDate: " + date + "\r\n\r\ntext\r\n")
	}
	old := raw("<old@y.example>", "Old", "Mon, 05 Jan 2015 09:00:30 +0000")
	d.dovecot.Deliver(t, "support@example.com", old)
	var known []byte
	d.serving(func(*syncBuffer) {
		known = raw("<known@y.example>", "Known", time.Now().Format(time.RFC1123Z))
		d.dovecot.Deliver(t, "support@example.com", known)
		d.waitForTicket("Known")
	})
	d.dovecot.AddUser(t, "moved@example.com", "secret") // the account at the new server
	for _, m := range [][]byte{known, old, raw("<new@y.example>", "Meanwhile", time.Now().Add(time.Second).Format(time.RFC1123Z))} {
		d.dovecot.Deliver(t, "moved@example.com", m)
	}
	d.configure(`address = "support@example.com"`, "address = \"support@example.com\"\nuser = \"moved@example.com\"")
	log := d.serving(func(log *syncBuffer) {
		d.waitForTicket("Meanwhile")
		d.waitFor("all mails are compared", func() bool { return strings.Contains(log.String(), "compared with what is known") })
	})
	if !strings.Contains(log, "mails=1 left_alone=1") {
		t.Errorf("the log says\n%s", log)
	}
	if ledger := d.deskd("ledger", "list"); strings.Count(ledger, "applied") != 2 || strings.Contains(ledger, "ignored") {
		t.Errorf("the ledger has\n%s", ledger)
	}
}
