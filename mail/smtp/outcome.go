package smtp

import (
	"regexp"
	"strings"
	"time"

	"deskd/ticketing"
)

// scope is whom a failure concerns.
type scope int

const (
	scopeMail    scope = iota // this mail only
	scopeBusy                 // everything we send there, for a while: slow down
	scopeMailbox              // everything of the mailbox, until somebody sees to it
	scopeQuota                // the same, until the provider's clock moves on
	scopeDenied               // this mail, or everything of the mailbox: see [route.denied]
	scopeLater                // this mail only, which is to be tried again
)

// scope reads the server's answer to a mail (mail-rules §7).
func (f *failure) scope(m ticketing.OutboxMail) scope {
	text := wordsOf(f.Error(), m)
	switch {
	case f.stage == stageLocal || f.stage == stageBody && f.code == 0:
		return scopeMail
	case f.code == 530 || f.code == 535:
		return scopeMailbox
	case f.stage == stageAuth && (f.permanent() || f.code == 0 && f.refusedByUs()):
		return scopeMailbox
	case f.stage == stageTLS && f.refusedByUs():
		return scopeMailbox
	case !f.connected():
		return scopeBusy
	case f.code == 421 || f.code == 432 || f.code == 452 && f.enhanced[1] != 2:
		return scopeBusy
	case !f.permanent():
		return scopeMail
	case f.code == 550 && f.has(5, 4, 5), f.code == 554 && f.has(5, 2, 0):
		return scopeQuota
	case f.has(5, 7, 60) || f.has(5, 2, 252) || strings.Contains(text, "sendasdenied"):
		return scopeMailbox
	case f.stage == stageMail && m.EnvelopeFrom != "" && f.senderRefused():
		return scopeMailbox
	case f.stage == stageRcpt && f.enhanced[1] != 1 && relayDenied(text): // X.1.z is about the address
		return scopeDenied
	}
	return scopeMail
}

// refusedByUs: there was no network trouble; what was offered did not do, and
// will not until somebody changes something.
func (f *failure) refusedByUs() bool {
	return isAny(f.err, errNoSTARTTLS, errNoAuth) || isCertificateError(f.err)
}

// senderRefused: we may not send as this address, whoever it goes to: policy
// and authentication (X.7.z), or the address is not known there.
func (f *failure) senderRefused() bool {
	return f.enhanced[1] == 7 || f.has(5, 1, 0) || f.has(5, 1, 7) || f.has(5, 1, 8)
}

func (f *failure) has(class, subject, detail int) bool {
	return f.enhanced == [3]int{class, subject, detail}
}

var (
	addressPattern = regexp.MustCompile(`[a-z]+://\S+|[^\s<>"'(),;:]*@[^\s<>"'(),;:]*`) // and links
	hostPattern    = regexp.MustCompile(`[\pL\pN_-]+(?:\.[\pL\pN_-]+)+`)
)

// wordsOf gives an answer's own words, without addresses. A recipient chooses
// his, and is not to choose with it what we read there.
func wordsOf(text string, m ticketing.OutboxMail) string {
	text = addressPattern.ReplaceAllString(strings.ToLower(text), " ")
	_, domain, _ := strings.Cut(strings.ToValidUTF8(strings.ToLower(m.Recipient), ""), "@")
	for _, d := range []string{domain, ticketing.NormalizeDomain(domain)} {
		if d != "" { // and hosts in it
			text = regexp.MustCompile(`[\pL\pN_.-]*`+regexp.QuoteMeta(d)).ReplaceAllString(text, " ")
		}
	}
	return text
}

// relayDenied: the server takes mail for its own addresses only, since it does
// not know us. Servers have no code of their own for that.
func relayDenied(text string) bool {
	text = hostPattern.ReplaceAllString(text, " ") // one may be called relay
	if !strings.Contains(text, "relay") {
		return false
	}
	for _, word := range []string{"denied", "not permitted", "prohibited", "not allowed", "unable", "cannot", "refused"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// tooLarge: the server will never take a mail of this size (RFC 1870 §6.1).
func (f *failure) tooLarge() bool {
	return f.has(5, 3, 4) || f.has(5, 2, 3) || f.code == 552 && f.enhanced[0] <= 0
}

// decision is what follows from an attempt.
type decision struct {
	delivery ticketing.Delivery
	// pause keeps all of the mailbox's mails back until then; zero does not.
	pause time.Time
	// reason of the pause; "" is the delivery's error.
	reason string
}

// lostAfterDot begins the error of a mail that may have been taken, for people
// to read.
const lostAfterDot = "may have been taken: "

// mailboxRefused begins the error of a mail that was kept back with all others
// of its mailbox.
const mailboxRefused = "the relay refuses all mail of this mailbox: "

// decide says what becomes of a mail after a failed attempt, which concerns
// what is said. busyUntil is when its relay is to be asked again, if it is the
// relay that is in trouble.
func (s Schedule) decide(m ticketing.OutboxMail, f *failure, concerns scope, busyUntil, now time.Time) decision {
	d := decision{delivery: ticketing.Delivery{State: ticketing.OutboxQueued, Error: f.Error()}}
	wait, again := s.next(m.Attempts, now.Sub(m.CreatedAt))
	young := again
	// A mail that waited through a pause is not to end by its age at the first
	// attempt after it.
	again = again || strings.HasPrefix(m.LastError, mailboxRefused)
	switch concerns {
	case scopeMailbox:
		wait, again = s.Pause, true
		d.pause = now.Add(wait)
		d.delivery.Error = mailboxRefused + d.delivery.Error
	case scopeQuota:
		wait, again = s.QuotaPause, true
		d.pause = now.Add(wait)
		d.delivery.Error = mailboxRefused + d.delivery.Error
	case scopeDenied:
		// Read out of the server's words, so that it has an end.
		wait, again = s.Pause, young
		d.pause = now.Add(wait)
		d.delivery.Error = mailboxRefused + d.delivery.Error
	case scopeLater:
		again = young
	case scopeBusy:
		d.pause = busyUntil
	case scopeMail:
		again = again && !f.permanent() && !f.settled
	}
	if f.stage == stageAnswer && f.code == 0 {
		return s.lost(m, d, now)
	}
	if f.tooLarge() {
		d.delivery.Error = "too large for the relay: " + d.delivery.Error
	}
	if m.Uncertain {
		// It stays what it is until an attempt ends it.
		d.delivery.State = ticketing.OutboxUnknown
		d.delivery.Error = lostAfterDot + "and a further attempt failed: " + d.delivery.Error
	}
	if !again {
		d.delivery.State = ticketing.OutboxFailed
		return d
	}
	d.delivery.NextAt = now.Add(wait)
	return d
}

// lost is for a connection that ended after the final dot (RFC 1047): one
// identical retry, and then a person has to look.
func (s Schedule) lost(m ticketing.OutboxMail, d decision, now time.Time) decision {
	if m.Uncertain {
		d.delivery.State = ticketing.OutboxFailed
		d.delivery.Error = lostAfterDot + "the connection was lost twice after the final dot; not tried again: " + d.delivery.Error
		return d
	}
	d.delivery.State = ticketing.OutboxUnknown
	d.delivery.Error = lostAfterDot + d.delivery.Error
	d.delivery.NextAt = now.Add(s.UnknownRetry)
	return d
}
