package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"deskd/mail"
	"deskd/ticketing"
)

// oneMail is a queue that holds one mail.
type oneMail struct {
	ticketing.Queue
	open func() io.ReadSeekCloser
}

func (q oneMail) OpenRaw(context.Context, string) (io.ReadSeekCloser, error) { return q.open(), nil }

// crashing stands for a mail that the parser cannot bear.
type crashing struct{ io.ReadSeekCloser }

func (crashing) Read([]byte) (int, error) { panic("a fault of the parser") }
func (crashing) Close() error             { return nil }

type text struct{ *strings.Reader }

func (text) Close() error { return nil }

// deafDNS answers nothing.
type deafDNS struct{}

func (deafDNS) LookupTXT(context.Context, string) ([]string, error) {
	return nil, errors.New("no answer")
}

const signedMail = "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s; h=from:to:date; bh=AA==; b=AA==\r\n" +
	"From: Ann <ann@example.org>\r\nTo: support@example.com\r\nDate: Tue, 24 Nov 2026 09:59:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\nHello.\r\n"

// How often a mail is tried, and when again, is as set; that the program ended
// is held against a mail only after more ends than tries.
func TestAttempts(t *testing.T) {
	bad := func() io.ReadSeekCloser { return crashing{} }
	deaf := func() io.ReadSeekCloser { return text{strings.NewReader(signedMail)} }
	for _, test := range []struct {
		name    string
		in      Intake
		open    func() io.ReadSeekCloser
		attempt int
		stub    string // a part of its detail
		reason  ticketing.FailureReason
		again   time.Duration
	}{
		{"unreadable, second", Intake{}, bad, 2, "", "", time.Minute},
		{"unreadable, third", Intake{}, bad, 3, "crashed", ticketing.FailedToRead, 0},
		{"unreadable, one allowed", Intake{Attempts: 1}, bad, 1, "crashed", ticketing.FailedToRead, 0},
		{"unreadable, ten allowed", Intake{Attempts: 10}, bad, 9, "", "", 9 * 30 * time.Second},
		{"unknown sender, second", Intake{}, deaf, 2, "", "", 450 * time.Second},
		{"unknown sender, third", Intake{}, deaf, 3, "", "", 0},
		{"unknown sender, set", Intake{SenderTries: 7, SenderWithin: time.Hour}, deaf, 6, "", "", 10 * time.Minute},
		{"unknown sender, one allowed", Intake{SenderTries: 1}, deaf, 1, "", "", 0},
		{"ended, five times", Intake{}, deaf, 5, "", "", 0},
		{"ended, six times", Intake{}, deaf, 6, "ended the program or ran out of time 5 times", ticketing.EndedProgram, 0},
		{"ended, many allowed", Intake{SenderTries: 20}, deaf, 23, "ran out of time 22 times", ticketing.EndedProgram, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := test.in
			in.Queue, in.Resolver, in.Limits = oneMail{open: test.open}, deafDNS{}, mail.DefaultLimits()
			in.Desk = &ticketing.Desk{}
			got := in.read(t.Context(), ticketing.LedgerRow{ID: 1, Attempts: test.attempt, ReceivedAt: time.Now()}, func() {})
			var stub ticketing.Failure
			if got.stub != nil {
				stub = *got.stub
			}
			if stub.Reason != test.reason || !strings.Contains(stub.Detail, test.stub) || got.again != test.again {
				t.Errorf("stub %+v, again in %s (%v); want %q, %q, %s", stub, got.again, got.err, test.reason, test.stub, test.again)
			}
		})
	}
}

// The DNS is asked again where a server has judged the sender too: while a
// policy is unknown its dmarc=fail may be excused, and in the end it stands.
func TestSenderIsLookedUpAgain(t *testing.T) {
	trust := map[int64]mail.Trust{1: {AuthservID: "mx.example.com"}}
	for _, test := range []struct {
		result  string
		attempt int
		again   time.Duration
		want    ticketing.VerdictResult
	}{
		{"dmarc=fail header.from=example.org", 1, 450 * time.Second, ""},
		{"dmarc=fail header.from=example.org", 2, 450 * time.Second, ""},
		{"dmarc=fail header.from=example.org", 3, 0, ticketing.Fail},
		{"spf=pass smtp.mailfrom=example.org", 2, 450 * time.Second, ""},
		{"spf=pass smtp.mailfrom=example.org", 3, 0, ticketing.None},
		{"dmarc=temperror header.from=example.org", 1, 0, ticketing.None}, // what is written stays
		{"dmarc=pass header.from=example.org", 1, 0, ticketing.Pass},
	} {
		raw := "Authentication-Results: mx.example.com; " + test.result + "\r\n" + signedMail
		in := Intake{
			Queue:    oneMail{open: func() io.ReadSeekCloser { return text{strings.NewReader(raw)} }},
			Resolver: deafDNS{}, Limits: mail.DefaultLimits(), Desk: &ticketing.Desk{}, Trust: trust,
		}
		got := in.read(t.Context(), ticketing.LedgerRow{ID: 1, MailboxID: 1, Attempts: test.attempt, ReceivedAt: time.Now()}, func() {})
		if got.again != test.again || got.message.Verdict.Result != test.want {
			t.Errorf("%s, attempt %d: again in %s (%v), %+v; want %s, %q", test.result, test.attempt, got.again, got.err, got.message.Verdict, test.again, test.want)
		}
	}
}

func TestFailureIsTold(t *testing.T) {
	for err, want := range map[error]ticketing.FailureReason{
		mail.ErrTimeLimit: ticketing.TookTooLong,
		mail.ErrCrashed:   ticketing.FailedToRead,
	} {
		err = fmt.Errorf("read mail 7: %w", err)
		if got := failure(err); got.Reason != want || got.Detail != err.Error() {
			t.Errorf("%v gives %+v, want %s", err, got, want)
		}
	}
}
