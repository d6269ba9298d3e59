package storagetest

import (
	"testing"

	"deskd/ticketing"
)

// ticketLists: every filter, newest activity first, in pages that join
// without a gap or a double.
func ticketLists(t *testing.T, d desk) {
	const n = 40
	statuses := []ticketing.Status{ticketing.Open, ticketing.AwaitingReply, ticketing.OnHold, ticketing.Solved}
	all := make([]ticketing.Ticket, n)
	for i := range all {
		all[i], _ = d.ticket(t, func(tk *ticketing.Ticket) {
			tk.Status = statuses[i%4]
			tk.AssigneeID = int64(i % 3)      // 0 is nobody
			tk.MailboxID = int64(1 + i%2)     // two mailboxes
			tk.LastActivityAt = at(i / 5 * 2) // five at a time have the same
		})
	}
	for name, c := range map[string]struct {
		filter ticketing.TicketFilter
		want   func(ticketing.Ticket) bool
	}{
		"unsolved":        {ticketing.TicketFilter{}, func(tk ticketing.Ticket) bool { return tk.Status != ticketing.Solved }},
		"all":             {ticketing.TicketFilter{All: true}, func(ticketing.Ticket) bool { return true }},
		"open":            {ticketing.TicketFilter{Status: ticketing.Open}, func(tk ticketing.Ticket) bool { return tk.Status == ticketing.Open }},
		"solved":          {ticketing.TicketFilter{Status: ticketing.Solved}, func(tk ticketing.Ticket) bool { return tk.Status == ticketing.Solved }},
		"assignee":        {ticketing.TicketFilter{AssigneeID: 2}, func(tk ticketing.Ticket) bool { return tk.AssigneeID == 2 && tk.Status != ticketing.Solved }},
		"all of assignee": {ticketing.TicketFilter{All: true, AssigneeID: 2}, func(tk ticketing.Ticket) bool { return tk.AssigneeID == 2 }},
		"mailbox":         {ticketing.TicketFilter{MailboxID: 2}, func(tk ticketing.Ticket) bool { return tk.MailboxID == 2 && tk.Status != ticketing.Solved }},
		"all of mailbox":  {ticketing.TicketFilter{All: true, MailboxID: 2}, func(tk ticketing.Ticket) bool { return tk.MailboxID == 2 }},
		"unassigned":      {ticketing.TicketFilter{Unassigned: true}, func(tk ticketing.Ticket) bool { return tk.AssigneeID == 0 && tk.Status != ticketing.Solved }},
		"open and unassigned": {ticketing.TicketFilter{Status: ticketing.Open, Unassigned: true}, func(tk ticketing.Ticket) bool {
			return tk.AssigneeID == 0 && tk.Status == ticketing.Open
		}},
		"solved of both": {ticketing.TicketFilter{Status: ticketing.Solved, AssigneeID: 1, MailboxID: 2}, func(tk ticketing.Ticket) bool {
			return tk.Status == ticketing.Solved && tk.AssigneeID == 1 && tk.MailboxID == 2
		}},
		"on hold of both": {ticketing.TicketFilter{Status: ticketing.OnHold, AssigneeID: 1, MailboxID: 1}, func(tk ticketing.Ticket) bool {
			return tk.Status == ticketing.OnHold && tk.AssigneeID == 1 && tk.MailboxID == 1
		}},
		"solved of nobody": {ticketing.TicketFilter{Status: ticketing.Solved, AssigneeID: 99}, func(ticketing.Ticket) bool { return false }},
	} {
		var want, got []int64
		for i := n - 1; i >= 0; i-- { // ids and activity rise together
			if c.want(all[i]) {
				want = append(want, all[i].ID)
			}
		}
		f := c.filter
		f.Limit = 3
		for {
			page := read(t, d, func(r ticketing.Reader) ([]ticketing.Ticket, error) { return r.ListTickets(f) })
			for _, tk := range page {
				got = append(got, tk.ID)
			}
			if len(page) < f.Limit || len(got) > n {
				break
			}
			last := page[len(page)-1]
			f.BeforeActivity, f.BeforeID = last.LastActivityAt, last.ID
		}
		if !equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// search: words and parts of unspaced scripts, all of them, in public texts
// only.
func search(t *testing.T, d desk) {
	printer, _ := d.ticket(t, func(tk *ticketing.Ticket) { tk.Subject = "Drucker im Büro" })
	d.entry(t, ticketing.Entry{TicketID: printer.ID, Text: "The LaserJet prints invoices upside down."})
	japanese, _ := d.ticket(t, func(tk *ticketing.Ticket) { tk.Subject = "請求書について" })
	d.entry(t, ticketing.Entry{TicketID: japanese.ID, Text: "東京都の請求書が届きません。ｶﾀｶﾅとServer 2019も。"})
	secret, _ := d.ticket(t, func(tk *ticketing.Ticket) { tk.Subject = "Other" })
	held := ticketing.Entry{TicketID: secret.ID, Text: "invoices classified", Visibility: ticketing.Held}
	held.ID = d.entry(t, held)
	d.entry(t, ticketing.Entry{TicketID: secret.ID, Text: "invoices internal", Kind: ticketing.EntryNote, Visibility: ticketing.AgentsOnly})
	solved, _ := d.ticket(t, func(tk *ticketing.Ticket) { tk.Status = ticketing.Solved })
	d.entry(t, ticketing.Entry{TicketID: solved.ID, Text: "laserjet again"})

	find := func(query string, change func(*ticketing.TicketFilter)) (ids []int64) {
		f := ticketing.TicketFilter{Query: query}
		if change != nil {
			change(&f)
		}
		for _, tk := range read(t, d, func(r ticketing.Reader) ([]ticketing.Ticket, error) { return r.ListTickets(f) }) {
			ids = append(ids, tk.ID)
		}
		return ids
	}
	for query, want := range map[string][]int64{
		"LASERJET":              {printer.ID},
		"büro invoices":         {printer.ID}, // subject and text together
		"invo":                  {printer.ID}, // the last word may be a beginning
		"invo prints":           nil,          // the others not
		"laserjet missing":      nil,
		"請求":                    {japanese.ID},
		"東京都":                   {japanese.ID},
		"京東":                    nil,
		"東":                     {japanese.ID},
		"カタカナ":                  {japanese.ID}, // half-width in the text
		"server ２０１９":           {japanese.ID},
		"classified":            nil,
		"internal":              nil,
		"":                      {secret.ID, japanese.ID, printer.ID}, // no query: those not solved
		"!!! ...":               nil,
		`"laserjet" OR x`:       nil,
		`laserjet' | 'x`:        nil,
		"laserjet NEAR(prints)": nil,
	} {
		if got := find(query, nil); !equal(got, want) {
			t.Errorf("search for %q: %v, want %v", query, got, want)
		}
	}
	if got := find("laserjet", func(f *ticketing.TicketFilter) { f.All = true }); !equal(got, []int64{solved.ID, printer.ID}) {
		t.Errorf("search in all tickets: %v", got)
	}
	held.Visibility = ticketing.Public
	d.update(t, func(tx ticketing.Tx) error { return tx.UpdateEntry(held) })
	if got := find("classified", nil); !equal(got, []int64{secret.ID}) {
		t.Errorf("a released text is not found: %v", got)
	}
}

// hostileText: what PostgreSQL does not take as text is stored all the same.
func hostileText(t *testing.T, d desk) {
	tk, _ := d.ticket(t, func(tk *ticketing.Ticket) { tk.Subject = "a\x00b\xffc" })
	id := d.entry(t, ticketing.Entry{
		TicketID: tk.ID, Text: "nul \x00 and \xc3\x28", EventArgs: map[string]string{"k": "v\x00\xff"},
		Review: ticketing.Review{State: ticketing.ReviewWaiting, Reason: "\x00\xff"},
	})
	d.update(t, func(tx ticketing.Tx) error {
		if err := tx.AddMessageIDs(tk.ID, id, []string{"<\xff\x00@x>"}); err != nil {
			return err
		}
		found, err := tx.FindMessageIDs([]string{"<\xff\x00@x>"})
		if len(found) != 1 {
			t.Errorf("an id that is no text is not found again")
		}
		return err
	})
	nul, _ := d.ticket(t, func(tk *ticketing.Ticket) { tk.Subject = "a\x00b" })
	got := read(t, d, func(r ticketing.Reader) (ticketing.Ticket, error) { return r.Ticket(nul.ID) })
	if got.Subject != "a\uFFFDb" {
		t.Errorf("subject %q", got.Subject)
	}
	got = read(t, d, func(r ticketing.Reader) (ticketing.Ticket, error) { return r.Ticket(tk.ID) })
	if got.Subject != "a\uFFFDb\uFFFDc" {
		t.Errorf("subject %q", got.Subject)
	}
	e := read(t, d, func(r ticketing.Reader) (ticketing.Entry, error) { return r.Entry(id) })
	if e.Text != "nul \uFFFD and \uFFFD(" {
		t.Errorf("text %q", e.Text)
	}
	if _, err := d.AddAgent(t.Context(), "x\x00\xff@example.org", "\x00", ""); err != nil {
		t.Errorf("add agent: %v", err)
	}
	read(t, d, func(r ticketing.Reader) ([]ticketing.Ticket, error) {
		return r.ListTickets(ticketing.TicketFilter{Query: "\x00 ' \" \\ : & | ! ( ) * \xff a'b"})
	})
}
