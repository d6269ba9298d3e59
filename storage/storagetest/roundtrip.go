package storagetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"deskd/storage"
	"deskd/ticketing"
)

// roundTrips stores each kind of row with every field set, and changed, and
// expects it back.
func roundTrips(t *testing.T, d desk) {
	t.Run("ticket", func(t *testing.T) { roundTripTicket(t, d) })
	t.Run("participant", func(t *testing.T) { roundTripParticipant(t, d) })
	t.Run("person", func(t *testing.T) { roundTripPerson(t, d) })
	t.Run("entry", func(t *testing.T) { roundTripEntry(t, d) })
	t.Run("outbox", func(t *testing.T) { roundTripOutbox(t, d) })
	t.Run("key", func(t *testing.T) { roundTripKey(t, d) })
	t.Run("nothing there", func(t *testing.T) { nothingThere(t, d) })
}

func same(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

func roundTripTicket(t *testing.T, d desk) {
	first, _ := d.ticket(t, func(tk *ticketing.Ticket) {
		tk.AssigneeID, tk.OrganisationID, tk.HoldReason, tk.SolvedReason = 7, 8, "waiting", "agreed"
		tk.HoldNote, tk.Tags, tk.Chase = "Soon.", []string{"lan", "vip"}, ticketing.Chase{Since: at(1), Alerts: 1}
		tk.SolvedAt, tk.MergedInto, tk.Bulk, tk.Flagged, tk.ThreadIndex = at(3), 9, true, true, "AQHZ"
		tk.ThreadIDs = []string{"<root@x>", "<last@x>"}
	})
	second, _ := d.ticket(t, nil)
	get := func(id int64) ticketing.Ticket {
		return read(t, d, func(r ticketing.Reader) (ticketing.Ticket, error) { return r.Ticket(id) })
	}
	same(t, first, get(first.ID))
	same(t, second, get(second.ID))

	changed := ticketing.Ticket{
		ID: second.ID, MailboxID: 5, Subject: "Drucker", Status: ticketing.Solved, Priority: ticketing.S1,
		RequesterID: second.RequesterID, AssigneeID: 3, OrganisationID: 4, HoldReason: "h", HoldNote: "n", SolvedReason: "s", SolvedAt: at(9),
		MergedInto: first.ID, Bulk: true, Flagged: true, CreatedAt: at(1), LastActivityAt: at(10), ThreadIndex: "x", ThreadIDs: []string{"<y@x>"},
		Chase: ticketing.Chase{Since: at(2), Alerts: 2, LastAt: at(3), PausedUntil: at(4)},
	}
	d.update(t, func(tx ticketing.Tx) error {
		if err := tx.UpdateTicket(changed); err != nil {
			return err
		}
		for range 2 { // the second time changes nothing
			if err := tx.LinkTickets(second.ID, first.ID); err != nil {
				return err
			}
		}
		locked, err := tx.LockTicket(second.ID)
		changed.Linked = []int64{first.ID}
		same(t, changed, locked)
		return err
	})
	same(t, changed, get(second.ID))
	first.Linked = []int64{second.ID}
	same(t, first, get(first.ID))
	same(t, []ticketing.Ticket{changed, first}, read(t, d, func(r ticketing.Reader) ([]ticketing.Ticket, error) {
		return r.ListTickets(ticketing.TicketFilter{All: true})
	}))

	d.update(t, func(tx ticketing.Tx) error {
		return errors.Join(tx.UnlinkTickets(first.ID, second.ID), tx.UnlinkTickets(first.ID, second.ID)) // twice, too
	})
	changed.Linked, first.Linked = nil, nil
	same(t, changed, get(second.ID))
	same(t, first, get(first.ID))
}

func roundTripParticipant(t *testing.T, d desk) {
	tk, requester := d.ticket(t, nil)
	var cc ticketing.Participant
	d.update(t, func(tx ticketing.Tx) error {
		p, err := tx.EnsurePerson(ticketing.Address{Name: "Bob", Address: "bob@example.org"})
		if err != nil {
			return err
		}
		was := p
		p.Language = "ja"
		if err := tx.UpdatePerson(was, p); err != nil {
			return err
		}
		cc = ticketing.Participant{
			TicketID: tk.ID, PersonID: p.ID, Name: "Bob", Address: "bob@example.org", Role: ticketing.Cc,
			SinceEntry: 12, Epoch: 3, AddedBy: "Ada <ada@example.org>", Reached: true, CreatedAt: at(1), RemovedAt: at(2),
		}
		cc.ID, err = tx.InsertParticipant(cc)
		return err
	})
	cc.Language = "ja" // the person's, as the participant has none
	all := read(t, d, func(r ticketing.Reader) ([]ticketing.Participant, error) { return r.Participants(tk.ID) })
	same(t, []ticketing.Participant{requester, cc}, all)

	cc.Name, cc.Address, cc.Language, cc.Role = "Robert", "rob@example.org", "en", ticketing.Agent
	cc.SinceEntry, cc.Epoch, cc.AddedBy, cc.Reached, cc.CreatedAt, cc.RemovedAt = 13, 4, "x", false, at(3), at(4)
	d.update(t, func(tx ticketing.Tx) error { return tx.UpdateParticipant(cc) })
	same(t, cc, read(t, d, func(r ticketing.Reader) (ticketing.Participant, error) { return r.Participant(cc.ID) }))

	second := cc // in the same role; as requester it may be there as well
	if err := d.Update(t.Context(), func(tx ticketing.Tx) error {
		_, err := tx.InsertParticipant(second)
		return err
	}); err == nil {
		t.Error("a person got a second place in one role")
	}
}

func roundTripPerson(t *testing.T, d desk) {
	var p ticketing.Person
	d.update(t, func(tx ticketing.Tx) (err error) {
		p, err = tx.EnsurePerson(ticketing.Address{Name: "Carol", Address: "carol@example.org"})
		if err != nil {
			return err
		}
		was := p
		p.Name, p.Address, p.Language, p.OrganisationID, p.Agent, p.AutoExempt = "C", "c@example.net", "ja", 6, true, true
		p.Preferences, p.AwayUntil = ticketing.Preferences{Notify: "mine", Receipts: "always", Digest: "08:00", Zone: "Asia/Tokyo"}, at(5)
		return tx.UpdatePerson(was, p)
	})
	same(t, p, read(t, d, func(r ticketing.Reader) (ticketing.Person, error) { return r.Person(p.ID) }))
	for _, address := range []string{"carol@example.org", "c@example.net"} {
		same(t, p, read(t, d, func(r ticketing.Reader) (ticketing.Person, error) { return r.PersonByAddress(address) }))
	}
}

func roundTripEntry(t *testing.T, d desk) {
	tk, _ := d.ticket(t, nil)
	e := ticketing.Entry{
		TicketID: tk.ID, Kind: ticketing.EntryMessage, Visibility: ticketing.Held,
		Author: ticketing.Author{PersonID: 4, Name: "Ada", Address: "ada@example.org", Role: ticketing.Requester},
		Via:    "mail", Verdict: ticketing.Verdict{Result: ticketing.Pass, Evidence: "dkim=pass"}, Unverified: true, Why: "token",
		MailID: 5, RawSHA256: "abc", MessageID: "<1@x>", Subject: "Re: Printer", MailKind: ticketing.Human,
		Text: "short\nlines", FullText: "long", HTML: "<p>x</p>", Event: "reopened", EventArgs: map[string]string{"by": "Ada"},
		Review: ticketing.Review{
			State: ticketing.ReviewWaiting, Reason: "held.limit", Then: ticketing.Accept, PersonID: 4,
			Proposed: []ticketing.Address{{Name: "Bob", Address: "bob@example.org"}},
		},
		Attachments: []ticketing.Attachment{
			{Part: "2", Name: "a.png", Type: "image/png", Size: 5 << 30, ContentID: "<c@x>", Inline: true},
			{Part: "3.1", Name: "見積.pdf", Type: "application/pdf", Size: 1},
		},
		At: at(5),
	}
	e.ID = d.entry(t, e)
	bare := ticketing.Entry{TicketID: tk.ID, Kind: ticketing.EntryEvent, Visibility: ticketing.Public}
	bare.ID = d.entry(t, bare)
	second := bare
	second.Attachments = []ticketing.Attachment{{Part: "2", Name: "b.png"}}
	second.ID = d.entry(t, second)
	same(t, []ticketing.Entry{e, bare, second},
		read(t, d, func(r ticketing.Reader) ([]ticketing.Entry, error) { return r.Entries(tk.ID) }))
	same(t, []ticketing.Entry{e},
		read(t, d, func(r ticketing.Reader) ([]ticketing.Entry, error) { return r.ReviewsWaiting(10) }))

	released := e
	released.Visibility, released.Unverified, released.Why, released.MailKind = ticketing.Public, false, "released", ticketing.Bulk
	released.Review.State, released.EventArgs = ticketing.ReviewReleased, map[string]string{"by": "Eve"}
	released.Kind, released.Text = ticketing.EntryNote, "without its commands"
	forged := released
	forged.HTML, forged.FullText = "forged", "forged"
	forged.Author.Name, forged.At = "forged", at(50)
	d.update(t, func(tx ticketing.Tx) error { return tx.UpdateEntry(forged) })
	same(t, released, read(t, d, func(r ticketing.Reader) (ticketing.Entry, error) { return r.Entry(e.ID) }))
	if n := len(read(t, d, func(r ticketing.Reader) ([]ticketing.Entry, error) { return r.ReviewsWaiting(10) })); n != 0 {
		t.Errorf("%d reviews wait after the release", n)
	}
}

func roundTripOutbox(t *testing.T, d desk) {
	box := d.mailbox(t)
	m := ticketing.OutboxMail{
		TicketID: 1, EntryID: 2, ParticipantID: 3, MailboxID: box.ID, Kind: ticketing.LetterReply,
		Recipient: "ada@example.org", EnvelopeFrom: "b@example.com", MessageID: "<out@x>",
		Draft: ticketing.Draft{
			Head: []byte("Subject: \xff\x00\r\n\r\n"), Boundary: "b",
			Attachments: []ticketing.AttachmentRef{{
				RawSHA256: "abc", PartSpec: "2.1",
				Attachment: ticketing.Attachment{Name: "a", Type: "text/plain", Size: 3, ContentID: "<c>", Inline: true},
			}},
		},
		State: ticketing.OutboxSent, Attempts: 4, DueAt: at(1), LastError: "421 later", ProviderID: "p1", CreatedAt: at(0), SentAt: at(2),
	}
	d.update(t, func(tx ticketing.Tx) (err error) {
		m.ID, err = tx.Enqueue(m)
		return err
	})
	listed := m
	listed.Draft = ticketing.Draft{}
	same(t, listed, read(t, d, func(r ticketing.Reader) (ticketing.OutboxMail, error) { return r.Outgoing("<out@x>") }))

	rows, err := d.OutboxRows(t.Context(), storage.OutboxFilter{Drafts: true})
	ok(t, err)
	same(t, []ticketing.OutboxMail{m}, rows)

	m.State = ticketing.OutboxQueued
	d.update(t, func(tx ticketing.Tx) (err error) {
		m.ID, err = tx.Enqueue(m)
		return err
	})
	claimed, err := d.ClaimOutbox(t.Context(), ticketing.OutboxClaim{Owner: "one", N: 1, Lease: time.Hour})
	ok(t, err)
	m.State, m.Attempts, m.DueAt = ticketing.OutboxSending, 5, claimed[0].DueAt
	same(t, []ticketing.OutboxMail{m}, claimed)
}

func roundTripKey(t *testing.T, d desk) {
	old, young := ticketing.Key{ID: "A", CreatedAt: at(1)}, ticketing.Key{ID: "B", CreatedAt: at(2)}
	d.update(t, func(tx ticketing.Tx) error {
		if err := tx.InsertKey(old); err != nil {
			return err
		}
		return tx.InsertKey(young)
	})
	old.RevokedAt = at(3)
	d.update(t, func(tx ticketing.Tx) error { return tx.UpdateKey(old) })
	same(t, []ticketing.Key{young, old},
		read(t, d, func(r ticketing.Reader) ([]ticketing.Key, error) { return r.Keys() }))
}
