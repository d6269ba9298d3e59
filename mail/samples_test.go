package mail

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"deskd/ticketing"
)

func sampleBox() (ticketing.Mailbox, ticketing.Settings) {
	return ticketing.Mailbox{ID: 1, Address: "support@example.com", Name: "Example Support"},
		ticketing.Settings{TagPrefix: "HD", ShowAgentName: true, Instance: "desk-1", PortalURL: "https://help.example.com"}
}

var letterKind = regexp.MustCompile(`\bLetter\w+ +LetterKind = "(\w+)"`)

// Every kind of letter that the desk writes has a sample in every language, and
// the samples have words for all that they say.
func TestSamplesOfEveryKind(t *testing.T) {
	source, err := os.ReadFile("../ticketing/outbox.go")
	if err != nil {
		t.Fatal(err)
	}
	kinds := letterKind.FindAllStringSubmatch(string(source), -1)
	if len(kinds) < 8 {
		t.Fatalf("found %d kinds of letters: tell this test where they are", len(kinds))
	}
	box, settings := sampleBox()
	c := composer(t)
	for _, language := range c.Texts.Languages() {
		samples := Samples(language, box, settings)
		for _, kind := range kinds {
			if !slices.ContainsFunc(samples, func(s Sample) bool { return string(s.Letter.Kind) == kind[1] }) {
				t.Errorf("no sample of a letter of kind %s: add one to sampleTable", kind[1])
			}
		}
		for _, s := range samples {
			m := parseString(t, string(mustCompose(t, c, s.Letter).Head))
			if missing := regexp.MustCompile(`\b(notice|held|command|status|mail|role|why|verdict)\.[a-z]+(_|\.)[a-z_.]+`).FindString(m.Text); missing != "" {
				t.Errorf("%s in %s: there is no text for %s:\n%s", s.Name, language, missing, m.Text)
			}
			if language == "ja" && s.Letter.Kind.ToAgents() {
				noEnglish(t, m.Text)
			}
			if strings.Contains(m.Text, "{") {
				t.Errorf("%s in %s has a placeholder:\n%s", s.Name, language, m.Text)
			}
		}
	}
}

func mustCompose(t *testing.T, c Composer, l ticketing.Letter) ticketing.Draft {
	t.Helper()
	d, err := c.Compose(l)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
