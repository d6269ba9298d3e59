package servertest

import (
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// DovecotOptions choose how a Dovecot behaves; the zero value is a usual one.
type DovecotOptions struct {
	// Withhold names capabilities that the server does not announce, such as
	// "IDLE", "MOVE", "UIDPLUS", "CONDSTORE". Dovecot still obeys their
	// commands; a client that keeps to what is announced never sends them.
	Withhold []string
}

// Dovecot is a running Dovecot with its users, their mail in Maildir folders.
// Its methods may be called from several goroutines, but for Kill, Restart,
// PauseSessions, Pause and Resume, of which one may run at a time.
type Dovecot struct {
	program string
	version dovecotVersion
	setup   dovecotSetup
	cert    *certificate
	process *process
	paused  []int // pids stopped by PauseSessions or Pause

	mu        sync.Mutex
	passwords map[string]string
	delivered int // mails written so far; makes their file names unique and ordered
}

// NewDovecot starts a Dovecot that ends with the test.
func NewDovecot(tb TB, o DovecotOptions) *Dovecot {
	tb.Helper()
	d, err := StartDovecot(o)
	require(tb, err)
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("Dovecot's log ends: %s", d.Log())
		}
		d.Close()
	})
	return d
}

// StartDovecot starts a Dovecot, ready to take connections when it returns.
// Close ends it. A missing Dovecot is a *MissingError.
func StartDovecot(o DovecotOptions) (*Dovecot, error) {
	program, version, err := findDovecot()
	if err != nil {
		return nil, err
	}
	id, err := serverIdentity("nobody")
	if err != nil {
		return nil, fmt.Errorf("start Dovecot: %w", err)
	}
	cert, err := newCertificate()
	if err != nil {
		return nil, fmt.Errorf("start Dovecot: %w", err)
	}
	dir, err := id.tempDir("deskd-dovecot-")
	if err != nil {
		return nil, fmt.Errorf("start Dovecot: %w", err)
	}
	d := &Dovecot{program: program, version: version, cert: cert, passwords: map[string]string{},
		setup: dovecotSetup{dir: dir, id: id, withhold: o.Withhold, certFile: filepath.Join(dir, "cert.pem"),
			keyFile: filepath.Join(dir, "key.pem"), usersDir: filepath.Join(dir, "users")}}
	err = d.prepare()
	if err == nil {
		err = retryPorts(2, func(ports []int) error {
			d.setup.port, d.setup.tlsPort = ports[0], ports[1]
			return d.start()
		})
	}
	if err != nil {
		d.Close()
		return nil, fmt.Errorf("start Dovecot: %w", err)
	}
	return d, nil
}

// findDovecot finds the program; /usr/sbin is in root's PATH alone.
func findDovecot() (program string, v dovecotVersion, err error) {
	missing := &MissingError{Server: "Dovecot", Looked: "dovecot in PATH, /usr/sbin and /usr/local/sbin", Debian: "dovecot-imapd"}
	for _, name := range []string{"dovecot", "/usr/sbin/dovecot", "/usr/local/sbin/dovecot"} {
		if program, err = exec.LookPath(name); err == nil {
			break
		}
	}
	if err != nil {
		return "", v, missing
	}
	text, err := exec.Command(program, "--version").Output()
	if err != nil {
		return "", v, fmt.Errorf("%s --version: %w", program, err)
	}
	v, err = parseDovecotVersion(string(text))
	return program, v, err
}

// prepare fills the server's folder with all but the configuration.
func (d *Dovecot) prepare() error {
	s := d.setup
	for _, dir := range []string{filepath.Join(s.dir, "mail"), s.usersDir} {
		if err := s.id.mkdir(s.dir, dir); err != nil {
			return err
		}
	}
	for path, text := range map[string][]byte{s.certFile: d.cert.certPEM, s.keyFile: d.cert.keyPEM, d.logFile(): nil} {
		if err := d.write(path, text); err != nil {
			return err
		}
	}
	return nil
}

// write makes a file that belongs to the server.
func (d *Dovecot) write(path string, text []byte) error {
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return err
	}
	return d.setup.id.own(path)
}

