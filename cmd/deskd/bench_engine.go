package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"deskd/servertest"
)

// benchEngine is where a benchmark keeps its mails, and the copy of the rows.
type benchEngine struct {
	name      string
	url, copy string
}

// engines are the engines to measure. end drops what was made for them.
func (c benchIngestCmd) engines(ctx context.Context, p *program, dir string) (all []benchEngine, end func(), err error) {
	all = []benchEngine{{
		name: "sqlite",
		url:  "sqlite://" + filepath.Join(dir, "desk.db"), copy: "sqlite://" + filepath.Join(dir, "copy.db"),
	}}
	end = func() {}
	var pg benchEngine
	switch c.Postgres {
	case "none", "":
		return all, end, nil
	case "auto":
		pg, end, err = ownPostgres()
		if missing := (*servertest.MissingError)(nil); errors.As(err, &missing) {
			fmt.Fprintf(p.err, "PostgreSQL is left out: %v\n", err)
			return all, func() {}, nil
		}
	default:
		pg, end, err = c.givenPostgres(ctx)
	}
	return append(all, pg), end, err
}

// ownPostgres starts a cluster that writes as safely as a real one.
func ownPostgres() (benchEngine, func(), error) {
	cluster, err := servertest.StartPostgres(servertest.PostgresOptions{Durable: true})
	if err != nil {
		return benchEngine{}, nil, err
	}
	e := benchEngine{name: "postgres"}
	if e.url, err = cluster.CreateDatabase(); err == nil {
		e.copy, err = cluster.CreateDatabase()
	}
	if err != nil {
		cluster.Close()
		return benchEngine{}, nil, err
	}
	return e, cluster.Close, nil
}

// givenPostgres makes two databases on the server of a URL.
func (c benchIngestCmd) givenPostgres(ctx context.Context) (benchEngine, func(), error) {
	e := benchEngine{name: "postgres"}
	u, err := url.Parse(c.Postgres)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return e, nil, usage(errors.New("--postgres wants auto, none or postgres://user@host/database"))
	}
	admin, err := sql.Open("postgres", u.String())
	if err != nil {
		return e, nil, errors.New("--postgres: the URL cannot be read") // the error may show its password
	}
	var made []string
	end := func() {
		defer admin.Close()
		if c.Keep {
			return
		}
		for _, name := range made {
			_, _ = admin.ExecContext(context.WithoutCancel(ctx), "DROP DATABASE "+name+" WITH (FORCE)")
		}
	}
	for _, target := range []*string{&e.url, &e.copy} {
		name := "deskd_bench_" + strings.ToLower(rand.Text()[:12])
		if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
			end()
			return e, nil, fmt.Errorf("make a database for the benchmark: %w", err)
		}
		made = append(made, name)
		own := *u
		own.Path = "/" + name
		*target = own.String()
	}
	return e, end, nil
}
