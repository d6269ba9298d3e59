package mail

import (
	"cmp"
	"strings"

	"deskd/catalogue"
	"deskd/ticketing"
)

// StandingText says to customers where a request stands, and why as far as they
// may know.
func StandingText(texts *catalogue.Catalogue, language string, s ticketing.Standing) string {
	return texts.Sentences(language, texts.Text(language, s.Key, s.Args), s.Note)
}

func (w wording) standing(s ticketing.Standing) string {
	return StandingText(w.texts, w.letter.Language, s)
}

// update tells a customer what has been decided about the request without words
// of an agent's own.
func (w wording) update() []paragraph {
	l := w.letter
	said := ours(w.greeting(), w.say("mail.update.intro", "ticket", w.ticket()))
	for _, e := range l.Events {
		if s, ok := ticketing.StandingOf(e); ok {
			label := w.say("status." + cmp.Or(e.EventArgs["to"], string(ticketing.Open)) + ".label")
			said = append(said, paragraph{asPlain, w.say("mail.update.status", "status", label) + "\n" + w.standing(s)})
		}
	}
	said = append(said, paragraph{asPlain, strings.Join(w.priorities(), "\n")})
	if into := l.Args["into"]; into != "" {
		said = append(said, paragraph{asPlain, w.say("mail.update.into", "ticket", into)})
	}
	return append(said, w.signature(), paragraph{asSmall, w.say("mail.update.automatic")})
}

// priorities are changes of the priority: in an update all, elsewhere those that
// an agent had something to say about.
func (w wording) priorities() []string {
	var lines []string
	for _, e := range w.letter.Events {
		if e.Event != "priority" || e.EventArgs["note"] == "" && w.letter.Kind != ticketing.LetterUpdate {
			continue
		}
		lines = append(lines, EventText(w.texts, w.letter.Language, e))
	}
	return lines
}

// receipt confirms to an agent what his mail did.
func (w wording) receipt() []paragraph {
	l := w.letter
	return []paragraph{
		{asHeadline, w.say("mail.receipt."+l.Notice, "ticket", w.ticket(), "people", l.Args["people"])},
		{asPlain, w.happened()}, {asFacts, w.facts()}, {asNext, w.whereAnswersGo()}, {asSmall, w.link()},
	}
}
