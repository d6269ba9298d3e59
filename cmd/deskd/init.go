package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"deskd/config"
	"deskd/ticketing"
)

// Files that init makes beside the configuration.
const (
	secretFile   = "secret"
	passwordFile = "imap-password"
)

type initCmd struct {
	Address       string `placeholder:"ADDRESS" help:"The address that customers write to."`
	Name          string `help:"The desk's name, as customers see it."`
	IMAP          string `name:"imap" placeholder:"URL" help:"The server that has the mailbox: imaps://HOST or imap://HOST; none if mail comes by deskd ingest."`
	User          string `help:"Who logs in there; default: the address."`
	SMTP          string `name:"smtp" placeholder:"URL" help:"The server that takes mail: smtps://HOST or smtp://HOST."`
	StartTLS      bool   `name:"starttls" help:"Use STARTTLS with imap:// and smtp://."`
	AuthservID    string `name:"authserv-id" placeholder:"ID" help:"Whose Authentication-Results to trust; see the comment in the file."`
	Database      string `placeholder:"URL" default:"desk.db" help:"A SQLite file or a postgres:// URL (${default}, beside the configuration)."`
	PasswordStdin bool   `help:"Read the mailbox's password from standard input."`
	Yes           bool   `short:"y" help:"Ask nothing; take the defaults."`
}

func (initCmd) Help() string {
	return `Writes the configuration, a secret and the mailbox's password into files that only you can read, and asks for what it cannot know. It never overwrites a file: a secret or a password that lies there already, as when only the configuration was lost, is kept and used.

Examples:

  deskd init
  deskd init --config /etc/deskd/deskd.toml --address support@example.com --yes --password-stdin < password`
}

func (c initCmd) Run(ctx context.Context, p *program) error {
	dir := filepath.Dir(p.config)
	if there(p.config) {
		return fmt.Errorf("%s is there already, and deskd init overwrites nothing; move it away, or name another place with --config", p.config)
	}
	kept := keptFiles{there(filepath.Join(dir, secretFile)), there(filepath.Join(dir, passwordFile))}
	if kept.password && c.PasswordStdin {
		return fmt.Errorf("%s is there already, and deskd init overwrites nothing; leave --password-stdin out to keep it, or move it away", filepath.Join(dir, passwordFile))
	}
	a, err := c.answers(ctx, p, kept)
	if err != nil {
		return err
	}
	password := a.Password
	a.Password = ""
	if err := writeFiles(p.config, a, password, kept); err != nil {
		return err
	}
	c.next(p, a, password, kept)
	return nil
}

// keptFiles says which files of an earlier init are there and go on being used.
// Whoever has lost the configuration alone must not be led to lose the secret.
type keptFiles struct{ secret, password bool }

func there(file string) bool {
	_, err := os.Lstat(file)
	return err == nil
}

// answers asks for what the flags leave open.
func (c initCmd) answers(ctx context.Context, p *program, kept keptFiles) (config.Answers, error) {
	ask := &asker{ctx: ctx, in: bufio.NewReader(p.in), stdin: p.in, out: p.err, silent: c.Yes}
	if !c.Yes {
		fmt.Fprintln(p.err, "Press Enter to take what stands in brackets.")
	}
	a := config.Answers{SecretFile: secretFile, DatabaseURL: c.Database, StartTLS: c.StartTLS, AuthservID: c.AuthservID}
	var err error
	question := func(into *string, given, flag, text, otherwise string) {
		if err == nil {
			*into, err = ask.line(given, flag, text, otherwise, nil)
		}
	}
	a.Address, err = ask.line(c.Address, "--address", "Address that customers write to", "", mailboxAddress)
	domain := ticketing.DomainOf(ticketing.NormalizeAddress(a.Address))
	question(&a.Name, c.Name, "--name", "Name of the desk", "Support")
	question(&a.IMAP, c.IMAP, "--imap", "IMAP server", "imaps://imap."+domain)
	if err != nil {
		return a, err
	}
	if a.IMAP != config.NoIMAP {
		question(&a.User, c.User, "--user", "User there", a.Address)
		if err == nil && !kept.password {
			a.Password, err = c.password(ask)
		}
		a.PasswordFile = passwordFile
	}
	question(&a.SMTP, c.SMTP, "--smtp", "SMTP server", "smtps://smtp."+domain)
	return a, err
}

// password is "" when it is to be put into its file later.
func (c initCmd) password(ask *asker) (config.Secret, error) {
	if c.Yes && !c.PasswordStdin {
		return "", nil
	}
	return ask.password("Password there")
}

// mailboxAddress says what is wrong with an address that customers are to
// write to.
func mailboxAddress(s string) error {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || !strings.Contains(ticketing.DomainOf(s), ".") {
		return fmt.Errorf("%q is not a mail address; write for example support@example.com", s)
	}
	return nil
}

// asker asks a person, or takes defaults in silence.
type asker struct {
	ctx    context.Context // its end ends the questions
	in     *bufio.Reader
	stdin  io.Reader
	out    io.Writer
	silent bool
}

// errInterrupted ends the questions.
var errInterrupted = errors.New("interrupted; nothing was written")

// readLine reads a line, unless ctx ends first: then what still waits for
// one is left behind, as the program ends.
func (a *asker) readLine() (string, error) {
	type answer struct {
		line string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		line, err := a.in.ReadString('\n')
		answers <- answer{line, err}
	}()
	select {
	case <-a.ctx.Done():
		fmt.Fprintln(a.out)
		return "", errInterrupted
	case got := <-answers:
		return got.line, got.err
	}
}

