package smtp

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"strings"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"deskd/servertest"
	"deskd/ticketing"
)

// newSender makes a sender. Its Grace is long enough to record what became of a
// mail, on a busy machine too.
func newSender(t testing.TB, o *memory, r Relay, change func(*Options)) *Sender {
	t.Helper()
	options := Options{Relay: r, Outbox: o, Owner: "test", Now: o.clock.Now, Grace: 3 * time.Second,
		OnFault: func(err error) { t.Logf("fault: %v", err) }}
	if change != nil {
		change(&options)
	}
	s, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func drain(t testing.TB, s *Sender) {
	t.Helper()
	if _, err := s.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func plain(sink *servertest.Sink) Relay { return Relay{URL: "smtp://" + sink.Address()} }

func fault(stage servertest.Stage, code int, enhanced gosmtp.EnhancedCode, text string) servertest.Fault {
	return servertest.Fault{Stage: stage, Reply: gosmtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}}
}

func TestSendOverImplicitTLSWithLogin(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{TLS: servertest.SinkImplicitTLS, Username: "desk", Password: "geheim"})
	o := newMemory()
	id := o.add("ann@bücher.example", nil)
	s := newSender(t, o, Relay{URL: "smtps://" + sink.Address(), User: "desk", Password: "geheim", TLS: &tls.Config{RootCAs: sink.Pool()}}, nil)
	drain(t, s)
	o.wantState(t, id, ticketing.OutboxSent)
	got := sink.Accepted()
	if len(got) != 1 {
		t.Fatalf("%d mails arrived, want 1", len(got))
	}
	m := got[0]
	if !m.TLS || m.Username != "desk" || m.From != "support@example.com" || m.To[0].Address != "ann@xn--bcher-kva.example" {
		t.Errorf("arrived as TLS=%v user=%q from=%q to=%q", m.TLS, m.Username, m.From, m.To[0].Address)
	}
	if !bytes.Equal(m.Raw, o.row(id).Draft.Head) {
		t.Errorf("text arrived as %q", m.Raw)
	}
	p := m.Parameters
	if p.EnvelopeID != "h1.a.b.c" || p.Return != gosmtp.DSNReturnHeaders || p.Size != int64(len(m.Raw)) || p.UTF8 {
		t.Errorf("MAIL parameters %+v", p)
	}
	if n := fmt.Sprint(m.To[0].Parameters.Notify); n != "[FAILURE DELAY]" {
		t.Errorf("NOTIFY %s", n)
	}
}

func TestNullSenderAndServerWithoutExtensions(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{NoDSN: true, NoSMTPUTF8: true})
	o := newMemory()
	null := o.add("a@example.org", func(m *ticketing.OutboxMail) { m.EnvelopeFrom = "" })
	utf8 := o.add("アン@example.org", nil)
	drain(t, newSender(t, o, plain(sink), nil))
	o.wantState(t, null, ticketing.OutboxSent)
	if got := sink.Accepted()[0]; got.From != "" || got.Parameters.EnvelopeID != "" {
		t.Errorf("from %q, ENVID %q", got.From, got.Parameters.EnvelopeID)
	}
	if r := o.wantState(t, utf8, ticketing.OutboxFailed); !strings.Contains(r.LastError, "SMTPUTF8") {
		t.Errorf("reason %q", r.LastError)
	}
}

func TestSMTPUTF8OnlyWhereNeeded(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	o := newMemory()
	id := o.add("アン@例え.example", nil)
	drain(t, newSender(t, o, plain(sink), nil))
	o.wantState(t, id, ticketing.OutboxSent)
	if got := sink.Accepted()[0]; !got.Parameters.UTF8 || got.To[0].Address != "アン@xn--r8jz45g.example" {
		t.Errorf("UTF8 %v, to %q", got.Parameters.UTF8, got.To[0].Address)
	}
}

