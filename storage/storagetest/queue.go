package storagetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

// spooled stores n mails of INBOX.
func (d desk) spooled(t *testing.T, n int) {
	t.Helper()
	l := d.lease(t)
	var arrivals []ticketing.Arrival
	for i := range n {
		arrivals = append(arrivals, arrival(uint32(i+1), mailOf(20, uint64(i))))
	}
	ok(t, d.SpoolMails(t.Context(), l, arrivals, inbox(1, uint32(n))))
}

// claim takes spooled mails and gives their numbers.
func (d desk) claim(t *testing.T, owner string, n int, lease time.Duration) (uids []uint32, rows []ticketing.LedgerRow) {
	t.Helper()
	c, err := d.ClaimSpooled(t.Context(), owner, n, lease)
	ok(t, err)
	for _, row := range c.Mails {
		uids = append(uids, row.UID)
	}
	return uids, c.Mails
}

// queue: oldest first, attempts counted, and what is given back comes due as
// it was said.
func queue(t *testing.T, d desk) {
	d.spooled(t, 5)
	uids, rows := d.claim(t, "one", 2, time.Hour)
	if !equal(uids, []uint32{1, 2}) || rows[0].Attempts != 1 || rows[0].RawSHA256 != digest(mailOf(20, 0)) {
		t.Errorf("first claim: %v, %+v", uids, rows)
	}
	uids, more := d.claim(t, "one", 10, time.Hour)
	if !equal(uids, []uint32{3, 4, 5}) {
		t.Errorf("second claim: %v", uids)
	}
	ok(t, d.ReleaseSpooled(t.Context(), "two", []int64{more[0].ID}, time.Time{})) // not two's
	ok(t, d.ReturnSpooled(t.Context(), "one", []int64{more[2].ID}, time.Time{}))  // not counted
	if uids, again := d.claim(t, "one", 10, time.Hour); !equal(uids, []uint32{5}) || again[0].Attempts != 1 {
		t.Errorf("claim after a return: %v, %+v", uids, again)
	}
	ok(t, d.ReleaseSpooled(t.Context(), "one", ledgerIDs(more[:2]), time.Now().Add(-time.Minute)))
	for _, uid := range []uint32{3, 4} { // each alone, since they were tried
		if uids, again := d.claim(t, "one", 10, time.Hour); !equal(uids, []uint32{uid}) || again[0].Attempts != 2 {
			t.Errorf("claim after a release: %v, %+v", uids, again)
		}
	}
	ok(t, d.ReleaseSpooled(t.Context(), "one", ledgerIDs(more), time.Now().Add(time.Hour)))
	d.update(t, func(tx ticketing.Tx) error {
		return tx.SettleMail(rows[0].ID, ticketing.Outcome{State: ticketing.LedgerIgnored}, at(20))
	})
	n, err := d.Undecided(t.Context(), ledgerIDs(append(rows, more...)))
	if ok(t, err); n != 1 {
		t.Errorf("%d mails are undecided, want the one that is claimed", n)
	}
	ok(t, d.ReleaseSpooled(t.Context(), "one", ledgerIDs(rows), time.Time{}))
	if uids, _ := d.claim(t, "one", 10, time.Hour); !equal(uids, []uint32{2}) {
		t.Errorf("a mail that is settled, or due later, was claimed: %v", uids)
	}
}

// largeMails: a claim is of at most so many bytes, and of one mail at least.
func largeMails(t *testing.T, d desk) {
	l := d.lease(t)
	var arrivals []ticketing.Arrival
	for i, size := range []int{3 << 20, 3 << 20, 3 << 20, 20, 20 << 20, 20 << 20, 20, 20} {
		raw := slices.Concat(mailOf(20, uint64(i)), make([]byte, size-20))
		arrivals = append(arrivals, arrival(uint32(i+1), raw))
	}
	ok(t, d.SpoolMails(t.Context(), l, arrivals, inbox(1, 8)))
	for _, want := range [][]uint32{{1, 2, 3}, {4, 5, 6}, {7}, {8}} {
		n := 10
		if want[0] == 7 {
			n = 1
		}
		if uids, _ := d.claim(t, "one", n, time.Hour); !equal(uids, want) {
			t.Errorf("claimed %v, want %v", uids, want)
		}
	}
}

