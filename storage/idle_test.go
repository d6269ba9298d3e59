package storage

import (
	"errors"
	"testing"
	"time"

	"deskd/servertest"
	"deskd/ticketing"
)

// A transaction whose client is gone without a word keeps its locks for a
// minute, not until the server finds that out.
func TestIdleTransactionsEnd(t *testing.T) {
	url := servertest.NewPostgres(t, servertest.PostgresOptions{}).NewDatabase(t)
	open := func(more string) *Store {
		s, err := Open(t.Context(), url+more)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	err := open("").update(t.Context(), func(x *session) error {
		got, err := one(x, plain[string], "SHOW idle_in_transaction_session_timeout")
		if err == nil && got != "1min" {
			t.Errorf("it ends after %s", got)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	hasty := open("&idle_in_transaction_session_timeout=100")
	err = hasty.Update(t.Context(), func(tx ticketing.Tx) error {
		_, err := tx.InsertTicket(ticketing.Ticket{Subject: "never committed"})
		time.Sleep(time.Second)
		return err
	})
	if !errors.Is(err, ErrUnreachable) {
		t.Errorf("a transaction that was ended: %v", err)
	}
	if _, err := hasty.AddOrganisation(t.Context(), "next"); err != nil {
		t.Errorf("the next one: %v", err)
	}
}
