package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"deskd/ticketing"
)

const (
	outboxColumns = `id, ticket_id, entry_id, participant_id, mailbox_id, kind, recipient, envelope_from, message_id,
	state, attempts, due_at, last_error, provider_id, created_at, sent_at, uncertain`
	// draftColumns are only read to be sent: they are the bulk of a row.
	draftColumns = "head, boundary, attachments"
	outboxSelect = "SELECT " + outboxColumns + " FROM outbox"
)

// outboxFields are where outboxColumns go.
func outboxFields(m *ticketing.OutboxMail) []any {
	return []any{
		&m.ID, &m.TicketID, &m.EntryID, &m.ParticipantID, &m.MailboxID, &m.Kind, &m.Recipient, &m.EnvelopeFrom, &m.MessageID,
		&m.State, &m.Attempts, timeColumn{&m.DueAt}, &m.LastError, &m.ProviderID, timeColumn{&m.CreatedAt}, timeColumn{&m.SentAt},
		&m.Uncertain,
	}
}

func scanOutbox(r scanner) (m ticketing.OutboxMail, err error) {
	err = r.Scan(outboxFields(&m)...)
	return m, err
}

// scanDraft reads outboxColumns and draftColumns.
func scanDraft(r scanner) (m ticketing.OutboxMail, err error) {
	err = r.Scan(append(outboxFields(&m), &m.Draft.Head, &m.Draft.Boundary, jsonColumn{&m.Draft.Attachments})...)
	return m, err
}

// waits tells the states in which a row is still to be sent.
func waits(s ticketing.OutboxState) bool {
	return s == ticketing.OutboxQueued || s == ticketing.OutboxSending || s == ticketing.OutboxUnknown
}

// Enqueue implements [ticketing.Tx]. A row without a state is queued; one
// without CreatedAt was made now.
func (x *session) Enqueue(m ticketing.OutboxMail) (int64, error) {
	now := x.store.now()
	if m.State == "" {
		m.State = ticketing.OutboxQueued
	}
	if m.CreatedAt.IsZero() {
		m.CreatedAt = now
	}
	if m.DueAt.IsZero() {
		m.DueAt = now
	}
	attachments := ""
	if len(m.Draft.Attachments) > 0 {
		var err error
		if attachments, err = toJSON(m.Draft.Attachments); err != nil {
			return 0, wrap(err, "enqueue: attachments")
		}
	}
	if m.Draft.Head == nil {
		m.Draft.Head = []byte{}
	}
	id, err := x.insert(`INSERT INTO outbox (ticket_id, entry_id, participant_id, mailbox_id, kind, recipient,
		envelope_from, message_id, head, boundary, attachments, state, waiting, attempts, due_at, claimed_by, last_error,
		provider_id, created_at, sent_at, uncertain)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?)`,
		m.TicketID, m.EntryID, m.ParticipantID, m.MailboxID, string(m.Kind), m.Recipient,
		m.EnvelopeFrom, m.MessageID, m.Draft.Head, m.Draft.Boundary, attachments, string(m.State), waits(m.State),
		m.Attempts, millis(m.DueAt), m.LastError, m.ProviderID, millis(m.CreatedAt), millis(m.SentAt),
		m.Uncertain || m.State == ticketing.OutboxUnknown)
	return id, wrap(err, "enqueue a mail of ticket %d", m.TicketID)
}

// Outgoing implements [ticketing.Reader].
func (x *session) Outgoing(messageID string) (ticketing.OutboxMail, error) {
	m, err := one(x, scanOutbox, outboxSelect+" WHERE message_id = ? ORDER BY id LIMIT 1", messageID)
	return m, wrap(err, "find outgoing mail")
}

// LastOutgoing implements [ticketing.Reader].
func (x *session) LastOutgoing(ticketID int64, kind ticketing.LetterKind) (ticketing.OutboxMail, error) {
	m, err := one(x, scanOutbox, outboxSelect+" WHERE ticket_id = ? AND kind = ? ORDER BY id DESC LIMIT 1", ticketID, string(kind))
	if errors.Is(err, ticketing.ErrNotFound) {
		return ticketing.OutboxMail{}, nil
	}
	return m, wrap(err, "find the last %s of ticket %d", kind, ticketID)
}

