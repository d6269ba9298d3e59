package mail

import (
	"slices"
	"strconv"
	"strings"

	"deskd/catalogue"
	"deskd/ticketing"
)

// wording finds the words of one letter.
type wording struct {
	texts  *catalogue.Catalogue
	letter ticketing.Letter
	look   look
	// steps are commands in the text that are links in the HTML: each opens a
	// mail with the command in it.
	steps map[string]string
	// clicks: the words are for the HTML.
	clicks bool
}

func (w wording) say(key string, args ...any) string {
	return w.texts.Text(w.letter.Language, key, args...)
}

func (w wording) language() string { return w.texts.Match(w.letter.Language) }

// subject is the ticket's with our tag. An acknowledgement to somebody who
// was not proved does not repeat his words: it could be sent to a victim.
func (w wording) subject() string {
	if w.letter.Kind == ticketing.LetterAck && !w.letter.QuoteSubject {
		return w.say("mail.ack.subject") + " " + w.letter.SubjectTag
	}
	if w.letter.Ticket.ID == 0 && w.letter.Notice == "settings" {
		return w.say("mail.settings.subject")
	}
	if w.letter.Kind == ticketing.LetterSignIn {
		return w.say("mail.sign_in.subject", "desk", w.letter.Mailbox.Name)
	}
	if w.letter.Kind == ticketing.LetterDigest {
		return w.say("mail.digest.subject", "desk", w.letter.Mailbox.Name, "day", w.day(w.letter.Date))
	}
	if w.letter.Entry.Event == "unreadable" {
		return w.say("ticket.unreadable") + " " + w.letter.SubjectTag
	}
	subject := w.letter.Subject
	if order := w.look.file(w.language(), subjectTemplate); order != "" && !w.letter.Kind.ToAgents() {
		subject = strings.TrimSpace(catalogue.Fill(order, map[string]string{"subject": w.letter.Ticket.Subject, "tag": w.letter.SubjectTag}))
	}
	if w.letter.First {
		return subject
	}
	return "Re: " + subject
}

// paragraphs are what a letter says. The marker line comes first: an answer is
// cut where it is quoted.
func (w wording) paragraphs() []paragraph {
	said := []paragraph{{asMarker, MarkerLine(w.say("mail.marker"))}}
	switch w.letter.Kind {
	case ticketing.LetterAck:
		said = w.forCustomer(said, w.acknowledgement())
	case ticketing.LetterReply:
		said = w.forCustomer(said, []paragraph{{asWords, w.letter.Entry.Text}, w.signature()})
	case ticketing.LetterReminder:
		said = w.forCustomer(said, w.reminder())
	case ticketing.LetterClosed:
		said = w.forCustomer(said, w.closed())
	case ticketing.LetterDigest:
		said = append(said, w.digest()...)
	case ticketing.LetterSignIn:
		said = w.framed(said, w.signIn())
	case ticketing.LetterCopy:
		said = w.forCustomer(said, w.copied())
	case ticketing.LetterUpdate:
		said = w.forCustomer(said, w.update())
	case ticketing.LetterReceipt:
		said = append(said, w.receipt()...)
	case ticketing.LetterCommandError:
		said = append(said, w.commandError()...)
	case ticketing.LetterNotice:
		said = append(said, w.notice()...)
	case ticketing.LetterHeld:
		said = append(said, w.held()...)
	default:
		said = append(said, w.notification()...)
	}
	return slices.DeleteFunc(said, func(b paragraph) bool { return blank(b.text) })
}

// forCustomer puts what stands in every letter to customers about a request
// around its words.
func (w wording) forCustomer(marker, words []paragraph) []paragraph {
	return w.framed(marker, append(words, paragraph{asFooter, w.footer()}))
}

// framed puts the desk's own words around those of a letter.
func (w wording) framed(marker, words []paragraph) []paragraph {
	said := append(marker, paragraph{asHeader, w.template(headerTemplate)})
	said = append(said, words...)
	return append(said, paragraph{asImprint, w.template(footerTemplate)})
}

