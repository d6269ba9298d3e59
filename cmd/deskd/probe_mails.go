package main

import (
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"deskd/mail/smtp"
	"deskd/ticketing"
)

// The trials of a probe, each a mail from the mailbox to itself.
const (
	trialPlain    = "plain"    // as the desk's own mails are
	trialTagged   = "tagged"   // to a reply address
	trialForged   = "forged"   // with results and marks that only servers may write
	trialEnvelope = "envelope" // from an envelope sender of its own
	trialQuoted   = "quoted"   // from an envelope sender that tries to break out
)

// What the forged fields claim. The domains tell them apart in a mail that came
// back; nobody can own them (RFC 2606 §2).
const (
	forgedNamed     = "named.probe.invalid"
	forgedAnonymous = "anonymous.probe.invalid"
	forgedInside    = "q.probe.invalid"
	forgedExchange  = "Probe"

	exchangeField = "X-MS-Exchange-Organization-AuthAs"
	exchangeID    = "X-Microsoft-Original-Message-ID"
)

// quotedLocal closes a comment or a list of results where a server copies it
// without its quotation marks. With them it is at most 64 octets.
const quotedLocal = "x); dmarc=pass header.from=" + forgedInside + "; (y"

// trial is one mail of a probe and what became of it.
type trial struct {
	name                  string
	messageID, references string // as sent
	mail                  smtp.Trial
	smtp.Trialled
	fault string // why it was not even tried

	seen bool
	sighting
}

// taken reports whether the relay took the mail.
func (t *trial) taken() bool { return t != nil && t.fault == "" && t.Refused == nil && !t.At.IsZero() }

// probeWriter writes the trials of one mailbox.
type probeWriter struct {
	box      ticketing.Mailbox
	settings ticketing.Settings
	keys     *ticketing.Keyring
	run      string // distinguishes this probe from all others
	number   int64  // the same, for Message-IDs
	sender   string // envelope sender of the mailbox
	made     int64
}

func newProbeWriter(box ticketing.Mailbox, s ticketing.Settings, keys *ticketing.Keyring, sender string) *probeWriter {
	// The row in a trial's ids is of no entry: they do not number milliseconds.
	return &probeWriter{box: box, settings: s, keys: keys, run: strings.ToLower(rand.Text()[:10]), number: time.Now().UnixMilli(), sender: sender}
}

func (w *probeWriter) plain() *trial {
	return w.trial(trialPlain, w.box.Address, w.sender, nil)
}

func (w *probeWriter) tagged() *trial {
	return w.trial(trialTagged, w.replyAddress(), w.sender, nil)
}

// forged claims the results of a server with each of the given authserv-ids,
// and those without one.
func (w *probeWriter) forged(ids []string) *trial {
	var fields []string
	for _, id := range ids {
		fields = append(fields, "Authentication-Results: "+id+"; dmarc=pass header.from="+forgedNamed)
	}
	fields = append(fields, "Authentication-Results: dmarc=pass header.from="+forgedAnonymous, exchangeField+": "+forgedExchange)
	return w.trial(trialForged, w.box.Address, w.sender, fields)
}

func (w *probeWriter) envelope() *trial {
	return w.trial(trialEnvelope, w.box.Address, w.replyAddress(), nil)
}

func (w *probeWriter) quoted() *trial {
	return w.trial(trialQuoted, w.box.Address, `"`+quotedLocal+`"@`+ticketing.DomainOf(w.box.Address), nil)
}

// replyAddress has the form and the length of a reply address, and is none: the
// desk takes it for no token.
func (w *probeWriter) replyAddress() string {
	const width = 36
	token := ("probe" + w.run + strings.Repeat("0", width))[:width]
	f := w.settings.ReplyForm
	if f.Domain != "" {
		return "r" + token + "@" + f.Domain
	}
	separator := f.Separator
	if separator == "" {
		separator = "+"
	}
	local, domain, _ := strings.Cut(w.box.Address, "@")
	return local + separator + token + "@" + domain
}

// trial writes a mail such as no desk answers and this one drops: automatic by
// every mark, with our loop field and an id that we signed. Should the relay
// replace the id, References still have one.
func (w *probeWriter) trial(name, to, from string, fields []string) *trial {
	w.made++
	domain := ticketing.DomainOf(w.box.Address)
	t := &trial{
		name:       name,
		messageID:  w.keys.MailID(ticketing.LetterProbe, w.number, 2*w.made, domain),
		references: w.keys.MailID(ticketing.LetterProbe, w.number, 2*w.made+1, domain) + " <" + w.run + "." + name + "@probe.invalid>",
	}
	header := append(fields,
		"From: <"+w.box.Address+">", "To: <"+to+">", "Subject: "+w.subject(name),
		"Date: "+time.Now().Format(time.RFC1123Z), "Message-ID: "+t.messageID, "References: "+t.references,
		"Auto-Submitted: auto-generated", "Precedence: bulk", "X-Auto-Response-Suppress: All",
		"X-Helpdesk-Loop: "+w.settings.Instance+"; kind=auto",
		"MIME-Version: 1.0", "Content-Type: text/plain; charset=us-ascii",
	)
	text := fmt.Sprintf("deskd check --probe sent this mail to see how it arrives (%s). It may be deleted.\r\n", name)
	t.mail = smtp.Trial{From: from, To: to, Text: []byte(strings.Join(header, "\r\n") + "\r\n\r\n" + text)}
	return t
}

// subject marks a trial; gateways that take fields out leave it alone.
func (w *probeWriter) subject(name string) string { return "deskd probe " + w.run + "-" + name }

// nameIn finds which trial of this probe a subject is of, "" for none.
func (w *probeWriter) nameIn(subject string) string {
	for _, name := range []string{trialPlain, trialTagged, trialForged, trialEnvelope, trialQuoted} {
		if strings.Contains(subject, w.run+"-"+name) {
			return name
		}
	}
	return ""
}
