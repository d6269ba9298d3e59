package storage

import (
	"slices"
	"strconv"
	"strings"

	"deskd/ticketing"
)

// told is what a transaction has done that customers may see: an entry, or that
// somebody sees more of a ticket than before. The lists and the index of
// customers are brought up to date at its end, when all people are known.
type told struct {
	ticketID int64
	entry    ticketing.Entry // ID 0 for none
	was      bool            // the entry may be indexed already
	// since: the entries from here on have other readers; -1 for no such change.
	// Without that and an entry, the ticket itself was changed.
	since int64
}

// tellEntry notes that an entry is new or changed.
func (x *session) tellEntry(e ticketing.Entry, was bool) {
	if was || e.Visibility == ticketing.Public {
		x.told = append(x.told, told{ticketID: e.TicketID, entry: e, was: was, since: -1})
	}
}

// tellPlace notes that somebody's sight of a ticket begins or changes. What a
// new ticket holds is noted by its entries.
func (x *session) tellPlace(m ticketing.Participant) {
	if m.Role == ticketing.Agent || !m.Active() || x.fresh[m.TicketID] {
		return
	}
	since := int64(0)
	if m.Role == ticketing.Cc {
		since = m.SinceEntry
	}
	x.told = append(x.told, told{ticketID: m.TicketID, since: since})
}

// tell brings up to date what customers list and search.
func (x *session) tell() error {
	if len(x.told) == 0 {
		return nil
	}
	if err := x.placesMoved(); err != nil {
		return wrap(err, "move requests in lists")
	}
	return wrap(x.indexRequests(), "index words for customers")
}

// placesMoved notes in people's places where their tickets stand, and when
// something came last that they see.
func (x *session) placesMoved() error {
	const seen = "(role = 'requester' OR since_entry <= ?)"
	latest := map[int64]ticketing.Entry{} // by ticket
	for _, c := range x.told {
		e := c.entry
		if c.since >= 0 {
			if err := x.placesCounted(c.ticketID); err != nil {
				return err
			}
			continue
		}
		if to := e.SentTo(); len(to) > 0 && e.Visibility == ticketing.Public {
			if _, err := x.exec("UPDATE participant SET activity = ? WHERE ticket_id = ? AND role <> 'agent' AND activity < ? AND "+seen+
				" AND address"+x.store.dialect.idsIn, millis(e.At), e.TicketID, millis(e.At), e.ID, x.store.dialect.list(to)); err != nil {
				return err
			}
			continue
		}
		if e.Visibility != ticketing.Public {
			e = ticketing.Entry{}
		}
		if e.ID >= latest[c.ticketID].ID {
			latest[c.ticketID] = e
		}
	}
	const stands = "(SELECT t.status FROM ticket t WHERE t.id = participant.ticket_id)"
	for _, id := range sortedKeys(latest) { // in one order, so that two transactions cannot lock each other out
		e := latest[id]
		if _, err := x.exec("UPDATE participant SET status = "+stands+", activity = CASE WHEN activity < ? AND "+seen+` THEN ? ELSE activity END
			WHERE ticket_id = ? AND role <> 'agent' AND (activity < ? OR status <> `+stands+")",
			millis(e.At), e.ID, millis(e.At), id, millis(e.At)); err != nil {
			return err
		}
	}
	return nil
}

// placesCounted looks at a ticket's history for those who see more of it now.
func (x *session) placesCounted(ticketID int64) error {
	_, err := x.exec(`UPDATE participant SET status = (SELECT t.status FROM ticket t WHERE t.id = ticket_id),
		activity = COALESCE((SELECT MAX(e.at) FROM entry e WHERE e.ticket_id = participant.ticket_id AND e.visibility = 'public'
			AND e.event_args NOT LIKE '%"sent_to"%' AND (participant.role = 'requester' OR e.id >= participant.since_entry)), 0)
		WHERE ticket_id = ? AND role <> 'agent' AND activity = 0`, ticketID)
	return err
}

