package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// ownerName names this process in claims and leases, unlike any other: the
// host, where on it process numbers count, the number, and something that a
// process of the same number after a restart does not have.
func ownerName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return fmt.Sprintf("%s/%s/%d/%s", strings.ReplaceAll(host, "/", "-"), processSpace(), os.Getpid(), rand.Text()[:8])
}

// processSpace names the place in which a process number means one process:
// the boot of the machine and the PID namespace, so that two containers on one
// host, or two machines of one name, are told apart. It is "" where the system
// does not say, which is everywhere but on Linux.
func processSpace() string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	namespace, err := os.Readlink("/proc/self/ns/pid") // pid:[4026531836]
	if err != nil {
		return ""
	}
	digits := strings.TrimFunc(namespace, func(r rune) bool { return r < '0' || r > '9' })
	return strings.TrimSpace(string(boot)) + "-" + digits
}

// dead reports whether the owner of a claim is known to have ended: it ran
// where our process numbers count, and no process has its number, or ours has.
// Of others nothing is known here; their claims run out.
func dead(owner, us string) bool {
	theirs, ours := strings.Split(owner, "/"), strings.Split(us, "/")
	if owner == us || len(theirs) != 4 || len(ours) != 4 || theirs[0] != ours[0] || theirs[1] != ours[1] || theirs[1] == "" {
		return false
	}
	pid, err := strconv.Atoi(theirs[2])
	if err != nil || pid <= 0 {
		return false
	}
	return theirs[2] == ours[2] || !processRuns(pid)
}

// processRuns reports whether there is a process of that number.
func processRuns(pid int) bool {
	p, err := os.FindProcess(pid)
	return err == nil && !errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

// takeOver frees what a killed deskd on this machine had claimed, so that a
// restart goes on at once instead of when the claims run out.
func (d *daemon) takeOver(ctx context.Context) error {
	owners, err := d.store.Owners(ctx)
	if err != nil {
		return err
	}
	for _, owner := range owners {
		if !dead(owner, d.owner) {
			continue
		}
		n, err := d.store.TakeOver(ctx, owner)
		if err != nil {
			return err
		}
		d.log.Info("went on with what a deskd that ended without notice had in hand", "process", owner, "claims", n)
	}
	return nil
}
