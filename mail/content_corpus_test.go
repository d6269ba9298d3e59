package mail

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

// wantContent is a mail's expectations in the many forms of the sets.
type wantContent map[string]any

func (w wantContent) str(key string) (string, bool) {
	s, ok := w[key].(string)
	return s, ok
}

func (w wantContent) list(key string) []any {
	l, _ := w[key].([]any)
	return l
}

// addressesOf reads an address expectation: "Name <a@b>", a list of those, or
// objects.
func addressesOf(v any) (addresses []string, name string) {
	switch v := v.(type) {
	case string:
		cs := charsets{problems: &problems{}}
		for _, a := range cs.addressList(v, 100) {
			addresses = append(addresses, a.Address)
			if name == "" {
				name = a.Name
			}
		}
	case []any:
		for _, item := range v {
			more, n := addressesOf(item)
			addresses = append(addresses, more...)
			if name == "" {
				name = n
			}
		}
	case map[string]any:
		for _, key := range []string{"address", "email"} {
			if s, ok := v[key].(string); ok {
				addresses = append(addresses, s)
			}
		}
		for _, key := range []string{"name", "display"} {
			if s, ok := v[key].(string); ok && !strings.Contains(s, "@") {
				name = s
			}
		}
		if len(addresses) == 0 { // a group
			for _, key := range []string{"addresses", "members"} {
				more, _ := addressesOf(v[key])
				addresses = append(addresses, more...)
			}
		}
	}
	return addresses, name
}

func plainAddresses(list []ticketing.Address) []string {
	var out []string
	for _, a := range list {
		out = append(out, a.Address)
	}
	return out
}

var (
	blanks = regexp.MustCompile(`[\s\x{00a0}]+`)
	tags   = regexp.MustCompile(`(?s)<[^>]*>`)
)

func oneBlank(s string) string { return strings.TrimSpace(blanks.ReplaceAllString(s, " ")) }

// noBlanks leaves only the characters that are not blank.
func noBlanks(s string) string { return blanks.ReplaceAllString(s, "") }

func plainOfHTML(s string) string { return html.UnescapeString(tags.ReplaceAllString(s, " ")) }

type contentTallies struct{ header, text, files tally }

func TestCorpusContent(t *testing.T) {
	floors := map[string][3]int{ // header fields, texts, attachments
		"zammad-mail":               {322, 36, 18},
		"discourse-emails":          {2, 0, 1},
		"redmine-mail_handler":      {11, 4, 3},
		"stalwart-mail-parser":      {207, 43, 0},
		"php-mime-mail-parser":      {47, 7, 8},
		"webklex-php-imap":          {68, 14, 0},
		"zbateson-mail-mime-parser": {187, 26, 0},
		"mikel-mail":                {44, 0, 1},
		"proton-bridge-message":     {73, 13, 2},
		"enmime-testdata":           {0, 7, 1},
		"freescout-messages":        {1, 1, 1},
		"libredesk-testdata":        {0, 0, 10},
		"otobo-EmailParser":         {21, 0, 3},
		"alaveteli-incoming":        {1, 0, 0},
		"mailgun-flanker":           {1, 0, 0},
	}
	for set, floor := range floors {
		t.Run(set, func(t *testing.T) {
			dir, files, want := expectations[wantContent](t, set)
			var c contentTallies
			for _, name := range files {
				path := filepath.Join(dir, name)
				if info, err := os.Stat(path); err != nil || info.IsDir() || strings.HasSuffix(name, ".html") || strings.Contains(name, "signature_detection") {
					continue
				}
				m := parseFile(t, path)
				checkHeader(name, m, want[name], &c.header)
				checkText(dir, name, m, want[name], &c.text)
				checkFiles(t, path, name, m, want[name], &c.files)
			}
			c.header.atLeast(t, "header fields", floor[0])
			c.text.atLeast(t, "texts", floor[1])
			c.files.atLeast(t, "attachments", floor[2])
		})
	}
}

func checkHeader(name string, m ticketing.Message, w wantContent, c *tally) {
	if s, ok := w.str("subject"); ok {
		c.check(oneBlank(m.Subject) == oneBlank(s), "%s: subject %q, wanted %q", name, m.Subject, s)
	}
	if s, ok := w.str("Subject"); ok {
		c.check(oneBlank(m.Subject) == oneBlank(s), "%s: subject %q, wanted %q", name, m.Subject, s)
	}
	for _, key := range []string{"message_id", "Message-ID"} {
		if s, ok := w.str(key); ok {
			c.check(strings.Trim(m.MessageID, "<>") == s, "%s: id %q, wanted %q", name, m.MessageID, s)
		}
	}
	for key, got := range map[string][]ticketing.Address{"from": m.From, "From": m.From, "to": m.To, "To": m.To, "cc": m.Cc, "reply_to": m.ReplyTo} {
		addresses, display := addressesOf(w[key])
		if len(addresses) == 0 {
			continue
		}
		c.check(sameFold(plainAddresses(got), addresses), "%s: %s %q, wanted %q", name, key, plainAddresses(got), addresses)
		if display != "" && len(got) > 0 {
			c.check(oneBlank(got[0].Name) == oneBlank(display), "%s: %s name %q, wanted %q", name, key, got[0].Name, display)
		}
	}
	for _, key := range []string{"from_name", "from_display_name"} {
		if s, ok := w.str(key); ok {
			got := ""
			if len(m.From) > 0 {
				got = m.From[0].Name
			}
			c.check(oneBlank(got) == oneBlank(s), "%s: %s %q, wanted %q", name, key, got, s)
		}
	}
	if s, ok := w.str("from_email"); ok && s != "" {
		c.check(sameFold(plainAddresses(m.From), []string{s}), "%s: from_email %q, wanted %q", name, m.From, s)
	}
	if s, ok := w.str("date_utc"); ok {
		c.check(m.Date.UTC().Format(time.DateTime) == s, "%s: date %v, wanted %s", name, m.Date.UTC(), s)
	}
	if s, ok := w.str("date"); ok {
		c.check(m.Date.Equal(parseDate(s)), "%s: date %v, wanted %s", name, m.Date, s)
	}
}

