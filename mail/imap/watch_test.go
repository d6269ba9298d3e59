package imap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"deskd/servertest"
	"deskd/ticketing"
)

// wantOnce wants each of the mails 1 to n in the ledger exactly once, byte for
// byte, whatever their UIDs.
func wantOnce(t testing.TB, b *bench, mails []servertest.Mail) {
	t.Helper()
	times := map[string]int{}
	for _, row := range b.spool.stored(t) {
		if row.State != ticketing.LedgerGone {
			times[b.spool.raw(t, row)]++
		}
	}
	for i, m := range mails {
		if n := times[string(m.Raw)]; n != 1 {
			t.Errorf("mail %d is in the ledger %d times", i+1, n)
		}
	}
	if len(times) != len(mails) {
		t.Errorf("the ledger has %d different mails, want %d", len(times), len(mails))
	}
}

func TestMailsComeAtOnce(t *testing.T) {
	for name, withhold := range map[string][]string{"with IDLE": nil, "without IDLE": {"IDLE"}} {
		t.Run(name, func(t *testing.T) {
			d := newDovecot(t, withhold...)
			b := newBench(t, d)
			b.Account.Timing.PollWithoutIdle = 20 * time.Millisecond
			woken := make(chan struct{}, 10)
			b.Spooled = func() { woken <- struct{}{} }
			b.run(t)
			b.until(t, "connection", func() bool { return len(b.seen(Connected)) == 1 })
			for i := 1; i <= 3; i++ {
				d.Deliver(t, testUser, testMail(i, 100))
				select {
				case <-woken:
				case <-time.After(time.Minute):
					t.Fatal("nobody was woken")
				}
			}
			wantUIDs(t, b.spool.stored(t), 1, 2, 3)
			if n := len(b.seen(Connected)); n != 1 {
				t.Errorf("connected %d times", n)
			}
		})
	}
}

// mail-rules §9 test 64: the connection is dead and nobody says so.
func TestDeadConnectionInIdle(t *testing.T) {
	d := newDovecot(t)
	b := newBench(t, d)
	b.Account.Timing.Poll = 2 * shortCommand
	b.Account.Timing.Command = shortCommand
	b.run(t)
	b.until(t, "IDLE", func() bool { return d.Idling(t) == 1 })
	if n := d.PauseSessions(t); n != 1 {
		t.Fatalf("%d sessions to freeze", n)
	}
	d.Deliver(t, testUser, testMail(1, 100))
	b.until(t, "mail", func() bool { return len(b.spool.stored(t)) == 1 })
}

// The time for finding out and connecting again is part of Poll.
func TestQuietLeavesTimeToConnectAgain(t *testing.T) {
	usual := Account{}.withDefaults().Timing
	for _, c := range []struct {
		timing Timing
		idle   bool
		want   time.Duration
	}{
		{usual, true, 5*time.Minute - 25*time.Second},
		{usual, false, time.Minute},
		{Timing{Poll: 30 * time.Minute, IdleRenew: 9 * time.Minute, Command: time.Minute, PollWithoutIdle: time.Minute}, true, 9 * time.Minute},
		{Timing{Poll: 20 * time.Second, IdleRenew: 9 * time.Minute, Command: time.Minute, PollWithoutIdle: time.Minute}, true, 10 * time.Second},
		{Timing{Poll: 20 * time.Second, IdleRenew: 9 * time.Minute, Command: time.Minute, PollWithoutIdle: time.Minute}, false, 20 * time.Second},
	} {
		if got := c.timing.quiet(c.idle); got != c.want {
			t.Errorf("quiet(%v) with poll %v is %v, want %v", c.idle, c.timing.Poll, got, c.want)
		}
	}
}