// TestAnswers has each answer of a server and what becomes of the mail and its
// mailbox.
func TestAnswers(t *testing.T) {
	tests := []struct {
		name  string
		fault servertest.Fault
		state ticketing.OutboxState
		wait  time.Duration // until the next attempt
		pause time.Duration // of the mailbox
		error string
	}{
		{"busy mailbox of the recipient", fault(servertest.AtRecipient, 450, gosmtp.EnhancedCode{4, 2, 1}, "busy"), ticketing.OutboxQueued, time.Minute, 0, "RCPT: 450 4.2.1 busy"},
		{"recipient over quota", fault(servertest.AtRecipient, 452, gosmtp.EnhancedCode{4, 2, 2}, "full"), ticketing.OutboxQueued, time.Minute, 0, "RCPT: 452"},
		{"unknown recipient", fault(servertest.AtRecipient, 550, gosmtp.EnhancedCode{5, 1, 1}, "no such user"), ticketing.OutboxFailed, 0, 0, "RCPT: 550 5.1.1 no such user"},
		{"refused after the text", fault(servertest.AtData, 554, gosmtp.EnhancedCode{5, 6, 0}, "spam"), ticketing.OutboxFailed, 0, 0, "answer: 554 5.6.0 spam"},
		{"put off after the text", fault(servertest.AtData, 451, gosmtp.EnhancedCode{4, 7, 1}, "greylisted"), ticketing.OutboxQueued, time.Minute, 0, "answer: 451 4.7.1 greylisted"},
		{"status in a later line", fault(servertest.AtData, 550, gosmtp.EnhancedCode{5, 4, 5}, "no more\ntoday"), ticketing.OutboxQueued, time.Hour, time.Hour, "today"},
		{"too large after the text", fault(servertest.AtData, 552, gosmtp.EnhancedCode{5, 3, 4}, "size"), ticketing.OutboxFailed, 0, 0, "too large for the relay"},
		{"not as this sender", fault(servertest.AtData, 554, gosmtp.EnhancedCode{5, 7, 60}, "SendAsDenied"), ticketing.OutboxQueued, 15 * time.Minute, 15 * time.Minute, "SendAsDenied"},
		{"sender refused", fault(servertest.AtMail, 550, gosmtp.EnhancedCode{5, 7, 1}, "relaying denied"), ticketing.OutboxQueued, 15 * time.Minute, 15 * time.Minute, "MAIL: 550 5.7.1"},
		{"login required", fault(servertest.AtMail, 530, gosmtp.EnhancedCode{5, 7, 57}, "not authenticated"), ticketing.OutboxQueued, 15 * time.Minute, 15 * time.Minute, "MAIL: 530"},
		{"relay access denied", fault(servertest.AtRecipient, 554, gosmtp.EnhancedCode{5, 7, 1}, "<a@example.org>: Relay access denied"), ticketing.OutboxQueued, 15 * time.Minute, 15 * time.Minute, "Relay access denied"},
		{"policy of the recipient", fault(servertest.AtRecipient, 550, gosmtp.EnhancedCode{5, 7, 1}, "not from you"), ticketing.OutboxFailed, 0, 0, "not from you"},
		{"daily quota", fault(servertest.AtData, 550, gosmtp.EnhancedCode{5, 4, 5}, "daily quota"), ticketing.OutboxQueued, time.Hour, time.Hour, "daily quota"},
		{"outbound quota", fault(servertest.AtData, 554, gosmtp.EnhancedCode{5, 2, 0}, "quota"), ticketing.OutboxQueued, time.Hour, time.Hour, "quota"},
		{"too many connections", fault(servertest.AtConnect, 421, gosmtp.EnhancedCode{4, 7, 0}, "later"), ticketing.OutboxQueued, time.Minute, 30 * time.Second, "greeting: 421"},
		{"concurrency exceeded", fault(servertest.AtData, 432, gosmtp.EnhancedCode{4, 3, 2}, "concurrent connections limit"), ticketing.OutboxQueued, time.Minute, 30 * time.Second, "432"},
		{"server short of space", fault(servertest.AtMail, 452, gosmtp.EnhancedCode{4, 3, 1}, "no space"), ticketing.OutboxQueued, time.Minute, 30 * time.Second, "452"},
		{"connection lost at MAIL", servertest.Fault{Stage: servertest.AtMail, Drop: true}, ticketing.OutboxQueued, time.Minute, 0, "MAIL: "},
		{"connection lost at RCPT", servertest.Fault{Stage: servertest.AtRecipient, Drop: true}, ticketing.OutboxQueued, time.Minute, 0, "RCPT: "},
		{"lost after the final dot", servertest.Fault{Stage: servertest.AtData, Drop: true}, ticketing.OutboxUnknown, 15 * time.Minute, 0, "may have been taken: answer: "},
		{"many lines with controls", fault(servertest.AtRecipient, 550, gosmtp.EnhancedCode{5, 1, 1}, "a\x01b\nc\x1b[31m"+strings.Repeat("é", 400)), ticketing.OutboxFailed, 0, 0, "RCPT: 550 a b 5.1.1 c [31mé"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			sink := servertest.NewSink(t, servertest.SinkOptions{})
			sink.Fail(tc.fault)
			o := newMemory()
			id := o.add("a@example.org", nil)
			now := o.clock.Now()
			drain(t, newSender(t, o, plain(sink), nil))
			r := o.wantState(t, id, tc.state)
			var wantDue, wantPause time.Time
			if tc.wait > 0 {
				wantDue = now.Add(tc.wait)
			}
			if tc.pause > 0 {
				wantPause = now.Add(tc.pause)
			}
			if !r.DueAt.Equal(wantDue) {
				t.Errorf("next attempt at %v, want %v", r.DueAt, wantDue)
			}
			if got := o.paused[1]; !got.Equal(wantPause) {
				t.Errorf("mailbox paused until %v, want %v", got, wantPause)
			}
			if !strings.Contains(r.LastError, tc.error) || len(r.LastError) > maxErrorText || strings.ContainsAny(r.LastError, "\r\n\x01\x1b") {
				t.Errorf("error %q, want %q in one line", r.LastError, tc.error)
			}
			if len(r.history) != 1 {
				t.Errorf("%d deliveries recorded, want 1", len(r.history))
			}
		})
	}
}