// endClaims: an owner that could not give mails back has them again, as though
// they had not been tried.
func endClaims(t *testing.T, d desk) {
	d.spooled(t, 3)
	_, rows := d.claim(t, "one", 2, time.Hour)
	ok(t, d.EndClaims(t.Context(), "two")) // has none
	ok(t, d.ReleaseSpooled(t.Context(), "one", ledgerIDs(rows[1:]), time.Now().Add(time.Hour)))
	ok(t, d.EndClaims(t.Context(), "one"))
	if uids, again := d.claim(t, "one", 10, time.Hour); !equal(uids, []uint32{1, 3}) || again[0].Attempts != 1 {
		t.Errorf("claimed %v, %+v", uids, again)
	}
}

// oneDecides: while one owner decides about mails, others get none; whoever
// comes next takes over what the one before had in hand, in order, and that one
// can decide no more.
func oneDecides(t *testing.T, d desk) {
	ctx := t.Context()
	claim := func(owner string, lease time.Duration, want ...uint32) ticketing.Claim {
		t.Helper()
		c, err := d.ClaimSpooled(ctx, owner, 2, lease)
		ok(t, err)
		var uids []uint32
		for _, row := range c.Mails {
			uids = append(uids, row.UID)
		}
		if !equal(uids, want) {
			t.Errorf("%s claimed %v, want %v", owner, uids, want)
		}
		return c
	}
	hold := func(l ticketing.Lease) error {
		return d.Update(ctx, func(tx ticketing.Tx) error { return tx.HoldLease(l) })
	}
	if c := claim("one", time.Hour); c.Lease.Epoch != 0 {
		t.Errorf("a lease without mails: %+v", c.Lease)
	}
	d.spooled(t, 4)
	one := claim("one", time.Hour, 1, 2).Lease
	if c := claim("two", time.Hour); c.Lease.Epoch != 0 {
		t.Errorf("two leases: %+v", c.Lease)
	}
	same(t, one, claim("one", time.Hour, 3, 4).Lease) // the same
	if c := claim("one", time.Hour); c.Lease.Epoch != one.Epoch {
		t.Errorf("the lease ended with the mails: %+v", c.Lease)
	}
	ok(t, hold(one))

	ok(t, d.RenewLease(ctx, one, time.Millisecond))
	time.Sleep(5 * time.Millisecond) // one is slow
	ok(t, hold(one))
	c := claim("two", time.Hour, 1) // alone, since it was tried
	two := c.Lease
	if two.Epoch <= one.Epoch || c.Mails[0].Attempts != 2 {
		t.Errorf("after the takeover: %+v", c)
	}
	for what, err := range map[string]error{"decided": hold(one), "renewed": d.RenewLease(ctx, one, time.Hour)} {
		if !errors.Is(err, ticketing.ErrLeaseLost) {
			t.Errorf("%s under a lease that was lost: %v", what, err)
		}
	}
	ok(t, d.ReleaseLease(ctx, one)) // changes nothing
	ok(t, hold(two))
	// One gives back what it had: its attempt does not count, and two's claim stays.
	ok(t, d.ReturnSpooled(ctx, "one", []int64{c.Mails[0].ID}, time.Time{}))
	if row := d.rows(t, storage.LedgerFilter{})[0]; row.Attempts != 1 {
		t.Errorf("%d attempts are counted, want two's", row.Attempts)
	}
	claim("two", time.Hour, 2)
	ok(t, d.ReleaseLease(ctx, two))
	if err := d.RenewLease(ctx, two, time.Hour); !errors.Is(err, ticketing.ErrLeaseLost) {
		t.Errorf("renewed after it was given back: %v", err)
	}
	claim("one", time.Hour, 1)
}

