package ticketing

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// decideReview carries out an agent's #release, #trust, #admit, #split or
// #drop: a decision about a held mail, given by answering the notification of
// it. Which mail is meant says our own signed id in In-Reply-To, or a number.
func decideReview(m Message, l Link, a Authority, s Situation, commands Commands, text string) Change {
	id := commands.ReviewEntry
	if id == 0 {
		id = s.AnswersHeld
	}
	if id == 0 && commands.Review == "split" {
		id = s.Answers
	}
	if err := s.checkReview(m, commands, text, id); err != nil {
		return heldCommand(m, l, a, s, err)
	}
	by := Actor{Author: author(m, Agent, s), Via: "mail"}
	c, err := reviewCommand(commands.Review, id).decide(by, l.Ticket, s)
	var leaks leakError
	var decided decidedError
	switch {
	case errors.As(err, &leaks):
		return staysHeld(m, l, s, leaks)
	case errors.As(err, &decided):
		return decidedBefore(m, l, a, s, decided.entry)
	case err != nil && commands.Review == "split":
		return heldCommand(m, l, a, s, CommandError{Line: "#split", Key: "split_not_possible"})
	case err != nil:
		return heldCommand(m, l, a, s, CommandError{Line: "#" + commands.Review, Key: "review_nothing_waits"})
	}
	o := outcome(m, LedgerEvent, "it decides about entry "+fmt.Sprint(id)+": "+commands.Review)
	c.Outcome = &o
	return c
}

// checkReview refuses a decision that does not stand alone, since the rest of the
// mail would be lost, and to confirm what failed the check: somebody else than
// the agent wrote that.
func (s Situation) checkReview(m Message, commands Commands, text string, id int64) error {
	line := "#" + commands.Review
	command := line
	if id != 0 {
		command += " " + fmt.Sprint(id)
	}
	if text != "" || hasFiles(m) || commands.Any() || commands.Visibility != "" || commands.Customer != "" || commands.Help {
		if commands.Review == "split" {
			return CommandError{Line: line, Key: "alone", Command: command}
		}
		return CommandError{Line: line, Key: "review_alone", Command: command}
	}
	if commands.Review == "confirm" && slices.ContainsFunc(s.Entries, func(e Entry) bool { return e.ID == id && e.Verdict.Result == Fail }) {
		return CommandError{Line: command, Key: "confirm_failed"}
	}
	return nil
}

// decidedBefore answers a decision about a held mail that somebody has made
// before.
func decidedBefore(m Message, l Link, a Authority, s Situation, held Entry) Change {
	ticket := l.Ticket
	e := message(m, a, AgentsOnly, s)
	e.Kind, e.Event, e.Why = EntryEvent, "decided_before", "it decides about held entry "+fmt.Sprint(held.ID)+", about which somebody has decided"
	e.EventArgs = map[string]string{"who": e.Author.String(), "entry": fmt.Sprint(held.ID)}
	c := Change{Ticket: &ticket, Entry: &e}
	notice := "was_released"
	switch {
	case held.Review.State == ReviewDropped:
		notice = "was_dropped"
	case held.Visibility == Held:
		notice = "was_split"
	}
	if !quiet(m, s) {
		c.tell(TokenAgentNote, s.People.Sender.Address, notice, map[string]string{
			"entry": fmt.Sprint(held.ID), "by": held.Review.By, "at": moment(held.Review.At),
		})
	}
	o := outcome(m, LedgerEvent, e.Why)
	c.Outcome = &o
	return c
}

// moment writes a time for people, alike in every language.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

func reviewCommand(name string, entryID int64) Command {
	switch name {
	case "trust":
		return Release{EntryID: entryID, Trust: true}
	case "admit":
		return Release{EntryID: entryID, AddSender: true}
	case "split":
		return Split{EntryID: entryID}
	case "drop":
		return Drop{EntryID: entryID}
	}
	return Release{EntryID: entryID}
}

// isConfirmation reports whether an agent whose mail could not be proved
// confirms a held one: he answers, by his own reply address, the very
// notification of it that went to him. Whoever only forges his address has
// never seen that notification's signed id, so this proves that the agent's
// mailbox received it. A sender who is refuted confirms nothing.
func isConfirmation(m Message, l Link, a Authority, s Situation) (entryID int64, ok bool) {
	if a.Action != Hold || a.Role != Agent || !a.ConfirmLink || m.Verdict.Result == Fail || s.AnswersHeld == 0 {
		return 0, false
	}
	if l.Token == nil || s.AnswersHeldTo != l.Token.Participant.ID {
		return 0, false
	}
	commands, text, err := ParseCommands(ownWords(m))
	if err != nil || commands.Review != "confirm" || s.checkReview(m, commands, text, s.AnswersHeld) != nil {
		return 0, false
	}
	for _, e := range s.Entries {
		if e.ID == s.AnswersHeld && e.Author.PersonID == s.People.Sender.ID && e.Review.Then == Act {
			return e.ID, e.Review.State == ReviewWaiting && e.Review.Reason == "agent_unverified"
		}
	}
	return 0, false
}

// decideConfirmed releases an agent's own held answer.
func decideConfirmed(m Message, l Link, s Situation, entryID int64) Change {
	by := Actor{Author: author(m, Agent, s), Via: "mail"}
	c, err := Release{EntryID: entryID}.decide(by, l.Ticket, s)
	var leaks leakError
	if errors.As(err, &leaks) {
		return staysHeld(m, l, s, leaks)
	}
	if err != nil {
		return ignore(m, l.Ticket.ID, entryID, "it confirms a held mail that cannot be released: "+err.Error())
	}
	o := outcome(m, LedgerEvent, "the agent confirmed held entry "+fmt.Sprint(entryID)+" from his mailbox")
	c.Outcome = &o
	return c
}

// staysHeld tells an agent why what he released or confirmed has not gone out,
// and holds it for that reason from now on.
func staysHeld(m Message, l Link, s Situation, leaks leakError) Change {
	ticket, by := l.Ticket, author(m, Agent, s)
	about := map[string]string{"entry": fmt.Sprint(leaks.entry)}
	c := Change{Ticket: &ticket, Events: []Entry{s.event("not_released", AgentsOnly, by, leaks.Error(), about)}}
	for _, e := range s.Entries {
		if e.ID == leaks.entry {
			e.Review.Reason = leaks.reason
			c.Update = []Entry{e}
		}
	}
	notice := map[string]string{
		tokenInAnswer: "not_released_token", fileInAnswer: "not_released_file", noteInAnswer: "not_released_note",
	}[leaks.reason]
	if !quiet(m, s) {
		c.tell(TokenAgentNote, s.People.Sender.Address, notice, about)
	}
	o := outcome(m, LedgerEvent, leaks.Error())
	c.Outcome = &o
	return c
}
