package storagetest

import (
	"testing"

	"deskd/ticketing"
)

// rewrittenEntries: other words take the place of an entry's, and are what it
// is found by; where it is and who sees it stays.
func rewrittenEntries(t *testing.T, d desk) {
	tk, _ := d.ticket(t, nil)
	find := func(query string) bool {
		return len(read(t, d, func(r ticketing.Reader) ([]ticketing.Ticket, error) {
			return r.ListTickets(ticketing.TicketFilter{Query: query})
		})) > 0
	}
	d.entry(t, ticketing.Entry{TicketID: tk.ID, Text: "another entry, unharmed"})
	was := ticketing.Entry{
		TicketID: tk.ID, Kind: ticketing.EntryMessage, Visibility: ticketing.Public, Via: "mail", MailID: 4, RawSHA256: "abc",
		Author: ticketing.Author{PersonID: 4, Address: "unknown@invalid", Role: ticketing.Stranger}, Why: "token", MessageID: "<1@x>",
		Subject: "Ð¡ÑÑÑ", Text: "Ð¿ÑÐ¸Ð²ÐµÑ and printer", FullText: "Ð¿ÑÐ¸Ð²ÐµÑ", Event: "unreadable", At: at(5),
		EventArgs: map[string]string{"size": "5"}, Attachments: []ticketing.Attachment{{Name: "message.eml"}, {Part: "2", Name: "winmail.dat"}},
	}
	was.ID = d.entry(t, was)
	if !find("Ð¿ÑÐ¸Ð²ÐµÑ") {
		t.Fatal("the words that it had are not found")
	}
	is := was
	is.Author = ticketing.Author{Name: "Ada", Address: "ada@example.org", Role: ticketing.Stranger}
	is.Subject, is.Text, is.FullText, is.Event = "Счёт", "Привет, printer. 請求書", "Привет\n> x", ""
	is.EventArgs, is.Review.Language = map[string]string{"charset": "windows-1251"}, ""
	is.Attachments = []ticketing.Attachment{{Part: "2.1", Name: "счёт.pdf", Type: "application/pdf", Size: 9, ContentID: "c", Inline: true}}
	forged := is
	forged.TicketID, forged.Kind, forged.Visibility, forged.Why, forged.At = 77, ticketing.EntryNote, ticketing.Held, "forged", at(50)
	for range 3 { // once more changes nothing
		d.update(t, func(tx ticketing.Tx) error { return tx.RewriteEntry(forged) })
		same(t, is, read(t, d, func(r ticketing.Reader) (ticketing.Entry, error) { return r.Entry(was.ID) }))
		for query, want := range map[string]bool{
			"привет": true, "счёт": true, "請求": true, "printer": true, "unharmed": true, "Ð¿ÑÐ¸Ð²ÐµÑ": false, "Ð¡ÑÑÑ": false,
		} {
			if find(query) != want {
				t.Errorf("search for %q: %v", query, !want)
			}
		}
	}
	bare := is
	bare.Subject, bare.Text, bare.Attachments = "", "", nil
	d.update(t, func(tx ticketing.Tx) error { return tx.RewriteEntry(bare) })
	same(t, bare, read(t, d, func(r ticketing.Reader) (ticketing.Entry, error) { return r.Entry(was.ID) }))
	if find("привет") || !find("unharmed") {
		t.Error("the words are not taken out of the index, or others are")
	}
}
