package imap

import (
	"context"
	"fmt"

	"github.com/emersion/go-imap/v2"

	"deskd/ticketing"
)

// comparedAtOnce is how many mails are compared with the spool in one call.
const comparedAtOnce = 500

// compare takes in what is unknown of a folder whose UIDs mean other mails
// than before (RFC 3501 §2.3.1.1), or that was never read. All mails are
// compared by Message-ID, date and size, from the header, and only the unknown
// are downloaded, without those that were left alone before.
//
// The cursor moves over what has been compared, so that a process that dies
// half-way goes on where it was.
func (r *reader) compare(ctx context.Context) (int, error) {
	pending, err := r.session.searchFrom(ctx, imap.UID(r.cursor.LastUID)+1)
	if err != nil {
		return 0, err
	}
	last, err := r.session.lastUID(ctx)
	if err != nil {
		return 0, err
	}
	last = max(last, imap.UID(r.cursor.LastUID))
	n, left := 0, 0
	for len(pending) > 0 {
		var uids []imap.UID
		uids, pending = take(pending, comparedAtOnce)
		unknown, leave, err := r.unknown(ctx, uids)
		if err != nil {
			return n, err
		}
		stored, err := r.takeIn(ctx, unknown)
		n, left = n+stored, left+leave
		if err != nil {
			return n, err
		}
		last = max(last, uids[len(uids)-1])
		if err := r.store(ctx, nil, r.at(uids[len(uids)-1])); err != nil {
			return n, err
		}
	}
	next := r.at(last)
	next.Comparing = false
	if err := r.store(ctx, nil, next); err != nil {
		return n, err
	}
	r.notify(Event{Kind: Renumbered, Mails: n, LeftAlone: left, Err: r.why})
	return n, nil
}

// unknown says which mails are to be taken: those that were never spooled under
// any number, and how many of these are left alone. One whose header does not
// come is unknown: that costs a download at most.
func (r *reader) unknown(ctx context.Context, uids []imap.UID) (take imap.UIDSet, left int, err error) {
	got, err := r.session.identities(ctx, imap.UIDSetNum(uids...), r.basin)
	if err != nil && !refused(err) {
		return nil, 0, err
	}
	asked := make([]ticketing.Arrival, len(uids))
	for i, uid := range uids {
		f := got[uid]
		asked[i] = r.arrival(uid, f.meta, f.body, false)
		asked[i].Size, asked[i].Open = f.meta.size, nil
	}
	known, err := r.spool.KnownMails(ctx, r.account.Mailbox.ID, r.account.Folder, asked)
	if err != nil {
		return nil, 0, fmt.Errorf("compare folder %s with what is known: %w", r.account.Folder, err)
	}
	var unknown []ticketing.Arrival
	for i := range asked {
		if i >= len(known) || !known[i] {
			unknown = append(unknown, asked[i])
		}
	}
	leave, err := r.leftAlone(ctx, unknown)
	if err != nil {
		return nil, 0, err
	}
	for _, a := range unknown {
		if !leave[imap.UID(a.UID)] {
			take.AddNum(imap.UID(a.UID))
		}
	}
	return take, len(leave), r.basin.empty()
}

// leftAlone finds the mails that came before those that are wanted: they were
// there at the first connection, or in a folder that was not read. At another
// server a mail may have a new INTERNALDATE. Then its Received tells when it
// came, and its own Date where it has none; it is not asked for otherwise,
// since that is by far the longest field.
func (r *reader) leftAlone(ctx context.Context, unknown []ticketing.Arrival) (map[imap.UID]bool, error) {
	leave := map[imap.UID]bool{}
	since := r.cursor.Since
	if r.account.Backfill || since.IsZero() {
		return leave, nil
	}
	var doubtful []imap.UID
	for _, a := range unknown {
		switch {
		case a.ReceivedAt.Before(since):
			leave[imap.UID(a.UID)] = true
		case !a.Date.IsZero() && a.Date.Before(since):
			doubtful = append(doubtful, imap.UID(a.UID))
		}
	}
	if len(doubtful) == 0 {
		return leave, nil
	}
	got, err := r.session.fetch(ctx, imap.UIDSetNum(doubtful...), &imap.FetchOptions{BodySection: trace.items()}, r.basin)
	if err != nil && !refused(err) {
		return nil, err
	}
	for uid, f := range got {
		came, told := headerReceived(f.body.head())
		if f.err == nil && (!told || !came.IsZero() && came.Before(since)) {
			leave[uid] = true
		}
	}
	return leave, nil
}
