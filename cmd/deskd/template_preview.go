package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"deskd/mail"
	"deskd/mail/smtp"
	"deskd/ticketing"
)

type templatePreviewCmd struct {
	Kind     string `arg:"" optional:"" help:"A kind of mail, such as reply, or one sample of it, such as reply-solved; without it all."`
	Language string `enum:",en,ja" default:"" help:"en or ja; the mailbox's own by default, with --out both."`
	Mailbox  string `help:"The address of the mailbox that writes; the first by default."`
	HTML     string `name:"html" placeholder:"FILE" help:"Write the HTML of one mail to a file, to open it in a browser."`
	Out      string `placeholder:"DIR" help:"Write every mail as .eml, .html and .txt into a folder."`
}

func (templatePreviewCmd) Help() string {
	return `Shows mails about made-up people, with your own words in them. Nothing is sent.

Examples:

  deskd template preview reply
  deskd template preview held-forged --language ja --html held.html
  deskd template preview --out mails`
}

func (c templatePreviewCmd) Run(p *program) error {
	d, err := openLetterDesk(p)
	if err != nil {
		return err
	}
	var languages []string
	if c.Out != "" {
		languages = d.texts.Languages()
	}
	samples, err := c.samples(d, languages)
	if err != nil {
		return err
	}
	switch {
	case c.HTML != "" && c.Out != "":
		return usage(errors.New("--html and --out: name one of them"))
	case c.HTML != "":
		if err := os.WriteFile(c.HTML, []byte(d.composer.Show(samples[0].Letter).HTML), 0o644); err != nil {
			return fmt.Errorf("write the preview: %w", err)
		}
		fmt.Fprintf(p.out, "%s is in %s\n", samples[0].Name, c.HTML)
		return nil
	case c.Out != "":
		return c.writeAll(p, d, samples)
	}
	for i, s := range samples {
		if i > 0 {
			fmt.Fprintln(p.out)
		}
		shown := d.composer.Show(s.Letter)
		fmt.Fprintf(p.out, "=== %s\nFrom: %s\nTo: %s\nSubject: %s\n\n%s", s.Name, who(s.Letter.From),
			who(ticketing.Address{Name: s.Letter.Participant.Name, Address: s.Letter.Participant.Address}), shown.Subject, shown.Text)
	}
	return nil
}

// samples are those that were asked for, in the language asked for, or in these,
// or in the mailbox's own.
func (c templatePreviewCmd) samples(d letterDesk, languages []string) ([]mail.Sample, error) {
	box, err := mailboxOf(d.settings, c.Mailbox)
	if err != nil {
		return nil, err
	}
	switch {
	case c.Language != "":
		languages = []string{c.Language}
	case len(languages) == 0:
		languages = []string{d.texts.Match(box.Language)}
	}
	var all []mail.Sample
	for _, language := range languages {
		all = append(all, mail.Samples(language, box, d.settings)...)
	}
	if c.Kind == "" {
		return all, nil
	}
	var names []string
	for _, s := range all {
		if !slices.Contains(names, s.Name) {
			names = append(names, s.Name)
		}
	}
	some := slices.DeleteFunc(all, func(s mail.Sample) bool { return s.Name != c.Kind && string(s.Letter.Kind) != c.Kind })
	if len(some) == 0 {
		return nil, usage(fmt.Errorf("there is no mail called %q; there are %s", c.Kind, strings.Join(names, ", ")))
	}
	return some, nil
}

// writeAll writes samples into a folder.
func (c templatePreviewCmd) writeAll(p *program, d letterDesk, samples []mail.Sample) error {
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return fmt.Errorf("make a folder for the previews: %w", err)
	}
	for _, s := range samples {
		files, err := forms(d.composer, s.Letter)
		if err != nil {
			return err
		}
		for extension, data := range files {
			if err := os.WriteFile(filepath.Join(c.Out, s.Name+"."+s.Letter.Language+extension), data, 0o644); err != nil {
				return fmt.Errorf("write a preview: %w", err)
			}
		}
	}
	fmt.Fprintf(p.out, "%d mails are in %s, each as .eml, .html and .txt\n", len(samples), c.Out)
	return nil
}

// forms are a letter as it would be sent, and as it is seen.
func forms(c mail.Composer, l ticketing.Letter) (map[string][]byte, error) {
	draft, err := c.Compose(l)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	none := func(ticketing.AttachmentRef) (io.Reader, error) { return strings.NewReader(""), nil }
	if err := smtp.WriteDraft(&b, draft, none); err != nil {
		return nil, err
	}
	shown := c.Show(l)
	return map[string][]byte{".eml": b.Bytes(), ".html": []byte(shown.HTML), ".txt": []byte(shown.Text)}, nil
}
