package mail

import (
	"strings"
	"testing"

	"deskd/ticketing"
)

// TestUndeliveredIsTold: from the mail to what agents read of it, in both
// languages: to whom, and why in the words of his server, whatever language
// these are in.
func TestUndeliveredIsTold(t *testing.T) {
	reason := "550 5.1.1 宛先が見つかりません"
	m := parseString(t, bounceReport("From: MAILER-DAEMON@mx.example.net\nSubject: Undelivered", "text",
		"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; joe@example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; "+reason+"\n"))
	s := deskForMail()
	s.Bounced = &ticketing.OutboxMail{ID: 9, TicketID: 7, Recipient: "joe@example.org", Kind: ticketing.LetterReply, State: ticketing.OutboxSent, CreatedAt: testTime}
	s.BouncedTicket = ticketing.Ticket{ID: 7, MailboxID: 1, Status: ticketing.AwaitingReply}
	c := ticketing.Decide(m, ticketing.Link{}, ticketing.Authority{}, s, nil, false)
	if c.Bounce == nil || !c.Bounce.Suppress || c.Ticket.Status != ticketing.AwaitingReply {
		t.Fatalf("%+v, %+v", c.Bounce, c.Ticket)
	}
	texts := composer(t).Texts
	for language, want := range map[string]string{
		"en": "Our mail to joe@example.org could not be delivered: 5.1.1 " + reason,
		"ja": "joe@example.org 宛てのメールを配信できませんでした: 5.1.1 " + reason,
	} {
		if got := EventText(texts, language, *c.Entry); got != want {
			t.Errorf("%s: %q", language, got)
		}
	}
	told := toldInJapanese(t, ticketing.LetterNotice, c)
	noEnglish(t, told)
	if !strings.Contains(told, reason) {
		t.Errorf("the reason is not told:\n%s", told)
	}
}

// TestWhoseReport: of several recipients in a report, what counts is what it
// says of the one our mail went to.
func TestWhoseReport(t *testing.T) {
	m := parseString(t, bounceReport("From: MAILER-DAEMON@mx.example.net\nSubject: Undelivered", "text",
		"Final-Recipient: rfc822; jane@example.org\nAction: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; Joe@Example.ORG\nAction: delayed\nStatus: 4.4.1\n"))
	s := deskForMail()
	s.Bounced = &ticketing.OutboxMail{ID: 9, TicketID: 7, Recipient: "joe@example.org", Kind: ticketing.LetterReply, State: ticketing.OutboxSent, CreatedAt: testTime}
	s.BouncedTicket = ticketing.Ticket{ID: 7, MailboxID: 1}
	c := ticketing.Decide(m, ticketing.Link{}, ticketing.Authority{}, s, nil, false)
	if c.Entry == nil || c.Entry.Event != "delayed" || c.Bounce.Final {
		t.Errorf("%+v, %+v", c.Entry, c.Bounce)
	}
}

// TestNotificationsOfSES: JSON that Amazon's SNS mails, wrapped or not.
func TestNotificationsOfSES(t *testing.T) {
	header := "From: no-reply@sns.amazonaws.com\nSubject: AWS Notification Message\nX-Amz-Sns-Message-Id: 1\n\n"
	bounce := `{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"joe@example.org","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]},"mail":{"headers":[{"name":"Message-ID","value":"<orig@example.com>"}]}}`
	wrapped := `{"Type":"Notification","Message":"` + strings.ReplaceAll(bounce, `"`, `\"`) + `"}`
	checkBounces(t, []bounceCase{
		{"bare", header + bounce, "joe@example.org failed 5.1.1; permanent"},
		{"wrapped, with a foot", header + wrapped + "\n\n--\nTo stop this, click.\n", "joe@example.org failed 5.1.1; permanent"},
		{"broken by sendmail", header + strings.Replace(bounce, "bouncedRec", "bounced!\n Rec", 1), "joe@example.org failed 5.1.1; permanent"},
		{"delivered", header + `{"eventType":"Delivery","delivery":{"recipients":["joe@example.org"],"smtpResponse":"250 2.6.0 ok"},"mail":{"commonHeaders":{"messageId":"<orig@example.com>"}}}`, "joe@example.org delivered 2.6.0"},
	})
	for name, raw := range map[string]string{
		"a complaint": header + `{"notificationType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"joe@example.org"}]}}`,
		"no JSON":     header + "{ not",
		"no SNS":      "From: joe@example.org\n\n" + bounce,
	} {
		if m := parseString(t, raw); m.Kind == ticketing.Bounce {
			t.Errorf("%s: %s", name, m.KindWhy)
		}
	}
}
