package mail

import (
	"strings"

	"deskd/ticketing"
)

// settings lists an agent's settings, as the commands by which he can change them.
func (w wording) settings() []paragraph {
	args := w.letter.Args
	said := []paragraph{{asPlain, w.say("notice.settings")}}
	if until := args["until"]; until != "" {
		said = append(said, paragraph{asPlain, w.say("mail.settings.away", "until", until)})
	}
	var lines, topics []string
	for _, name := range []string{"notify", "receipts", "digest"} {
		lines = append(lines, "#"+name+" "+args[name])
	}
	for _, t := range ticketing.Topics() {
		topics = append(topics, string(t)+": "+w.say("topic."+string(t)))
	}
	said = append(said,
		paragraph{asColumns, strings.Join(lines, "\n")}, paragraph{asPlain, w.say("mail.settings.change")},
		paragraph{asColumns, strings.Join(topics, "\n")}, paragraph{asPlain, w.say("mail.settings.rest")})
	if w.letter.Ticket.ID != 0 {
		said = append(said, paragraph{asNext, w.whereAnswersGo()})
	}
	return said
}
