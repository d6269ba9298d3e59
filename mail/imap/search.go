package imap

import (
	"context"
	"fmt"
	"math"

	"github.com/emersion/go-imap/v2"
)

// searchFrom lists the UIDs of the folder from the given one on. A server
// answers n:* with its last mail when there is none from n on (RFC 3501
// §6.4.8): such UIDs are left out.
func (s *session) searchFrom(ctx context.Context, from imap.UID) (imap.UIDSet, error) {
	found, err := s.search(ctx, imap.UIDSet{{Start: from, Stop: 0}})
	if err != nil {
		return nil, err
	}
	return clip(found, from), nil
}

// search lists which of the UIDs are in the folder.
func (s *session) search(ctx context.Context, uids imap.UIDSet) (imap.UIDSet, error) {
	var o *imap.SearchOptions
	if s.caps.Has(imap.CapESearch) {
		o = &imap.SearchOptions{ReturnAll: true} // ranges instead of numbers
	}
	var found imap.UIDSet
	err := s.within(ctx, "search for mails", func(*watchdog) error {
		data, err := s.client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{uids}}, o).Wait()
		if err != nil || data.All == nil {
			return err
		}
		set, ok := data.All.(imap.UIDSet)
		if !ok {
			return fmt.Errorf("the server answered UID SEARCH without UIDs")
		}
		found = set
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, s.plausible(found)
}

// searchSlack is by how much a search may exceed the number of mails that the
// server told before.
const searchSlack = 10_000

// plausible refuses an answer such as 1:4294967295 of a folder with ten mails:
// each number in it would be asked for and noted as gone.
func (s *session) plausible(found imap.UIDSet) error {
	mails := s.folder.NumMessages
	if m := s.client.Mailbox(); m != nil {
		mails = m.NumMessages
	}
	if n := count(found); n > uint64(mails)+searchSlack {
		return fmt.Errorf("search for mails: the server lists %d UIDs in a folder of %d mails", n, mails)
	}
	return nil
}

// clip is the set without the UIDs below from, in order.
func clip(set imap.UIDSet, from imap.UID) imap.UIDSet {
	var kept imap.UIDSet
	for _, r := range set {
		if r.Stop >= from {
			kept.AddRange(max(r.Start, from), r.Stop)
		}
	}
	return kept
}

// count is the number of UIDs in a set without "*".
func count(set imap.UIDSet) uint64 {
	var n uint64
	for _, r := range set {
		n += uint64(r.Stop) - uint64(r.Start) + 1
	}
	return n
}

// take is the first n UIDs of an ordered set, and what is left.
func take(set imap.UIDSet, n int) (first []imap.UID, rest imap.UIDSet) {
	for i, r := range set {
		for uid := r.Start; ; uid++ {
			if len(first) == n {
				return first, append(imap.UIDSet{{Start: uid, Stop: r.Stop}}, set[i+1:]...)
			}
			first = append(first, uid)
			if uid == r.Stop {
				break
			}
		}
	}
	return first, nil
}

// maxUID is the last UID there can be.
const maxUID = imap.UID(math.MaxUint32)