// The server dies, freezes and comes back while a backlog is taken in.
func TestServerDiesDuringBacklog(t *testing.T) {
	for name, c := range map[string]struct {
		command    time.Duration
		harm, mend func(t *testing.T, d *servertest.Dovecot) // before and after the failure
	}{
		"killed": {0, func(t *testing.T, d *servertest.Dovecot) {
			d.Kill(t)
			d.Restart(t)
		}, func(*testing.T, *servertest.Dovecot) {}},
		"frozen": {shortCommand,
			func(t *testing.T, d *servertest.Dovecot) { d.Pause(t) },
			func(t *testing.T, d *servertest.Dovecot) { d.Resume(t) }},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDovecot(t)
			mails := testMails(300, 4<<10)
			d.Append(t, testUser, "INBOX", mails...)
			b := newBench(t, d)
			b.Account.Limits.GroupMails = 20
			b.Account.Timing.Command = c.command
			groups := 0
			due, done := make(chan struct{}, 1), make(chan struct{})
			b.spool.before(func([]ticketing.Arrival) error {
				if groups++; groups%5 == 0 && groups < 15 {
					due <- struct{}{}
					select {
					case <-done:
					case <-t.Context().Done():
					}
				}
				return nil
			})
			stop := b.run(t)
			for range 2 {
				b.until(t, "group", func() bool { return len(due) > 0 })
				<-due
				failed := len(b.seen(Failed))
				c.harm(t, d)
				done <- struct{}{}
				b.until(t, "failure", func() bool { return len(b.seen(Failed)) > failed })
				c.mend(t, d)
			}
			b.until(t, "300 mails", func() bool { return len(b.spool.stored(t)) >= 300 })
			stop()
			wantOnce(t, b, mails)
		})
	}
}

// mail-rules §9 test 62: whatever fails around the transaction, the mails are
// stored once.
func TestSpoolFails(t *testing.T) {
	d := newDovecot(t)
	mails := testMails(50, 500)
	d.Append(t, testUser, "INBOX", mails...)
	b := newBench(t, d)
	b.Account.Limits.GroupMails = 10
	n := 0
	b.spool.before(func([]ticketing.Arrival) error {
		if n++; n%2 == 1 {
			return errors.New("the database is not there")
		}
		return nil
	})
	stop := b.run(t)
	b.until(t, "50 mails", func() bool { return len(b.spool.stored(t)) >= 50 })
	stop()
	wantOnce(t, b, mails)
	if e := b.seen(Failed); len(e) != 5 || !strings.Contains(e[0].Err.Error(), "the database is not there") {
		t.Errorf("reported %v", e)
	}
}

// The end of the context lets a transaction finish, and nothing else begin.
func TestStopFinishesWhatIsInHand(t *testing.T) {
	d := newDovecot(t)
	d.Append(t, testUser, "INBOX", testMails(30, 500)...)
	b := newBench(t, d)
	b.Account.Limits.GroupMails = 10
	ctx, cancel := context.WithCancel(t.Context())
	b.spool.before(func([]ticketing.Arrival) error { cancel(); return nil })
	done := make(chan error)
	go func() { done <- b.Run(ctx) }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("Run: %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("Run does not end")
	}
	if n := len(b.spool.stored(t)); n != 10 {
		t.Errorf("stored %d mails, want the 10 in hand", n)
	}
	if e := b.seen(Failed); len(e) != 0 {
		t.Errorf("reported %v", e)
	}
	b.until(t, "end of the session", func() bool { return d.Sessions(t) == 0 })
}

func TestStopInIdle(t *testing.T) {
	d := newDovecot(t)
	b := newBench(t, d)
	stop := b.run(t)
	b.until(t, "IDLE", func() bool { return d.Idling(t) == 1 })
	begun := time.Now()
	stop()
	if took := time.Since(begun); took > time.Minute { // IDLE would go on for minutes
		t.Errorf("took %v to end", took)
	}
}

