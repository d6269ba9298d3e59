package ticketing_test

import (
	"errors"
	"slices"
	"testing"

	"deskd/ticketing"
)

// A mailbox with agents of its own is theirs: no others are told of its
// tickets, whatever happens to them, or can be given one.
func TestAgentsOfAMailbox(t *testing.T) {
	h := open(t)
	h.desk.Settings.Mailboxes[0].Agents = []string{"ben@example.com"}
	want := func(what string, letters ...string) {
		t.Helper()
		got := keys(h.owed())
		slices.Sort(got)
		if !slices.Equal(got, letters) {
			t.Errorf("%s: owed are %v, want %v", what, got, letters)
		}
	}
	h.receive(ticketing.Pass, "From: aiko@acme.example\nTo: support@example.com\nSubject: A\nMessage-ID: <1@acme.example>\n\nHello.\n")
	want("a new request", "ack aiko@acme.example", "notification ben@example.com")
	h.receive(ticketing.Pass, "From: aiko@acme.example\nTo: support@example.com\nSubject: Re: A\nMessage-ID: <2@acme.example>\nIn-Reply-To: <1@acme.example>\n\nAnd this.\n")
	want("a reply", "notification ben@example.com")
	h.receive(ticketing.None, "From: ben@example.com\nTo: support@example.com\nSubject: Re: A\nMessage-ID: <b@example.com>\nIn-Reply-To: <1@acme.example>\n\nForged.\n")
	want("a held mail", "held ben@example.com")
	err := h.desk.Do(t.Context(), ticketing.Actor{Via: "cli"}, 1, ticketing.Assign{Address: "mia@example.com"})
	if !errors.Is(err, ticketing.ErrRefused) {
		t.Errorf("it was given to another mailbox's agent: %v", err)
	}
}
