package storage

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"deskd/ticketing"
)

// SpoolMails implements [ticketing.Spool]. Mails of another folder than the
// cursor's are an error. It reads each mail before the transaction begins, and
// those above 1 MiB once more within it: Open must not wait for a network.
func (s *Store) SpoolMails(ctx context.Context, l ticketing.Lease, arrivals []ticketing.Arrival, next ticketing.Cursor) error {
	if next.MailboxID == 0 && len(arrivals) > 0 {
		next.MailboxID, next.Folder = arrivals[0].MailboxID, arrivals[0].Folder
	}
	if next.MailboxID == 0 {
		return errors.New("spool: the cursor names no mailbox")
	}
	for _, a := range arrivals {
		if a.MailboxID != next.MailboxID || a.Folder != next.Folder {
			return fmt.Errorf("spool: a mail of folder %q with the cursor of %q", a.Folder, next.Folder)
		}
	}
	packs, err := s.packAll(arrivals)
	if err != nil {
		return wrap(err, "spool folder %q", next.Folder)
	}
	err = s.update(ctx, func(x *session) error {
		if err := x.HoldLease(l); err != nil {
			return err
		}
		if _, err := x.insertArrivals(arrivals, packs, next.Numbering); err != nil {
			return err
		}
		return x.moveCursor(next, latest(arrivals, next.Seen))
	})
	return wrap(err, "spool folder %q", next.Folder)
}

// IngestMails stores mails that have no cursor: from files or a pipe. It gives
// the ledger ids of those that are new.
func (s *Store) IngestMails(ctx context.Context, arrivals []ticketing.Arrival) (ids []int64, err error) {
	packs, err := s.packAll(arrivals)
	if err != nil {
		return nil, wrap(err, "ingest")
	}
	err = s.update(ctx, func(x *session) (err error) {
		ids, err = x.insertArrivals(arrivals, packs, 0)
		return err
	})
	return ids, wrap(err, "ingest")
}

func (s *Store) packAll(arrivals []ticketing.Arrival) ([]pack, error) {
	packs := make([]pack, len(arrivals))
	p := s.newPacker()
	for i, a := range arrivals {
		if a.Gone {
			continue
		}
		if a.Open == nil {
			return nil, fmt.Errorf("uid %d: a mail without bytes", a.UID)
		}
		m, err := p.pack(a.Open)
		if err != nil {
			return nil, wrap(err, "uid %d", a.UID)
		}
		packs[i] = m
	}
	return packs, nil
}

