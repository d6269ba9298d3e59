package ticketing

// Wanted names rows that a group of mails will be looked up by. A row left out
// is read when it is needed.
type Wanted struct {
	Addresses    []string // of senders, normalised
	MessageIDs   []string // of the mails themselves
	References   []string // ids of other mails that may be stored
	Participants []int64
	Entries      []int64
	Tickets      []int64
}

// maxWantedIDs bounds what is read ahead for the references of one mail; a
// mail that has more asks for itself.
const maxWantedIDs = 20

// wanted is what gather will ask for. It need not be complete.
func (d *Desk) wanted(group []Message) Wanted {
	var w Wanted
	for _, m := range group {
		w.Addresses = append(w.Addresses, senderOf(m).Address)
		w.MessageIDs = append(w.MessageIDs, m.MessageID)
		d.wantTokens(&w, m)
		d.wantIDs(&w, m)
	}
	return w
}

func (d *Desk) wantTokens(w *Wanted, m Message) {
	want := func(address string) {
		if t, ok := ParseReplyAddress(d.Settings.ReplyForm, address); ok {
			w.Participants = append(w.Participants, t.ParticipantID)
		}
	}
	for _, address := range m.Delivered {
		want(address)
	}
	for _, list := range [][]Address{m.To, m.Cc} {
		for _, a := range list {
			want(a.Address)
		}
	}
}

func (d *Desk) wantIDs(w *Wanted, m Message) {
	if len(m.InReplyTo)+len(m.References) > maxWantedIDs {
		return
	}
	for _, list := range [][]string{m.InReplyTo, m.References} {
		for _, id := range list {
			id = FoldMessageID(id)
			own, signed := d.Keys.VerifyID(id)
			switch {
			case !signed:
				w.References = append(w.References, id)
			case own.EntryID != 0:
				w.Entries = append(w.Entries, own.EntryID)
			case own.TicketID != 0:
				w.Tickets = append(w.Tickets, own.TicketID)
			}
		}
	}
}
