package servertest_test

import (
	"database/sql"
	"os"
	"testing"

	"deskd/servertest"

	_ "github.com/lib/pq"
)

var postgres servertest.SharedPostgres

func TestMain(m *testing.M) {
	code := m.Run()
	postgres.Close()
	os.Exit(code)
}

func TestPostgresDatabasesAreApart(t *testing.T) {
	t.Parallel()
	for range 2 {
		db := open(t, postgres.NewDatabase(t))
		// The second database would refuse this if it were the first.
		if _, err := db.Exec("CREATE TABLE t (a text)"); err != nil {
			t.Fatal(err)
		}
		var encoding string
		if err := db.QueryRow("SHOW server_encoding").Scan(&encoding); err != nil || encoding != "UTF8" {
			t.Errorf("server_encoding is %q, %v", encoding, err)
		}
	}
}

func TestPostgresDropsDatabases(t *testing.T) {
	t.Parallel()
	var db *sql.DB
	if !t.Run("uses one", func(t *testing.T) { db = open(t, postgres.NewDatabase(t)) }) || db == nil {
		return // failed or skipped
	}
	if err := db.Ping(); err == nil {
		t.Error("the database outlived its test")
	}
}

func TestPostgresDurable(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts a second cluster")
	}
	for _, test := range []struct {
		url, fsync string
	}{
		{postgres.NewDatabase(t), "off"},
		{servertest.NewPostgres(t, servertest.PostgresOptions{Durable: true}).NewDatabase(t), "on"},
	} {
		var fsync string
		if err := open(t, test.url).QueryRow("SHOW fsync").Scan(&fsync); err != nil || fsync != test.fsync {
			t.Errorf("fsync is %q, %v, want %s", fsync, err, test.fsync)
		}
	}
}

func open(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Ping(); err != nil {
		t.Fatal(err)
	}
	return db
}
