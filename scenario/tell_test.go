package scenario_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"deskd/storage"
	"deskd/ticketing"
)

// token is what a reply address looks like.
var token = regexp.MustCompile(`\b[0-9a-z][canb][0-9a-hjkmnp-tv-z]{34}@`)

func (h *house) say(format string, args ...any) {
	h.tale.WriteString(token.ReplaceAllString(fmt.Sprintf(format, args...), "TOKEN@") + "\n")
}

// tellMails tells what became of the mails since the last time, and which
// mails went out because of them.
func (h *house) tellMails(name string) {
	rows, err := h.store.LedgerRows(context.Background(), storage.LedgerFilter{Limit: 1000})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, r := range slices.Backward(rows) {
		if r.ID <= h.lastRow {
			continue
		}
		h.lastRow, h.rows[name] = r.ID, r.ID
		what := string(r.State)
		if r.State == ticketing.LedgerIgnored || r.State == ticketing.LedgerUnreadable {
			what += " (" + r.Reason + ")"
		}
		if r.TicketID != 0 {
			what += ", " + h.stateOf(r.TicketID)
		}
		h.say("%s: %s", name, what)
	}
	h.tellOut()
}

func (h *house) stateOf(ticket int64) string {
	return fmt.Sprintf("ticket %d %s", ticket, h.ticket(ticket).Status)
}

// tellOut tells of the mails that went out since the last time.
func (h *house) tellOut() {
	for ; h.told < len(h.out); h.told++ {
		m := h.out[h.told]
		h.say("  -> %s to %s, from %s: %s", m.Kind, m.Recipient, m.message.From[0].Name, m.message.Subject)
		for _, line := range words(m) {
			h.say("     %s", line)
		}
		for _, a := range m.message.Attachments {
			if !m.Kind.ToAgents() {
				h.say("     file %s (%s)", a.Name, a.Type)
			}
		}
	}
}

// marker begins the line above which answers are written.
const marker = "##-"

// listOfCommands begins the list at the end of what an agent is told of his
// commands.
const listOfCommands = "Commands are the first lines"

// words are the lines of a letter that matter to the story: what customers
// read of others' words, and, of letters to agents, what comes before the
// words they tell of.
func words(m outgoing) []string {
	paragraphs := strings.Split(strings.TrimSpace(m.message.Text), "\n\n")
	var kept []string
	for _, p := range paragraphs {
		for _, line := range strings.Split(p, "\n") {
			if m.Kind == ticketing.LetterAck && !strings.HasPrefix(line, "> ") || unremarkable(line) {
				continue
			}
			facts := strings.HasPrefix(line, "Status: ") && m.Kind != ticketing.LetterCommandError // of #help, they are the answer
			if line == "-- " || m.Kind.ToAgents() && (strings.HasPrefix(line, "| ") || facts || strings.HasPrefix(line, listOfCommands)) {
				return kept
			}
			kept = append(kept, line)
		}
	}
	return kept
}

// unremarkable lines are the same in every story, or hold a reply address.
func unremarkable(line string) bool {
	return strings.TrimSpace(line) == "" || strings.HasPrefix(line, marker) ||
		strings.HasPrefix(line, "From: ") || strings.HasPrefix(line, "mailto:")
}

// tellAll tells how everything stands at the end.
func (h *house) tellAll() {
	for id := int64(1); ; id++ {
		var t ticketing.Ticket
		err := h.view(func(r ticketing.Reader) (err error) {
			t, err = r.Ticket(id)
			return err
		})
		if errors.Is(err, ticketing.ErrNotFound) {
			break
		}
		if err != nil {
			h.t.Fatal(err)
		}
		h.tellTicket(t)
	}
	h.tellUndelivered()
}

func (h *house) tellTicket(t ticketing.Ticket) {
	home, _ := h.desk.Settings.Mailbox(t.MailboxID)
	h.say("\nticket %d %s: %s%s", t.ID, t.Status, t.Subject, facts(t))
	if len(h.plan.boxes) > 1 {
		h.say("  at %s", home.Address)
	}
	people := h.participants(t.ID)
	for _, p := range people {
		h.say("  %s", placeOf(p))
	}
	entries := map[int64]ticketing.Entry{}
	for _, e := range h.entries(t.ID) {
		h.tellEntry(e)
		entries[e.ID] = e
	}
	for _, p := range people {
		if p.Role == ticketing.Agent {
			continue
		}
		var visible []ticketing.Entry
		err := h.view(func(r ticketing.Reader) (err error) {
			visible, err = r.EntriesVisibleTo(p.ID)
			return err
		})
		if err != nil {
			h.t.Fatal(err)
		}
		var seen []string
		for _, e := range visible {
			seen = append(seen, fmt.Sprint("#", e.ID))
		}
		h.say("  %s sees %s", p.Address, orNothing(strings.Join(seen, " ")))
		for _, e := range visible {
			h.tellSight(e, entries[e.ID])
		}
	}
}