// OutgoingTo implements [ticketing.Reader].
func (x *session) OutgoingTo(address string, since time.Time) ([]ticketing.OutboxMail, error) {
	all, err := list(x, scanOutbox, outboxSelect+`
		WHERE recipient = ? AND created_at >= ? ORDER BY created_at DESC, id DESC LIMIT 20`, address, millis(since))
	return all, wrap(err, "list mails to an address")
}

// OutgoingInTrouble implements [ticketing.Reader].
func (x *session) OutgoingInTrouble(delayedBefore time.Time, limit int) ([]ticketing.OutboxMail, error) {
	failed, err := list(x, scanOutbox, outboxSelect+`
		WHERE state = 'failed' AND reported <> 'failed' ORDER BY id LIMIT ?`, limit)
	if err != nil {
		return nil, wrap(err, "list failed mails")
	}
	// The conditions and the order are as the index outbox_delayed has them.
	delayed, err := list(x, scanOutbox, outboxSelect+`
		WHERE waiting AND last_error <> '' AND reported = '' AND created_at < ? AND attempts > 0
		ORDER BY created_at, id LIMIT ?`,
		millis(delayedBefore), limit)
	return append(failed, delayed...), wrap(err, "list delayed mails")
}

// MarkReported implements [ticketing.Tx].
func (x *session) MarkReported(m ticketing.OutboxMail) (bool, error) {
	query := "UPDATE outbox SET reported = 'delayed' WHERE id = ? AND waiting AND reported = ''"
	if m.State == ticketing.OutboxFailed {
		query = "UPDATE outbox SET reported = 'failed' WHERE id = ? AND state = 'failed' AND reported <> 'failed'"
	}
	n, err := x.exec(query, m.ID)
	return n == 1, wrap(err, "mark mail %d reported", m.ID)
}

// typed are the kinds of letters that are no automatic ones, as SQL, and telling
// those that tell agents what happened or bring somebody in: no machine answers
// them, and what brings many of them has limits of its own.
const (
	typed   = "('reply', 'copy')"
	telling = "('notification', 'note', 'notice', 'receipt', 'digest', 'sign_in')"
)

// CountAutomatic implements [ticketing.Reader].
func (x *session) CountAutomatic(from, to time.Time) (int, error) {
	n, err := one(x, plain[int], "SELECT COUNT(*) FROM outbox WHERE kind NOT IN "+typed+" AND kind NOT IN "+telling+" AND created_at >= ? AND created_at < ?",
		millis(from), millis(to))
	return n, wrap(err, "count automatic letters")
}

// automaticFact is under which name the database keeps until when letters that
// nobody typed wait, in milliseconds.
const automaticFact = "automatic_from"

// AutomaticFrom implements [ticketing.Reader].
func (x *session) AutomaticFrom() (time.Time, error) {
	if x.known.automaticFrom != nil {
		return *x.known.automaticFrom, nil
	}
	ms, err := one(x, plain[int64], "SELECT CAST(value AS BIGINT) FROM fact WHERE name = ?", automaticFact)
	if err != nil && !errors.Is(err, ticketing.ErrNotFound) {
		return time.Time{}, wrap(err, "read until when automatic letters wait")
	}
	until := fromMillis(ms)
	if x.known.on {
		x.known.automaticFrom = &until
	}
	return until, nil
}

// PostponeAutomatic implements [ticketing.Tx]. What tells agents of something
// goes out all the same. It looks at what waits, mailbox by mailbox. Of kind
// itself there must be no condition: the index of all automatic letters ever
// sent would be taken for it.
func (x *session) PostponeAutomatic(until time.Time) error {
	x.known.automaticFrom = nil
	if err := x.replaceFact(automaticFact, strconv.FormatInt(millis(until), 10)); err != nil {
		return wrap(err, "note until when automatic letters wait")
	}
	_, err := x.exec(`UPDATE outbox SET due_at = ? WHERE waiting AND state = 'queued' AND due_at < ?
		AND mailbox_id IN (SELECT id FROM mailbox) AND kind || '' NOT IN `+typed+` AND kind || '' NOT IN `+telling,
		millis(until), millis(until))
	return wrap(err, "postpone automatic letters")
}

