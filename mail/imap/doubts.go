package imap

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/emersion/go-imap/v2"

	"deskd/ticketing"
)

// doubts remembers, over connections, which mails could not be fetched.
//
// A group that fails says nothing about any one mail in it, so its mails are
// fetched one by one the next time. Since the cursor only moves over mails
// that are settled, there is never more than one mail that blocks the rest.
// There may be no room for a group, either, and no room for a mail.
type doubts struct {
	uidValidity uint32
	numbering   int64
	until       imap.UID // mails up to this one are fetched one by one
	uid         imap.UID // the one that blocks
	tries       int      // how often it failed alone
	noRoom      int      // how often there was no room for it, though for others
}

// patience is how often a mail must fail on its own before less than the whole
// mail is asked for. With the waits between it takes more than a minute.
const patience = 4

// roomPatience is how often there must be no room for a mail before less than
// the whole mail is asked for. With the waits between it takes more than five
// minutes.
const roomPatience = 7

// stage is what is asked for of a mail.
type stage int

const (
	stageUsual  stage = iota // size and date, then the mail
	stageBare                // only the mail: its size or date may be what fails
	stageHeader              // only the header
	stageStub                // nothing, once another mail proves that the server can
	stageNoRoom              // only the header, too
)

// folder begins anew when the UIDs mean other mails.
func (d *doubts) folder(c ticketing.Cursor) {
	if d.uidValidity != c.UIDValidity || d.numbering != c.Numbering {
		*d = doubts{uidValidity: c.UIDValidity, numbering: c.Numbering}
	}
}

// about reports whether a mail is to be fetched alone.
func (d *doubts) about(uid imap.UID) bool { return uid <= d.until }

// stage says what is asked for of a mail this time.
func (d *doubts) stage(uid imap.UID) stage {
	switch {
	case uid != d.uid:
		return stageUsual
	case d.noRoom >= roomPatience:
		return stageNoRoom
	case d.tries < patience:
		return stageUsual
	}
	return min(stageBare+stage(d.tries-patience), stageStub)
}

// failed notes mails that could not be fetched, if they may be to blame: not
// when we gave up. hasRoom is asked when there was no room for a single mail:
// a disk that is full for all is not the mail's fault.
func (d *doubts) failed(ctx context.Context, uids []imap.UID, err error, hasRoom func() bool) {
	if ctx.Err() != nil || len(uids) == 0 {
		return
	}
	d.until = max(d.until, uids[len(uids)-1])
	if len(uids) > 1 {
		return
	}
	if d.uid != uids[0] {
		d.uid, d.tries, d.noRoom = uids[0], 0, 0
	}
	switch {
	case !errors.As(err, new(*diskError)):
		d.tries++
	case hasRoom():
		d.noRoom++
	}
}

// passed notes that all mails up to a UID are stored.
func (d *doubts) passed(uid imap.UID) {
	if d.uid <= uid {
		d.uid, d.tries, d.noRoom = 0, 0, 0
	}
}

// rescue keeps as much as can be had of a mail that failed too often.
func (r *reader) rescue(ctx context.Context, uid imap.UID) (ticketing.Arrival, error) {
	there, err := r.stillThere(ctx, []imap.UID{uid})
	if err != nil {
		return ticketing.Arrival{}, err
	}
	if !there.Contains(uid) {
		return r.gone(uid), nil
	}
	switch r.doubts.stage(uid) {
	case stageBare:
		return r.single(ctx, uid, fetched{})
	case stageNoRoom:
		return r.withoutRoom(ctx, uid)
	case stageHeader:
		head, err := r.content(ctx, uid, headerOnly)
		if err != nil {
			return ticketing.Arrival{}, err
		}
		r.notify(Event{Kind: Unfetchable, UID: uint32(uid), Err: errors.New("only its header can be fetched")})
		return r.arrival(uid, meta{}, head, true), nil
	}
	if err := r.proveServer(ctx, uid); err != nil {
		return ticketing.Arrival{}, fmt.Errorf("fetch uid %d: nothing can be fetched of it, nor of its neighbour: %w", uid, err)
	}
	r.notify(Event{Kind: Unfetchable, UID: uint32(uid), Err: errors.New("nothing of it can be fetched")})
	return r.stub(uid), nil
}

// withoutRoom takes the header of a mail that is larger than the room for
// temporary files.
func (r *reader) withoutRoom(ctx context.Context, uid imap.UID) (ticketing.Arrival, error) {
	got, err := r.session.fetch(ctx, imap.UIDSetNum(uid),
		&imap.FetchOptions{RFC822Size: true, InternalDate: true, BodySection: headerOnly.items()}, r.basin)
	f, ok := got[uid]
	if !ok || f.err != nil {
		return ticketing.Arrival{}, fmt.Errorf("fetch the header of uid %d: %w", uid, cmp.Or(errors.Join(err, f.err), errMissing))
	}
	r.notify(Event{Kind: Unfetchable, UID: uint32(uid), Err: fmt.Errorf(
		"only its header was taken: there is no room for its %d bytes in the folder for temporary files", f.meta.size)})
	return r.arrival(uid, f.meta, f.body, true), nil
}

// proveServer fetches the header of another mail. If that fails too, it is not
// the one mail that is at fault, and nothing may be given up.
func (r *reader) proveServer(ctx context.Context, uid imap.UID) error {
	all, err := r.session.searchFrom(ctx, 1)
	if err != nil {
		return err
	}
	neighbour, ok := neighbourOf(all, uid)
	if !ok {
		return errors.New("the folder holds no other mail to compare with")
	}
	_, err = r.content(ctx, neighbour, headerOnly)
	return err
}

// neighbourOf is the next UID of the set after the given one, or else the last
// before it.
func neighbourOf(set imap.UIDSet, uid imap.UID) (imap.UID, bool) {
	var before imap.UID
	for _, r := range set {
		switch {
		case r.Start > uid:
			return r.Start, true
		case r.Stop > uid:
			return uid + 1, true
		case r.Stop < uid:
			before = r.Stop
		case r.Start < uid:
			before = uid - 1
		}
	}
	return before, before != 0
}
