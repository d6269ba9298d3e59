package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// withPages adds pages at an address to a configuration.
func withPages(t *testing.T, config, address string) {
	t.Helper()
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	with := strings.Replace(string(text), "[desk]\n", fmt.Sprintf("[desk]\nportal_url = %q\n", "http://"+address), 1) +
		fmt.Sprintf("[portal]\nlisten = %q\n", address)
	if err := os.WriteFile(config, []byte(with), 0o600); err != nil {
		t.Fatal(err)
	}
}

// configWithPages is the configuration of a desk with pages at an address that is
// taken as long as the listener is open.
func configWithPages(t *testing.T) (l net.Listener, address, config string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = l.Addr().String()
	config = writeConfig(t, "sqlite://"+filepath.Join(t.TempDir(), "desk.db"))
	withPages(t, config, address)
	return l, address, config
}

// TestServePages: the daemon serves the pages where it is told to, and gives the
// port back when it ends.
func TestServePages(t *testing.T) {
	t.Parallel()
	l, address, config := configWithPages(t)

	refused := startServe(t, config)
	refused.end(exitFailed)
	if log := refused.log.String(); !strings.Contains(log, "serve pages at "+address) || !strings.Contains(log, "set portal.listen to a free port") {
		t.Errorf("on a port that is taken: %s", log)
	}

	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	s := startServe(t, config)
	s.waitLog("serving pages")
	r, err := http.Get("http://" + address + "/answer/x")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if body, err := io.ReadAll(r.Body); err != nil || r.StatusCode != http.StatusNotFound || !strings.Contains(string(body), "We cannot find this page") {
		t.Errorf("%d %v: %s", r.StatusCode, err, body)
	}
	s.stop()
	s.end(0)
	again, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatalf("the port is not given back: %v", err)
	}
	_ = again.Close()
}
