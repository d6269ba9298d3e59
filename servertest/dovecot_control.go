package servertest

import (
	"fmt"
	"strings"
	"time"
)

// Kill ends the server and all its sessions at once, as a crash would.
func (d *Dovecot) Kill(tb TB) {
	tb.Helper()
	below, err := descendants(d.process.pid())
	require(tb, err)
	d.process.kill()
	for _, p := range below {
		killProcess(p.pid) // those that left the process group
	}
	// Until the last one has gone, there is somebody who listens on the ports.
	for deadline := time.Now().Add(time.Minute); len(alive(below)) > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			tb.Fatalf("killed a minute ago, still there: %v", alive(below))
		}
	}
	d.paused = nil
}

// Restart starts the server again on the same ports, killing it first when it
// still runs.
func (d *Dovecot) Restart(tb TB) {
	tb.Helper()
	if !d.process.exited() {
		d.Kill(tb)
	}
	require(tb, d.start())
}

// PauseSessions freezes the sessions that are logged in: their connections
// stay open and nothing comes any more, as behind a firewall that has
// forgotten them. New connections work. It returns how many it froze.
func (d *Dovecot) PauseSessions(tb TB) int {
	tb.Helper()
	return d.pause(tb, func(p descendant) bool { return p.name == "imap" })
}

// Pause freezes the whole server: new connections open and get no greeting.
func (d *Dovecot) Pause(tb TB) {
	tb.Helper()
	d.pause(tb, func(descendant) bool { return true })
	require(tb, stopProcess(d.process.pid()))
	d.paused = append(d.paused, d.process.pid())
}

// Resume lets go on what PauseSessions and Pause froze.
func (d *Dovecot) Resume(tb TB) {
	tb.Helper()
	d.resume()
}

// Sessions counts the sessions that are logged in.
func (d *Dovecot) Sessions(tb TB) int {
	tb.Helper()
	below, err := descendants(d.process.pid())
	require(tb, err)
	n := 0
	for _, p := range below {
		if p.name == "imap" {
			n++
		}
	}
	return n
}

// Idling counts the sessions that are in IDLE.
func (d *Dovecot) Idling(tb TB) int {
	tb.Helper()
	below, err := descendants(d.process.pid())
	require(tb, err)
	n := 0
	for _, p := range below {
		if p.name == "imap" && strings.Contains(title(p.pid), " IDLE") {
			n++
		}
	}
	return n
}

func (d *Dovecot) pause(tb TB, chosen func(descendant) bool) int {
	tb.Helper()
	below, err := descendants(d.process.pid())
	require(tb, err)
	n := 0
	for _, p := range below {
		if !chosen(p) {
			continue
		}
		if err := stopProcess(p.pid); err != nil {
			require(tb, fmt.Errorf("freeze %s, process %d: %w", p.name, p.pid, err))
		}
		d.paused = append(d.paused, p.pid)
		n++
	}
	return n
}

func (d *Dovecot) resume() {
	for _, pid := range d.paused {
		_ = continueProcess(pid) // it may have ended since
	}
	d.paused = nil
}