// insertArrivals gives the ledger ids of the mails that are new, in order.
func (x *session) insertArrivals(arrivals []ticketing.Arrival, packs []pack, numbering int64) ([]int64, error) {
	ids := make([]int64, 0, len(arrivals))
	for i, a := range arrivals {
		id, err := x.insertArrival(a, packs[i], numbering)
		if err != nil {
			return nil, wrap(err, "uid %d", a.UID)
		}
		if id != 0 {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// insertArrival gives 0 for a mail stored before.
func (x *session) insertArrival(a ticketing.Arrival, m pack, numbering int64) (int64, error) {
	now := time.Now()
	state, size, doneAt := ticketing.LedgerSpooled, m.size, int64(0)
	var rawID int64
	if a.Gone {
		state, size, doneAt = ticketing.LedgerGone, a.Size, millis(now)
	} else {
		if known, err := x.knownUID(a, numbering); known || err != nil {
			return 0, err
		}
		var err error
		if rawID, err = x.insertRaw(m); err != nil {
			return 0, err
		}
	}
	id, err := x.insert(`INSERT INTO ledger (mailbox_id, source, folder, uidvalidity, numbering, uid, raw_id, size,
		header_only, backlog, received_at, spooled_at, state, reason, attempts, due_at, claimed_by, ticket_id, entry_id,
		message_id, body_digest, sender, done_at, identity, action_due)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, 0, '', 0, 0, '', '', '', ?, ?, false)
		ON CONFLICT (mailbox_id, folder, uidvalidity, numbering, uid) WHERE uid > 0 DO NOTHING`,
		a.MailboxID, a.Source, a.Folder, int64(a.UIDValidity), numbering, int64(a.UID), rawID, size,
		a.HeaderOnly, a.Backlog, millis(a.ReceivedAt), millis(now), string(state), doneAt, identity(a, a.Folder, dated(a)))
	if errors.Is(err, ticketing.ErrNotFound) {
		return 0, nil
	}
	return id, wrap(err, "add to ledger")
}

// knownUID spares large mails that are fetched again from being written only
// to find their place taken. Small ones cost less than the question.
func (x *session) knownUID(a ticketing.Arrival, numbering int64) (bool, error) {
	if a.UID == 0 || a.Size <= chunkSize {
		return false, nil
	}
	_, err := one(x, plain[int64], `SELECT id FROM ledger
		WHERE mailbox_id = ? AND folder = ? AND uidvalidity = ? AND numbering = ? AND uid = ? AND uid > 0`,
		a.MailboxID, a.Folder, int64(a.UIDValidity), numbering, int64(a.UID))
	if errors.Is(err, ticketing.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// identity recognises a mail under another number (RFC 3501 §2.3.1.1):
// Message-ID, date to the second, and size. A mail without a Message-ID has
// none: it is fetched again, and known by its bytes then.
func identity(a ticketing.Arrival, folder string, date time.Time) string {
	if a.MessageID == "" {
		return ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d\n%q\n%d\n%d\n%s", a.MailboxID, folder, date.Unix(), a.Size, a.MessageID))
	return base64.RawStdEncoding.EncodeToString(sum[:18])
}

// dated is the date by which a mail is stored: its own, which no move of a
// mailbox changes, where it has one.
func dated(a ticketing.Arrival) time.Time {
	if a.Date.IsZero() {
		return a.ReceivedAt
	}
	return a.Date
}

// KnownMails implements [ticketing.Spool]. Mails without a Message-ID are
// never known.
func (s *Store) KnownMails(ctx context.Context, mailboxID int64, folder string, arrivals []ticketing.Arrival) ([]bool, error) {
	known := make([]bool, len(arrivals))
	err := s.view(ctx, func(x *session) error {
		folders, err := x.sameSource(mailboxID, folder)
		if err != nil {
			return err
		}
		places := map[string][]int{}
		for i, a := range arrivals {
			a.MailboxID = mailboxID
			for _, f := range folders {
				for _, date := range []time.Time{dated(a), a.ReceivedAt} { // rows of older versions have the latter
					if id := identity(a, f, date); id != "" {
						places[id] = append(places[id], i)
					}
				}
			}
		}
		ids := slices.Sorted(maps.Keys(places))
		for part := range slices.Chunk(ids, idsAtOnce) {
			found, err := list(x, plain[string], "SELECT identity FROM ledger WHERE identity <> '' AND identity"+s.dialect.idsIn,
				s.dialect.list(part))
			if err != nil {
				return err
			}
			for _, id := range found {
				for _, i := range places[id] {
					known[i] = true
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, wrap(err, "recognise mails of folder %q", folder)
	}
	return known, nil
}

// ofCursor are the mails of a folder as its cursor numbers them.
const ofCursor = `mailbox_id = ? AND folder = ? AND uidvalidity = ? AND numbering =
	(SELECT c.numbering FROM folder_cursor c WHERE c.mailbox_id = ledger.mailbox_id AND c.folder = ledger.folder)`

// Settled implements [ticketing.Spool].
func (s *Store) Settled(ctx context.Context, mailboxID int64, folder string, uidValidity uint32, limit int) (uids []uint32, err error) {
	err = s.view(ctx, func(x *session) error {
		uids, err = list(x, plain[uint32], `SELECT uid FROM ledger
			WHERE action_due AND `+ofCursor+` ORDER BY uid LIMIT ?`,
			mailboxID, folder, int64(uidValidity), pageSize(limit))
		return err
	})
	return uids, wrap(err, "list settled mails of folder %q", folder)
}

// SettledDone implements [ticketing.Spool].
func (s *Store) SettledDone(ctx context.Context, mailboxID int64, folder string, uidValidity uint32, uids []uint32) error {
	err := s.update(ctx, func(x *session) error {
		for _, uid := range uids {
			if _, err := x.exec(`UPDATE ledger SET action_due = false WHERE `+ofCursor+` AND uid = ? AND uid > 0`,
				mailboxID, folder, int64(uidValidity), int64(uid)); err != nil {
				return wrap(err, "uid %d", uid)
			}
		}
		return nil
	})
	return wrap(err, "note actions done in folder %q", folder)
}