// tellSight tells what a customer sees of an entry, where that is not all.
func (h *house) tellSight(seen, whole ticketing.Entry) {
	if strings.TrimSpace(seen.Text) == strings.TrimSpace(whole.Text) && len(seen.Attachments) == len(whole.Attachments) {
		return
	}
	h.say("    of #%d:", seen.ID)
	h.tellContent(seen)
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// facts are what is not as usual with a ticket.
func facts(t ticketing.Ticket) string {
	var all []string
	add := func(is bool, format string, args ...any) {
		if is {
			all = append(all, fmt.Sprintf(format, args...))
		}
	}
	add(t.Priority != ticketing.S3, "%s", t.Priority)
	add(t.AssigneeID != 0, "assigned")
	add(t.HoldReason != "", "waits for: %s", t.HoldReason)
	add(t.HoldNote != "", "tells: %s", t.HoldNote)
	add(t.SolvedReason != "", "reason: %s", t.SolvedReason)
	add(t.MergedInto != 0, "merged into %d", t.MergedInto)
	add(len(t.Tags) > 0, "tags: %s", strings.Join(t.Tags, " "))
	add(len(t.Linked) > 0, "linked with %v", t.Linked)
	add(t.Bulk, "bulk")
	add(t.Flagged, "flagged")
	if len(all) == 0 {
		return ""
	}
	return " (" + strings.Join(all, ", ") + ")"
}

func placeOf(p ticketing.Participant) string {
	s := string(p.Role) + " " + ticketing.Author{Name: p.Name, Address: p.Address}.String()
	if p.Role == ticketing.Cc {
		s += fmt.Sprintf(", sees from #%d on", p.SinceEntry)
	}
	if p.AddedBy != "" {
		s += ", added by " + p.AddedBy
	}
	if !p.Active() {
		s += ", removed"
	}
	return s
}

func (h *house) tellEntry(e ticketing.Entry) {
	what := string(e.Kind)
	if e.Event != "" {
		what += " " + e.Event
	}
	by := ""
	if e.Author.Address != "" {
		by = " by " + e.Author.Address + " (" + string(e.Author.Role) + ")"
	}
	marks := ""
	if e.MailID != 0 && e.Kind != ticketing.EntryEvent {
		marks = ", " + string(e.Verdict.Result)
	}
	if e.Via != "mail" && e.Via != "" {
		marks += ", via " + e.Via
	}
	if e.Unverified {
		marks += ", unverified"
	}
	if e.MailKind != "" && e.MailKind != ticketing.Human {
		marks += ", " + string(e.MailKind)
	}
	if e.Review.State != ticketing.ReviewNone {
		marks += fmt.Sprintf(", %s: %s", e.Review.State, e.Review.Reason)
	}
	for _, a := range e.Review.Proposed {
		marks += ", proposes " + a.Address
	}
	if claim := e.EventArgs["claim"]; claim != "" && claim != "nothing" {
		marks += ", by " + strings.ReplaceAll(claim, "_", " ")
	}
	for _, name := range slices.Sorted(maps.Keys(e.EventArgs)) {
		if name != "claim" {
			marks += fmt.Sprintf(", %s: %s", name, e.EventArgs[name])
		}
	}
	h.say("  #%d %s, %s%s%s", e.ID, what, e.Visibility, by, marks)
	h.tellContent(e)
}

func (h *house) tellContent(e ticketing.Entry) {
	for _, line := range strings.Split(strings.TrimSpace(e.Text), "\n") {
		if strings.TrimSpace(line) != "" {
			h.say("     | %s", line)
		}
	}
	for _, a := range e.Attachments {
		h.say("     file %s (%s)", a.Name, a.Type)
	}
}

// tellUndelivered tells of mails that the relay does not have, and of
// addresses to which nothing automatic goes any more.
func (h *house) tellUndelivered() {
	rows, err := h.store.OutboxRows(context.Background(), storage.OutboxFilter{Limit: 1000})
	if err != nil {
		h.t.Fatal(err)
	}
	told := map[string]bool{}
	for _, r := range slices.Backward(rows) {
		if r.State != ticketing.OutboxSent || r.LastError != "" {
			h.say("\n%s to %s is %s: %s", r.Kind, r.Recipient, r.State, r.LastError)
		}
		var suppressed bool
		err := h.view(func(v ticketing.Reader) (err error) {
			suppressed, err = v.Suppressed(r.Recipient)
			return err
		})
		if err != nil {
			h.t.Fatal(err)
		}
		if suppressed && !told[r.Recipient] {
			told[r.Recipient] = true
			h.say("suppressed: %s", r.Recipient)
		}
	}
}

func (h *house) view(f func(ticketing.Reader) error) error {
	return h.store.View(context.Background(), f)
}

func (h *house) ticket(id int64) (t ticketing.Ticket) {
	err := h.view(func(r ticketing.Reader) (err error) {
		t, err = r.Ticket(id)
		return err
	})
	if err != nil {
		h.t.Fatalf("ticket %d: %v", id, err)
	}
	return t
}

func (h *house) participants(id int64) (people []ticketing.Participant) {
	err := h.view(func(r ticketing.Reader) (err error) {
		people, err = r.Participants(id)
		return err
	})
	if err != nil {
		h.t.Fatalf("people of ticket %d: %v", id, err)
	}
	return people
}

func (h *house) entries(id int64) (entries []ticketing.Entry) {
	err := h.view(func(r ticketing.Reader) (err error) {
		entries, err = r.Entries(id)
		return err
	})
	if err != nil {
		h.t.Fatalf("entries of ticket %d: %v", id, err)
	}
	return entries
}
