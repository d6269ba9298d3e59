package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/mattn/go-isatty"

	"deskd/catalogue"
	"deskd/mail"
	"deskd/ticketing"
)

// teller tells what happens in the demo, for a terminal of 80 columns.
type teller struct {
	w      io.Writer
	colour bool
}

func newTeller(w io.Writer) *teller {
	f, ok := w.(*os.File)
	return &teller{w: w, colour: ok && isatty.IsTerminal(f.Fd()) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

// The colours, as parameters of SGR (ECMA-48 §8.3.117).
const (
	bold  = "1"
	dim   = "2"
	red   = "31"
	green = "32"
	cyan  = "36"
)

func (t *teller) in(colour, text string) string {
	if !t.colour || text == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

func (t *teller) line(format string, args ...any) { fmt.Fprintf(t.w, format+"\n", args...) }

func (t *teller) opening(c cast) {
	t.line("A help desk, its mail server and four people, all in this one process. The mails\n" +
		"are real: sent by SMTP, read by IMAP, and every line with a mark was checked.\n")
	t.people(c, false)
}

// people lists who is who.
func (t *teller) people(c cast, passwords bool) {
	for _, p := range c.people() {
		name := t.in(bold, p.name) + strings.Repeat(" ", 6-len(p.name))
		if passwords {
			t.line("   %s%-23s password %-6s  %s", name, p.address, p.password, p.part)
		} else {
			t.line("   %s%-23s %s", name, p.address, p.part)
		}
	}
	t.line("   %s%-23s the desk", strings.Repeat(" ", 6), c.desk.address)
}

// step begins a step: its title, and what the mail says.
func (t *teller) step(n int, s step) {
	t.line("\n%s", t.in(bold, fmt.Sprintf("%d. %s", n, s.title)))
	for line := range strings.SplitSeq(s.says, "\n") {
		t.line("   %s", t.in(dim, "> "+line))
	}
}

// claim tells a claim, and what was found instead if it does not hold.
func (t *teller) claim(c claim, h happened, found string) {
	text := strings.NewReplacer(
		"{ticket}", strconv.FormatInt(h.ticket.ID, 10),
		"{status}", t.in(cyan, statusName(h.texts, c.status)),
		"{event}", eventWords(h, c.event),
	).Replace(c.text)
	if found == "" {
		t.line("   %s %s", t.in(green, "✓"), text)
		return
	}
	t.line("   %s %s", t.in(red, "✗ expected:"), text)
	t.line("     %s    %s", t.in(red, "found:"), found)
}

// statusName is a status as customers know it, "" for none.
func statusName(texts *catalogue.Catalogue, s ticketing.Status) string {
	if s == "" {
		return ""
	}
	return texts.Text("en", "status."+string(s)+".label")
}

// eventWords are those of a new event, else its name.
func eventWords(h happened, name string) string {
	for _, e := range h.entries {
		if e.Event == name {
			return oneLine(mail.EventText(h.texts, "en", e))
		}
	}
	return name
}

func (t *teller) end(steps, failed int) {
	if failed == 0 {
		t.line("\n%s", t.in(green, fmt.Sprintf("All %d steps held.", steps)))
		return
	}
	t.line("\n%s", t.in(red, fmt.Sprintf("%d of %d steps did not hold.", failed, steps)))
}

// invitation says how to go on by hand.
func (t *teller) invitation(d *demo) {
	c, imap, smtp := d.stage.cast, d.server.IMAPAddr(), d.server.SMTPAddr()
	t.line("\n%s\n", t.in(bold, "Now it is your turn. The desk goes on running; Ctrl-C ends it."))
	t.line("Any mail program will do: IMAP on %s, SMTP on %s,\n"+
		"both without TLS; the login name is the address. The examples use mutt, swaks\nand curl.\n", imap, smtp)
	t.people(c, true)
	example := func(what string, command ...string) {
		t.line("\n%s\n  %s", what, t.in(cyan, strings.Join(command, " \\\n    ")))
	}
	example("Be Mia in mutt (there is a file like this for each of the four):",
		"mutt -F "+shellWord(muttConfig(d.dir, c.mia)))
	example("Ask for something as Aiko:",
		"swaks --server "+smtp+" --auth PLAIN --auth-user "+c.aiko.address,
		"--auth-password "+c.aiko.password+" --from "+c.aiko.address+" --to "+c.desk.address,
		"--h-Subject 'Paper jam' --body 'It is stuck.'")
	example("Read the newest mail that Ken has got:",
		"curl -s -u "+c.ken.address+":"+c.ken.password, "'imap://"+imap+"/INBOX;MAILINDEX=*;SECTION=1'")
	config := " -c " + shellWord(filepath.Join(d.dir, "deskd.toml"))
	example("Look into the desk from another terminal:",
		d.self+" ticket list --all"+config+"\n  "+d.self+" ticket show 1"+config)
	t.line(`
What to try:
  - As Mia, begin an answer with #note or #remind 2m, or send #help alone.
  - As Mia, answer the warning about Eve with #drop and nothing more.
  - As Aiko, put Eve in Cc of a reply: she sees what is said from then on.
  - As Eve, write in the name of anybody.

What comes of your mails is told here:`)
}

func (t *teller) farewell(dir string, kept bool) {
	if kept {
		t.line("\nThe demo has ended; its configuration and database are in\n%s", dir)
		return
	}
	t.line("\nThe demo has ended; its temporary folder is removed.")
}

// commandName is how this program can be started again.
func commandName() string {
	path, err := os.Executable()
	switch {
	case err != nil:
		return "deskd"
	case strings.Contains(path, string(filepath.Separator)+"go-build"):
		return "go run ./cmd/deskd" // the program is gone when it ends
	}
	if found, err := exec.LookPath("deskd"); err == nil && found == path {
		return "deskd"
	}
	if here, err := os.Getwd(); err == nil {
		if below, ok := strings.CutPrefix(path, here+string(filepath.Separator)); ok {
			path = "." + string(filepath.Separator) + below
		}
	}
	return shellWord(path)
}

// shellWord quotes a path for a shell where it has to be.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+", r)
	}
	if strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
