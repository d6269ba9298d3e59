package storagetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

// twoProcesses: two stores on one database share the work and lose none.
func twoProcesses(t *testing.T, d desk) {
	other := desk{url: d.url, Store: open(t, d.url)}
	const mails = 60
	d.spooled(t, mails)
	for range mails {
		d.owe(t, ticketing.OutboxMail{DueAt: at(0)})
	}
	var spooled, owed tally
	var wg sync.WaitGroup
	for i := range 4 {
		s, owner := []desk{d, other}[i%2], fmt.Sprint("worker ", i)
		wg.Go(func() {
			spooled.take(t, func() ([]int64, error) {
				c, err := s.ClaimSpooled(context.Background(), owner, 7, time.Hour)
				return ledgerIDs(c.Mails), err
			})
			owed.take(t, func() ([]int64, error) {
				rows, err := s.ClaimOutbox(context.Background(), ticketing.OutboxClaim{Owner: owner, N: 7, Lease: time.Hour})
				return outboxIDs(rows), err
			})
		})
	}
	wg.Wait()
	if len(spooled.times) != mails || len(owed.times) != mails {
		t.Errorf("%d spooled and %d owed mails were claimed, want %d each", len(spooled.times), len(owed.times), mails)
	}
	counters(t, d, other)
	samePerson(t, d, other)
}

// tally counts claims.
type tally struct {
	sync.Mutex
	times map[int64]int
}

// take claims until nothing is left; each id must come up once.
func (c *tally) take(t *testing.T, claim func() ([]int64, error)) {
	for empty := 0; empty < 2; { // a claim may come back empty while another one holds the rows
		ids, err := claim()
		if err != nil {
			t.Error(err)
			return
		}
		if len(ids) == 0 {
			empty++
		}
		c.Lock()
		if c.times == nil {
			c.times = map[int64]int{}
		}
		for _, id := range ids {
			if c.times[id]++; c.times[id] > 1 {
				t.Errorf("row %d was claimed twice", id)
			}
		}
		c.Unlock()
	}
}

func ledgerIDs(rows []ticketing.LedgerRow) (ids []int64) {
	for _, row := range rows {
		ids = append(ids, row.ID)
	}
	return ids
}

func outboxIDs(rows []ticketing.OutboxMail) (ids []int64) {
	for _, row := range rows {
		ids = append(ids, row.ID)
	}
	return ids
}

// counters: a locked ticket keeps others out until the transaction ends, and
// transactions that lock in opposite order all get through.
func counters(t *testing.T, stores ...desk) {
	a, _ := stores[0].ticket(t, func(tk *ticketing.Ticket) { tk.OrganisationID = 0 })
	b, _ := stores[0].ticket(t, func(tk *ticketing.Ticket) { tk.OrganisationID = 0 })
	const workers, rounds = 4, 10
	var wg sync.WaitGroup
	for i := range workers {
		s := stores[i%len(stores)]
		wg.Go(func() {
			for round := range rounds {
				order := []int64{a.ID, b.ID}
				if i == 0 && round == 0 { // once: PostgreSQL takes a second to see a deadlock
					order = []int64{b.ID, a.ID}
				}
				if err := s.Update(context.Background(), func(tx ticketing.Tx) error {
					for _, id := range order {
						tk, err := tx.LockTicket(id)
						if err != nil {
							return err
						}
						tk.OrganisationID++
						if err := tx.UpdateTicket(tk); err != nil {
							return err
						}
					}
					return nil
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for _, id := range []int64{a.ID, b.ID} {
		tk := read(t, stores[0], func(r ticketing.Reader) (ticketing.Ticket, error) { return r.Ticket(id) })
		if tk.OrganisationID != workers*rounds {
			t.Errorf("ticket %d counts %d changes, want %d", id, tk.OrganisationID, workers*rounds)
		}
	}
}

// samePerson: an address belongs to one person, whoever comes first.
func samePerson(t *testing.T, stores ...desk) {
	const people = 10
	ids := make([][people]int64, 4)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			for n := range people {
				if err := stores[i%len(stores)].Update(context.Background(), func(tx ticketing.Tx) error {
					p, err := tx.EnsurePerson(ticketing.Address{Name: fmt.Sprint(i), Address: fmt.Sprintf("new%d@example.org", n)})
					ids[i][n] = p.ID
					return err
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for i := range ids {
		if ids[i] != ids[0] {
			t.Errorf("people %v and %v", ids[i], ids[0])
		}
	}
}

// reopening: what was kept is there after a restart; several may open at once.
func reopening(t *testing.T, d desk) {
	tk, _ := d.ticket(t, nil)
	raw := mailOf(2*mebibyte, 3)
	_, err := d.IngestMails(t.Context(), []ticketing.Arrival{{MailboxID: 1, Open: arrival(0, raw).Open}})
	ok(t, err)
	ok(t, d.Close())
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			s, err := storage.Open(context.Background(), d.url)
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			if err := s.View(context.Background(), func(r ticketing.Reader) error {
				got, err := r.Ticket(tk.ID)
				same(t, tk, got)
				return err
			}); err != nil {
				t.Error(err)
			}
			r, err := s.OpenRaw(context.Background(), digest(raw))
			if err != nil {
				t.Error(err)
				return
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := d.View(context.Background(), func(ticketing.Reader) error { return nil }); err == nil {
		t.Error("a closed store answers")
	}
}

// newerSchema: a database of a later version is left alone.
func newerSchema(t *testing.T, d desk) {
	ok(t, d.Close())
	driver, target := "postgres", d.url
	if path, isFile := strings.CutPrefix(d.url, "sqlite://"); isFile {
		driver, target = "sqlite", path
	}
	db, err := sql.Open(driver, target)
	ok(t, err)
	_, err = db.ExecContext(t.Context(), "INSERT INTO schema_version (version_id, is_applied) VALUES (99999, true)")
	ok(t, errors.Join(err, db.Close()))
	_, err = storage.Open(t.Context(), d.url)
	if !errors.Is(err, storage.ErrSchemaNewer) || storage.Retryable(err) {
		t.Errorf("a newer schema: %v", err)
	}
}
