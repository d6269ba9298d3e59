package servertest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// TB is the part of testing.TB that servertest needs. It is spelled out so
// that a program which starts these servers does not link package testing.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
	Skipf(format string, args ...any)
	Failed() bool
}

// MissingError reports that a server's programs are not installed.
type MissingError struct {
	Server string // "Dovecot"
	Looked string // where it was looked for
	Debian string // the Debian package that has it
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("%s is not installed (looked for %s): on Debian or Ubuntu run `apt-get install --no-install-recommends %s`; elsewhere install %s by your system's package manager",
		e.Server, e.Looked, e.Debian, e.Server)
}

// Program finds a program in PATH that a test runs. One that is not installed
// counts as a missing server does.
func Program(tb TB, name, debian string) string {
	tb.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		require(tb, &MissingError{Server: name, Looked: "in PATH", Debian: debian})
	}
	return path
}

// require ends the test when err is not nil: it skips it for a missing
// server where that is allowed, and fails it otherwise.
func require(tb TB, err error) {
	tb.Helper()
	if err == nil {
		return
	}
	var missing *MissingError
	if errors.As(err, &missing) && !serversRequired(os.Getenv) {
		tb.Skipf("%v", err)
	}
	tb.Fatalf("%v", err)
}

// serversRequired reports whether a missing server is a failure.
func serversRequired(getenv func(string) string) bool {
	ci := getenv("CI")
	return getenv("DESKD_REQUIRE_SERVERS") == "1" || ci != "" && ci != "false" && ci != "0"
}
