package mail

import (
	"strings"

	"deskd/ticketing"
)

// settings lists an agent's settings, as the commands by which he can change them.
func (w wording) settings() []string {
	args := w.letter.Args
	said := []string{w.say("notice.settings")}
	if until := args["until"]; until != "" {
		said = append(said, w.say("mail.settings.away", "until", until))
	}
	var lines []string
	for _, name := range []string{"notify", "receipts", "digest"} {
		lines = append(lines, "#"+name+" "+args[name])
	}
	said = append(said, strings.Join(lines, "\n"), w.say("mail.settings.change"))
	var topics []string
	for _, t := range ticketing.Topics() {
		topics = append(topics, string(t)+": "+w.say("topic."+string(t)))
	}
	said = append(said, strings.Join(topics, "\n"), w.say("mail.settings.rest"))
	if w.letter.Ticket.ID != 0 {
		said = append(said, w.whereAnswersGo())
	}
	return said
}
