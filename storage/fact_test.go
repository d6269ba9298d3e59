package storage_test

import (
	"errors"
	"path/filepath"
	"testing"

	"deskd/storage"
)

// TestTryWrite: a database that takes no more is told from one that does, and
// nothing is left behind.
func TestTryWrite(t *testing.T) {
	s, err := storage.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := storage.Fill(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if err := s.TryWrite(t.Context()); !errors.Is(err, storage.ErrFull) {
		t.Errorf("a full disk: %v", err)
	}
}

func TestTryWriteLeavesNothing(t *testing.T) {
	s, err := storage.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.TryWrite(t.Context()); err != nil {
		t.Fatal(err)
	}
	if kept, err := s.Remember(t.Context(), "trial of writing", "nothing"); err != nil || kept != "nothing" {
		t.Errorf("%d bytes are left: %v", len(kept), err)
	}
}
