package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"deskd/ticketing"
)

const (
	ledgerColumns = `id, mailbox_id, source, folder, uidvalidity, uid,
	COALESCE((SELECT raw.sha256 FROM raw WHERE raw.id = ledger.raw_id), ''), size,
	header_only, backlog, received_at, spooled_at, state, reason, attempts, ticket_id, entry_id,
	message_id, body_digest, done_at`
	ledgerSelect = "SELECT " + ledgerColumns + " FROM ledger"
)

func scanLedger(r scanner) (l ticketing.LedgerRow, err error) {
	err = r.Scan(&l.ID, &l.MailboxID, &l.Source, &l.Folder, &l.UIDValidity, &l.UID, &l.RawSHA256, &l.Size,
		&l.HeaderOnly, &l.Backlog, timeColumn{&l.ReceivedAt}, timeColumn{&l.SpooledAt}, &l.State, &l.Reason, &l.Attempts,
		&l.TicketID, &l.EntryID, &l.MessageID, &l.BodyDigest, timeColumn{&l.DoneAt})
	return l, err
}

// Ledger implements [ticketing.Reader].
func (x *session) Ledger(id int64) (ticketing.LedgerRow, error) {
	l, err := one(x, scanLedger, ledgerSelect+" WHERE id = ?", id)
	return l, wrap(err, "read ledger row %d", id)
}

// SettleMail implements [ticketing.Tx].
func (x *session) SettleMail(mailID int64, o ticketing.Outcome, at time.Time) error {
	if o.State == ticketing.LedgerSpooled || o.State == "" {
		return fmt.Errorf("settle mail %d: %q is not an outcome", mailID, o.State)
	}
	delete(x.known.prior, cleanText(o.MessageID))
	n, err := x.exec(`UPDATE ledger SET state = ?, reason = ?, ticket_id = ?, entry_id = ?, message_id = ?,
		body_digest = ?, sender = ?, verdict = ?, sent_at = ?, done_at = ?, claimed_by = '', action_due = (uid > 0)
		WHERE id = ? AND state = 'spooled'`,
		string(o.State), o.Reason, o.TicketID, o.EntryID, o.MessageID, o.BodyDigest, o.From, string(o.Verdict), millis(o.SentAt), millis(at), mailID)
	if err != nil || n == 1 {
		return wrap(err, "settle mail %d", mailID)
	}
	if _, err := x.Ledger(mailID); err != nil {
		return wrap(err, "settle mail %d", mailID)
	}
	return wrap(ticketing.ErrSettled, "settle mail %d", mailID)
}

// CountMailsFrom implements [ticketing.Reader].
func (x *session) CountMailsFrom(address string, proof []ticketing.VerdictResult, from, to time.Time) (int, error) {
	n, err := one(x, plain[int], `SELECT COUNT(*) FROM ledger WHERE sender = ? AND sender <> '' AND received_at > ? AND received_at <= ?
		AND verdict`+x.store.dialect.idsIn, address, millis(from), millis(to), x.verdicts(proof))
	return n, wrap(err, "count mails of a sender")
}

const priorSelect = `SELECT l.id, l.ticket_id, l.entry_id, l.state, l.message_id, l.body_digest, COALESCE(r.sha256, ''),
	l.sender, l.sent_at FROM ledger l LEFT JOIN raw r ON r.id = l.raw_id`

func scanPrior(r scanner) (m ticketing.PriorMail, err error) {
	err = r.Scan(&m.MailID, &m.TicketID, &m.EntryID, &m.State, &m.MessageID, &m.BodyDigest, &m.RawSHA256,
		&m.From, timeColumn{&m.SentAt})
	return m, err
}

// MailsWithMessageID implements [ticketing.Reader].
func (x *session) MailsWithMessageID(messageID string) ([]ticketing.PriorMail, error) {
	if messageID == "" {
		return nil, nil
	}
	if known, ok := x.known.prior[cleanText(messageID)]; ok {
		return slices.Clone(known), nil
	}
	all, err := list(x, scanPrior, priorSelect+` WHERE l.message_id = ? AND l.message_id <> '' AND l.state <> 'spooled'
		ORDER BY l.id LIMIT 20`, messageID)
	return all, wrap(err, "find mails by Message-ID")
}

// MailsWithRaw implements [ticketing.Reader]. At most 20, oldest first.
func (x *session) MailsWithRaw(sha256 string) ([]ticketing.PriorMail, error) {
	all, err := list(x, scanPrior, `SELECT l.id, l.ticket_id, l.entry_id, l.state, l.message_id, l.body_digest, r.sha256,
		l.sender, l.sent_at FROM raw r JOIN ledger l ON l.raw_id = r.id AND l.raw_id <> 0
		WHERE r.sha256 = ? AND l.state <> 'spooled' ORDER BY l.id LIMIT 20`, sha256)
	return all, wrap(err, "find mails by their bytes")
}

// LedgerFilter chooses ledger rows. The zero value means all of them.
type LedgerFilter struct {
	State     ticketing.LedgerState
	MailboxID int64
	TicketID  int64
	// BeforeID pages by key: rows with a smaller id.
	BeforeID int64
	Limit    int // default 50, at most 1,000
}

// LedgerRows gives a page of the ledger, newest first.
func (s *Store) LedgerRows(ctx context.Context, f LedgerFilter) (rows []ticketing.LedgerRow, err error) {
	var c conditions
	if f.TicketID != 0 {
		c.add("ticket_id = ? AND ticket_id <> 0", f.TicketID)
	}
	id := "id"
	switch f.State {
	case "", ticketing.LedgerApplied:
	case ticketing.LedgerSpooled:
		id = "+id" // what waits is sorted: by id itself, all of the ledger would be read
	case ticketing.LedgerEvent, ticketing.LedgerHeld, ticketing.LedgerIgnored, ticketing.LedgerUnreadable, ticketing.LedgerGone:
		if f.TicketID == 0 {
			c.add("state NOT IN ('spooled', 'applied')") // as the index ledger_notable has it
		}
	default:
		return nil, fmt.Errorf("list ledger: no state %q", f.State)
	}
	if f.State != "" {
		c.add("state = '" + string(f.State) + "'") // a literal, so that a partial index fits
	}
	if f.MailboxID != 0 {
		c.add("+mailbox_id = ?", f.MailboxID)
	}
	if f.BeforeID != 0 {
		c.add(id+" < ?", f.BeforeID)
	}
	c.args = append(c.args, pageSize(f.Limit))
	err = s.view(ctx, func(x *session) error {
		rows, err = list(x, scanLedger, ledgerSelect+c.where()+" ORDER BY "+id+" DESC LIMIT ?", c.args...)
		return err
	})
	return rows, wrap(err, "list ledger")
}
