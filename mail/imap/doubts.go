package imap

import (
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
type doubts struct {
	uidValidity uint32
	numbering   int64
	until       imap.UID // mails up to this one are fetched one by one
	uid         imap.UID // the one that blocks
	tries       int      // how often it failed alone
}

// patience is how often a mail must fail on its own before less than the whole
// mail is asked for. With the waits between it takes more than a minute.
const patience = 4

// stage is what is asked for of a mail.
type stage int

const (
	stageUsual  stage = iota // size and date, then the mail
	stageBare                // only the mail: its size or date may be what fails
	stageHeader              // only the header
	stageStub                // nothing, once another mail proves that the server can
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
	if uid != d.uid || d.tries < patience {
		return stageUsual
	}
	return min(stageBare+stage(d.tries-patience), stageStub)
}

// failed notes mails that could not be fetched, if they are to blame.
func (d *doubts) failed(uids []imap.UID, blame bool) {
	if !blame || len(uids) == 0 {
		return
	}
	d.until = max(d.until, uids[len(uids)-1])
	if len(uids) > 1 {
		return
	}
	if d.uid != uids[0] {
		d.uid, d.tries = uids[0], 0
	}
	d.tries++
}

// passed notes that all mails up to a UID are stored.
func (d *doubts) passed(uid imap.UID) {
	if d.uid <= uid {
		d.uid, d.tries = 0, 0
	}
}

// blame reports whether an error can be the fault of a mail: not when we gave
// up, or have no room for it.
func blame(ctx context.Context, err error) bool {
	return err != nil && ctx.Err() == nil && !errors.As(err, new(*diskError))
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
