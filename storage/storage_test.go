package storage_test

import (
	"os"
	"path/filepath"
	"testing"

	"deskd/servertest"
	"deskd/storage/storagetest"
)

var postgres servertest.SharedPostgres

func TestMain(m *testing.M) {
	code := m.Run()
	postgres.Close()
	os.Exit(code)
}

func sqliteURL(t testing.TB) string {
	return "sqlite://" + filepath.Join(t.TempDir(), "desk.db")
}

func TestSQLite(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) string { return sqliteURL(t) })
}

func TestPostgreSQL(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) string { return postgres.NewDatabase(t) })
}
