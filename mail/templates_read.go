package mail

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"deskd/catalogue"
	"deskd/ticketing"
)

// ReadTemplates makes templates of a desk's files, by their paths in its folder:
//
//	[mailboxes/ADDRESS/ | agents/ADDRESS/][LANGUAGE/]NAME
//
// ADDRESS is that of a mailbox of the settings, or of an agent, who may have a
// signature.txt only. texts.json has a language; a logo has none. The error has a
// line for each thing that is wrong with them, with the file, what can be done,
// and for texts the key.
func ReadTemplates(files map[string][]byte, texts *catalogue.Catalogue, s ticketing.Settings) (Templates, error) {
	r := &templateReader{texts: texts, settings: s}
	r.out = Templates{mailbox: map[string]layer{}, agent: map[string]layer{}}
	for _, m := range s.Mailboxes { // "mailboxes" last: they stand upon what the desk says
		r.out.mailbox[ticketing.NormalizeAddress(m.Address)] = layer{}
	}
	paths := slices.SortedFunc(maps.Keys(files), func(a, b string) int {
		if x, y := strings.HasPrefix(a, mailboxFolder), strings.HasPrefix(b, mailboxFolder); x != y {
			if x {
				return 1
			}
			return -1
		}
		return strings.Compare(a, b)
	})
	for _, path := range paths {
		if err := r.file(path, files[path]); err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				r.faults = append(r.faults, fmt.Errorf("%s: %s", path, line))
			}
		}
	}
	if len(r.faults) > 0 {
		return Templates{}, errors.Join(r.faults...)
	}
	return r.out, nil
}

const (
	mailboxFolder = "mailboxes/"
	agentFolder   = "agents/"
)

type templateReader struct {
	texts    *catalogue.Catalogue
	settings ticketing.Settings
	out      Templates
	faults   []error
}

// file takes one file into its layer.
func (r *templateReader) file(path string, data []byte) error {
	switch {
	case strings.HasPrefix(path, mailboxFolder):
		address, rest, _ := strings.Cut(path[len(mailboxFolder):], "/")
		address = ticketing.NormalizeAddress(address)
		by, ok := r.out.mailbox[address]
		if !ok {
			return fmt.Errorf("%s is the address of no mailbox in the configuration", address)
		}
		by, err := r.into(by, rest, data)
		r.out.mailbox[address] = by
		return err
	case strings.HasPrefix(path, agentFolder):
		address, rest, _ := strings.Cut(path[len(agentFolder):], "/")
		if rest[strings.LastIndexByte(rest, '/')+1:] != signatureTemplate || !strings.Contains(address, "@") {
			return errors.New("an agent can have a signature only: agents/ADDRESS/signature.txt, or with a language agents/ADDRESS/en/signature.txt")
		}
		address = ticketing.NormalizeAddress(address)
		by, err := r.into(r.out.agent[address], rest, data)
		r.out.agent[address] = by
		return err
	}
	by, err := r.into(r.out.desk, path, data)
	r.out.desk = by
	return err
}

// into puts a file into a layer, by its path there.
func (r *templateReader) into(by layer, path string, data []byte) (layer, error) {
	language, name, ok := strings.Cut(path, "/")
	if !ok {
		language, name = "", path
	}
	if language != "" && !slices.Contains(r.texts.Languages(), language) {
		return by, fmt.Errorf("%s is no language of deskd; there are %s", language, strings.Join(r.texts.Languages(), ", "))
	}
	switch {
	case name == textsFile && language == "":
		return by, errors.New("texts are those of a language; put it into the folder en or ja")
	case name == textsFile:
		return r.intoTexts(by, language, data)
	case strings.HasPrefix(name, "logo."):
		return r.intoLogo(by, language, data)
	}
	for _, t := range TemplateFiles() {
		if t.Name == name {
			text, err := r.template(t, data)
			if by.files == nil {
				by.files = map[string]string{}
			}
			by.files[path] = text
			return by, err
		}
	}
	return by, errors.New("is no file that deskd reads; there are subject.txt, header.txt, signature.txt, footer.txt, texts.json and logo.png, logo.jpg or logo.gif")
}

func (r *templateReader) intoTexts(by layer, language string, data []byte) (layer, error) {
	texts := map[string]string{}
	if err := json.Unmarshal(withoutBOM(data), &texts); err != nil {
		return by, fmt.Errorf("is not JSON with a text for each key, such as {\"mail.ack.automatic\": \"…\"}: %w", err)
	}
	for key, text := range texts {
		texts[key] = strings.ReplaceAll(text, "\r\n", "\n")
	}
	below := by.texts
	if below == nil {
		below = look{r.out.desk}.texts(r.texts)
	}
	all, err := below.With(language, texts)
	if err == nil {
		by.texts = all
	}
	return by, err
}

func (r *templateReader) intoLogo(by layer, language string, data []byte) (layer, error) {
	if language != "" {
		return by, errors.New("a logo is for all languages; put it one folder up")
	}
	if by.logo != nil {
		return by, errors.New("is a second logo; one is enough")
	}
	logo, err := newLogo(data)
	by.logo = logo
	return by, err
}

// template checks a text with placeholders.
func (r *templateReader) template(t Template, data []byte) (string, error) {
	text := strings.ReplaceAll(string(withoutBOM(data)), "\r\n", "\n")
	text = strings.TrimRight(strings.Trim(text, "\n"), " \t\n")
	if text == "" {
		return "", errors.New("is empty; remove it for the words of deskd")
	}
	if err := catalogue.CheckTemplate(text, t.Placeholders); err != nil {
		return "", err
	}
	if t.Name == subjectTemplate {
		return text, r.subject(text)
	}
	return text, nil
}

// subject: an answer finds its ticket by the tag where nothing else is left of
// our mail, and must come under the subject that it answers.
func (r *templateReader) subject(text string) error {
	tag := ticketing.SubjectTag(r.settings.TagPrefix, 1)
	subject := catalogue.Fill(text, map[string]string{"subject": "the printer", "tag": tag})
	switch {
	case strings.Contains(text, "\n"):
		return errors.New("has several lines; a subject is one")
	case !strings.Contains(text, "{tag}"):
		return fmt.Errorf("lacks {tag}, which is %s in the subject of ticket 1: by it answers find their ticket when all else is lost", tag)
	case strings.TrimSpace(ticketing.CleanSubject(r.settings.TagPrefix, subject)) != "the printer" || ticketing.HasReplyPrefix(subject):
		return errors.New("may hold {subject} and {tag} and nothing else: answers would seem to come under another subject")
	}
	return nil
}

func withoutBOM(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) }
