package mail

import (
	"strconv"
	"strings"

	"deskd/catalogue"
	"deskd/ticketing"
)

// wording finds the words of one letter.
type wording struct {
	texts  *catalogue.Catalogue
	letter ticketing.Letter
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
	if w.letter.Entry.Event == "unreadable" {
		return w.say("ticket.unreadable") + " " + w.letter.SubjectTag
	}
	if w.letter.First {
		return w.letter.Subject
	}
	return "Re: " + w.letter.Subject
}

// text is the letter's plain text. The marker line comes first: an answer is
// cut where it is quoted.
func (w wording) text() string {
	paragraphs := []string{MarkerLine(w.say("mail.marker"))}
	switch w.letter.Kind {
	case ticketing.LetterAck:
		paragraphs = append(paragraphs, w.acknowledgement()...)
	case ticketing.LetterReply:
		paragraphs = append(paragraphs, w.letter.Entry.Text, w.signature())
	case ticketing.LetterCopy:
		paragraphs = append(paragraphs, w.say("mail.copy.intro", "who", w.letter.Entry.Author.String()), w.unverified(), w.copied())
	case ticketing.LetterUpdate:
		paragraphs = append(paragraphs, w.update()...)
	case ticketing.LetterReceipt:
		return joinParagraphs(append(paragraphs, w.receipt()...))
	case ticketing.LetterCommandError:
		return joinParagraphs(append(paragraphs, w.commandError()...))
	case ticketing.LetterNotice:
		return joinParagraphs(append(paragraphs, w.notice()...))
	case ticketing.LetterHeld:
		return joinParagraphs(append(paragraphs, w.held()...))
	default:
		return joinParagraphs(append(paragraphs, w.notification()...))
	}
	return joinParagraphs(append(paragraphs, w.footer()))
}

func (w wording) ticket() string { return strconv.FormatInt(w.letter.Ticket.ID, 10) }

func (w wording) acknowledgement() []string {
	l := w.letter
	greeting := w.say("mail.greeting_unnamed")
	if l.QuoteSubject && l.Participant.Name != "" {
		greeting = w.say("mail.greeting", "name", l.Participant.Name)
	}
	said := []string{
		greeting,
		w.say("mail.ack.body", "desk", l.Mailbox.Name, "ticket", w.ticket()),
		w.signature(),
	}
	if l.QuoteSubject && strings.TrimSpace(l.Entry.Text) != "" {
		said = append(said, w.say("mail.ack.quoted"), quote(l.Entry.Text))
	}
	return append(said, w.say("mail.ack.automatic"))
}

// unverified warns the other customers of words whose sender was not proved:
// they come in our name, which lends them weight.
func (w wording) unverified() string {
	if !w.letter.Entry.Unverified {
		return ""
	}
	return w.say("mail.copy.unverified", "who", w.letter.Entry.Author.Address)
}

// copied are a customer's words for the other customers. A mail may bring files
// and no words, or only quote what they may not all have seen.
func (w wording) copied() string {
	if strings.TrimSpace(w.letter.Entry.Text) == "" {
		return w.say("mail.copy.no_text")
	}
	return w.letter.Entry.Text
}

// signature names the agent only where the desk shows agents' names.
func (w wording) signature() string {
	l := w.letter
	if l.Kind == ticketing.LetterReply && l.From.Name != l.Mailbox.Name {
		return w.say("mail.signature", "name", l.Entry.Author.Name, "desk", l.Mailbox.Name)
	}
	return l.Mailbox.Name
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
	return strings.Join(lines, "\n")
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
