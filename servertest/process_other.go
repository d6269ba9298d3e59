//go:build !linux

package servertest

import (
	"errors"
	"os"
	"syscall"
)

// processAttributes leaves everything at its default: a server runs as the
// current user, and outlives a test process that is killed.
func processAttributes(identity, syscall.Signal) *syscall.SysProcAttr { return nil }

func killGroup(pid int) { killProcess(pid) }

func killProcess(pid int) {
	if p, err := os.FindProcess(pid); err == nil {
		_ = p.Kill()
	}
}

type descendant struct {
	pid  int
	name string
}

func descendants(int) ([]descendant, error) {
	return nil, errors.New("list processes: only done on Linux")
}

func title(int) string { return "" }

func alive([]descendant) []descendant { return nil }

func stopProcess(int) error     { return errors.New("stop a process: only done on Linux") }
func continueProcess(int) error { return errors.New("continue a process: only done on Linux") }
