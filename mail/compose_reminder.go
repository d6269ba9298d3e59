package mail

import (
	"strings"

	"deskd/catalogue"
)

// reminder asks a customer once more for the reply that is awaited: what we
// asked, how to answer, and what happens if nothing comes.
func (w wording) reminder() []string {
	l := w.letter
	said := []string{w.greeting(), w.say("mail.reminder.body", "ticket", w.ticket())}
	if !l.SolveOn.IsZero() {
		said = append(said, w.say("mail.reminder.solve", "day", w.day(l.SolveOn)))
	}
	if l.SolvedLink != "" && l.ProblemLink != "" {
		said = append(said, w.say("mail.reminder.solved_link", "link", l.SolvedLink)+"\n"+
			w.say("mail.reminder.problem_link", "link", l.ProblemLink))
	}
	said = append(said, w.signature())
	if strings.TrimSpace(l.Asked) != "" {
		said = append(said, w.say("mail.reminder.asked"), quote(l.Asked))
	}
	return append(said, w.say("mail.reminder.automatic"))
}

// closed tells a customer that his request is solved because he did not answer,
// and how to open it again.
func (w wording) closed() []string {
	return []string{
		w.greeting(), w.say("mail.closed.body", "ticket", w.ticket()), w.say("mail.closed.reopen"),
		w.signature(), w.say("mail.closed.automatic"),
	}
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
