package ticketing

import (
	"errors"
	"slices"
	"strings"
)

// gatherCopies looks for the mail itself: an earlier copy of it, or our own
// mail that came back. An id alone is nothing: ids are reused, and an attacker
// may use one before its owner does.
func (d *Desk) gatherCopies(r Reader, m Message, c *Candidates) error {
	var prior []PriorMail
	var err error
	if m.MessageID == "" {
		prior, err = r.MailsWithRaw(m.RawSHA256)
	} else {
		if c.OwnCopy, err = d.isOurs(r, m); err != nil {
			return err
		}
		prior, err = r.MailsWithMessageID(FoldMessageID(m.MessageID))
	}
	if err != nil {
		return err
	}
	for _, p := range prior {
		if p.MailID == m.MailID || p.From != senderOf(m).Address || p.TicketID == 0 {
			// Of a mail that left nothing on a ticket there is nothing to repeat.
			continue
		}
		e, err := r.Entry(p.EntryID)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		switch better := betterProved(m.Verdict, e.Verdict); {
		case p.BodyDigest == m.BodyDigest || isVariant(m, p, e):
			if !standsBack(e, m, better) {
				c.Prior = &p
				return nil
			}
		case !better:
			c.ReusedID = true
		}
	}
	return nil
}

// isOurs reports whether the mail's own id is one that we signed, or that a
// relay gave a mail of ours: then it is stored for an entry that came by another
// mail, or by none. Only what has our loop header too is dropped for it.
func (d *Desk) isOurs(r Reader, m Message) (bool, error) {
	if d.Keys.wrote(m) || !loopsBack(m, d.Settings.Instance) {
		return d.Keys.wrote(m), nil
	}
	id := FoldMessageID(m.MessageID)
	stored, err := r.FindMessageIDs([]string{id})
	if err != nil || len(stored) == 0 {
		return false, err
	}
	e, err := r.Entry(stored[0].EntryID)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil && FoldMessageID(e.MessageID) != id, err
}

// standsBack reports that an earlier copy does not stand for the mail: what is
// only held for review does not for a better proved one, nor for the answer in
// the Sent folder.
func standsBack(e Entry, m Message, better bool) bool {
	return e.Visibility == Held && (better || m.Source == SourceSent)
}

func betterProved(v, than Verdict) bool {
	rank := map[VerdictResult]int{Fail: -1, Pass: 1}
	return rank[v.Result] > rank[than.Result]
}

// isVariant reports whether the mail is an earlier one as a mailing list or a
// gateway changed it, by a footer or the like: sent at the same time, with no
// file more, and one text holds the other.
func isVariant(m Message, p PriorMail, e Entry) bool {
	if m.Date.IsZero() || !m.Date.Equal(p.SentAt) {
		return false
	}
	for _, a := range m.Attachments {
		if !slices.ContainsFunc(e.Attachments, func(b Attachment) bool { return a.Name == b.Name && a.Size == b.Size }) {
			return false
		}
	}
	earlier, now := flatten(e.FullText), flatten(m.Text)
	if len(now) == 0 || len(earlier)*2 < len(now) {
		return false
	}
	return strings.Contains(earlier, now) || strings.Contains(now, earlier)
}

// doubted is the mail without the proof of its sender, if he used its id
// before for something else. Whoever has an old signed mail can make it say
// other things where the signature covers less than is read.
func doubted(m Message, c Candidates) Message {
	if c.ReusedID && m.Verdict.Result == Pass {
		m.Verdict.Result = None
		m.Verdict.Evidence += " reason=message-id-used-before"
	}
	return m
}
