package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"deskd/servertest"
)

// TestBenchIngest runs a small benchmark: it checks itself that each mail ends
// on a ticket.
func TestBenchIngest(t *testing.T) {
	t.Parallel()
	servertest.NewDovecot(t, servertest.DovecotOptions{}).Close() // a missing one is dealt with as in other tests
	var out, errs bytes.Buffer
	args := []string{"bench", "ingest", "--mails", "30", "--groups", "7", "--json"}
	if testing.Short() {
		args = append(args, "--postgres", "none")
	}
	if s := run(t.Context(), args, strings.NewReader(""), &out, &errs); s != 0 {
		t.Fatalf("status %d\n%s", s, errs.String())
	}
	var results []benchResult
	if err := json.Unmarshal(out.Bytes(), &results); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if len(results) < 2 || results[0].Kind != "new" || results[1].Kind != "reply" {
		t.Fatalf("measured %+v", results)
	}
	for _, r := range results {
		// A new mail leaves at least its bytes, a ledger row, a person with an
		// address, a ticket, two participants, an entry and two letters.
		want := 10
		if r.Kind == "reply" {
			want = 5
		}
		if r.Rows < want*r.Mails || r.Fetch <= 0 || r.Commit <= 0 || r.Whole <= 0 {
			t.Errorf("measured %+v", r)
		}
	}
}

func TestBenchResult(t *testing.T) {
	t.Parallel()
	r := newBenchResult("sqlite", "new", 100, 1300, time.Second, 3*time.Second, 8*time.Second)
	if r.Fetch != 100 || r.Ceiling != 25 || r.Whole != 12.5 || r.Ratio != 0.5 {
		t.Errorf("%+v", r)
	}
}
