package imap

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// meta is what a server says of a mail without its content.
type meta struct {
	size     int64     // RFC822.SIZE
	received time.Time // INTERNALDATE
}

// fetched is one mail of an answer.
type fetched struct {
	uid  imap.UID
	meta meta
	body content
	// part: the server says that body is only the beginning that was asked
	// for; a short mail may still be whole.
	part bool
	err  error // why there is no body
}

// The items that are ever asked for. ENVELOPE and BODYSTRUCTURE are not among
// them: one address that the library cannot read would end the connection.
type section int

const (
	wholeMail section = iota
	beginning         // the first beginningBytes: the whole of nearly all mails
	headerOnly
	identity // the fields by which a mail is recognised
	trace    // the fields that tell when it came
)

// beginningBytes is asked for of every mail at first, and its size with it. So
// one exchange takes in a group of usual mails, and large ones are not begun
// before it is clear whether they are wanted.
const beginningBytes = inMemory

func (sec section) items() []*imap.FetchItemBodySection {
	switch sec {
	case wholeMail:
		return []*imap.FetchItemBodySection{{Peek: true}}
	case beginning:
		return []*imap.FetchItemBodySection{{Peek: true, Partial: &imap.SectionPartial{Size: beginningBytes}}}
	case headerOnly:
		return []*imap.FetchItemBodySection{{Peek: true, Specifier: imap.PartSpecifierHeader}}
	case identity:
		return []*imap.FetchItemBodySection{{Peek: true, Specifier: imap.PartSpecifierHeader,
			HeaderFields: []string{"Message-ID", "Date"}}}
	case trace:
		return []*imap.FetchItemBodySection{{Peek: true, Specifier: imap.PartSpecifierHeader,
			HeaderFields: []string{"Received"}}}
	}
	return nil
}

// identities asks for size, date and the fields by which mails are recognised.
func (s *session) identities(ctx context.Context, uids imap.UIDSet, b *basin) (map[imap.UID]fetched, error) {
	return s.fetch(ctx, uids, &imap.FetchOptions{RFC822Size: true, InternalDate: true, BodySection: identity.items()}, b)
}

// beginnings fetches mails as far as beginningBytes, with size and date.
func (s *session) beginnings(ctx context.Context, uids imap.UIDSet, b *basin) (map[imap.UID]fetched, error) {
	return s.fetch(ctx, uids, &imap.FetchOptions{RFC822Size: true, InternalDate: true, BodySection: beginning.items()}, b)
}

// whole reports whether a beginning is all of its mail. A server that cut it
// short, or tells sizes by estimate, makes them differ: then the mail is
// fetched again, as a whole. That shows which it was.
func (s *session) whole(f fetched) bool {
	switch {
	case f.err != nil:
		return false
	case !f.part || f.body.size == f.meta.size:
		return true
	}
	return s.estimates && f.body.size < beginningBytes
}

// compare learns from a mail that was fetched as a whole after its beginning.
func (s *session) compare(f fetched, whole content) {
	if f.part && f.err == nil && f.body.size < beginningBytes && f.body.size == whole.size {
		s.estimates = true
	}
}

// fetch runs one UID FETCH and returns the mails that came. After an error
// those that had come are returned as well. An answer that names a mail twice,
// or one that was not asked for, never gets this far: the library drops it.
func (s *session) fetch(ctx context.Context, uids imap.UIDSet, o *imap.FetchOptions, b *basin) (map[imap.UID]fetched, error) {
	o.UID = true
	found := make(map[imap.UID]fetched)
	err := s.within(ctx, "fetch "+describe(uids), func(w *watchdog) error {
		cmd := s.client.Fetch(uids, o)
		var fault error
		for m := cmd.Next(); m != nil; m = cmd.Next() {
			f := s.readMail(m, w, b)
			switch {
			case errors.As(f.err, new(*cutError)):
				s.conn.Close()
				return f.err // and let the command be
			case errors.As(f.err, new(*diskError)):
				fault = f.err
			case f.uid != 0:
				found[f.uid] = f
			}
		}
		return errors.Join(fault, cmd.Close())
	})
	return found, err
}

// readMail reads one mail of an answer. After a cutError it has not read all.
func (s *session) readMail(m *imapclient.FetchMessageData, w *watchdog, b *basin) fetched {
	t := s.account.Timing
	f := fetched{err: errNoBody}
	for item := m.Next(); item != nil; item = m.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			f.uid = item.UID
		case imapclient.FetchItemDataRFC822Size:
			f.meta.size = item.Size
		case imapclient.FetchItemDataInternalDate:
			f.meta.received = item.Time
		case imapclient.FetchItemDataBodySection:
			w.allow(t.Literal)
			if item.Literal != nil { // what is above the limit is not worth waiting for
				s.conn.allow(min(item.Literal.Size(), 2*s.account.Limits.MailSize))
			}
			f.part = item.Section.Partial != nil
			f.body, f.err = b.take(item.Literal)
			switch {
			case errors.As(f.err, new(*cutError)):
				return f
			case errors.As(f.err, new(*diskError)):
				s.conn.Close() // rather than read the rest for nothing
			}
		}
	}
	w.allow(t.Command)
	return f
}

// describe names UIDs for an error, shortly.
func describe(uids imap.UIDSet) string {
	if n := len(uids); n > 0 && uids[0].Start != uids[n-1].Stop {
		return fmt.Sprintf("uids %d to %d", uids[0].Start, uids[n-1].Stop)
	} else if n > 0 {
		return fmt.Sprintf("uid %d", uids[0].Start)
	}
	return "no uids"
}
