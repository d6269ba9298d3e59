package mail

import (
	"strings"
	"testing"

	"deskd/catalogue"
	"deskd/ticketing"
)

// Customers are told of a reason in words of their language, and never in an
// agent's own, by whatever letter.
func TestReasonsForCustomers(t *testing.T) {
	const internal = "he never pays"
	kinds := []ticketing.LetterKind{ticketing.LetterAck, ticketing.LetterReply, ticketing.LetterCopy, ticketing.LetterUpdate}
	for _, kind := range kinds {
		for _, status := range []ticketing.Status{ticketing.OnHold, ticketing.Solved} {
			l := letter(kind, "en")
			l.Ticket.Status, l.Ticket.HoldNote = status, "We expect a fix by Friday."
			l.Ticket.HoldReason = internal
			if status == ticketing.Solved {
				l.Ticket.HoldReason, l.Ticket.HoldNote, l.Ticket.SolvedReason = "", "", internal
			}
			l.Events = []ticketing.Entry{
				{Kind: ticketing.EntryEvent, Event: "status", Why: internal, EventArgs: map[string]string{"from": "open", "to": string(status), "reason": internal}},
				{Kind: ticketing.EntryEvent, Event: "priority", Why: internal, EventArgs: map[string]string{"from": "S3", "to": "S1", "note": "We hurry."}},
			}
			text := composedText(t, l)
			if strings.Contains(text, internal) {
				t.Errorf("%s, %s tells an agent's words:\n%s", kind, status, text)
			}
			if !strings.Contains(text, "We hurry.") {
				t.Errorf("%s, %s does not tell the sentence:\n%s", kind, status, text)
			}
		}
	}
}

func TestStandingText(t *testing.T) {
	texts, err := catalogue.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ language, reason, want string }{
		{"en", "engineering", "We are waiting for our engineers."},
		{"ja", "engineering", "開発部門での確認を待っております。"},
		{"en", "he never pays", "We are waiting for another team or for a fix."},
	} {
		s := ticketing.Ticket{Status: ticketing.OnHold, HoldReason: test.reason, HoldNote: "X."}.Standing()
		if got := StandingText(texts, test.language, s); !strings.HasPrefix(got, test.want) || !strings.HasSuffix(got, "X.") {
			t.Errorf("%s, %s: %q", test.language, test.reason, got)
		}
	}
}
