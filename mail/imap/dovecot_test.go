package imap

import (
	"context"
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
		"Date: Tue, 03 Nov 2020 10:00:00 +0000\r\n\r\n", i, i)
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
	spool *testSpool

	mu     sync.Mutex
	events []Event
}

// newBench makes a fetcher of a server's INBOX that takes all that is there.
func newBench(t testing.TB, d *servertest.Dovecot) *bench {
	t.Helper()
	b := newBenchAt(t, "imap://"+d.Address())
	b.Account.Login = Password(testUser, "pass word")
	return b
}

// newBenchAt makes a fetcher of any server, with some login.
func newBenchAt(t testing.TB, url string) *bench {
	t.Helper()
	b := &bench{spool: newTestSpool(t)}
	b.Fetcher = &Fetcher{
		Account: Account{Mailbox: ticketing.Mailbox{ID: 7, Address: "support@example.com"},
			URL: url, Login: Password("user", "secret"), Backfill: true,
			Timing: Timing{BackoffMin: 10 * time.Millisecond, BackoffMax: 100 * time.Millisecond}},
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
	for end := time.Now().Add(time.Minute); !done(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			b.mu.Lock()
			defer b.mu.Unlock()
			t.Fatalf("still no %s after a minute; events: %+v", what, b.events)
		}
	}
}
