package mail

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"deskd/ticketing"
)

// notification tells an agent what was said, by whom and how far he can be
// believed. Our own lines come before the stranger's words, so that those
// cannot pass for ours.
func (w wording) notification() []string {
	l := w.letter
	var said []string
	if alert := l.Args["alert"]; alert != "" {
		said = append(said, w.say("held."+alert, "who", l.Entry.Author.Address))
	}
	notice := w.say("notice."+l.Notice, "who", w.name(l.Entry.Author.String()), "by", w.name(l.Args["by"]))
	said = append(said, capital(notice), w.whoAndCheck())
	if len(l.NewDomains) > 0 {
		said = append(said, w.say("mail.agent.new_domains", "domains", strings.Join(l.NewDomains, ", ")))
	}
	if l.Entry.Unverified && l.Entry.Visibility == ticketing.AgentsOnly && l.Entry.MailKind == ticketing.Human && l.Kind != ticketing.LetterNote {
		said = append(said, w.say("mail.agent.unverified"))
	}
	if len(l.Proposed) > 0 {
		names := addressList(l.Proposed)
		command := "#cc " + strings.ReplaceAll(bareList(l.Proposed), ",", "")
		said = append(said, w.say("mail.agent.proposed", "people", names)+"\n"+w.oneStep(command))
	}
	return append(said, w.words(), w.happened(), w.facts(), w.whereAnswersGo(), w.say("mail.agent.commands"), w.link())
}

// whereAnswersGo says what becomes of an agent's answer to the letter.
func (w wording) whereAnswersGo() string {
	l := w.letter
	if l.Internal || l.Kind == ticketing.LetterNote {
		return w.say("mail.agent.reply_note")
	}
	recipients := bareList(append([]ticketing.Address{l.Requester}, l.Ccs...))
	if recipients == "" {
		return w.say("mail.agent.reply_nobody")
	}
	return w.say("mail.agent.reply_public", "recipients", recipients)
}

// held tells agents what waits for their review, and why.
func (w wording) held() []string {
	l := w.letter
	who := w.name(l.Entry.Author.Address)
	said := []string{
		capital(w.say("notice.held", "who", who)),
		capital(w.say("held."+l.Notice, "who", who)),
	}
	if owner := l.Args["owner"]; owner != "" {
		said = append(said, w.say("mail.held.owner", "owner", owner))
	}
	said = append(said, w.say("mail.held.state"), w.whoAndCheck(), w.words())
	failed := l.Entry.Verdict.Result == ticketing.Fail
	never := l.Notice == "token_in_answer" || l.Notice == "file_in_answer"
	switch own := who == l.Participant.Address; {
	case never:
		said = append(said, w.say("mail.held.resend"))
	case slices.Contains(l.Offers, "confirm") && l.Entry.Review.Visibility == ticketing.Public:
		said = append(said, w.say("mail.held.confirm"))
	case slices.Contains(l.Offers, "confirm"):
		said = append(said, w.say("mail.held.confirm_note"))
	case own && failed:
		said = append(said, w.say("mail.held.not_confirmed"))
	}
	if !never {
		said = append(said, w.reviewActions())
	}
	if failed && slices.Contains(l.Offers, "release") {
		said = append(said, w.say("mail.held.release_failed", "who", who))
	}
	if names := leftBehind(l); names != "" {
		said = append(said, w.say("mail.agent.attachments", "names", names))
	}
	said = append(said, w.say("mail.held.reply"))
	return append(said, w.facts(), w.say("mail.held.review", "entry", strconv.FormatInt(l.Entry.ID, 10)), w.link())
}

// reviewActions are what an agent can do about a held mail, each in one step:
// a mail to his own reply address, ready to be sent. To confirm one takes an
// answer to the very letter, so that is no such step.
func (w wording) reviewActions() string {
	l := w.letter
	lines := []string{w.say("mail.held.actions")}
	if w.clicks {
		lines[0] = w.say("mail.held.actions_clicks")
	}
	what := map[string]string{}
	if then := l.Entry.Review.Then; then == ticketing.Act || then == ticketing.InternalNote {
		what["release"] = "release_note"
		if l.Entry.Review.Visibility == ticketing.Public {
			what["release"] = "release_answer"
		}
	}
	for _, offer := range l.Offers {
		if offer == "confirm" {
			continue
		}
		command := "#" + offer + " " + strconv.FormatInt(l.Entry.ID, 10)
		lines = append(lines, w.oneStep(command)+"  "+w.say("mail.held."+cmp.Or(what[offer], offer)))
	}
	if len(lines) == 1 {
		return ""
	}
	return strings.Join(lines, "\n")
}

