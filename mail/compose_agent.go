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
func (w wording) notification() []paragraph {
	l := w.letter
	var said []paragraph
	if alert := l.Args["alert"]; alert != "" {
		said = append(said, paragraph{asAlarm, w.say("held."+alert, "who", l.Entry.Author.Address)})
	}
	notice := w.say("notice."+l.Notice, "who", w.name(l.Entry.Author.String()), "by", w.name(l.Args["by"]))
	said = append(said, paragraph{asHeadline, capital(notice)}, w.checked())
	if len(l.NewDomains) > 0 {
		said = append(said, paragraph{asWarning, w.say("mail.agent.new_domains", "domains", strings.Join(l.NewDomains, ", "))})
	}
	if l.Entry.Unverified && l.Entry.Visibility == ticketing.AgentsOnly && l.Entry.MailKind == ticketing.Human && l.Kind != ticketing.LetterNote {
		said = append(said, paragraph{asWarning, w.say("mail.agent.unverified")})
	}
	said = append(said, paragraph{asColumns, w.proposals()})
	said = append(said, w.beside()...)
	said = append(said, paragraph{asFramed, w.words()}, paragraph{asPlain, w.happened()}, paragraph{asFacts, w.facts()})
	return append(said, paragraph{asNext, w.whereAnswersGo()}, paragraph{asSmall, w.say("mail.agent.commands")}, paragraph{asSmall, w.link()})
}

// proposals are the people somebody wanted to add who may not, and the command
// that adds them.
func (w wording) proposals() string {
	proposed := w.letter.Proposed
	if len(proposed) == 0 {
		return ""
	}
	command := "#cc " + strings.ReplaceAll(bareList(proposed), ",", "")
	return w.say("mail.agent.proposed", "people", addressList(proposed)) + "\n" + w.oneStep(command)
}

