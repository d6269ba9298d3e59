package imap

import (
	"fmt"
	"testing"
	"time"

	"deskd/servertest"
)

// BenchmarkFetch takes in 10,000 mails of 4 KB from Dovecot into a spool that
// reads and forgets them.
func BenchmarkFetch(b *testing.B) {
	d := servertest.NewDovecot(b, servertest.DovecotOptions{})
	const mails = 10_000
	if err := d.CreateUser(testUser, "pass word"); err != nil {
		b.Fatal(err)
	}
	d.Append(b, testUser, "INBOX", testMails(mails, 4<<10)...)
	warm := newBench(d) // Dovecot gives out the UIDs
	warm.Account.Backfill = false
	warm.once(b)
	for _, group := range []int{200, 100, 50} {
		b.Run(fmt.Sprintf("group=%d", group), func(b *testing.B) {
			begun := time.Now()
			for b.Loop() {
				f := newBench(d)
				f.spool.drops = true
				f.Account.Limits.GroupMails = group
				if n := f.once(b); n != mails {
					b.Fatalf("fetched %d mails", n)
				}
			}
			b.ReportMetric(float64(mails*b.N)/time.Since(begun).Seconds(), "mails/s")
		})
	}
}
