package storagetest

import (
	"testing"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

// mailboxes: a mailbox is known by its address, and by a former one that is an
// alias now.
func mailboxes(t *testing.T, d desk) {
	ensure := func(moved bool, boxes ...ticketing.Mailbox) (ids []int64) {
		t.Helper()
		all, err := d.EnsureMailboxes(t.Context(), boxes)
		ok(t, err)
		if moved {
			ok(t, d.MoveMailboxes(t.Context(), all))
		}
		for _, b := range all {
			ids = append(ids, b.ID)
		}
		return ids
	}
	box := func(address string, aliases ...string) ticketing.Mailbox {
		return ticketing.Mailbox{Address: address, Aliases: aliases}
	}
	for _, c := range []struct {
		name  string
		boxes []ticketing.Mailbox
		moved bool
		want  []int64
	}{
		{"new ones", []ticketing.Mailbox{box("a@example.com"), box("b@example.com")}, true, []int64{1, 2}},
		{"known ones", []ticketing.Mailbox{box("B@example.com"), box("a@example.com")}, true, []int64{2, 1}},
		{"another address", []ticketing.Mailbox{box("c@example.com", "x@example.com", "A@example.com")}, false, []int64{1}},
		{"which is taken back", []ticketing.Mailbox{box("a@example.com")}, false, []int64{1}},
		{"another address, for good", []ticketing.Mailbox{box("c@example.com", "a@example.com")}, true, []int64{1}},
		{"without the alias", []ticketing.Mailbox{box("c@example.com")}, true, []int64{1}},
		{"back", []ticketing.Mailbox{box("a@example.com", "c@example.com")}, true, []int64{1}},
		{"an alias that was another mailbox", []ticketing.Mailbox{box("a@example.com", "b@example.com")}, true, []int64{1}},
		{"the first of two aliases", []ticketing.Mailbox{box("d@example.com", "b@example.com", "a@example.com")}, true, []int64{2}},
	} {
		if got := ensure(c.moved, c.boxes...); !equal(got, c.want) {
			t.Errorf("%s: mailboxes %v, want %v", c.name, got, c.want)
		}
	}
	if got := ensure(true, box("b@example.com")); got[0] <= 2 {
		t.Errorf("a mailbox at an address that was given up is mailbox %d", got[0])
	}
}

// movedFolders: the same numbers may come to mean other mails, and another
// folder may take the place of one.
func movedFolders(t *testing.T, d desk) {
	l := d.lease(t)
	c := inbox(1, 2)
	c.Account, c.Source, c.Since, c.Seen = "imap.example.com:993 support", ticketing.SourceInbox, at(-60), at(-50)
	a, b := arrival(1, mailOf(100, 1)), arrival(2, mailOf(100, 2))
	a.MessageID, a.Date, b.MessageID = "<a@x>", at(-5), "<b@x>"
	early := arrival(3, mailOf(100, 3))
	early.ReceivedAt = at(-1000)
	late := arrival(4, mailOf(100, 4))
	late.ReceivedAt = time.Now().Add(time.Hour)
	cursor := func() ticketing.Cursor {
		t.Helper()
		got, known, err := d.Cursor(t.Context(), 1, "INBOX")
		if !known || err != nil {
			t.Fatalf("cursor: %v, %v", known, err)
		}
		return got
	}
	want := func(now, want ticketing.Cursor) {
		t.Helper()
		same(t, []ticketing.Cursor{want}, []ticketing.Cursor{now})
	}
	ok(t, d.SpoolMails(t.Context(), l, []ticketing.Arrival{a, b}, c))
	c.Seen = at(2)
	want(cursor(), c)
	c.LastUID = 3
	ok(t, d.SpoolMails(t.Context(), l, []ticketing.Arrival{early}, c))
	want(cursor(), c)
	c.LastUID = 4
	ok(t, d.SpoolMails(t.Context(), l, []ticketing.Arrival{late}, c))
	if got := cursor().Seen; got.Before(at(2)) || got.After(time.Now()) {
		t.Errorf("a mail from the future was seen at %v", got)
	}

	other := c
	other.Numbering, other.LastUID, other.Comparing = 1, 2, true
	one, two := arrival(1, mailOf(100, 11)), arrival(2, mailOf(2*mebibyte, 12))
	for range 2 {
		ok(t, d.SpoolMails(t.Context(), l, []ticketing.Arrival{one, two}, other))
	}
	if n := len(d.rows(t, storage.LedgerFilter{})); n != 6 {
		t.Errorf("%d rows, want 4 and the 2 that have their numbers", n)
	}
	if got := cursor(); got.LastUID != 2 || got.Numbering != 1 || !got.Comparing {
		t.Errorf("cursor %+v", got)
	}

	if _, ok, err := d.FormerFolder(t.Context(), 1, "INBOX", ticketing.SourceInbox); ok || err != nil {
		t.Errorf("before the only folder: %v, %v", ok, err)
	}
	former, is, err := d.FormerFolder(t.Context(), 1, "Support", ticketing.SourceInbox)
	if !is || err != nil {
		t.Fatalf("the folder before: %v, %v", is, err)
	}
	want(former, cursor())
	if _, ok, err := d.FormerFolder(t.Context(), 1, "Sent", ticketing.SourceSent); ok || err != nil {
		t.Errorf("before the folder of sent mail: %v, %v", ok, err)
	}
	moved, sent := c, c
	moved.Folder, moved.Numbering = "Support", 0
	sent.Folder, sent.Numbering, sent.Source = "Sent", 0, ticketing.SourceSent
	ok(t, d.SpoolMails(t.Context(), l, nil, moved))
	ok(t, d.SpoolMails(t.Context(), l, nil, sent))
	a.ReceivedAt, b.Date = at(77), b.ReceivedAt // by its own date, and by what an older version had
	for folder, want := range map[string][]bool{"Support": {true, true}, "INBOX": {true, true}, "Sent": {false, false}} {
		if got, err := d.KnownMails(t.Context(), 1, folder, []ticketing.Arrival{a, b}); err != nil || !equal(got, want) {
			t.Errorf("known in %s: %v, %v", folder, got, err)
		}
	}
}