// customerSteps are the commands that make somebody the requester of a ticket
// that an agent opened by passing a mail on, each in one step.
func (w wording) customerSteps() string {
	l := w.letter
	if len(l.Customers) == 0 {
		return ""
	}
	lines := []string{w.say("mail.customer." + l.Notice)}
	for _, address := range l.Customers {
		lines = append(lines, w.oneStep("#customer "+address))
	}
	return strings.Join(lines, "\n")
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
func (w wording) held() []paragraph {
	l := w.letter
	who := w.name(l.Entry.Author.Address)
	failed := l.Entry.Verdict.Result == ticketing.Fail
	said := []paragraph{
		{asHeadline, capital(w.say("notice.held", "who", who))},
		{doubt(failed), capital(w.say("held."+l.Notice, "who", who))},
	}
	if owner := l.Args["owner"]; owner != "" {
		said = append(said, paragraph{asPlain, w.say("mail.held.owner", "owner", owner)})
	}
	said = append(said, paragraph{asPlain, w.say("mail.held.state")}, w.checked(), paragraph{asFramed, w.words()})
	never := l.Notice == "token_in_answer" || l.Notice == "file_in_answer"
	switch own := who == l.Participant.Address; {
	case never:
		said = append(said, ours(w.say("mail.held.resend"))...)
	case slices.Contains(l.Offers, "confirm") && l.Entry.Review.Visibility == ticketing.Public:
		said = append(said, ours(w.say("mail.held.confirm"))...)
	case slices.Contains(l.Offers, "confirm"):
		said = append(said, ours(w.say("mail.held.confirm_note"))...)
	case own && failed:
		said = append(said, ours(w.say("mail.held.not_confirmed"))...)
	}
	if !never {
		said = append(said, paragraph{asColumns, w.reviewActions()})
	}
	if failed && slices.Contains(l.Offers, "release") {
		said = append(said, paragraph{asAlarm, w.say("mail.held.release_failed", "who", who)})
	}
	if names := leftBehind(l); names != "" {
		said = append(said, ours(w.say("mail.agent.attachments", "names", names))...)
	}
	said = append(said, paragraph{asNext, w.say("mail.held.reply")}, paragraph{asFacts, w.facts()})
	return append(said, paragraph{asSmall, w.say("mail.held.review", "entry", strconv.FormatInt(l.Entry.ID, 10))}, paragraph{asSmall, w.link()})
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
func (w wording) notice() []paragraph {
	if w.letter.Notice == "settings" {
		return w.settings()
	}
	fact := capital(w.say("notice."+w.letter.Notice, w.args()))
	failed, changed := w.failedMail(), ""
	if failed != "" {
		changed = w.happened()
	}
	return []paragraph{
		{asPlain, fact}, {asColumns, w.customerSteps()}, {asColumns, w.proposals()}, {asPlain, failed}, {asPlain, changed},
		{asFacts, w.facts()}, {asNext, w.whereAnswersGo()}, {asSmall, w.link()},
	}
}

// failedMail says which of our mails a notice about delivery is of.
func (w wording) failedMail() string {
	args := w.letter.Args
	kind := args["mail"]
	switch kind {
	case "":
		return ""
	case string(ticketing.LetterAck), string(ticketing.LetterReply), string(ticketing.LetterCopy), string(ticketing.LetterReminder), string(ticketing.LetterUpdate):
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
func (w wording) commandError() []paragraph {
	l := w.letter
	switch l.Notice {
	case "digest_answered":
		return []paragraph{
			{asPlain, w.say("command.digest_answered")}, {asPlain, w.say("mail.command_error.returned")}, {asFramed, quote(l.Entry.Text)},
		}
	case "help":
		return []paragraph{
			{asHeadline, w.say("mail.help.intro", "ticket", w.ticket())}, {asFacts, w.facts()}, {asPlain, w.ownReminder()},
			{asNext, w.whereAnswersGo()}, {asSmall, w.link()}, {asColumns, w.say("command.help")}, {asPlain, w.macros()},
		}
	case "empty_reply":
		return []paragraph{{asPlain, w.say("command.empty_reply")}, {asNext, w.whereAnswersGo()}, {asSmall, w.link()}}
	}
	entry, intro, next := strconv.FormatInt(l.Entry.ID, 10), "mail.command_error.intro", "mail.command_error.next"
	if l.Entry.Review.Opened { // what was wanted takes a new mail
		intro, next = "mail.command_error.intro_new", "mail.command_error.next_new"
	}
	return []paragraph{
		{asHeadline, w.say(intro, "ticket", w.ticket())},
		{asWarning, w.say("command."+l.Notice, w.args())},
		{asPlain, w.say(next)},
		{asColumns, w.say("mail.command_error.held", "entry", entry) + "\n" + w.oneStep("#drop "+entry)},
		{asNext, w.whereAnswersGo()},
		{asPlain, w.say("mail.command_error.returned")},
		{asFramed, quote(l.Entry.Text)},
		{asColumns, w.say("command.help")},
	}
}

// macros lists what there is to insert, in answer to #help.
func (w wording) macros() string {
	if w.letter.Notice != "help" || w.letter.Args["macros"] == "" {
		return ""
	}
	return w.say("command.help_macros", w.args())
}

// ownReminder is when the agent asked to be reminded of the ticket.
func (w wording) ownReminder() string {
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
	if unclear := args["unclear"]; unclear != "" {
		args["why"] = w.say("forward." + unclear)
	}
	inWords(w.texts, w.letter.Language, w.letter.Notice, args)
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
	if by := e.EventArgs["forwarded_by"]; by != "" {
		lines = append(lines, w.say("mail.agent.forwarded", "by", by))
		if at := e.EventArgs["written_at"]; at != "" {
			lines = append(lines, w.say("mail.agent.written_at", "at", at))
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

// beside is what a colleague said who passed the mail on.
func (w wording) beside() []paragraph {
	e := w.letter.Beside
	if e == nil || blank(e.Text) {
		return nil
	}
	return []paragraph{
		{asPlain, w.say("mail.agent.beside", "who", w.name(e.Author.String()))},
		{asFramed, "| " + strings.ReplaceAll(trimBlankLines(e.Text), "\n", "\n| ")},
	}
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

// maxLinkedTold is how many linked tickets agents are told of: each mail of a stranger
// who names a ticket makes one.
const maxLinkedTold = 20

// facts is where the ticket stands.
func (w wording) facts() string {
	l := w.letter
	assignee := w.say("mail.agent.unassigned")
	if l.Assignee.Address != "" {
		assignee = w.say("mail.agent.assignee", "who", nameOf(l.Assignee))
		if !l.AssigneeAway.IsZero() {
			assignee = w.say("mail.agent.assignee_away", "who", nameOf(l.Assignee), "until", l.AssigneeAway.UTC().Format("2006-01-02 15:04 UTC"))
		}
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
	lines = append(lines, w.targets()...)
	if len(l.Ccs) > 0 {
		lines = append(lines, w.say("mail.agent.ccs", "people", addressList(l.Ccs)))
	}
	if len(l.Ticket.Tags) > 0 {
		lines = append(lines, w.say("mail.agent.tags", "tags", strings.Join(l.Ticket.Tags, " ")))
	}
	if linked := l.Ticket.Linked; len(linked) > 0 {
		latest := strings.Trim(fmt.Sprint(linked[max(0, len(linked)-maxLinkedTold):]), "[]")
		if len(linked) > maxLinkedTold {
			latest = "… " + latest
		}
		lines = append(lines, w.say("mail.agent.linked", "tickets", latest))
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