// CountAcksTo implements [ticketing.Reader].
func (x *session) CountAcksTo(address string, since time.Time) (int, error) {
	n, err := one(x, plain[int], "SELECT COUNT(*) FROM outbox WHERE kind = 'ack' AND recipient = ? AND created_at >= ?",
		address, millis(since))
	return n, wrap(err, "count acknowledgements")
}

// MarkUndelivered implements [ticketing.Tx]. A permanent bounce makes the row
// failed, and it is not sent again.
func (x *session) MarkUndelivered(outboxID int64, reason string, permanent bool) error {
	query := "UPDATE outbox SET last_error = ? WHERE id = ?"
	if permanent {
		query = "UPDATE outbox SET last_error = ?, state = 'failed', reported = 'failed', waiting = false WHERE id = ?"
	}
	n, err := x.exec(query, reason, outboxID)
	return wrap(changedOne(n, err), "mark outbox row %d undelivered", outboxID)
}

// clock is the time by which leases, and claims of mails to send, begin and end: the same
// for all who share the database, however their own clocks differ.
func (x *session) clock() (time.Time, error) {
	if x.store.dialect.clock == "" {
		return x.store.now(), nil
	}
	ms, err := one(x, plain[int64], x.store.dialect.clock)
	return fromMillis(ms), wrap(err, "ask the database for the time")
}

// ClaimOutbox implements [ticketing.Outbox]. Mails of paused mailboxes are
// passed over.
func (s *Store) ClaimOutbox(ctx context.Context, c ticketing.OutboxClaim) (mails []ticketing.OutboxMail, err error) {
	err = s.update(ctx, func(x *session) error {
		mails = nil
		now, err := x.clock()
		if err != nil {
			return err
		}
		due, err := x.dueMailboxes(now)
		if err != nil {
			return err
		}
		left := min(c.N, maxPage)
		for _, d := range due {
			if d.at > millis(now) {
				break
			}
			room, own := c.Own[d.mailboxID]
			if !own {
				room = left
			}
			if room <= 0 {
				continue
			}
			taken, err := x.claimOutbox(d.mailboxID, c, room, now)
			if err != nil {
				return err
			}
			if !own {
				left -= len(taken)
			}
			mails = append(mails, taken...)
		}
		return nil
	})
	if err != nil {
		return nil, wrap(err, "claim outbox")
	}
	return mails, nil
}

func (x *session) claimOutbox(mailboxID int64, c ticketing.OutboxClaim, n int, now time.Time) ([]ticketing.OutboxMail, error) {
	d := x.store.dialect
	inHand := append([]int64{}, c.InHand...) // nil would be NULL, which nothing is unlike
	// As a subquery of the UPDATE, PostgreSQL may choose the rows more than
	// once, and claim more of them than n.
	mails, err := list(x, scanDraft, `WITH due AS MATERIALIZED (SELECT id FROM outbox
			WHERE waiting AND mailbox_id = ? AND due_at <= ? AND NOT id`+d.idsIn+`
			ORDER BY due_at, id LIMIT ?`+d.skipLocked+`)
		UPDATE outbox SET state = 'sending', claimed_by = ?, attempts = attempts + 1, due_at = ?
		WHERE id IN (SELECT id FROM due) RETURNING `+outboxColumns+", "+draftColumns,
		mailboxID, millis(now), d.numbers(inHand), n, c.Owner, millis(now.Add(c.Lease)))
	slices.SortFunc(mails, func(a, b ticketing.OutboxMail) int { return cmp.Compare(a.ID, b.ID) })
	return mails, err
}

// dueMailbox is a mailbox with mail waiting, and when its next one comes due:
// not before a pause ends.
type dueMailbox struct {
	mailboxID int64
	at        int64
}

