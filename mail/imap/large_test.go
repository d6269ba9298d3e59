package imap

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

// Mails of 50 MiB go through a file: memory does not grow with them.
func TestLargeMailIsStreamed(t *testing.T) {
	d := newDovecot(t)
	mails := testMails(3, 1000)
	mails[1].Raw = testMail(2, 49<<20)
	d.Append(t, testUser, "INBOX", mails...)
	b := newBench(t, d)
	b.TempDir = t.TempDir()
	mails[1].Raw = nil
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	b.Spool = &dropSpool{}
	if n := b.once(t); n != 3 {
		t.Fatalf("stored %d mails", n)
	}
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
		t.Errorf("allocated %d MiB for a mail of 49 MiB", grown>>20)
	}
	if left, err := os.ReadDir(b.TempDir); err != nil || len(left) != 0 {
		t.Errorf("left behind %v, %v", left, err)
	}
}

func TestMailsAboveTheLimitComeAsHeader(t *testing.T) {
	d := newDovecot(t)
	mails := testMails(4, 1000)
	mails[1].Raw = testMail(2, 30<<10)  // larger than the limit, in one piece
	mails[2].Raw = testMail(3, 900<<10) // larger than a beginning
	d.Append(t, testUser, "INBOX", mails...)
	b := newBench(t, d)
	b.Account.Limits.MailSize = 20 << 10
	b.once(t)
	rows := b.spool.stored(t)
	wantUIDs(t, rows, 1, 2, 3, 4)
	for i, row := range rows {
		raw, large := b.spool.raw(t, row), i == 1 || i == 2
		if row.HeaderOnly != large || large && (strings.Contains(raw, "xxx") || !strings.HasSuffix(raw, "\r\n\r\n")) ||
			!strings.Contains(raw, fmt.Sprintf("Subject: mail %d", i+1)) {
			t.Errorf("uid %d: header only %v, %d bytes", row.UID, row.HeaderOnly, len(raw))
		}
	}
	if n := b.once(t); n != 0 {
		t.Errorf("the second look stored %d", n)
	}
	// When the folder is renumbered they are known by their whole size.
	d.ResetUIDValidity(t, testUser, "INBOX")
	if n := b.once(t); n != 0 {
		t.Errorf("after renumbering stored %d", n)
	}
}

// Groups are bounded by bytes, and grow again after large mails.
func TestGroupsOfLargeMails(t *testing.T) {
	d := newDovecot(t)
	mails := testMails(24, 1000)
	for i := range 8 {
		mails[i].Raw = testMail(i+1, 400<<10)
	}
	d.Append(t, testUser, "INBOX", mails...)
	b := newBench(t, d)
	b.Account.Limits = Limits{GroupMails: 8, GroupBytes: 1 << 20, MemoryBytes: 10 << 10}
	b.once(t)
	wantOnce(t, b, mails)
	if got := fmt.Sprint(b.spool.groups); got != "[2 2 2 2 4 8 4]" {
		t.Errorf("stored in groups of %s", got)
	}
}

// A full disk is our own fault: no mail is given up for it.
func TestNoRoomForTheTemporaryFile(t *testing.T) {
	d := newDovecot(t)
	mails := testMails(3, 1000)
	mails[1].Raw = testMail(2, 900<<10)
	d.Append(t, testUser, "INBOX", mails...)
	b := newBench(t, d)
	b.TempDir = t.TempDir() + "/not/there"
	b.Account.Timing.BackoffMin, b.Account.Timing.BackoffMax = time.Millisecond, 2*time.Millisecond
	b.run(t)
	b.until(t, "failures", func() bool { return len(b.seen(Failed)) > 8 })
	if err := b.seen(Failed)[0].Err; !strings.Contains(err.Error(), "temporary file") {
		t.Errorf("reported %v", err)
	}
	for _, row := range b.spool.stored(t) {
		if row.UID > 1 || row.State != ticketing.LedgerSpooled || row.HeaderOnly {
			t.Errorf("stored %+v", row)
		}
	}
}
