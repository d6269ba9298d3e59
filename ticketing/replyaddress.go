package ticketing

import (
	"fmt"
	"strings"
)

// TokenKind says what a reply address is for.
type TokenKind byte

// The kinds. A reply to an agent's notification of a note carries
// TokenAgentNote, so that answering it stays internal (mail-rules §8.1).
const (
	TokenCustomer  TokenKind = 'c'
	TokenAgent     TokenKind = 'a'
	TokenAgentNote TokenKind = 'n'
	TokenBounce    TokenKind = 'b' // an envelope sender: only bounces come there
	TokenUnfollow  TokenKind = 'u' // a mail there takes a Cc off the ticket
)

const (
	rowWidth   = 8  // 40 bits of participation row
	macWidth   = 26 // 128 bits in base32
	tokenWidth = 1 + 1 + rowWidth + macWidth
	maxRow     = 1<<40 - 1
)

// MaxLocalPart is the longest local part of an address in octets (RFC 5321
// §4.5.3.1.1).
const MaxLocalPart = 64

// MaxReplyBase is the longest local part of a mailbox whose reply addresses
// have the plus form: 64 octets less the separator and the token.
const MaxReplyBase = MaxLocalPart - 1 - tokenWidth

// ReplyForm is how reply addresses look: "support+TOKEN@example.com" with a
// separator, or, when Domain is set, "rTOKEN@reply.example.com" in a domain
// that all ends up in the mailbox.
type ReplyForm struct {
	Separator string // default "+"
	Domain    string // normalised; "" for the plus form
}

func (f ReplyForm) separator() string {
	if f.Separator == "" {
		return "+"
	}
	return f.Separator
}

// Token is what a reply address says, before its signature was checked.
type Token struct {
	Kind          TokenKind
	ParticipantID int64
	keyID         string
	base          string // what the signature binds it to
	signature     string
}

// ReplyAddress makes the signed address under which a participant's answer
// comes back. It fails only for a mailbox address that is too long or a row
// past 40 bits.
func (k *Keyring) ReplyAddress(f ReplyForm, mailbox Mailbox, kind TokenKind, p Participant) (string, error) {
	if p.ID <= 0 || p.ID > maxRow {
		return "", fmt.Errorf("reply address for participant %d: number out of range", p.ID)
	}
	local, domain, _ := cutLast(mailbox.Address, "@")
	base := mailbox.Address
	if f.Domain != "" {
		base = "@" + f.Domain
	}
	row := encodeNumber(p.ID, rowWidth)
	token := k.newest + string(kind) + row +
		sign(k.keys[k.newest].reply, replyText(kind, p.ID, p.Epoch, base))
	if f.Domain != "" {
		return "r" + token + "@" + f.Domain, nil
	}
	if len(local) > MaxReplyBase {
		return "", fmt.Errorf("reply address for %s: the part before @ is longer than %d octets; set desk.reply_domain", mailbox.Address, MaxReplyBase)
	}
	return local + f.separator() + token + "@" + domain, nil
}

func replyText(kind TokenKind, row, epoch int64, base string) string {
	return fmt.Sprintf("%s|%c|%d|%d|%s", purposeReply, kind, row, epoch, base)
}

// ParseReplyAddress finds the token in an address, as mail programs may have
// changed it: upper-cased, "%2B" for "+", o for 0. ok is false if there is
// none; the signature is not checked here.
func ParseReplyAddress(f ReplyForm, address string) (t Token, ok bool) {
	local, domain, found := cutLast(strings.TrimSpace(address), "@")
	if !found || len(local) > 3*MaxLocalPart {
		return Token{}, false
	}
	local = strings.Trim(strings.ReplaceAll(strings.ToLower(local), "%2b", "+"), `"`)
	domain = NormalizeDomain(domain)
	sep := f.separator()
	switch {
	case f.Domain != "" && domain == f.Domain && len(local) == 1+tokenWidth && local[0] == 'r':
		return decodeToken(local[1:], "@"+domain)
	case len(local) > len(sep)+tokenWidth && strings.HasSuffix(local[:len(local)-tokenWidth], sep):
		base := local[:len(local)-tokenWidth-len(sep)]
		return decodeToken(local[len(local)-tokenWidth:], normalizeLocal(base)+"@"+domain)
	}
	return Token{}, false
}

func decodeToken(s, base string) (Token, bool) {
	s = normalizeBase32(s)
	kind := TokenKind(s[1])
	switch kind {
	case TokenCustomer, TokenAgent, TokenAgentNote, TokenBounce, TokenUnfollow:
	default:
		return Token{}, false
	}
	row, ok := decodeNumber(s[2 : 2+rowWidth])
	if !ok || row == 0 {
		return Token{}, false
	}
	return Token{Kind: kind, ParticipantID: row, keyID: s[:1], base: base, signature: s[2+rowWidth:]}, true
}

// VerifyToken reports whether the token was made by this desk for the
// participant as he is now. A removed participant's epoch has moved on, so
// his old addresses are worth nothing.
func (k *Keyring) VerifyToken(t Token, p Participant) bool {
	key, ok := k.keys[t.keyID]
	return ok && p.ID == t.ParticipantID && p.Active() &&
		verify(key.reply, replyText(t.Kind, p.ID, p.Epoch, t.base), t.signature)
}
