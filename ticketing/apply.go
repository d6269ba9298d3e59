package ticketing

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// apply writes a change. Everything it needs to know is in the change; it
// decides nothing. It returns the mail's outcome and the number of letters
// queued. The store's errors say what was being done to which row: only what it
// cannot know is added.
func (d *Desk) apply(tx Tx, c Change) (Outcome, int, error) {
	a := applying{desk: d, tx: tx, change: c}
	for _, step := range []func() error{a.ticket, a.join, a.leave, a.sight, a.entries, a.letters, a.trust, a.bounce, a.timers, a.also, a.settle} {
		if err := step(); err != nil {
			return Outcome{}, 0, err
		}
	}
	if c.Outcome == nil {
		return Outcome{}, a.queued, nil
	}
	return *a.change.Outcome, a.queued, nil
}

// applying carries the ids that come into being on the way.
type applying struct {
	desk   *Desk
	tx     Tx
	change Change

	t       Ticket
	people  []Participant
	anchor  Entry // what letters tell of: the entry, or else the first event
	events  []Entry
	joining []int64 // participants whose horizon is the entry to come
	queued  int
	notices map[int64]int // by participant
}

func (a *applying) ticket() error {
	c := a.change
	if c.Ticket == nil {
		return nil
	}
	a.t = *c.Ticket
	if e := c.Entry; e != nil && e.Kind == EntryMessage && e.Visibility == Public {
		a.t.ThreadIDs = withThreadID(a.t.ThreadIDs, e.MessageID)
	}
	if err := a.watch(); err != nil {
		return err
	}
	if a.t.ID == 0 {
		return a.newTicket()
	}
	err := a.tx.UpdateTicket(a.t)
	if err == nil && c.Tags != nil {
		err = a.tx.TagTicket(a.t.ID, c.Tags.Was, a.t.Tags)
	}
	if err == nil {
		err = a.links()
	}
	if err == nil {
		a.people, err = a.tx.Participants(a.t.ID)
	}
	return err
}

func (a *applying) newTicket() error {
	c := a.change
	p, err := a.requester()
	if err != nil {
		return err
	}
	a.t.RequesterID = p.ID
	if a.t.OrganisationID == 0 {
		a.t.OrganisationID = p.OrganisationID
	}
	if a.t.ID, err = a.tx.InsertTicket(a.t); err != nil {
		return err
	}
	if c.TurnOf != 0 {
		if err := a.tx.SetLastAssignee(a.t.MailboxID, c.TurnOf); err != nil {
			return err
		}
	}
	if err := a.links(); err != nil {
		return err
	}
	_, err = a.place(p, Address{Name: c.Requester.Name, Address: p.Address}, Requester, "", 0)
	return err
}

func (a *applying) links() error {
	for _, other := range a.change.Link {
		if err := a.tx.LinkTickets(a.t.ID, other); err != nil {
			return err
		}
	}
	for _, other := range a.change.Unlink {
		if err := a.tx.UnlinkTickets(a.t.ID, other); err != nil {
			return err
		}
	}
	return nil
}

// maxThreadIDs bounds what a ticket remembers of its Message-IDs: the first
// one, which mail programs group by, and the latest.
const maxThreadIDs = 10

func withThreadID(ids []string, id string) []string {
	if !writableID(id) || slices.Contains(ids, id) {
		return ids
	}
	ids = append(slices.Clone(ids), id)
	if len(ids) > maxThreadIDs {
		ids = slices.Delete(ids, 1, 2)
	}
	return ids
}

func (a *applying) person(who Address) (Person, error) {
	p, err := a.tx.EnsurePerson(Address{Name: cleanName(who.Name), Address: NormalizeAddress(who.Address)})
	if err != nil {
		return p, fmt.Errorf("find or make the person %s: %w", who.Address, err)
	}
	return p, nil
}

// requester is the person a new ticket is for. The language of his words is
// kept if his was unknown.
func (a *applying) requester() (Person, error) {
	p, err := a.person(a.change.Requester)
	if err != nil {
		return p, err
	}
	if p, err = a.speaks(p, a.change.Language); err != nil {
		return p, err
	}
	known := p
	if name := cleanName(a.change.Requester.Name); a.change.RequesterProved && name != "" && !p.Agent {
		p.Name = name // what we had may be somebody else's word
	}
	if p != known {
		return p, a.tx.UpdatePerson(known, p)
	}
	return p, nil
}

// speaks keeps the language of somebody's words if his was unknown. Agents
// choose theirs.
func (a *applying) speaks(p Person, language string) (Person, error) {
	if p.Language != "" || p.Agent || language == "" {
		return p, nil
	}
	known := p
	p.Language = language
	return p, a.tx.UpdatePerson(known, p)
}

