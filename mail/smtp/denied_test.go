package smtp

import (
	"fmt"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"deskd/servertest"
	"deskd/ticketing"
)

// TestScopeIsNotTheRecipientsToChoose: servers repeat the address that they
// refuse.
func TestScopeIsNotTheRecipientsToChoose(t *testing.T) {
	for _, tc := range []struct {
		recipient, text string
		code            gosmtp.EnhancedCode
		want            scope
	}{
		{"x7@privaterelay.appleid.com", "<x7@privaterelay.appleid.com>: Recipient address rejected: Access denied", gosmtp.EnhancedCode{5, 1, 1}, scopeMail},
		{"x7@privaterelay.appleid.com", "<x7@privaterelay.appleid.com>: Recipient address rejected: Access denied", gosmtp.EnhancedCode{}, scopeMail},
		{"x7@relay", "no mail for relay: access denied", gosmtp.EnhancedCode{5, 7, 1}, scopeMail},
		{"x7@old.example", "undeliverable address: unable to relay for x7@old.example", gosmtp.EnhancedCode{5, 1, 1}, scopeMail},
		{"x7@old.example", "host relay7.old.example said: denied, see https://old.example/relay", gosmtp.EnhancedCode{5, 7, 1}, scopeMail},
		{"sendasdenied@old.example", "<sendasdenied@old.example> unknown", gosmtp.EnhancedCode{5, 7, 1}, scopeMail},
		{"a@sendasdenied.example", "sendasdenied.example does not want this", gosmtp.EnhancedCode{5, 7, 1}, scopeMail},
		{"x7@old.example", "STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied", gosmtp.EnhancedCode{5, 2, 1}, scopeMailbox},
		{"x7@old.example", "<x7@old.example>: Relay access denied", gosmtp.EnhancedCode{5, 7, 1}, scopeDenied},
		{"x7@old.example", "Relaying denied. Proper authentication required.", gosmtp.EnhancedCode{}, scopeDenied},
		{"x7@old.example", "Unable to relay.", gosmtp.EnhancedCode{5, 7, 1}, scopeDenied},
		{"x7@old.example", "relay not permitted", gosmtp.EnhancedCode{}, scopeDenied},
	} {
		f := failed(stageRcpt, &gosmtp.SMTPError{Code: 550, EnhancedCode: tc.code, Message: tc.text})
		if got := f.scope(ticketing.OutboxMail{Recipient: tc.recipient, EnvelopeFrom: "support@example.com"}); got != tc.want {
			t.Errorf("%s, %v %s: scope %d, want %d", tc.recipient, tc.code, tc.text, got, tc.want)
		}
	}
}

func relayingDenied(recipient string) servertest.Fault {
	f := fault(servertest.AtRecipient, 550, gosmtp.EnhancedCode{5, 7, 1}, "relaying denied")
	f.Recipient = recipient
	return f
}

// TestOneRecipientThatMayNotBeRelayed costs one pause at most, when nobody was
// accepted before, and then fails alone.
func TestOneRecipientThatMayNotBeRelayed(t *testing.T) {
	for _, tc := range []struct {
		before bool // others were accepted before
		pauses int
	}{{false, 1}, {true, 0}} {
		t.Run(fmt.Sprint(tc.before), func(t *testing.T) {
			sink := servertest.NewSink(t, servertest.SinkOptions{})
			sink.Fail(relayingDenied("bad@example.org"))
			o := newMemory()
			r := plain(sink)
			r.MaxConnections = 1
			s := newSender(t, o, r, nil)
			if tc.before {
				o.add("first@example.org", nil)
				drain(t, s)
			}
			bad := o.add("bad@example.org", nil)
			var good []int64
			for i := range 10 {
				good = append(good, o.add(fmt.Sprintf("u%d@example.org", i), nil))
			}
			drain(t, s)
			if n := len(o.reasons); n != tc.pauses {
				t.Errorf("%d pauses, want %d: %q", n, tc.pauses, o.reasons)
			}
			if row := o.wantState(t, bad, ticketing.OutboxQueued); row.DueAt.IsZero() {
				t.Error("it is not tried again")
			}
			o.clock.advance(15 * time.Minute)
			drain(t, s)
			o.wantState(t, bad, ticketing.OutboxFailed)
			for _, id := range good {
				o.wantState(t, id, ticketing.OutboxSent)
			}
			if n := len(o.reasons); n != tc.pauses {
				t.Errorf("paused again: %q", o.reasons)
			}
		})
	}
}

// TestRelayThatDeniesAllPausesTheMailbox though it took mails before, and no
// mail fails for it.
func TestRelayThatDeniesAllPausesTheMailbox(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	o := newMemory()
	r := plain(sink)
	r.MaxConnections = 1
	s := newSender(t, o, r, nil)
	o.add("first@example.org", nil)
	drain(t, s)
	sink.Fail(relayingDenied(""))
	var ids []int64
	for i := range 10 {
		ids = append(ids, o.add(fmt.Sprintf("u%d@example.org", i), nil))
	}
	for round := range 20 {
		drain(t, s)
		tried := 0
		for _, id := range ids {
			tried += o.row(id).Attempts
		}
		if round == 0 && tried != 2 {
			t.Errorf("%d mails were refused before the pause, want 2", tried)
		}
		o.clock.advance(15 * time.Minute)
	}
	if n := len(o.reasons); n < 19 {
		t.Errorf("paused %d times", n)
	}
	for _, id := range ids {
		o.wantState(t, id, ticketing.OutboxQueued)
	}
	sink.Heal()
	drain(t, s)
	for _, id := range ids {
		o.wantState(t, id, ticketing.OutboxSent)
	}
}

// TestDeniedForEverIsGivenUp, so that agents hear of it.
func TestDeniedForEverIsGivenUp(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	sink.Fail(relayingDenied(""))
	o := newMemory()
	id := o.add("a@example.org", nil)
	s := newSender(t, o, plain(sink), nil)
	begin := o.clock.Now()
	for o.row(id).State == ticketing.OutboxQueued && o.clock.Now().Sub(begin) < 100*time.Hour {
		drain(t, s)
		o.clock.advance(15 * time.Minute)
	}
	o.wantState(t, id, ticketing.OutboxFailed)
	if age := o.clock.Now().Sub(begin); age < 48*time.Hour || age > 49*time.Hour {
		t.Errorf("given up after %v", age)
	}
}
