package storagetest

import (
	"strings"
	"testing"

	"deskd/ticketing"
)

// visibility: a Cc sees public entries from its horizon on, the requester all
// public ones, and nobody but agents the rest; of each they are given what
// [ticketing.SeenBy] leaves. Agents do not ask this way.
func visibility(t *testing.T, d desk) {
	tk, requester := d.ticket(t, nil)
	other, _ := d.ticket(t, nil)
	add := func(v ticketing.Visibility) int64 {
		e := ticketing.Entry{TicketID: tk.ID, Kind: ticketing.EntryMessage, Visibility: v, Text: "x\n> y", FullText: "y", HTML: "y", Why: "y", RawSHA256: "y"}
		if v == ticketing.Held {
			e.Review.State = ticketing.ReviewWaiting
		}
		return d.entry(t, e)
	}
	first, held, note := add(ticketing.Public), add(ticketing.Held), add(ticketing.AgentsOnly)
	second := add(ticketing.Public)
	d.entry(t, ticketing.Entry{TicketID: other.ID, Text: "elsewhere"})
	third := add(ticketing.Public)
	place := func(address string, change func(*ticketing.Participant)) (id int64) {
		m := ticketing.Participant{TicketID: tk.ID, Role: ticketing.Cc, Address: address}
		change(&m)
		d.update(t, func(tx ticketing.Tx) error {
			p, err := tx.EnsurePerson(ticketing.Address{Address: address})
			if err != nil {
				return err
			}
			m.PersonID = p.ID
			id, err = tx.InsertParticipant(m)
			return err
		})
		return id
	}
	requester.SinceEntry = second // says nothing about a requester
	d.update(t, func(tx ticketing.Tx) error { return tx.UpdateParticipant(requester) })
	for name, c := range map[string]struct {
		participant int64
		want        []int64
	}{
		"requester":         {requester.ID, []int64{first, second, third}},
		"cc without":        {place("a@example.org", func(*ticketing.Participant) {}), []int64{first, second, third}},
		"cc from second on": {place("b@example.org", func(m *ticketing.Participant) { m.SinceEntry = second }), []int64{second, third}},
		"cc from held on":   {place("c@example.org", func(m *ticketing.Participant) { m.SinceEntry = held }), []int64{second, third}},
		"cc from third on":  {place("d@example.org", func(m *ticketing.Participant) { m.SinceEntry = third }), []int64{third}},
		"cc from later on":  {place("e@example.org", func(m *ticketing.Participant) { m.SinceEntry = third + 1 }), nil},
		"agent":             {place("g@example.org", func(m *ticketing.Participant) { m.Role = ticketing.Agent }), nil},
		"removed":           {place("f@example.org", func(m *ticketing.Participant) { m.RemovedAt = at(1) }), nil},
	} {
		var got []int64
		for _, e := range read(t, d, func(r ticketing.Reader) ([]ticketing.Entry, error) { return r.EntriesVisibleTo(c.participant) }) {
			got = append(got, e.ID)
			// What is quoted from before his time is cut for a Cc who has missed something.
			missed := strings.HasPrefix(name, "cc from")
			if e.FullText+e.HTML+e.Why+e.RawSHA256 != "" || strings.Contains(e.Text, "y") == missed {
				t.Errorf("%s is given %+v", name, e)
			}
		}
		if len(got) != len(c.want) || len(got) > 0 && !equal(got, c.want) {
			t.Errorf("%s sees %v, want %v", name, got, c.want)
		}
	}
	for _, e := range read(t, d, func(r ticketing.Reader) ([]ticketing.Entry, error) { return r.Entries(tk.ID) }) {
		if e.ID == note && e.Visibility != ticketing.AgentsOnly {
			t.Errorf("the note is %s", e.Visibility)
		}
	}
}

func equal[T comparable](a, b []T) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// messageIDs: an id keeps its first meaning, and is found in the order asked.
func messageIDs(t *testing.T, d desk) {
	d.update(t, func(tx ticketing.Tx) error {
		if err := tx.AddMessageIDs(1, 2, []string{"<a@x>", "", "<b@x>"}); err != nil {
			return err
		}
		return tx.AddMessageIDs(3, 4, []string{"<b@x>", "<c@x>"})
	})
	many := []string{"<c@x>", "<a@x>", "<c@x>", ""}
	for range 1200 { // a References field made by somebody hostile
		many = append(many, "<none@x>")
	}
	many = append(many, `<"quoted, \ ü"@x>`, "<b@x>")
	got := read(t, d, func(r ticketing.Reader) ([]ticketing.StoredID, error) { return r.FindMessageIDs(many) })
	same(t, []ticketing.StoredID{
		{MessageID: "<c@x>", TicketID: 3, EntryID: 4},
		{MessageID: "<a@x>", TicketID: 1, EntryID: 2},
		{MessageID: "<b@x>", TicketID: 1, EntryID: 2},
	}, got)
}
