package ticketing_test

import (
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

// Bounces go where the mailbox says; by VERP each mail has a place of its own.
// An acknowledgement has no sender to bounce to.
func TestEnvelopeSender(t *testing.T) {
	for _, test := range []struct {
		name string
		set  func(*ticketing.Mailbox)
		want string // a prefix
	}{
		{"nothing set", func(*ticketing.Mailbox) {}, "support@example.com"},
		{"an address", func(b *ticketing.Mailbox) { b.EnvelopeFrom = "bounces@example.com" }, "bounces@example.com"},
		{"verp", func(b *ticketing.Mailbox) { b.EnvelopeFrom, b.VERP = "bounces@example.com", true }, "support+1b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := open(t)
			test.set(&h.desk.Settings.Mailboxes[0])
			h.receive(ticketing.Pass, "From: aiko@acme.example\nTo: support@example.com\nSubject: A\nMessage-ID: <1@acme.example>\n\nHello.\n")
			rows, err := h.store.ClaimOutbox(t.Context(), ticketing.OutboxClaim{Owner: "test", N: 100, Lease: time.Minute})
			if err != nil || len(rows) < 2 {
				t.Fatalf("%d mails, %v", len(rows), err)
			}
			for _, row := range rows {
				if row.Kind == ticketing.LetterAck {
					if row.EnvelopeFrom != "" {
						t.Errorf("the acknowledgement is from %q", row.EnvelopeFrom)
					}
				} else if !strings.HasPrefix(row.EnvelopeFrom, test.want) {
					t.Errorf("the %s is from %q, want %q", row.Kind, row.EnvelopeFrom, test.want)
				}
			}
		})
	}
}

// After the time set, another subject is another matter.
func TestNewSubjectAfter(t *testing.T) {
	for _, test := range []struct {
		after, solvedFor time.Duration
		want             int64
	}{
		{0, 6 * 24 * time.Hour, 1},
		{0, 8 * 24 * time.Hour, 2},
		{time.Hour, 2 * time.Hour, 2},
		{30 * 24 * time.Hour, 8 * 24 * time.Hour, 1},
	} {
		h := open(t)
		h.desk.Settings.NewSubjectAfter = test.after
		h.receive(ticketing.Pass, "From: aiko@acme.example\nTo: support@example.com\nSubject: A\nMessage-ID: <1@acme.example>\n\nHello.\n")
		h.do(1, ticketing.SetStatus{To: ticketing.Solved})
		h.now = h.now.Add(test.solvedFor)
		o := h.receive(ticketing.Pass, "From: aiko@acme.example\nTo: support@example.com\nSubject: B\nMessage-ID: <2@acme.example>\nIn-Reply-To: <1@acme.example>\n\nAnother one.\n")
		if o.TicketID != test.want {
			t.Errorf("set to %s, solved for %s: ticket %d, want %d", test.after, test.solvedFor, o.TicketID, test.want)
		}
	}
}

// So many merges are followed and no more: then the mail is held where they
// stop.
func TestMergeDepth(t *testing.T) {
	for _, test := range []struct {
		depth int
		want  int64
	}{{0, 4}, {3, 4}, {2, 3}} {
		h := open(t)
		for _, n := range []string{"1", "2", "3", "4"} {
			h.receive(ticketing.Pass, "From: aiko@acme.example\nTo: support@example.com\nSubject: "+n+"\nMessage-ID: <"+n+"@acme.example>\n\nHello "+n+".\n")
		}
		for from := range int64(3) {
			h.do(from+1, ticketing.Merge{Into: from + 2})
		}
		h.desk.Settings.MergeDepth = test.depth
		o := h.receive(ticketing.Pass, "From: aiko@acme.example\nTo: support@example.com\nSubject: 1\nMessage-ID: <r@acme.example>\nIn-Reply-To: <1@acme.example>\n\nMore.\n")
		if o.TicketID != test.want {
			t.Errorf("depth %d: ticket %d, want %d", test.depth, o.TicketID, test.want)
		}
	}
}

// A bounce that names only its recipient is taken to be about a mail of the
// time set, and no older one.
func TestGuessWithin(t *testing.T) {
	for _, test := range []struct {
		within, later time.Duration
		want          bool
	}{
		{0, 4 * 24 * time.Hour, true},
		{0, 6 * 24 * time.Hour, false},
		{time.Hour, 2 * time.Hour, false},
		{10 * 24 * time.Hour, 6 * 24 * time.Hour, true},
	} {
		h := open(t)
		h.desk.Settings.GuessWithin = test.within
		h.receive(ticketing.Pass, "From: aiko@acme.example\nTo: support@example.com\nSubject: A\nMessage-ID: <1@acme.example>\n\nHello.\n")
		h.owed()
		h.now = h.now.Add(test.later)
		o := h.receive(ticketing.None, strings.Join([]string{
			"From: MAILER-DAEMON@acme.example", "To: support@example.com", "Subject: failed", "Message-ID: <b@acme.example>",
			`Content-Type: multipart/report; report-type=delivery-status; boundary=b`, "",
			"--b", "", "It failed.", "--b", "Content-Type: message/delivery-status", "",
			"Reporting-MTA: dns; mx.acme.example", "", "Final-Recipient: rfc822; aiko@acme.example",
			"Action: failed", "Status: 5.1.1", "--b--", "",
		}, "\n"))
		if got := o.TicketID == 1; got != test.want {
			t.Errorf("set to %s, after %s: %+v", test.within, test.later, o)
		}
	}
}
