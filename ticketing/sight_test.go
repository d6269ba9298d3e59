package ticketing

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// What a customer is given of an entry holds nothing that is kept from him.
func TestSeenBy(t *testing.T) {
	const token = "support+0a00000003hpre7g7p00tec9p72f7rbh71y0@example.com"
	said := func(id int64, who int64, text string) Entry {
		return Entry{
			ID: id, Kind: EntryMessage, Visibility: Public, Author: Author{PersonID: who}, Text: text, FullText: "secret", HTML: "secret",
			Why: "secret", RawSHA256: "secret", MailID: 7, Verdict: Verdict{Result: Pass, Evidence: "secret"},
			EventArgs: map[string]string{"claim": "secret", keptFiles: "2 4"}, Review: Review{State: ReviewReleased, Reason: "secret"},
			Attachments: []Attachment{{Part: "2", Name: "ours.eml"}, {Part: "3", Name: "a.txt"}},
		}
	}
	direct := said(4, 9, "between us")
	direct.EventArgs[sentTo] = "aiko@acme.example"
	note := said(5, 9, "a note")
	note.Visibility = AgentsOnly
	all := []Entry{
		said(1, 1, "first"), said(2, 9, "old words"), said(3, 9, "new words"), direct, note,
		said(6, 1, "> old words\nwell\n> new words\n> between us\nwrite to "+token),
		{ID: 7, Kind: EntryEvent, Visibility: Public, Event: "status", EventArgs: map[string]string{"to": "open"}, Why: "secret"},
	}
	aiko := Participant{PersonID: 1, Role: Requester, Address: "aiko@acme.example"}
	zoe := Participant{PersonID: 2, Role: Cc, Address: "zoe@other.example", SinceEntry: 3}
	ken := Participant{PersonID: 3, Role: Cc, Address: "ken@acme.example"}
	for _, test := range []struct {
		who    Participant
		hidden bool
		ids    []int64
		last   string
	}{
		{aiko, false, []int64{1, 2, 3, 4, 6, 7}, "> old words\nwell\n> new words\n> between us\nwrite to …"},
		{zoe, true, []int64{3, 6, 7}, "well\n> new words\nwrite to …"},
		{ken, false, []int64{1, 2, 3, 6, 7}, "> old words\nwell\n> new words\nwrite to …"},
		{Participant{Role: Agent}, false, nil, ""},
		{Participant{Role: Cc, RemovedAt: time.Unix(1, 0)}, false, nil, ""},
	} {
		var ids []int64
		for _, e := range SeenBy(test.who, all, test.hidden) {
			ids = append(ids, e.ID)
			if e.ID == 6 && e.Text != test.last {
				t.Errorf("%s reads %q, want %q", test.who.Address, e.Text, test.last)
			}
			if e.FullText+e.HTML+e.Why+e.RawSHA256+e.Verdict.Evidence+e.Review.Reason != "" || e.MailID != 0 || e.EventArgs["claim"] != "" {
				t.Errorf("%s is given %+v", test.who.Address, e)
			}
			if e.Kind == EntryMessage && (len(e.Attachments) != 1 || e.Attachments[0].Name != "a.txt") {
				t.Errorf("%s is given the files %+v", test.who.Address, e.Attachments)
			}
		}
		if !slices.Equal(ids, test.ids) {
			t.Errorf("%s sees %v, want %v", test.who.Address, ids, test.ids)
		}
	}
	if all[0].FullText != "secret" || len(all[0].Attachments) != 2 {
		t.Error("the entries given were changed")
	}
}

// Quoted lines without end are not looked for without end.
func TestKeepQuotesIsBounded(t *testing.T) {
	got := keepQuotes(strings.Repeat("> a\n", 100_000)+"b", strings.Repeat("x", 3<<20)+"a")
	if n := strings.Count(got, ">"); n != maxQuotes || !strings.HasSuffix(got, "\nb") {
		t.Errorf("%d quoted lines are kept", n)
	}
}
