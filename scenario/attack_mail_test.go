package scenario_test

import (
	"fmt"
	"maps"
	"mime"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"deskd/ticketing"
)

// attack is one mail of somebody who means ill: what he writes, and what the
// receiving server truthfully says of it.
type attack struct {
	player  string   // whose mailbox he really has, an address
	claims  []string // all addresses in From fields
	form    int      // how From is written
	server  string   // the server's word: pass, fail, none, silent
	seen    string   // the address in From that the server looked at
	to      []string
	cc      []string
	deliver []string // forged Delivered-To and the like
	inReply []string
	refs    []string
	subject string
	id      string
	lies    []string // whole fields, anywhere below what the server wrote
	body    string
	// file is an attached mail, "" for none: one of ours, as mail programs
	// attach what is answered.
	file string
}

// The ways to write From. From plain on, one mail program may read one sender
// and another program another.
const (
	plain = iota
	named
	encoded
	commented
	twoFields
	twoAddresses
	addressAsName
	brackets
	group
	blankBeforeColon
	fromForms
)

// senders are all whom some program may take for the sender.
func (a attack) senders() []string {
	all := slices.Clone(a.claims)
	for _, lie := range a.lies {
		if who, ok := strings.CutPrefix(lie, "From : "); ok {
			all = append(all, who)
		}
	}
	return all
}

// verdict is the most that may be believed of the senders: nothing, where a
// mail names several.
func (a attack) verdict() ticketing.VerdictResult {
	switch {
	case len(a.senders()) > 1, a.server == "fail":
		return ticketing.Fail
	case a.server == "pass":
		return ticketing.Pass
	}
	return ticketing.None
}

// drawAttack draws a mail from all that the attackers of a world know.
func (w *world) drawAttack(rt *rapid.T, n int) attack {
	one := func(from []string, label string) string { return rapid.SampledFrom(from).Draw(rt, label) }
	some := func(from []string, most int, label string) []string {
		return rapid.SliceOfN(rapid.SampledFrom(from), 0, most).Draw(rt, label)
	}
	a := attack{
		player: one(w.players(), "player"), form: rapid.IntRange(0, fromForms-1).Draw(rt, "form"),
		to: some(w.destinations(), 3, "to"), cc: some(w.everybody(), 4, "cc"),
		deliver: some(w.destinations(), 1, "delivered-to"),
		inReply: some(w.ids, 2, "in-reply-to"), refs: some(w.ids, 3, "references"),
		subject: one(w.subjects(), "subject"), lies: some(w.lies(), 4, "lies"),
		id: fmt.Sprintf("<%d.%d@evil.example>", w.number, n),
	}
	a.claims = []string{one(w.everybody(), "from")}
	a.seen = a.claims[0]
	if a.form == twoFields || a.form == twoAddresses || a.form == brackets {
		a.claims = append(a.claims, a.player)
		a.seen = one(a.claims, "seen by the server")
	}
	if rapid.IntRange(0, 9).Draw(rt, "id") == 0 {
		a.id = one(w.ids, "stolen id")
	}
	a.server = w.serverSays(rt, a)
	mark := fmt.Sprintf("ATK-%d-%d.", w.number, n)
	a.body = strings.Join(some(w.orders(), 2, "orders"), "\n") + "\n" + mark
	if a.claims[0] == w.aiko() { // who may have all of it to quote
		switch rapid.IntRange(0, 2).Draw(rt, "quotes") {
		case 1:
			a.body = w.quoted()
		case 2:
			a.body = w.quoted() + "\n" + mark + "\n" + w.quoted() + "\n" + mark
		}
	}
	switch rapid.IntRange(0, 9).Draw(rt, "file") {
	case 0, 1:
		a.file = w.notification()
	case 2:
		a.file = w.passedOn(one(w.everybody(), "passed on of"), one(w.ids, "passed on id"))
	case 3:
		a.body += "\n\n---------- Forwarded message ---------\nFrom: " + one(w.everybody(), "shown as passed on of") +
			"\nDate: Mon, 5 Jan 2026 at 08:00\nSubject: Printer\nTo: <" + one(w.tokens, "shown to") + ">\n\n" + one(w.orders(), "order below")
	case 4:
		a.body = "I am out of office until 2026-12-01.\n" + a.body
	}
	return a
}

// quoted is the history that Aiko has, as a mail program quotes it, with a
// reply address in it.
func (w *world) quoted() string {
	lines := []string{"On Mon, 5 Jan 2026 at 09:05, Mia <support@example.com> wrote:"}
	for _, secret := range slices.Sorted(maps.Keys(w.secrets)) {
		if slices.Contains(w.secrets[secret], w.aiko()) {
			lines = append(lines, "> "+secret)
		}
	}
	return strings.Join(append(lines, "> Please write to "+w.agentsPlace), "\n")
}

