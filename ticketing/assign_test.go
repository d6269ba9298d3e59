package ticketing_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

// Turns are exact within a group of mails, which is decided about in one
// transaction, and go on with the next group; an agent who comes or goes in
// between does not upset them. Each of the mails is told to one agent.
func TestTurnsInGroups(t *testing.T) {
	h := open(t) // Mia, Ben
	h.agents("zoe@example.com")
	h.desk.Settings.Mailboxes[0].Assign = ticketing.AssignRoundRobin
	n := 0
	group := func(size int) (who string) {
		t.Helper()
		var mails []ticketing.Message
		for range size {
			n++
			mails = append(mails, h.spooled(ticketing.Pass, fmt.Sprintf("From: a%d@acme.example\nTo: support@example.com\nSubject: A\nMessage-ID: <%d@acme.example>\n\nHello.\n", n, n)))
		}
		got, err := h.desk.ReceiveGroup(context.Background(), ticketing.Lease{}, mails)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got {
			who += h.name(h.ticket(r.Outcome.TicketID).AssigneeID)
		}
		told := 0
		for letter := range h.owedRows() {
			told += strings.Count(letter, "notification")
		}
		if told != size {
			t.Errorf("%d mails were told %d times", size, told)
		}
		return who
	}
	for _, c := range []struct {
		size int
		want string
	}{{4, "mbzm"}, {1, "b"}, {3, "zmb"}} {
		if who := group(c.size); who != c.want {
			t.Errorf("%d mails went to %s, want %s", c.size, who, c.want)
		}
	}
	h.away("zoe@example.com", h.now.Add(time.Hour*24))
	if who := group(3); who != "mbm" {
		t.Errorf("while Zoe is away they went to %s", who)
	}
	if err := h.store.RemoveAgent(context.Background(), "mia@example.com"); err != nil {
		t.Fatal(err)
	}
	h.away("zoe@example.com", time.Time{})
	if who := group(3); who != "bzb" {
		t.Errorf("without Mia they went to %s", who)
	}
	h.away("zoe@example.com", h.now.Add(time.Hour*24))
	h.away("ben@example.com", h.now.Add(time.Hour*24))
	o := h.receive(ticketing.Pass, "From: last@acme.example\nTo: support@example.com\nSubject: A\nMessage-ID: <last@acme.example>\n\nHello.\n")
	if owed := h.owed(); h.ticket(o.TicketID).AssigneeID != 0 || len(owed) != 3 { // two agents, and the acknowledgement
		t.Errorf("with nobody there, it is %d's, and owed are %v", h.ticket(o.TicketID).AssigneeID, keys(owed))
	}
}

// owedRows are the mails queued since the last call, each by its kind, recipient
// and ticket.
func (h *house) owedRows() map[string]bool {
	h.t.Helper()
	all := map[string]bool{}
	rows, err := h.store.ClaimOutbox(context.Background(), ticketing.OutboxClaim{Owner: "test", N: 100, Lease: time.Minute})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, row := range rows {
		all[fmt.Sprint(row.Kind, " ", row.Recipient, " ", row.TicketID)] = true
		if err := h.store.RecordDelivery(context.Background(), "test", row.ID, ticketing.Delivery{State: ticketing.OutboxSent}); err != nil {
			h.t.Fatal(err)
		}
	}
	return all
}

func (h *house) name(person int64) (first string) {
	h.t.Helper()
	err := h.store.View(context.Background(), func(r ticketing.Reader) error {
		p, err := r.Person(person)
		first = p.Address[:1]
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return first
}

// away says until when an agent is out of office.
func (h *house) away(address string, until time.Time) {
	h.t.Helper()
	err := h.store.Update(context.Background(), func(tx ticketing.Tx) error {
		p, err := tx.PersonByAddress(address)
		if err != nil {
			return err
		}
		was := p
		p.AwayUntil = until
		return tx.UpdatePerson(was, p)
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// A letter about a ticket of somebody who is away says so, and a date too far
// ahead in an automatic answer is bounded.
func TestAwayIsTold(t *testing.T) {
	h := open(t)
	h.receive(ticketing.Pass, customersMail(0, ""))
	note := h.owed()["notification mia@example.com"]
	if err := h.desk.Do(t.Context(), ticketing.Actor{Via: "cli"}, 1, ticketing.Assign{Address: "mia@example.com"}); err != nil {
		t.Fatal(err)
	}
	h.owed()
	m := h.spooled(ticketing.Pass, "From: mia@example.com\nTo: "+note.ReplyTo[0].Address+"\nSubject: Automatic reply\nAuto-Submitted: auto-replied\nIn-Reply-To: "+note.MessageID+"\nMessage-ID: <away@example.com>\n\nI am away.\n")
	m.AwayUntil = h.now.AddDate(5, 0, 0)
	if _, err := h.desk.Receive(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	told := h.owed()["notification ben@example.com"]
	until := h.now.Add(60 * 24 * time.Hour).UTC().Format("2006-01-02 15:04 UTC")
	if !strings.Contains(told.Text, "Assigned to: Mia <mia@example.com>, who is away until "+until) || !strings.Contains(told.Text, "| Hello 0.") {
		t.Errorf("it was passed on as: %s", told.Text)
	}
	h.receive(ticketing.Pass, customersMail(1, "<0@acme.example>"))
	for address, letter := range h.owed() {
		if strings.HasPrefix(address, "notification") && !strings.Contains(letter.Text, "who is away until "+until) {
			t.Errorf("%s: %s", address, letter.Text)
		}
	}
}

// Whoever has a mail of ours can write an automatic answer in an agent's name.
func TestUnprovedAbsenceIsShort(t *testing.T) {
	for verdict, days := range map[ticketing.VerdictResult]int{ticketing.Pass: 60, ticketing.None: 7, ticketing.Fail: 0} {
		h := open(t)
		h.receive(ticketing.Pass, customersMail(0, ""))
		note := h.owed()["notification mia@example.com"]
		for i, ahead := range []int{300, 50, 7} {
			m := h.spooled(verdict, fmt.Sprintf("From: mia@example.com\nTo: support@example.com\nSubject: Automatic reply\nAuto-Submitted: auto-replied\nIn-Reply-To: %s\nMessage-ID: <away%d@example.com>\n\nI am away.\n", note.MessageID, i))
			m.AwayUntil = h.now.AddDate(0, 0, ahead)
			if _, err := h.desk.Receive(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			want := h.now.AddDate(0, 0, min(days, ahead))
			if got := h.person("mia@example.com").AwayUntil; days == 0 && !got.IsZero() || days > 0 && !got.Equal(want) {
				t.Errorf("%s, %d days ahead: away until %s, want %s", verdict, ahead, got, want)
			}
		}
	}
}
