package mail

import (
	"deskd/catalogue"
	"deskd/ticketing"
)

// ProblemTexts says in words what was wrong with a mail, one text for each
// problem. What has no text is shown as it is stored: the first release stored
// the words.
func ProblemTexts(texts *catalogue.Catalogue, language string, problems []ticketing.Problem) []string {
	all := make([]string, len(problems))
	for i, p := range problems {
		key := "problem." + string(p.Key)
		if texts.Has(key) {
			all[i] = texts.Text(language, key, "arg", p.Arg)
		} else {
			all[i] = p.String()
		}
	}
	return all
}
