package mail

import (
	"regexp"
	"strings"
	"testing"

	"deskd/ticketing"
)

// sentence is three English words in a row.
var sentence = regexp.MustCompile(`(?i)\b[a-z']+[,;:]? [a-z']+[,;:]? [a-z']+`)

// noEnglish fails if one of our own lines has an English sentence in it. What
// was quoted is the sender's, and a command is the same in every language.
func noEnglish(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "| ") || strings.HasPrefix(strings.TrimLeft(line, " "), "#") {
			continue
		}
		if found := sentence.FindString(strings.ReplaceAll(line, "deskd review show", "")); found != "" {
			t.Errorf("%q is English: %s", found, line)
		}
	}
}

// toldInJapanese is the text of a letter to a Japanese agent about what a mail has
// become.
func toldInJapanese(t *testing.T, kind ticketing.LetterKind, c ticketing.Change) string {
	t.Helper()
	if len(c.Letters) == 0 {
		t.Fatal("nobody is told")
	}
	l := letter(kind, "ja")
	l.Entry, l.Ticket, l.Subject, l.Notice, l.Args = *c.Entry, *c.Ticket, "件名 [HD-7]", c.Letters[0].Notice, c.Letters[0].Args
	l.Offers = c.Letters[0].Offers
	l.Participant = ticketing.Participant{ID: 3, Name: "Mia", Address: "mia@example.com", Role: ticketing.Agent}
	d, err := composer(t).Compose(l)
	if err != nil {
		t.Fatal(err)
	}
	return parseString(t, string(d.Head)).Text
}

// deskForMail is what the desk knows when a mail comes in.
func deskForMail() ticketing.Situation {
	box := ticketing.Mailbox{ID: 1, Address: "support@example.com", Name: "Example Support"}
	settings := ticketing.Settings{Limits: ticketing.DefaultLimits()}
	settings.Mailboxes = []ticketing.Mailbox{box}
	return ticketing.Situation{
		Settings: settings, Now: testTime,
		Agents: []ticketing.Person{{ID: 1, Address: "mia@example.com", Agent: true}},
	}
}

func TestJapaneseAgentReadsNoEnglish(t *testing.T) {
	raw := "Authentication-Results: mx.example.com; dmarc=fail header.from=example.org\r\n" +
		"From: Ann <ann@example.org>, Bob <bob@example.org>\r\nTo: support@example.com\r\nSubject: x\r\nbad line\r\n" +
		"Content-Type: text/plain; charset=\"x-foo see the web page\"\r\n\r\nThis is all English.\r\n"
	m := parseString(t, raw)
	AuthenticateMessage(t.Context(), &m, strings.NewReader(raw), testTrust(), nil, testTime)
	if len(m.Problems) < 3 || m.Verdict.Evidence == "" {
		t.Fatalf("problems %v, verdict %v", m.Problems, m.Verdict)
	}
	m.MailID = 4
	s := deskForMail()
	l := ticketing.Thread(m, ticketing.Candidates{})

	t.Run("hard to read", func(t *testing.T) {
		a := ticketing.Authority{Action: ticketing.NewTicket, Role: ticketing.Requester, Claim: "nothing"}
		text := toldInJapanese(t, ticketing.LetterNotification, ticketing.Decide(m, l, a, s, nil, false))
		noEnglish(t, text)
		if !strings.Contains(text, "メールについて: ") {
			t.Error("the problems are not told:\n", text)
		}
	})
	t.Run("held", func(t *testing.T) {
		a := ticketing.Authority{Action: ticketing.Hold, Role: ticketing.Stranger, HoldReason: "sender_failed", Claim: "ids"}
		text := toldInJapanese(t, ticketing.LetterHeld, ticketing.Decide(m, l, a, s, nil, false))
		noEnglish(t, text)
		if !strings.Contains(text, m.Verdict.Evidence) {
			t.Errorf("the evidence %q is not told:\n%s", m.Verdict.Evidence, text)
		}
	})
	t.Run("unreadable", func(t *testing.T) {
		for _, reason := range []ticketing.FailureReason{ticketing.FailedToRead, ticketing.TookTooLong, ticketing.EndedProgram, ticketing.FailedToStore} {
			f := ticketing.Failure{Reason: reason, Times: 5, Detail: "read mail 7: the parser crashed: runtime error: index out of range"}
			c := ticketing.Unreadable(ticketing.LedgerRow{ID: 7, Size: 100}, f, s)
			why := composer(t).Texts.Text("ja", "unreadable."+string(reason), "times", 5)
			for _, text := range []string{toldInJapanese(t, ticketing.LetterNotice, c), EventText(composer(t).Texts, "ja", *c.Entry)} {
				noEnglish(t, text)
				if !strings.Contains(text, why) {
					t.Errorf("it does not say %q:\n%s", why, text)
				}
			}
			if c.Entry.Why != f.Detail || c.Outcome.Reason != f.Detail {
				t.Errorf("the fault is lost: %q, %q", c.Entry.Why, c.Outcome.Reason)
			}
		}
	})
}

// The first release stored why a mail was unreadable in English.
func TestUnreadableMailOfTheFirstRelease(t *testing.T) {
	e := ticketing.Entry{Event: "unreadable", EventArgs: map[string]string{"size": "7", "why": "the parser crashed"}}
	want := "A mail of 7 bytes could not be read (the parser crashed). It is attached as it came."
	if got := EventText(composer(t).Texts, "en", e); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
