package imap

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"

	"deskd/ticketing"
)

// Why a folder is compared with what is known before it is read on.
var (
	errUIDValidity = errors.New("the server gave it a new UIDVALIDITY")
	errElsewhere   = errors.New("it is read at another server, or for another user")
	errUIDsAgain   = errors.New("the server gives out UIDs a second time, as after a restore, without a new UIDVALIDITY")
	errInterrupted = errors.New("comparing it was interrupted")
)

// begin finds out where to read on, and stores it.
func (r *reader) begin(ctx context.Context) error {
	was, known, err := r.spool.Cursor(ctx, r.account.Mailbox.ID, r.account.Folder)
	if err != nil {
		return fmt.Errorf("read the cursor of folder %s: %w", r.account.Folder, err)
	}
	if known {
		r.cursor, err = r.resumed(ctx, was)
	} else {
		r.cursor, err = r.first(ctx)
	}
	if err != nil || r.cursor == was {
		return err
	}
	return r.store(ctx, nil, r.cursor)
}

// resumed is the cursor of a folder that was read before: from its start, if
// its UIDs mean other mails now.
func (r *reader) resumed(ctx context.Context, c ticketing.Cursor) (ticketing.Cursor, error) {
	now, here := r.session.folder, r.account.place()
	switch {
	case c.UIDValidity != now.UIDValidity:
		r.why = errUIDValidity
	case c.Account != "" && c.Account != here:
		r.why = errElsewhere
	case now.UIDNext != 0 && uint32(now.UIDNext) <= c.LastUID:
		// A server that has the mail with that UID only tells a wrong UIDNEXT.
		there, err := r.session.searchFrom(ctx, imap.UID(c.LastUID))
		if err != nil {
			return c, err
		}
		if len(there) == 0 {
			r.why = errUIDsAgain
		}
	}
	c.Account, c.Source = here, r.account.Source
	switch {
	case r.why != nil:
		c.UIDValidity, c.LastUID, c.Comparing = now.UIDValidity, 0, true
		c.Numbering++
	case c.Comparing:
		r.why = errInterrupted
	}
	return c, nil
}

// first is the cursor of a folder never read: before everything with Backfill,
// else after everything. If another folder of the mailbox was read in its
// place, mails that came since the last one seen there are not left behind.
func (r *reader) first(ctx context.Context) (ticketing.Cursor, error) {
	c := ticketing.Cursor{MailboxID: r.account.Mailbox.ID, Folder: r.account.Folder,
		UIDValidity: r.session.folder.UIDValidity, Account: r.account.place(), Source: r.account.Source}
	former, moved, err := r.spool.FormerFolder(ctx, c.MailboxID, c.Folder, c.Source)
	if err != nil {
		return c, fmt.Errorf("begin with folder %s: %w", c.Folder, err)
	}
	switch {
	case moved && (r.account.Backfill || !former.Seen.IsZero()):
		c.Comparing, r.why = true, fmt.Errorf("it is read in place of folder %s", former.Folder)
		if !r.account.Backfill {
			c.Since, c.Seen = former.Seen, former.Seen
		}
	case !r.account.Backfill:
		last, err := r.session.lastUID(ctx)
		if err != nil {
			return c, err
		}
		c.LastUID, c.Since = uint32(last), time.Now().UTC().Truncate(time.Second)
		c.Seen = c.Since
	}
	return c, nil
}
