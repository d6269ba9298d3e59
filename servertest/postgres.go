package servertest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	_ "github.com/lib/pq" // to make and drop databases
)

// oldestPostgres is the first major version deskd supports.
const oldestPostgres = 14

// PostgresOptions choose how a cluster behaves; the zero value is a quick one.
type PostgresOptions struct {
	// Durable leaves fsync and full_page_writes on, as a real server has
	// them. Without it a crash of the machine may damage the cluster, which a
	// test does not mind.
	Durable bool
}

// Postgres is a running PostgreSQL cluster of its own: trust authentication,
// UTF-8, C.UTF-8 collation. Its methods may be called from several goroutines.
type Postgres struct {
	dir     string
	id      identity
	port    int
	process *process
	admin   *sql.DB
	last    atomic.Int64 // number of the database made last
}

// NewPostgres starts a cluster that ends with the test. Starting takes some
// seconds: tests that share one use SharedPostgres.
func NewPostgres(tb TB, o PostgresOptions) *Postgres {
	tb.Helper()
	p, err := StartPostgres(o)
	require(tb, err)
	tb.Cleanup(p.Close)
	return p
}

// SharedPostgres is one cluster for all tests of a package, started by the
// first test that asks for a database, so that a run of other tests does not
// pay for it. The zero value is ready. It belongs into a test file:
//
//	var postgres servertest.SharedPostgres
//
//	func TestMain(m *testing.M) {
//		code := m.Run()
//		postgres.Close()
//		os.Exit(code)
//	}
//
// and in a test: url := postgres.NewDatabase(t).
type SharedPostgres struct {
	once    sync.Once
	cluster *Postgres
	err     error
}

// NewDatabase is [Postgres.NewDatabase] of the shared cluster.
func (s *SharedPostgres) NewDatabase(tb TB) string {
	tb.Helper()
	s.once.Do(func() { s.cluster, s.err = StartPostgres(PostgresOptions{}) })
	require(tb, s.err)
	return s.cluster.NewDatabase(tb)
}

// Close ends the cluster if it was started.
func (s *SharedPostgres) Close() {
	s.once.Do(func() {})
	if s.cluster != nil {
		s.cluster.Close()
	}
}

// StartPostgres makes and starts a cluster, ready to take connections when it
// returns. Close ends it. A missing PostgreSQL is a *MissingError.
func StartPostgres(o PostgresOptions) (*Postgres, error) {
	bin, err := findPostgres()
	if err != nil {
		return nil, err
	}
	id, err := serverIdentity("postgres", "nobody")
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	dir, err := id.tempDir("deskd-postgres-")
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	p := &Postgres{dir: dir, id: id}
	err = p.initialize(filepath.Join(bin, "initdb"))
	if err == nil {
		err = retryPorts(1, func(ports []int) error {
			p.port = ports[0]
			return p.start(filepath.Join(bin, "postgres"), o)
		})
	}
	if err != nil {
		p.Close()
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	return p, nil
}

// postgresVersion reads "postgres (PostgreSQL) 15.18 (Debian …)".
var postgresVersion = regexp.MustCompile(`\) (\d+)`)

// findPostgres finds the folder with the programs of the newest version
// installed: Debian keeps them out of PATH, one folder a version.
func findPostgres() (string, error) {
	folders, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	if program, err := exec.LookPath("postgres"); err == nil {
		folders = append(folders, filepath.Dir(program))
	}
	best, newest := "", oldestPostgres-1
	for _, folder := range folders {
		text, err := exec.Command(filepath.Join(folder, "postgres"), "--version").Output()
		if err != nil {
			continue // only the client's programs are there
		}
		m := postgresVersion.FindSubmatch(text)
		if m == nil {
			continue
		}
		if major, err := strconv.Atoi(string(m[1])); err == nil && major > newest {
			best, newest = folder, major
		}
	}
	if best == "" {
		return "", &MissingError{Server: fmt.Sprintf("PostgreSQL %d or newer", oldestPostgres),
			Looked: "/usr/lib/postgresql/*/bin/postgres and postgres in PATH", Debian: "postgresql"}
	}
	return best, nil
}

// initialize makes the cluster's files.
func (p *Postgres) initialize(initdb string) error {
	log := filepath.Join(p.dir, "initdb.log")
	made, err := startProcess(p.id, syscall.SIGKILL, log, initdb, "-D", p.data(), "-U", "deskd",
		"--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
	if err != nil {
		return err
	}
	if <-made.done; made.err != nil {
		return fmt.Errorf("initdb: %w: %s", made.err, logTail(log))
	}
	return nil
}

// start runs the server on p.port and waits until it answers.
func (p *Postgres) start(postgres string, o PostgresOptions) error {
	args := []string{"-D", p.data(), "-p", strconv.Itoa(p.port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "max_connections=200", "-c", "shared_buffers=64MB"}
	if !o.Durable {
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")
	}
	if err := os.Remove(p.logFile()); err != nil && !os.IsNotExist(err) {
		return err
	}
	// SIGQUIT is its immediate shutdown, of the sessions as well.
	server, err := startProcess(p.id, syscall.SIGQUIT, p.logFile(), postgres, args...)
	if err != nil {
		return err
	}
	p.process = server
	if p.admin, err = sql.Open("postgres", p.url("postgres")); err != nil {
		return err
	}
	err = server.waitReady("PostgreSQL", p.logFile(), func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		return p.admin.PingContext(ctx)
	})
	if err != nil {
		server.kill()
		p.admin.Close()
	}
	return portTaken(err)
}

func (p *Postgres) data() string    { return filepath.Join(p.dir, "data") }
func (p *Postgres) logFile() string { return filepath.Join(p.dir, "postgres.log") }

// Log is the end of the server's log.
func (p *Postgres) Log() string { return logTail(p.logFile()) }

func (p *Postgres) url(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User("deskd"), Host: loopback(p.port), Path: "/" + database, RawQuery: "sslmode=disable"}
	return u.String()
}

// CreateDatabase makes an empty database and returns its postgres:// URL.
func (p *Postgres) CreateDatabase() (string, error) {
	name := "deskd_" + strconv.FormatInt(p.last.Add(1), 10)
	if _, err := p.admin.Exec("CREATE DATABASE " + name + " TEMPLATE template0"); err != nil {
		return "", fmt.Errorf("create database %s: %w", name, err)
	}
	return p.url(name), nil
}

// NewDatabase makes an empty database for a test and returns its postgres://
// URL. The database is dropped at the end of the test, with the connections
// that are still open to it.
func (p *Postgres) NewDatabase(tb TB) string {
	tb.Helper()
	address, err := p.CreateDatabase()
	require(tb, err)
	tb.Cleanup(func() {
		name := address[strings.LastIndexByte(address, '/')+1 : strings.LastIndexByte(address, '?')]
		if _, err := p.admin.Exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			tb.Logf("drop database %s: %v", name, err)
		}
		if tb.Failed() {
			tb.Logf("PostgreSQL's log ends: %s", p.Log())
		}
	})
	return address
}

// Close ends the server at once and removes its files.
func (p *Postgres) Close() {
	if p.admin != nil {
		p.admin.Close()
	}
	if p.process != nil {
		p.process.stop(syscall.SIGQUIT, 5*time.Second)
	}
	os.RemoveAll(p.dir)
}
