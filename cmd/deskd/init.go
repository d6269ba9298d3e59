package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
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
	return `Writes the configuration, a secret and the mailbox's password into files that only you can read, and asks for what it cannot know. It never overwrites a file.

Examples:

  deskd init
  deskd init --config /etc/deskd/deskd.toml --address support@example.com --yes --password-stdin < password`
}

func (c initCmd) Run(p *program) error {
	dir := filepath.Dir(p.config)
	for _, file := range []string{p.config, filepath.Join(dir, secretFile), filepath.Join(dir, passwordFile)} {
		if _, err := os.Lstat(file); err == nil {
			return fmt.Errorf("%s is there already, and deskd init overwrites nothing; move it away, or name another place with --config", file)
		}
	}
	a, err := c.answers(p)
	if err != nil {
		return err
	}
	password := a.Password
	a.Password = ""
	if err := writeFiles(p.config, a, password); err != nil {
		return err
	}
	c.next(p, a, password)
	return nil
}

// answers asks for what the flags leave open.
func (c initCmd) answers(p *program) (config.Answers, error) {
	ask := &asker{in: bufio.NewReader(p.in), stdin: p.in, out: p.err, silent: c.Yes}
	if !c.Yes {
		fmt.Fprintln(p.err, "Press Enter to take what stands in brackets.")
	}
	a := config.Answers{SecretFile: secretFile, DatabaseURL: c.Database, StartTLS: c.StartTLS, AuthservID: c.AuthservID}
	var err error
	question := func(into *string, given, flag, text, otherwise string) {
		if err == nil {
			*into, err = ask.line(given, flag, text, otherwise)
		}
	}
	question(&a.Address, c.Address, "--address", "Address that customers write to", "")
	domain := ticketing.DomainOf(ticketing.NormalizeAddress(a.Address))
	question(&a.Name, c.Name, "--name", "Name of the desk", "Support")
	question(&a.IMAP, c.IMAP, "--imap", "IMAP server", "imaps://imap."+domain)
	if err != nil {
		return a, err
	}
	if a.IMAP != config.NoIMAP {
		question(&a.User, c.User, "--user", "User there", a.Address)
		if err == nil {
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

// asker asks a person, or takes defaults in silence.
type asker struct {
	in     *bufio.Reader
	stdin  io.Reader
	out    io.Writer
	silent bool
}

// line gives what was given by a flag, or the answer to a question.
func (a *asker) line(given, flag, text, otherwise string) (string, error) {
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
		answer, err := a.in.ReadString('\n')
		if answer = strings.TrimSpace(answer); answer == "" {
			answer = otherwise
		}
		if answer != "" {
			return answer, nil
		}
		if err != nil {
			break
		}
	}
	return "", fmt.Errorf("no answer; give %s", flag)
}

// password reads one without showing it.
func (a *asker) password(text string) (config.Secret, error) {
	f, ok := a.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		answer, err := a.in.ReadString('\n')
		if answer = strings.TrimRight(answer, "\r\n"); answer == "" {
			return "", errors.Join(errors.New("no password on standard input"), ignoreEOF(err))
		}
		return config.Secret(answer), nil
	}
	fmt.Fprint(a.out, text+" (not shown): ")
	typed, err := term.ReadPassword(int(f.Fd()))
	fmt.Fprintln(a.out)
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return config.Secret(typed), nil
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// writeFiles writes the files and takes them away again if they cannot be
// used.
func writeFiles(path string, a config.Answers, password config.Secret) (err error) {
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
	write(filepath.Join(dir, secretFile), config.NewSecret().Reveal()+"\n")
	if password != "" {
		write(filepath.Join(dir, passwordFile), password.Reveal()+"\n")
	}
	if err != nil {
		return err
	}
	return usableConfig(path, a.PasswordFile != "" && password == "")
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
func (c initCmd) next(p *program, a config.Answers, password config.Secret) {
	dir := filepath.Dir(p.config)
	fmt.Fprintf(p.out, "%s is written; its comments explain every setting.\n", p.config)
	fmt.Fprintf(p.out, "%s holds the desk's secret: keep a copy in a safe place.\n", filepath.Join(dir, secretFile))
	switch {
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
