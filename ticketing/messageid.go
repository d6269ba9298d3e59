package ticketing

import (
	"strings"
	"time"
)

// The kinds of our own Message-IDs: what their row number means.
const (
	idRoot = "t" // a ticket: the first of the References of all its mails
	idMail = "m" // an entry as mailed to one participant
	idOwn  = "p" // a person: a letter to him that is about no ticket
)

// LetterProbe stands in the ids of mails by which an administrator tries a
// mail provider. They are in no outbox, and belong to no entry.
const LetterProbe LetterKind = "probe"

// OwnID is what one of our own Message-IDs says.
type OwnID struct {
	TicketID      int64  // of a root id, else 0
	EntryID       int64  // of a mail's id, else 0
	ParticipantID int64  // whose copy it was
	PersonID      int64  // whom a letter went to that is about no ticket
	Letter        string // the kind of letter, without underscores
}

// RootID is the signed id that the References of all mails of a ticket start
// with: relays rewrite Message-IDs, but leave References alone.
func (k *Keyring) RootID(ticketID int64, domain string) string {
	return k.ownID(idRoot, encodeNumber(ticketID, 1), domain)
}

// MailID is the signed Message-ID of an entry's mail to one participant. The
// kind of letter keeps two letters about one entry apart.
func (k *Keyring) MailID(kind LetterKind, entryID, participantID int64, domain string) string {
	row := encodeNumber(entryID, 1) + "-" + encodeNumber(participantID, 1) + "-" + letterInID(kind)
	return k.ownID(idMail, row, domain)
}

// PersonalID is the signed Message-ID of a letter to a person that is about no
// ticket. He gets no two of one kind in the same millisecond.
func (k *Keyring) PersonalID(kind LetterKind, personID int64, at time.Time, domain string) string {
	return k.ownID(idOwn, encodeNumber(personID, 1)+"-"+encodeNumber(at.UnixMilli(), 1)+"-"+letterInID(kind), domain)
}

// letterInID is how an id names the kind of letter.
func letterInID(kind LetterKind) string { return strings.ReplaceAll(string(kind), "_", "") }

func (k *Keyring) ownID(kind, row, domain string) string {
	return "<h1." + kind + "." + row + "." + k.newest +
		sign(k.keys[k.newest].msgID, msgIDText(kind, row)) + "@" + domain + ">"
}

func msgIDText(kind, row string) string { return purposeMsgID + "|" + kind + "|" + row }

// FoldMessageID gives the form by which ids are stored and looked up: gateways
// change their case. What we write keeps the id as its owner wrote it, since
// his mail program may compare it to the letter.
func FoldMessageID(id string) string { return strings.ToLower(id) }

// maxWrittenID bounds the ids of others that we write, in bytes: with its
// header field's name one has to fit into a line of a mail (RFC 5322 §2.1.1).
const maxWrittenID = 900

// writableID reports whether an id of somebody else can stand in the header of
// what we write: raw 8-bit characters, blanks or no end make relays refuse the
// mail of everybody on the ticket.
func writableID(id string) bool {
	if len(id) < 3 || len(id) > maxWrittenID || id[0] != '<' || id[len(id)-1] != '>' {
		return false
	}
	for i := range len(id) {
		if id[i] <= ' ' || id[i] >= 0x7f {
			return false
		}
	}
	return !strings.ContainsAny(id[1:len(id)-1], "<>")
}

// VerifyID reads an id and reports whether this desk signed it. Anybody can
// write an id that looks like ours; only the signature makes it one
// (CVE-2026-47123 was a helpdesk that did not check).
func (k *Keyring) VerifyID(id string) (OwnID, bool) {
	id = strings.Trim(strings.ToLower(id), "<>")
	left, _, found := cutLast(id, "@")
	parts := strings.Split(left, ".")
	if !found || len(parts) != 4 || parts[0] != "h1" || len(parts[3]) != 1+macWidth {
		return OwnID{}, false
	}
	kind, row := parts[1], parts[2]
	key, ok := k.keys[parts[3][:1]]
	if !ok || !verify(key.msgID, msgIDText(kind, row), parts[3][1:]) {
		return OwnID{}, false
	}
	switch kind {
	case idRoot:
		n, ok := decodeNumber(row)
		return OwnID{TicketID: n}, ok
	case idMail:
		f := strings.Split(row, "-")
		if len(f) != 3 {
			return OwnID{}, false
		}
		entry, ok1 := decodeNumber(f[0])
		participant, ok2 := decodeNumber(f[1])
		return OwnID{EntryID: entry, ParticipantID: participant, Letter: f[2]}, ok1 && ok2
	case idOwn:
		f := strings.Split(row, "-")
		if len(f) != 3 {
			return OwnID{}, false
		}
		person, ok := decodeNumber(f[0])
		return OwnID{PersonID: person, Letter: f[2]}, ok
	}
	return OwnID{}, false
}

// wrote reports whether this desk signed the mail's own id, or the one it had
// before Exchange replaced it. Relays that keep no trace of the old id tell the
// new one when they take the mail; for a probe, which nobody else ever sees, an
// id in its References does.
func (k *Keyring) wrote(m Message) bool {
	for _, id := range []string{m.MessageID, m.OriginalID} {
		if _, ok := k.VerifyID(id); ok {
			return true
		}
	}
	for _, id := range m.References {
		if own, ok := k.VerifyID(id); ok && own.Letter == string(LetterProbe) {
			return true
		}
	}
	return false
}
