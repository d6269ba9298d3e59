package mail

import (
	"slices"
	"strings"

	"deskd/catalogue"
	"deskd/ticketing"
)

// Templates are a desk's own words, in place of ours and beside them, checked by
// [ReadTemplates]. The zero value has none, and letters are in our words.
//
// What is said of an agent is looked for first, then of the mailbox, then of the
// desk; in each in the recipient's language first, then for all languages.
type Templates struct {
	desk    layer
	mailbox map[string]layer // by normalised address
	agent   map[string]layer // by normalised address; signatures only
}

// layer is what a desk says in one place.
type layer struct {
	texts *catalogue.Catalogue // the whole catalogue with its texts; nil without any
	files map[string]string    // by "en/signature.txt", or "signature.txt" for all languages
	logo  *Logo
}

// The templates, by the names of their files.
const (
	subjectTemplate   = "subject.txt"
	headerTemplate    = "header.txt"
	footerTemplate    = "footer.txt"
	signatureTemplate = "signature.txt"
	textsFile         = "texts.json"
)

// Template is a file by which a desk changes its letters.
type Template struct {
	Name         string   // of the file: "signature.txt"
	Placeholders []string // "{agent}"
}

// TemplateFiles lists the files there can be, but for the logo.
func TemplateFiles() []Template {
	return []Template{
		{subjectTemplate, []string{"{subject}", "{tag}"}},
		{headerTemplate, []string{"{desk}", "{mailbox}", "{tag}", "{ticket}"}},
		{signatureTemplate, []string{"{agent}", "{desk}", "{mailbox}"}},
		{footerTemplate, []string{"{desk}", "{mailbox}", "{tag}", "{ticket}"}},
		{textsFile, nil},
	}
}

// look is the layers that a letter is written by, the closest first.
type look []layer

func (t Templates) look(l ticketing.Letter) look {
	var at look
	if by, ok := t.agent[ticketing.NormalizeAddress(l.Entry.Author.Address)]; ok && namesAgent(l) {
		at = append(at, by)
	}
	if by, ok := t.mailbox[ticketing.NormalizeAddress(l.Mailbox.Address)]; ok {
		at = append(at, by)
	}
	return append(at, t.desk)
}

// texts is the catalogue with the desk's texts, or ours.
func (k look) texts(ours *catalogue.Catalogue) *catalogue.Catalogue {
	for _, by := range k {
		if by.texts != nil {
			return by.texts
		}
	}
	return ours
}

// file is a template, "" when the desk has none.
func (k look) file(language, name string) string {
	for _, by := range k {
		for _, at := range []string{language + "/" + name, name} {
			if text := by.files[at]; text != "" {
				return text
			}
		}
	}
	return ""
}

// logo is the desk's picture on letters to customers; nil for none.
func (w wording) logo() *Logo {
	if w.letter.Kind.ToAgents() {
		return nil
	}
	for _, by := range w.look {
		if by.logo != nil {
			return by.logo
		}
	}
	return nil
}

// template is a template of the desk with its placeholders filled, "" when it
// has none.
func (w wording) template(name string) string {
	return fillLines(w.look.file(w.language(), name), map[string]string{
		"desk": w.letter.Mailbox.Name, "mailbox": w.letter.Mailbox.Address,
		"ticket": w.ticket(), "tag": w.letter.SubjectTag, "agent": w.agent(),
	})
}

// agent is the name of who answers, where the desk shows it.
func (w wording) agent() string {
	if namesAgent(w.letter) {
		return w.letter.Entry.Author.Name
	}
	return ""
}

// namesAgent reports whether a letter shows customers who of the agents wrote it.
func namesAgent(l ticketing.Letter) bool {
	return l.Kind == ticketing.LetterReply && l.From.Name != l.Mailbox.Name
}

// fillLines fills a template. A line with a placeholder that is empty is left
// out: "Your agent: {agent}" where there is none.
func fillLines(text string, values map[string]string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		empty := func(name string) bool { return values[strings.Trim(name, "{}")] == "" }
		if !slices.ContainsFunc(catalogue.Placeholders(line), empty) {
			lines = append(lines, catalogue.Fill(line, values))
		}
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}
