package servertest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// startAttempts is how often a server is started anew when another process
// took one of its ports between our choosing it and its listening there.
const startAttempts = 5

// process is a running server program.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when the process has ended and was waited for
	err  error         // how it ended; valid after done
}

// startProcess starts a program as id, in a process group of its own, with
// deathSignal sent to it by the kernel when this process dies (Linux only).
// All it prints goes to the file logPath.
//
// The kernel ties that signal to the thread that started the program, so one
// goroutine keeps its thread from start to end.
func startProcess(id identity, deathSignal syscall.Signal, logPath, name string, args ...string) (*process, error) {
	log, err := os.OpenFile(logPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	defer log.Close()
	p := &process{cmd: exec.Command(name, args...), done: make(chan struct{})}
	p.cmd.Dir = "/"
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.cmd.SysProcAttr = processAttributes(id, deathSignal)
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.err = p.cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return p, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// exited reports whether the process has ended.
func (p *process) exited() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// stop sends sig and waits; after grace it kills the whole process group.
func (p *process) stop(sig os.Signal, grace time.Duration) {
	if p.exited() {
		return
	}
	_ = p.cmd.Process.Signal(sig) // fails only when it has just ended
	select {
	case <-p.done:
	case <-time.After(grace):
		p.kill()
	}
}

// kill ends the process and its group at once and waits for it.
func (p *process) kill() {
	killGroup(p.pid())
	<-p.done
}

// waitReady calls probe until it succeeds, the process ends, or a minute has
// passed, and then says why with the end of the log.
func (p *process) waitReady(what, logPath string, probe func() error) error {
	deadline := time.Now().Add(time.Minute)
	for {
		err := probe()
		if err == nil {
			return nil
		}
		if p.exited() {
			return fmt.Errorf("%s ended while starting (%v); its log says: %s", what, p.err, logTail(logPath))
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s was not ready after a minute (%w); its log says: %s", what, err, logTail(logPath))
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// logTail is the last 2,000 bytes of a log, or why there is none.
func logTail(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	const most = 2000
	if len(text) > most {
		text = text[len(text)-most:]
	}
	return strings.TrimSpace(string(text))
}

// freePorts finds n different loopback ports on which nobody listens.
func freePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		// All stay open until the last one is found, so that none comes twice.
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

// errPortTaken marks a start that failed only because of its ports.
var errPortTaken = errors.New("a port was taken meanwhile")

// retryPorts calls start with n fresh ports until it fails for another reason
// than a taken port.
func retryPorts(n int, start func(ports []int) error) error {
	var err error
	for range startAttempts {
		var ports []int
		if ports, err = freePorts(n); err != nil {
			return err
		}
		if err = start(ports); !errors.Is(err, errPortTaken) {
			return err
		}
	}
	return err
}

// portTaken wraps err so that retryPorts tries again, if its text or the
// server's log says that a port was in use.
func portTaken(err error) error {
	if err != nil && strings.Contains(err.Error(), "Address already in use") {
		return fmt.Errorf("%w: %w", errPortTaken, err)
	}
	return err
}
