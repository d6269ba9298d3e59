package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

// smallDesk is a configured desk without servers, with an agent and one
// customer's mail, and what runs commands on it.
func smallDesk(t *testing.T) (config string, deskd func(args ...string) (status int, out, err string)) {
	t.Helper()
	dir := t.TempDir()
	config = filepath.Join(dir, "deskd.toml")
	text := `
[desk]
name = "Example Support"
secret = "0123456789abcdef0123456789abcdef"
[database]
url = "sqlite:desk.db"
[[mailbox]]
address = "support@example.com"
imap = "none"
[smtp]
url = "smtp://127.0.0.1:1"
[dns]
resolver = "127.0.0.1:1"
`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	mail := filepath.Join(dir, "one.eml")
	if err := os.WriteFile(mail, []byte("From: Carla <carla@customer.test>\nTo: support@example.com\nSubject: Help\nMessage-ID: <one@customer.test>\n\nIt burns.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	deskd = func(args ...string) (int, string, string) {
		var out, errs bytes.Buffer
		status := run(t.Context(), append([]string{"--config", config}, args...), strings.NewReader(""), &out, &errs)
		return status, out.String(), errs.String()
	}
	for _, args := range [][]string{{"agent", "add", "anna@agents.test"}, {"ingest", mail}} {
		if status, _, errs := deskd(args...); status != exitDone {
			t.Fatalf("deskd %v: %s", args, errs)
		}
	}
	return config, deskd
}

// openSmallDesk is a small desk, and what is in it.
func openSmallDesk(t *testing.T) (config string, h *house, deskd func(args ...string) (status int, out, err string)) {
	t.Helper()
	config, deskd = smallDesk(t)
	h, err := openHouse(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.close)
	return config, h, deskd
}

// TestPauseIsSaidAndEnds: after a refused login a mailbox's mail waits; that is
// said wherever one looks, and a retry ends it.
func TestPauseIsSaidAndEnds(t *testing.T) {
	t.Parallel()
	_, h, deskd := openSmallDesk(t)
	until := time.Now().Add(10 * time.Minute)
	if err := h.store.PauseMailbox(t.Context(), h.settings.Mailboxes[0].ID, until, "535 wrong password"); err != nil {
		t.Fatal(err)
	}
	const said = "mail of support@example.com is paused until "
	if _, out, _ := deskd("check"); !strings.Contains(out, "warn  outbox      "+said) || !strings.Contains(out, "535 wrong password; ") {
		t.Errorf("check: %s", out)
	}
	if _, _, errs := deskd("outbox", "list"); !strings.Contains(errs, said) {
		t.Errorf("outbox list: %s", errs)
	}
	if _, out, _ := deskd("outbox", "list", "--json"); !strings.Contains(out, `"paused_until":"`+stamp(until)+`","paused_why":"535 wrong password"`) {
		t.Errorf("outbox list --json: %s", out)
	}
	if status, out, errs := deskd("outbox", "retry", "1"); status != exitDone || out != "mail 1 is due now, and the pause of its mailbox has ended\n" {
		t.Errorf("outbox retry: %d %s %s", status, out, errs)
	}
	if _, out, _ := deskd("outbox", "retry", "1"); out != "mail 1 is due now\n" {
		t.Errorf("a second outbox retry: %s", out)
	}
	if mails, err := h.store.ClaimOutbox(t.Context(), ticketing.OutboxClaim{Owner: "test", N: 10, Lease: time.Minute}); err != nil || len(mails) == 0 {
		t.Errorf("nothing goes out: %v", err)
	}
	if status, _, errs := deskd("outbox", "drop", "1"); status != exitFailed || errs != "deskd: mail 1 is being sent just now; try again in a minute\n" {
		t.Errorf("dropping what is being sent: %d %s", status, errs)
	}
}
