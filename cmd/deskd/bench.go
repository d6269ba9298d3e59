package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"deskd/servertest"
)

type benchCmd struct {
	Ingest benchIngestCmd `cmd:"" help:"Measure how fast a backlog of mail becomes tickets."`
}

type benchIngestCmd struct {
	asJSON
	Mails    int    `default:"2000" help:"New mails, and as many replies to them (${default})."`
	Groups   int    `default:"100" help:"Mails fetched, and decided about, in one transaction (${default})."`
	Postgres string `default:"auto" placeholder:"URL" help:"auto starts a PostgreSQL of its own if one is installed; a URL uses that server, with databases of our own that are dropped at the end; none leaves it out."`
	Keep     bool   `help:"Keep the configuration, the mails' database and the copy of its rows."`
}

func (benchIngestCmd) Help() string {
	return `Starts a Dovecot of its own on a loopback port, fills its mailbox, and measures, for new mails and for replies to them, on SQLite and on PostgreSQL:

  fetch    fetching the mails and dropping them
  commit   committing the rows that the mails left, once more into another database in groups of the same number
  whole    from the mailbox to committed tickets with the mails owed queued, fetching and deciding side by side as serve does

Ceiling is what fetching and committing allow together, one after the other: 1/(1/fetch + 1/commit). The ratio is whole/ceiling. Figures are mails a second; compare the ratios of a run, not the figures of two machines. It needs Dovecot, and uses nothing of your configuration.

Example:

  deskd bench ingest --mails 5000 --json`
}

func (c benchIngestCmd) Validate() error {
	if c.Mails < 1 || c.Mails > 1_000_000 || c.Groups < 1 || c.Groups > 1000 {
		return errors.New("--mails must be 1 to 1000000, --groups 1 to 1000")
	}
	return nil
}

// benchResult is one line of what was measured: mails a second, and how much
// of the ceiling is reached.
type benchResult struct {
	Engine  string  `json:"engine"` // sqlite, postgres
	Kind    string  `json:"kind"`   // new, reply
	Mails   int     `json:"mails"`
	Rows    int     `json:"rows"` // committed for them
	Fetch   float64 `json:"fetch_per_second"`
	Commit  float64 `json:"commit_per_second"`
	Ceiling float64 `json:"ceiling_per_second"`
	Whole   float64 `json:"whole_per_second"`
	Ratio   float64 `json:"ratio"`
}

func newBenchResult(engine, kind string, mails, rows int, fetch, commit, whole time.Duration) benchResult {
	n := float64(mails)
	r := benchResult{
		Engine: engine, Kind: kind, Mails: mails, Rows: rows,
		Fetch: n / fetch.Seconds(), Commit: n / commit.Seconds(), Whole: n / whole.Seconds(),
		Ceiling: n / (fetch + commit).Seconds(),
	}
	r.Ratio = r.Whole / r.Ceiling
	return r
}

func (c benchIngestCmd) Run(ctx context.Context, p *program) error {
	dovecot, err := servertest.StartDovecot(servertest.DovecotOptions{})
	if err != nil {
		return err
	}
	defer dovecot.Close()
	dir, err := os.MkdirTemp("", "deskd-bench-")
	if err != nil {
		return fmt.Errorf("make a folder for the benchmark: %w", err)
	}
	if c.Keep {
		defer fmt.Fprintf(p.err, "kept: %s\n", dir)
	} else {
		defer os.RemoveAll(dir)
	}
	engines, end, err := c.engines(ctx, p, dir)
	if err != nil {
		return err
	}
	defer end()
	results := []benchResult{}
	for _, e := range engines {
		b := &bench{benchIngestCmd: c, program: p, dovecot: dovecot, dir: dir, engine: e}
		r, err := b.measure(ctx)
		if err != nil {
			return fmt.Errorf("benchmark on %s: %w", e.name, err)
		}
		results = append(results, r...)
	}
	return c.print(p, results)
}

func (c benchIngestCmd) print(p *program, results []benchResult) error {
	if c.JSON {
		return printJSON(p.out, results)
	}
	t := newTable(p.out, "ENGINE", "MAILS", "ROWS/MAIL", "FETCH/S", "COMMIT/S", "CEILING/S", "WHOLE/S", "RATIO")
	for _, r := range results {
		t.row(r.Engine, fmt.Sprintf("%d %s", r.Mails, r.Kind), fmt.Sprintf("%.1f", float64(r.Rows)/float64(r.Mails)),
			fmt.Sprintf("%.0f", r.Fetch), fmt.Sprintf("%.0f", r.Commit), fmt.Sprintf("%.0f", r.Ceiling),
			fmt.Sprintf("%.0f", r.Whole), fmt.Sprintf("%.2f", r.Ratio))
	}
	return t.flush()
}
