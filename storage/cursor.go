package storage

import (
	"context"
	"errors"
	"time"

	"deskd/ticketing"
)

// Cursor implements [ticketing.Spool].
func (s *Store) Cursor(ctx context.Context, mailboxID int64, folder string) (c ticketing.Cursor, ok bool, err error) {
	err = s.view(ctx, func(x *session) error {
		c, err = x.cursor(mailboxID, folder)
		return err
	})
	if errors.Is(err, ticketing.ErrNotFound) {
		return ticketing.Cursor{}, false, nil
	}
	return c, err == nil, wrap(err, "read cursor of folder %q", folder)
}

const cursorColumns = "mailbox_id, folder, uidvalidity, last_uid, numbering, account, source, comparing, since, seen"

func (x *session) cursor(mailboxID int64, folder string) (ticketing.Cursor, error) {
	return one(x, scanCursor, "SELECT "+cursorColumns+" FROM folder_cursor WHERE mailbox_id = ? AND folder = ?", mailboxID, folder)
}

func (x *session) cursors(mailboxID int64) ([]ticketing.Cursor, error) {
	return list(x, scanCursor, "SELECT "+cursorColumns+" FROM folder_cursor WHERE mailbox_id = ?", mailboxID)
}

func scanCursor(r scanner) (c ticketing.Cursor, err error) {
	err = r.Scan(&c.MailboxID, &c.Folder, &c.UIDValidity, &c.LastUID, &c.Numbering, &c.Account, &c.Source, &c.Comparing,
		timeColumn{&c.Since}, timeColumn{&c.Seen})
	return c, err
}

// FormerFolder implements [ticketing.Spool].
func (s *Store) FormerFolder(ctx context.Context, mailboxID int64, folder, source string) (c ticketing.Cursor, ok bool, err error) {
	err = s.view(ctx, func(x *session) error {
		all, err := x.cursors(mailboxID)
		for _, other := range all {
			if other.Folder != folder && other.Source == source && (!ok || other.Seen.After(c.Seen)) {
				c, ok = other, true
			}
		}
		return err
	})
	return c, ok, wrap(err, "look for what was read before folder %q", folder)
}

// sameSource are a folder and those that were read before it for the same
// source.
func (x *session) sameSource(mailboxID int64, folder string) ([]string, error) {
	all, err := x.cursors(mailboxID)
	if err != nil {
		return nil, err
	}
	source := ""
	for _, c := range all {
		if c.Folder == folder {
			source = c.Source
		}
	}
	folders := []string{folder}
	for _, c := range all {
		if c.Folder != folder && c.Source == source && source != "" {
			folders = append(folders, c.Folder)
		}
	}
	return folders, nil
}

// latest is when the last of the mails arrived, or the given time. A server's
// clock that runs ahead does not count.
func latest(arrivals []ticketing.Arrival, t time.Time) time.Time {
	now := time.Now()
	for _, a := range arrivals {
		if !a.Gone && a.ReceivedAt.After(t) {
			t = a.ReceivedAt
			if t.After(now) {
				t = now
			}
		}
	}
	return t
}

// moveCursor never goes back under one numbering: a slow writer must not make
// work appear again.
func (x *session) moveCursor(c ticketing.Cursor, seen time.Time) error {
	_, err := x.exec(`INSERT INTO folder_cursor (`+cursorColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (mailbox_id, folder) DO UPDATE SET uidvalidity = excluded.uidvalidity, numbering = excluded.numbering,
		account = excluded.account, source = excluded.source, comparing = excluded.comparing, since = excluded.since,
		last_uid = CASE WHEN folder_cursor.uidvalidity = excluded.uidvalidity
			AND folder_cursor.numbering = excluded.numbering AND folder_cursor.last_uid > excluded.last_uid
			THEN folder_cursor.last_uid ELSE excluded.last_uid END,
		seen = CASE WHEN folder_cursor.seen > excluded.seen THEN folder_cursor.seen ELSE excluded.seen END`,
		c.MailboxID, c.Folder, int64(c.UIDValidity), int64(c.LastUID), c.Numbering, c.Account, c.Source, c.Comparing,
		millis(c.Since), millis(seen))
	return wrap(err, "move cursor")
}