// place gives a person a place on the ticket, or gives it back: then under a
// new epoch, so that addresses from before his removal stay worthless.
func (a *applying) place(p Person, who Address, role Role, addedBy string, since int64) (Participant, error) {
	for i, q := range a.people {
		if q.PersonID != p.ID {
			continue
		}
		if q.Active() && (q.Role == role || role != Agent && q.Role != Agent) {
			return q, nil
		}
		if !q.Active() && q.Role == role {
			q.RemovedAt, q.AddedBy, q.SinceEntry, q.Reached = time.Time{}, addedBy, since, false
			a.people[i] = q
			return q, a.tx.UpdateParticipant(q)
		}
	}
	q := Participant{
		TicketID: a.t.ID, PersonID: p.ID, Name: who.Name, Address: who.Address, Language: p.Language,
		Role: role, SinceEntry: since, AddedBy: addedBy,
		Reached: role == Requester && a.change.RequesterProved, CreatedAt: a.desk.Now(),
	}
	if q.Name == "" {
		q.Name = p.Name
	}
	var err error
	if q.ID, err = a.tx.InsertParticipant(q); err != nil {
		return q, err
	}
	a.people = append(a.people, q)
	return q, nil
}

// join adds people before the entry they may see from on has a number; the
// horizon is set to the past for a moment of the transaction and corrected
// by entries.
func (a *applying) join() error {
	for _, j := range a.change.Join {
		p, err := a.person(Address{Name: j.Address.Name, Address: j.Address.Address})
		if err != nil {
			return err
		}
		if p, err = a.speaks(p, j.Language); err != nil {
			return err
		}
		before := len(a.people)
		q, err := a.place(p, Address{Name: j.Address.Name, Address: NormalizeAddress(j.Address.Address)}, j.Role, j.AddedBy, neverSeen)
		if err != nil {
			return err
		}
		if j.Reached && !q.Reached {
			q.Reached = true
			if err := a.tx.UpdateParticipant(q); err != nil {
				return err
			}
			a.remember(q)
		}
		if j.Role == Requester {
			a.t.RequesterID, a.t.OrganisationID = p.ID, p.OrganisationID
			if err := a.tx.UpdateTicket(a.t); err != nil {
				return err
			}
		}
		if j.Role == Cc && (len(a.people) > before || q.SinceEntry == neverSeen) {
			a.joining = append(a.joining, q.ID)
		}
	}
	return nil
}

// neverSeen is a horizon past every entry: somebody with it sees nothing.
const neverSeen = 1 << 62

func (a *applying) leave() error {
	for _, p := range a.change.Leave {
		p.RemovedAt = a.desk.Now()
		p.Epoch++
		if err := a.tx.UpdateParticipant(p); err != nil {
			return fmt.Errorf("remove %s from ticket %d: %w", p.Address, p.TicketID, err)
		}
		a.people = slices.DeleteFunc(a.people, func(q Participant) bool { return q.ID == p.ID })
	}
	return nil
}

func (a *applying) sight() error {
	for _, p := range a.change.Sight {
		if err := a.tx.UpdateParticipant(p); err != nil {
			return fmt.Errorf("set what %s may see of ticket %d: %w", p.Address, p.TicketID, err)
		}
		a.remember(p)
	}
	return nil
}

func (a *applying) entries() error {
	c := a.change
	if c.Entry != nil {
		e := *c.Entry
		if err := a.insert(&e); err != nil {
			return err
		}
		a.anchor = e
		if err := a.tx.AddMessageIDs(a.t.ID, e.ID, c.MessageIDs); err != nil {
			return err
		}
	}
	if c.Aside != nil {
		aside := *c.Aside
		if err := a.insert(&aside); err != nil {
			return err
		}
	}
	if c.Moved != nil {
		if err := a.move(*c.Moved); err != nil {
			return err
		}
	}
	for _, e := range c.Events {
		if err := a.insert(&e); err != nil {
			return err
		}
		a.events = append(a.events, e)
		if a.anchor.ID == 0 {
			a.anchor = e
		}
	}
	for _, e := range c.Update {
		if err := a.tx.UpdateEntry(e); err != nil {
			return err
		}
	}
	if c.Reread != nil && len(c.Reread.Changed()) > 0 {
		is := c.Reread.Is
		a.knowAuthor(&is)
		if err := a.tx.RewriteEntry(is); err != nil {
			return err
		}
	}
	if c.About != nil {
		a.anchor = *c.About
		if err := a.tx.AddMessageIDs(a.t.ID, a.anchor.ID, c.MessageIDs); err != nil {
			return err
		}
	}
	if !writableID(a.anchor.MessageID) {
		a.anchor.MessageID = "" // letters do not name it
	}
	return a.horizons()
}