// oneStep gives the command as it is, and makes it a link in the HTML, which
// opens a mail with the command in it (RFC 6068).
func (w wording) oneStep(command string) string {
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	w.steps[command] = "mailto:" + escape(w.letter.ReplyTo) + "?subject=" + escape(w.subject()) + "&body=" + escape(command)
	return command
}

// notice is one plain fact.
func (w wording) notice() []string {
	fact := capital(w.say("notice."+w.letter.Notice, w.args()))
	return []string{fact, w.failedMail(), w.facts(), w.whereAnswersGo(), w.link()}
}

// failedMail says which of our mails a notice about delivery is of.
func (w wording) failedMail() string {
	args := w.letter.Args
	kind := args["mail"]
	switch kind {
	case "":
		return ""
	case string(ticketing.LetterAck), string(ticketing.LetterReply), string(ticketing.LetterCopy), string(ticketing.LetterUpdate):
	default:
		kind = "other"
	}
	who := ticketing.Author{Name: w.letter.Participant.Name, Address: w.letter.Participant.Address}
	if kind == string(ticketing.LetterReply) && args["author"] == who.String() {
		kind = "yours"
	}
	return w.say("mail.failed."+kind, "who", w.name(args["author"]), "at", args["at"])
}

// name is somebody as the reader knows him: who has no address or works at the
// server is called so in his language.
func (w wording) name(who string) string { return nameIn(w.texts, w.letter.Language, who) }

// commandError returns an agent's mail to him with what was wrong with it.
func (w wording) commandError() []string {
	l := w.letter
	switch l.Notice {
	case "help":
		return []string{w.say("mail.help.intro", "ticket", w.ticket()), w.facts(), w.reminder(), w.whereAnswersGo(), w.link(), w.say("command.help")}
	case "empty_reply":
		return []string{w.say("command.empty_reply"), w.whereAnswersGo(), w.link()}
	}
	entry, intro, next := strconv.FormatInt(l.Entry.ID, 10), "mail.command_error.intro", "mail.command_error.next"
	if l.Entry.Review.Opened { // what was wanted takes a new mail
		intro, next = "mail.command_error.intro_new", "mail.command_error.next_new"
	}
	return []string{
		w.say(intro, "ticket", w.ticket()),
		w.say("command."+l.Notice, w.args()),
		w.say(next),
		w.say("mail.command_error.held", "entry", entry) + "\n" + w.oneStep("#drop "+entry),
		w.whereAnswersGo(),
		w.say("mail.command_error.returned"),
		quote(l.Entry.Text),
		w.say("command.help"),
	}
}

// reminder is when the agent asked to be reminded of the ticket.
func (w wording) reminder() string {
	at := w.letter.Args["remind"]
	if at == "" {
		return ""
	}
	return w.say("mail.agent.remind", "at", at)
}

// args are those of the letter, and the ticket's number.
func (w wording) args() map[string]string {
	args := maps.Clone(w.letter.Args)
	if args == nil {
		args = map[string]string{}
	}
	args["ticket"] = w.ticket()
	for _, name := range []string{"who", "by"} {
		if args[name] != "" {
			args[name] = w.name(args[name])
		}
	}
	if why := w.why(); why != "" {
		args["why"] = why
	}
	if w.letter.Notice == "unreadable" {
		args["why"] = whyUnreadable(w.texts, w.letter.Language, args)
	}
	return args
}

