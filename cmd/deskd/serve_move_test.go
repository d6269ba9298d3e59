package main

import (
	"context"
	"os"
	"strings"
	"testing"
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
	if list := d.deskd("ticket", "list", "--all", "--mailbox", "help@example.com"); !strings.Contains(list, "One") {
		t.Errorf("the earlier ticket is not the mailbox's any more:\n%s", list)
	}
}
