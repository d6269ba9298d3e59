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
	fields   content   // Message-ID and Date, where they were asked for
}

// fetched is one mail of an answer.
type fetched struct {
	uid  imap.UID
	meta meta
	body content
	err  error // why there is no body
}

// The items that are ever asked for. ENVELOPE and BODYSTRUCTURE are not among
// them: one address that the library cannot read would end the connection.
type section int

const (
	noSection section = iota
	wholeMail
	headerOnly
	identity // the fields by which a mail is recognised
)

func (sec section) items() []*imap.FetchItemBodySection {
	switch sec {
	case wholeMail:
		return []*imap.FetchItemBodySection{{Peek: true}}
	case headerOnly:
		return []*imap.FetchItemBodySection{{Peek: true, Specifier: imap.PartSpecifierHeader}}
	case identity:
		return []*imap.FetchItemBodySection{{Peek: true, Specifier: imap.PartSpecifierHeader,
			HeaderFields: []string{"Message-ID", "Date"}}}
	}
	return nil
}

// metas asks for size and date of mails, and with identity for the fields by
// which they are recognised.
func (s *session) metas(ctx context.Context, uids imap.UIDSet, sec section, b *basin) (map[imap.UID]meta, error) {
	o := &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: true, BodySection: sec.items()}
	found := make(map[imap.UID]meta)
	err := s.fetch(ctx, "fetch sizes", uids, o, b, func(f fetched) {
		f.meta.fields = f.body
		found[f.uid] = f.meta
	})
	return found, err
}

// bodies fetches mails or their headers into the basin. An answer that names a
// mail twice, or one that was not asked for, never gets this far: the library
// drops it.
func (s *session) bodies(ctx context.Context, uids imap.UIDSet, sec section, b *basin) (map[imap.UID]fetched, error) {
	o := &imap.FetchOptions{UID: true, BodySection: sec.items()}
	found := make(map[imap.UID]fetched)
	err := s.fetch(ctx, "fetch "+describe(uids), uids, o, b, func(f fetched) { found[f.uid] = f })
	return found, err
}

// fetch runs one UID FETCH and hands over each mail that came whole.
func (s *session) fetch(ctx context.Context, what string, uids imap.UIDSet, o *imap.FetchOptions, b *basin, got func(fetched)) error {
	if len(uids) == 0 {
		return nil
	}
	return s.within(ctx, what, func(w *watchdog) error {
		cmd := s.client.Fetch(uids, o)
		var fault error
		for m := cmd.Next(); m != nil; m = cmd.Next() {
			f := s.readMail(m, w, b)
			switch {
			case errors.As(f.err, new(*diskError)):
				fault = f.err
				s.conn.Close() // rather than read the rest for nothing
			case f.uid != 0:
				got(f)
			}
		}
		return errors.Join(fault, cmd.Close())
	})
}

// readMail reads one mail of an answer.
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
			f.body, f.err = b.take(item.Literal)
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
