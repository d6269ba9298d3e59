package storagetest

import (
	"testing"

	"deskd/ticketing"
)

// mailboxes: a mailbox is known by its address, and by a former one that is an
// alias now.
func mailboxes(t *testing.T, d desk) {
	ensure := func(boxes ...ticketing.Mailbox) (ids []int64) {
		t.Helper()
		all, err := d.EnsureMailboxes(t.Context(), boxes)
		ok(t, err)
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
		want  []int64
	}{
		{"new ones", []ticketing.Mailbox{box("a@example.com"), box("b@example.com")}, []int64{1, 2}},
		{"known ones", []ticketing.Mailbox{box("B@example.com"), box("a@example.com")}, []int64{2, 1}},
		{"another address", []ticketing.Mailbox{box("c@example.com", "x@example.com", "A@example.com")}, []int64{1}},
		{"and again", []ticketing.Mailbox{box("c@example.com", "a@example.com")}, []int64{1}},
		{"back", []ticketing.Mailbox{box("a@example.com", "c@example.com")}, []int64{1}},
		{"an alias that is a mailbox of old, for one that is known", []ticketing.Mailbox{box("a@example.com", "b@example.com")}, []int64{1}},
		{"the first of two aliases", []ticketing.Mailbox{box("d@example.com", "b@example.com", "a@example.com")}, []int64{2}},
	} {
		if got := ensure(c.boxes...); !equal(got, c.want) {
			t.Errorf("%s: mailboxes %v, want %v", c.name, got, c.want)
		}
	}
	if got := ensure(box("b@example.com")); got[0] <= 2 {
		t.Errorf("a mailbox at an address that was given up is mailbox %d", got[0])
	}
}
