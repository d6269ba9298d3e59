package imap

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"deskd/servertest"
	"deskd/ticketing"
)

// datedMail is the i-th mail of a test with other fields in place of Date.
func datedMail(i int, fields ...string) servertest.Mail {
	with := strings.Join(append(fields, ""), "\r\n")
	return servertest.Mail{Raw: bytes.Replace(testMail(i, 500), []byte("Date: Tue, 03 Nov 2020 10:00:00 +0000\r\n"), []byte(with), 1)}
}

// received gives a mail an INTERNALDATE.
func received(m servertest.Mail, at time.Time) servertest.Mail {
	m.InternalDate = at
	return m
}

func dateField(t time.Time) string { return "Date: " + t.Format(time.RFC1123Z) }

// subjects names the mails stored by their numbers, in order.
func (b *bench) subjects(t testing.TB) string {
	t.Helper()
	var all []string
	for _, row := range b.spool.stored(t) {
		all = append(all, strings.TrimPrefix(headerField([]byte(b.spool.raw(t, row)), "Subject"), "mail "))
	}
	return strings.Join(all, " ")
}

func (b *bench) cursor(t testing.TB) ticketing.Cursor {
	t.Helper()
	c, ok, err := b.spool.Cursor(t.Context(), b.Account.Mailbox.ID, b.Account.withDefaults().Folder)
	if !ok || err != nil {
		t.Fatalf("cursor: %v, %v", ok, err)
	}
	return c
}

// UIDVALIDITY is 1 at many servers: the same UIDs of another one are other
// mails.
func TestAnotherServerWithTheSameUIDValidity(t *testing.T) {
	for name, c := range map[string]struct {
		n    int
		user string // at the same server, unless it is ""
	}{
		"fewer mails":            {3, ""},
		"more mails":             {12, ""},
		"another user, the same": {12, "other"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t, 5)
			b := newScriptBench(t, s)
			b.once(t)
			s.change(func(s *scriptServer) {
				s.mails = map[int]string{1: s.mails[2]} // known
				for i := 2; i <= c.n; i++ {
					s.mails[i] = string(testMail(100+i, 300))
				}
				s.uidNext = c.n + 1
			})
			if c.user != "" {
				b.Account.Login = Password(c.user, "secret")
			} else {
				fresh := newScript(t, 0)
				fresh.mails, fresh.uidNext = s.mails, s.uidNext
				b.Account.URL = "imap://" + fresh.address
			}
			if n := b.once(t); n != c.n-1 {
				t.Errorf("stored %d mails, want the %d that are unknown", n, c.n-1)
			}
			if e := b.seen(Renumbered); len(e) != 1 || e[0].Err != errElsewhere {
				t.Errorf("reported %+v", e)
			}
			if n := b.once(t); n != 0 || len(b.seen(Renumbered)) != 1 {
				t.Errorf("then stored %d, reported %+v", n, b.seen(Renumbered))
			}
		})
	}
}

// What is settled under one numbering says nothing of the same UID in another.
func TestSettledUnderAnotherNumbering(t *testing.T) {
	s := newScript(t, 3)
	b := newScriptBench(t, s)
	b.once(t)
	row := b.spool.stored(t)[0]
	b.spool.settle(t, 1, 2)
	if owed := b.spool.owed(t, row); len(owed) != 2 {
		t.Fatalf("owed %v", owed)
	}
	b.Account.Login = Password("other", "secret")
	b.once(t)
	if owed := b.spool.owed(t, row); len(owed) != 0 {
		t.Errorf("of the other account's mails %v are to be marked", owed)
	}
}

// A cursor of an older version does not know where it is from.
func TestCursorWithoutAnAccount(t *testing.T) {
	s := newScript(t, 3)
	b := newScriptBench(t, s)
	b.once(t)
	c := b.cursor(t)
	old := c
	old.Account, old.Source = "", ""
	l, _, err := b.spool.AcquireLease(t.Context(), "test", "test", time.Minute)
	if err == nil {
		err = b.spool.SpoolMails(t.Context(), l, nil, old)
	}
	if err != nil {
		t.Fatal(err)
	}
	b.once(t)
	if got := b.cursor(t); got != c || len(b.seen(Renumbered)) != 0 {
		t.Errorf("cursor %+v, want %+v; reported %+v", got, c, b.seen(Renumbered))
	}
}