// move brings an entry of another ticket here, as it is to be. Letters tell of it.
func (a *applying) move(e Entry) error {
	e.TicketID = a.t.ID
	if err := a.tx.UpdateEntry(e); err != nil {
		return err
	}
	if err := a.tx.RewriteEntry(e); err != nil { // its author's role is another here
		return err
	}
	if err := a.tx.MoveMessageIDs(a.t.ID, e.ID, nonEmpty(e.MessageID)); err != nil {
		return err
	}
	a.anchor = e
	return nil
}

// also applies what happens on other tickets.
func (a *applying) also() error {
	for _, c := range a.change.Also {
		for i, e := range c.Events {
			if named, ok := e.EventArgs["ticket"]; ok && named == "" {
				e.EventArgs = maps.Clone(e.EventArgs)
				e.EventArgs["ticket"] = strconv.FormatInt(a.t.ID, 10)
				c.Events = slices.Clone(c.Events)
				c.Events[i] = e
			}
		}
		_, queued, err := a.desk.apply(a.tx, c)
		if err != nil {
			return err
		}
		a.queued += queued
	}
	return nil
}

// insert stores an entry under its ticket and its author's person.
func (a *applying) insert(e *Entry) error {
	e.TicketID = a.t.ID
	a.knowAuthor(e)
	var err error
	e.ID, err = a.tx.InsertEntry(*e)
	return err
}

// knowAuthor fills in the person of an entry's author who has a place.
func (a *applying) knowAuthor(e *Entry) {
	if e.Author.PersonID != 0 || e.Author.Address == "" {
		return
	}
	for _, p := range a.people {
		if p.Address == e.Author.Address {
			e.Author.PersonID = p.PersonID
		}
	}
}

// horizons lets those who joined see from what added them on.
func (a *applying) horizons() error {
	for i, p := range a.people {
		if !slices.Contains(a.joining, p.ID) {
			continue
		}
		p.SinceEntry = a.anchor.ID
		if err := a.tx.UpdateParticipant(p); err != nil {
			return fmt.Errorf("set what %s may see of ticket %d: %w", p.Address, a.t.ID, err)
		}
		a.people[i] = p
	}
	return nil
}

// trust keeps what was learnt about the sender.
func (a *applying) trust() error {
	if address := a.change.Unsuppress; address != "" {
		if err := a.tx.Unsuppress(address); err != nil {
			return fmt.Errorf("allow automatic mail to %s again: %w", address, err)
		}
	}
	for _, p := range a.change.People {
		if err := a.tx.UpdatePerson(p.Was, p.Is); err != nil {
			return err
		}
		if err := a.digestOf(p); err != nil {
			return err
		}
	}
	if a.change.Trust == 0 {
		return nil
	}
	p, err := a.tx.Person(a.change.Trust)
	if err != nil {
		return fmt.Errorf("trust person %d: %w", a.change.Trust, err)
	}
	was := p
	p.AutoExempt = true
	return a.tx.UpdatePerson(was, p)
}

func (a *applying) timers() error {
	for _, t := range a.change.DropTimers {
		t.TicketID = cmp.Or(t.TicketID, a.t.ID)
		if err := a.tx.DropTimer(t); err != nil {
			return err
		}
	}
	for _, t := range a.change.Timers {
		t.TicketID = cmp.Or(t.TicketID, a.t.ID)
		if err := a.tx.SetTimer(t); err != nil {
			return err
		}
	}
	return nil
}

func (a *applying) bounce() error {
	b := a.change.Bounce
	if b == nil {
		return nil
	}
	if err := a.tx.MarkUndelivered(b.OutboxID, b.Reason, b.Final); err != nil {
		return err
	}
	limits := a.desk.Settings.Limits
	switch {
	case b.Suppress:
		return a.tx.Suppress(b.Recipient, b.Reason, a.desk.Now())
	case b.Lasting:
		return a.tx.NoteFailure(b.Recipient, b.Reason, a.desk.Now(), limits.FailuresToSuppress, limits.SuppressAfter)
	}
	return nil
}

func (a *applying) settle() error {
	if a.change.Outcome == nil {
		return nil
	}
	o := *a.change.Outcome
	if a.t.ID != 0 {
		o.TicketID = a.t.ID
	}
	if a.anchor.ID != 0 {
		o.EntryID = a.anchor.ID
	}
	a.change.Outcome = &o
	return a.tx.SettleMail(a.change.MailID, o, a.desk.Now())
}
