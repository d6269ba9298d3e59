package main

import (
	"fmt"
	"strings"

	"deskd/catalogue"
	"deskd/config"
	"deskd/mail"
	"deskd/ticketing"
)

type templateCmd struct {
	List    templateListCmd    `cmd:"" help:"List what can be changed in mails."`
	Preview templatePreviewCmd `cmd:"" help:"Show how mails look."`
}

// letterDesk is what is needed to write letters that nobody gets: no database.
type letterDesk struct {
	texts    *catalogue.Catalogue
	composer mail.Composer
	settings ticketing.Settings
	folder   string
}

func openLetterDesk(p *program) (letterDesk, error) {
	c, err := config.Load(p.config)
	if err != nil {
		return letterDesk{}, err
	}
	texts, err := catalogue.New()
	if err != nil {
		return letterDesk{}, fmt.Errorf("read the texts for mails: %w", err)
	}
	d := letterDesk{texts: texts, settings: settings(c), folder: c.Templates.Folder}
	templates, err := readTemplates(d.folder, texts, d.settings)
	d.composer = mail.Composer{Texts: texts, Templates: templates}
	return d, err
}

type templateListCmd struct {
	asJSON
	Texts    bool   `help:"List the texts that texts.json can change, by their keys, as they are in deskd."`
	Language string `enum:"en,ja" default:"en" help:"The language of the texts: en or ja (${default})."`
}

func (templateListCmd) Help() string {
	return `Your own words stand in files in the folder that templates.folder names:

  logo.png                                    for all languages, in mails to customers
  signature.txt                               for all languages
  en/signature.txt                            for one language
  mailboxes/sales@example.com/en/footer.txt   for one mailbox
  agents/anna@example.com/signature.txt       for one agent; signatures only
  en/texts.json                               {"mail.ack.automatic": "This mail was sent by a program."}

The closest file wins. In a text, {ticket} and the like are replaced by what they name. Try a change with deskd template preview and deskd check, then restart deskd.

Examples:

  deskd template list
  deskd template list --texts --language ja`
}

// templateFileView is a file that can be there.
type templateFileView struct {
	File         string   `json:"file"`
	Placeholders []string `json:"placeholders"`
	What         string   `json:"what"`
}

// textView is a text that can be changed.
type textView struct {
	Key          string   `json:"key"`
	Placeholders []string `json:"placeholders"`
	Text         string   `json:"text"`
}

func (c templateListCmd) Run(p *program) error {
	if c.Texts {
		return c.texts(p)
	}
	var views []templateFileView
	for _, t := range mail.TemplateFiles() {
		views = append(views, templateFileView{t.Name, append([]string{}, t.Placeholders...), templateUse(t.Name)})
	}
	views = append(views, templateFileView{"logo.png", []string{}, templateUse("logo.png")})
	if c.JSON {
		return printJSON(p.out, views)
	}
	t := newTable(p.out, "FILE", "PLACEHOLDERS", "WHAT IT IS")
	for _, v := range views {
		t.row(v.File, strings.Join(v.Placeholders, " "), v.What)
	}
	return t.flush()
}

// templateUse says what a file is for.
func templateUse(name string) string {
	switch name {
	case "subject.txt":
		return "the order of subject and tag in mails to customers"
	case "header.txt":
		return "what stands above the words in mails to customers"
	case "signature.txt":
		return "what stands below an answer or an acknowledgement; a line with a placeholder that is empty is left out"
	case "footer.txt":
		return "what stands at the end of mails to customers"
	case "texts.json":
		return "any other text, by its key; see --texts"
	}
	return fmt.Sprintf("a picture (PNG, JPEG or GIF) of at most %d KiB in mails to customers", mail.MaxLogo>>10)
}

func (c templateListCmd) texts(p *program) error {
	texts, err := catalogue.New()
	if err != nil {
		return fmt.Errorf("read the texts for mails: %w", err)
	}
	views := []textView{}
	for _, key := range texts.Keys() {
		text := texts.Raw(c.Language, key)
		views = append(views, textView{key, append([]string{}, catalogue.Placeholders(text)...), text})
	}
	if c.JSON {
		return printJSON(p.out, views)
	}
	t := newTable(p.out, "KEY", "TEXT")
	for _, v := range views {
		t.row(v.Key, v.Text)
	}
	return t.flush()
}
