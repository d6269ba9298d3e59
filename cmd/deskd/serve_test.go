package main

import (
	"bytes"
	"context"
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"deskd/config"
	"deskd/servertest"
)

var postgres servertest.SharedPostgres

// syncBuffer is a buffer that a running program may write to.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// desk is a configured desk between a Dovecot and an SMTP sink.
type testDesk struct {
	t       *testing.T
	config  string
	dovecot *servertest.Dovecot
	sink    *servertest.Sink
	seen    int // mails of the sink looked at so far
}

func newTestDesk(t *testing.T, databaseURL string) *testDesk {
	t.Helper()
	d := &testDesk{
		t: t, config: filepath.Join(t.TempDir(), "deskd.toml"),
		dovecot: servertest.NewDovecot(t, servertest.DovecotOptions{}),
		sink:    servertest.NewSink(t, servertest.SinkOptions{}),
	}
	d.dovecot.AddUser(t, "support@example.com", "secret")
	text := fmt.Sprintf(`
[desk]
name = "Example Support"
secret = %q
[database]
url = %q
[[mailbox]]
address = "support@example.com"
imap = "imap://%s"
password = "secret"
authserv_id = "mx.example.com"
[smtp]
url = "smtp://%s"
`, config.NewSecret().Reveal(), databaseURL, d.dovecot.Address(), d.sink.Address())
	if err := os.WriteFile(d.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

// start runs deskd serve until the test ends, and waits until it watches.
func (d *testDesk) start() {
	d.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var log syncBuffer
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, []string{"serve", "--config", d.config}, strings.NewReader(""), &log, &log)
	}()
	d.t.Cleanup(func() {
		cancel()
		select {
		case s := <-status:
			if s != 0 {
				d.t.Errorf("serve ended with status %d\n%s", s, log.String())
			}
		case <-time.After(15 * time.Second):
			d.t.Errorf("serve did not end within 15 s\n%s", log.String())
		}
		if d.t.Failed() {
			d.t.Log(log.String())
		}
	})
	d.waitFor("serve watches the mailbox", func() bool { return strings.Contains(log.String(), "watching") })
}

func (d *testDesk) waitFor(what string, done func() bool) {
	d.t.Helper()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if done() {
			return
		}
	}
	d.t.Fatalf("not within 15 s: %s", what)
}

// deskd runs one command that must succeed and gives what it prints.
func (d *testDesk) deskd(args ...string) string {
	d.t.Helper()
	var out, errs bytes.Buffer
	if s := run(d.t.Context(), append(args, "--config", d.config), strings.NewReader(""), &out, &errs); s != 0 {
		d.t.Fatalf("deskd %s: status %d\n%s", strings.Join(args, " "), s, errs.String())
	}
	return out.String()
}

// deliver puts a mail into the mailbox as the desk's own server does: with its
// word on the sender.
func (d *testDesk) deliver(from, to, id, inReplyTo, subject, text string) {
	d.t.Helper()
	domain := strings.Trim(from[strings.LastIndexByte(from, '@'):], "@>")
	raw := "Authentication-Results: mx.example.com; dmarc=pass header.from=" + domain + "\r\n" +
		"From: " + from + "\r\nTo: " + to + "\r\nSubject: " + subject + "\r\nMessage-ID: " + id + "\r\n" +
		"Date: " + time.Now().Format(time.RFC1123Z) + "\r\n"
	if inReplyTo != "" {
		raw += "In-Reply-To: " + inReplyTo + "\r\n"
	}
	d.dovecot.Deliver(d.t, "support@example.com", []byte(raw+"\r\n"+strings.ReplaceAll(text, "\n", "\r\n")+"\r\n"))
}

// sent waits for the next n mails and gives each by its recipient.
func (d *testDesk) sent(n int) map[string]*mail.Message {
	d.t.Helper()
	all := d.sink.Wait(d.t, d.seen+n, 20*time.Second)
	got := map[string]*mail.Message{}
	for _, r := range all[d.seen:] {
		m, err := mail.ReadMessage(bytes.NewReader(r.Raw))
		if err != nil {
			d.t.Fatalf("a mail sent cannot be read: %v", err)
		}
		got[r.To[0].Address] = m
	}
	d.seen = len(all)
	return got
}
