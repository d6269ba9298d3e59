package imap

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"

	"deskd/ticketing"
)

// reader takes in the mails of one folder over one session.
type reader struct {
	account Account
	spool   ticketing.Spool
	session *session
	lease   func() ticketing.Lease // as it was last renewed
	doubts  *doubts                // outlives the session
	pace    *pace                  // as well
	basin   *basin
	notify  func(Event)
	spooled func()

	// cursor is that of the folder. While it is comparing, the folder's
	// INTERNALDATEs may be new, too.
	cursor ticketing.Cursor
	begun  bool
	why    error // why it is comparing
	// groupMails is the size of the next group: fewer after large mails.
	groupMails int
}

// catchUp takes in everything that is new, and says how many mails that were.
func (r *reader) catchUp(ctx context.Context) (int, error) {
	n := 0
	if !r.begun {
		if err := r.begin(ctx); err != nil {
			return 0, err
		}
		r.doubts.folder(r.cursor)
		if r.cursor.Comparing {
			var err error
			if n, err = r.compare(ctx); err != nil {
				return n, err
			}
		}
		r.begun = true
	}
	if r.cursor.LastUID == uint32(maxUID) {
		return n, fmt.Errorf("folder %s has used up its UIDs; give it a new UIDVALIDITY", r.account.Folder)
	}
	pending, err := r.session.searchFrom(ctx, imap.UID(r.cursor.LastUID)+1)
	if err != nil {
		return n, err
	}
	m, err := r.takeIn(ctx, pending)
	return n + m, err
}

// at is the cursor moved to a UID.
func (r *reader) at(last imap.UID) ticketing.Cursor {
	c := r.cursor
	c.LastUID = uint32(last)
	return c
}

// lastUID is the highest UID given out so far, or a higher one that has no
// mail: UIDNEXT minus one where the server tells UIDNEXT, which it need not.
func (s *session) lastUID(ctx context.Context) (imap.UID, error) {
	if s.folder.UIDNext > 0 {
		return s.folder.UIDNext - 1, nil
	}
	all, err := s.searchFrom(ctx, 1)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	return all[len(all)-1].Stop, nil
}

// takeIn stores mails in the order of their UIDs, in groups. After an error all
// before the mail at fault are stored.
func (r *reader) takeIn(ctx context.Context, pending imap.UIDSet) (int, error) {
	n := 0
	for len(pending) > 0 {
		size := r.pace.group(r.groupMails)
		if r.doubts.about(pending[0].Start) {
			size = 1
		}
		uids, _ := take(pending, size)
		stored, err := r.takeGroup(ctx, uids)
		n += stored
		if err != nil {
			return n, err
		}
		if stored < len(uids) {
			r.groupMails = stored
		} else if stored == r.groupMails {
			r.groupMails = min(2*stored, r.account.Limits.GroupMails)
		}
		pending = clip(pending, uids[stored-1]+1)
	}
	return n, nil
}

// takeGroup fetches a group and stores as many of its mails as the limits
// allow, at least one, up to the first that cannot be fetched. It returns
// their number.
func (r *reader) takeGroup(ctx context.Context, uids []imap.UID) (int, error) {
	arrivals, fault := r.arrivals(ctx, uids)
	if fault != nil {
		r.doubts.failed(ctx, uids[len(arrivals):], fault, r.basin.hasRoom)
	}
	if len(arrivals) == 0 {
		return 0, fault
	}
	last := imap.UID(arrivals[len(arrivals)-1].UID)
	if err := r.store(ctx, arrivals, r.at(last)); err != nil {
		return 0, err
	}
	r.doubts.passed(last)
	if err := r.basin.empty(); err != nil {
		return len(arrivals), err
	}
	return len(arrivals), fault
}

// store hands mails to the spool. It finishes although ctx ends meanwhile.
func (r *reader) store(ctx context.Context, arrivals []ticketing.Arrival, next ticketing.Cursor) error {
	var bytes int64
	for _, a := range arrivals {
		bytes += a.Size
	}
	allowed := r.pace.time(bytes)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), allowed)
	defer cancel()
	begun := time.Now()
	if err := r.spool.SpoolMails(ctx, r.lease(), arrivals, next); err != nil {
		// Not every store says by its error that it was the time.
		err = fmt.Errorf("store %d mails of folder %s: %w", len(arrivals), r.account.Folder, errors.Join(err, ctx.Err()))
		r.pace.failed(len(arrivals), err)
		return err
	}
	r.cursor = next
	if len(arrivals) > 0 {
		r.pace.stored(len(arrivals), time.Since(begun), allowed, r.account.Limits.GroupMails)
		r.notify(Event{Kind: Fetched, Mails: len(arrivals)})
		r.spooled()
	}
	return nil
}

// arrivals fetches the mails of a group, one arrival for each UID, until the
// limits are reached. After an error it returns those before the first mail
// that could not be had.
func (r *reader) arrivals(ctx context.Context, uids []imap.UID) ([]ticketing.Arrival, error) {
	if r.doubts.stage(uids[0]) != stageUsual {
		a, err := r.rescue(ctx, uids[0])
		if err != nil {
			return nil, err
		}
		return []ticketing.Arrival{a}, nil
	}
	got, err := r.session.beginnings(ctx, imap.UIDSetNum(uids...), r.basin)
	if err != nil && !refused(err) { // what came before a NO is good
		return nil, err
	}
	there, err := r.stillThere(ctx, slices.DeleteFunc(slices.Clone(uids), func(uid imap.UID) bool { _, ok := got[uid]; return ok }))
	if err != nil {
		return nil, err
	}
	arrivals := make([]ticketing.Arrival, 0, len(uids))
	var bytes int64
	for i, uid := range uids {
		f, ok := got[uid]
		if bytes += f.meta.size; i > 0 && bytes > r.account.Limits.GroupBytes {
			break
		}
		a := r.gone(uid)
		switch {
		case ok && r.session.whole(f):
			a = r.arrival(uid, f.meta, f.body, false)
		case ok || there.Contains(uid):
			if a, err = r.single(ctx, uid, f); err != nil {
				return arrivals, err
			}
		}
		arrivals = append(arrivals, a)
	}
	return arrivals, nil
}
