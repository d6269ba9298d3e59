package mail

import (
	"fmt"
	"strings"
	"testing"

	"deskd/ticketing"
)

func TestBounceDetails(t *testing.T) {
	m := parseFile(t, "testdata/parse/dsn.eml")
	if m.Bounce.OriginalEnvelope != "hd-42" || fmt.Sprint(m.EmbeddedIDs) != "[<h1.c.7.mac@example.com>]" || !m.NoAck {
		t.Errorf("envelope %q, embedded %q, no ack %v", m.Bounce.OriginalEnvelope, m.EmbeddedIDs, m.NoAck)
	}
	if m := parseFile(t, "testdata/parse/forwarded.eml"); fmt.Sprint(m.EmbeddedIDs) != "[<inner@example.net>]" || len(m.InReplyTo) != 0 {
		t.Errorf("embedded %q, in reply to %q: an attached mail routes nothing", m.EmbeddedIDs, m.InReplyTo)
	}
}

func TestDeliveryStatus(t *testing.T) {
	for _, tt := range []struct {
		name, status, want string // want: address action status, …; permanent
	}{
		{"two recipients", "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@x.org\nAction: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; b@x.org\nAction: delayed\nStatus: 4.4.1\n", "a@x.org failed 5.1.1, b@x.org delayed 4.4.1, true"},
		{"no blank lines", "Reporting-MTA: dns; x\nFinal-Recipient: rfc822;a@x.org\nAction: failed\nStatus: 5.2.2\nFinal-Recipient: rfc822;b@x.org\nAction: failed\nStatus: 5.1.2\n", "a@x.org failed 5.2.2, b@x.org failed 5.1.2, true"},
		{"no action", "Final-Recipient: <a@x.org>\nStatus: 5.0.0 (unknown)\nDiagnostic-Code: X-Notes; 550 5.7.1 no\n", "a@x.org failed 5.7.1, true"},
		{"no status", "Final-Recipient: a@x.org\nAction: failed\nDiagnostic-Code: smtp; 550 User unknown\n", "a@x.org failed 5.1.1, true"},
		{"relayed", "Final-Recipient: rfc822; a@x.org\nAction: relayed\nStatus: 2.1.9\n", "a@x.org relayed 2.1.9, false"},
		{"failed for a passing reason", "Final-Recipient: rfc822; a@x.org\nAction: failed\nStatus: 4.4.7\n", "a@x.org failed 4.4.7, false"},
		{"other address", "Original-Recipient: rfc822; a@x.org\nFinal-Recipient: rfc822; real@y.org\nAction: Failed (5.1.1)\nStatus: 5.1.1\n", "real@y.org failed 5.1.1, true"},
	} {
		m := parseString(t, "From: MAILER-DAEMON@x.org\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: message/delivery-status\n\n"+tt.status+"--b--\n")
		if m.Kind != ticketing.Bounce {
			t.Errorf("%s: %s", tt.name, m.Kind)
			continue
		}
		var got []string
		for _, r := range m.Bounce.Recipients {
			got = append(got, r.Address+" "+r.Action+" "+r.Status)
		}
		got = append(got, fmt.Sprint(m.Bounce.Permanent))
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestNoBounces: what persons and other machines write is never one.
func TestNoBounces(t *testing.T) {
	for _, header := range []string{
		"From: joe@example.org\nSubject: Undelivered Mail Returned to Sender",
		"From: joe@example.org\nSubject: failure notice",
		"From: \"Mailer\" <joe@example.org>\nReturn-Path: <joe@example.org>\nSubject: Delivery failed",
	} {
		if m := parseString(t, header+"\n\nHi. This is the message:\n<gone@example.org>: 550 5.1.1 user unknown\n"); m.Kind != ticketing.Human {
			t.Errorf("%q: %s (%s)", header, m.Kind, m.KindWhy)
		}
	}
}

func TestUnrecognisedNotice(t *testing.T) {
	m := parseString(t, "Return-Path: <>\nFrom: MAILER-DAEMON@example.org\nSubject: Undelivered Mail\n\nIt went wrong.\n")
	if m.Kind != ticketing.Bounce || len(m.Bounce.Recipients) != 0 || m.KindWhy != "an unrecognised delivery notice" {
		t.Errorf("%s, %+v, %s", m.Kind, m.Bounce, m.KindWhy)
	}
}
