package imap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/emersion/go-imap/v2"

	"deskd/ticketing"
)

// errMissing is about a mail that an answer should have held. Expunged mails
// are missing, and mails whose UID comes after their content: the library
// drops those without a word.
var errMissing = errors.New("the server's answer did not hold it")

// stillThere says which of the UIDs are in the folder now.
func (r *reader) stillThere(ctx context.Context, uids []imap.UID) (imap.UIDSet, error) {
	if len(uids) == 0 {
		return nil, nil
	}
	// Until it was asked for news a server may list mails that are expunged.
	if err := r.session.noop(ctx); err != nil {
		return nil, err
	}
	return r.session.search(ctx, imap.UIDSetNum(uids...))
}

// single fetches one mail that did not come whole with its group: by the
// header only, if it is larger than the limit.
func (r *reader) single(ctx context.Context, uid imap.UID, f fetched) (ticketing.Arrival, error) {
	what := wholeMail
	if f.meta.size > r.account.Limits.MailSize {
		what = headerOnly
	}
	body, err := r.content(ctx, uid, what)
	if errors.Is(err, errTooLarge) {
		what = headerOnly
		body, err = r.content(ctx, uid, headerOnly)
	}
	if errors.Is(err, errMissing) {
		there, err := r.stillThere(ctx, []imap.UID{uid})
		if err == nil && !there.Contains(uid) {
			return r.gone(uid), nil
		}
	}
	if err != nil {
		return ticketing.Arrival{}, err
	}
	if what == wholeMail {
		r.session.compare(f, body)
	}
	return r.arrival(uid, f.meta, body, what == headerOnly), nil
}

// content fetches one mail or its header.
func (r *reader) content(ctx context.Context, uid imap.UID, what section) (content, error) {
	got, err := r.session.fetch(ctx, imap.UIDSetNum(uid), &imap.FetchOptions{BodySection: what.items()}, r.basin)
	f, ok := got[uid]
	switch {
	case ok && f.err == nil && (err == nil || refused(err)):
		return f.body, nil
	case err != nil && !refused(err):
		return content{}, err
	case !ok:
		f.err = errors.Join(errMissing, err)
	}
	return content{}, fmt.Errorf("fetch uid %d: %w", uid, f.err)
}

// arrival makes of a fetched mail what the spool takes.
func (r *reader) arrival(uid imap.UID, m meta, body content, header bool) ticketing.Arrival {
	a := r.blank(uid)
	a.HeaderOnly = header
	a.Size = body.size
	if header {
		a.Size = max(m.size, body.size)
	}
	if !m.received.IsZero() {
		a.ReceivedAt = m.received
	}
	head := body.head()
	a.MessageID, a.Date = messageID(head), headerDate(head)
	a.Backlog = r.old(a.ReceivedAt) || r.cursor.Comparing && r.old(a.Date)
	a.Open = body.open
	return a
}

// old reports whether a mail of that time is backlog.
func (r *reader) old(t time.Time) bool {
	return !t.IsZero() && time.Since(t) > r.account.Timing.BacklogAge
}

// gone is the arrival of a mail that vanished before it could be fetched.
func (r *reader) gone(uid imap.UID) ticketing.Arrival {
	a := r.blank(uid)
	a.Gone = true
	return a
}

func (r *reader) blank(uid imap.UID) ticketing.Arrival {
	return ticketing.Arrival{MailboxID: r.account.Mailbox.ID, Source: r.account.Source, Folder: r.account.Folder,
		UIDValidity: r.session.folder.UIDValidity, UID: uint32(uid), ReceivedAt: time.Now()}
}

// stub stands for a mail of which nothing can be fetched. Its one field makes
// its bytes differ from every other stub's, so that none passes for a copy.
func (r *reader) stub(uid imap.UID) ticketing.Arrival {
	a := r.blank(uid)
	a.HeaderOnly = true
	text := fmt.Appendf(nil, "X-Deskd-Unfetched: folder=%q; uidvalidity=%d; uid=%d\r\n\r\n", a.Folder, a.UIDValidity, uid)
	a.Size = int64(len(text))
	a.Open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
	return a
}