// mail-rules §9 test 63: a holder that was too slow is refused.
func TestStaleLeaseHolderWritesNothing(t *testing.T) {
	d := newDovecot(t)
	mails := testMails(30, 500)
	d.Append(t, testUser, "INBOX", mails...)
	slow, quick := newBench(t, d), newBench(t, d)
	quick.spool, quick.Spool, quick.Owner = slow.spool, slow.spool, "quick"
	slow.Account.Limits.GroupMails = 10
	slow.Account.Timing.Lease, slow.Account.Timing.LeaseRenew = 100*time.Millisecond, time.Hour
	groups := 0
	slow.spool.before(func(a []ticketing.Arrival) error {
		if groups++; groups == 2 { // slow sleeps through its lease
			time.Sleep(150 * time.Millisecond)
			if n := quick.once(t); n != 20 {
				t.Errorf("the new holder stored %d mails", n)
			}
		}
		return nil
	})
	if _, err := slow.Once(t.Context()); !errors.Is(err, ticketing.ErrLeaseLost) {
		t.Errorf("the old holder ended with %v", err)
	}
	wantOnce(t, slow, mails)
}

// Two processes on one folder: one works, the other waits and takes over.
func TestTwoProcesses(t *testing.T) {
	d := newDovecot(t)
	one, two := newBench(t, d), newBench(t, d)
	two.spool, two.Spool, two.Owner = one.spool, one.spool, "two"
	for _, b := range []*bench{one, two} {
		b.Account.Timing.LeaseRenew = 50 * time.Millisecond
	}
	stop := one.run(t)
	one.until(t, "connection", func() bool { return len(one.seen(Connected)) == 1 })
	two.run(t)
	two.until(t, "wait", func() bool { return len(two.seen(Waiting)) == 1 })
	d.Deliver(t, testUser, testMail(1, 100))
	one.until(t, "mail", func() bool { return len(one.spool.stored(t)) == 1 })
	if n := len(two.seen(Connected)); n != 0 {
		t.Errorf("the one that waits connected %d times", n)
	}
	if _, err := two.Once(t.Context()); !errors.Is(err, ErrHeld) {
		t.Errorf("Once beside a running fetcher: %v", err)
	}
	stop()
	two.until(t, "takeover", func() bool { return len(two.seen(Connected)) == 1 })
	d.Deliver(t, testUser, testMail(2, 100))
	two.until(t, "mail", func() bool { return len(two.spool.stored(t)) == 2 })
}

// The lease is renewed while it is held, and its loss ends the session.
func TestLeaseLostMeanwhile(t *testing.T) {
	d := newDovecot(t)
	b := newBench(t, d)
	b.Account.Timing.LeaseRenew = 10 * time.Millisecond
	spool := &thiefSpool{Spool: b.spool}
	b.Spool = spool
	b.run(t)
	b.until(t, "connection", func() bool { return len(b.seen(Connected)) == 1 })
	b.until(t, "third renewal", func() bool { return spool.renewals() >= 3 })
	if e := b.seen(Failed); len(e) != 0 {
		t.Fatalf("failed with %v", e[0].Err)
	}
	spool.steal()
	b.until(t, "loss", func() bool {
		e := b.seen(Failed)
		return len(e) > 0 && errors.Is(e[0].Err, ticketing.ErrLeaseLost)
	})
}

// A lease that is renewed is held for any time, and one that cannot be renewed
// not beyond its end. The clock of this test stands still while anything runs.
func TestLeaseIsHeldByRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spool := &thiefSpool{Spool: &dropSpool{}}
		f := &Fetcher{Account: Account{Timing: Timing{Lease: time.Minute, LeaseRenew: 20 * time.Second}}, Spool: spool}
		a := f.Account.withDefaults()
		l, _, err := f.acquire(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		_ = f.hold(t.Context(), a, l, func(ctx context.Context, held *tenure) error {
			if !pause(ctx, time.Hour) || spool.renewals() < 179 || !held.current().Until.After(time.Now()) {
				t.Errorf("after an hour of %d renewals: %v, held until %v", spool.renewals(), context.Cause(ctx), held.current().Until)
			}
			end := held.current().Until
			spool.fail()
			<-ctx.Done()
			if err := context.Cause(ctx); !errors.Is(err, ticketing.ErrLeaseLost) || time.Now().After(end) {
				t.Errorf("ended by %v, %v after the lease", err, time.Since(end))
			}
			return nil
		})
	})
}

