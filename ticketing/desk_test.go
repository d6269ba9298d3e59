package ticketing_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"deskd/catalogue"
	"deskd/mail"
	"deskd/storage"
	"deskd/ticketing"
)

// house is a desk on SQLite, with the mails it owes in memory's reach.
type house struct {
	t     testing.TB
	store *storage.Store
	desk  *ticketing.Desk
	now   time.Time
}

func open(t testing.TB) *house {
	t.Helper()
	ctx := context.Background()
	store, err := storage.Open(ctx, "sqlite://"+filepath.Join(t.TempDir(), "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	boxes, err := store.EnsureMailboxes(ctx, []ticketing.Mailbox{
		{Address: "support@example.com", Name: "Example Support", Language: "en"},
	})
	if err != nil {
		t.Fatal(err)
	}
	texts, err := catalogue.New()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, store: store, now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	keys, err := ticketing.NewKeyring([]byte(strings.Repeat("k", 32)), []ticketing.Key{{ID: "1", CreatedAt: h.now}}, time.Hour, h.now)
	if err != nil {
		t.Fatal(err)
	}
	h.desk = &ticketing.Desk{
		Store: store, Composer: mail.Composer{Texts: texts}, Keys: keys,
		Now: func() time.Time { return h.now },
		Settings: ticketing.Settings{
			Instance: "desk-1", Mailboxes: boxes, TagPrefix: "HD", ShowAgentName: true,
			Acknowledge: true, Limits: ticketing.DefaultLimits(),
		},
	}
	for _, a := range []string{"mia", "ben"} {
		if _, err := store.AddAgent(ctx, a+"@example.com", strings.ToUpper(a[:1])+a[1:], "en"); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// receive takes in a mail with the verdict, through ledger, parser and desk.
func (h *house) receive(verdict ticketing.VerdictResult, raw string) ticketing.Outcome {
	h.t.Helper()
	o, err := h.desk.Receive(context.Background(), h.spooled(verdict, raw))
	if err != nil {
		h.t.Fatal(err)
	}
	return o
}

// spooled puts a mail into the ledger and reads it.
func (h *house) spooled(verdict ticketing.VerdictResult, raw string) ticketing.Message {
	h.t.Helper()
	h.now = h.now.Add(time.Minute)
	raw = strings.ReplaceAll(raw, "\n", "\r\n")
	sum := sha256.Sum256([]byte(raw))
	ids, err := h.store.IngestMails(context.Background(), []ticketing.Arrival{{
		MailboxID: h.desk.Settings.Mailboxes[0].ID, Source: ticketing.SourceIngest, ReceivedAt: h.now, Size: int64(len(raw)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(raw)), nil },
	}})
	if err != nil {
		h.t.Fatal(err)
	}
	m, err := mail.Parse(bytes.NewReader([]byte(raw)), mail.DefaultLimits())
	if err != nil {
		h.t.Fatal(err)
	}
	m.MailID, m.Mailbox, m.ReceivedAt = ids[0], h.desk.Settings.Mailboxes[0], h.now
	m.RawSHA256, m.RawSize = hex.EncodeToString(sum[:]), int64(len(raw))
	m.Verdict = ticketing.Verdict{Result: verdict, Evidence: "the test says so"}
	return m
}

// owed gives the mails queued since the last call, by recipient and kind.
func (h *house) owed() map[string]ticketing.Message {
	h.t.Helper()
	rows, err := h.store.ClaimOutbox(context.Background(), ticketing.OutboxClaim{Owner: "test", N: 100, Lease: time.Minute})
	if err != nil {
		h.t.Fatal(err)
	}
	out := map[string]ticketing.Message{}
	for _, row := range rows {
		m, err := mail.Parse(bytes.NewReader(row.Draft.Head), mail.DefaultLimits())
		if err != nil {
			h.t.Fatal(err)
		}
		out[string(row.Kind)+" "+row.Recipient] = m
		if err := h.store.RecordDelivery(context.Background(), "test", row.ID, ticketing.Delivery{State: ticketing.OutboxSent}); err != nil {
			h.t.Fatal(err)
		}
	}
	return out
}

func (h *house) ticket(id int64) ticketing.Ticket {
	h.t.Helper()
	var t ticketing.Ticket
	err := h.store.View(context.Background(), func(r ticketing.Reader) (err error) {
		t, err = r.Ticket(id)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return t
}

func keys(m map[string]ticketing.Message) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	return out
}

// The main job: a customer writes with a colleague in Cc, the agent answers
// from his mail program, the customer replies, the agent solves it, the
// colleague's reply reopens it.
func TestTheStory(t *testing.T) {
	h := open(t)
	o := h.receive(ticketing.Pass, `From: Aiko <aiko@acme.example>
To: support@example.com
Cc: Ken <ken@acme.example>
Subject: Printer on fire
Message-ID: <1@acme.example>
Date: Tue, 24 Nov 2026 09:00:00 +0000

It burns.
`)
	if o.State != ticketing.LedgerApplied || h.ticket(1).Status != ticketing.Open {
		t.Fatalf("outcome %+v, status %s", o, h.ticket(1).Status)
	}
	owed := h.owed()
	note, ok := owed["notification mia@example.com"]
	if !ok || len(owed) != 3 {
		t.Fatalf("owed: %v", keys(owed))
	}
	if ack := owed["ack aiko@acme.example"]; !strings.Contains(ack.Text, "It burns.") {
		t.Errorf("the acknowledgement: %s", ack.Text)
	}

	o = h.receive(ticketing.Pass, `From: Mia <mia@example.com>
To: `+note.ReplyTo[0].Address+`
Subject: `+note.Subject+`
Message-ID: <a1@example.com>
In-Reply-To: `+note.MessageID+`
Date: Tue, 24 Nov 2026 09:10:00 +0000

Pull the plug.

On Tue, Example Support wrote:
> ##- Please type your reply above this line -##
> secret
`)
	if o.State != ticketing.LedgerApplied || h.ticket(1).Status != ticketing.AwaitingReply {
		t.Fatalf("outcome %+v, status %s", o, h.ticket(1).Status)
	}
	owed = h.owed()
	reply, cc := owed["reply aiko@acme.example"], owed["reply ken@acme.example"]
	if !strings.Contains(reply.Text, "Pull the plug.") || strings.Contains(reply.Text, "secret") || cc.MessageID == "" {
		t.Fatalf("owed %v: %s", keys(owed), reply.Text)
	}
	if reply.InReplyTo[0] != "<1@acme.example>" || len(reply.ReplyTo) != 1 || reply.ReplyTo[0].Address == cc.ReplyTo[0].Address {
		t.Errorf("in-reply-to %v, reply-to %v and %v", reply.InReplyTo, reply.ReplyTo, cc.ReplyTo)
	}
	if _, ok := owed["notification ben@example.com"]; !ok || len(owed) != 3 {
		t.Errorf("owed: %v", keys(owed))
	}

	h.receive(ticketing.Pass, `From: aiko@acme.example
To: `+reply.ReplyTo[0].Address+`
Subject: Re: `+reply.Subject+`
Message-ID: <2@acme.example>
In-Reply-To: `+reply.MessageID+`
References: `+strings.Join(reply.References, " ")+`

Still burning.
`)
	if h.ticket(1).Status != ticketing.Open {
		t.Fatalf("status %s", h.ticket(1).Status)
	}
	owed = h.owed()
	if copied, ok := owed["copy ken@acme.example"]; !ok || !strings.Contains(copied.Text, "Still burning.") {
		t.Errorf("owed: %v", keys(owed))
	}
	note = owed["notification mia@example.com"]
	h.receive(ticketing.Pass, `From: Mia <mia@example.com>
To: `+note.ReplyTo[0].Address+`
Subject: Re: x
Message-ID: <a2@example.com>

#solved agreed
It is out.
`)
	if got := h.ticket(1); got.Status != ticketing.Solved || got.SolvedReason != "agreed" {
		t.Fatalf("ticket %+v", got)
	}
	cc = h.owed()["reply ken@acme.example"]
	o = h.receive(ticketing.None, `From: ken@acme.example
To: `+cc.ReplyTo[0].Address+`
Subject: Re: Printer on fire
Message-ID: <k1@acme.example>

No, it is not.
`)
	if o.TicketID != 1 || h.ticket(1).Status != ticketing.Open {
		t.Fatalf("outcome %+v, status %s", o, h.ticket(1).Status)
	}
	var events []string
	_ = h.store.View(t.Context(), func(r ticketing.Reader) error {
		entries, err := r.Entries(1)
		for _, e := range entries {
			if e.Event != "" {
				events = append(events, e.Event)
			}
		}
		return err
	})
	if got := strings.Join(events, " "); got != "cc_added status status status reopened" {
		t.Errorf("events: %s", got)
	}
}

// When a loop makes the desk write far more than usual, what nobody typed
// waits; what people wrote goes out.
func TestBreakerPausesOnlyAutomaticLetters(t *testing.T) {
	h := open(t)
	h.now = time.Now().Add(-5 * time.Minute) // the outbox goes by the real clock
	h.desk.Settings.Breaker = ticketing.Breaker{Floor: 1, Factor: 10}
	ask := func(n string) {
		h.receive(ticketing.Pass, "From: c"+n+"@acme.example\nTo: support@example.com\nSubject: "+n+"\nMessage-ID: <"+n+"@acme.example>\n\nHello.\n")
	}
	ask("1") // one acknowledgement, and two notifications, which do not count
	note := h.owed()["notification mia@example.com"]
	h.now = h.now.Add(time.Second)
	if done, err := h.desk.Tick(t.Context()); err != nil || !done.Paused.IsZero() {
		t.Fatalf("one letter paused it: %+v, %v", done, err)
	}
	ask("2")
	h.receive(ticketing.Pass, "From: mia@example.com\nTo: "+note.ReplyTo[0].Address+"\nSubject: Re: 1\nMessage-ID: <a@example.com>\n\nAn answer.\n")
	h.now = h.now.Add(time.Second)
	done, err := h.desk.Tick(t.Context())
	if err != nil || done.Paused.IsZero() {
		t.Fatalf("it was not paused: %+v, %v", done, err)
	}
	want := func(what string, letters ...string) {
		t.Helper()
		got := keys(h.owed())
		slices.Sort(got)
		if !slices.Equal(got, letters) {
			t.Errorf("%s: owed are %v, want %v", what, got, letters)
		}
	}
	// Agents hear of mail all the same.
	want("what was queued", "notification ben@example.com", "notification mia@example.com", "reply c1@acme.example")
	ask("3")
	want("mail that comes now", "notification ben@example.com", "notification mia@example.com")
}

func (h *house) do(ticketID int64, c ticketing.Command) {
	h.t.Helper()
	admin := ticketing.Actor{Author: ticketing.Author{Name: "admin", Role: ticketing.Agent}, Via: "cli"}
	if err := h.desk.Do(context.Background(), admin, ticketID, c); err != nil {
		h.t.Fatal(err)
	}
}

// sees lists the public texts that a participant may see.
func (h *house) sees(ticketID int64, address string) (texts []string, p ticketing.Participant) {
	h.t.Helper()
	err := h.store.View(context.Background(), func(r ticketing.Reader) error {
		people, err := r.Participants(ticketID)
		if err != nil {
			return err
		}
		for _, q := range people {
			if q.Address == address {
				p = q
			}
		}
		entries, err := r.EntriesVisibleTo(p.ID)
		for _, e := range entries {
			if e.Kind == ticketing.EntryMessage {
				texts = append(texts, strings.TrimSpace(e.Text))
			}
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return texts, p
}

// A Cc sees from the mail that added him on; more only if somebody grants it;
// nothing once he is removed, and then his reply address is worth nothing.
func TestWhatACcSees(t *testing.T) {
	h := open(t)
	h.receive(ticketing.Pass, "From: aiko@acme.example\nTo: support@example.com\nSubject: A\nMessage-ID: <1@acme.example>\n\nFirst.\n")
	h.receive(ticketing.Pass, "From: aiko@acme.example\nTo: support@example.com\nCc: ken@acme.example\nSubject: Re: A\nMessage-ID: <2@acme.example>\nIn-Reply-To: <1@acme.example>\n\nSecond.\n")
	if got, _ := h.sees(1, "ken@acme.example"); strings.Join(got, " ") != "Second." {
		t.Errorf("the Cc sees %q", got)
	}
	h.do(1, ticketing.GrantHistory{Address: "Ken@acme.example"})
	if got, _ := h.sees(1, "ken@acme.example"); strings.Join(got, " ") != "First. Second." {
		t.Errorf("after the grant the Cc sees %q", got)
	}
	_, ken := h.sees(1, "ken@acme.example")
	old, err := h.desk.Keys.ReplyAddress(ticketing.ReplyForm{}, h.desk.Settings.Mailboxes[0], ticketing.TokenCustomer, ken)
	if err != nil {
		t.Fatal(err)
	}
	h.do(1, ticketing.RemoveCc{Address: "ken@acme.example"})
	if got, _ := h.sees(1, "ken@acme.example"); len(got) != 0 {
		t.Errorf("after his removal the Cc sees %q", got)
	}
	o := h.receive(ticketing.Pass, "From: ken@acme.example\nTo: "+old+"\nSubject: Re: A\nMessage-ID: <k@acme.example>\n\nLet me in.\n")
	if o.TicketID == 1 {
		t.Errorf("a removed Cc wrote to the ticket: %+v", o)
	}
}

// An answer that could not be sent is told on the ticket and to the agents,
// once; a notice that fails causes no other.
func TestFailedAnswerIsReported(t *testing.T) {
	h := open(t)
	h.desk.Settings.Breaker = ticketing.DefaultBreaker()
	h.desk.Settings.DelayedAfter = 4 * time.Hour
	h.receive(ticketing.Pass, "From: aiko@acme.example\nTo: support@example.com\nSubject: A\nMessage-ID: <1@acme.example>\n\nHello.\n")
	note := h.owed()["notification mia@example.com"]
	h.receive(ticketing.Pass, "From: mia@example.com\nTo: "+note.ReplyTo[0].Address+"\nSubject: Re: A\nMessage-ID: <a@example.com>\n\nAn answer.\n")
	fail := func() (n int) {
		rows, err := h.store.ClaimOutbox(t.Context(), ticketing.OutboxClaim{Owner: "test", N: 100, Lease: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			err := h.store.RecordDelivery(t.Context(), "test", row.ID, ticketing.Delivery{State: ticketing.OutboxFailed, Error: "550 5.1.1 no such user"})
			if err != nil {
				t.Fatal(err)
			}
		}
		return len(rows)
	}
	tick := func() (events int) {
		if _, err := h.desk.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		_ = h.store.View(t.Context(), func(r ticketing.Reader) error {
			entries, err := r.Entries(1)
			for _, e := range entries {
				if e.Event == "undelivered" && strings.Contains(e.EventArgs["reason"], "no such user") {
					events++
				}
			}
			return err
		})
		return events
	}
	if n := fail(); n != 2 {
		t.Fatalf("%d mails went out: want the answer and a note to the other agent", n)
	}
	if n := tick(); n != 2 {
		t.Errorf("%d events, want one for each mail", n)
	}
	if n := fail(); n != 2 {
		t.Errorf("%d notices, want one to each agent, about the answer alone", n)
	}
	if n := tick(); n != 4 {
		t.Errorf("%d events", n)
	}
	if n := fail(); n != 0 {
		t.Errorf("failed notices caused %d more", n)
	}
	if n := tick(); n != 4 {
		t.Errorf("the same failures were told again: %d events", n)
	}
}

// An address that the relay does not know is one that a delivery report calls
// gone: automatic mail to it stops. What else a relay says does not matter.
func TestUnknownAtTheRelay(t *testing.T) {
	for answer, want := range map[string]bool{
		"RCPT: 550 5.1.1 no such user": true, "RCPT: 550 5.7.1 not from here": false,
		"RCPT: 450 4.1.1 try again": false, "MAIL: 550 5.1.1 no such sender": false,
	} {
		h := open(t)
		h.receive(ticketing.Pass, newRequest("aiko@acme.example", "a"))
		rows, err := h.store.ClaimOutbox(t.Context(), ticketing.OutboxClaim{Owner: "test", N: 100, Lease: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			d := ticketing.Delivery{State: ticketing.OutboxSent}
			if row.Recipient == "aiko@acme.example" {
				d = ticketing.Delivery{State: ticketing.OutboxFailed, Error: answer}
			}
			if err := h.store.RecordDelivery(t.Context(), "test", row.ID, d); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := h.desk.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		_ = h.store.View(t.Context(), func(r ticketing.Reader) error {
			got, err := r.Suppressed("aiko@acme.example")
			if err != nil || got != want {
				t.Errorf("%s: suppressed %v, %v", answer, got, err)
			}
			return nil
		})
	}
}

// A ticket whose mailbox is no longer configured goes on from the first one:
// replies to it must not end as stubs.
func TestMailboxTakenOutOfTheConfiguration(t *testing.T) {
	h := open(t)
	h.receive(ticketing.Pass, "From: aiko@acme.example\nTo: support@example.com\nSubject: A\nMessage-ID: <1@acme.example>\n\nHello.\n")
	h.owed()
	boxes, err := h.store.EnsureMailboxes(t.Context(), []ticketing.Mailbox{{Address: "help@example.com", Name: "Help", Language: "en"}})
	if err != nil {
		t.Fatal(err)
	}
	h.desk.Settings.Mailboxes = boxes
	h.receive(ticketing.Pass, "From: aiko@acme.example\nTo: help@example.com\nSubject: Re: A\nMessage-ID: <2@acme.example>\nIn-Reply-To: <1@acme.example>\n\nAnybody there?\n")
	note, ok := h.owed()["notification mia@example.com"]
	if !ok || note.From[0].Address != "help@example.com" {
		t.Errorf("the notification is from %v", note.From)
	}
}

// TestForeignIDsInLetters: an id with 8-bit characters, which relays refuse, is
// in nobody's letters, though answers to it still come to its ticket.
func TestForeignIDsInLetters(t *testing.T) {
	h := open(t)
	h.receive(ticketing.Pass, "From: Aiko <aiko@acme.example>\nTo: support@example.com\nSubject: a\nMessage-ID: <grüße@acme.example>\n\nHello\n")
	h.receive(ticketing.Pass, "From: Aiko <aiko@acme.example>\nTo: support@example.com\nSubject: Re: a\nMessage-ID: <2@acme.example>\nIn-Reply-To: <grüße@acme.example>\n\nMore\n")
	rows, err := h.store.ClaimOutbox(context.Background(), ticketing.OutboxClaim{Owner: "test", N: 100, Lease: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	second := 0
	for _, row := range rows {
		head, _, _ := bytes.Cut(row.Draft.Head, []byte("\r\n\r\n"))
		if row.TicketID != 1 {
			t.Errorf("%s is about ticket %d", row.Kind, row.TicketID)
		}
		if bytes.ContainsFunc(head, func(r rune) bool { return r > 0x7e }) {
			t.Errorf("%s to %s names it:\n%s", row.Kind, row.Recipient, head)
		}
		if bytes.Contains(head, []byte("<2@acme.example>")) {
			second++
		}
	}
	if len(rows) != 5 || second != 2 {
		t.Errorf("%d letters, %d name the second mail", len(rows), second)
	}
}
