package ticketing_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

const settingsMail = "From: Mia <mia@example.com>\nTo: support@example.com\nSubject: settings\nMessage-ID: <s@example.com>\n\n#notify new\n"

// A letter about no ticket can fail, come back, be known by a relay's id or be
// answered by a machine, and nothing breaks: there is no ticket to tell it on.
func TestLetterAboutNoTicket(t *testing.T) {
	h := open(t)
	h.agents("mia@example.com")
	take := func() ticketing.OutboxMail {
		t.Helper()
		rows, err := h.store.ClaimOutbox(context.Background(), ticketing.OutboxClaim{Owner: "test", N: 10, Lease: time.Minute})
		if err != nil || len(rows) != 1 || rows[0].TicketID != 0 {
			t.Fatalf("owed %+v, %v", rows, err)
		}
		return rows[0]
	}
	h.receive(ticketing.Pass, settingsMail)
	row := take()
	err := h.store.RecordDelivery(t.Context(), "test", row.ID, ticketing.Delivery{State: ticketing.OutboxFailed, Error: "RCPT: 550 5.1.1 no such user"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.desk.Tick(t.Context()); err != nil {
		t.Errorf("after it failed: %v", err)
	}

	h.receive(ticketing.Pass, strings.Replace(settingsMail, "<s@", "<s2@", 1))
	again := take()
	if again.MessageID == row.MessageID {
		t.Error("two letters have one Message-ID")
	}
	err = h.store.RecordDelivery(t.Context(), "test", again.ID, ticketing.Delivery{State: ticketing.OutboxSent, Aliases: []string{"<1@relay.example>"}})
	if err != nil {
		t.Errorf("under the relay's id: %v", err)
	}

	o := h.receive(ticketing.None, "From: MAILER-DAEMON@mx.example.com\nTo: support@example.com\nReturn-Path: <>\nSubject: Undelivered\nMessage-ID: <b@mx.example.com>\nMIME-Version: 1.0\n"+
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nFailed.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n"+
		"Final-Recipient: rfc822; mia@example.com\nAction: failed\nStatus: 5.1.1\n--b\nContent-Type: message/rfc822-headers\n\nMessage-ID: "+again.MessageID+"\n\n--b--\n")
	if o.State != ticketing.LedgerEvent || o.TicketID != 0 {
		t.Errorf("its bounce: %+v", o)
	}

	o = h.receive(ticketing.Pass, "From: mia@example.com\nTo: support@example.com\nSubject: Automatic reply\nAuto-Submitted: auto-replied\nIn-Reply-To: "+again.MessageID+"\nMessage-ID: <a@example.com>\n\nI am away.\n")
	if o.State != ticketing.LedgerIgnored || o.TicketID != 0 {
		t.Errorf("a machine's answer: %+v", o)
	}
	if mia := h.person("mia@example.com"); !mia.Away(h.now) || mia.Preferences.Notify != "new" {
		t.Errorf("Mia is %+v", mia)
	}
	if owed := h.owed(); len(owed) != 0 {
		t.Errorf("owed: %v", keys(owed))
	}
}

// What an agent orders about himself is his own, proved and alone in a new mail.
func TestWhoseSettings(t *testing.T) {
	for _, c := range []struct {
		verdict         ticketing.VerdictResult
		from, to, text  string
		changes, ticket bool
	}{
		{ticketing.Pass, "mia@example.com", "support@example.com", "#notify new", true, false},
		{ticketing.Pass, "mia@example.com", "support@example.com", "\n＃Notify　new\n\n", true, false},
		{ticketing.Pass, "mia@example.com", "support@example.com", "#notify new\n#receipts always", true, false},
		{ticketing.Pass, "mia@example.com", "support@example.com", "#notify new\n#receipts sometimes", false, true},
		{ticketing.Pass, "mia@example.com", "support@example.com", "#notify new\nHello", false, true},
		{ticketing.Pass, "mia@example.com", "support@example.com", "#notify new\n#back in an hour", false, true},
		{ticketing.Pass, "mia@example.com", "support@example.com", "Hello\n#notify new", false, true},
		{ticketing.Pass, "mia@example.com", "support@example.com", "##notify new", false, true},
		{ticketing.None, "mia@example.com", "support@example.com", "#notify new", false, true},
		{ticketing.Fail, "mia@example.com", "support@example.com", "#notify new", false, true},
		{ticketing.Pass, "mia@example.com", "friend@else.example", "#notify new", false, true},
		{ticketing.Pass, "aiko@acme.example", "support@example.com", "#notify new", false, true},
	} {
		h := open(t)
		o := h.receive(c.verdict, "From: "+c.from+"\nTo: "+c.to+"\nSubject: A\nMessage-ID: <1@example.com>\n\n"+c.text+"\n")
		changed := h.person("mia@example.com").Preferences.Notify == "new"
		if changed != c.changes || (o.TicketID != 0) != c.ticket {
			t.Errorf("%+v: changed %t, %+v", c, changed, o)
		}
	}
}

func (h *house) person(address string) (p ticketing.Person) {
	h.t.Helper()
	err := h.store.View(context.Background(), func(r ticketing.Reader) (err error) {
		p, err = r.PersonByAddress(address)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// A machine that answers each of our letters in an agent's name, and does not say
// that it is one, is not answered for ever: neither its receipts nor what it answers
// to a morning mail.
func TestUnmarkedMachineOfAnAgent(t *testing.T) {
	h := open(t)
	h.desk.Settings.Receipts = ticketing.ReceiptsAlways
	h.receive(ticketing.Pass, "From: aiko@acme.example\nTo: support@example.com\nSubject: Printer\nMessage-ID: <1@acme.example>\n\nIt burns.\n")
	letter, answered := h.owed()["notification mia@example.com"], 0
	machine := func(kind string, to string) {
		t.Helper()
		answered = 0
		for i := range 60 {
			h.receive(ticketing.Pass, fmt.Sprintf("From: mia@example.com\nTo: %s\nSubject: Away\nIn-Reply-To: %s\nMessage-ID: <%s-%d@example.com>\n\nI am at the sea.\n",
				to, letter.MessageID, kind, i))
			next, ok := h.owed()[kind+" mia@example.com"]
			if !ok {
				return
			}
			letter, answered = next, answered+1
		}
	}
	machine("receipt", letter.ReplyTo[0].Address)
	if answered == 0 || answered > ticketing.DefaultLimits().MailsPerHour {
		t.Errorf("%d receipts within an hour", answered)
	}
	h.now = h.now.Add(2 * time.Hour)
	h.receive(ticketing.Pass, settingsMail)
	letter = h.owed()["notice mia@example.com"]
	machine("command_error", "support@example.com")
	if answered == 0 || answered > ticketing.DefaultLimits().MailsPerHour {
		t.Errorf("%d answers about no ticket within an hour", answered)
	}
}