// thiefSpool gives a lease to somebody else, or renews none.
type thiefSpool struct {
	ticketing.Spool
	mu       sync.Mutex
	acquired int
	stolen   bool
	failing  bool
}

// renewals counts those that did well.
func (s *thiefSpool) renewals() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.acquired - 1
}

func (s *thiefSpool) fail() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failing = true
}

func (s *thiefSpool) steal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stolen = true
}

func (s *thiefSpool) AcquireLease(ctx context.Context, name, owner string, ttl time.Duration) (ticketing.Lease, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stolen {
		return ticketing.Lease{}, false, nil
	}
	if s.failing {
		return ticketing.Lease{}, false, errors.New("the database is not there")
	}
	if err := ctx.Err(); err != nil {
		return ticketing.Lease{}, false, err
	}
	l, ok, err := s.Spool.AcquireLease(ctx, name, owner, ttl)
	if ok {
		s.acquired++
	}
	return l, ok, err
}

// mail-rules §9 test 59: nothing is lost, doubled or acknowledged.
func TestUIDValidityChangesDuringFetch(t *testing.T) {
	d := newDovecot(t)
	mails := testMails(40, 500)
	old := time.Now().Add(-72 * time.Hour)
	for i := range mails {
		mails[i].InternalDate = old
	}
	d.Append(t, testUser, "INBOX", mails...)
	b := newBench(t, d)
	b.Account.Limits.GroupMails = 10
	groups := 0
	b.spool.before(func([]ticketing.Arrival) error {
		switch groups++; groups {
		case 2:
			d.ResetUIDValidity(t, testUser, "INBOX")
		case 4: // in the middle of comparing
			return errors.New("the process died")
		}
		return nil
	})
	stop := b.run(t)
	b.until(t, "renumbering", func() bool { return len(b.seen(Renumbered)) == 1 })
	fresh := servertest.Mail{Raw: testMail(41, 500)}
	d.Deliver(t, testUser, fresh.Raw)
	b.until(t, "41 mails", func() bool { return len(b.spool.stored(t)) >= 41 })
	stop()
	wantOnce(t, b, append(mails, fresh))
	for i, row := range b.spool.stored(t) {
		if row.Backlog != (i < 40) {
			t.Errorf("row %d: backlog %v", i, row.Backlog)
		}
	}
	if n := b.once(t); n != 0 {
		t.Errorf("afterwards stored %d more", n)
	}
}

// A process that dies while it compares begins to compare again: what it had
// not reached is not new.
func TestComparingBeginsAgain(t *testing.T) {
	d := newDovecot(t)
	mails := testMails(20, 500)
	for i := range 10 {
		mails[i].Raw = bytes.Replace(mails[i].Raw, []byte("Message-ID"), []byte("X-No-ID"), 1)
	}
	d.Append(t, testUser, "INBOX", mails...)
	b := newBench(t, d)
	b.once(t)
	d.ResetUIDValidity(t, testUser, "INBOX")
	b.Account.Limits.GroupMails = 5
	groups := 0
	b.spool.before(func([]ticketing.Arrival) error {
		if groups++; groups == 2 {
			return errors.New("the process died")
		}
		return nil
	})
	if _, err := b.Once(t.Context()); err == nil {
		t.Fatal("it did not die")
	}
	b.once(t)
	if n := len(b.spool.stored(t)); n != 30 {
		t.Errorf("the ledger has %d rows, want 20 and the 10 that cannot be recognised", n)
	}
}

// Mails without a Message-ID cannot be recognised by their header and are
// fetched again: their bytes tell whoever decides about them. Their Date makes
// them backlog, since the server may have made them new by INTERNALDATE.
func TestUnrecognisableMailsOfARenumberedFolder(t *testing.T) {
	d := newDovecot(t)
	mails := testMails(3, 500)
	mails[1].Raw = bytes.Replace(mails[1].Raw, []byte("Message-ID"), []byte("X-No-ID"), 1)
	d.Append(t, testUser, "INBOX", mails...)
	b := newBench(t, d)
	b.once(t)
	d.ResetUIDValidity(t, testUser, "INBOX")
	if n := b.once(t); n != 1 {
		t.Fatalf("stored %d mails, want the one that cannot be recognised", n)
	}
	rows := b.spool.stored(t)
	if was, now := rows[1], rows[3]; was.Backlog || !now.Backlog || was.RawSHA256 != now.RawSHA256 || now.UIDValidity == was.UIDValidity {
		t.Errorf("first stored as %+v, then as %+v", was, now)
	}
}

