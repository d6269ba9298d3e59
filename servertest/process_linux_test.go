package servertest

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestServersEndWithTheirProcess starts servers in a process of their own,
// freezes a session, kills that process as the hardest end there is, and
// watches the servers go.
func TestServersEndWithTheirProcess(t *testing.T) {
	if os.Getenv("SERVERTEST_ROLE") == "starter" {
		startAndTell(t)
		return
	}
	t.Parallel()
	if _, _, err := findDovecot(); err != nil {
		require(t, err)
	}
	if _, err := findPostgres(); err != nil {
		require(t, err)
	}
	starter := exec.Command(os.Args[0], "-test.run=^TestServersEndWithTheirProcess$", "-test.v")
	starter.Env = append(os.Environ(), "SERVERTEST_ROLE=starter")
	output, err := starter.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := starter.Start(); err != nil {
		t.Fatal(err)
	}
	var servers []descendant
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if dir, ok := strings.CutPrefix(lines.Text(), "folder "); ok {
			t.Cleanup(func() { os.RemoveAll(dir) })
		}
		if lines.Text() == "ready" {
			servers, err = descendants(starter.Process.Pid)
			break
		}
	}
	if err != nil || len(servers) < 5 {
		t.Fatalf("servers started: %v, %v", servers, err)
	}
	if err := starter.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = starter.Wait() // it was killed
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		left := alive(servers)
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after a minute there still are %v", left)
		}
	}
}

// startAndTell starts servers, says so, and waits to be killed.
func startAndTell(t *testing.T) {
	d, err := StartDovecot(DovecotOptions{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := StartPostgres(PostgresOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d.AddUser(t, "alice", "secret")
	conn, err := net.Dial("tcp", d.Address())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, "a LOGIN alice secret\r\n")
	for lines := bufio.NewScanner(conn); lines.Scan() && !strings.HasPrefix(lines.Text(), "a "); {
	}
	if d.PauseSessions(t) != 1 {
		t.Fatal("the session is not logged in")
	}
	fmt.Printf("folder %s\nfolder %s\nready\n", d.setup.dir, p.dir)
	time.Sleep(time.Minute)
}

func TestParseStat(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text   string
		name   string
		parent int
		ok     bool
	}{
		{"12 (imap) S 7 12 12 0", "imap", 7, true},
		{"12 (a b) (c) S 7 12", "a b) (c", 7, true},
		{"12 (imap) S", "", 0, false},
		{"12 imap S 7", "", 0, false},
		{"", "", 0, false},
		{"x (imap) S 7", "imap", 7, false},
	} {
		d, parent, ok := parseStat(test.text)
		if ok != test.ok || ok && (d.name != test.name || parent != test.parent || d.pid != 12) {
			t.Errorf("%q: %+v, %d, %v", test.text, d, parent, ok)
		}
	}
}
