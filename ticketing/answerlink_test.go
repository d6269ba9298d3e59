package ticketing

import (
	"strings"
	"testing"
	"time"
)

func TestAnswerToken(t *testing.T) {
	k, p := ring(t), Participant{ID: 1 << 33, TicketID: 7, Epoch: 2, Role: Cc}
	at := time.Date(2026, 11, 24, 9, 30, 59, 0, time.UTC)
	token, err := k.AnswerToken(p, at)
	if err != nil {
		t.Fatal(err)
	}
	good := func(s string, p Participant, now time.Time) bool {
		parsed, ok := ParseAnswerToken(s)
		return ok && k.VerifyAnswer(parsed, p, now)
	}
	for _, seen := range []string{token, strings.ToUpper(token), strings.ReplaceAll(token, "0", "o"), strings.ReplaceAll(token, "1", "l")} {
		if !good(seen, p, at) {
			t.Errorf("%q is not accepted as %q", seen, token)
		}
	}
	for i := range token {
		c := byte('0')
		if token[i] == c {
			c = '2'
		}
		if changed := token[:i] + string(c) + token[i+1:]; good(changed, p, at) {
			t.Errorf("%q is accepted as %q", changed, token)
		}
	}
	for name, q := range map[string]Participant{
		"another participant": {ID: 8, TicketID: 7, Epoch: 2, Role: Cc},
		"another ticket":      {ID: p.ID, TicketID: 8, Epoch: 2, Role: Cc},
		"a later epoch":       {ID: p.ID, TicketID: 7, Epoch: 3, Role: Cc},
		"an agent":            {ID: p.ID, TicketID: 7, Epoch: 2, Role: Agent},
		"one who is removed":  {ID: p.ID, TicketID: 7, Epoch: 2, Role: Cc, RemovedAt: at},
	} {
		if good(token, q, at) {
			t.Errorf("it is good for %s", name)
		}
	}
	for now, want := range map[time.Time]bool{at.Add(AnswerLinkValid - time.Minute): true, at.Add(AnswerLinkValid + time.Minute): false} {
		if good(token, p, now) != want {
			t.Errorf("at %s it is good: %v", now, !want)
		}
	}
	other, err := NewKeyring(testSecret, []Key{{ID: "2", CreatedAt: at}}, time.Hour, at)
	if err != nil {
		t.Fatal(err)
	}
	parsed, _ := ParseAnswerToken(token)
	if other.VerifyAnswer(parsed, p, at) || other.VerifyForm(parsed, k.FormToken(parsed)) {
		t.Error("it is good without its key")
	}
	if !k.VerifyForm(parsed, k.FormToken(parsed)) || k.VerifyForm(parsed, parsed.signature) || k.VerifyForm(parsed, "") {
		t.Error("the form's token is not told from others")
	}
}

// Only reminders have a link, and only where the page is served.
func TestAnswerLinkInLetters(t *testing.T) {
	p, now := Participant{ID: 3, TicketID: 7, Role: Requester}, time.Unix(1000, 0)
	d := &Desk{Keys: ring(t)}
	if l := d.answerLink(LetterReminder, p, now); l != "" {
		t.Errorf("without a page: %q", l)
	}
	d.Settings.AnswerURL = "https://help.example.com/desk"
	for kind, want := range map[LetterKind]bool{
		LetterReminder: true, LetterClosed: true, LetterAck: false, LetterReply: false, LetterCopy: false, LetterUpdate: false, LetterNotification: false,
	} {
		l := d.answerLink(kind, p, now)
		if (l != "") != want {
			t.Errorf("%s: %q", kind, l)
		}
		if token, ok := strings.CutPrefix(l, "https://help.example.com/desk/answer/"); want && (!ok || len(token) != answerWidth) {
			t.Errorf("%s: %q", kind, l)
		}
	}
	p.Role = Agent
	if l := d.answerLink(LetterReminder, p, now); l != "" {
		t.Errorf("to an agent: %q", l)
	}
}
