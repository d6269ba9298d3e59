package mail

import (
	"net/url"
	"strconv"
	"strings"

	"deskd/ticketing"
)

// digest is an agent's morning mail: of each ticket what it is about, who asked,
// how long it has waited, and the agent's own reply address on it.
func (w wording) digest() []paragraph {
	l := w.letter
	said := []paragraph{{asHeadline, w.say("mail.digest.intro", "day", w.day(l.Date))}}
	for _, s := range l.Digest.Sections {
		count := strconv.Itoa(len(s.Lines) + s.More)
		said = append(said, paragraph{asHeadline, w.say("mail.digest."+s.Name, "count", count)})
		for _, line := range s.Lines {
			said = append(said, paragraph{asColumns, w.digestLine(line)})
		}
		if s.More > 0 {
			said = append(said, paragraph{asPlain, w.say("mail.digest.more", "count", strconv.Itoa(s.More))})
		}
	}
	return append(said, paragraph{asSmall, w.say("mail.digest.how")}, paragraph{asFooter, "-- \n" + w.say("mail.digest.foot")})
}

func (w wording) digestLine(line ticketing.DigestLine) string {
	tagged := ticketing.TaggedSubject(line.Prefix, line.Ticket)
	lines := []string{oneLine("* " + tagged)}
	about := []any{"who", w.name(nameOf(line.Requester)), "age", w.age(w.letter.Date.Sub(line.Since)),
		"priority", w.say("priority." + string(line.Ticket.Priority) + ".label")}
	if line.Held != 0 {
		from := []any{"who", w.name(line.From.String()), "age", w.age(w.letter.Date.Sub(line.Since)), "entry", strconv.FormatInt(line.Held, 10)}
		lines = append(lines, oneLine(w.say("mail.digest.line_held", from...)))
	} else {
		lines = append(lines, oneLine(w.say("mail.digest.line", about...)))
	}
	w.steps[line.ReplyTo] = mailto(line.ReplyTo, oneLine("Re: "+tagged))
	return strings.Join(append(lines, line.ReplyTo), "\n")
}

// mailto is a link that opens a mail (RFC 6068).
func mailto(address, subject string) string {
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	return "mailto:" + escape(address) + "?subject=" + escape(subject)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
