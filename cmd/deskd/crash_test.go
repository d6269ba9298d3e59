package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

// poisoned is a queue with a mail that the parser cannot bear. Whoever opens it
// meets the fault; it is tried again at once and not after half a minute.
type poisoned struct {
	ticketing.Queue
	sha256 string
	fault  func()
}

func (q poisoned) OpenRaw(ctx context.Context, sha256 string) (io.ReadSeekCloser, error) {
	r, err := q.Queue.OpenRaw(ctx, sha256)
	if err == nil && sha256 == q.sha256 {
		return poison{r, q.fault}, nil
	}
	return r, err
}

func (q poisoned) ReleaseSpooled(ctx context.Context, owner string, ids []int64, _ time.Time) error {
	return q.Queue.ReleaseSpooled(ctx, owner, ids, time.Now())
}

type poison struct {
	io.ReadSeekCloser
	fault func()
}

func (p poison) Read([]byte) (int, error) { p.fault(); return 0, io.EOF }

// poison lets the fault happen to whoever reads the mail.
func (m member) poison(sha256 string, fault func()) member {
	m.Queue = poisoned{m.store, sha256, fault}
	m.Report = nil
	return m
}

// TestCrashingProcess is the process that ends while it reads a mail; it does
// nothing unless TestMailThatCrashes runs it.
func TestCrashingProcess(t *testing.T) {
	file, sha256, _ := strings.Cut(os.Getenv("DESKD_TEST_CRASH"), "\n")
	if file == "" {
		return
	}
	m := memberOf(t, file).poison(sha256, func() { os.Exit(7) })
	_, err := m.Once(t.Context())
	t.Fatalf("it did not end: %v", err)
}

// TestMailThatCrashes is §9.51: a mail that ends the program, and then crashes
// the parser each time the program is started again, becomes a stub at the third
// time; those behind it are decided about meanwhile. When a program can read it,
// it is put right.
func TestMailThatCrashes(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		file := twoMailboxes(t, url)
		first := memberOf(t, file)
		if _, err := first.store.AddAgent(t.Context(), "anna@agents.test", "Anna", "en"); err != nil {
			t.Fatal(err)
		}
		if err := first.spool(0, customerMail("<bad@acme.example>", "", "Poison."), customerMail("<good@acme.example>", "", "Water.")); err != nil {
			t.Fatal(err)
		}
		row := func(id int64) ticketing.LedgerRow {
			t.Helper()
			rows, err := first.store.LedgerRows(t.Context(), storage.LedgerFilter{})
			if err != nil || len(rows) != 2 {
				t.Fatalf("%d mails, %v", len(rows), err)
			}
			return rows[2-id]
		}
		sha256 := row(1).RawSHA256

		c := exec.Command(os.Args[0], "-test.run=^TestCrashingProcess$")
		c.Env = append(os.Environ(), "DESKD_TEST_CRASH="+file+"\n"+sha256)
		if out, _ := c.CombinedOutput(); c.ProcessState.ExitCode() != 7 {
			t.Fatalf("the first process: %s\n%s", c.ProcessState, out)
		}
		if bad, good := row(1), row(2); bad.Attempts != 1 || good.Attempts != 1 || good.State != ticketing.LedgerSpooled {
			t.Fatalf("after the first process: %+v, %+v", bad, good)
		}

		for restart := 2; restart <= 3; restart++ {
			m := memberOf(t, file).poison(sha256, func() { panic("a fault of the parser") })
			owners, err := m.store.Owners(t.Context())
			for _, owner := range owners { // as serve does at its start
				if _, err := m.store.TakeOver(t.Context(), owner); err != nil {
					t.Fatal(err)
				}
			}
			for range 3 - restart + 1 {
				if _, onceErr := m.Once(t.Context()); err != nil || onceErr != nil {
					t.Fatal(err, onceErr)
				}
			}
			bad, good := row(1), row(2)
			if good.State != ticketing.LedgerApplied || bad.Attempts != restart {
				t.Errorf("after start %d: %+v, %+v", restart, bad, good)
			}
			if want := map[int]ticketing.LedgerState{2: ticketing.LedgerSpooled, 3: ticketing.LedgerUnreadable}[restart]; bad.State != want {
				t.Errorf("after start %d the mail is %s: %s", restart, bad.State, bad.Reason)
			}
		}

		rows, entries := first.rows(t)
		stub := entries[row(1).TicketID]
		if len(rows.Tickets) != 2 || len(stub) != 1 || stub[0].Event != "unreadable" || !strings.Contains(row(1).Reason, "crashed") {
			t.Errorf("the stub: %+v", stub)
		}
		told := false
		for _, m := range rows.Outbox {
			told = told || m.Kind == ticketing.LetterNotice && m.TicketID == row(1).TicketID && m.Recipient == "anna@agents.test"
		}
		if !told {
			t.Error("no agent was told of the stub")
		}
		if n, err := first.Once(t.Context()); n != 0 || err != nil {
			t.Errorf("%d mails are left, %v", n, err)
		}
		if told, _ := replays(t, file, exitDone, "--unreadable", "--apply"); len(told) != 1 || told[0].Is.Text != "Poison." {
			t.Errorf("read again: %+v", told)
		}
	})
}
