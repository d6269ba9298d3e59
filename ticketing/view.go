package ticketing

import "time"

// TicketView is a ticket as programs see it. The names and order of its
// fields are kept stable. Lists are never null; times are RFC 3339 in UTC.
type TicketView struct {
	ID             int64     `json:"id"`
	Subject        string    `json:"subject"`
	Status         Status    `json:"status"`
	Priority       Priority  `json:"priority"`
	Requester      Address   `json:"requester"`
	Ccs            []CcView  `json:"ccs"`      // those active now
	Assignee       *Address  `json:"assignee"` // null if nobody
	Organisation   string    `json:"organisation"`
	CreatedAt      time.Time `json:"created_at"`
	LastActivityAt time.Time `json:"last_activity_at"`
	SolvedReason   string    `json:"solved_reason"`
	HoldReason     string    `json:"hold_reason"` // an agent's words, where it is none of the known ones
	MergedInto     int64     `json:"merged_into"` // 0 if not merged
	Linked         []int64   `json:"linked"`
	HoldNote       string    `json:"hold_note"` // the sentence for customers
	Tags           []string  `json:"tags"`
	// Targets are what is aimed at now, without those that do not apply.
	Targets []TargetView `json:"targets"`
	Next    []NextView   `json:"next"`
	// Entries are left out of lists of tickets.
	Entries []EntryView `json:"entries,omitzero"`
}

// CcView is somebody in Cc, with the first entry he may see; 0 means all.
type CcView struct {
	Address
	SinceEntry int64 `json:"since_entry"`
}

// EntryView is one thing of a ticket's timeline as programs see it.
type EntryView struct {
	ID          int64            `json:"id"`
	Kind        EntryKind        `json:"kind"`
	Visibility  Visibility       `json:"visibility"`
	Author      AuthorView       `json:"author"`
	Via         string           `json:"via"`
	Verdict     VerdictResult    `json:"verdict"`
	Why         string           `json:"why"`
	MessageID   string           `json:"message_id"`
	Text        string           `json:"text"`
	FullText    string           `json:"full_text"`
	Event       string           `json:"event"`
	Attachments []AttachmentView `json:"attachments"`
	At          time.Time        `json:"at"`
}

// AuthorView is who an entry is from.
type AuthorView struct {
	Address
	Role Role `json:"role"`
}

// AttachmentView is a part of an entry's mail, by its decoded size in bytes.
type AttachmentView struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
}

// TicketPeople are those a [TicketView] names.
type TicketPeople struct {
	Requester    Person
	Assignee     Person // ID 0 if nobody
	Organisation string
	Participants []Participant
}

// NewTicketView makes the view of a ticket, without its entries.
func NewTicketView(t Ticket, p TicketPeople) TicketView {
	v := TicketView{
		ID: t.ID, Subject: t.Subject, Status: t.Status, Priority: t.Priority,
		Requester: Address{Name: p.Requester.Name, Address: p.Requester.Address}, Ccs: []CcView{},
		Organisation: p.Organisation, CreatedAt: t.CreatedAt.UTC(), LastActivityAt: t.LastActivityAt.UTC(),
		SolvedReason: t.SolvedReason, HoldReason: t.HoldReason, HoldNote: t.HoldNote, MergedInto: t.MergedInto,
		Linked: append([]int64{}, t.Linked...), Tags: append([]string{}, t.Tags...),
		Targets: []TargetView{}, Next: []NextView{},
	}
	if p.Assignee.ID != 0 {
		v.Assignee = &Address{Name: p.Assignee.Name, Address: p.Assignee.Address}
	}
	for _, c := range p.Participants {
		switch {
		case c.Role == Requester && c.PersonID == t.RequesterID:
			v.Requester = Address{Name: c.Name, Address: c.Address} // as he wrote here
		case c.Role == Cc && c.Active():
			v.Ccs = append(v.Ccs, CcView{Address{Name: c.Name, Address: c.Address}, c.SinceEntry})
		}
	}
	return v
}

// NewEntryView makes the view of an entry.
func NewEntryView(e Entry) EntryView {
	v := EntryView{
		ID: e.ID, Kind: e.Kind, Visibility: e.Visibility,
		Author: AuthorView{Address{Name: e.Author.Name, Address: e.Author.Address}, e.Author.Role},
		Via:    e.Via, Verdict: e.Verdict.Result, Why: e.Why, MessageID: e.MessageID,
		Text: e.Text, FullText: e.FullText, Event: e.Event, Attachments: []AttachmentView{}, At: e.At.UTC(),
	}
	if v.Verdict == "" {
		v.Verdict = None
	}
	for _, a := range e.Attachments {
		v.Attachments = append(v.Attachments, AttachmentView{a.Name, a.Type, a.Size})
	}
	return v
}