func TestUIDValidityChangesBetweenRuns(t *testing.T) {
	d := newDovecot(t)
	mails := testMails(20, 500)
	d.Append(t, testUser, "INBOX", mails...)
	b := newBench(t, d)
	b.once(t)
	d.ResetUIDValidity(t, testUser, "INBOX")
	if n := b.once(t); n != 0 {
		t.Errorf("stored %d known mails again", n)
	}
	if e := b.seen(Renumbered); len(e) != 1 || e[0].Mails != 0 {
		t.Errorf("reported %v", e)
	}
	d.Deliver(t, testUser, testMail(21, 500))
	if n := b.once(t); n != 1 {
		t.Errorf("stored %d mails, want the new one", n)
	}
	row := b.spool.stored(t)[20]
	if want := d.Folder(t, testUser, "INBOX").UIDValidity; row.UIDValidity != want {
		t.Errorf("its UIDVALIDITY is %d, want %d", row.UIDValidity, want)
	}
}

// mail-rules §9 test 60: expunged between search and fetch.
func TestExpungedBeforeFetch(t *testing.T) {
	d := newDovecot(t)
	d.Append(t, testUser, "INBOX", testMails(6, 500)...)
	b := newBench(t, d)
	b.Account.Limits.GroupMails = 2
	done := false
	b.spool.before(func([]ticketing.Arrival) error {
		if !done {
			done = true
			d.Expunge(t, testUser, "INBOX", 4, 5)
		}
		return nil
	})
	b.once(t)
	rows := b.spool.stored(t)
	wantUIDs(t, rows, 1, 2, 3, 4, 5, 6)
	for _, row := range rows {
		gone := row.UID == 4 || row.UID == 5
		if (row.State == ticketing.LedgerGone) != gone || (row.RawSHA256 == "") != gone {
			t.Errorf("uid %d is %s", row.UID, row.State)
		}
	}
	if n := b.once(t); n != 0 {
		t.Errorf("the second look stored %d", n)
	}
}

func TestFirstConnection(t *testing.T) {
	d := newDovecot(t)
	mails := testMails(3, 500)
	mails[0].InternalDate = time.Now().Add(-49 * time.Hour)
	mails[1].InternalDate = time.Now().Add(-47 * time.Hour)
	d.Append(t, testUser, "INBOX", mails...)
	t.Run("from now on", func(t *testing.T) {
		b := newBench(t, d)
		b.Account.Backfill = false
		if n := b.once(t); n != 0 {
			t.Errorf("stored %d old mails", n)
		}
	})
	t.Run("with backfill", func(t *testing.T) {
		b := newBench(t, d)
		b.once(t)
		var backlog []string
		for _, row := range b.spool.stored(t) {
			backlog = append(backlog, fmt.Sprint(row.UID, row.Backlog))
		}
		if got := strings.Join(backlog, " "); got != "1 true 2 false 3 false" {
			t.Errorf("backlog: %s", got)
		}
	})
	t.Run("an empty folder", func(t *testing.T) {
		b := newBench(t, d)
		d.CreateFolder(t, testUser, "Sent")
		b.Account.Folder, b.Account.Source, b.Account.Backfill = "Sent", ticketing.SourceSent, false
		b.once(t)
		d.Append(t, testUser, "Sent", testMails(1, 500)...)
		if n := b.once(t); n != 1 || b.spool.stored(t)[0].Source != ticketing.SourceSent || b.spool.stored(t)[0].Folder != "Sent" {
			t.Errorf("stored %d: %+v", n, b.spool.stored(t))
		}
	})
}
