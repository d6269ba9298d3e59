package servertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

func processAttributes(id identity, deathSignal syscall.Signal) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: deathSignal}
	if id.drop {
		attr.Credential = &syscall.Credential{Uid: uint32(id.uid), Gid: uint32(id.gid)}
	}
	return attr
}

func killGroup(pid int)   { _ = syscall.Kill(-pid, syscall.SIGKILL) }
func killProcess(pid int) { _ = syscall.Kill(pid, syscall.SIGKILL) }

// descendant is a process below a server's main process.
type descendant struct {
	pid  int
	name string
}

// descendants lists the processes below pid, as /proc shows them.
func descendants(pid int) ([]descendant, error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		return nil, fmt.Errorf("list processes: /proc cannot be read (%v)", err)
	}
	children := map[int][]descendant{}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended since
		}
		if d, parent, ok := parseStat(string(text)); ok {
			children[parent] = append(children[parent], d)
		}
	}
	var all []descendant
	for queue := children[pid]; len(queue) > 0; queue = queue[1:] {
		all = append(all, queue[0])
		queue = append(queue, children[queue[0].pid]...)
	}
	return all, nil
}

// parseStat reads "pid (name) state ppid …" (proc(5)); the name may itself
// hold brackets and blanks.
func parseStat(text string) (d descendant, parent int, ok bool) {
	open, end := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if open < 0 || end < open {
		return d, 0, false
	}
	fields := strings.Fields(text[end+1:])
	if len(fields) < 2 {
		return d, 0, false
	}
	pid, err1 := strconv.Atoi(strings.TrimSpace(text[:open]))
	parent, err2 := strconv.Atoi(fields[1])
	return descendant{pid: pid, name: text[open+1 : end]}, parent, err1 == nil && err2 == nil
}

func stopProcess(pid int) error     { return syscall.Kill(pid, syscall.SIGSTOP) }
func continueProcess(pid int) error { return syscall.Kill(pid, syscall.SIGCONT) }

// title is what a process shows as its command line.
func title(pid int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return "" // it has ended since
	}
	return string(text)
}

// alive are those of the processes that still run; one that has ended and
// that nobody has waited for does not.
func alive(all []descendant) []descendant {
	var left []descendant
	for _, d := range all {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", d.pid))
		if err != nil || strings.Contains(string(text), ") Z ") {
			continue
		}
		left = append(left, d)
	}
	return left
}
