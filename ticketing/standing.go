package ticketing

import (
	"maps"
	"regexp"
	"strings"
)

// Reasons that customers are told in words, in their own language; any other
// reason of a status is an agent's words, which no customer ever gets.
const (
	WaitsReproducing = "reproducing"
	WaitsEngineering = "engineering"
	WaitsAccountTeam = "account team"
	SolvedAgreed     = "agreed"
	SolvedMerged     = "merged"
	SolvedNoAnswer   = "no answer"
	solvedBug        = "bug " // and the reference of a known bug
)

// bugReference is a reference that can be shown as it is: one word that is no
// address.
var bugReference = regexp.MustCompile(`^[\pL\pN#][\pL\pN#._/:-]{0,59}$`)

// CanonicalReason gives a reason of #hold or #solved as it is kept: the known
// ones in one spelling, and "other: words" as the words.
func CanonicalReason(words string) string {
	words = strings.TrimSpace(words)
	bare := strings.TrimRight(words, " .!。") // a phone ends a sentence
	switch known := strings.ToLower(strings.NewReplacer("-", " ", "_", " ").Replace(bare)); known {
	case WaitsReproducing, WaitsEngineering, WaitsAccountTeam, SolvedAgreed, SolvedNoAnswer:
		return known
	}
	if kind, rest, ok := strings.Cut(words, ":"); ok && strings.EqualFold(strings.TrimSpace(kind), "other") {
		return strings.TrimSpace(rest)
	}
	if len(bare) > len(solvedBug) && strings.EqualFold(bare[:len(solvedBug)], solvedBug) {
		if ref := strings.TrimSpace(bare[len(solvedBug):]); bugReference.MatchString(ref) {
			return solvedBug + ref
		}
	}
	return words
}

// Standing is where a request stands, as customers are told: the catalogue text
// of Key with Args, and then Note, an agent's sentence, if it is not empty. It is
// the only way of a reason to customers.
type Standing struct {
	Key  string
	Args map[string]string
	Note string
}

// Standing is the ticket's.
func (t Ticket) Standing() Standing {
	return standingFor(t.Status, t.HoldReason+t.SolvedReason, t.HoldNote) // it has one of the reasons
}

// StandingOf is what an event about the status tells customers; ok is false for
// other entries.
func StandingOf(e Entry) (s Standing, ok bool) {
	if e.Kind == EntryEvent && e.Event == "reopened" {
		return standingFor(Open, "", ""), true
	}
	if e.Kind != EntryEvent || e.Event != "status" && e.Event != "status_reason" {
		return Standing{}, false
	}
	return standingFor(Status(e.EventArgs["to"]), e.EventArgs["reason"], e.EventArgs["note"]), true
}

func standingFor(status Status, reason, note string) Standing {
	s := Standing{Key: "status." + string(status) + ".sentence"}
	switch status {
	case OnHold:
		s.Note = note
		switch reason {
		case WaitsReproducing:
			s.Key = "status.on_hold.reproducing"
		case WaitsEngineering:
			s.Key = "status.on_hold.engineering"
		case WaitsAccountTeam:
			s.Key = "status.on_hold.account_team"
		}
	case Solved:
		ref, bug := strings.CutPrefix(reason, solvedBug)
		switch {
		case reason == SolvedAgreed:
			s.Key = "status.solved.agreed"
		case reason == SolvedMerged:
			s.Key = "status.solved.merged"
		case reason == SolvedNoAnswer:
			s.Key = "status.solved.no_answer"
		case bug && bugReference.MatchString(ref):
			s.Key, s.Args = "status.solved.bug", map[string]string{"ref": ref}
		}
	}
	return s
}

// tellStanding puts into the arguments of an event what customers may know of
// where the ticket stands.
func (e *Entry) tellStanding(t Ticket) {
	s := t.Standing()
	if s.Note != "" {
		e.tell("note", s.Note)
	}
	if s.Key != "status."+string(t.Status)+".sentence" {
		e.tell("reason", t.HoldReason+t.SolvedReason)
	}
}

// same reports whether customers are told the same.
func (s Standing) same(o Standing) bool {
	return s.Key == o.Key && s.Note == o.Note && maps.Equal(s.Args, o.Args)
}
