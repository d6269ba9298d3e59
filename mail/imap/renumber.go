package imap

import (
	"context"
	"fmt"

	"github.com/emersion/go-imap/v2"

	"deskd/ticketing"
)

// comparedAtOnce is how many mails are compared with the spool in one call.
const comparedAtOnce = 500

// renumber takes in what is unknown of a folder whose UIDs mean other mails
// than before (RFC 3501 §2.3.1.1). All mails are compared by Message-ID, date
// and size, from the header, and only the unknown are downloaded.
//
// The old cursor stays until all is done, so that a process that dies half-way
// compares again instead of taking the rest for new.
func (r *reader) renumber(ctx context.Context, old ticketing.Cursor) (int, error) {
	r.renumbering = true
	defer func() { r.renumbering = false }()
	all, err := r.session.searchFrom(ctx, 1)
	if err != nil {
		return 0, err
	}
	last, err := r.session.lastUID(ctx)
	if err != nil {
		return 0, err
	}
	if len(all) > 0 {
		last = max(last, all[len(all)-1].Stop)
	}
	n := 0
	for len(all) > 0 {
		var uids []imap.UID
		uids, all = take(all, comparedAtOnce)
		unknown, err := r.unknown(ctx, uids)
		if err != nil {
			return n, err
		}
		stored, err := r.takeIn(ctx, unknown, func(imap.UID) ticketing.Cursor { return old })
		n += stored
		if err != nil {
			return n, err
		}
	}
	if err := r.store(ctx, nil, r.at(last)); err != nil {
		return n, err
	}
	r.notify(Event{Kind: Renumbered, Mails: n})
	return n, nil
}

// unknown says which mails were never spooled under any number. One whose
// header does not come is unknown: that costs a download at most.
func (r *reader) unknown(ctx context.Context, uids []imap.UID) (imap.UIDSet, error) {
	got, err := r.session.identities(ctx, imap.UIDSetNum(uids...), r.basin)
	if err != nil && !refused(err) {
		return nil, err
	}
	asked := make([]ticketing.Arrival, len(uids))
	for i, uid := range uids {
		f := got[uid]
		asked[i] = r.arrival(uid, f.meta, f.body, false)
		asked[i].Size, asked[i].Open = f.meta.size, nil
	}
	known, err := r.spool.KnownMails(ctx, r.account.Mailbox.ID, r.account.Folder, asked)
	if err != nil {
		return nil, fmt.Errorf("compare the renumbered folder %s with what is known: %w", r.account.Folder, err)
	}
	if err := r.basin.empty(); err != nil {
		return nil, err
	}
	var unknown imap.UIDSet
	for i, uid := range uids {
		if i >= len(known) || !known[i] {
			unknown.AddNum(uid)
		}
	}
	return unknown, nil
}