// line gives what was given by a flag, or the answer to a question. wrong, if
// it is not nil, says what is wrong with an answer, and it is asked for again.
func (a *asker) line(given, flag, text, otherwise string, wrong func(string) error) (string, error) {
	switch {
	case given != "":
		return given, nil
	case a.silent && otherwise == "":
		return "", usage(fmt.Errorf("%s is needed with --yes", flag))
	case a.silent:
		return otherwise, nil
	}
	prompt := text
	if otherwise != "" {
		prompt += " [" + otherwise + "]"
	}
	for range 3 {
		fmt.Fprint(a.out, prompt+": ")
		answer, err := a.readLine()
		if errors.Is(err, errInterrupted) {
			return "", err
		}
		if answer = strings.TrimSpace(answer); answer == "" {
			answer = otherwise
		}
		var fault error
		if answer != "" && wrong != nil {
			fault = wrong(answer)
		}
		switch {
		case fault != nil:
			fmt.Fprintln(a.out, fault)
		case answer != "":
			return answer, nil
		}
		if err != nil {
			break
		}
	}
	return "", fmt.Errorf("no answer that can be used; give %s", flag)
}

// password reads one without showing it.
func (a *asker) password(text string) (config.Secret, error) {
	f, ok := a.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		answer, err := a.readLine()
		if errors.Is(err, errInterrupted) {
			return "", err
		}
		if answer = strings.TrimRight(answer, "\r\n"); answer == "" {
			return "", errors.Join(errors.New("no password on standard input"), ignoreEOF(err))
		}
		return config.Secret(answer), nil
	}
	fmt.Fprint(a.out, text+" (not shown): ")
	return a.hidden(int(f.Fd()))
}

// hidden reads a password from a terminal, which shows again what is typed when
// the question has ended, however it ended.
func (a *asker) hidden(terminal int) (config.Secret, error) {
	before, err := term.GetState(terminal)
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	type answer struct {
		typed []byte
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		typed, err := term.ReadPassword(terminal)
		answers <- answer{typed, err}
	}()
	select {
	case <-a.ctx.Done():
		_ = term.Restore(terminal, before)
		fmt.Fprintln(a.out)
		return "", errInterrupted
	case got := <-answers:
		fmt.Fprintln(a.out)
		if got.err != nil {
			return "", fmt.Errorf("read the password: %w", got.err)
		}
		return config.Secret(got.typed), nil
	}
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// writeFiles writes the files and takes them away again if they cannot be
// used.
func writeFiles(path string, a config.Answers, password config.Secret, kept keptFiles) (err error) {
	dir := filepath.Dir(path)
	var made []string
	defer func() {
		if err != nil {
			for _, f := range made {
				_ = os.Remove(f)
			}
		}
	}()
	write := func(file, content string) {
		if err != nil {
			return
		}
		if err = writeNew(file, content); err == nil {
			made = append(made, file)
		}
	}
	var text strings.Builder
	if err = config.Write(&text, a); err != nil {
		return err
	}
	write(path, text.String())
	if !kept.secret {
		write(filepath.Join(dir, secretFile), config.NewSecret().Reveal()+"\n")
	}
	if password != "" {
		write(filepath.Join(dir, passwordFile), password.Reveal()+"\n")
	}
	if err != nil {
		return err
	}
	return usableConfig(path, a.PasswordFile != "" && password == "" && !kept.password)
}

// writeNew writes a file that only its owner can read, if it is not there yet.
func writeNew(file, content string) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(content)
	return errors.Join(err, f.Close())
}

// usableConfig says what is wrong with the answers. A password may be missing
// still.
func usableConfig(path string, withoutPassword bool) error {
	_, err := config.Load(path)
	var faults config.Faults
	if !errors.As(err, &faults) {
		return err
	}
	var wrong []error
	for _, f := range faults {
		if withoutPassword && f.Key == "mailbox[1].password_file" {
			continue
		}
		f.File, f.Line = "", 0 // the file is taken away
		wrong = append(wrong, f)
	}
	return errors.Join(wrong...)
}

// next says what was written and what comes next.
func (c initCmd) next(p *program, a config.Answers, password config.Secret, kept keptFiles) {
	dir := filepath.Dir(p.config)
	fmt.Fprintf(p.out, "%s is written; its comments explain every setting.\n", p.config)
	was := ""
	if kept.secret {
		was = " was there and is kept; it"
	}
	fmt.Fprintf(p.out, "%s%s holds the desk's secret: keep a copy in a safe place.\n", filepath.Join(dir, secretFile), was)
	switch {
	case kept.password && a.PasswordFile != "":
		fmt.Fprintf(p.out, "%s was there and is kept; it holds the mailbox's password.\n", filepath.Join(dir, passwordFile))
	case password != "":
		fmt.Fprintf(p.out, "%s holds the mailbox's password.\n", filepath.Join(dir, passwordFile))
	case a.PasswordFile != "":
		fmt.Fprintf(p.out, "Put the mailbox's password into %s, readable only by deskd's user.\n", filepath.Join(dir, passwordFile))
	}
	flag := ""
	if p.config != "deskd.toml" {
		flag = " --config " + p.config
	}
	fmt.Fprintf(p.out, "Next: deskd agent add ADDRESS --name NAME%s; deskd check%s; deskd serve%s\n", flag, flag, flag)
}
