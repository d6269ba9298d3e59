package imap

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
)

func TestBackoff(t *testing.T) {
	timing := Account{}.withDefaults().Timing
	throttled := func(text string) error {
		return fmt.Errorf("log in: %w", &imap.Error{Type: imap.StatusResponseTypeNo, Text: text})
	}
	lost, login := errors.New("connection lost"), &LoginError{errors.New("no")}
	for _, c := range []struct {
		name     string
		failures int
		err      error
		gotOn    bool
		random   float64
		want     time.Duration
	}{
		{"first", 0, lost, false, 0, 5 * time.Second},
		{"third", 2, lost, false, 0, 20 * time.Second},
		{"longest", 50, lost, false, 0, 10 * time.Minute},
		{"with jitter", 0, lost, false, 0.5, 5500 * time.Millisecond},
		{"after a session that got on", 50, lost, true, 0, 5 * time.Second},
		{"refused login", 0, login, false, 0, 15 * time.Minute},
		{"throttled", 0, throttled("Request is throttled. Suggested Backoff Time: 98245 milliseconds"), false, 0, 98245 * time.Millisecond},
		{"throttled in seconds", 0, throttled("suggested backoff time: 90 seconds"), false, 0, 90 * time.Second},
		{"throttled for less than our own wait", 50, throttled("Suggested Backoff Time: 10 ms"), false, 0, 10 * time.Minute},
		{"throttled for ever", 0, throttled("Suggested Backoff Time: 999999999 seconds"), false, 0, time.Hour},
	} {
		b := &backoff{timing: timing, failures: c.failures, random: func() float64 { return c.random }}
		if got := b.after(c.err, c.gotOn); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestHeaderFields(t *testing.T) {
	for _, c := range []struct{ header, id string }{
		{"Subject: x\r\nMessage-ID: <a@b>\r\n\r\n", "<a@b>"},
		{"message-id:<a@b>\n\n", "<a@b>"},
		{"Message-ID:\r\n <a@b>\r\nSubject: x\r\n\r\n", "<a@b>"},
		{"Message-ID : (comment) <a@b> \r\n\r\n", "<a@b>"},
		{"Message-ID: <first@b>\r\nMessage-ID: <second@b>\r\n\r\n", "<first@b>"},
		{"X-Message-ID: <x@b>\r\n\r\nMessage-ID: <body@b>\r\n", ""},
		{"Message-ID: <never ends\r\n\r\n", ""},
		{"Message-ID: >a@b<\r\n\r\n", ""},
		{"Message-ID", ""},
		{"", ""},
	} {
		if got := messageID([]byte(c.header)); got != c.id {
			t.Errorf("messageID(%q) = %q, want %q", c.header, got, c.id)
		}
	}
	if got := headerDate([]byte("Date: Tue, 03 Nov 2026 10:00:00\r\n +0100\r\n\r\n")); got.Unix() != 1793696400 {
		t.Errorf("headerDate = %v", got)
	}
	if got := headerDate([]byte("Date: yesterday\r\n\r\n")); !got.IsZero() {
		t.Errorf("headerDate of nonsense = %v", got)
	}
}

func TestUIDSets(t *testing.T) {
	set := imap.UIDSet{{Start: 2, Stop: 4}, {Start: 7, Stop: 7}, {Start: maxUID - 1, Stop: maxUID}}
	if n := count(set); n != 6 {
		t.Errorf("count = %d", n)
	}
	for _, c := range []struct {
		n           int
		first, rest string
	}{
		{0, "[]", "2:4,7,4294967294:4294967295"},
		{2, "[2 3]", "4,7,4294967294:4294967295"},
		{3, "[2 3 4]", "7,4294967294:4294967295"},
		{5, "[2 3 4 7 4294967294]", "4294967295"},
		{9, "[2 3 4 7 4294967294 4294967295]", ""},
	} {
		first, rest := take(set, c.n)
		if fmt.Sprint(first) != c.first || rest.String() != c.rest {
			t.Errorf("take %d: %v and %v, want %s and %s", c.n, first, rest, c.first, c.rest)
		}
	}
	for from, want := range map[imap.UID]string{1: "2:4,7,4294967294:4294967295", 3: "3:4,7,4294967294:4294967295",
		7: "7,4294967294:4294967295", maxUID: "4294967295"} {
		if got := clip(set, from).String(); got != want {
			t.Errorf("clip from %d: %s, want %s", from, got, want)
		}
	}
	for uid, want := range map[imap.UID]imap.UID{1: 2, 2: 3, 4: 7, 5: 7, 7: maxUID - 1, maxUID: maxUID - 1} {
		if got, ok := neighbourOf(set, uid); !ok || got != want {
			t.Errorf("neighbour of %d: %d, want %d", uid, got, want)
		}
	}
	if got, ok := neighbourOf(imap.UIDSet{{Start: 3, Stop: 3}}, 3); ok {
		t.Errorf("a lone mail has the neighbour %d", got)
	}
}

func TestPasswordIsNeverPrinted(t *testing.T) {
	a := Account{URL: "imaps://imap.example.com", Login: Password("ann", "geheim")}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, a); len(text) == 0 || strings.Contains(text, "geheim") {
			t.Errorf("%s prints %s", verb, text)
		}
	}
}
