package ticketing

import "strings"

// Problem is one thing that was wrong with a mail. It is told in the reader's
// language: the catalogue has a text "problem." + Key.
type Problem struct {
	Key ProblemKey
	// Arg fills {arg} in the text: a number, or the name of a charset without
	// blanks and punctuation. "" where the text has none.
	Arg string
}

// ProblemKey says which problem it is.
type ProblemKey string

// The problems there are.
const (
	NoHeader           ProblemKey = "no_header"
	NoFrom             ProblemKey = "no_from"
	SeveralFrom        ProblemKey = "several_from"
	NoBlankLine        ProblemKey = "no_blank_line" // between header and body
	BadHeaderLine      ProblemKey = "bad_header_line"
	HeaderTooLong      ProblemKey = "header_too_long"
	TooManyFields      ProblemKey = "too_many_fields"
	AddressesTooLong   ProblemKey = "addresses_too_long" // bytes of a field
	TooManyAddresses   ProblemKey = "too_many_addresses" // more than Arg
	AddressTooLong     ProblemKey = "address_too_long"   // than Arg bytes
	UTF7               ProblemKey = "utf7"
	UnknownCharset     ProblemKey = "unknown_charset" // Arg
	WrongCharset       ProblemKey = "wrong_charset"   // Arg is what is claimed
	BadUTF8            ProblemKey = "bad_utf8"
	TextBehindBase64   ProblemKey = "text_behind_base64"
	TooMuchData        ProblemKey = "too_much_data"
	NoBoundary         ProblemKey = "no_boundary"
	OtherBoundary      ProblemKey = "other_boundary" // than declared
	NoParts            ProblemKey = "no_parts"
	TooManyParts       ProblemKey = "too_many_parts"  // more than Arg
	NestedTooDeep      ProblemKey = "nested_too_deep" // deeper than Arg
	CutOff             ProblemKey = "cut_off"
	LineTooLong        ProblemKey = "line_too_long"        // than Arg bytes
	TextTooLong        ProblemKey = "text_too_long"        // than Arg bytes
	DamagedTNEF        ProblemKey = "damaged_tnef"         // winmail.dat that cannot be read whole
	Signed             ProblemKey = "signed"               // S/MIME or PGP, not checked
	Encrypted          ProblemKey = "encrypted"            // S/MIME or PGP, cannot be read
	HeaderOnlyMailbox  ProblemKey = "header_only_mailbox"  // the mail is still in the mailbox
	HeaderOnlyIngested ProblemKey = "header_only_ingested" // its file, if it has one, is still there
)

// String is the problem as it is stored: "too_many_parts=500".
func (p Problem) String() string {
	if p.Arg == "" {
		return string(p.Key)
	}
	return string(p.Key) + "=" + p.Arg
}

const betweenProblems = "; "

func joinProblems(problems []Problem) string {
	all := make([]string, len(problems))
	for i, p := range problems {
		all[i] = p.String()
	}
	return strings.Join(all, betweenProblems)
}

// Problems are those of the entry's mail. The first release stored
// English text, which gives problems whose keys are not among those above.
func (e Entry) Problems() []Problem {
	stored := e.EventArgs["problems"]
	if stored == "" {
		return nil
	}
	var problems []Problem
	for s := range strings.SplitSeq(stored, betweenProblems) {
		key, arg, _ := strings.Cut(s, "=")
		problems = append(problems, Problem{ProblemKey(key), arg})
	}
	return problems
}