func checkText(dir, name string, m ticketing.Message, w wantContent, c *tally) {
	both := oneBlank(m.Text) + "\n" + oneBlank(plainOfHTML(m.HTML)) + "\n" + m.HTML
	contains := func(want any, key string) {
		s, ok := want.(string)
		if !ok || oneBlank(s) == "" {
			return
		}
		c.check(strings.Contains(noBlanks(both), noBlanks(plainOfHTML(s))) || strings.Contains(noBlanks(both), noBlanks(s)), "%s: %s %q not in %.300q", name, key, s, both)
	}
	for _, key := range []string{"text_contains", "body_contains"} {
		for _, want := range w.list(key) {
			contains(want, key)
		}
	}
	for _, key := range []string{"text_body", "body", "text_ends_with"} {
		contains(w[key], key)
	}
	switch want := w["text"].(type) {
	case string:
		if strings.HasSuffix(want, ".txt") {
			if data, err := os.ReadFile(filepath.Join(dir, "files", want)); err == nil {
				cs := charsets{fallbacks: []string{"windows-1252"}, problems: &problems{}}
				contains(cs.body(data, "", false), "text "+want)
			}
		} else {
			contains(want, "text")
		}
	case []any:
		contains(want[len(want)-1], "text")
	}
	if s, ok := w.str("body_text"); ok {
		got := noBlanks(m.Text)
		if m.HTML != "" {
			got = noBlanks(plainOfHTML(m.HTML))
		}
		if cut, ok := w["body_text_truncated_to"].(float64); ok {
			s = s[:min(len(s), int(cut)/2)]
		}
		c.check(strings.HasPrefix(got, noBlanks(s)), "%s: body %.200q\n   wanted %.200q", name, got, noBlanks(s))
	}
	if file, ok := w.str("parse_file"); ok && strings.HasSuffix(file, ".json") {
		checkParseTree(filepath.Join(dir, file), name, m, c)
	}
}

// checkParseTree compares the text with stalwart's text parts.
func checkParseTree(path, name string, m ticketing.Message, c *tally) {
	data, err := os.ReadFile(path)
	if err != nil {
		return
	}
	var tree struct {
		TextBody []int `json:"text_body"`
		Parts    []struct {
			Body map[string]any `json:"body"`
		} `json:"parts"`
	}
	if json.Unmarshal(data, &tree) != nil {
		return
	}
	want := ""
	for _, i := range tree.TextBody {
		if s, ok := tree.Parts[i].Body["Text"].(string); ok {
			want += s + "\n"
		} else if s, ok := tree.Parts[i].Body["Html"].(string); ok {
			want += HTMLText(s) + "\n"
		}
	}
	c.check(noBlanks(m.Text) == noBlanks(want), "%s: text %.300q\n    wanted %.300q %q", name, oneBlank(m.Text), oneBlank(want), m.Problems)
}

func checkFiles(t *testing.T, path, name string, m ticketing.Message, w wantContent, c *tally) {
	items, ok := w["attachments"].([]any)
	if !ok {
		return
	}
	if strings.Contains(path, "libredesk") {
		c.check(len(items) == len(m.Attachments), "%s: %d attachments, wanted %d: %+v", name, len(m.Attachments), len(items), m.Attachments)
	}
	for _, item := range items {
		want, _ := item.(map[string]any)
		if n, _ := want["name"].(string); n == "message.html" {
			continue
		}
		found := false
		for _, a := range m.Attachments {
			found = found || sameFile(t, path, a, want)
		}
		c.check(found, "%s: no attachment %v among %+v", name, want, m.Attachments)
	}
}

func sameFile(t *testing.T, path string, a ticketing.Attachment, want map[string]any) bool {
	if n, ok := want["name"].(string); ok && n != a.Name {
		return false
	}
	if n, ok := want["size"].(float64); ok && int64(n) != a.Size {
		return false
	}
	if n, ok := want["content_id"].(string); ok && n != a.ContentID {
		return false
	}
	if sum, ok := want["md5"].(string); ok {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r, _, err := OpenPart(f, a.Part)
		if err != nil {
			t.Fatal(err)
		}
		h := md5.New()
		if _, err := io.Copy(h, r); err != nil {
			t.Fatal(err)
		}
		return hex.EncodeToString(h.Sum(nil)) == sum
	}
	return true
}
