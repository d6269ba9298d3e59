package mail

import (
	"maps"
	"strings"

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
	if s, ok := ticketing.StandingOf(e); ok {
		args["why"] = StandingText(texts, language, s)
	}
	if _, ok := args["by"]; !ok {
		args["by"] = e.Author.String()
	}
	for _, name := range []string{"who", "by"} {
		args[name] = nameIn(texts, language, args[name])
	}
	inWords(texts, language, e.Event, args)
	if e.Event == "assigned" && args["who"] == "none" {
		return texts.Text(language, "event.unassigned")
	}
	text := capital(texts.Text(language, "event."+e.Event, args))
	if note := e.EventArgs["note"]; e.Event == "priority" && note != "" {
		text = texts.Text(language, "event.with_note", "event", text, "note", note)
	}
	return text
}

// inWords puts what an event, or the notice of one, says in keys and in figures
// into the reader's words.
func inWords(texts *catalogue.Catalogue, language, event string, args map[string]string) {
	if target := args["target"]; target != "" {
		args["target"] = texts.Text(language, "target."+target)
	}
	if when, ok := momentOf(args["when"]); ok {
		args["when"] = texts.Moment(language, when)
	}
	switch event {
	case "reminders_stopped":
		args["reason"] = whyStopped(texts, language, args)
	case "unreadable":
		args["why"] = whyUnreadable(texts, language, args)
	}
}

// nameIn is how a reader calls somebody who has no name of his own: the
// administrator, and the sender of a mail without one.
func nameIn(texts *catalogue.Catalogue, language, who string) string {
	switch who {
	case "the administrator":
		return texts.Text(language, "role.administrator")
	case ticketing.UnknownSender:
		return texts.Text(language, "role.unknown_sender")
	}
	return who
}

// capital gives a sentence its capital, unless it begins with a name.
func capital(s string) string {
	for _, article := range []string{"the ", "an "} {
		if strings.HasPrefix(s, article) {
			return strings.ToUpper(s[:1]) + s[1:]
		}
	}
	return s
}

// whyUnreadable says in words why a mail could not be taken in. The first
// release stored the words.
func whyUnreadable(texts *catalogue.Catalogue, language string, args map[string]string) string {
	if args["reason"] == "" {
		return args["why"]
	}
	return texts.Text(language, "unreadable."+args["reason"], args)
}
