package imap

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"deskd/servertest"
	"deskd/ticketing"
)

const testUser = "support"

// testMail is the i-th mail of a test, of about the given size.
func testMail(i, size int) []byte {
	head := fmt.Sprintf("From: ann@example.org\r\nTo: support@example.com\r\nSubject: mail %d\r\nMessage-ID: <%d@example.org>\r\n"+
		"Date: Tue, 03 Nov 2026 10:00:00 +0000\r\n\r\n", i, i)
	line := strings.Repeat("x", 70) + "\r\n"
	return []byte(head + strings.Repeat(line, max(1, (size-len(head))/len(line))))
}

// testMails are n mails of a size.
func testMails(n, size int) []servertest.Mail {
	mails := make([]servertest.Mail, n)
	for i := range mails {
		mails[i].Raw = testMail(i+1, size)
	}
	return mails
}

// newDovecot starts a server with one user.
func newDovecot(t testing.TB, withhold ...string) *servertest.Dovecot {
	t.Helper()
	d := servertest.NewDovecot(t, servertest.DovecotOptions{Withhold: withhold})
	d.AddUser(t, testUser, "pass word")
	return d
}

// bench is a fetcher under test with its spool and what it reported.
type bench struct {
	*Fetcher
	spool *memorySpool

	mu     sync.Mutex
	events []Event
}

// newBench makes a fetcher of a server's INBOX that takes all that is there.
func newBench(d *servertest.Dovecot) *bench {
	b := &bench{spool: newMemorySpool()}
	b.Fetcher = &Fetcher{
		Account: Account{Mailbox: ticketing.Mailbox{ID: 7, Address: "support@example.com"},
			URL: "imap://" + d.Address(), Login: Password(testUser, "pass word"), Backfill: true,
			Timing: Timing{BackoffMin: 10 * time.Millisecond, BackoffMax: 100 * time.Millisecond, Command: 10 * time.Second}},
		Spool: b.spool, Owner: "test",
		Notify: func(e Event) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.events = append(b.events, e)
		},
	}
	return b
}

// once runs the fetcher once and wants it to succeed.
func (b *bench) once(t testing.TB) int {
	t.Helper()
	n, err := b.Once(t.Context())
	if err != nil {
		t.Fatalf("fetch: %v", err)
	}
	return n
}

// run runs the fetcher until the test ends, and returns a function that ends
// it sooner.
func (b *bench) run(t testing.TB) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- b.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				t.Errorf("Run: %v", err)
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

// seen are the events of a kind so far.
func (b *bench) seen(kind EventKind) []Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	var found []Event
	for _, e := range b.events {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

// until waits for something to become true.
func (b *bench) until(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !done(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			b.mu.Lock()
			defer b.mu.Unlock()
			t.Fatalf("still no %s after 20 s; events: %+v", what, b.events)
		}
	}
}

// wantUIDs compares the UIDs stored, in order.
func wantUIDs(t testing.TB, mails []spooledMail, want ...uint32) {
	t.Helper()
	var got []uint32
	for _, m := range mails {
		got = append(got, m.UID)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("stored UIDs %v, want %v", got, want)
	}
}

func TestOnceStoresEveryByteAndChangesNothing(t *testing.T) {
	d := newDovecot(t)
	mails := testMails(450, 4<<10)
	mails[3].Raw = testMail(4, 900<<10) // waits in a file
	mails[5].Flags = []string{`\Deleted`}
	d.Append(t, testUser, "INBOX", mails...)
	b := newBench(d)
	woken := 0
	b.Spooled = func() { woken++ }
	if n := b.once(t); n != 450 {
		t.Fatalf("stored %d mails, want 450", n)
	}
	for i, m := range b.spool.stored() {
		if m.UID != uint32(i+1) || m.raw != string(mails[i].Raw) {
			t.Fatalf("mail %d stored as UID %d with %d bytes, want UID %d with %d", i, m.UID, len(m.raw), i+1, len(mails[i].Raw))
		}
		if m.Size != int64(len(mails[i].Raw)) || m.MessageID != fmt.Sprintf("<%d@example.org>", i+1) || m.HeaderOnly || m.Backlog ||
			m.MailboxID != 7 || m.Folder != "INBOX" || m.Source != ticketing.SourceInbox || m.UIDValidity == 0 ||
			time.Since(m.ReceivedAt) > time.Hour {
			t.Fatalf("mail %d stored as %+v", i, m.Arrival)
		}
	}
	if fmt.Sprint(b.spool.groups) != "[200 200 50]" || woken != 3 {
		t.Errorf("stored in groups of %v with %d wakes, want [200 200 50] and 3", b.spool.groups, woken)
	}
	for _, m := range d.Messages(t, testUser, "INBOX") {
		if len(m.Flags) != 0 && !(m.UID == 6 && m.Flags[0] == `\Deleted`) {
			t.Fatalf("uid %d has flags %v now", m.UID, m.Flags)
		}
	}
	if n := b.once(t); n != 0 {
		t.Errorf("the second look stored %d mails", n)
	}
	d.Deliver(t, testUser, testMail(1000, 100))
	if n := b.once(t); n != 1 || b.spool.stored()[450].UID != 451 {
		t.Errorf("after one more mail stored %d", n)
	}
}

func TestLoginOverTLS(t *testing.T) {
	d := newDovecot(t)
	d.Deliver(t, testUser, testMail(1, 100))
	for name, c := range map[string]struct {
		url      string
		startTLS bool
		trust    bool
		want     string
	}{
		"imaps":                     {"imaps://" + d.TLSAddress(), false, true, ""},
		"starttls":                  {"imap://" + d.Address(), true, true, ""},
		"imaps of unknown CA":       {"imaps://" + d.TLSAddress(), false, false, "certificate"},
		"starttls of unknown CA":    {"imap://" + d.Address(), true, false, "certificate"},
		"plain to somewhere else":   {"imap://192.0.2.1", false, true, "in the clear"},
		"starttls on top of TLS":    {"imaps://" + d.TLSAddress(), true, true, "drop starttls"},
		"another scheme":            {"https://" + d.TLSAddress(), false, true, "must be imaps://"},
		"a password in the URL":     {"imaps://u:geheim@" + d.TLSAddress(), false, true, "no user"},
		"an URL that is not one":    {"imaps://geheim\x00", false, true, "cannot be read"},
		"TLS where there is none":   {"imaps://" + d.Address(), false, true, "tls"},
		"localhost is loopback too": {"imap://localhost:" + d.Address()[len("127.0.0.1:"):], false, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(d)
			b.Account.URL, b.Account.StartTLS = c.url, c.startTLS
			if c.trust {
				b.Account.TLS = &tls.Config{RootCAs: d.Pool()}
			}
			n, err := b.Once(t.Context())
			switch {
			case c.want == "" && (err != nil || n != 1):
				t.Errorf("stored %d mails, error %v", n, err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("error %v, want one with %q", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "geheim") {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}
