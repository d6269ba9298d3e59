package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"deskd/catalogue"
	"deskd/mail"
	"deskd/ticketing"
)

type inspectCmd struct {
	asJSON
	Files []string `arg:"" name:"file" help:"Mails as they came (.eml); - is standard input."`
}

func (inspectCmd) Help() string {
	return `Shows how mails are understood: who wrote, what kind of mail it is, which part is new. It needs no configuration and no database. With --json each file gives one line, in order.

Examples:

  deskd inspect mail.eml
  deskd inspect --json *.eml | jq .reply`
}

func (c inspectCmd) Run(p *program) error {
	texts, err := catalogue.New()
	if err != nil {
		return err
	}
	failed := false
	for i, name := range c.Files {
		m, err := p.parseFile(name)
		if err != nil {
			failed = true
			fmt.Fprintf(p.err, "deskd: inspect %s: %v\n", name, err)
			continue
		}
		if c.JSON {
			err = printJSON(p.out, mail.Inspect(m, texts))
		} else {
			if i > 0 {
				fmt.Fprintln(p.out)
			}
			err = printInspection(p.out, name, mail.Inspect(m, texts))
		}
		if err != nil {
			return err
		}
	}
	if failed {
		return silent(exitFailed)
	}
	return nil
}

func (p *program) parseFile(name string) (ticketing.Message, error) {
	f, err := p.openMail(name)
	if err != nil {
		return ticketing.Message{}, err
	}
	defer f.Close()
	return mail.Parse(f, mail.DefaultLimits())
}

// openMail opens a file, or what comes on standard input, to be read more than
// once.
func (p *program) openMail(name string) (*os.File, error) {
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		if s, err := f.Stat(); err == nil && s.IsDir() {
			_ = f.Close()
			return nil, fmt.Errorf("%s is a folder: name the mails in it", name)
		}
		return f, nil
	}
	return keep(p.in)
}

// keep copies a stream into a file that vanishes when it is closed.
func keep(r io.Reader) (*os.File, error) {
	f, err := os.CreateTemp("", "deskd-mail-")
	if err != nil {
		return nil, fmt.Errorf("keep the mail: %w", err)
	}
	_ = os.Remove(f.Name()) // where open files cannot be removed, it stays
	if _, err = io.Copy(f, r); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("keep the mail: %w", err)
	}
	return f, nil
}

// printInspection is the form for people: what says nothing is left out.
func printInspection(w io.Writer, name string, i mail.Inspection) error {
	line := func(field, value string) {
		if value != "" {
			fmt.Fprintf(w, "%-12s %s\n", field+":", oneLine(value))
		}
	}
	line("File", name)
	line("From", who(i.From))
	if i.Sender != nil {
		line("Sender", who(*i.Sender))
	}
	line("Reply-To", everybody(i.ReplyTo))
	line("To", everybody(i.To))
	line("Cc", everybody(i.Cc))
	line("Subject", i.Subject)
	line("Date", i.Date)
	line("Message-ID", i.MessageID)
	line("In-Reply-To", strings.Join(i.InReplyTo, " "))
	line("References", strings.Join(i.References, " "))
	line("Kind", string(i.Kind))
	if i.Bounce != nil {
		for _, r := range i.Bounce.Recipients {
			line("Bounce", strings.Join([]string{r.Address, r.Action, r.Status, r.Diagnostic}, " "))
		}
		line("Bounced mail", i.Bounce.OriginalMessageID)
	}
	for _, a := range i.Attachments {
		line("Attachment", fmt.Sprintf("%s (%s, %d bytes)", a.Name, a.Type, a.Size))
	}
	for _, problem := range i.Problems {
		line("Problem", problem)
	}
	_, err := fmt.Fprintf(w, "\n%s\n", strings.TrimRight(printable(i.Reply), "\n"))
	return err
}

func everybody(all []ticketing.Address) string {
	texts := make([]string, len(all))
	for i, a := range all {
		texts[i] = who(a)
	}
	return strings.Join(texts, ", ")
}
