package mail

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"deskd/ticketing"
)

// forwardFloor is how many of the mails that the corpus shows inside of others
// have to be found with the right From.
const forwardFloor = 24

// forwardedFrom says who wrote the mail that another one shows, for the files of
// sets that do not say it: an address, or the name where there is no more.
func forwardedFrom() map[string]string {
	return map[string]string{
		"alfonsrv-mail-parser-reply/email_danish_2.txt":                            "hanne@example.com",
		"crisp-email-reply-parser/email_german_2.txt":                              "service@example.de",
		"crisp-email-reply-parser/email_ios_outlook.txt":                           "job-applicant-incoming-text+65701@hiringenginemail.com",
		"crisp-email-reply-parser/email_customer_quote_header_3.txt":               "someone@yahoo.fr",
		"discourse-email_reply_trimmer/emails/email_headers_1.txt":                 "Outlook user",
		"discourse-email_reply_trimmer/emails/email_headers_2.txt":                 "info@discourse.org",
		"discourse-email_reply_trimmer/emails/email_headers_4.txt":                 "Sally54721",
		"discourse-email_reply_trimmer/emails/embedded_email_german_3.txt":         "team@discourse.org",
		"discourse-email_reply_trimmer/emails/embedded_email_swedish.txt":          "noreply@foo.bar",
		"discourse-emails/forwarded_email_1.eml":                                   "some@one.com",
		"discourse-emails/forwarded_email_3.eml":                                   "un@francais.fr",
		"discourse-emails/forwarded_email_4.eml":                                   "some@one.com",
		"discourse-emails/forwarded_email_to_category.eml":                         "some@one.com",
		"discourse-emails/encoded_filename.eml":                                    "xxxxxxxx@xxx.com",
		"mailgun-flanker/message-external-body.eml":                                "Internet-Drafts@ns.ietf.org",
		"mikel-mail/plain_emails/raw_email8.eml":                                   "xxxxxxxx@xxx.com",
		"mimekit/tnef/unicode-mapi-attr-name/message.html":                         "serwis@thulium.pl",
		"apache-mime4j/mimetools-testmsgs/frag_decoded_1_2_1_2_1_2_1_1.txt":        "Ailinn@bellsouth.net",
		"crisp-email-reply-parser/email_tricky_15_original_message_variations.txt": "sender@example.com",
	}
}

func TestForwardedBlocksOfCorpus(t *testing.T) {
	found, all := 0, 0
	check := func(name, text, want string) {
		all++
		f, ok := forwardedBlock(text, ticketing.Address{})
		if ok && (f.From.Address == want || f.From.Name == want) {
			found++
			return
		}
		t.Logf("%s: found %v %q, want %q", name, ok, f.From, want)
	}
	for _, c := range quotequailForwards(t) {
		check(c.name, c.text, c.from)
	}
	corpusSet(t, "discourse-emails")
	for file, want := range forwardedFrom() {
		raw, err := os.ReadFile(filepath.Join(corpusDir, file))
		if err != nil {
			t.Logf("%s: %v", file, err)
			continue
		}
		text := string(raw)
		switch filepath.Ext(file) {
		case ".eml":
			m, err := Parse(bytes.NewReader(raw), DefaultLimits())
			if err != nil {
				t.Fatal(err)
			}
			text = m.Text
		case ".html":
			text = HTMLText(text)
		}
		check(file, text, want)
	}
	t.Logf("the right From in %d of %d", found, all)
	if found < forwardFloor {
		t.Errorf("the right From was found in %d of %d mails, want %d", found, all, forwardFloor)
	}
}

type quotequailForward struct{ name, text, from string }

// quotequailForwards are the bodies that the set unwraps as forwards.
func quotequailForwards(t *testing.T) []quotequailForward {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(corpusSet(t, "closeio-quotequail"), "cases", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var out []quotequailForward
	for _, path := range paths {
		var c struct {
			Function, Input string
			Expected        json.RawMessage
		}
		data, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(data, &c)
		}
		if err != nil {
			t.Fatal(err)
		}
		var want struct{ Type, From string }
		if json.Unmarshal(c.Expected, &want) != nil || want.Type != "forward" {
			continue
		}
		if strings.Contains(c.Function, "html") {
			c.Input, want.From = HTMLText(c.Input), HTMLText(want.From)
		}
		from := blockAddresses(want.From)
		if len(from) == 0 {
			continue
		}
		out = append(out, quotequailForward{filepath.Base(path), c.Input, from[0].Address})
	}
	return out
}
