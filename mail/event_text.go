package mail

import (
	"maps"

	"deskd/catalogue"
	"deskd/ticketing"
)

// EventText says in words what an event entry records.
func EventText(texts *catalogue.Catalogue, language string, e ticketing.Entry) string {
	args := maps.Clone(e.EventArgs)
	if args == nil {
		args = map[string]string{}
	}
	labels := map[string]string{"status": ".agent", "priority": ".label"}
	if suffix, ok := labels[e.Event]; ok {
		for _, name := range []string{"from", "to"} {
			args[name] = texts.Text(language, e.Event+"."+args[name]+suffix)
		}
	}
	if e.Event == "unreadable" {
		args["why"] = whyUnreadable(texts, language, args)
	}
	if _, ok := args["by"]; !ok {
		args["by"] = e.Author.String()
	}
	if e.Event == "assigned" && args["who"] == "none" {
		return texts.Text(language, "event.unassigned")
	}
	return texts.Text(language, "event."+e.Event, args)
}

// whyUnreadable says in words why a mail could not be taken in. The first
// release stored the words.
func whyUnreadable(texts *catalogue.Catalogue, language string, args map[string]string) string {
	if args["reason"] == "" {
		return args["why"]
	}
	return texts.Text(language, "unreadable."+args["reason"], args)
}