// decidingTogether: a lease cannot be taken while a transaction holds it, and
// whoever takes it then sees what that transaction did.
func decidingTogether(t *testing.T, d desk) {
	other := desk{url: d.url, Store: open(t, d.url)}
	d.spooled(t, 2)
	c, err := d.ClaimSpooled(t.Context(), "one", 1, time.Millisecond)
	ok(t, err)
	time.Sleep(5 * time.Millisecond) // the lease ends before the transaction does
	claimed := make(chan ticketing.Claim, 1)
	var claiming sync.WaitGroup
	d.update(t, func(tx ticketing.Tx) error {
		if err := tx.HoldLease(c.Lease); err != nil {
			return err
		}
		claiming.Go(func() {
			c, err := other.ClaimSpooled(context.Background(), "two", 10, time.Hour)
			if err != nil {
				t.Error(err)
			}
			claimed <- c
		})
		time.Sleep(50 * time.Millisecond)
		if len(claimed) > 0 {
			t.Error("the lease was taken in the middle of a transaction")
		}
		return tx.SettleMail(c.Mails[0].ID, ticketing.Outcome{State: ticketing.LedgerIgnored}, at(20))
	})
	claiming.Wait()
	if c := <-claimed; len(c.Mails) != 1 || c.Mails[0].UID != 2 {
		t.Errorf("claimed after the transaction: %+v", c)
	}
}

// settling: once, and what it writes is found by those who look for doubles.
func settling(t *testing.T, d desk) {
	d.spooled(t, 4)
	_, rows := d.claim(t, "one", 10, time.Hour)
	o := ticketing.Outcome{
		State: ticketing.LedgerApplied, Reason: "reply", TicketID: 7, EntryID: 8, MessageID: "<m@x>", BodyDigest: "bd", From: "ada@example.org",
		SentAt: time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC),
	}
	settle := func(id int64, o ticketing.Outcome) error {
		return d.Update(t.Context(), func(tx ticketing.Tx) error { return tx.SettleMail(id, o, at(20)) })
	}
	raw := func() []ticketing.PriorMail {
		return read(t, d, func(r ticketing.Reader) ([]ticketing.PriorMail, error) { return r.MailsWithRaw(rows[0].RawSHA256) })
	}
	if got := raw(); len(got) != 0 {
		t.Errorf("a mail that is not decided counts as prior: %+v", got)
	}
	ok(t, settle(rows[0].ID, o))
	if err := settle(rows[0].ID, ticketing.Outcome{State: ticketing.LedgerIgnored}); !errors.Is(err, ticketing.ErrSettled) {
		t.Errorf("settled twice: %v", err)
	}
	for _, state := range []ticketing.LedgerState{"", ticketing.LedgerSpooled} {
		if err := settle(rows[1].ID, ticketing.Outcome{State: state}); err == nil {
			t.Errorf("settled as %q", state)
		}
	}
	got := read(t, d, func(r ticketing.Reader) (ticketing.LedgerRow, error) { return r.Ledger(rows[0].ID) })
	want := rows[0]
	want.State, want.Reason, want.TicketID, want.EntryID, want.MessageID, want.BodyDigest = o.State, o.Reason, 7, 8, "<m@x>", "bd"
	want.DoneAt = at(20)
	same(t, want, got)

	prior := ticketing.PriorMail{
		MailID: rows[0].ID, TicketID: 7, EntryID: 8, State: ticketing.LedgerApplied, MessageID: "<m@x>", BodyDigest: "bd",
		RawSHA256: rows[0].RawSHA256, From: "ada@example.org", SentAt: o.SentAt,
	}
	same(t, []ticketing.PriorMail{prior}, raw())
	ok(t, settle(rows[1].ID, ticketing.Outcome{State: ticketing.LedgerIgnored, MessageID: "<m@x>"}))
	byID := read(t, d, func(r ticketing.Reader) ([]ticketing.PriorMail, error) { return r.MailsWithMessageID("<m@x>") })
	if len(byID) != 2 || byID[0] != prior || byID[1].MailID != rows[1].ID {
		t.Errorf("mails with the id: %+v", byID)
	}
	for name, c := range map[string]struct {
		filter storage.LedgerFilter
		want   int
	}{
		"all":     {storage.LedgerFilter{}, 4},
		"spooled": {storage.LedgerFilter{State: ticketing.LedgerSpooled}, 2},
		"ignored": {storage.LedgerFilter{State: ticketing.LedgerIgnored, MailboxID: 1}, 1},
		"ticket":  {storage.LedgerFilter{TicketID: 7}, 1},
		"before":  {storage.LedgerFilter{BeforeID: rows[2].ID}, 2},
	} {
		if got := d.rows(t, c.filter); len(got) != c.want {
			t.Errorf("ledger, %s: %d rows, want %d", name, len(got), c.want)
		}
	}
	afterwards(t, d)
}