func sortedKeys[V any](m map[int64]V) []int64 {
	keys := make([]int64, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// indexRequests gives the noted entries their words and readers.
func (x *session) indexRequests() error {
	entries, again, err := x.toldEntries()
	if err != nil || len(entries)+len(again) == 0 {
		return err
	}
	if len(again) > 0 {
		if _, err := x.exec("DELETE FROM request_search WHERE "+x.store.dialect.requestKey+x.store.dialect.idsIn, x.store.dialect.numbers(again)); err != nil {
			return err
		}
	}
	tickets := map[int64]bool{}
	for _, e := range entries {
		tickets[e.TicketID] = true
	}
	readers := map[int64][]ticketing.Participant{}
	all, err := list(x, scanReader, `SELECT ticket_id, person_id, role, since_entry, address FROM participant
		WHERE removed_at = 0 AND role <> 'agent' AND ticket_id`+x.store.dialect.idsIn, x.store.dialect.numbers(sortedKeys(tickets)))
	if err != nil {
		return err
	}
	for _, m := range all {
		readers[m.TicketID] = append(readers[m.TicketID], m)
	}
	var rows []tokenRow
	for _, id := range sortedKeys(entries) {
		e := entries[id]
		title, err := x.title(e.TicketID)
		if err != nil {
			return err
		}
		if words := requestTokens(title, e, readers[e.TicketID]); len(words) > 0 {
			rows = append(rows, tokenRow{id, strings.Join(words, " ")})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return x.store.dialect.index(x, "request_search", rows)
}

func scanReader(r scanner) (m ticketing.Participant, err error) {
	err = r.Scan(&m.TicketID, &m.PersonID, &m.Role, &m.SinceEntry, &m.Address)
	return m, err
}

// toldEntries are the public messages to be indexed, and those of all entries
// whose words are to be taken out before.
func (x *session) toldEntries() (entries map[int64]ticketing.Entry, again []int64, err error) {
	entries = map[int64]ticketing.Entry{}
	add := func(e ticketing.Entry, was bool) {
		if was && !slices.Contains(again, e.ID) {
			again = append(again, e.ID)
		}
		delete(entries, e.ID)
		if e.Visibility == ticketing.Public && e.Kind == ticketing.EntryMessage {
			entries[e.ID] = e
		}
	}
	for _, c := range x.told {
		if c.entry.ID != 0 {
			add(c.entry, c.was)
		}
	}
	for _, c := range x.told {
		if c.since < 0 {
			continue
		}
		more, err := x.entries("SELECT "+entryColumns+` FROM entry e WHERE e.ticket_id = ? AND e.id >= ? AND e.visibility = 'public'
			AND e.kind = 'message' ORDER BY e.id`, c.ticketID, c.since)
		if err != nil {
			return nil, nil, err
		}
		for _, e := range more {
			add(e, true)
		}
	}
	return entries, again, nil
}

// reader is the token of somebody who may see an entry by his role. No word of a
// text has its first letter, which is for private use.
func reader(role ticketing.Role, personID int64) string {
	return "\ue000" + string(role[:1]) + strconv.FormatInt(personID, 10)
}

// requestTokens are what a message is found by, and for whom; none if for nobody.
func requestTokens(title string, e ticketing.Entry, people []ticketing.Participant) []string {
	var all []string
	for _, p := range people {
		if t := reader(p.Role, p.PersonID); e.Sees(p) && !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	if all == nil {
		return nil
	}
	return append(all, withLetters(tokens(title+"\n"+e.SearchText()))...)
}

// withLetters adds to the pairs of unspaced scripts their single letters, so that
// one alone is found at once, wherever it stands.
func withLetters(words []string) []string {
	seen := map[string]bool{}
	for _, w := range words {
		if !pair(w) {
			seen[w] = true
			continue
		}
		for _, r := range w {
			if l := string(r); !seen[l] && unspaced(r) {
				seen[l] = true
				words = append(words, l)
			}
		}
	}
	return words
}
