package mail

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"deskd/catalogue"
	"deskd/ticketing"
)

// corpusDir holds mails of other projects with the results those expect. It is
// kept beside the repository, and a stranger's clone has none.
const corpusDir = "../../shared/corpus"

// corpusSet skips the test when the corpus is not there.
func corpusSet(t testing.TB, set string) string {
	t.Helper()
	dir := filepath.Join(corpusDir, set)
	if _, err := os.Stat(dir); err != nil {
		t.Skip("corpus not found: ../shared/corpus beside the repository")
	}
	return dir
}

// corpusSets are the sets that record what they expect of a mail.
func corpusSets() []string {
	return []string{
		"alaveteli-incoming", "alfonsrv-mail-parser-reply", "apache-mime4j", "closeio-quotequail",
		"crisp-email-reply-parser", "discourse-email_reply_trimmer", "discourse-emails", "enmime-testdata",
		"freescout-messages", "github-email_reply_parser", "libredesk-testdata", "mailgun-flanker",
		"mailgun-forge", "mailgun-talon", "mikel-mail", "mimekit", "mitio-bounce_email", "otobo-EmailParser",
		"php-mime-mail-parser", "proton-bridge-message", "redmine-mail_handler", "rjbs-BounceParser",
		"rt-emails", "sisimai-set-of-emails", "stalwart-mail-parser", "verdammelt-tnef", "webklex-php-imap",
		"willdurand-EmailReplyParser", "zammad-mail", "zapier-email-reply-parser", "zbateson-mail-mime-parser",
	}
}

// wanted is what a set expects of a mail, in the many forms of the sets.
type wanted map[string]any

func (w wanted) str(key string) (string, bool) {
	s, ok := w[key].(string)
	return s, ok
}

func (w wanted) list(key string) []any {
	l, _ := w[key].([]any)
	return l
}

// strings returns a list of texts.
func (w wanted) strings(key string) []string {
	var out []string
	for _, v := range w.list(key) {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// sub returns an object inside, or nil.
func (w wanted) sub(key string) wanted {
	m, _ := w[key].(map[string]any)
	return m
}

// corpusCase is one mail of a set.
type corpusCase struct {
	set, dir string
	file     string // relative to the set; with #N for the Nth mail of a template
	raw      []byte
	want     wanted
}

// loadSet reads the mails of a set of which it expects something.
func loadSet(t testing.TB, set string) []corpusCase {
	t.Helper()
	dir := corpusSet(t, set)
	data, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]wanted{}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	var files []string
	for file := range want {
		files = append(files, file)
	}
	sort.Strings(files)
	var out []corpusCase
	for _, file := range files {
		if set == "closeio-quotequail" { // its cases are files of another form
			break
		}
		raw, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, casesOf(set, dir, file, raw, want[file])...)
	}
	if set == "closeio-quotequail" {
		return quotequailCases(t, set, dir)
	}
	return out
}

// casesOf makes mails of a file: of a body and of a TNEF stream too, and one
// for each substitute of a template.
func casesOf(set, dir, file string, raw []byte, want wanted) []corpusCase {
	c := corpusCase{set: set, dir: dir, file: file, raw: raw, want: want}
	placeholder, ok := want.str("placeholder")
	if !ok {
		c.raw = wholeMail(set, file, raw, want)
		return []corpusCase{c}
	}
	var out []corpusCase
	for i, s := range want.strings("substitute") {
		c.file = fmt.Sprintf("%s#%d", file, i)
		c.raw = wholeMail(set, file, bytes.ReplaceAll(raw, []byte(placeholder), []byte(s)), want)
		out = append(out, c)
	}
	return out
}

// wholeMail puts a header above what a set gives without one.
func wholeMail(set, file string, raw []byte, want wanted) []byte {
	head := "From: Somebody <somebody@example.com>\nTo: support@example.com\nSubject: a body\nMIME-Version: 1.0\n"
	text := head + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
	switch {
	case strings.HasSuffix(file, ".tnef"):
		return []byte(head + "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n" + wrapped(base64.StdEncoding.EncodeToString(raw)))
	case set == "mailgun-forge":
		raw = bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("#sig#"), nil)
		sender, _ := os.ReadFile(filepath.Join(corpusDir, set, strings.TrimSuffix(file, "_body")+"_sender"))
		return append([]byte(strings.Replace(text, "From: Somebody <somebody@example.com>", "From: "+strings.TrimSpace(string(sender)), 1)), raw...)
	case strings.HasPrefix(file, "signature/"):
		return append([]byte(strings.Replace(text, "Somebody", fmt.Sprint(want["sender"]), 1)), raw...)
	case strings.HasSuffix(file, ".html"):
		return append([]byte(strings.Replace(text, "text/plain", "text/html", 1)), raw...)
	case isTrimSet(set), strings.HasPrefix(file, "email-folding"), strings.HasPrefix(file, "email_signature_detection"):
		return append([]byte(text), raw...)
	}
	return raw
}

// isTrimSet tells whether the files of a set are bodies without a header.
func isTrimSet(set string) bool {
	switch set {
	case "alfonsrv-mail-parser-reply", "crisp-email-reply-parser", "discourse-email_reply_trimmer",
		"github-email_reply_parser", "willdurand-EmailReplyParser", "zapier-email-reply-parser":
		return true
	}
	return false
}

func wrapped(s string) string {
	var b strings.Builder
	for ; len(s) > 76; s = s[76:] {
		b.WriteString(s[:76] + "\n")
	}
	return b.String() + s + "\n"
}

// facts reads the mail as `deskd inspect` does and compares.
func (c corpusCase) facts(t *testing.T) facts {
	t.Helper()
	m, err := Parse(bytes.NewReader(c.raw), DefaultLimits())
	if err != nil {
		t.Errorf("%s %s: %v", c.set, c.file, err)
		return nil
	}
	texts, err := catalogue.New()
	if err != nil {
		t.Fatal(err)
	}
	r := understood{corpusCase: c, Message: m, shown: Inspect(m, texts)}
	var f facts
	r.header(&f)
	r.text(&f)
	r.structure(t, &f)
	r.files(t, &f)
	r.reply(&f)
	r.kind(&f)
	r.bounce(&f)
	return f
}

// understood is a mail of the corpus as it was read.
type understood struct {
	corpusCase
	ticketing.Message
	shown Inspection
}

// TestCorpusParses: no mail of the corpus crashes the parser or takes long,
// and everything that must hold for any mail holds.
func TestCorpusParses(t *testing.T) {
	dir := corpusSet(t, "")
	mails, empty := 0, 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch filepath.Ext(path) {
		case ".json", ".yml", ".md", ".html", ".xml", ".list", ".baseline", ".tnef", ".bin":
			return nil
		}
		begin := time.Now()
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		m, err := Parse(bytes.NewReader(raw), DefaultLimits())
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		mails++
		if took := time.Since(begin); took > 30*time.Second {
			t.Errorf("%s took %v", path, took)
		}
		checkInvariants(t, raw, m)
		if strings.TrimSpace(m.Text) == "" && len(m.Attachments) == 0 {
			empty++
			if *listMisses {
				t.Log("empty:", path, m.Problems)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, %d without any content", mails, empty)
}
