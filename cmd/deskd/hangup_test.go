package main

import (
	"os/exec"
	"syscall"
	"testing"
)

// TestHangupIsIgnored: SIGHUP neither ends serve nor passes without a word.
func TestHangupIsIgnored(t *testing.T) {
	t.Parallel()
	config, _ := smallDesk(t)
	c := exec.Command("deskd", "serve", "--config", config)
	s := &runningServe{t: t, status: make(chan int, 1)}
	c.Stdout, c.Stderr = &s.log, &s.log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	s.waitLog("serving")
	for range 2 {
		if err := c.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		s.waitLog("SIGHUP is ignored: there is nothing to reload")
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("%v: %s", err, s.log.String())
	}
}

// TestServeWithoutAgents: that nobody will be told of mails is said at once.
func TestServeWithoutAgents(t *testing.T) {
	t.Parallel()
	config, deskd := smallDesk(t)
	if status, _, errs := deskd("agent", "remove", "anna@agents.test"); status != exitDone {
		t.Fatal(errs)
	}
	s := startServe(t, config)
	defer s.stop()
	s.waitLog("there are no agents, so nobody is told of mails")
}