func (w wording) ticket() string { return strconv.FormatInt(w.letter.Ticket.ID, 10) }

func (w wording) acknowledgement() []paragraph {
	l := w.letter
	greeting := w.say("mail.greeting_unnamed")
	if l.QuoteSubject && l.Participant.Name != "" {
		greeting = w.say("mail.greeting", "name", l.Participant.Name)
	}
	said := append(ours(greeting, w.say("mail.ack.body", "desk", l.Mailbox.Name, "ticket", w.ticket())), w.signature())
	if l.QuoteSubject && !blank(l.Entry.Text) {
		said = append(said, paragraph{asPlain, w.say("mail.ack.quoted")}, paragraph{asFramed, quote(l.Entry.Text)})
	}
	return append(said, paragraph{asSmall, w.say("mail.ack.automatic")})
}

// copied are a customer's words for the other customers. A mail may bring files
// and no words, or only quote what they may not all have seen. Words whose sender
// was not proved come with a warning: they come in our name, which lends them
// weight.
func (w wording) copied() []paragraph {
	e := w.letter.Entry
	said := ours(w.say("mail.copy.intro", "who", e.Author.String()))
	if e.Unverified {
		said = append(said, paragraph{asWarning, w.say("mail.copy.unverified", "who", e.Author.Address)})
	}
	if blank(e.Text) {
		return append(said, ours(w.say("mail.copy.no_text"))...)
	}
	return append(said, paragraph{asFramed, e.Text})
}

// signature is the desk's, or ours, which names the agent only where the desk
// shows agents' names.
func (w wording) signature() paragraph {
	text := w.template(signatureTemplate)
	switch desk := w.letter.Mailbox.Name; {
	case text != "":
	case w.agent() != "":
		text = w.say("mail.signature", "name", w.agent(), "desk", desk)
	default:
		text = desk
	}
	return paragraph{asSignature, text}
}

// footer tells a customer where the request stands.
func (w wording) footer() string {
	l := w.letter
	lines := []string{
		"-- ",
		w.say("mail.footer.request", "ticket", w.ticket(), "status", w.say("status."+string(l.Ticket.Status)+".label")),
	}
	if l.Kind != ticketing.LetterUpdate { // which says so above
		lines = append(lines, w.standing(l.Ticket.Standing()))
		lines = append(lines, w.priorities()...)
	}
	lines = append(lines, w.aim())
	lines = append(lines, w.say("mail.footer.reply"))
	if l.Link != "" {
		lines = append(lines, w.say("mail.footer.link", "link", l.Link))
	}
	if names := leftBehind(l); names != "" {
		lines = append(lines, w.say("mail.agent.attachments", "names", names))
	}
	if l.Participant.Role == ticketing.Cc {
		lines = append(lines, w.say("mail.footer.cc"))
		if l.Unfollow != "" {
			lines = append(lines, w.say("mail.footer.optout", "link", l.Unfollow))
		}
	}
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return l == "" }), "\n")
}

// quote marks a text as quoted, of bounded length.
func quote(text string) string {
	const most = 4000
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + " …"
	}
	return "> " + strings.ReplaceAll(trimBlankLines(text), "\n", "\n> ")
}

// trimBlankLines takes off blank lines at both ends, and leaves the first
// other line its indentation.
func trimBlankLines(text string) string {
	text = strings.TrimRight(text, " \t\r\n")
	for {
		first, rest, more := strings.Cut(text, "\n")
		if !more || strings.TrimSpace(first) != "" {
			return text
		}
		text = rest
	}
}

// joinParagraphs puts paragraphs into a text, leaving empty ones out.
func joinParagraphs(paragraphs []string) string {
	kept := paragraphs[:0]
	for _, p := range paragraphs {
		if p = strings.TrimRight(p, "\n"); strings.TrimSpace(p) != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "\n\n") + "\n"
}
