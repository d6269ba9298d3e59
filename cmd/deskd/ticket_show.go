package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"deskd/mail"
	"deskd/ticketing"
)

type ticketShowCmd struct {
	asJSON
	Ticket int64 `arg:"" help:"The ticket's number."`
}

func (ticketShowCmd) Help() string {
	return `Example:

  deskd ticket show 7 --json`
}

func (c ticketShowCmd) Run(ctx context.Context, p *program) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	named, err := h.organisationNames(ctx)
	if err != nil {
		return err
	}
	var view ticketing.TicketView
	var entries []ticketing.Entry
	err = h.store.View(ctx, func(r ticketing.Reader) error {
		t, err := r.Ticket(c.Ticket)
		if errors.Is(err, ticketing.ErrNotFound) {
			return noTicket(c.Ticket)
		}
		if err != nil {
			return err
		}
		if view, err = h.viewTicket(r, t, named); err != nil {
			return err
		}
		entries, err = r.Entries(t.ID)
		return err
	})
	if err != nil {
		return err
	}
	view.Entries = make([]ticketing.EntryView, 0, len(entries))
	for _, e := range entries {
		view.Entries = append(view.Entries, h.entryView(e))
	}
	if c.JSON {
		return printJSON(p.out, view)
	}
	h.printTicket(p.out, view)
	for _, e := range entries {
		h.printEntry(p.out, e)
	}
	return nil
}

// entryView is an entry for programs. The text of an event is what a person
// reads of it: who was added, and what changed into what.
func (h *house) entryView(e ticketing.Entry) ticketing.EntryView {
	v := ticketing.NewEntryView(e)
	if e.Kind == ticketing.EntryEvent && v.Text == "" {
		v.Text = mail.EventText(h.composer.Texts, "en", e)
	}
	return v
}

// printTicket writes what stands above the timeline.
func (h *house) printTicket(w io.Writer, v ticketing.TicketView) {
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "%-14s %s\n", name+":", oneLine(value))
		}
	}
	fmt.Fprintf(w, "Ticket %d: %s\n", v.ID, oneLine(v.Subject))
	line("Status", h.composer.Texts.Text("en", "status."+string(v.Status)+".agent"))
	line("Reason", v.HoldReason+v.SolvedReason) // a ticket has one of them
	line("For customers", v.HoldNote)
	line("Priority", h.composer.Texts.Text("en", "priority."+string(v.Priority)+".label"))
	line("Requester", who(v.Requester))
	for _, c := range v.Ccs {
		line("Cc", fmt.Sprintf("%s, from entry %d on", who(c.Address), c.SinceEntry))
	}
	if v.Assignee == nil {
		line("Assignee", "nobody")
	} else {
		line("Assignee", who(*v.Assignee))
	}
	for _, t := range v.Targets {
		line("Due", h.targetText(t))
	}
	for _, n := range v.Next {
		line("Next", nextText(n))
	}
	line("Organisation", v.Organisation)
	line("Created", moment(v.CreatedAt))
	line("Activity", moment(v.LastActivityAt))
	if v.MergedInto != 0 {
		line("Merged into", fmt.Sprint(v.MergedInto))
	}
	line("Tags", strings.Join(v.Tags, " "))
	if len(v.Linked) > 0 {
		line("Linked", strings.Trim(fmt.Sprint(v.Linked), "[]"))
	}
}

// targetText is what a target is about, and how it stands.
func (h *house) targetText(t ticketing.TargetView) string {
	text := h.composer.Texts.Text("en", "target."+string(t.Kind))
	switch {
	case t.Due == nil && t.Met == nil:
		text += ", its time stands still"
	case t.Due != nil:
		text += " by " + moment(*t.Due)
	}
	if t.Met != nil {
		text += ", done " + moment(*t.Met)
	}
	if t.Breached {
		text += ", missed"
	}
	return text
}

// nextText is what comes due on a ticket by itself.
func nextText(n ticketing.NextView) string {
	if n.Kind == ticketing.TimerRemind {
		return moment(n.Due) + ", an agent is reminded"
	}
	return moment(n.Due) + ", the customer is asked again, or it is solved after the last time"
}

// printEntry writes one thing of the timeline.
func (h *house) printEntry(w io.Writer, e ticketing.Entry) {
	if e.Kind == ticketing.EntryEvent {
		fmt.Fprintf(w, "\n%s  %s\n", moment(e.At), oneLine(mail.EventText(h.composer.Texts, "en", e)))
		if e.Why != "" {
			fmt.Fprintf(w, "    (%s)\n", oneLine(e.Why))
		}
		return
	}
	author := who(ticketing.Address{Name: e.Author.Name, Address: e.Author.Address})
	fmt.Fprintf(w, "\n%s  %s %d by %s (%s, %s)\n", moment(e.At), e.Kind, e.ID, author,
		h.composer.Texts.Text("en", "role."+string(e.Author.Role)), seenBy(e))
	if e.Via == "mail" {
		fmt.Fprintf(w, "    Sender check: %s. %s\n", h.composer.Texts.Text("en", "verdict."+string(e.Verdict.Result)), oneLine(e.Verdict.Evidence))
	}
	if e.Why != "" {
		fmt.Fprintf(w, "    Why it is here: %s\n", oneLine(e.Why))
	}
	for _, problem := range mail.ProblemTexts(h.composer.Texts, "en", e.Problems()) {
		fmt.Fprintf(w, "    %s\n", oneLine(h.composer.Texts.Text("en", "mail.agent.problem", "problem", problem)))
	}
	for _, a := range e.Attachments {
		fmt.Fprintf(w, "    Attachment: %s (%s, %d bytes)\n", oneLine(a.Name), oneLine(a.Type), a.Size)
	}
	text := strings.TrimSpace(printable(e.Text))
	if text == "" { // it only quotes
		text = strings.TrimSpace(printable(e.FullText))
	}
	if text != "" {
		fmt.Fprintf(w, "\n    %s\n", strings.ReplaceAll(text, "\n", "\n    "))
	}
}

// seenBy says in words who sees an entry.
func seenBy(e ticketing.Entry) string {
	switch e.Visibility {
	case ticketing.Public:
		return "public"
	case ticketing.Held:
		if e.Review.State == ticketing.ReviewWaiting {
			return "held, waits for review"
		}
		return "held, " + string(e.Review.State)
	}
	return "agents only"
}
