package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"deskd/servertest"
)

// kills is how often the test kills deskd on each engine; DESKD_KILLS sets
// another number.
const kills = 12

// TestKill runs the real program under load, kills it at random moments and
// starts it again. Afterwards every mail must be on a ticket once, and every
// mail owed must have gone out once.
func TestKill(t *testing.T) {
	killOnBothEngines(t, func(t *testing.T, k *killed) {
		k.deskd("agent", "add", killAgent, "--name", "Anna")
		k.play(killsWanted(t))
		k.count()
	})
}

// killOnBothEngines gives a test a desk on each engine whose program it can kill.
func killOnBothEngines(t *testing.T, test func(*testing.T, *killed)) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	binary := buildDeskd(t)
	for name, database := range map[string]func(*testing.T) string{
		"SQLite":     func(t *testing.T) string { return "sqlite://" + filepath.Join(t.TempDir(), "desk.db") },
		"PostgreSQL": func(t *testing.T) string { return postgres.NewDatabase(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := database(t)
			k := &killed{testDesk: newTestDesk(t, url), binary: binary, url: url}
			k.configure()
			test(t, k)
		})
	}
}

func killsWanted(t *testing.T) int {
	text := os.Getenv("DESKD_KILLS")
	if text == "" {
		return kills
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("DESKD_KILLS=%s is not a number of kills", text)
	}
	return n
}

// buildDeskd builds the program as it is shipped.
func buildDeskd(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "deskd")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build deskd: %v\n%s", err, out)
	}
	return binary
}

// killed is a desk whose deskd is a process that gets killed.
type killed struct {
	*testDesk
	binary, url string
	feed        *feeder
	kills       int
}

// configure takes in what comes before the first connection, in small groups,
// and lifts the limits on what a few people may cause.
func (k *killed) configure() {
	k.t.Helper()
	text, err := os.ReadFile(k.config)
	if err != nil {
		k.t.Fatal(err)
	}
	all := strings.Replace(string(text), "[[mailbox]]\n", "[[mailbox]]\nbackfill = true\n", 1) + `
per_minute = 1000000
per_day = 1000000
[limits]
sender_per_hour = 1000000
breaker_floor = 1000000
[imap]
batch = 20
`
	if err := os.WriteFile(k.config, []byte(all), 0o600); err != nil {
		k.t.Fatal(err)
	}
}

// play feeds the mailbox while deskd is killed at least so often, and told to
// end after every third time; then it lets deskd finish what there is.
func (k *killed) play(kills int) {
	k.feed = startFeeder(k.testDesk)
	for k.kills < kills {
		for range 3 {
			p := k.serve()
			time.Sleep(time.Duration(rand.Int64N(int64(700 * time.Millisecond))))
			k.kills++
			p.kill()
		}
		p := k.serve()
		time.Sleep(time.Duration(rand.Int64N(int64(700 * time.Millisecond))))
		p.end()
	}
	k.feed.stop()
	p := k.serve()
	k.settle()
	p.end()
}

// process is a running deskd serve.
type process struct {
	t       *testing.T
	command *exec.Cmd
	log     *syncBuffer
}

// serve starts deskd and waits until it serves.
func (k *killed) serve() *process {
	k.t.Helper()
	p := &process{t: k.t, log: &syncBuffer{}, command: exec.Command(k.binary, "serve", "--config", k.config)}
	p.command.Stdout, p.command.Stderr = p.log, p.log
	if err := p.command.Start(); err != nil {
		k.t.Fatal(err)
	}
	k.t.Cleanup(func() { _ = p.command.Process.Kill() }) // it has ended unless the test failed
	p.await("msg=serving")
	return p
}

// await waits until deskd has said something.
func (p *process) await(said string) {
	p.t.Helper()
	for end := time.Now().Add(20 * time.Second); !strings.Contains(p.log.String(), said); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("deskd does not say %s\n%s", said, p.log.String())
		}
	}
}

func (p *process) kill() {
	_ = p.command.Process.Kill()
	_ = p.command.Wait() // it was killed
}

// end tells deskd to end, which it must do within seconds.
func (p *process) end() {
	p.t.Helper()
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- p.command.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			p.t.Errorf("deskd ended after SIGTERM: %v\n%s", err, p.log.String())
		}
	case <-time.After(10 * time.Second):
		p.t.Errorf("deskd did not end within 10 s after SIGTERM\n%s", p.log.String())
		p.kill()
	}
}

// settle waits until deskd has nothing left to do.
func (k *killed) settle() {
	k.t.Helper()
	want := k.feed.letters()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		got := distinct(k.sink.Accepted())
		if got >= want {
			break
		}
		if time.Now().After(end) {
			k.t.Errorf("%d different letters went out, want %d", got, want)
			return
		}
	}
	time.Sleep(300 * time.Millisecond) // what would be too much comes now
}

// distinct counts letters by recipient and Message-ID.
func distinct(all []servertest.Received) int {
	seen := map[string]bool{}
	for _, r := range all {
		seen[letterKey(r)] = true
	}
	return len(seen)
}

func letterKey(r servertest.Received) string {
	return fmt.Sprint(r.Addresses(), " ", headerOf(r.Raw).Get("Message-ID"))
}