// TestOneRefusedRecipientCostsNobodyElse also sends on the same connection
// after the refusals.
func TestOneRefusedRecipientCostsNobodyElse(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	bad := fault(servertest.AtRecipient, 550, gosmtp.EnhancedCode{5, 1, 1}, "unknown")
	bad.Recipient = "bad@example.org"
	later := fault(servertest.AtRecipient, 450, gosmtp.EnhancedCode{4, 2, 1}, "later")
	later.Recipient = "later@example.org"
	sink.Fail(bad)
	sink.Fail(later)
	o := newMemory()
	ids := []int64{o.add("bad@example.org", nil), o.add("a@example.org", nil), o.add("later@example.org", nil), o.add("b@example.org", nil)}
	r := plain(sink)
	r.MaxConnections = 1
	drain(t, newSender(t, o, r, nil))
	for i, want := range []ticketing.OutboxState{ticketing.OutboxFailed, ticketing.OutboxSent, ticketing.OutboxQueued, ticketing.OutboxSent} {
		o.wantState(t, ids[i], want)
	}
	if n := sink.Connections(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
}

func TestWrongPasswordPausesAndFailsNothing(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{Username: "desk", Password: "right"})
	o := newMemory()
	var ids []int64
	for i := range 20 {
		ids = append(ids, o.add(fmt.Sprintf("u%d@example.org", i), nil))
	}
	r := plain(sink)
	r.User, r.Password, r.MaxConnections = "desk", "wrong-password", 1
	drain(t, newSender(t, o, r, nil))
	if n := sink.Connections(); n != 1 {
		t.Errorf("logged in %d times with a wrong password, want 1", n)
	}
	for _, id := range ids {
		if row := o.wantState(t, id, ticketing.OutboxQueued); strings.Contains(row.LastError, "wrong-password") {
			t.Errorf("password in %q", row.LastError)
		}
	}
	if len(o.reasons) != 1 || !strings.Contains(o.reasons[0], "535") {
		t.Errorf("paused for %q", o.reasons)
	}
	// The password is put right, and the pause ends.
	o.clock.advance(15 * time.Minute)
	r.Password = "right"
	drain(t, newSender(t, o, r, nil))
	for _, id := range ids {
		o.wantState(t, id, ticketing.OutboxSent)
	}
}

// TestLostAfterFinalDot is test 65 of mail-rules.
func TestLostAfterFinalDot(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	sink.Fail(servertest.Fault{Stage: servertest.AtData, Drop: true, Times: 1})
	o := newMemory()
	id := o.add("a@example.org", nil)
	s := newSender(t, o, plain(sink), nil)
	drain(t, s)
	o.wantState(t, id, ticketing.OutboxUnknown)
	o.clock.advance(14 * time.Minute)
	drain(t, s)
	if n := len(sink.HandedOver()); n != 1 {
		t.Fatalf("sent %d times before the quarter of an hour was over", n)
	}
	o.clock.advance(time.Minute)
	s = newSender(t, o, plain(sink), nil) // the retry is remembered by the row alone
	drain(t, s)
	o.wantState(t, id, ticketing.OutboxSent)
	got := sink.HandedOver()
	if len(got) != 2 || !bytes.Equal(got[0].Raw, got[1].Raw) {
		t.Errorf("handed over %d times, or not the same bytes", len(got))
	}
}

func TestLostTwiceAfterFinalDotIsFinal(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	sink.Fail(servertest.Fault{Stage: servertest.AtData, Drop: true})
	o := newMemory()
	id := o.add("a@example.org", nil)
	s := newSender(t, o, plain(sink), nil)
	for range 5 {
		drain(t, s)
		o.clock.advance(24 * time.Hour)
	}
	if r := o.wantState(t, id, ticketing.OutboxFailed); !r.DueAt.IsZero() || !strings.Contains(r.LastError, "lost twice") {
		t.Errorf("due again at %v, error %q", r.DueAt, r.LastError)
	}
	if n := len(sink.HandedOver()); n != 2 {
		t.Errorf("handed over %d times, want 2", n)
	}
}

