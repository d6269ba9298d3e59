package mail

import (
	"deskd/catalogue"
	"deskd/ticketing"
)

// StatusWords are what customers read for each status, by language: the field
// {status} of macros.
func StatusWords(texts *catalogue.Catalogue) map[string]map[ticketing.Status]string {
	words := map[string]map[ticketing.Status]string{}
	for _, language := range texts.Languages() {
		words[language] = map[ticketing.Status]string{}
		for _, s := range []ticketing.Status{ticketing.Open, ticketing.AwaitingReply, ticketing.OnHold, ticketing.Solved} {
			words[language][s] = texts.Text(language, "status."+string(s)+".label")
		}
	}
	return words
}
