package storage

import (
	"fmt"
	"slices"
	"time"

	"deskd/ticketing"
)

const entryColumns = `e.id, e.ticket_id, e.kind, e.visibility, e.author_id, e.author_name, e.author_address,
	e.author_role, e.via, e.verdict, e.verdict_evidence, e.unverified, e.why, e.mail_id, e.raw_sha256, e.message_id,
	e.subject, e.mail_kind, e.text, e.full_text, e.html, e.event, e.event_args, e.review, e.attachment_count, e.at`

// entryRow is an entry and the number of its attachments, which are read only
// if there are any.
type entryRow struct {
	ticketing.Entry
	attachments int64
}

func scanEntry(r scanner) (e entryRow, err error) {
	err = r.Scan(&e.ID, &e.TicketID, &e.Kind, &e.Visibility, &e.Author.PersonID, &e.Author.Name, &e.Author.Address,
		&e.Author.Role, &e.Via, &e.Verdict.Result, &e.Verdict.Evidence, &e.Unverified, &e.Why, &e.MailID, &e.RawSHA256,
		&e.MessageID, &e.Subject, &e.MailKind, &e.Text, &e.FullText, &e.HTML, &e.Event, jsonColumn{&e.EventArgs},
		jsonColumn{&e.Review}, &e.attachments, timeColumn{&e.At})
	return e, err
}

// Entry implements [ticketing.Reader].
func (x *session) Entry(id int64) (ticketing.Entry, error) {
	rows, err := x.entries("SELECT "+entryColumns+" FROM entry e WHERE e.id = ?", id)
	if err == nil && len(rows) == 0 {
		err = ticketing.ErrNotFound
	}
	if err != nil {
		return ticketing.Entry{}, wrap(err, "read entry %d", id)
	}
	return rows[0], nil
}

// EntryTicket implements [ticketing.Reader].
func (x *session) EntryTicket(id int64) (int64, error) {
	if ticketID, ok := x.known.entryTickets[id]; ok {
		return ticketID, nil
	}
	ticketID, err := one(x, plain[int64], "SELECT ticket_id FROM entry WHERE id = ?", id)
	return ticketID, wrap(err, "read the ticket of entry %d", id)
}

// Entries implements [ticketing.Reader].
func (x *session) Entries(ticketID int64) ([]ticketing.Entry, error) {
	all, err := x.entries("SELECT "+entryColumns+" FROM entry e WHERE e.ticket_id = ? ORDER BY e.id", ticketID)
	return all, wrap(err, "list entries of ticket %d", ticketID)
}

// EntriesVisibleTo implements [ticketing.Reader]. The requester sees all
// public entries; agents, and who was removed, are given none. What of each
// entry may be seen says [ticketing.SeenBy].
func (x *session) EntriesVisibleTo(participantID int64) ([]ticketing.Entry, error) {
	all, err := x.entries("SELECT "+entryColumns+` FROM participant m JOIN entry e ON e.ticket_id = m.ticket_id
		WHERE m.id = ? AND m.removed_at = 0 AND m.role <> 'agent' AND e.visibility = 'public'
		AND (m.role = 'requester' OR e.id >= m.since_entry) ORDER BY e.id`, participantID)
	if err != nil || len(all) == 0 {
		return nil, wrap(err, "list entries for participant %d", participantID)
	}
	p, err := x.Participant(participantID)
	if err != nil {
		return nil, err
	}
	var earlier bool
	if p.Role != ticketing.Requester && p.SinceEntry != 0 {
		earlier, err = one(x, plain[bool], `SELECT EXISTS (SELECT 1 FROM entry WHERE ticket_id = ? AND id < ?
			AND visibility = 'public' AND kind = 'message')`, p.TicketID, p.SinceEntry)
	}
	return ticketing.SeenBy(p, all, earlier), wrap(err, "list entries for participant %d", participantID)
}

// ReviewsWaiting implements [ticketing.Reader].
func (x *session) ReviewsWaiting(limit int) ([]ticketing.Entry, error) {
	all, err := x.entries("SELECT "+entryColumns+
		" FROM entry e WHERE e.review_state = 'waiting' ORDER BY e.id LIMIT ?", pageSize(limit))
	return all, wrap(err, "list reviews waiting")
}

func (x *session) entries(query string, args ...any) ([]ticketing.Entry, error) {
	rows, err := list(x, scanEntry, query, args...)
	if err != nil {
		return nil, err
	}
	all := make([]ticketing.Entry, len(rows))
	for i, row := range rows {
		all[i] = row.Entry
	}
	return all, x.readAttachments(rows, all)
}

