package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"deskd/servertest"
)

// running is a deskd serve in this process.
type runningServe struct {
	t      *testing.T
	log    syncBuffer
	stop   context.CancelFunc
	status chan int
}

func startServe(t *testing.T, config string) *runningServe {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s := &runningServe{t: t, stop: stop, status: make(chan int, 1)}
	go func() {
		s.status <- run(ctx, []string{"serve", "--config", config}, strings.NewReader(""), &s.log, &s.log)
	}()
	return s
}

// startProcess is startServe in a process of its own: a deskd takes over at
// once what another one of its own number had in hand.
func startProcess(t *testing.T, config string) *runningServe {
	t.Helper()
	s := &runningServe{t: t, status: make(chan int, 1)}
	c := exec.Command("deskd", "serve", "--config", config)
	c.Stdout, c.Stderr = &s.log, &s.log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	s.stop = func() { _ = c.Process.Signal(syscall.SIGTERM) }
	go func() {
		_ = c.Wait() // the status says it all
		s.status <- c.ProcessState.ExitCode()
	}()
	return s
}

func (s *runningServe) waitLog(text string) {
	s.t.Helper()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if strings.Contains(s.log.String(), text) {
			return
		}
	}
	s.t.Fatalf("within 15 s the log does not say %q:\n%s", text, s.log.String())
}

// end waits for the end, which comes by itself or by stop.
func (s *runningServe) end(want int) {
	s.t.Helper()
	select {
	case got := <-s.status:
		if got != want {
			s.t.Errorf("exit status %d, want %d\n%s", got, want, s.log.String())
		}
	case <-time.After(15 * time.Second):
		s.t.Fatalf("not ended within 15 s\n%s", s.log.String())
	}
}

// writeConfig writes a configuration without IMAP, with more of it at the end.
func writeConfig(t *testing.T, databaseURL string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "deskd.toml")
	text := fmt.Sprintf(`
[desk]
name = "Example"
secret = "0123456789abcdef0123456789abcdef"
[database]
url = %q
[[mailbox]]
address = "support@example.com"
imap = "none"
[smtp]
url = "smtp://127.0.0.1:1"
`, databaseURL)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestServeTellsTheManager: systemd hears when the desk works and when it
// ends.
func TestServeTellsTheManager(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	hear := func(want string) {
		t.Helper()
		buf := make([]byte, 100)
		if err := c.SetReadDeadline(time.Now().Add(15 * time.Second)); err != nil {
			t.Fatal(err)
		}
		n, err := c.Read(buf)
		if err != nil || string(buf[:n]) != want {
			t.Fatalf("heard %q, %v; want %q", buf[:n], err, want)
		}
	}
	s := startServe(t, writeConfig(t, "sqlite:desk.db"))
	hear("READY=1")
	s.stop()
	hear("STOPPING=1")
	s.end(exitDone)
}

// TestServeWaitsForTheDatabase: a database that is away may come back.
func TestServeWaitsForTheDatabase(t *testing.T) {
	t.Parallel()
	s := startServe(t, writeConfig(t, "postgres://deskd@127.0.0.1:1/deskd?sslmode=disable"))
	s.waitLog("the database cannot be opened; trying again")
	s.stop()
	s.end(exitDone)
}

// TestServeEndsAtOnce: what cannot heal by itself is not tried again.
func TestServeEndsAtOnce(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "desk.db")
	if err := os.WriteFile(file, []byte(strings.Repeat("this is no database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	s := startServe(t, writeConfig(t, "sqlite://"+file))
	s.end(exitFailed)
	if text := s.log.String(); !strings.Contains(text, "not a database, or damaged") || strings.Count(text, "\n") != 1 {
		t.Errorf("want one line that says what is wrong:\n%s", text)
	}
}

// TestSecondServeWaits: one mailbox is read by one deskd; another takes over
// when it ends.
func TestSecondServeWaits(t *testing.T) {
	t.Parallel()
	d := newTestDesk(t, "sqlite://"+filepath.Join(t.TempDir(), "desk.db"))
	first := startServe(t, d.config)
	first.waitLog("watching")
	second := startProcess(t, d.config)
	second.waitLog("another deskd reads this folder; waiting until it ends")
	second.stop()
	second.end(exitDone)
	first.stop()
	first.end(exitDone)
	third := startServe(t, d.config)
	third.waitLog("watching") // the lease was given back
	third.stop()
	third.end(exitDone)
}

// TestServeOutlivesServers: mail servers that go away are waited for, and
// what came meanwhile is not lost.
func TestServeOutlivesServers(t *testing.T) {
	t.Parallel()
	d := newTestDesk(t, "sqlite://"+filepath.Join(t.TempDir(), "desk.db"))
	d.sink.Fail(servertest.Fault{Stage: servertest.AtConnect, Drop: true})
	s := startServe(t, d.config)
	s.waitLog("watching")
	d.dovecot.Kill(t)
	s.waitLog("the mailbox cannot be read; trying again")
	d.dovecot.Restart(t)
	d.deliver("carla@customer.test", "support@example.com", "<one@customer.test>", "", "Hello", "Hello")
	d.waitFor("the mail becomes a ticket", func() bool { return strings.Contains(d.deskd("ticket", "list"), "carla@") })
	s.stop()
	s.end(exitDone)
	if text := d.deskd("outbox", "list"); !strings.Contains(text, "carla@customer.test") {
		t.Errorf("the acknowledgement is not owed any more, though the relay was away:\n%s", text)
	}
}