// afterwards: what is to be done in the mailbox with decided mails.
func afterwards(t *testing.T, d desk) {
	waiting := func(folder string, uidValidity uint32, limit int) []uint32 {
		uids, err := d.Settled(t.Context(), 1, folder, uidValidity, limit)
		ok(t, err)
		return uids
	}
	if got := waiting("INBOX", 1, 10); !equal(got, []uint32{1, 2}) {
		t.Errorf("settled: %v", got)
	}
	if got := waiting("INBOX", 1, 1); !equal(got, []uint32{1}) {
		t.Errorf("settled, one: %v", got)
	}
	if got := append(waiting("INBOX", 2, 10), waiting("Sent", 1, 10)...); len(got) != 0 {
		t.Errorf("settled elsewhere: %v", got)
	}
	ok(t, d.SettledDone(t.Context(), 1, "INBOX", 1, []uint32{1, 77}))
	if got := waiting("INBOX", 1, 10); !equal(got, []uint32{2}) {
		t.Errorf("settled after one is done: %v", got)
	}
}

// takeOver: what somebody dead held is free at once, and what others hold is
// not.
func takeOver(t *testing.T, d desk) {
	d.spooled(t, 2)
	if uids, _ := d.claim(t, "dead", 2, time.Hour); !equal(uids, []uint32{1, 2}) {
		t.Fatalf("claimed %v", uids)
	}
	_, held, err := d.AcquireLease(t.Context(), "another folder", "alive", time.Hour)
	if ok(t, err); !held {
		t.Fatal("no lease")
	}
	owed := []int64{d.owe(t, ticketing.OutboxMail{}), d.owe(t, ticketing.OutboxMail{})}
	sending, err := d.ClaimOutbox(t.Context(), ticketing.OutboxClaim{Owner: "dead", N: 1, Lease: time.Hour})
	if ok(t, err); len(sending) != 1 || sending[0].ID != owed[0] {
		t.Fatalf("sending %+v", sending)
	}
	_, held, err = d.AcquireLease(t.Context(), "folder", "dead", time.Hour)
	if ok(t, err); !held {
		t.Fatal("no lease")
	}
	owners, err := d.Owners(t.Context())
	if ok(t, err); !slices.Contains(owners, "dead") || !slices.Contains(owners, "alive") || slices.Contains(owners, "") {
		t.Errorf("owners: %q", owners)
	}
	n, err := d.TakeOver(t.Context(), "dead")
	if ok(t, err); n != 5 {
		t.Errorf("took over %d claims, want two mails in, one out, two leases", n)
	}
	for _, uid := range []uint32{1, 2} {
		if uids, _ := d.claim(t, "next", 10, time.Hour); !equal(uids, []uint32{uid}) {
			t.Errorf("claimed %v after the takeover, want %d", uids, uid)
		}
	}
	if n, err := d.TakeOver(t.Context(), "next"); err != nil || n != 3 {
		t.Errorf("took over %d claims, %v", n, err)
	}
	if uids, _ := d.claim(t, "next", 10, time.Hour); len(uids) != 0 {
		t.Errorf("claimed %v, which was in hand at two deaths just now", uids)
	}
	if sending, err = d.ClaimOutbox(t.Context(), ticketing.OutboxClaim{Owner: "next", N: 10, Lease: time.Hour}); err != nil || len(sending) != 2 || sending[0].Attempts != 2 {
		t.Errorf("sending after the takeover: %+v, %v", sending, err)
	}
	if _, held, err := d.AcquireLease(t.Context(), "folder", "next", time.Hour); err != nil || !held {
		t.Errorf("the lease was not taken over: %v", err)
	}
	if owners, err = d.Owners(t.Context()); err != nil || slices.Contains(owners, "dead") {
		t.Errorf("owners after the takeover: %q, %v", owners, err)
	}
}
