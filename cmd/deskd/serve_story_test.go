package main

import (
	"io"
	"net/mail"
	"path/filepath"
	"strings"
	"testing"

	"deskd/ticketing"
)

// TestServe plays the whole loop over real servers: a customer writes, the
// agent answers from his mail program, the customer replies.
func TestServe(t *testing.T) {
	for name, database := range map[string]func(*testing.T) string{
		"SQLite":     func(t *testing.T) string { return "sqlite://" + filepath.Join(t.TempDir(), "desk.db") },
		"PostgreSQL": func(t *testing.T) string { return postgres.NewDatabase(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, newTestDesk(t, database(t)))
		})
	}
}

func story(t *testing.T, d *testDesk) {
	const customer, agent = "carla@customer.test", "anna@agents.test"
	d.deskd("agent", "add", agent, "--name", "Anna")
	d.start()

	d.deliver("Carla <"+customer+">", "support@example.com", "<first@customer.test>", "", "Printer is on fire", "It burns.")
	mails := d.sent(2)
	ack, notified := mails[customer], mails[agent]
	if ack == nil || notified == nil {
		t.Fatalf("a new request: mails went to %v, want one to the customer and one to the agent", keys(mails))
	}
	d.waitStatus(ticketing.Open)

	d.deliver("Anna <"+agent+">", replyTo(t, notified), "<answer@agents.test>", notified.Header.Get("Message-ID"),
		"Re: Printer is on fire", "Please pull the plug.\n\nOn Tuesday, Example Support wrote:\n> It burns.")
	answer := d.sent(1)[customer]
	if answer == nil {
		t.Log(d.deskd("ticket", "show", "1"))
		t.Fatal("the agent's answer did not go to the customer")
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil || !strings.Contains(string(body), "Please pull the plug.") || strings.Contains(string(body), "It burns.") {
		t.Errorf("the customer got not just the agent's words: %v\n%s", err, body)
	}
	if from := answer.Header.Get("From"); strings.Contains(from, agent) {
		t.Errorf("the agent's own address went to the customer: From: %s", from)
	}
	d.waitStatus(ticketing.AwaitingReply)

	d.deskd("ticket", "set", "1", "--status", "solved", "--reason", "agreed")
	d.waitStatus(ticketing.Solved)

	d.deliver("Carla <"+customer+">", replyTo(t, answer), "<second@customer.test>", answer.Header.Get("Message-ID"),
		"Re: Printer is on fire", "It burns again.")
	if d.sent(1)[agent] == nil {
		t.Error("the agent was not told of the customer's reply")
	}
	d.waitStatus(ticketing.Open)
	if text := d.deskd("ticket", "show", "1"); !strings.Contains(text, "Reopened by") {
		t.Errorf("the reply to a solved ticket made no event:\n%s", text)
	}
}

func (d *testDesk) waitStatus(want ticketing.Status) {
	d.t.Helper()
	d.waitFor("the ticket is "+string(want), func() bool {
		return strings.Contains(d.deskd("ticket", "show", "1", "--json"), `"status":"`+string(want)+`"`)
	})
}

func replyTo(t *testing.T, m *mail.Message) string {
	t.Helper()
	a, err := mail.ParseAddress(m.Header.Get("Reply-To"))
	if err != nil {
		t.Fatalf("Reply-To %q: %v", m.Header.Get("Reply-To"), err)
	}
	return a.Address
}

func keys(m map[string]*mail.Message) []string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	return all
}
