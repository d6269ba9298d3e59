package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"deskd/config"
	"deskd/mail/imap"
	"deskd/servertest"
	"deskd/storage"
	"deskd/ticketing"
)

// bench measures one engine.
type bench struct {
	benchIngestCmd
	program *program
	dovecot *servertest.Dovecot
	dir     string
	engine  benchEngine

	house   *house
	account imap.Account
	copy    *storage.Store // takes the same rows once more
}

// benchConfig is a whole configuration, as --keep leaves it for a look with
// the other commands.
const benchConfig = `[desk]
name = "Example Support"
secret = %q
[database]
url = %q
[imap]
batch = %d
[[mailbox]]
address = %q
imap = "imap://%s"
password = "secret"
authserv_id = %q
backfill = true
[smtp]
url = "smtp://127.0.0.1:25"
`

// measure measures new mails and then replies to them.
func (b *bench) measure(ctx context.Context) ([]benchResult, error) {
	support := "support-" + b.engine.name + "@example.com"
	if err := b.open(ctx, support); err != nil {
		return nil, err
	}
	defer b.house.close()
	defer b.copy.Close()
	created, err := b.phase(ctx, "new", support, newMails(b.Mails, support))
	if err != nil {
		return nil, fmt.Errorf("new mails: %w", err)
	}
	acks, err := acknowledgements(ctx, b.house.store, b.Mails)
	if err != nil {
		return nil, err
	}
	followUps, err := replies(acks, support)
	if err != nil {
		return nil, err
	}
	replied, err := b.phase(ctx, "reply", support, followUps)
	if err != nil {
		return nil, fmt.Errorf("replies: %w", err)
	}
	return []benchResult{created, replied}, nil
}

// open makes a desk with one mailbox and one agent, and a database beside it
// with the same schema and mailbox.
func (b *bench) open(ctx context.Context, support string) error {
	if err := b.dovecot.CreateUser(support, "secret"); err != nil {
		return err
	}
	file := filepath.Join(b.dir, b.engine.name+".toml")
	text := fmt.Sprintf(benchConfig, config.NewSecret().Reveal(), b.engine.url, b.Groups, support, b.dovecot.Address(), benchAuthserv)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return fmt.Errorf("write the benchmark's configuration: %w", err)
	}
	var err error
	if b.house, err = openHouse(ctx, file); err != nil {
		return err
	}
	if b.copy, err = storage.Open(ctx, b.engine.copy); err != nil {
		b.house.close()
		return err
	}
	if _, err = b.house.store.AddAgent(ctx, "agent@agents.example", "Agent", ""); err == nil {
		_, err = b.copy.EnsureMailboxes(ctx, b.house.settings.Mailboxes)
	}
	if err == nil {
		b.account, err = b.house.account(0)
	}
	if err != nil {
		b.house.close()
		b.copy.Close()
	}
	return err
}

// phase puts mails into the mailbox and measures them.
func (b *bench) phase(ctx context.Context, kind, support string, mails []servertest.Mail) (benchResult, error) {
	none := benchResult{}
	if err := b.dovecot.Store(support, "INBOX", mails...); err != nil {
		return none, err
	}
	store, box := b.house.store, b.account.Mailbox.ID
	from, _, err := store.Cursor(ctx, box, "INBOX")
	if err != nil {
		return none, err
	}
	fetch, err := fetchOnly(ctx, b.account, from, len(mails))
	if err != nil {
		return none, fmt.Errorf("fetch only: %w", err)
	}
	before, err := store.MarkRows(ctx)
	if err != nil {
		return none, err
	}
	if kind == "new" {
		before = storage.RowMark{} // the agent too
	}
	whole, groups, err := b.whole(ctx, kind, mails)
	if err != nil {
		return none, err
	}
	if err := b.check(ctx, len(mails)); err != nil {
		return none, err
	}
	rows, err := store.TakeRows(ctx, before)
	if err != nil {
		return none, err
	}
	commit, err := b.commitOnly(ctx, rows, before, (len(mails)+b.Groups-1)/b.Groups, groups)
	if err != nil {
		return none, fmt.Errorf("commit only: %w", err)
	}
	return newBenchResult(b.engine.name, kind, len(mails), rows.Count(), fetch, commit, whole), nil
}

// commitOnly writes the rows once more, in as many groups.
func (b *bench) commitOnly(ctx context.Context, rows *storage.Rows, before storage.RowMark, spools, decides int) (time.Duration, error) {
	begun := time.Now()
	if err := b.copy.InsertRows(ctx, rows, spools, decides); err != nil {
		return 0, err
	}
	took := time.Since(begun)
	copied, err := b.copy.TakeRows(ctx, before)
	if err == nil && copied.Count() != rows.Count() {
		err = fmt.Errorf("%d rows were copied of %d", copied.Count(), rows.Count())
	}
	return took, err
}

// whole takes the mails from the mailbox to tickets, fetching and deciding
// side by side as serve does. It gives the number of groups that were decided
// about.
func (b *bench) whole(ctx context.Context, kind string, mails []servertest.Mail) (took time.Duration, groups int, err error) {
	fetched := newBell()
	in, err := b.house.intake(ctx, nil, nil) // the senders' verdicts are in the mails
	if err != nil {
		return 0, 0, err
	}
	shown := b.progress(kind, mails)
	defer shown.end()
	deciding, done := context.WithCancelCause(ctx)
	decided := 0
	in.Group, in.Wake = b.Groups, fetched
	in.Report = func(id int64, _ int, err error) { done(fmt.Errorf("mail %d: %w", id, err)) }
	in.Decided = func(n int) {
		groups++
		decided += n
		shown.add(averageSize(mails)*int64(n), decided)
		if decided >= len(mails) {
			done(nil)
		}
	}
	begun := time.Now()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return b.fetch(ctx, fetched, len(mails)) })
	g.Go(func() error {
		if err := in.Run(deciding); err != nil {
			return err
		}
		if cause := context.Cause(deciding); cause != context.Canceled {
			return cause
		}
		return nil
	})
	err = g.Wait()
	return time.Since(begun), groups, err
}

// fetch takes in what is in the mailbox.
func (b *bench) fetch(ctx context.Context, fetched bell, want int) error {
	f := imap.Fetcher{Account: b.account, Spool: b.house.store, Owner: b.house.owner, Spooled: fetched.ring}
	n, err := f.Once(ctx)
	if err == nil && n != want {
		err = fmt.Errorf("fetched %d mails, not %d", n, want)
	}
	return err
}

// check makes sure that what was measured is what was meant: each of the last
// n mails is on a ticket.
func (b *bench) check(ctx context.Context, n int) error {
	for f := (storage.LedgerFilter{Limit: 1000}); n > 0; {
		rows, err := b.house.store.LedgerRows(ctx, f)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return fmt.Errorf("%d mails are missing", n)
		}
		for _, row := range rows[:min(n, len(rows))] {
			if row.State != ticketing.LedgerApplied {
				return fmt.Errorf("mail %d is %s (%s), which was to be on a ticket", row.ID, row.State, row.Reason)
			}
			f.BeforeID = row.ID
			n--
		}
	}
	return nil
}

func (b *bench) progress(kind string, mails []servertest.Mail) *progress {
	fmt.Fprintf(b.program.err, "%s: %d mails (%s), %d bytes each on average\n", b.engine.name, len(mails), kind, averageSize(mails))
	return newProgress(b.program.err, averageSize(mails)*int64(len(mails)))
}

func averageSize(mails []servertest.Mail) int64 {
	var sum int64
	for _, m := range mails {
		sum += int64(len(m.Raw))
	}
	return sum / int64(len(mails))
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}