// Mails that lay there at the first connection and were left alone are left
// alone when the folder is renumbered, also at a server that gave them a new
// INTERNALDATE. What came since is taken.
func TestLeftAloneWhenRenumbered(t *testing.T) {
	d := newDovecot(t)
	longAgo, now := time.Now().Add(-1000*time.Hour), time.Now()
	receivedField := func(at time.Time) string {
		return "Received: from a by b\r\n with ESMTP id 1; " + at.Format(time.RFC1123Z) + " (UTC)"
	}
	d.Append(t, testUser, "INBOX", received(datedMail(1, dateField(longAgo)), longAgo), received(datedMail(2, dateField(now)), longAgo))
	b := newBench(t, d)
	b.Account.Backfill = false
	b.once(t)
	d.Append(t, testUser, "INBOX", datedMail(3, dateField(now)))
	b.once(t)
	now = time.Now().Add(time.Second)
	d.Append(t, testUser, "INBOX",
		datedMail(4, dateField(longAgo)), // there before, with a new INTERNALDATE
		datedMail(5, receivedField(longAgo), dateField(longAgo)),
		datedMail(6, dateField(now)), // came in the meantime
		datedMail(7, receivedField(now), receivedField(longAgo), dateField(longAgo)),
		datedMail(8, "Received: nobody knows when", dateField(longAgo)),
		datedMail(9, "X-No-Date: at all"))
	d.ResetUIDValidity(t, testUser, "INBOX")
	b.once(t)
	if got := b.subjects(t); got != "3 6 7 8 9" {
		t.Errorf("stored mails %s", got)
	}
	if e := b.seen(Renumbered); len(e) != 1 || e[0].Mails != 4 || e[0].LeftAlone != 4 || e[0].Err != errUIDValidity {
		t.Errorf("reported %+v", e)
	}
	b.Account.Backfill = true
	d.ResetUIDValidity(t, testUser, "INBOX")
	b.once(t)
	if got := b.subjects(t); got != "3 6 7 8 9 1 2 4 5" {
		t.Errorf("with backfill stored %s", got)
	}
}

// A folder that is read in place of another begins with what came since the
// last mail seen there.
func TestAnotherFolder(t *testing.T) {
	d := newDovecot(t)
	hour := func(n int) time.Time { return time.Now().Add(time.Duration(n) * time.Hour) }
	sample := func(i, n int) servertest.Mail { return received(datedMail(i, dateField(hour(n))), hour(n)) }
	seen, later := sample(2, -8), sample(4, -4)
	d.Append(t, testUser, "INBOX", sample(1, -9))
	b := newBench(t, d)
	b.Account.Backfill = false
	b.once(t)
	d.Append(t, testUser, "INBOX", seen)
	b.once(t)
	c := b.cursor(t)
	if c.Since.IsZero() || c.Seen.Before(c.Since) || c.Source != ticketing.SourceInbox {
		t.Errorf("cursor %+v", c)
	}
	d.Append(t, testUser, "Support", sample(3, -100), seen, received(datedMail(5, dateField(hour(1))), hour(1)))
	b.Account.Folder = "Support"
	b.once(t)
	if got := b.subjects(t); got != "2 5" {
		t.Errorf("stored mails %s", got)
	}
	if e := b.seen(Renumbered); len(e) != 1 || e[0].Mails != 1 || e[0].LeftAlone != 1 || !strings.Contains(fmt.Sprint(e[0].Err), "INBOX") {
		t.Errorf("reported %+v", e)
	}
	d.Append(t, testUser, "Support", sample(6, -20)) // moved there by somebody
	if n := b.once(t); n != 1 {
		t.Errorf("stored %d mails, want the next one", n)
	}
	d.ResetUIDValidity(t, testUser, "Support")
	if n := b.once(t); n != 0 {
		t.Errorf("renumbered, stored %d", n)
	}
	// The folder of sent mail is none in place of the inbox.
	d.Append(t, testUser, "Sent", later, received(datedMail(7, dateField(hour(2))), hour(2)))
	b.Account.Folder, b.Account.Source = "Sent", ticketing.SourceSent
	if n := b.once(t); n != 0 || len(b.seen(Renumbered)) != 2 {
		t.Errorf("of the sent mails stored %d, reported %+v", n, b.seen(Renumbered))
	}
}

// Mails keep their Date at another server, where they may get another
// INTERNALDATE.
func TestKnownByTheirDate(t *testing.T) {
	s := newScript(t, 3)
	b := newScriptBench(t, s)
	b.once(t)
	s.change(func(s *scriptServer) { s.uidValidity, s.internalDate = 10, "05-Nov-2026 11:00:00 +0000" })
	if n := b.once(t); n != 0 {
		t.Errorf("stored %d known mails again", n)
	}
}