// InsertEntry implements [ticketing.Tx]. The words of messages and notes are
// put into the search index in the same transaction.
func (x *session) InsertEntry(e ticketing.Entry) (int64, error) {
	args, review, err := entryJSON(e)
	if err != nil {
		return 0, wrap(err, "add entry to ticket %d", e.TicketID)
	}
	id, err := x.insert(`INSERT INTO entry (ticket_id, kind, visibility, author_id, author_name,
		author_address, author_role, via, verdict, verdict_evidence, unverified, why, mail_id, raw_sha256, message_id,
		subject, mail_kind, text, full_text, html, event, event_args, review_state, review, attachment_count, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.TicketID, string(e.Kind), string(e.Visibility), e.Author.PersonID, e.Author.Name,
		e.Author.Address, string(e.Author.Role), e.Via, string(e.Verdict.Result), e.Verdict.Evidence, e.Unverified,
		e.Why, e.MailID, e.RawSHA256, e.MessageID, e.Subject, string(e.MailKind), e.Text, e.FullText, e.HTML,
		e.Event, args, string(e.Review.State), review, len(e.Attachments), millis(e.At))
	if err != nil {
		return 0, wrap(err, "add entry to ticket %d", e.TicketID)
	}
	if err := x.insertAttachments(id, e.Attachments); err != nil {
		return 0, err
	}
	e.ID = id
	x.tellEntry(e, false)
	if e.Kind == ticketing.EntryEvent {
		return id, nil
	}
	return id, x.noteWords(id, e)
}

func entryJSON(e ticketing.Entry) (args, review string, err error) {
	if len(e.EventArgs) > 0 {
		if args, err = toJSON(e.EventArgs); err != nil {
			return "", "", fmt.Errorf("event arguments: %w", err)
		}
	}
	if e.Review.State != ticketing.ReviewNone {
		if review, err = toJSON(e.Review); err != nil {
			return "", "", fmt.Errorf("review: %w", err)
		}
	}
	return args, review, nil
}

// UpdateEntry implements [ticketing.Tx]. It changes what is known of an entry
// (visibility, mark, why, kind, ticket, event arguments, review, and the text
// without its commands); the full text, its author and its time stay.
func (x *session) UpdateEntry(e ticketing.Entry) error {
	args, review, err := entryJSON(e)
	if err != nil {
		return wrap(err, "change entry %d", e.ID)
	}
	delete(x.known.entryTickets, e.ID)
	n, err := x.exec(`UPDATE entry SET ticket_id = ?, kind = ?, text = ?, visibility = ?, unverified = ?, why = ?, mail_kind = ?,
		event_args = ?, review_state = ?, review = ? WHERE id = ?`,
		e.TicketID, string(e.Kind), e.Text, string(e.Visibility), e.Unverified, e.Why, string(e.MailKind),
		args, string(e.Review.State), review, e.ID)
	x.tellEntry(e, true)
	return wrap(changedOne(n, err), "change entry %d", e.ID)
}

func scanAttachment(r scanner) (a keyed[int64, ticketing.Attachment], err error) {
	err = r.Scan(&a.key, &a.row.Part, &a.row.Name, &a.row.Type, &a.row.Size, &a.row.ContentID, &a.row.Inline)
	return a, err
}

// readAttachments gives each entry its attachments, of which the rows know the
// number. One query asks for those of many entries.
func (x *session) readAttachments(rows []entryRow, entries []ticketing.Entry) error {
	place := map[int64]int{}
	var ids []int64
	for i, row := range rows {
		if row.attachments > 0 {
			place[row.ID] = i
			ids = append(ids, row.ID)
		}
	}
	for part := range slices.Chunk(ids, idsAtOnce) {
		found, err := list(x, scanAttachment, `SELECT entry_id, part, name, type, size, content_id, inline FROM attachment
			WHERE entry_id`+x.store.dialect.idsIn+" ORDER BY entry_id, position", x.store.dialect.numbers(part))
		if err != nil {
			return wrap(err, "read attachments")
		}
		for _, a := range found {
			e := &entries[place[a.key]]
			e.Attachments = append(e.Attachments, a.row)
		}
	}
	return nil
}

func (x *session) insertAttachments(entryID int64, all []ticketing.Attachment) error {
	for i, a := range all {
		if _, err := x.exec(`INSERT INTO attachment (entry_id, position, part, name, type, size, content_id, inline)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, entryID, i, a.Part, a.Name, a.Type, a.Size, a.ContentID, a.Inline); err != nil {
			return wrap(err, "add attachment %d of entry %d", i+1, entryID)
		}
	}
	return nil
}

// CountEvents implements [ticketing.Reader].
func (x *session) CountEvents(ticketID int64, event string, proof []ticketing.VerdictResult, since time.Time) (int, error) {
	n, err := one(x, plain[int], `SELECT COUNT(*) FROM entry WHERE ticket_id = ? AND event = ? AND event <> '' AND at >= ?
		AND verdict`+x.store.dialect.idsIn, ticketID, event, millis(since), x.verdicts(proof))
	return n, wrap(err, "count events of ticket %d", ticketID)
}

// verdicts is the argument for a list of verdicts.
func (x *session) verdicts(list []ticketing.VerdictResult) any {
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = string(v)
	}
	return x.store.dialect.list(texts)
}