func (w wording) whoAndCheck() string {
	e := w.letter.Entry
	lines := []string{w.say("mail.agent.who", "who", w.name(e.Author.String()), "role", w.say("role."+string(e.Author.Role)))}
	switch {
	case e.Via == "sent_folder":
		lines = append(lines, w.say("mail.agent.sent_folder"))
	case e.Author.Role != ticketing.System && e.MailID != 0:
		result := w.say("verdict." + string(e.Verdict.Result))
		if e.Verdict.Evidence == "" {
			lines = append(lines, w.say("mail.agent.check", "verdict", result))
		} else {
			lines = append(lines, w.say("mail.agent.check_evidence", "verdict", result, "evidence", e.Verdict.Evidence))
		}
	}
	if address := e.EventArgs["reply_to"]; address != "" && e.Event == "" {
		lines = append(lines, w.say("mail.agent.reply_to_differs", "address", address))
	}
	for _, problem := range ProblemTexts(w.texts, w.letter.Language, e.Problems()) {
		lines = append(lines, w.say("mail.agent.problem", "problem", problem))
	}
	return strings.Join(lines, "\n")
}

// words is what was said, set off on the left, so that it is never mistaken
// for ours.
func (w wording) words() string {
	text := trimBlankLines(w.letter.Entry.Text)
	if text == "" { // it only quotes, or was cut wrongly: agents see all of it
		text = trimBlankLines(w.letter.Entry.FullText)
	}
	if text == "" {
		return w.say("mail.agent.no_text")
	}
	return "| " + strings.ReplaceAll(text, "\n", "\n| ")
}

// happened lists the events that came with it, such as a reopening.
func (w wording) happened() string {
	if len(w.letter.Events) == 0 {
		return ""
	}
	lines := []string{w.say("mail.agent.happened")}
	for _, e := range w.letter.Events {
		lines = append(lines, "* "+EventText(w.texts, w.letter.Language, e))
	}
	return strings.Join(lines, "\n")
}

// facts is where the ticket stands.
func (w wording) facts() string {
	l := w.letter
	assignee := w.say("mail.agent.unassigned")
	if l.Assignee.Address != "" {
		assignee = w.say("mail.agent.assignee", "who", nameOf(l.Assignee))
	}
	status := w.say("status." + string(l.Ticket.Status) + ".agent")
	if reason := l.Ticket.HoldReason + l.Ticket.SolvedReason; reason != "" { // it has one of them
		status = w.say("mail.agent.status_reason", "status", status, "reason", reason)
	}
	lines := []string{
		w.say("mail.agent.status", "status", status),
		w.say("mail.agent.priority", "priority", w.say("priority."+string(l.Ticket.Priority)+".label")),
		assignee,
		w.say("mail.agent.requester", "who", w.name(nameOf(l.Requester))),
	}
	if len(l.Ccs) > 0 {
		lines = append(lines, w.say("mail.agent.ccs", "people", addressList(l.Ccs)))
	}
	if len(l.Ticket.Tags) > 0 {
		lines = append(lines, w.say("mail.agent.tags", "tags", strings.Join(l.Ticket.Tags, " ")))
	}
	if len(l.Ticket.Linked) > 0 {
		lines = append(lines, w.say("mail.agent.linked", "tickets", strings.Trim(fmt.Sprint(l.Ticket.Linked), "[]")))
	}
	if why := w.why(); why != "" {
		lines = append(lines, w.say("mail.agent.why", "why", why))
	}
	if l.Ticket.Flagged {
		lines = append(lines, w.say("mail.agent.flagged"))
	}
	return strings.Join(lines, "\n")
}

// why says by what the mail came to the ticket.
func (w wording) why() string {
	args := w.letter.Entry.EventArgs
	claim, other := args["claim"], args["other"]
	switch {
	case claim == "":
		return ""
	case other != "":
		return w.say("why.other."+claim, "other", other)
	}
	return w.say("why." + claim)
}

func (w wording) link() string {
	if w.letter.Link == "" {
		return ""
	}
	return w.say("mail.agent.link", "ticket", w.ticket(), "link", w.letter.Link)
}

func addressList(list []ticketing.Address) string {
	names := make([]string, 0, len(list))
	for _, a := range list {
		names = append(names, nameOf(a))
	}
	return strings.Join(names, ", ")
}

func bareList(list []ticketing.Address) string {
	var names []string
	for _, a := range list {
		if a.Address != "" && a.Address != ticketing.UnknownSender {
			names = append(names, a.Address)
		}
	}
	return strings.Join(names, ", ")
}

func nameOf(a ticketing.Address) string {
	return ticketing.Author{Name: a.Name, Address: a.Address}.String()
}