// dueMailboxes looks at one index entry a mailbox. Mailboxes are few; the mails
// that wait during a pause may be many. The earliest comes first.
func (x *session) dueMailboxes(now time.Time) ([]dueMailbox, error) {
	due, err := list(x, func(r scanner) (d dueMailbox, err error) {
		var first, paused int64
		err = r.Scan(&d.mailboxID, &first, &paused)
		if d.at = first; first > 0 && paused > millis(now) {
			d.at = max(first, paused)
		}
		return d, err
	}, `SELECT b.id, COALESCE((SELECT MIN(o.due_at) FROM outbox o WHERE o.waiting AND o.mailbox_id = b.id), 0),
		COALESCE(p.paused_until, 0) FROM mailbox b LEFT JOIN mailbox_pause p ON p.mailbox_id = b.id`)
	if err != nil {
		return nil, err
	}
	due = slices.DeleteFunc(due, func(d dueMailbox) bool { return d.at == 0 })
	slices.SortFunc(due, func(a, b dueMailbox) int { return cmp.Compare(a.at, b.at) })
	return due, nil
}

// NextDue implements [ticketing.Outbox]. It may lie in the past.
func (s *Store) NextDue(ctx context.Context) (at time.Time, err error) {
	err = s.view(ctx, func(x *session) error {
		due, err := x.dueMailboxes(s.now())
		if err == nil && len(due) > 0 {
			at = fromMillis(due[0].at)
		}
		return err
	})
	return at, wrap(err, "read when mail comes due")
}

// RenewOutbox keeps a claimed mail the owner's for longer, while it is being
// sent. Claims are short, so that a killed process's mails come due again
// soon.
func (s *Store) RenewOutbox(ctx context.Context, owner string, id int64, lease time.Duration) error {
	err := s.update(ctx, func(x *session) error {
		now, err := x.clock()
		if err != nil {
			return err
		}
		n, err := x.exec("UPDATE outbox SET due_at = ? WHERE id = ? AND state = 'sending' AND claimed_by = ?",
			millis(now.Add(lease)), id, owner)
		if err == nil && n == 0 {
			err = ticketing.ErrLeaseLost
		}
		return err
	})
	return wrap(err, "renew the claim of mail %d", id)
}

// RecordDelivery implements [ticketing.Outbox]. Aliases become ids of the
// mail's entry.
func (s *Store) RecordDelivery(ctx context.Context, owner string, id int64, d ticketing.Delivery) error {
	switch d.State {
	case ticketing.OutboxQueued, ticketing.OutboxSent, ticketing.OutboxFailed, ticketing.OutboxUnknown, ticketing.OutboxDropped:
	default:
		return fmt.Errorf("record delivery %d: %q is not an outcome", id, d.State)
	}
	err := s.update(ctx, func(x *session) error {
		now := s.now()
		var sentAt int64
		if d.State == ticketing.OutboxSent {
			sentAt = millis(now)
		}
		dueAt := d.NextAt
		if waits(d.State) && dueAt.IsZero() {
			dueAt = now
		}
		taken := 0 // the attempt was counted when the mail was claimed
		if d.Untried {
			taken = 1
		}
		of, err := one(x, scanKeyed[int64, int64], `UPDATE outbox SET state = ?, waiting = ?, due_at = ?, last_error = ?, provider_id = ?,
			sent_at = ?, attempts = attempts - ?, uncertain = uncertain OR ?, claimed_by = ''
			WHERE id = ? AND state = 'sending' AND claimed_by = ? RETURNING ticket_id, entry_id`,
			string(d.State), waits(d.State), millis(dueAt), d.Error, d.ProviderID, sentAt, taken,
			d.State == ticketing.OutboxUnknown, id, owner)
		if errors.Is(err, ticketing.ErrNotFound) {
			err = ticketing.ErrLeaseLost
		}
		if err != nil || len(d.Aliases) == 0 || of.row == 0 { // a mail about no ticket is none's entry
			return err
		}
		aliases := make([]string, len(d.Aliases))
		for i, id := range d.Aliases {
			aliases[i] = ticketing.FoldMessageID(id)
		}
		return x.AddMessageIDs(of.key, of.row, aliases)
	})
	return wrap(err, "record delivery %d", id)
}
