package mail

import (
	"deskd/catalogue"
)

// reminder asks a customer once more for the reply that is awaited: what we
// asked, how to answer, and what happens if nothing comes.
func (w wording) reminder() []paragraph {
	l := w.letter
	said := ours(w.greeting(), w.say("mail.reminder.body", "ticket", w.ticket()))
	if !l.SolveOn.IsZero() {
		said = append(said, paragraph{asPlain, w.say("mail.reminder.solve", "day", w.day(l.SolveOn))})
	}
	said = append(said, w.answerLink(), w.signature())
	if !blank(l.Asked) {
		said = append(said, paragraph{asPlain, w.say("mail.reminder.asked")}, paragraph{asFramed, quote(l.Asked)})
	}
	return append(said, paragraph{asSmall, w.say("mail.reminder.automatic")})
}

// closed tells a customer that his request is solved because he did not answer,
// and how to open it again.
func (w wording) closed() []paragraph {
	said := ours(w.greeting(), w.say("mail.closed.body", "ticket", w.ticket()), w.say("mail.closed.reopen"))
	return append(said, w.answerLink(), w.signature(), paragraph{asSmall, w.say("mail.closed.automatic")})
}

// answerLink is where a customer says with a click that it is settled, or that
// there is still a problem; blank where no pages are served.
func (w wording) answerLink() paragraph {
	if w.letter.AnswerLink == "" {
		return paragraph{}
	}
	return paragraph{asPlain, w.say("mail.reminder.answer_link", "link", w.letter.AnswerLink)}
}

func (w wording) greeting() string {
	if name := w.letter.Participant.Name; name != "" {
		return w.say("mail.greeting", "name", name)
	}
	return w.say("mail.greeting_unnamed")
}

// whyStopped says in words why a customer is not reminded any more.
func whyStopped(texts *catalogue.Catalogue, language string, args map[string]string) string {
	return texts.Text(language, "stopped."+args["reason"])
}