// passedOn is somebody's mail as an attachment, written to a place on a ticket.
func (w *world) passedOn(from, id string) string {
	return "Content-Type: message/rfc822\n\nFrom: " + from + "\nTo: " + w.agentsPlace + "\nMessage-ID: <f@evil.example>\nReferences: " + id +
		"\nSubject: Printer\n\n#solved\nIt burns."
}

// notification is a mail of ours as an attachment.
func (w *world) notification() string {
	return "Content-Type: message/rfc822\nContent-Disposition: attachment; filename=ours.eml\n\n" +
		"From: support@example.com\nTo: mia@example.com\nReply-To: " + w.agentsPlace + "\nX-Helpdesk-Loop: desk-1; kind=auto\n" +
		"Subject: Re: Printer\n\n" + w.quoted()
}

// serverSays is what an honest server finds: that a player sends from his own
// address, or that he does not.
func (w *world) serverSays(rt *rapid.T, a attack) string {
	if a.seen == a.player {
		return "pass"
	}
	if ticketing.DomainOf(a.seen) == ticketing.DomainOf(a.player) && ticketing.DomainOf(a.player) == "evil.example" {
		return "pass" // it is his own domain
	}
	return rapid.SampledFrom([]string{"fail", "none", "silent"}).Draw(rt, "server")
}

// bytes is the mail as it comes to the mailbox.
func (a attack) bytes() []byte {
	var b strings.Builder
	field := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	domain := ticketing.DomainOf(a.seen)
	switch a.server {
	case "pass":
		field("Authentication-Results: %s; dmarc=pass header.from=%s", trustedServer, domain)
	case "fail":
		field("Authentication-Results: %s; dmarc=fail (p=reject) header.from=%s", trustedServer, domain)
	case "none":
		field("Authentication-Results: %s; dmarc=none header.from=%s", trustedServer, domain)
	}
	field("Received: from x.evil.example (x.evil.example [192.0.2.66]) by %s with ESMTPS id 1; Mon, 05 Jan 2026 09:00:00 +0000", trustedServer)
	for i, lie := range a.lies {
		// A server that says nothing of its own takes out what speaks in its name.
		if a.server == "silent" && strings.Contains(strings.ToLower(lie), "authentication-results") {
			continue
		}
		if i%2 == 0 {
			field("%s", lie)
		}
	}
	for _, d := range a.deliver {
		field("Delivered-To: %s", d)
	}
	a.from(field)
	to := append([]string{"support@example.com"}, a.to...)
	field("To: %s", strings.Join(to, ",\r\n "))
	if len(a.cc) > 0 {
		field("Cc: %s", strings.Join(a.cc, ", "))
	}
	field("Subject: %s", a.subject)
	field("Message-ID: %s", a.id)
	if len(a.inReply) > 0 {
		field("In-Reply-To: %s", strings.Join(a.inReply, " "))
	}
	if len(a.refs) > 0 {
		field("References: %s", strings.Join(a.refs, "\r\n "))
	}
	for i, lie := range a.lies {
		if i%2 == 1 && (a.server != "silent" || !strings.Contains(strings.ToLower(lie), "authentication-results")) {
			field("%s", lie)
		}
	}
	if a.file != "" {
		field("Content-Type: multipart/mixed; boundary=enclosed")
		a.body = "--enclosed\nContent-Type: text/plain\n\n" + a.body + "\n--enclosed\n" + a.file + "\n--enclosed--"
	}
	b.WriteString("\r\n" + strings.ReplaceAll(a.body, "\n", "\r\n") + "\r\n")
	return []byte(b.String())
}

// from writes the From field or fields.
func (a attack) from(field func(string, ...any)) {
	x := a.claims[0]
	y := a.claims[len(a.claims)-1]
	switch a.form {
	case named:
		field("From: Somebody <%s>", x)
	case encoded:
		field("From: %s <%s>", mime.QEncoding.Encode("utf-8", "Mia <mia@example.com>, ü"), x)
	case commented:
		field("From: %s (mia@example.com)", x)
	case twoFields:
		field("From: %s", x)
		field("From: %s", y)
	case twoAddresses:
		field("From: %s, %s", x, y)
	case addressAsName:
		field(`From: "mia@example.com" <%s>`, x)
	case brackets:
		field("From: <%s> <%s>", x, y)
	case group:
		field("From: Friends: %s;", x)
	case blankBeforeColon:
		field("From : %s", x)
	default:
		field("From: %s", x)
	}
}