// start runs Dovecot with the present setup and waits for its greeting.
func (d *Dovecot) start() error {
	config := filepath.Join(d.setup.dir, "dovecot.conf")
	if err := d.write(config, []byte(d.setup.config(d.version))); err != nil {
		return err
	}
	if err := os.Truncate(d.logFile(), 0); err != nil {
		return err
	}
	// When the master is gone the others notice and go; asked to end in order
	// by SIGTERM, without us, it sometimes waits ten seconds for one of them.
	p, err := startProcess(d.setup.id, syscall.SIGKILL, d.logFile(), d.program, "-F", "-c", config)
	if err != nil {
		return err
	}
	d.process = p
	if err := p.waitReady("Dovecot", d.logFile(), d.greeted); err != nil {
		p.kill()
		if strings.Contains(err.Error(), "nknown protocol: imap") {
			return &MissingError{Server: "Dovecot's IMAP server", Looked: "what the installed Dovecot offers", Debian: "dovecot-imapd"}
		}
		return portTaken(err)
	}
	return nil
}

// greeted returns nil when the server greets.
func (d *Dovecot) greeted() error {
	conn, err := net.DialTimeout("tcp", d.Address(), time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return err
	}
	greeting := make([]byte, 4)
	if _, err := io.ReadFull(conn, greeting); err != nil {
		return err
	}
	if string(greeting) != "* OK" {
		return fmt.Errorf("greeted with %q", greeting)
	}
	return nil
}

func (d *Dovecot) logFile() string { return filepath.Join(d.setup.dir, "dovecot.log") }

// Log is the end of the server's log.
func (d *Dovecot) Log() string { return logTail(d.logFile()) }

// Address is host:port of IMAP in the clear, with STARTTLS on offer.
func (d *Dovecot) Address() string { return loopback(d.setup.port) }

// TLSAddress is host:port of IMAP over TLS.
func (d *Dovecot) TLSAddress() string { return loopback(d.setup.tlsPort) }

// Pool holds the one certificate the server shows; it is valid for localhost
// and 127.0.0.1.
func (d *Dovecot) Pool() *x509.CertPool { return d.cert.pool }

// CertPEM is that certificate as a ca file would hold it.
func (d *Dovecot) CertPEM() []byte { return d.cert.certPEM }

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// Close ends the server and removes its mail.
func (d *Dovecot) Close() {
	d.resume()
	if d.process != nil {
		d.process.stop(syscall.SIGTERM, 5*time.Second)
		killGroup(d.process.pid())
	}
	os.RemoveAll(d.setup.dir)
}

// userName is what can be a user, a line's first field and a folder at once.
var userName = regexp.MustCompile(`^[a-z0-9][a-z0-9._+-]*(@[a-z0-9.-]+)?$`)

// CreateUser adds a user, in lower case as Dovecot makes every name, with an
// empty INBOX.
func (d *Dovecot) CreateUser(user, password string) error {
	if !userName.MatchString(user) {
		return fmt.Errorf("user %q: only lower-case letters, digits and .+-_ with an optional @domain will do", user)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, taken := d.passwords[user]; taken {
		return fmt.Errorf("user %q exists", user)
	}
	d.passwords[user] = password
	if err := d.makeFolder(user, "INBOX"); err != nil {
		return fmt.Errorf("make user %q's mailbox: %w", user, err)
	}
	line := fmt.Sprintf("%s:{PLAIN.B64}%s:%d:%d::%s/mail/%s::\n", user, base64.StdEncoding.EncodeToString([]byte(password)),
		d.setup.id.uid, d.setup.id.gid, d.setup.dir, user)
	if err := d.write(filepath.Join(d.setup.usersDir, user), []byte(line)); err != nil {
		return fmt.Errorf("add user %q: %w", user, err)
	}
	return nil
}

// AddUser is CreateUser for tests.
func (d *Dovecot) AddUser(tb TB, user, password string) {
	tb.Helper()
	require(tb, d.CreateUser(user, password))
}
