package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"deskd/ticketing"
)

var testBounds = bounds{mail: 1 << 20, header: 1 << 16}

// aMaildir makes a Maildir folder. What it gives writes a mail to a place in it.
func aMaildir(t *testing.T) (dir string, put func(place string)) {
	t.Helper()
	dir = t.TempDir()
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir, func(place string) {
		t.Helper()
		base, _, _ := strings.Cut(filepath.Base(place), ":")
		if err := os.WriteFile(filepath.Join(dir, place), []byte("From: a@b.example\n\n"+base+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// lastLine reads a mail and gives its text.
func lastLine(t *testing.T, m foundMail) string {
	t.Helper()
	r, err := m.open()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(raw), "\n\n")
	return strings.TrimSpace(text)
}

// A Maildir is read while others use it: mails are moved, get flags, and are
// deleted, also those that were found and are not stored yet.
func TestMaildirInUse(t *testing.T) {
	t.Parallel()
	dir, put := aMaildir(t)
	for _, place := range []string{"new/1.x", "new/2.x", "new/3.x", "cur/4.x:2,", "cur/5.x:2,S", "new/5.x", "new/6.x", "new/.hidden"} {
		put(place)
	}
	change := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var found []foundMail
	for m, err := range maildir(dir, testBounds) {
		if err != nil {
			t.Fatal(err)
		}
		if found = append(found, m); len(found) > 1 {
			continue
		}
		change(os.Remove(filepath.Join(dir, "new/1.x")))
		change(os.Rename(filepath.Join(dir, "new/2.x"), filepath.Join(dir, "cur/2.x:2,")))
		change(os.Remove(filepath.Join(dir, "new/3.x")))
		change(os.Rename(filepath.Join(dir, "cur/4.x:2,"), filepath.Join(dir, "cur/4.x:2,RS")))
	}
	var all []string
	for _, m := range found {
		all = append(all, lastLine(t, m))
		m.close()
	}
	if got, want := strings.Join(all, " "), "1.x 2.x 4.x 5.x 6.x"; got != want {
		t.Errorf("found %s, want %s", got, want)
	}
}

// A mail that is moved from new to cur while they are listed is found once.
func TestMaildirMove(t *testing.T) {
	t.Parallel()
	dir, put := aMaildir(t)
	const others = 500
	for i := range others {
		put(fmt.Sprintf("cur/16%08d.x:2,S", i))
	}
	for range 100 {
		put("new/17.x")
		var moving sync.WaitGroup
		moving.Go(func() {
			if err := os.Rename(filepath.Join(dir, "new/17.x"), filepath.Join(dir, "cur/17.x:2,")); err != nil {
				t.Error(err)
			}
		})
		files, err := maildirFiles(dir)
		moving.Wait()
		if err != nil || len(files) != others+1 {
			t.Fatalf("%d mails are found, %v; want %d", len(files), err, others+1)
		}
		if err := os.Remove(filepath.Join(dir, "cur/17.x:2,")); err != nil {
			t.Fatal(err)
		}
	}
}

// A mail that cannot be read costs only itself.
func TestMailThatCannotBeRead(t *testing.T) {
	t.Parallel()
	desk := members(t, 1, "sqlite://"+t.TempDir()+"/desk.db")[0]
	b := &batch{house: desk.house, intake: desk.Intake, mailbox: desk.settings.Mailboxes[0], states: map[ticketing.LedgerState]int{}}
	const mails, bad = 5, 2
	for i := range mails {
		m := memoryMail([]byte(customerMail(fmt.Sprintf("<%d@acme.example>", i), "", "text")), time.Now())
		if i == bad {
			m.open = func() (io.ReadCloser, error) { return nil, errors.New("a broken disk") }
		}
		if err := b.add(t.Context(), fmt.Sprint("file", i), m); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(b.faults), "[ingest file2: a broken disk]"; got != want {
		t.Errorf("faults %s, want %s", got, want)
	}
	desk.expect(t, mails-1, mails-1)
}
