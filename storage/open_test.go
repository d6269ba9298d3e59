package storage_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"deskd/storage"
)

func TestOpenFaults(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		url   string
		want  error
		retry bool
	}{
		"empty":          {"", storage.ErrURL, false},
		"another scheme": {"mysql://root:secret@localhost/x", storage.ErrURL, false},
		"no path":        {"sqlite://", storage.ErrURL, false},
		"parameters":     {"sqlite:///tmp/x.db?mode=ro&secret", storage.ErrURL, false},
		"unreadable":     {"postgres://u:secret@h:port/x", storage.ErrURL, false},
		"no directory":   {"sqlite://" + filepath.Join(dir, "missing", "desk.db"), storage.ErrDenied, false},
		"a directory":    {"sqlite://" + dir, storage.ErrDenied, false},
		"not a database": {"sqlite://" + text, storage.ErrDamaged, false},
		"nobody listens": {"postgres://u:secret@" + closedPort(t) + "/x?sslmode=disable", storage.ErrUnreachable, true},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := storage.Open(t.Context(), c.url)
			if err == nil {
				_ = s.Close()
			}
			if !errors.Is(err, c.want) || storage.Retryable(err) != c.retry {
				t.Errorf("%v: want %v, retryable %v", err, c.want, c.retry)
			}
			if err != nil && (strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "\n")) {
				t.Errorf("the error shows too much: %v", err)
			}
		})
	}
}

func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestFileIsPrivate: a database holds other people's mail.
func TestFileIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b%20#c?", "desk.db")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := storage.Open(t.Context(), "sqlite://"+path); !errors.Is(err, storage.ErrURL) {
		t.Errorf("a path with a question mark: %v", err)
	}
	path = filepath.Join(t.TempDir(), "a b%20ü.db")
	s, err := storage.Open(t.Context(), "sqlite://"+strings.ReplaceAll(path, "%", "%25"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(path + suffix)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%q: %v, %v", suffix, info, err)
		}
	}
}

// TestPostgresLogin: a refused login needs somebody; it does not pass.
func TestPostgresLogin(t *testing.T) {
	url := postgres.NewDatabase(t)
	missing := url[:strings.LastIndex(url, "/")] + "/nowhere?sslmode=disable"
	_, err := storage.Open(context.Background(), missing)
	if !errors.Is(err, storage.ErrDenied) || storage.Retryable(err) {
		t.Errorf("a database that is not there: %v", err)
	}
}

// A folder whose name has a space or a % in it is written escaped in a URL.
func TestOpenEscapedPath(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "our 100% desk")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := storage.Open(t.Context(), "sqlite://"+strings.NewReplacer(" ", "%20", "%", "%25").Replace(filepath.Join(dir, "desk.db")))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "desk.db")); err != nil {
		t.Error(err)
	}
}
