package storage

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"deskd/ticketing"
)

// A connection in doubt is thrown away with the transaction that is open on
// it. SQLite would keep it, and the lock on the file, while one of its
// statements is open.
func TestDiscardReleasesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk.db")
	s, err := Open(t.Context(), "sqlite://"+path)
	if err != nil {
		t.Fatal(err)
	}
	x, err := s.begin(t.Context(), s.writers)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.InsertTicket(ticketing.Ticket{Subject: "never committed"}); err != nil {
		t.Fatal(err)
	}
	s.writers.give(x.conn, false)

	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	if _, err := s.AddOrganisation(ctx, "next"); err != nil {
		t.Errorf("the next writer: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		t.Error("the last connection is still open: it would have taken the write-ahead log away")
	}
}
