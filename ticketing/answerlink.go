package ticketing

import (
	"fmt"
	"strings"
	"time"
)

// AnswerLinkValid is how long the link of a reminder can be answered by.
const AnswerLinkValid = 60 * 24 * time.Hour

const (
	minuteWidth     = 6 // 30 bits of minutes since 1970: until the year 4011
	answerWidth     = 1 + rowWidth + minuteWidth + macWidth
	maxAnswerMinute = 1<<30 - 1
)

// AnswerToken is what the link of a reminder says, before its signature was
// checked: whose it is, and when it was made. It names a participant, and so one
// person on one ticket.
//
// It stands in the path of the address, so that the page works without a script.
// The page has no link to elsewhere and sends no Referer there, and logs are
// without it.
type AnswerToken struct {
	ParticipantID int64
	MadeAt        time.Time // to the minute
	keyID         string
	signature     string
}

// AnswerToken signs a link to answer by, made at a time, for a participant. It
// fails only for a row past 40 bits and a time before 1970.
func (k *Keyring) AnswerToken(p Participant, at time.Time) (string, error) {
	minute := at.Unix() / 60
	if p.ID <= 0 || p.ID > maxRow || minute < 0 || minute > maxAnswerMinute {
		return "", fmt.Errorf("answer link for participant %d at %s: number out of range", p.ID, at)
	}
	return k.newest + encodeNumber(p.ID, rowWidth) + encodeNumber(minute, minuteWidth) +
		sign(k.keys[k.newest].answer, answerText(p, minute)), nil
}

// answerText is what the signature of a link is over. A removed participant's
// epoch has moved on.
func answerText(p Participant, minute int64) string {
	return fmt.Sprintf("%s|%d|%d|%d|%d", purposeAnswer, p.TicketID, p.ID, p.Epoch, minute)
}

// ParseAnswerToken reads a token as somebody may have copied it. ok is false for
// what is none; the signature is not checked here.
func ParseAnswerToken(s string) (t AnswerToken, ok bool) {
	if len(s) != answerWidth {
		return AnswerToken{}, false
	}
	s = normalizeBase32(s)
	if len(s) != answerWidth { // other letters change their length by case
		return AnswerToken{}, false
	}
	row, ok := decodeNumber(s[1 : 1+rowWidth])
	minute, isTime := decodeNumber(s[1+rowWidth : 1+rowWidth+minuteWidth])
	if !ok || !isTime || row == 0 {
		return AnswerToken{}, false
	}
	return AnswerToken{
		ParticipantID: row, MadeAt: time.Unix(minute*60, 0).UTC(),
		keyID: s[:1], signature: s[1+rowWidth+minuteWidth:],
	}, true
}

// VerifyAnswer reports whether this desk made the token for the participant as
// he is now, a customer on the ticket, and not longer ago than
// [AnswerLinkValid].
func (k *Keyring) VerifyAnswer(t AnswerToken, p Participant, now time.Time) bool {
	key, ok := k.keys[t.keyID]
	return ok && p.ID == t.ParticipantID && isCustomer(p) && now.Sub(t.MadeAt) <= AnswerLinkValid &&
		verify(key.answer, answerText(p, t.MadeAt.Unix()/60), t.signature)
}

// FormToken signs the form on the page of a link, so that only who was shown the
// page can send the form.
func (k *Keyring) FormToken(t AnswerToken) string {
	return sign(k.keys[t.keyID].answer, purposeAnswer+"|form|"+t.signature)
}

// VerifyForm reports whether a form is that of the page of a link.
func (k *Keyring) VerifyForm(t AnswerToken, form string) bool {
	key, ok := k.keys[t.keyID]
	return ok && verify(key.answer, purposeAnswer+"|form|"+t.signature, form)
}

func isCustomer(p Participant) bool { return p.Active() && (p.Role == Requester || p.Role == Cc) }

// answerLink is the link of a letter to answer by, "" for letters without one.
func (d *Desk) answerLink(kind LetterKind, p Participant, at time.Time) string {
	if d.Settings.AnswerURL == "" || kind != LetterReminder && kind != LetterClosed || !isCustomer(p) {
		return ""
	}
	token, err := d.Keys.AnswerToken(p, at)
	if err != nil {
		return "" // the mail can be answered as every other
	}
	return strings.TrimSuffix(d.Settings.AnswerURL, "/") + "/answer/" + token
}
