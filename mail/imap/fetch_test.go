package imap

import (
	"fmt"
	"testing"
	"time"

	"deskd/ticketing"
)

func TestOnceStoresEveryByteAndChangesNothing(t *testing.T) {
	d := newDovecot(t)
	mails := testMails(450, 4<<10)
	mails[3].Raw = testMail(4, 900<<10) // waits in a file
	mails[5].Flags = []string{`\Deleted`}
	d.Append(t, testUser, "INBOX", mails...)
	b := newBench(t, d)
	woken := 0
	b.Spooled = func() { woken++ }
	if n := b.once(t); n != 450 {
		t.Fatalf("stored %d mails, want 450", n)
	}
	for i, m := range b.spool.stored(t) {
		if raw := b.spool.raw(t, m); m.UID != uint32(i+1) || raw != string(mails[i].Raw) {
			t.Fatalf("mail %d stored as UID %d with %d bytes, want UID %d with %d", i, m.UID, len(raw), i+1, len(mails[i].Raw))
		}
		if m.Size != int64(len(mails[i].Raw)) || m.HeaderOnly || m.Backlog || m.State != ticketing.LedgerSpooled ||
			m.MailboxID != 7 || m.Folder != "INBOX" || m.Source != ticketing.SourceInbox || m.UIDValidity == 0 ||
			time.Since(m.ReceivedAt) > time.Hour {
			t.Fatalf("mail %d stored as %+v", i, m)
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
	if n := b.once(t); n != 1 || b.spool.stored(t)[450].UID != 451 {
		t.Errorf("after one more mail stored %d", n)
	}
}
