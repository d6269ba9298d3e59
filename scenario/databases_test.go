package scenario_test

import (
	"database/sql"
	"testing"

	_ "github.com/lib/pq" // to empty databases

	"deskd/servertest"
)

// databases lends empty PostgreSQL databases. One that was used is emptied and
// lent again: that takes a tenth of the time that making one takes.
type databases struct {
	cluster *servertest.Postgres
	free    chan string
}

func newDatabases(t testing.TB) *databases {
	return &databases{servertest.NewPostgres(t, servertest.PostgresOptions{}), make(chan string, 100)}
}

// take gives the URL of a database that is the test's until it ends.
func (d *databases) take(t testing.TB) string {
	t.Helper()
	var url string
	select {
	case url = <-d.free:
	default:
		var err error
		if url, err = d.cluster.CreateDatabase(); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if err := empty(url); err != nil {
			t.Errorf("empty the database: %v", err)
			return
		}
		d.free <- url
	})
	return url
}

// empty leaves a database as it was after its migrations.
func empty(url string) error {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec(`DO $$
		DECLARE tables text;
		BEGIN
			SELECT string_agg(quote_ident(tablename), ', ') INTO tables FROM pg_tables
				WHERE schemaname = 'public' AND tablename <> 'schema_version';
			IF tables IS NOT NULL THEN
				EXECUTE 'TRUNCATE ' || tables || ' RESTART IDENTITY CASCADE';
			END IF;
		END $$`)
	return err
}