// TestUnknownStaysUnknownWhileTheRelayIsAway: what failed without reaching the
// relay was not the one retry.
func TestUnknownStaysUnknownWhileTheRelayIsAway(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	sink.Fail(servertest.Fault{Stage: servertest.AtData, Drop: true, Times: 1})
	o := newMemory()
	id := o.add("a@example.org", nil)
	s := newSender(t, o, plain(sink), nil)
	drain(t, s)
	sink.Fail(fault(servertest.AtConnect, 421, gosmtp.EnhancedCode{4, 3, 2}, "down"))
	for range 3 {
		o.clock.advance(time.Hour)
		drain(t, s)
		o.wantState(t, id, ticketing.OutboxUnknown)
	}
	sink.Heal()
	o.clock.advance(time.Hour)
	drain(t, s)
	o.wantState(t, id, ticketing.OutboxSent)
}

// TestPauseOfDaysEndsNoMail: the first trouble after it is an ordinary one.
func TestPauseOfDaysEndsNoMail(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	sink.Fail(fault(servertest.AtMail, 535, gosmtp.EnhancedCode{5, 7, 8}, "no"))
	o := newMemory()
	id := o.add("a@example.org", nil)
	s := newSender(t, o, plain(sink), nil)
	for range 20 {
		drain(t, s)
		o.clock.advance(4 * time.Hour)
	}
	sink.Heal()
	sink.Fail(fault(servertest.AtRecipient, 450, gosmtp.EnhancedCode{4, 7, 1}, "greylisted"))
	drain(t, s)
	if r := o.wantState(t, id, ticketing.OutboxQueued); !strings.Contains(r.LastError, "greylisted") {
		t.Errorf("error %q", r.LastError)
	}
}

func TestGivesUpAfterTwoDays(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	sink.Fail(fault(servertest.AtRecipient, 450, gosmtp.EnhancedCode{4, 2, 1}, "busy"))
	o := newMemory()
	id := o.add("a@example.org", nil)
	begin := o.clock.Now()
	s := newSender(t, o, plain(sink), nil)
	attempts := 0
	for o.row(id).State == ticketing.OutboxQueued && attempts < 100 {
		drain(t, s)
		attempts++
		if due := o.row(id).DueAt; !due.IsZero() {
			o.clock.advance(due.Sub(o.clock.Now()))
		}
	}
	o.wantState(t, id, ticketing.OutboxFailed)
	if age := o.clock.Now().Sub(begin); age < 48*time.Hour || age > 52*time.Hour {
		t.Errorf("gave up after %v", age)
	}
	if attempts != 19 {
		t.Errorf("%d attempts, want 19", attempts)
	}
}

func TestConnectionsAreReusedAndReplaced(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	o := newMemory()
	for i := range 12 {
		o.add(fmt.Sprintf("u%d@example.org", i), nil)
	}
	r := plain(sink)
	r.MaxConnections, r.MailsPerConnection = 1, 5
	drain(t, newSender(t, o, r, nil))
	if n := len(sink.Accepted()); n != 12 {
		t.Fatalf("%d mails arrived, want 12", n)
	}
	if n := sink.Connections(); n != 3 {
		t.Errorf("%d connections for 12 mails of 5 each, want 3", n)
	}
}

func TestUnreachableRelaySlowsDown(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	r := plain(sink)
	sink.Close()
	o := newMemory()
	id := o.add("a@example.org", nil)
	s := newSender(t, o, r, nil)
	for _, want := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute} {
		now := o.clock.Now()
		drain(t, s)
		o.wantState(t, id, ticketing.OutboxQueued)
		if got := o.paused[1].Sub(now); got != want {
			t.Errorf("paused for %v, want %v", got, want)
		}
		o.clock.advance(4 * time.Hour)
	}
}

func TestAddressesThatEndEarlyAreRefused(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	o := newMemory()
	id := o.add("a@example.org>\r\nRCPT TO:<victim@example.org", nil)
	from := o.add("a@example.org", func(m *ticketing.OutboxMail) { m.EnvelopeFrom = "x@example.com> AUTH=<y@example.com" })
	drain(t, newSender(t, o, plain(sink), nil))
	o.wantState(t, id, ticketing.OutboxFailed)
	o.wantState(t, from, ticketing.OutboxFailed)
	if n := len(sink.HandedOver()); n != 0 {
		t.Errorf("%d mails arrived", n)
	}
}
