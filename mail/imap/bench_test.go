package imap

import (
	"testing"
	"time"

	"deskd/servertest"
)

// BenchmarkFetch takes in 10,000 mails of 4 KB from Dovecot: once into a spool
// that reads and forgets them, once into a new SQLite database.
func BenchmarkFetch(b *testing.B) {
	d := servertest.NewDovecot(b, servertest.DovecotOptions{})
	const mails = 10_000
	if err := d.CreateUser(testUser, "pass word"); err != nil {
		b.Fatal(err)
	}
	d.Append(b, testUser, "INBOX", testMails(mails, 4<<10)...)
	warm := newBench(b, d) // Dovecot gives out the UIDs
	warm.Account.Backfill = false
	warm.once(b)
	for _, store := range []string{"dropped", "sqlite"} {
		b.Run(store, func(b *testing.B) {
			var taken time.Duration
			for b.Loop() {
				f := newBench(b, d)
				if store == "dropped" {
					f.Spool = &dropSpool{}
				}
				begun := time.Now()
				if n := f.once(b); n != mails {
					b.Fatalf("fetched %d mails", n)
				}
				taken += time.Since(begun)
			}
			b.ReportMetric(float64(mails*b.N)/taken.Seconds(), "mails/s")
		})
	}
}
