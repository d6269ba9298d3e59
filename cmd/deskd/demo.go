package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sync/errgroup"

	"deskd/config"
	"deskd/mailserver"
)

type demoCmd struct {
	Once bool   `help:"End after the story; the exit status is 0 only if every step of it held."`
	Dir  string `placeholder:"DIR" help:"A new or empty folder for the demo's configuration and database, which are kept then. Without it they are in a temporary folder, which is removed at the end."`
}

func (demoCmd) Help() string {
	return `Starts a small mail server and a desk in this process, plays the life of a request with real mails, and goes on running, so that you can continue with your own mail program as customer, colleague or agent. It needs no other program, and nothing leaves this machine.

Examples:

  deskd demo
  deskd demo --once`
}

func (c demoCmd) Run(ctx context.Context, p *program) (err error) {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGHUP) // the terminal was closed
	defer stop()
	// Whoever reads may leave, as head does: the folder is removed all the same.
	signal.Ignore(syscall.SIGPIPE)
	defer signal.Reset(syscall.SIGPIPE)
	if err := aloneInEnvironment(); err != nil {
		return err
	}
	dir, leave, err := c.folder()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, leave()) }()
	server, err := startMailServer()
	if err != nil {
		return err
	}
	defer server.Close()
	h, err := demoDesk(ctx, dir, server)
	if err != nil {
		return err
	}
	defer h.close()
	d := &demo{
		house: h, server: server, dir: dir, tell: newTeller(p.out), self: commandName(),
		stage: newStage(h, server),
	}
	d.tell.w = listened{p.out, stop}
	return c.run(ctx, p, d)
}

// listened is a stream whose reader may leave.
type listened struct {
	io.Writer
	left func()
}

func (l listened) Write(b []byte) (int, error) {
	n, err := l.Writer.Write(b)
	if err != nil {
		l.left()
	}
	return n, err
}

// demo is a desk among its mail server and its people.
type demo struct {
	*house
	server *mailserver.Server
	stage  *stage
	tell   *teller
	dir    string
	self   string // how to call this program
}

// run serves the desk while the story is played and, unless once, until ctx
// ends.
func (c demoCmd) run(ctx context.Context, p *program, d *demo) error {
	g, playing := errgroup.WithContext(ctx)
	serving, stop := context.WithCancel(playing)
	g.Go(func() error { return d.serve(serving, logger(p.err, d.config.Log)) })
	g.Go(func() error {
		defer stop()
		return c.perform(playing, d)
	})
	err := g.Wait()
	if !c.Once && ctx.Err() != nil {
		d.tell.farewell(d.dir, c.Dir != "")
	}
	return err
}

func (c demoCmd) perform(ctx context.Context, d *demo) error {
	d.tell.opening(d.stage.cast)
	all := demoStory(d.stage.cast)
	failed, err := d.stage.play(ctx, d.tell, all)
	switch {
	case ctx.Err() != nil:
		return errors.New("the demo was interrupted before the end of its story")
	case err != nil:
		return fmt.Errorf("the story broke off: %w", err)
	}
	d.tell.end(len(all), failed)
	if !c.Once {
		d.tell.invitation(d)
		if err := d.watch(ctx); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d steps of the demo did not hold", failed, len(all))
	}
	return nil
}

// folder gives the folder for the demo and what to do when it is left.
func (c demoCmd) folder() (dir string, leave func() error, err error) {
	if c.Dir == "" {
		dir, err := os.MkdirTemp("", "deskd-demo-")
		if err != nil {
			return "", nil, fmt.Errorf("make a folder for the demo: %w; --dir names another place", err)
		}
		return dir, func() error { return os.RemoveAll(dir) }, nil
	}
	if dir, err = filepath.Abs(c.Dir); err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return "", nil, fmt.Errorf("make the folder for the demo: %w", err)
	}
	there, err := os.ReadDir(dir)
	if err != nil {
		return "", nil, fmt.Errorf("look into the folder for the demo: %w", err)
	}
	if len(there) > 0 {
		return "", nil, fmt.Errorf("%s is not empty; the demo begins anew each time, so name a new or an empty folder", dir)
	}
	return dir, func() error { return nil }, nil
}

// demoDesk configures and opens a desk in the folder, with its agent.
func demoDesk(ctx context.Context, dir string, server *mailserver.Server) (*house, error) {
	people := newCast()
	path := filepath.Join(dir, "deskd.toml")
	text := demoConfig(people.desk, config.NewSecret().Reveal(), server)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return nil, fmt.Errorf("write the demo's configuration: %w", err)
	}
	if err := writeMuttConfigs(dir, people, server); err != nil {
		return nil, err
	}
	c, err := config.Load(path)
	if err != nil {
		return nil, fmt.Errorf("the demo's configuration: %w", err)
	}
	h, err := open(ctx, c)
	if err != nil {
		return nil, err
	}
	if _, err := h.store.AddAgent(ctx, people.mia.address, people.mia.full, "en"); err != nil {
		h.close()
		return nil, fmt.Errorf("make %s an agent: %w", people.mia.name, err)
	}
	return h, nil
}

// demoConfig is a deskd.toml. The limits that keep floods small are wide, for
// somebody who tries things out writes many mails.
func demoConfig(desk person, secret string, server *mailserver.Server) string {
	return fmt.Sprintf(`# Written by deskd demo. The mail server it names ends with the demo.

[desk]
name = %q
address = %q
secret = %q

[database]
url = "sqlite:desk.db"

[[mailbox]]
address = %[2]q
imap = "imap://%[4]s"
password = %[5]q
authserv_id = %[6]q
backfill = true

[smtp]
url = "smtp://%[7]s"
user = %[2]q
password = %[5]q
per_minute = 6000

[limits]
ack_per_hour = 1000
ack_per_day = 1000
sender_per_hour = 1000
reopens_per_day = 1000

[log]
level = "warn"
`, desk.full, desk.address, secret, server.IMAPAddr(), desk.password, server.Name(), server.SMTPAddr())
}

// aloneInEnvironment refuses an environment that would change the demo's
// configuration: the demo must not touch somebody's real desk.
func aloneInEnvironment() error {
	for _, setting := range os.Environ() {
		name, value, _ := strings.Cut(setting, "=")
		switch {
		case value == "":
		case name == "DESKD_SECRET", name == "DESKD_DATABASE_URL", name == "DESKD_SMTP_PASSWORD", strings.HasPrefix(name, "DESKD_MAILBOX_"):
			return fmt.Errorf("%s is set in the environment and would replace what the demo is configured with; run it without, as in: env -u %[1]s deskd demo", name)
		}
	}
	return nil
}
